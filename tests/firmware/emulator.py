"""Runs the unmodified script on MicroPython's own images for Pico W and Pico 2, in emulators of both chips.

    PICO_UF2=image.uf2 python tests/firmware/emulator.py [--record] [--at-hand]
    PICO2_UF2=image.uf2 RP2350JS=folder python tests/firmware/emulator.py RP2350 [--record] [--at-hand]

Installs it with mpremote as its README tells, feeds ADC0, reads the log, PWM slice 1 A and GP2's edges; then
Ctrl-C, soft reset, crash, hang, a tachometer on GP3, and mip. --record writes the chip's trace in tests/data,
with which every `make test` must agree. --at-hand, which `make test` says, takes each chip whose image is
named and complains of none that is not. Takes ten minutes and more: a board's second is ten to thirty here.
"""

import asyncio
import hashlib
import json
import os
import pty
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from firmware import distribution
from firmware import thermistor_fan as script
from firmware.simulation.board import CLOCK_HZ, pwm_top_and_divider
from tests.firmware.boards import rp2040, rp2350
from tests.firmware.boards.board import Failure
from tests.serving import served

CHIPS = {chip.CHIP: chip for chip in (rp2040, rp2350)}

# One code a period: believed after boot, warm, hot, cold (off), kick and run again, then every sensor fault,
# the last of which nothing explains.
CODES = (
    [2268] * 23
    + [2300] * 4
    + [2330] * 4
    + [2420] * 6
    + [2330] * 2
    + [2200] * 3
    + [2295] * 6
    + [2310] * 4
    + [0] * 2
    + [4095] * 2
    + [200] * 2
    + [2310] * 2
    + [2600] * 22
)
COLUMNS = ["t_ms", "code", "mc", "duty", "cc", "state"]
HASH = (  # as the page tells it
    "import hashlib, binascii; "
    'print(binascii.hexlify(hashlib.sha256(open("{}", "rb").read()).digest()).decode())'
)


def trace_of(chip):
    """File of the chip's recorded trace."""
    return ROOT / "tests" / "data" / f"emulator-trace-{chip.lower()}.json"


def recorded():
    """{chip: its trace} of those that have one."""
    files = {chip: trace_of(chip) for chip in CHIPS}
    return {
        chip: json.loads(file.read_text(encoding="utf-8")) for chip, file in files.items() if file.exists()
    }


def rows_of(lines):
    """The log's rows among lines [text, compare register, top, level]."""
    rows = []
    for text, cc, top, level in lines:
        if text.startswith("t_ms:"):
            fields = dict(field.split(":") for field in text.split(" "))
            numbers = {name: int(fields[name]) for name in ("t_ms", "code", "mc", "duty")}
            rows.append({**numbers, "state": fields["state"], "cc": cc, "top": top, "level": level})
    return rows


def printed_rows(text):
    """The log's rows in what mpremote printed."""
    return rows_of([(line.strip(), 0, 0, 0) for line in text.splitlines()])


def expect(condition, what):
    if not condition:
        raise Failure(f"failed: {what}")
    print(f"ok  {what}", flush=True)


def publish(folder):
    """The single files as they are published, tested or not."""
    for name, content in distribution.contents().items():
        (Path(folder) / name).write_bytes(content)


async def same_hash(board, name, file):
    out = await board.mpremote("exec", HASH.format(name))
    expect(
        out.split()[-1] == distribution.sha256(file.read_bytes()),
        f"{name} is on the board, and its hash there is the published one",
    )


async def copied(board):
    """The files from the computer, as README.txt tells, and the board's restart."""
    with tempfile.TemporaryDirectory() as folder:
        publish(folder)
        files = [str(Path(folder) / name) for name in ("thermistor_fan.py", "fan_options.py")]
        await board.mpremote("cp", *files, ":")
        await board.mpremote("cp", str(Path(folder) / "main.py"), ":")
    await same_hash(board, "thermistor_fan.py", distribution.SCRIPT)
    await same_hash(board, "fan_options.py", distribution.OPTIONS)


async def powered_on(board):
    """main.py runs the script after a reset."""
    board.lines.clear()
    board.sent.clear()
    board.feed(CODES)
    expect(not await board.press_reset(), "in reset GP2 does not drive the fan")
    reset_at = board.seconds
    await board.until(board.high, 10, "high level on GP2")
    print(f"    GP2 high {board.seconds - reset_at:.2f} s after reset", flush=True)
    before_log = board.seconds
    await board.until(lambda: len(rows_of(board.lines)) >= 1, 10, "first line of log")
    print(f"    first line {board.seconds - before_log:.2f} s later", flush=True)


async def run_from_the_computer(board):
    """mpremote run sends the script's text, where the emulator's flash cannot be written."""
    board.lines.clear()
    board.sent.clear()
    board.feed(CODES)
    await board.mpremote("run", "--no-follow", str(distribution.SCRIPT))
    await board.until(lambda: len(rows_of(board.lines)) >= 1, 10, "first line of log")
    await board.run_for(0.1)
    expect(board.high(), "mpremote run starts the script, and GP2 is high")


async def traced(board, clock_hz):
    """The log of all that was fed, held against registers, pin and UART."""
    limit = 2 + len(CODES) * 0.3
    await board.until(lambda: len(rows_of(board.lines)) > len(CODES), limit, "log of all readings")
    rows = rows_of(board.lines)[: len(CODES)]
    for row in rows:
        print("   ", row, flush=True)
    expect([row["code"] for row in rows] == CODES, "every code that was fed stands in the log")
    top = pwm_top_and_divider(script.PWM_HZ, clock_hz)[0]
    expect(all(row["top"] == top for row in rows), f"PWM slice 1 counts to {top}: {script.PWM_HZ} Hz")
    expect(
        all(
            abs(row["cc"] - (script.duty_u16(row["duty"]) * (top + 1) + 32767) // 65535) <= 1 for row in rows
        ),
        "its compare register holds the duty within one count",
    )
    expect(
        {row["state"] for row in rows}
        >= {"boot", "run", "off", "kick", "open", "short", "range", "jump", "latched"},
        "boot, run, off, kick and every fault of the sensor were met",
    )
    # The level between two lines is that of the first line's duty, but for the few ms around the change and
    # for the part of the PWM's period that is not over.
    steady = [(a, b) for a, b in zip(rows, rows[1:]) if a["duty"] == b["duty"] and b["level"] is not None]
    broken_off = 4 / script.PWM_HZ + 0.002
    expect(
        len(steady) > 20 and all(abs(b["level"] - a["duty"] / 1000) < broken_off for a, b in steady),
        "GP2 is high for the share of time that the log tells",
    )
    uart_lines = [line for line in board.sent.decode().split("\r\n") if line.startswith("t_ms:")]
    usb_lines = [line[0] for line in board.lines if line[0].startswith("t_ms:")]
    expect(uart_lines[: len(CODES)] == usb_lines[: len(CODES)], "UART0 tells the same lines as USB")
    expect(board.watched(), "the watchdog runs")
    return top, rows


async def stopped(board, sees_levels=True):
    """Ctrl-C, again and again; then the prompt is left alone for longer than the watchdog's time."""
    before = board.resets
    for _ in range(10):
        board.type(b"\x03")
        await board.run_for(0.0005)
    await board.until(lambda: board.says("stopped"), 5, "word after Ctrl-C")
    await board.run_for(0.1)
    expect(board.plain(), "after ten times Ctrl-C GP2 is a plain pin")
    expect(board.high() or not sees_levels, "and high, where the emulator knows levels that software sets")
    expect(not board.watched(), "and the watchdog is off")
    await board.run_for(script.WATCHDOG_MS / 1000 + 0.5)
    expect(board.resets == before and board.plain(), "no reset follows")


async def kept(board):
    """The trace ended latched: that is on the flash, and a person removes it."""
    out = await board.mpremote("exec", f'import os\nprint(open("{script.MEMORY}").read())')
    expect(
        out.split("\n")[0].strip() == str(latched_from()),
        "what was latched is on the flash, with the temperature that it was latched from",
    )
    await board.mpremote("rm", f":{script.MEMORY}")


def latched_from():
    """The last temperature of the fed codes that was believed [m°C]: the one before the sensor's faults."""
    return script.milli_celsius(CODES[CODES.index(0) - 1])


async def soft_reset(board):
    """From the prompt: the level must hold until main.py runs again."""
    board.lines.clear()
    board.calm()
    board.type(b"\x04")
    await board.until(lambda: board.says("# thermistor_fan"), 10, "start after it")
    await board.run_for(0.1)
    expect(board.says("# kept: believed when it reads about"), "and what was latched outlives it")
    expect(
        board.longest_low < 1e6 and board.high(),
        f"GP2 stays high through a soft reset, but for {board.longest_low / 1000:.0f} µs",
    )


async def watched_with_mpremote(board):
    """What the README tells a maker: mpremote reset, the log in mpremote, Ctrl-C, Ctrl-]."""
    board.lines.clear()
    await board.mpremote("reset")
    await board.until(lambda: len(rows_of(board.lines)) > 2, 15, "log after mpremote reset")
    expect(
        board.says("# reset by the watchdog, or by machine.reset()"),
        "mpremote reset starts the script, and the log tells of the reset",
    )
    ours, theirs = pty.openpty()
    process = await board.start_mpremote(console=theirs)
    shown = bytearray()
    asyncio.get_running_loop().add_reader(ours, lambda: shown.extend(os.read(ours, 4096)))
    await board.until(lambda: shown.count(b"state:") > 3, 20, "log in mpremote")
    os.write(ours, b"\x03")
    await board.until(lambda: b"# stopped; the fan stays on" in shown, 10, "end after Ctrl-C in mpremote")
    await board.until(lambda: shown.rstrip().endswith(b">>>"), 10, "prompt in mpremote")
    os.write(ours, b"\x1d")
    await process.wait()
    board.listening = False
    asyncio.get_running_loop().remove_reader(ours)
    os.close(ours)
    os.close(theirs)
    await board.run_for(0.1)
    expect(
        process.returncode == 0 and board.high() and not board.watched(),
        "mpremote shows the log, and Ctrl-C in it leaves the fan on and no watchdog",
    )


SETUP = "import thermistor_fan as f\nf.CLEAR_MS = 250\nf.WATCHDOG_MS = 1500\ncount = 0\n"


async def crashed(board):
    """The converter raises on every reading."""
    out = await board.mpremote(
        "exec",
        SETUP + "def raising(adc):\n    global count\n    count += 1\n"
        "    if count > 4: raise OSError(5)\n    return [2100] * 15\n"
        "f.read_codes = raising\nreal = f.Station.wait\n"
        "def wait(station):\n    real(station)\n    if count > 8: raise KeyboardInterrupt\n"
        "f.Station.wait = wait\nf.main()\n",
    )
    log = printed_rows(out)
    expect(
        "off" in {row["state"] for row in log} and log[-1]["state"] == "error" and log[-1]["duty"] == 1000,
        "an exception in the loop: fan on, and told",
    )
    expect("# error OSError" in out, "the exception is in the log")


async def hung(board):
    """A loop that hangs: the watchdog, set to 1.5 s for this, resets the chip."""
    before = board.resets
    board.lines.clear()
    board.sent.clear()
    process = await board.start_mpremote(
        "exec",
        SETUP + "def hanging(adc):\n    global count\n    count += 1\n    while count > 4: pass\n"
        "    return [2100] * 15\nf.read_codes = hanging\nf.main()\n",
    )
    await board.until(lambda: "off" in {row["state"] for row in rows_of(board.lines)}, 10, "fan at rest")
    # The PWM takes a new duty where its period ends, a thirtieth of a second later at most
    await board.run_for(1.5 / script.PWM_HZ)
    expect(not board.high(), "the loop hangs with the fan at rest")
    await board.until(lambda: board.resets == before + 1, 8, "reset by the watchdog")
    process.kill()
    await process.wait()
    board.listening = False
    await board.until(board.high, 10, "high level after the watchdog's reset")
    board.lines.clear()
    await board.until(lambda: rows_of(board.lines), 10, "log")
    expect(board.high(), "the watchdog resets the chip, and then the fan is on")
    told = [line[0] for line in board.lines] + board.sent.decode().split("\r\n")
    expect(any("reset by the watchdog" in line for line in told), "and the log says that the watchdog did it")


async def counted(board):
    """A tachometer on GP3, counted by the PIO while the fan is at full speed."""
    for hz, least, most, state in (
        (40, 1140, 1260, "boot"),
        (0, 0, 0, "boot"),
        (25_000, 12_001, 60_000, "tach"),
    ):
        board.turn(hz)
        out = await board.mpremote(
            "exec",
            SETUP + "f.TACH_PIN = 3\nf.CLEAR_MS = 5000\nreal = f.Station.wait\n"
            "def wait(station):\n    global count\n    real(station)\n    count += 1\n"
            "    if count > 5: raise KeyboardInterrupt\n"
            "f.Station.wait = wait\nf.main()\n",
        )
        last = [line for line in out.splitlines() if line.startswith("t_ms:")][-1].strip()
        rpm = int(last.split("rpm:")[1].split(" ")[0])
        expect(
            least <= rpm <= most and last.endswith(f"state:{state}"),
            f"{hz} Hz on the tachometer's wire are {rpm} rpm, state {state}",
        )
    board.turn(0)


async def installed_by_mip(board):
    """mpremote mip from a server on the loopback, in place of the copied files; and the board runs that."""
    await board.mpremote("rm", ":thermistor_fan.py", ":fan_options.py")
    with tempfile.TemporaryDirectory() as folder:
        publish(folder)
        with served(folder) as address:
            await board.mpremote("mip", "install", f"{address}package.json")
    await same_hash(board, "/lib/thermistor_fan.py", distribution.SCRIPT)
    await same_hash(board, "/lib/fan_options.py", distribution.OPTIONS)
    board.lines.clear()
    await board.mpremote("reset")
    await board.until(lambda: len(rows_of(board.lines)) > 2, 15, "log of what mip installed")
    expect(board.says(f"# thermistor_fan {script.__version__}"), "and main.py runs what mip installed")


async def run(chip, image):
    """Everything above on one board; returns its trace."""
    board = chip.board(image)
    await board.start()
    try:
        out = await board.mpremote("exec", "import sys, os, machine; print(sys.version); "
                                   "print(os.uname().machine); print(machine.freq())")  # fmt: skip
        version, name, hertz = [line.strip() for line in out.splitlines()][-3:]
        print(f"{version}; {name}", flush=True)
        expect(chip.CHIP in name and int(hertz) == CLOCK_HZ[chip.CHIP], f"the chip's clock is {hertz} Hz")
        if not chip.WRITES_FLASH:
            await run_from_the_computer(board)
            top, rows = await traced(board, int(hertz))
            await stopped(board, sees_levels=False)
            return trace(image, version, name, top, rows)
        await copied(board)
        await powered_on(board)
        top, rows = await traced(board, int(hertz))
        await stopped(board)
        await soft_reset(board)
        await watched_with_mpremote(board)
        await kept(board)
        await crashed(board)
        await hung(board)
        await counted(board)
        await installed_by_mip(board)
        return trace(image, version, name, top, rows)
    finally:
        await board.stop()


def trace(image, version, name, top, rows):
    """What is recorded of a run."""
    return {
        "firmware": version,
        "board": name,
        "image_sha256": hashlib.sha256(Path(image).read_bytes()).hexdigest(),
        "script_sha256": distribution.sha256(distribution.SCRIPT.read_bytes()),
        "top": top,
        "rows": [[row[column] for column in COLUMNS] for row in rows],
    }


def fail(message):
    sys.exit(f"test-emulator: {message}")


def no_image(chip):
    return (
        f"no firmware image for the {chip.CHIP}: set {chip.VARIABLE} to {chip.IMAGE} from {chip.DOWNLOAD} "
        f"(SHA-256 {chip.IMAGE_SHA256})"
    )


def image_at_hand(chip):
    """Path of the chip's image, or None. An image that was not asked for is told of, and used."""
    image = os.environ.get(chip.VARIABLE)
    if not image:
        return None
    if not Path(image).exists():
        fail(f"{chip.VARIABLE} names {image}, which is not there")
    digest = hashlib.sha256(Path(image).read_bytes()).hexdigest()
    if digest != chip.IMAGE_SHA256:
        print(f"test-emulator: {image} is not {chip.IMAGE}: its SHA-256 is {digest}")
    return image


def write(chip, found):
    rows = ",\n".join("  " + json.dumps(row) for row in found.pop("rows"))
    head = json.dumps({**found, "columns": COLUMNS}, indent=1)[:-2]
    file = trace_of(chip.CHIP)
    file.write_text(f'{head},\n "rows": [\n{rows}\n ]\n}}\n', encoding="utf-8")
    print(f"recorded in {file.relative_to(ROOT)}")


def main(arguments):
    at_hand = "--at-hand" in arguments
    named = [argument for argument in arguments if not argument.startswith("--")]
    unknown = [name for name in named if name not in CHIPS]
    if unknown:
        fail(f"no chip {unknown[0]!r}; there are: {', '.join(CHIPS)}")
    for name in named or (CHIPS if at_hand else ["RP2040"]):
        chip = CHIPS[name]
        image = image_at_hand(chip)
        if not image and at_hand:
            print(f"The {name} was not emulated: {no_image(chip)}. Its trace was held against the script.")
            continue
        if not image:
            fail(no_image(chip))
        if chip.missing():
            fail(chip.missing())
        start = time.monotonic()
        try:
            found = asyncio.run(run(chip, image))
        except Failure as problem:
            fail(str(problem))
        if "--record" in arguments:
            write(chip, found)
        print(f"the emulated {name} did all it should, in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
