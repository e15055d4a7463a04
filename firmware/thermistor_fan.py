"""Hold a temperature with a thermistor and a fan on a Raspberry Pi Pico or Pico 2, with W or without.

    3V3 (pin 36) -- thermistor -- GP26 (pin 31) -- R_DIVIDER -- AGND (pin 33);  GP2 (pin 4) -- fan driver
Install: copy this file (for options fan_options.py too) and a main.py of one line:
    import thermistor_fan; thermistor_fan.main()
Rule: whatever is not known ends with the fan on. Ctrl-C stops the program and leaves the fan on.
"""

import json
import math
import os
import time

__version__ = "2.0.0"

# Wiring
THERMISTOR_PIN = 26  # GP26 is ADC0
FAN_PIN = 2  # PWM slice 1 A
DRIVE = "2-wire"  # the circuit: "LED" or "A", "2-wire" or "B", "fail-on" or "C", "4-wire" or "D"
DRIVES = {"LED": (1_000, 1), "2-wire": (30, 1), "fail-on": (30, 0), "4-wire": (25_000, 0)}  # what each needs
DRIVES.update(A=DRIVES["LED"], B=DRIVES["2-wire"], C=DRIVES["fail-on"], D=DRIVES["4-wire"])
PWM_HZ, FAN_ON = DRIVES.get(DRIVE, (30, None))  # [Hz]; full speed, None where nobody can know it [1]
ALARM_PIN = None  # option: GP number of a relay's transistor that lets the heat run: high while all is well
UART_TX_PIN, UART_RX_PIN = 0, 1  # UART0, 115200 baud
TACH_PIN = None  # option: 3 for the tachometer of design D; B and C lift its wire: 1N4148, ring to the fan
TACH_PULSES = 2  # per turn [1]
SECOND_PIN = None  # option: 27 for a second thermistor with its own R_DIVIDER; the two have to agree
SELF_TEST_MS = 0  # option: every so often the fan is varied and the reading has to answer; 0 is never [ms]

# Divider and thermistor
R_DIVIDER = 10_000  # from GP26 to ground [ohm]
R25 = 10_000  # thermistor at 25 °C [ohm]
BETA = 3950  # [K]
STEINHART_HART = (0, 0, 0)  # A, B, C of a calibrated part; zeros: R25 and BETA are used [1/K]

# What to hold
TARGET_MC = 30_000  # [m°C]
GAIN = 250  # proportional: 4 K too hot asks for full speed [permille/K]
INTEGRAL_MS = 60_000  # a lasting error asks for its proportional part again in this time [ms]
SLEW = 200  # fastest change of the running fan [permille/s]

# Fan; 1000 permille is always on
FULL = 1000  # [permille]
MIN_DUTY = 250  # below this it could stall: it runs at this or not at all [permille]
OFF_DUTY = 50  # it stops only when asked for less than this; -10_000 keeps MIN_DUTY of air flowing [permille]
KICK_MS = 750  # full speed to start a resting fan [ms]

# Sampling: the median of 15 codes over 14 ms throws out single spikes
PERIOD_MS = 250  # one reading, one decision, one line of log [ms]
SAMPLES = 15  # odd: the median is a code that was read [1]
SAMPLE_GAP_MS = 1  # [ms]
DNL_CODES = (512, 1536, 2560, 3584)  # RP2040-E11: bins up to 9 codes wide; the target keeps away [1]
DNL_MARGIN_MC = 2_000  # band around the target that shall hold none of them [mK]

# What a healthy sensor can say
OPEN_BELOW = 20  # thermistor off, or GP26 at ground; -60 °C would read so [code]
SHORT_ABOVE = 4060  # thermistor bridged, or R_DIVIDER off; 191 °C would read so [code]
LOWEST_MC, HIGHEST_MC = -20_000, 100_000  # plausible where this board works; beyond, the heat ends too [m°C]
FASTEST = 16  # a bead under a finger changes by 5 K/s; contacts that come loose, by hundreds [K/s]
NEAR_MC = 4_000  # believed: so near to where the thing was, all gaps of an hour together [mK]
DRIFT, DRIFT_MS = 100, 10_000  # a thing cools by 0.1 K/s; so much of a gap uses up none of it [mK/s], [ms]
COOL_S, REST_S = 20, 400  # and by its excess over the target in so long: as full speed can, and else [s]
FINGER_MC, FINGER_MS = 2_000, 120_000  # so much warmer in a moment, for no longer: a finger [mK], [ms]
CLEAR_MS = 5_000  # plausible for this long, and a fault is over [ms]
WEAK_MS, WEAK_MC, SLOWLY_MC = 30_000, 300, 3_000  # full speed, yet hotter in so long; in all [ms], [mK], [mK]
HOT_MC = 12_000  # this far above the target full speed has to make it cooler [mK]
BOOST_MS, STALL_MS = 2_000, 5_000  # no tachometer pulse: full speed, then fault [ms]

UNREAD = 120  # lines kept from a USB host that held up the last one: half a minute [1]
WATCHDOG_MS = 5_000  # a loop that hangs longer is reset; the RP2040 allows up to 8_388 [ms]
WATCHDOGS = {"RP2040": 0x4005_8000, "RP2350": 0x400D_8000}  # CTRL: addressmap.h in the pico-sdk
CLEAR, WATCHDOG_ENABLE = 0x3000, 1 << 30  # bits written so far above a register are cleared in it [B]; a bit
CALIBRATION = "thermistor_fan.json"  # {"offset_mc": 250}: added to every reading
MEMORY = "thermistor_fan.kept"  # the last believed reading, for as long as a fault lasts [m°C]
LARGEST_OFFSET_MC = 5_000  # more than the parts' tolerances explain is a mistake [mK]
ZERO_CELSIUS, T25 = 273.15, 298.15  # [K]
CODES = 4096  # of the 12-bit converter
NO_TEMPERATURE_MC = -273_150  # stands for none, in the log too [m°C]
GAPS = ("open", "short", "range", "jump", "latched", "error")  # the reading has to come back to where it was
FAULTS = GAPS + ("stall", "tach", "differ", "deaf")
UNBELIEVED = ("boot",) + FAULTS  # states in which the readings are not, or not yet
# The others: off, kick (starting), run, test (an option), weak (full speed, yet getting hotter)
LOG_LINE = "t_ms:%d mc:%d target_mc:%d duty:%d code:%d rpm:%d faults:%d state:%s"
KEPT_LINE = "# kept: believed when it reads about %d; to forget it, remove " + MEMORY + " and reset"

# From code to temperature
def ohms_of_code(code):
    """Thermistor [ohm] that puts the divider in the middle of this code's bin."""
    return R_DIVIDER * ((CODES - 0.5 - code) / (code + 0.5))

def kelvin_by_beta(ohms):
    return 1 / (1 / T25 + math.log(ohms / R25) / BETA)

def kelvin_by_steinhart_hart(ohms, a, b, c):
    x = math.log(ohms)
    return 1 / (a + b * x + c * x * x * x)

def milli_celsius(code):
    """Temperature [m°C] for a 12-bit code, or None where no thermistor answers."""
    if not OPEN_BELOW <= code <= SHORT_ABOVE:
        return None
    ohms = ohms_of_code(code)
    kelvin = kelvin_by_steinhart_hart(ohms, *STEINHART_HART) if any(STEINHART_HART) else kelvin_by_beta(ohms)
    return round((kelvin - ZERO_CELSIUS) * 1000)

def median(values):
    return sorted(values)[len(values) // 2]

# Judging and deciding: integers only, so that every build decides alike
def sensor_fault(code, mc, mc_before, dt_ms):
    """Name of what is wrong with a reading, or None; `mc_before` may be NO_TEMPERATURE_MC."""
    if code < OPEN_BELOW:
        return "open"
    if code > SHORT_ABOVE:
        return "short"
    if not LOWEST_MC <= mc <= HIGHEST_MC:
        return "range"
    if mc_before != NO_TEMPERATURE_MC and abs(mc - mc_before) > FASTEST * min(dt_ms, PERIOD_MS):
        return "jump"

def duty_u16(duty):  # for the fan [permille]; as PWM.duty_u16() takes it [0..65535]
    return (duty if FAN_ON else FULL - duty) * 65535 // FULL

def chip_of(machine_name):  # the watchdog of any other is not known
    for chip in WATCHDOGS:
        if chip in machine_name:
            return chip
    raise ValueError("made for RP2040 and RP2350, and this is %s" % machine_name)

def dnl_code_near(mc):
    """A DNL code that lies in the band around this temperature [m°C], or None."""
    return next((code for code in DNL_CODES if abs(milli_celsius(code) - mc) <= DNL_MARGIN_MC), None)

def offset_from(text):
    """Offset [mK] from the calibration file's text; ValueError says what is wrong with it."""
    try:
        offset = json.loads(text)["offset_mc"]
    except (ValueError, TypeError, KeyError, IndexError):
        offset = None
    if type(offset) is not int or abs(offset) > LARGEST_OFFSET_MC:  # True is an int, and NaN a float
        raise ValueError('not {"offset_mc": whole number}, or one beyond +-%d' % LARGEST_OFFSET_MC)
    return offset

class Controller:
    """What the fan shall do, from codes and time alone. Starts, and after any fault stays, at full speed."""
    def __init__(self, offset_mc=0, latched_mc=NO_TEMPERATURE_MC):
        self.offset_mc = offset_mc
        self.state, self.duty = "boot", FULL  # the log's word; [permille]
        self.code, self.faults, self.mc = 0, 0, NO_TEMPERATURE_MC  # last reading; since boot [1]; last [m°C]
        self.trusted_mc = self.thing_mc = latched_mc  # last believed; follows it as a thing can [m°C]
        self.trusted_ms = self.ahead_ms = 0  # ago; warmer than the thing, as by a finger, for so long [ms]
        self.off_mc = 0  # so far from where the thing was are readings after a gap [mK]
        self.near_uk = 1000 * NEAR_MC  # so much of that is still believed: gaps use it up [µK]
        self.good_ms = -PERIOD_MS  # plausible for so long: the first reading starts the clock [ms]
        self.integral = self.kick_ms = self.still_ms = 0  # [mK ms]; to kick, running without pulses yet [ms]
        self.full_ms, self.full_mc, self.coolest_mc = 0, 0, HIGHEST_MC  # at full speed [ms], [m°C], [m°C]
        self.fell_mc = HIGHEST_MC  # in the last WEAK_MS of it; before they are over, as far as can be [mK]
        self.weak, self.held = False, []  # cooling does nothing; state and duty to go on with after a test

    def fail(self, fault):  # full speed, at once
        self.faults += self.state != fault
        self.state, self.duty, self.good_ms, self.kick_ms, self.held = fault, FULL, -PERIOD_MS, 0, []

    def step(self, codes, dt_ms, pulses=None, other=None, hold=False):
        """Codes of one period, its length [ms]; tachometer's pulses or None, other fault, hold for a test."""
        before, self.code = self.mc, median(codes)
        mc = milli_celsius(self.code)
        self.mc = NO_TEMPERATURE_MC if mc is None else mc + self.offset_mc
        self.trusted_ms = min(self.trusted_ms + dt_ms, DRIFT_MS)
        if pulses is not None:  # a single one may be the edge of switching on
            self.still_ms = 0 if pulses > 1 or not self.duty else self.still_ms + dt_ms
        fault = sensor_fault(self.code, self.mc, before, dt_ms)
        if fault or before == NO_TEMPERATURE_MC or self.state == "latched":
            if self.trusted_mc == NO_TEMPERATURE_MC and not fault:  # the first: nothing to compare it with
                self.trusted_mc = self.thing_mc = self.mc
            self.off_mc = abs(self.mc - max(self.thing_mc, self.trusted_mc))
            if self.off_mc <= NEAR_MC:
                self.off_mc = max(0, self.off_mc - DRIFT * self.trusted_ms // 1000)
        other = other or ("stall" if self.still_ms >= STALL_MS else None)
        if fault or other:
            self.fail(fault or other)
            if not fault and not self.off_mc:  # as good a reading as it was, and what cools now is no jump
                self.believe(dt_ms)
            return
        self.good_ms = min(self.good_ms + dt_ms, CLEAR_MS)
        if self.state in UNBELIEVED:
            if self.good_ms == CLEAR_MS:
                self.state = "run" if 1000 * self.off_mc <= self.near_uk else "latched"  # it spins: no kick
            if self.state != "run":
                return
            gap_mc = self.off_mc + self.fall() * self.trusted_ms // 1000  # what is paid for is no jump any more
            self.thing_mc -= max(0, min(gap_mc, self.thing_mc - self.mc))
            self.near_uk, self.off_mc = self.near_uk - 1000 * self.off_mc, 0
        if not self.believe(dt_ms):
            return self.fail("jump")
        demand = self.demand(dt_ms)
        if hold:
            self.held = self.held or [self.state, self.duty]
            self.state, self.duty = "test", FULL
            return
        if self.held:
            (self.state, self.duty), self.held = self.held, []
        self.drive(demand, dt_ms)

    def believe(self, dt_ms):
        """Brings the thing after its reading as fast as one can change; False if it fell further."""
        ahead_mc = self.mc - self.thing_mc
        if ahead_mc < -max(NEAR_MC // 2, self.near_uk // 1000):  # as a jump, though in small steps
            self.off_mc = -ahead_mc
            return False
        self.ahead_ms = self.ahead_ms + dt_ms if ahead_mc > FINGER_MC else 0
        rise = 0 if 0 < self.ahead_ms < FINGER_MS else DRIFT  # a finger's warmth is not its own [mK/s]
        self.thing_mc += max(-self.fall() * dt_ms // 1000, min(ahead_mc, rise * dt_ms // 1000))
        self.trusted_mc, self.trusted_ms = self.mc, 0
        self.near_uk = min(1000 * NEAR_MC, self.near_uk + dt_ms)  # by 1 mK/s: whole after an hour or so
        self.full_mc = self.full_mc if self.full_ms else self.mc
        self.full_ms = self.full_ms + dt_ms if self.duty == FULL else 0
        if self.full_ms > WEAK_MS:
            self.fell_mc, self.full_ms = self.full_mc - self.mc, 0
        return True

    def fall(self):
        """How fast the thing can get colder [mK/s]: a hot one as full speed may cool it, and then as it did."""
        hot_mc, did = max(0, self.thing_mc - TARGET_MC), max(0, 1000 * self.fell_mc // WEAK_MS - DRIFT)
        return DRIFT + min(hot_mc // COOL_S, hot_mc // REST_S + did * 3 // 4)  # what cools gets slower

    def demand(self, dt_ms):
        """What PI control asks for [permille, -FULL at least]; the integral waits where it would only wind up."""
        error = self.mc - TARGET_MC
        per_permille = 1000 * INTEGRAL_MS // GAIN
        demand = max(-FULL, error * GAIN // 1000 + self.integral // per_permille)  # OFF_DUTY may be far below
        if 0 < demand < FULL or (demand <= 0) == (error > 0):
            self.integral = max(0, min(FULL * per_permille, self.integral + error * dt_ms))
        return demand

    def drive(self, demand, dt_ms):
        """Turns a demand [permille] into what a real fan can do."""
        if self.state == "off":
            if demand < MIN_DUTY:
                return
            self.kick_ms = KICK_MS
        elif demand < OFF_DUTY and self.kick_ms <= 0:
            self.state, self.duty = "off", 0
            return self.judge_cooling()
        if self.kick_ms > 0 or self.still_ms >= BOOST_MS:
            self.state, self.duty, self.kick_ms = "kick", FULL, self.kick_ms - dt_ms
            return
        change = SLEW * dt_ms // 1000
        self.duty = max(MIN_DUTY, self.duty - change, min(self.duty + change, demand, FULL))
        self.judge_cooling()
        self.state = "weak" if self.weak else "run"

    def judge_cooling(self):
        """Notes whether full speed left it hotter, or as hot: weak until it is cool. Blowing does not help."""
        if self.duty < FULL:
            self.fell_mc, self.coolest_mc, self.weak = HIGHEST_MC, HIGHEST_MC, False
            return
        self.coolest_mc = min(self.coolest_mc, self.mc)
        least = -WEAK_MC if self.mc < TARGET_MC + HOT_MC else WEAK_MC
        if not self.weak and (self.fell_mc <= least or self.mc >= self.coolest_mc + SLOWLY_MC):
            self.weak, self.faults = True, self.faults + 1

# Hardware, from here on only
def fan_on(machine):
    """A plain level: no PWM needed, and a soft reset leaves it. And the heat source off."""
    if FAN_ON is None:  # half speed with every circuit, where either level would stop the fan of some
        machine.PWM(machine.Pin(FAN_PIN), freq=PWM_HZ, duty_u16=32_768)
    else:
        machine.Pin(FAN_PIN, machine.Pin.OUT, value=FAN_ON)
    if ALARM_PIN is not None and not ALARM_PIN == FAN_PIN == 2:  # a slip: the drawings' fan is on GP2
        machine.Pin(ALARM_PIN, machine.Pin.OUT, value=0)

def read_codes(adc):
    codes = []
    for _ in range(SAMPLES):
        codes.append(adc.read_u16() >> 4)  # of 16 bits the upper 12 are the converter's
        time.sleep_ms(SAMPLE_GAP_MS)
    return codes

def store(name, value):
    with open(name + ".new", "w") as file:
        file.write(json.dumps(value))
    os.rename(name + ".new", name)  # a full flash or a reset leaves the old file whole

class Station:
    """The board with everything on it. One step() a period."""
    def __init__(self, machine):
        if DRIVE not in DRIVES:
            raise ValueError("DRIVE %s is none of %s" % (DRIVE, ", ".join(sorted(DRIVES))))
        pins = (THERMISTOR_PIN, FAN_PIN, UART_TX_PIN, UART_RX_PIN, ALARM_PIN, TACH_PIN, SECOND_PIN)
        for pin in pins:
            if pin is not None and pins.count(pin) > 1:
                raise ValueError("GP%d is named for two things" % pin)
        if not LOWEST_MC <= TARGET_MC <= HIGHEST_MC:
            raise ValueError("TARGET_MC %d is beyond %d to %d" % (TARGET_MC, LOWEST_MC, HIGHEST_MC))
        chip = chip_of(os.uname().machine)
        self.machine, self.watchdog, self.options, self.problem = machine, None, None, None
        self.fan = machine.PWM(machine.Pin(FAN_PIN), freq=PWM_HZ, duty_u16=duty_u16(FULL))
        self.adc = machine.ADC(THERMISTOR_PIN)
        self.uart = machine.UART(0, 115_200, tx=machine.Pin(UART_TX_PIN), rx=machine.Pin(UART_RX_PIN))
        try:
            self.led = machine.Pin("LED", machine.Pin.OUT)
        except (ValueError, TypeError):  # builds for the plain Pico that do not know the name
            self.led = machine.Pin(25, machine.Pin.OUT)
        if SELF_TEST_MS or (ALARM_PIN, TACH_PIN, SECOND_PIN) != (None, None, None):
            import fan_options
            self.options = fan_options.Options(machine, globals())
        self.periods = self.uptime_ms = self.dt_ms = self.unread = 0
        self.last_ms = time.ticks_ms()
        try:
            with open(MEMORY) as file:
                self.kept = json.loads(file.read(200))  # nonsense in it ends here, with the fan on
        except OSError:
            self.kept = NO_TEMPERATURE_MC
        self.tell("# thermistor_fan %s" % __version__)
        self.controller = Controller(self.read_offset(), self.kept)
        if self.kept != NO_TEMPERATURE_MC:
            self.tell(KEPT_LINE % self.kept)
        if machine.reset_cause() == machine.WDT_RESET:
            self.controller.faults = 1
            self.tell("# reset by the watchdog, or by machine.reset()")
        if chip == "RP2040" and dnl_code_near(TARGET_MC) is not None:
            self.tell("# target_mc is near ADC code %d, off by up to 9" % dnl_code_near(TARGET_MC))

    def read_offset(self):
        """Calibration [mK]; without a good file none, and a line that says why."""
        try:
            with open(CALIBRATION) as file:
                return offset_from(file.read(200))
        except OSError:
            self.tell("# no calibration")
        except ValueError as problem:  # UnicodeError is one
            self.tell("# calibration ignored: %s" % problem)
        return 0

    def keep(self):
        """Writes where the reading was to the flash, once a fault: a brown-out at night is a reset too."""
        c, kept = self.controller, self.kept
        if c.state in GAPS or c.off_mc:
            kept = max(c.thing_mc, c.trusted_mc) + NEAR_MC - c.near_uk // 1000  # what gaps used up stays so
        elif c.state not in UNBELIEVED:
            kept = NO_TEMPERATURE_MC
        if kept != self.kept:
            self.kept = kept  # stored or not: a flash that is full is told once, and the readings are no worse
            try:
                store(MEMORY, kept)
                now = kept - NEAR_MC + c.near_uk // 1000  # the next boot believes NEAR_MC again
                self.tell(KEPT_LINE % now if kept != NO_TEMPERATURE_MC else "# kept: nothing")
            except OSError as problem:
                self.tell("# not kept: %s" % problem)

    def tell(self, line):
        self.uart.write(line + "\r\n")  # first: nothing that happens to USB takes the line from the UART
        self.unread = max(0, self.unread - 1)
        if self.unread == 0:
            start = time.ticks_ms()
            print(line)
            if time.ticks_diff(time.ticks_ms(), start) > PERIOD_MS // 2:  # a host that does not read
                self.unread = UNREAD
                self.uart.write("# USB is too slow: %d lines left out\r\n" % UNREAD)

    def step(self):
        """One period. Whatever goes wrong, wherever: fan on, say so, carry on."""
        for work in (self.control, self.guard, self.report, self.keep):
            try:
                work()
            except Exception as problem:  # nothing is known about it, so nothing narrower will do
                self.fan.duty_u16(duty_u16(FULL))
                self.controller.fail("error")
                self.controller.mc, self.problem = NO_TEMPERATURE_MC, problem  # a gap
                self.controller.trusted_ms += self.dt_ms

    def control(self):
        now = time.ticks_ms()
        self.dt_ms = min(max(time.ticks_diff(now, self.last_ms), 1), 4 * PERIOD_MS)  # ticks wrap
        self.last_ms, self.uptime_ms = now, self.uptime_ms + self.dt_ms
        c, codes = self.controller, read_codes(self.adc)
        seen = self.options.look(c, codes, self.dt_ms) if self.options else (None, None, False)
        c.step(codes, self.dt_ms, seen[0], seen[1], seen[2])
        self.dt_ms = 0  # passed on
        self.fan.duty_u16(duty_u16(c.duty))

    def guard(self):
        """Feeds the watchdog, which starts when the fan may run below full: 5 s to interrupt it."""
        if self.options:
            self.options.guard(self.controller, self.uptime_ms)
        if self.watchdog:
            self.watchdog.feed()
        elif self.controller.state != "boot":
            self.watchdog = self.machine.WDT(timeout=WATCHDOG_MS)

    def report(self):
        """One line of log; a blip of the LED every two seconds, or fast blinking while something is wrong."""
        c, rpm = self.controller, self.options.rpm if self.options else -1
        self.tell(LOG_LINE % (self.uptime_ms, c.mc, TARGET_MC, c.duty, c.code, rpm, c.faults, c.state))
        if self.problem:
            problem, self.problem = self.problem, None
            self.tell("# error %s: %s" % (type(problem).__name__, problem))
        self.periods += 1
        wrong = c.state == "weak" or c.state in FAULTS
        self.led.value(self.periods % 2 if wrong else self.periods % 8 == 0)

    def wait(self):  # for the end of the period
        time.sleep_ms(max(0, PERIOD_MS - time.ticks_diff(time.ticks_ms(), self.last_ms)))

def calibrate(known_mc):
    """From the prompt, with the thermistor at a known temperature [m°C]: store what readings are off by."""
    import machine
    mc = milli_celsius(median(read_codes(machine.ADC(THERMISTOR_PIN))))
    if mc is None:
        raise ValueError("no thermistor answers")
    offset = offset_from(json.dumps({"offset_mc": known_mc - mc}))  # too large is refused here
    store(CALIBRATION, {"offset_mc": offset})
    return offset

def main():
    import machine
    fan_on(machine)  # before anything that could fail
    try:
        station = Station(machine)
        while True:
            station.step()
            station.wait()
    except KeyboardInterrupt:
        import micropython
        micropython.kbd_intr(-1)  # no second Ctrl-C breaks off what follows; the prompt turns it on again
        # MicroPython has no call that stops the watchdog; left running, it would reset a board being updated.
        machine.mem32[WATCHDOGS[chip_of(os.uname().machine)] + CLEAR] = WATCHDOG_ENABLE
    except Exception as problem:  # the prompt tells it on USB only
        fan_on(machine)
        uart = machine.UART(0, 115_200, tx=machine.Pin(UART_TX_PIN), rx=machine.Pin(UART_RX_PIN))
        uart.write("# ended by %s: %s\r\n" % (type(problem).__name__, problem))
        raise
    finally:
        fan_on(machine)
    print("# stopped; the fan stays on")

if __name__ == "__main__":
    main()
