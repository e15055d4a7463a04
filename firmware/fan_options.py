"""Options of thermistor_fan.py: alarm, tachometer, second thermistor, self-test. Copy it beside that file.

ALARM_PIN, TACH_PIN, SECOND_PIN and SELF_TEST_MS on top of thermistor_fan.py switch them on; what tunes them
is here.
"""
# The instructions of the PIO are names that only rp2.asm_pio() knows.
# pyright: reportUndefinedVariable=false

REST_MS = 60_000  # so long the heat stays off, at start too: a loose contact must not hammer its relay [ms]
TACH_EVERY_MS = 15_000  # a fan whose ground is chopped is held on for two periods so often, to count [ms]
FASTEST_RPM = 12_000  # faster is no fan but the noise of a chopped wire [rpm]
DIFFER_MC = 3_000  # two thermistors at one place agree within this [mK]
ANSWER_MC = 300  # full speed cools a thing that makes heat by so much [mK]
ANSWER_MS = 60_000  # in so long [ms]
AGAIN_MS = 600_000  # a thing without heat cannot answer: so long after, it has another try [ms]
TEST_BELOW = 700  # a fan that runs faster has too little left to vary [permille]


class Options:
    """Looks once a period at what is switched on. `core` holds the names of thermistor_fan.py."""

    def __init__(self, machine, core):
        self.core = core
        self.rpm = -1  # last speed that was measured [rpm]
        self.count = self.second = self.alarm = None
        self.heat, self.ended_ms = False, 0  # whether the alarm lets it run; when it last ended it [ms]
        self.told = 0  # pulses that were counted before [1]
        self.full_periods = self.unheard_ms = self.test_ms = 0
        self.start_mc = None  # of the self-test that runs [m°C]
        self.deaf_mc = None  # highest since a self-test had no answer [m°C]
        self.again = False  # it had none, and this is another try
        if core["ALARM_PIN"] is not None:
            self.alarm = machine.Pin(core["ALARM_PIN"], machine.Pin.OUT, value=0)
        if core["TACH_PIN"] is not None:
            if core["DRIVE"] in ("LED", "A"):
                raise ValueError('TACH_PIN with DRIVE "LED": an LED has no tachometer')
            self.count = pulse_counter(machine, core["TACH_PIN"])
        if core["SECOND_PIN"] is not None:
            self.second = machine.ADC(core["SECOND_PIN"])

    def look(self, controller, codes, dt_ms):
        """(pulses or None, fault or None, whether to hold at full speed), as Controller.step() takes them."""
        pulses, fault, hold = None, None, False
        if self.count:
            pulses, fault, hold = self.listen(self.count(), controller, dt_ms)
        if self.second:
            fault = fault or self.compare(codes, self.core["read_codes"](self.second))
        if self.core["SELF_TEST_MS"]:
            other, test = self.test(controller, dt_ms)
            fault, hold = fault or other, hold or test
        return pulses, fault, hold

    def guard(self, controller, uptime_ms):
        """Lets the heat source run while all is well, and has been off long enough."""
        if self.alarm is None:
            return
        well = not controller.weak and controller.state not in self.core["UNBELIEVED"]
        if self.heat and not well:
            self.ended_ms = uptime_ms
        self.heat = well and uptime_ms - self.ended_ms >= REST_MS
        self.alarm.value(self.heat)

    def listen(self, total, controller, dt_ms):
        """Counts while the fan is held on: a chopped ground puts the PWM on the tachometer's wire."""
        pulses, self.told = (total - self.told) & 0xFFFF_FFFF, total
        self.unheard_ms += dt_ms
        self.full_periods = self.full_periods + 1 if controller.duty == self.core["FULL"] else 0
        if self.core["DRIVE"] not in ("4-wire", "D") and self.full_periods < 2:  # the first began chopped
            return None, None, controller.duty > 0 and self.unheard_ms >= TACH_EVERY_MS
        if dt_ms < self.core["PERIOD_MS"] // 2:  # as the first: a single pulse would be thousands of turns
            return None, None, False
        self.unheard_ms = 0
        self.rpm = pulses * 60_000 // (self.core["TACH_PULSES"] * dt_ms)
        if self.rpm > FASTEST_RPM:
            return None, "tach", False
        return pulses, None, controller.state == "test" and pulses < 2  # until it turns, or is found to stand

    def compare(self, codes, others):
        """The second thermistor against the first, both without calibration."""
        mc_of, median = self.core["milli_celsius"], self.core["median"]
        first, second = mc_of(median(codes)), mc_of(median(others))
        if first is None:  # told by its own name
            return None
        return "differ" if second is None or abs(first - second) > DIFFER_MC else None

    def test(self, controller, dt_ms):
        """Blows at full speed now and then: a bead on a thing that makes heat has to get cooler."""
        mc = controller.mc
        self.test_ms += dt_ms
        if self.deaf_mc is not None:  # until it does get cooler
            if controller.state != "deaf":  # a gap or a jump is no answer: from the next reading on
                self.deaf_mc = mc
            self.deaf_mc = max(self.deaf_mc, mc)
            self.again = self.test_ms >= AGAIN_MS
            if mc > self.deaf_mc - ANSWER_MC and not self.again:
                return "deaf", False
            self.deaf_mc, self.test_ms = None, self.core["SELF_TEST_MS"] if self.again else 0
        if self.start_mc is None:
            due = self.test_ms >= self.core["SELF_TEST_MS"] and controller.duty <= TEST_BELOW
            if due and controller.state in ("off", "run"):
                self.start_mc, self.test_ms = mc, 0
        elif controller.state in self.core["FAULTS"]:  # no answer either: anew, as soon as it is over
            self.start_mc, self.test_ms = None, self.core["SELF_TEST_MS"]
        elif self.answered(mc - self.start_mc):
            self.start_mc, self.test_ms, self.again = None, 0, False
        elif self.test_ms >= ANSWER_MS:
            self.start_mc, self.deaf_mc, self.test_ms = None, mc, 0
            return "deaf", False
        return None, self.start_mc is not None

    def answered(self, change_mc):
        """Whether the reading moved with the fan; in another try the heat, which comes back, moves it too."""
        return change_mc <= -ANSWER_MC or self.again and change_mc >= ANSWER_MC


def pulse_counter(machine, number):
    """Function that tells how many falling edges GP `number` has had, modulo 2**32.

    A state machine of the PIO counts: edges cost the interpreter nothing, and a dead time of 1 ms after each
    limits their rate. (The PWM's counters have no dead time, and only an address in memory reads them.)
    """
    import rp2

    @rp2.asm_pio()
    def falling():  # 1 MHz; x counts down from zero
        wrap_target()
        wait(1, pin, 0)
        wait(0, pin, 0)
        jmp(x_dec, "counted")
        label("counted")
        set(y, 31)  # pyright: ignore
        label("dead")
        jmp(y_dec, "dead")[31]
        wrap()

    wire = machine.Pin(number, machine.Pin.IN, machine.Pin.PULL_UP)
    counting = rp2.StateMachine(0, falling, freq=1_000_000, in_base=wire)
    counting.exec("set(x, 0)")
    counting.active(1)

    def count():
        counting.exec("mov(isr, x)")
        counting.exec("push(noblock)")
        return -counting.get() & 0xFFFF_FFFF

    return count
