"""What the solver takes parts beyond the simplest for: straight pieces, which DC needs no more than.

Core: runs in MicroPython too.

    ZENER     a diode of 0.7 V forwards, and one of its own voltage backwards
    NPN, PNP  base to emitter a diode of 0.7 V; the collector carries 100 times the base's current, and
              no more than what its circuit gives it: then 2 ohm from collector to emitter
    PMOS      as T, turned round: 50 milliohm from V_GS = -2.5 V on, open above; no body diode
    OPAMP     100,000 times the difference of its inputs, counted from g, between g and v; no input current;
              what it delivers is counted at g
    FUSE      the resistor that drops 0.1 V at its rated current
    SWITCH, BUTTON  50 milliohm closed, open otherwise; both are solved, as both levels of a pin are
    RELAY     the resistor that takes the rated current at the rated voltage (without values: 5 V and 70 mA);
              from 75 % of its voltage on com is on no, 50 milliohm, below on nc
    FAN_PWM   the resistor that takes the rated current at the rated voltage (12 V and 200 mA); its pwm input
              is 5 V behind 1 kiloohm, the most the specification allows; its tach output is open
    CONN, CHIP  no current of their own

Source: of FAN_PWM's input, Intel, 4-Wire PWM Controlled Fans, specification 1.3, 2.1.4: at most 5.25 V open,
5 mA shorted.
"""

from . import blocks
from .catalogue import quantity

DIODE_DROP = 0.7  # [V]
DROP_SLACK = 1e-9  # of a drop: far above rounding, far below what matters [V]
GAIN = 100.0  # collector's current to the base's [1]: what is counted on, most have more
SATURATED = 2.0  # of a transistor that is fully on: 0.2 V at 100 mA, a BC547 [ohm]
SWITCH_ON = 0.05  # of contacts and MOSFETs [ohm]
SWITCH_AT = 2.5  # V_GS from which a MOSFET is on [V]
OPAMP_GAIN = 1e5  # of the difference of its inputs [1]
FUSE_DROP = 0.1  # at its rated current [V]
PULL_IN = 0.75  # of a relay's rated voltage, from which on it is pulled in [1]
RELAY = (5.0, 0.07)  # one without values [V], [A]
FAN_PWM = (12.0, 0.2)  # one without values [V], [A]
PWM_VOLTS, PWM_OHMS = 5.0, 1000.0  # of a 4-wire fan's input

COLDEST, HOTTEST = -40.0, 125.0  # where common thermistors are specified [°C]

SWITCHES = ("SWITCH", "BUTTON")
# The ports between which a transistor switches.
SWITCHING = {"T": "ds", "PMOS": "ds", "NPN": "ce", "PNP": "ce"}
# Turned round, what is positive in one is negative in the other.
POLARITY = {"NPN": 1, "PNP": -1, "T": 1, "PMOS": -1}


def rated(component, usual):
    """`(volts, amperes, True where the text gives both)` of a part, or of a usual one."""
    volts, amperes = component.value("V"), component.value("A")
    if volts and amperes:
        return volts, amperes, True
    return volts or usual[0], amperes or usual[1], False


class Part:
    """Adds the elements of one component to a solver's model.

    Args:
        model: a `solve.Model`.
        component: one whose ports are all wired.
    """

    def __init__(self, model, component):
        self.model = model
        self.component = component
        if component.kind.block:
            self.ports = blocks.ports(component)
        else:
            self.ports = {port.name: port for port in component.ports}

    def node(self, name):
        """The node of a port, or of a place inside."""
        if name in self.ports:
            return self.model.node(self.ports[name])
        return self.model.inside(self.component, name)

    def pin(self, name):
        """The pin whose current is counted, or None for a place inside."""
        return (self.component.id, self.ports[name].name) if name in self.ports else None

    def add(self, kind, one, other, value, control=()):
        """Adds an element between two ports, or places inside, and returns it."""
        pins = (self.pin(one), self.pin(other))
        name = "%s.%s.%s" % (self.component.id, one, other)
        return self.model.add(kind, name, (self.node(one), self.node(other)), value, pins, control)

    def assume(self, usual):
        """Rated voltage and current; says so where they are a usual part's."""
        volts, amperes, known = rated(self.component, usual)
        if not known:
            words = "%s and %s" % (quantity(volts, "V"), quantity(amperes, "A"))
            self.model.assume(self.component, words)
        return volts, amperes


def zener(part):
    part.add("D", "a", "c", DIODE_DROP)
    part.add("D", "c", "a", part.model.needed(part.component, "V", "write what it holds, as ZENER_5.1V"))


def bipolar(part):
    up = POLARITY[part.component.kind.name] > 0
    base = ("b", "e") if up else ("e", "b")
    part.add("R", "c", "collector", SATURATED)
    sensed = part.add("D", base[0], base[1], DIODE_DROP)
    one, other = ("collector", "e") if up else ("e", "collector")
    part.add("F", one, other, GAIN, sensed)
    part.add("D", other, one, 0.0)


def p_channel(part):
    part.add("S", "d", "s", SWITCH_ON, (part.node("s"), part.node("g"), SWITCH_AT))
    if part.model.gates_short:
        part.add("R", "g", "s", 1e-6)


def amplifier(part):
    control = tuple([part.node(name) for name in ("p", "n", "v", "g")])
    part.add("E", "o", "g", OPAMP_GAIN, control)


def fuse(part):
    amperes = part.model.needed(part.component, "A", "write its rated current, as FUSE_500m")
    part.add("R", "1", "2", FUSE_DROP / max(amperes, 1e-9))


def contact(part):
    if part.model.closed(part.component):
        part.add("R", "1", "2", SWITCH_ON)


def relay(part):
    if "a" not in part.ports or "b" not in part.ports:
        return
    volts, amperes = part.assume(RELAY)
    part.add("R", "a", "b", volts / amperes)
    coil = (part.node("a"), part.node("b"), PULL_IN * volts)
    if "com" in part.ports and "no" in part.ports:
        part.add("K", "com", "no", SWITCH_ON, coil)
    if "com" in part.ports and "nc" in part.ports:
        part.add("N", "com", "nc", SWITCH_ON, coil)


def fan(part):
    if "supply" in part.ports and "gnd" in part.ports:
        volts, amperes = part.assume(FAN_PWM)
        part.add("R", "supply", "gnd", volts / amperes)
    if "pwm" in part.ports and "gnd" in part.ports:
        part.add("V", "inside", "gnd", PWM_VOLTS)
        part.add("R", "inside", "pwm", PWM_OHMS)


PARTS = {
    "ZENER": zener,
    "NPN": bipolar,
    "PNP": bipolar,
    "PMOS": p_channel,
    "OPAMP": amplifier,
    "FUSE": fuse,
    "SWITCH": contact,
    "BUTTON": contact,
    "RELAY": relay,
    "FAN_PWM": fan,
}


def conducts(element, was, volts, amperes, i):
    """The state that an element of several takes after a solution in which it was in state `was`.

    False and True for open and closed; of an amplifier 0 where it amplifies, 1 and -1 at its rails.
    """
    if element.kind == "D":
        one, other = element.nodes
        # Where exactly the drop lies across it, as a zener's 3.3 V across a pin, rounding must not open and
        # close it again and again.
        return amperes[i] > 0 if was else volts[one] - volts[other] > element.value + DROP_SLACK
    if element.kind == "E":
        plus, minus, high, low = element.control
        wanted = volts[low] + element.value * (volts[plus] - volts[minus])
        if was == 0:
            wanted = volts[element.nodes[0]]
        return 1 if wanted > volts[high] else -1 if wanted < volts[low] else 0
    one, other, at = element.control
    difference = volts[one] - volts[other]
    if element.kind == "S":
        return difference >= at
    return (abs(difference) >= at) == (element.kind == "K")


def states_of(element):
    """The states that an element can be in."""
    return (0, 1, -1) if element.kind == "E" else (False, True)


STATEFUL = ("D", "S", "E", "K", "N")
