"""What every emulated board has: a serial port for mpremote, the lines that came from it, and patience."""

import asyncio
import os
import pty
import sys
import tty

# mpremote as it is published, with a clock that goes about as slowly as the board's: its ten seconds of
# patience are the board's, not those of a machine that needs half a minute to emulate one of them.
MPREMOTE = """
import sys, time
real = time.monotonic
time.monotonic = lambda: real() / 60
from mpremote.main import main
sys.exit(main())
"""


class Failure(Exception):
    """The board did not do what it should."""


class Board:
    """A running board. A chip's module says how it starts, is reset, and what its pins tell."""

    seconds = 0.0  # of the board's own time
    resets = 0  # by its watchdog
    longest_low = 0.0  # of GP2, since calm() [ns]

    def __init__(self):
        self.lines = []  # [text, compare register, top, level since the line before] of each line on USB
        self.sent = bytearray()  # by UART0
        self.master, self.slave = pty.openpty()  # the slave stays open: programs come and go
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        self.port = os.ttyname(self.slave)
        self.listening = False  # a program has the port open; without one what the board writes is lost

    def open_port(self):
        asyncio.get_running_loop().add_reader(self.master, self.from_computer)

    def close_port(self):
        asyncio.get_running_loop().remove_reader(self.master)
        os.close(self.master)
        os.close(self.slave)

    def from_computer(self):
        self.type(os.read(self.master, 4096))

    def to_computer(self, data):
        if self.listening:
            os.write(self.master, data)

    async def until(self, done, seconds, what):
        """Lets the board run until done(), or fails after so many of its seconds."""
        end = self.seconds + seconds
        while not done():
            if self.seconds > end:
                last = [line[0] for line in self.lines[-5:]]
                raise Failure(f"after {seconds} s of the board: no {what}; last lines: {last}")
            await asyncio.sleep(0.005)

    async def run_for(self, seconds):
        end = self.seconds + seconds
        while self.seconds < end:
            await asyncio.sleep(0.005)

    def says(self, text):
        """Whether a line on USB holds this text."""
        return any(text in line[0] for line in self.lines)

    async def start_mpremote(self, *words, console=None):
        """mpremote, connected to this board; `console` is the terminal it runs in."""
        self.listening = True
        outlet = asyncio.subprocess.PIPE if console is None else console
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", MPREMOTE, "connect", self.port, *words,
            stdin=asyncio.subprocess.DEVNULL if console is None else console,
            stdout=outlet,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip

    async def mpremote(self, *words):
        """What mpremote prints; fails with its words."""
        process = await self.start_mpremote(*words)
        out, _ = await process.communicate()
        self.listening = False
        text = out.decode("utf-8", "replace")
        if process.returncode:
            raise Failure(f"mpremote {' '.join(words)[:80]} ended with {process.returncode}: {text[-600:]}")
        return text
