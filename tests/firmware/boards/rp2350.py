"""The Pico 2: rp2350js runs MicroPython's image for it, in a process of its own; see rp2350.js."""

import asyncio
import base64
import json
import os
from pathlib import Path

from firmware import thermistor_fan as script
from tests.firmware.boards.board import Board, Failure

CHIP = "RP2350"
IMAGE = "RPI_PICO2-20250415-v1.25.0.uf2"
IMAGE_SHA256 = "c557a32170bda75404f65a7376d9dce42b74c3c1c847b008065dceb532cd4699"
VARIABLE = "PICO2_UF2"
# What the boot ROM programs is lost in this emulator, so there is no file system; and levels that software
# sets (by the GPIO coprocessor) do not reach its pins, while those of the PWM do.
WRITES_FLASH = False
DOWNLOAD = "https://micropython.org/download/RPI_PICO2/"
EMULATOR = "RP2350JS"  # variable that names the folder of the compiled emulator
COMMIT = "10f7ebf669790f39ae3108ea5960c660c95d9f56"
LARGEST_LINE = 1 << 20  # of JSON [B]


def missing():
    """What has to be done before this board can run, or None."""
    folder = os.environ.get(EMULATOR)
    if folder and (Path(folder) / "rp2350.js").exists():
        return None
    return (
        f"the emulator is missing: set {EMULATOR} to the folder out in its checkout, where `npm install "
        f"&& npx tsc --outDir out` puts https://github.com/c1570/rp2350js, commit {COMMIT}"
    )


class Pico2(Board):
    """MicroPython's image on the emulated RP2350; started by start()."""

    def __init__(self, image):
        super().__init__()
        self.image = image
        self.state = {}

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            "node",
            Path(__file__).with_suffix(".js"),
            os.environ[EMULATOR],
            self.image,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LARGEST_LINE,
        )
        self.hearing = asyncio.ensure_future(self.hear())
        self.open_port()
        await self.until(lambda: self.state.get("connected"), 10, "connection over USB")
        await self.run_for(0.2)

    async def stop(self):
        self.ask(stop=True)
        self.close_port()
        await self.process.wait()
        await self.hearing

    def ask(self, **message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    async def hear(self):
        while line := await self.process.stdout.readline():
            message = json.loads(line)
            if "state" in message:
                self.state = message["state"]
            elif "pressed" in message:
                self.pressed.set_result(message["pressed"])
            elif "line" in message:
                self.lines.append(message["line"])
            elif "serial" in message:
                self.to_computer(base64.b64decode(message["serial"]))
            elif "uart" in message:
                self.sent += base64.b64decode(message["uart"])

    @property
    def seconds(self):
        if self.process.returncode is not None:
            raise Failure(f"the emulator ended with {self.process.returncode}")
        return self.state.get("seconds", 0.0)

    @property
    def resets(self):
        return self.state.get("resets", 0)

    @property
    def longest_low(self):
        return self.state.get("longest_low", 0.0)

    async def press_reset(self):
        """Resets the chip as its RUN pin does; returns whether GP2 drives the fan then."""
        self.pressed = asyncio.get_running_loop().create_future()
        self.ask(reset=True)
        return await self.pressed

    def feed(self, codes):
        self.ask(codes=codes, samples=script.SAMPLES)

    def turn(self, hz):
        self.ask(hz=hz)

    def type(self, data):
        self.ask(type=base64.b64encode(data).decode())

    def high(self):
        return self.state.get("high", False)

    def plain(self):
        """Whether GP2 is a pin that software sets, and no PWM."""
        return self.state["plain"]

    def watched(self):
        return self.state["watchdog"]

    def calm(self):
        self.ask(calm=True)


def board(image):
    return Pico2(image)
