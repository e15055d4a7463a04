"""Runs the unmodified script on MicroPython's own image for the Pico W, in an RP2040 emulator.

    PICO_UF2=image.uf2 python tests/firmware/emulator.py [--record] [--at-hand]

Feeds ADC0, reads the log, PWM slice 1 A and GP2's edges; then Ctrl-C, soft reset, crash, hang, and a
tachometer on GP3. --record writes tests/data/emulator-trace.json, with which every `make test` must agree.
--at-hand, which `make test` says, leaves without complaint where no image is named. Takes a quarter of an
hour and more: one second of the board is thirty here.
"""

import asyncio
import hashlib
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from firmware import distribution
from firmware import thermistor_fan as script
from firmware.simulation.board import pwm_top_and_divider

TRACE = ROOT / "tests" / "data" / "emulator-trace.json"
IMAGE = "RPI_PICO_W-20250415-v1.25.0.uf2"
IMAGE_SHA256 = "d03ed810bacefd6aa2463d4826597d7f8db94710865d8bf67b3de66087507b10"
NO_IMAGE = (
    f"no firmware image: set PICO_UF2 to {IMAGE} from https://micropython.org/download/RPI_PICO_W/ "
    f"(SHA-256 {IMAGE_SHA256})"
)
PATIENCE = 3600  # for what takes the board a moment and a busy machine long [s]
NO_EMULATOR = "the emulator is missing; install it with: pip install rp2040py"

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


def fail(message):
    sys.exit(f"test-emulator: {message}")


def timed_uart(base):
    """The emulator's UART with a transmitter that takes its time.

    The original says "ready" for ever and raises its interrupt again as soon as it is cleared, so that
    MicroPython never leaves the handler. Here 32 bytes fit, one leaves per ten bits of the baud rate, and the
    interrupt comes when half have left.
    """

    class TimedUART(base):
        waiting = 0
        alarm = None

        @property
        def flags(self):
            full, empty, busy = (self.waiting >= 32) << 5, (self.waiting == 0) << 7, (self.waiting > 0) << 3
            received = (self.rx_fifo.full << 6) | (self.rx_fifo.empty << 4)
            return received | full | empty | busy

        def check_interrupts(self):
            self.rp2040.set_interrupt(self.irq, bool(self._interrupt_status & self._interrupt_mask))

        def byte_nanos(self):
            return 10 * 16 * max(self.baud_divider, 1) / self.rp2040.clk_peri * 1e9

        def sent(self):
            self.waiting -= 1
            if self.waiting == 16 or self.waiting == 0:
                self._interrupt_status |= 1 << 5
                self.check_interrupts()
            if self.waiting:
                self.alarm.schedule(self.byte_nanos())

        def write_uint32(self, offset, value):
            super().write_uint32(offset, value)
            if offset == 0:
                if self.alarm is None:
                    self.alarm = self.rp2040.clock.create_alarm(self.sent)
                self.waiting = min(self.waiting + 1, 32)
                if self.waiting == 1:
                    self.alarm.schedule(self.byte_nanos())

        def reset(self):
            super().reset()
            self.waiting = 0

    return TimedUART


class Wire:
    """A tachometer's wire on a pin of the board, at any frequency [Hz]; 0 leaves it high."""

    def __init__(self, mcu, number):
        self.pin = mcu.gpio[number]
        self.alarm = mcu.clock.create_alarm(self.turn)
        self.hz, self.high = 0, True
        self.pin.set_input_value(True)

    def run(self, hz):
        was, self.hz = self.hz, hz
        if hz and not was:
            self.alarm.schedule(5e8 / hz)

    def turn(self):
        self.high = not self.high or not self.hz
        self.pin.set_input_value(self.high)
        if self.hz:
            self.alarm.schedule(5e8 / self.hz)


class Bench:
    """The emulated board and what is measured on it."""

    def __init__(self, device):
        self.device = device
        self.mcu = device.mcu
        self.codes = CODES
        self.samples = 0
        self.text = ""
        self.lines = []
        self.sent = bytearray()  # by UART0
        self.resets = 0
        self.high_since = None
        self.high_nanos = 0.0
        self.edges = 0
        self.window = 0.0
        self.low_since = 0.0
        self.longest_low = 0.0  # GP2, since this was set [ns]
        self.mcu.uart[0].__class__ = timed_uart(type(self.mcu.uart[0]))
        self.mcu.uart[0].on_byte = self.sent.append
        self.original_read = self.mcu.adc.on_adc_read
        self.mcu.adc.on_adc_read = self.sample
        self.mcu.gpio[2].add_listener(self.edge)
        trigger = self.mcu.watchdog.on_watchdog_trigger

        def watchdog():
            self.resets += 1
            trigger()

        self.mcu.watchdog.on_watchdog_trigger = watchdog

    @property
    def seconds(self):
        return self.mcu.clock.nanos / 1e9

    def sample(self, channel):
        if channel == 0:
            period = min(self.samples // script.SAMPLES, len(self.codes) - 1)
            self.mcu.adc.channel_values[0] = self.codes[period]
            self.samples += 1
        self.original_read(channel)

    def edge(self, now, before):
        """Keeps account of how long GP2 is high."""
        self.edges += 1
        high = now.name == "HIGH"
        nanos = self.mcu.clock.nanos
        if self.high_since is not None:
            self.high_nanos += nanos - self.high_since
            self.high_since = None
        if high:
            self.high_since = nanos
            self.longest_low = max(self.longest_low, nanos - self.low_since)
        else:
            self.low_since = nanos

    def high(self):
        return self.mcu.gpio[2].value.name == "HIGH"

    def level(self):
        """Share of time that GP2 was high since last asked."""
        nanos = self.mcu.clock.nanos
        if self.high_since is not None:
            self.high_nanos += nanos - self.high_since
            self.high_since = nanos
        elif self.edges == 0 and self.high():
            self.high_nanos += nanos - self.window
        share = self.high_nanos / (nanos - self.window) if nanos > self.window else None
        self.high_nanos, self.window, self.edges = 0.0, nanos, 0
        return share

    def listen(self):
        """Takes the console: whole lines, with the pulse width register as it was when each came."""

        def received(data):
            self.text += bytes(data).decode("utf-8", "replace")
            while "\n" in self.text:
                line, self.text = self.text.split("\n", 1)
                channel = self.mcu.pwm.channels[1]
                self.lines.append((line.strip(), channel.cc & 0xFFFF, channel.top, self.level()))

        self.device.cdc.on_serial_data = received

    def type(self, text):
        for byte in text.encode():
            self.device.cdc.send_serial_byte(byte)

    async def until(self, done, seconds, what):
        """Lets the board run until done(), or fails after so many of its seconds."""
        end = self.seconds + seconds
        while not done():
            if self.seconds > end:
                last = [line[0] for line in self.lines[-5:]]
                fail(f"after {seconds} s of the board: no {what}; last lines: {last}")
            await asyncio.sleep(0.01)

    async def run_for(self, seconds):
        end = self.seconds + seconds
        while self.seconds < end:
            await asyncio.sleep(0.01)


def rows_of(lines):
    rows = []
    for text, cc, top, level in lines:
        if text.startswith("t_ms:"):
            fields = dict(field.split(":") for field in text.split(" "))
            rows.append(
                {
                    "t_ms": int(fields["t_ms"]),
                    "code": int(fields["code"]),
                    "mc": int(fields["mc"]),
                    "duty": int(fields["duty"]),
                    "state": fields["state"],
                    "cc": cc,
                    "top": top,
                    "level": level,
                }
            )
    return rows


def expect(condition, what):
    if not condition:
        fail(f"failed: {what}")
    print(f"ok  {what}", flush=True)


async def upload(device, name, content):
    """Writes a file to the board's flash and checks its hash there."""
    await device.aexec(f"f = open({name!r}, 'wb')", PATIENCE)
    for start in range(0, len(content), 2048):
        await device.aexec(f"f.write({content[start : start + 2048]!r})", PATIENCE)
    out, err = await device.aexec(
        "f.close()\nimport hashlib, binascii\n"
        f"print(binascii.hexlify(hashlib.sha256(open({name!r}, 'rb').read()).digest()).decode())",
        PATIENCE,
    )
    expect(
        out.decode().strip() == hashlib.sha256(content).hexdigest() and not err,
        f"{name} is on the flash, same SHA-256",
    )


async def run(board, image):
    from rp2040py.device import MicroPythonDevice

    device = MicroPythonDevice(board=board)
    bench = Bench(device)
    await device.astart(PATIENCE)
    out, _ = await device.aexec("import sys\nprint(sys.version)", PATIENCE)
    version = out.decode().strip()
    print(version, flush=True)
    await upload(device, "thermistor_fan.py", distribution.SCRIPT.read_bytes())
    await upload(device, "fan_options.py", distribution.OPTIONS.read_bytes())
    await upload(device, "main.py", distribution.MAIN.encode())

    # Power on: main.py runs the script
    bench.listen()
    bench.samples = 0
    device.hard_reset()
    expect(not bench.high(), "in reset GP2 does not drive the fan")
    reset_at = bench.seconds
    await bench.until(bench.high, 10, "high level on GP2")
    print(f"    GP2 high {bench.seconds - reset_at:.2f} s after reset", flush=True)
    before_log = bench.seconds
    await bench.until(lambda: len(rows_of(bench.lines)) >= 1, 10, "first line of log")
    print(f"    first line {bench.seconds - before_log:.2f} s later", flush=True)
    limit = 2 + len(CODES) * 0.3
    await bench.until(lambda: len(rows_of(bench.lines)) > len(CODES), limit, "log of all readings")
    rows = rows_of(bench.lines)[: len(CODES)]
    for row in rows:
        print("   ", row, flush=True)
    expect([row["code"] for row in rows] == CODES, "every code that was fed stands in the log")
    top = pwm_top_and_divider(script.PWM_HZ)[0]
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
    uart_lines = [line for line in bench.sent.decode().split("\r\n") if line.startswith("t_ms:")]
    usb_lines = [line[0] for line in bench.lines if line[0].startswith("t_ms:")]
    expect(uart_lines[: len(CODES)] == usb_lines[: len(CODES)], "UART0 tells the same lines as USB")
    expect(bench.mcu.watchdog.timer.enable, "the watchdog runs")

    # Ctrl-C
    bench.type("\x03")
    await bench.until(lambda: any("stopped" in line[0] for line in bench.lines), 5, "word after Ctrl-C")
    expect(bench.high() and bench.mcu.gpio[2].function_select == 5, "after Ctrl-C GP2 is a plain high level")
    expect(not bench.mcu.watchdog.timer.enable, "and the watchdog is off")
    await bench.run_for(script.WATCHDOG_MS / 1000 + 0.5)
    expect(bench.resets == 0 and bench.high(), "no reset follows")

    # Soft reset from the prompt: the level must hold until main.py runs again
    bench.lines.clear()
    bench.longest_low = 0.0
    bench.type("\x04")
    await bench.until(lambda: any("thermistor_fan" in line[0] for line in bench.lines), 10, "start after it")
    expect(
        bench.longest_low < 1e6 and bench.high(),
        f"GP2 stays high through a soft reset, but for {bench.longest_low / 1000:.0f} µs",
    )

    # Crash: the ADC raises on every reading
    bench.lines.clear()
    setup = "import thermistor_fan as f\nf.CLEAR_MS = 250\nf.WATCHDOG_MS = 1500\ncount = 0\n"
    crash = setup + (
        "def raising(adc):\n    global count\n    count += 1\n"
        "    if count > 4: raise OSError(5)\n    return [2100] * 15\n"
        "f.read_codes = raising\nreal = f.Station.wait\n"
        "def wait(station):\n    real(station)\n    if count > 8: raise KeyboardInterrupt\n"
        "f.Station.wait = wait\nf.main()\n"
    )
    out, err = await device.aexec(crash, PATIENCE)
    log = rows_of([(line, 0, 0, 0) for line in out.decode().splitlines()])
    expect(
        "off" in {row["state"] for row in log} and log[-1]["state"] == "error" and log[-1]["duty"] == 1000,
        "an exception in the loop: fan on, and told",
    )
    expect("# error OSError" in out.decode(), "the exception is in the log")

    # Hang: the watchdog, set to 1.5 s for this, resets the chip
    hang = setup + (
        "def hanging(adc):\n    global count\n    count += 1\n    while count > 4: pass\n"
        "    return [2100] * 15\nf.read_codes = hanging\nf.main()\n"
    )
    bench.lines.clear()
    running = asyncio.ensure_future(device.aexec(hang, PATIENCE))
    await bench.until(lambda: bench.resets == 1, 8, "reset by the watchdog")
    running.cancel()
    bench.listen()
    expect(not bench.high(), "a loop that hangs is reset by the watchdog")
    await bench.until(bench.high, 10, "high level after the watchdog's reset")
    await bench.until(lambda: rows_of(bench.lines), 10, "log")
    expect(bench.high(), "and then the fan is on")
    told = [line[0] for line in bench.lines] + bench.sent.decode().split("\r\n")
    expect(any("reset by the watchdog" in line for line in told), "and the log says that the watchdog did it")

    # A tachometer on GP3, counted by the PIO while the fan is at full speed
    bench.lines.clear()
    bench.type("\x03")
    await bench.until(lambda: any("stopped" in line[0] for line in bench.lines), 5, "word after Ctrl-C")
    wire = Wire(bench.mcu, 3)
    for hz, least, most, state in (
        (40, 1140, 1260, "boot"),
        (0, 0, 0, "boot"),
        (25_000, 12_001, 60_000, "tach"),
    ):
        wire.run(hz)
        turning = (
            "import sys\nsys.modules.pop('thermistor_fan', None)\n"
            + setup
            + (
                "f.TACH_PIN = 3\nf.CLEAR_MS = 5000\nreal = f.Station.wait\n"
                "def wait(station):\n    global count\n    real(station)\n    count += 1\n"
                "    if count > 5: raise KeyboardInterrupt\n"
                "f.Station.wait = wait\nf.main()\n"
            )
        )
        out, err = await device.aexec(turning, PATIENCE)
        last = [line for line in out.decode().splitlines() if line.startswith("t_ms:")][-1]
        rpm = int(last.split("rpm:")[1].split(" ")[0])
        expect(
            not err and least <= rpm <= most and last.endswith(f"state:{state}"),
            f"{hz} Hz on the tachometer's wire are {rpm} rpm, state {state}",
        )
    device.stop()
    return {
        "firmware": version,
        "image_sha256": hashlib.sha256(Path(image).read_bytes()).hexdigest(),
        "script_sha256": distribution.sha256(distribution.SCRIPT.read_bytes()),
        "top": top,
        "rows": [[row[name] for name in COLUMNS] for row in rows],
    }


def image_at_hand():
    """Path that PICO_UF2 names, or None. An image that was not asked for is told of, and used."""
    image = os.environ.get("PICO_UF2")
    if not image:
        return None
    if not Path(image).exists():
        fail(f"PICO_UF2 names {image}, which is not there")
    digest = hashlib.sha256(Path(image).read_bytes()).hexdigest()
    if digest != IMAGE_SHA256:
        print(f"test-emulator: {image} is not {IMAGE}: its SHA-256 is {digest}")
    return image


def main():
    try:
        from rp2040py.boards import resolve_board_spec
        from rp2040py.utils.firmware_retrieve import MICROPYTHON
    except ImportError:
        fail(NO_EMULATOR)
    image = image_at_hand()
    if not image and "--at-hand" in sys.argv:
        print(f"The emulator was not run: {NO_IMAGE}. Its recorded trace was held against the script.")
        return
    if not image:
        fail(NO_IMAGE)
    start = time.monotonic()
    trace = asyncio.run(run(resolve_board_spec("pico_w", MICROPYTHON, str(image)), image))
    if "--record" in sys.argv:
        rows = ",\n".join("  " + json.dumps(row) for row in trace.pop("rows"))
        head = json.dumps({**trace, "columns": COLUMNS}, indent=1)[:-2]
        TRACE.write_text(f'{head},\n "rows": [\n{rows}\n ]\n}}\n', encoding="utf-8")
        print(f"recorded in {TRACE.relative_to(ROOT)}")
    print(f"the emulated board did all it should, in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
