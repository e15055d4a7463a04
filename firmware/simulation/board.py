"""The RP2040 as the script sees it: modules `machine` and `time` in virtual time.

What matters is kept as MicroPython's rp2 port has it: 12 bits of converter widened to 16, PWM rounded to what
the counter can do, pins that float after a reset, a watchdog that resets in mid-instruction, ticks that wrap.
"""

CLOCK_HZ = 125_000_000
TICKS = 1 << 30  # ticks_ms() wraps here, after 12.4 days
WATCHDOG_LIMIT_MS = 8388
CTRL_CLEAR, ENABLE = 0x4005_B000, 1 << 30
FAN_PIN = 2


class Reset(BaseException):
    """The chip starts anew: nothing of the program runs any more, not even its `finally`."""


class Namespace:
    """What stands in for a module."""


class Board:
    """One board; `world` is what its pins are wired to.

    The world has advance(seconds, level), code() of the converter, edges() of the tachometer.
    """

    def __init__(self, world, led_by_name=True, ticks_start=0):
        self.world = world
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
        self.levels = {}  # pin -> 0 or 1 driven by software
        self.slices = {}  # pin -> [top, cc] driven by PWM
        self.watchdog_us = None
        self.fed_us = 0
        self.handlers = {}
        self.line = ""

    def fan_level(self):
        """Share of time that GP2 is high; a floating pin is pulled low by the gate's resistor."""
        if FAN_PIN in self.slices:
            top, cc = self.slices[FAN_PIN]
            return min(1.0, cc / (top + 1))
        return float(self.levels.get(FAN_PIN, 0))

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
        self.world.advance(self.pending_us / 1_000_000, self.fan_level())
        self.pending_us = 0
        edges = self.world.edges()
        for handler in self.handlers.values():
            for _ in range(edges):
                handler(None)

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


def pwm_top_and_divider(hz):
    """Counter's top and clock divider [1/16] that the rp2 port picks for a frequency [Hz]."""
    if (CLOCK_HZ + hz // 2) // hz < 65534:
        return (CLOCK_HZ + hz // 2) // hz - 1, 16
    divider = -(-16 * CLOCK_HZ // (65534 * hz))
    if divider >= 256 * 16:
        raise ValueError("freq too small")
    return (16 * CLOCK_HZ + divider * hz // 2) // (divider * hz) - 1, divider


def machine_of(board):
    """The module `machine` of a board."""

    class Pin:
        IN, OUT, OPEN_DRAIN = 0, 1, 2
        PULL_UP, PULL_DOWN = 1, 2
        IRQ_FALLING, IRQ_RISING = 4, 8

        def __init__(self, name, mode=-1, pull=-1, value=None):
            board.use("pin")
            if name == "LED" and not board.led_by_name:
                raise ValueError('unknown named pin "LED"')
            if name != "LED" and not (isinstance(name, int) and 0 <= name <= 29):
                raise ValueError("invalid pin")
            self.name = name
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

        def irq(self, handler, trigger=12):
            board.handlers[self.name] = handler

    class PWM:
        def __init__(self, pin, freq=None, duty_u16=None):
            board.use("pwm")
            self.name = pin.name
            board.slices[self.name] = [65535, 0]
            if freq is not None:
                board.slices[self.name][0] = pwm_top_and_divider(freq)[0]
            if duty_u16 is not None:
                self.duty_u16(duty_u16)

        def duty_u16(self, duty=None):
            board.use("pwm")
            top, cc = board.slices[self.name]
            if duty is None:
                return (cc * 65535 + (top + 1) // 2) // (top + 1)
            board.slices[self.name][1] = (duty * (top + 1) + 65535 // 2) // 65535

    class ADC:
        def __init__(self, pin):
            board.use("adc")

        def read_u16(self):
            board.use("adc")
            board.advance(2)
            code = board.world.code()
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
            if not 1 <= timeout <= WATCHDOG_LIMIT_MS:
                raise ValueError("timeout exceeds 8388")
            board.watchdog_us = timeout * 1000
            self.feed()

        def feed(self):
            board.use("wdt")
            board.fed_us = board.now_us

    class Registers:
        def __setitem__(self, address, bits):
            if address == CTRL_CLEAR and bits & ENABLE:
                board.watchdog_us = None

    machine = Namespace()
    machine.Pin, machine.PWM, machine.ADC, machine.UART, machine.WDT = Pin, PWM, ADC, UART, WDT
    machine.mem32 = Registers()
    machine.PWRON_RESET, machine.WDT_RESET = 1, 3
    machine.reset_cause = lambda: 3 if board.cause == "watchdog" else 1
    return machine


def time_of(board):
    """The module `time` of a board: the virtual clock."""
    time = Namespace()
    time.ticks_ms = lambda: (board.ticks_start + board.now_us // 1000) % TICKS
    time.ticks_diff = lambda later, earlier: (later - earlier + TICKS // 2) % TICKS - TICKS // 2
    time.sleep_ms = lambda ms: board.advance(ms * 1000)
    return time
