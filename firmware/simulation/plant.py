"""What the board is wired to: a heated thing, its fan, the thermistor on it, divider and converter."""

import math

DNL_CODES = (512, 1536, 2560, 3584)


class Random:
    """The same numbers in every interpreter (Park and Miller 1988, doi:10.1145/63039.63042)."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = self.state * 16807 % 2147483647
        return self.state / 2147483647

    def normal(self):
        """Nearly normal with deviation 1: four uniform numbers."""
        return 1.7320508 * (self.uniform() + self.uniform() + self.uniform() + self.uniform() - 2)


class Fan:
    """Needs `start` of its voltage to move, keeps moving down to `stall`; `settling` to a new speed [s]."""

    def __init__(self, start=0.35, stall=0.2, settling=1.0, top_rpm=3000):
        self.start, self.stall, self.settling, self.top_rpm = start, stall, settling, top_rpm
        self.speed = 0.0
        self.connected = True
        self.jammed = False
        self.turns = 0.0

    def advance(self, seconds, level):
        needed = self.stall if self.speed > 0.1 else self.start
        driven = self.connected and not self.jammed and level >= needed
        wanted = level if driven else 0.0
        self.speed += (wanted - self.speed) * min(1.0, seconds / self.settling)
        if self.jammed:
            self.speed = 0.0
        self.turns += self.speed * self.top_rpm / 60 * seconds


class World:
    """One lump of heat that the fan blows on, and a thermistor bead that follows it.

    Without the fan the load lifts the lump `load_k` above the air; at full speed the lump sheds heat
    1 + `cooling` times as well. `noise` is the converter's, in codes.
    """

    def __init__(self, ambient_c=22.0, load_k=12.0, cooling=1.5, settling=180.0, noise=2.0, seed=1, fan=None):
        self.ambient_c, self.load_k, self.cooling = ambient_c, load_k, cooling
        self.settling, self.noise = settling, noise
        self.fan = fan or Fan()
        self.random = Random(seed)
        self.thing_c = ambient_c
        self.bead_c = ambient_c
        self.longest_s = 0.05  # step of the plant [s]
        self.finger_c = None  # skin on the bead [°C]
        self.ramp = 0.0  # of the air [K/s]
        self.sensor = None  # code that a broken sensor gives, instead of the bead
        self.offset_k = 0.0  # what a bad contact adds to the temperature that the bead seems to have [K]
        self.fallen = False  # the bead has come off and hangs in the air
        self.follow_s = 5.0  # it follows what it sits on; slowly where it comes off bit by bit [s]
        self.second_sensor = None  # code of a second thermistor that is broken
        self.flicker = 0.0  # chance that a sample is the spike of a loose contact
        self.edges_told = 0

    def advance(self, seconds, level):
        while seconds > 0:
            step = min(seconds, self.longest_s)
            seconds -= step
            self.fan.advance(step, level)
            self.ambient_c += self.ramp * step
            shed = (self.thing_c - self.ambient_c) * (1 + self.cooling * self.fan.speed)
            self.thing_c += (self.load_k - shed) * step / self.settling
            source, follow = (self.thing_c, self.follow_s) if self.finger_c is None else (self.finger_c, 2.5)
            source = self.ambient_c if self.fallen else source
            self.bead_c += (source - self.bead_c) * step / follow

    def code(self):
        """12-bit code of one sample."""
        if self.sensor is not None:
            return self.sensor
        if self.flicker and self.random.uniform() < self.flicker:
            return 0
        return self.converted(self.bead_c + self.offset_k)

    def second_code(self):
        """12-bit code of one sample of a second thermistor, on the thing itself."""
        return self.converted(self.thing_c) if self.second_sensor is None else self.second_sensor

    def converted(self, celsius):
        """What divider and converter make of a temperature."""
        ohms = 10_000 * math.exp(3950 * (1 / (celsius + 273.15) - 1 / 298.15))
        exact = 4096 * 10_000 / (10_000 + ohms) + self.noise * self.random.normal()
        code = max(0, min(4095, int(exact)))
        for wide in DNL_CODES:
            if abs(code - wide) <= 4:
                return wide
        return code

    def edges(self):
        """Falling edges of the tachometer since last asked, two a turn."""
        total = int(self.fan.turns * 2)
        new, self.edges_told = total - self.edges_told, total
        return new
