"""The RP2040 or RP2350 as the script sees it: modules `machine`, `time`, `os` and `rp2` in virtual time.

What matters is kept as MicroPython's rp2 port has it: 12 bits of converter widened to 16, PWM rounded to what
the counter can do, pins that float after a reset, a watchdog that resets in mid-instruction, ticks that wrap.
"""

CLOCK_HZ = {"RP2040": 125_000_000, "RP2350": 150_000_000}  # as MicroPython 1.25 starts them
TICKS = 1 << 30  # ticks_ms() wraps here, after 12.4 days
# Chip -> (its board's name, longest watchdog [ms], address that clears bits of the watchdog's CTRL)
CHIPS = {
    "RP2040": ("Raspberry Pi Pico W with RP2040", 8388, 0x4005_B000),
    "RP2350": ("Raspberry Pi Pico 2 W with RP2350", 16777, 0x400D_B000),
}
ENABLE = 1 << 30
FAN_PIN = 2
CIRCUITS = ("LED", "2-wire", "fail-on", "4-wire")  # a board's `drive`
INVERTING = ("fail-on", "4-wire")  # those in which a low pin, or one that floats, is full speed
DEAD_S = 0.001024  # the pulse counter sees nothing for so long after an edge


class Reset(BaseException):
    """The chip starts anew: nothing of the program runs any more, not even its `finally`."""


class Namespace:
    """What stands in for a module."""


class Board:
    """One board; `world` is what its pins are wired to.

    The world has advance(seconds, level), code() of the converter, edges() of the tachometer.
    """

    def __init__(self, world, led_by_name=True, ticks_start=0, chip="RP2040", drive="2-wire"):
        self.world = world
        self.name, self.watchdog_limit_ms, self.watchdog_clear = CHIPS.get(chip, (chip, 8388, None))
        self.clock_hz = CLOCK_HZ.get(chip, CLOCK_HZ["RP2040"])
        self.drive = drive
        self.wild = []  # addresses that were written though they are no watchdog's
        self.led_by_name = led_by_name
        self.ticks_start = ticks_start
        self.now_us = 0
        self.pending_us = 0
        self.alarms = []  # (time [us], action)
        self.files = {}
        self.on_line = None
        self.breakage = {}  # part that raises or hangs -> action
        self.resets = 0
        self.power_on("power")

    def power_on(self, cause):
        """Every pin floats, no watchdog runs."""
        self.cause = cause
        self.dead = False
        self.ctrl_c = True  # interrupts the program
        self.levels = {}  # pin -> 0 or 1 driven by software
        self.slices = {}  # pin -> [top, cc] driven by PWM
        self.watchdog_us = None
        self.fed_us = 0
        self.counters = []  # of the tachometer's pulses
        self.chops = 0.0  # edges of a chopped ground that are not whole yet
        self.line = ""

    def fan_level(self):
        """Share of time that the fan is on; a floating pin is pulled low by the gate's resistor."""
        share = float(self.levels.get(FAN_PIN, 0))
        if FAN_PIN in self.slices:
            top, cc, _ = self.slices[FAN_PIN]
            share = min(1.0, cc / (top + 1))
        return 1.0 - share if self.drive in INVERTING else share

    def at(self, seconds, action):
        """Runs `action` when virtual time has come to `seconds`."""
        self.alarms.append((int(seconds * 1_000_000), action))
        self.alarms.sort(key=lambda alarm: alarm[0])

    def advance(self, us):
        """Lets virtual time pass, up to whatever happens first."""
        end = self.now_us + us
        while True:
            bite = None if self.watchdog_us is None else self.fed_us + self.watchdog_us
            stop = end if bite is None else min(end, bite)
            due = self.alarms and self.alarms[0][0] <= stop
            if due:
                stop = max(self.now_us, self.alarms[0][0])
            self.pending_us += stop - self.now_us
            self.now_us = stop
            if self.pending_us >= 20_000 or due:
                self.settle()
            if due:
                self.alarms.pop(0)[1]()
            elif bite is not None and stop >= bite:
                self.dead = True
                self.resets += 1
                raise Reset("watchdog")
            elif stop >= end:
                return

    def settle(self):
        """Brings the world up to now, and the tachometer's edges to whoever listens."""
        seconds, level = self.pending_us / 1_000_000, self.fan_level()
        self.world.advance(seconds, level)
        self.pending_us = 0
        edges = self.world.edges()
        if 0 < level < 1 and self.drive != "4-wire":  # the wire follows the chopped ground, turning or not
            self.chops += min(self.slices[FAN_PIN][2], 1 / DEAD_S) * seconds
            edges, self.chops = int(self.chops), self.chops % 1
        for counter in self.counters:
            counter.edges += edges

    def use(self, part):
        """Called by every part before it works, so that a test can break it."""
        if self.dead:
            raise Reset("dead")
        if part in self.breakage:
            self.breakage[part]()

    def received(self, text):
        """Text from UART0; whole lines are shown to `on_line`."""
        self.line += text
        while "\n" in self.line:
            line, self.line = self.line.split("\n", 1)
            if self.on_line:
                self.on_line(line.rstrip("\r"))


def pwm_top_and_divider(hz, clock_hz):
    """Counter's top and clock divider [1/16] that the rp2 port picks for a frequency, both in Hz."""
    if (clock_hz + hz // 2) // hz < 65534:
        return (clock_hz + hz // 2) // hz - 1, 16
    divider = -(-16 * clock_hz // (65534 * hz))
    if divider >= 256 * 16:
        raise ValueError("freq too small")
    return (16 * clock_hz + divider * hz // 2) // (divider * hz) - 1, divider


def machine_of(board):
    """The module `machine` of a board."""

    class Pin:
        IN, OUT, OPEN_DRAIN = 0, 1, 2
        PULL_UP, PULL_DOWN = 1, 2

        def __init__(self, name, mode=-1, pull=-1, value=None):
            board.use("pin")
            if name == "LED" and not board.led_by_name:
                raise ValueError('unknown named pin "LED"')
            if name != "LED" and not (isinstance(name, int) and 0 <= name <= 29):
                raise ValueError("invalid pin")
            self.name, self.board = name, board
            if mode == Pin.OUT:
                board.slices.pop(name, None)
                board.levels.setdefault(name, 0)
            if value is not None:
                self.value(value)

        def value(self, level=None):
            board.use("led" if self.name in ("LED", 25) else "pin")
            if level is None:
                return board.levels.get(self.name, 0)
            board.levels[self.name] = 1 if level else 0

    class PWM:
        def __init__(self, pin, freq=None, duty_u16=None):
            board.use("pwm")
            self.name = pin.name
            board.slices[self.name] = [65535, 0, 0]
            if freq is not None:
                board.slices[self.name][0] = pwm_top_and_divider(freq, board.clock_hz)[0]
                board.slices[self.name][2] = freq
            if duty_u16 is not None:
                self.duty_u16(duty_u16)

        def duty_u16(self, duty=None):
            board.use("pwm")
            top, cc, _ = board.slices[self.name]
            if duty is None:
                return (cc * 65535 + (top + 1) // 2) // (top + 1)
            board.slices[self.name][1] = (duty * (top + 1) + 65535 // 2) // 65535

    class ADC:
        def __init__(self, pin):
            board.use("adc")
            self.second = pin == 27

        def read_u16(self):
            board.use("adc")
            board.advance(2)
            code = board.world.second_code() if self.second else board.world.code()
            return code << 4 | code >> 8

    class UART:
        def __init__(self, number, baudrate, tx=None, rx=None):
            board.use("uart")
            self.byte_us = 10_000_000 // baudrate

        def write(self, text):
            board.use("uart")
            board.advance(len(text) * self.byte_us)
            board.received(text)
            return len(text)

    class WDT:
        def __init__(self, timeout=5000):
            if not 1 <= timeout <= board.watchdog_limit_ms:
                raise ValueError("timeout exceeds %d" % board.watchdog_limit_ms)
            board.watchdog_us = timeout * 1000
            self.feed()

        def feed(self):
            board.use("wdt")
            board.fed_us = board.now_us

    class Registers:
        def __setitem__(self, address, bits):
            board.use("mem")
            if address != board.watchdog_clear:
                board.wild.append(address)
            elif bits & ENABLE:
                board.watchdog_us = None

    machine = Namespace()
    machine.Pin, machine.PWM, machine.ADC, machine.UART, machine.WDT = Pin, PWM, ADC, UART, WDT
    machine.mem32 = Registers()
    machine.PWRON_RESET, machine.WDT_RESET = 1, 3
    machine.reset_cause = lambda: 3 if board.cause == "watchdog" else 1
    return machine


def micropython_of(board):
    """The module `micropython` of a board: whether a Ctrl-C interrupts."""
    micropython = Namespace()
    micropython.kbd_intr = lambda character: setattr(board, "ctrl_c", character >= 0)
    return micropython


def time_of(board):
    """The module `time` of a board: the virtual clock."""
    time = Namespace()
    time.ticks_ms = lambda: (board.ticks_start + board.now_us // 1000) % TICKS
    time.ticks_diff = lambda later, earlier: (later - earlier + TICKS // 2) % TICKS - TICKS // 2
    time.sleep_ms = lambda ms: board.advance(ms * 1000)
    return time


def os_of(board):
    """The module `os` of a board: which it is, and its flash."""

    def rename(old, new):
        board.use("rename")
        board.files[new] = board.files.pop(old)  # littlefs renames in one step

    this = Namespace()
    this.machine = board.name
    os = Namespace()
    os.uname = lambda: this
    os.rename = rename
    return os


class File:
    """An open file of the simulated flash. What is written is there byte by byte."""

    def __init__(self, board, name, mode="r"):
        self.board, self.name = board, name
        if mode == "w":
            board.use("flash")
            board.files[name] = ""
        elif name not in board.files:
            raise OSError(2)

    def read(self, size=-1):
        text = self.board.files[self.name]
        return text if size < 0 else text[:size]

    def write(self, text):
        for character in text:
            self.board.use("flash")
            self.board.files[self.name] += character
        return len(text)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return False


class PIO:
    """The module `rp2`: a state machine that counts the edges of its pin, whatever its program says."""

    @staticmethod
    def asm_pio(**settings):
        return lambda program: program

    class StateMachine:
        def __init__(self, number, program, freq, in_base):
            self.board, self.edges = in_base.board, 0
            self.board.use("pio")
            self.board.counters.append(self)

        def active(self, on):
            pass

        def exec(self, instruction):
            self.board.use("pio")

        def get(self):
            self.board.settle()
            return -self.edges & 0xFFFF_FFFF
