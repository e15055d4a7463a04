"""What drives the fan in a circuit, and whether the script's DRIVE says so. Core: runs in MicroPython too."""

from . import board, solve, unseen
from .blocks import ports as block_ports

# What the script may call its circuit -> level of its pin at which the fan is at full speed.
FAN_ON = {"LED": 1, "2-wire": 1, "fail-on": 0, "4-wire": 0}

# The script takes a design's letter for its drive as well.
DESIGNS = {"A": "LED", "B": "2-wire", "C": "fail-on", "D": "4-wire"}

# Frequencies for a drive [Hz]. 10 to 100 Hz where a fan's supply is chopped; its tachometer is then valid
# only while it is on: Microchip DS41304B, 2.4.2 and 2.4.3. 21 to 28 kHz for a 4-wire fan's input: Intel,
# 4-Wire PWM Controlled Fans Specification 1.3, 2.1.4. An LED: above what flickers.
HZ = {"LED": (100, 30_000), "2-wire": (10, 100), "fail-on": (10, 100), "4-wire": (21_000, 28_000)}


def frequency(source, name):
    """PWM frequency [Hz] that the script's DRIVES has for a drive, or None."""
    for line in source.split("\n"):
        parts = line.split('"%s": (' % name)
        if line.startswith("DRIVES = {") and len(parts) == 2:
            return int(parts[1].split(",")[0].replace("_", ""))
    return None


def constant(source):
    """The script's DRIVE as FAN_ON has it; None in a script of version 1, which is for designs A and B."""
    for line in source.split("\n"):
        if line.startswith('DRIVE = "'):
            return named(line.split('"')[1])
    return None


def named(said):
    """A drive's name in FAN_ON, for a name or a design's letter; what is neither is handed back as it is."""
    return DESIGNS.get(said, said)


class Drawn:
    """What a pin does to a circuit's fan, or to the LED in its place, as the solved states say.

    Args:
        kind: INPUT, SUPPLY or LIGHT: what changes with the pin.
        level: of the pin at which the fan is at full speed, 1 or 0.
        component: the fan, or the LED.
    """

    def __init__(self, kind, level, component):
        self.kind = kind
        self.level = level
        self.component = component


# What changes with the pin: the input of a 4-wire fan, a fan's supply, an LED's current.
INPUT, SUPPLY, LIGHT = "input", "supply", "light"

# Of what changes, and the level for full speed: the drive that is for it. An LED may hang on plus too.
NAMED = {(LIGHT, 1): "LED", (SUPPLY, 1): "2-wire", (SUPPLY, 0): "fail-on", (LIGHT, 0): "fail-on"}
NAMED[INPUT, 0] = "4-wire"

# Smaller changes than these are none: of a fan's voltage and its input [V], of an LED's current [A].
VOLTS, AMPERES = 0.5, 1e-4


def _across(state, one, other):
    return state.nets[one.net.name] - state.nets[other.net.name]


def gauges(component):
    """`[(what changes, function from a state to a number, least change)]` of a fan or an LED."""
    kind = component.kind.name
    if any(port.net is None for port in component.ports) and not component.kind.block:
        return []
    if kind == "FAN":
        one, other = component.ports
        return [(SUPPLY, lambda state: abs(_across(state, one, other)), VOLTS)]
    if kind == "LED":
        return [(LIGHT, lambda state: state.currents[component.id + ".a"], AMPERES)]
    ports = block_ports(component) if kind == "FAN_PWM" else {}
    found = []
    if "supply" in ports and "gnd" in ports:
        found.append((SUPPLY, lambda state: _across(state, ports["supply"], ports["gnd"]), VOLTS))
    if "pwm" in ports and "gnd" in ports:
        found.append((INPUT, lambda state: _across(state, ports["pwm"], ports["gnd"]), VOLTS))
    return found


def pairs_of(circuit, port, states):
    """`[(state with the pin low, with it high)]` of states that differ in this pin alone."""
    place = [one is port for _, one in solve.outputs(circuit)].index(True)
    found = {}
    for state in states:
        rest = [level for number, (_, level) in enumerate(state.levels) if number != place]
        found.setdefault(tuple(rest), {})[state.levels[place][1]] = state
    return [(two["low"], two["high"]) for two in found.values() if len(two) == 2]


def _levels(pairs, gauge, least):
    """Levels of the pin at which a gauge shows more, 1 and 0, of those pairs in which it changes."""
    found = []
    for low, high in pairs:
        change = gauge(high) - gauge(low)
        if abs(change) > least:
            found.append(1 if change > 0 else 0)
    return sorted(set(found))


def drawn(circuit, port, states):
    """`[Drawn]`: what an output pin does to the fans of a circuit, or to its LEDs where it has no fan.

    A fan whose supply changes counts for that, whatever its input does. An LED says nothing where the pin's
    path ends on a chip or a connector too: the fan is there.

    Args:
        port: of the pin.
        states: all of `solve.solve`.
    """
    if not any(port is one for _, one in solve.outputs(circuit)):
        return []
    pairs = pairs_of(circuit, port, states)
    fans = [c for c in circuit.components if c.kind.name in ("FAN", "FAN_PWM")]
    if not fans and unseen.ends(circuit, port.net):
        return []
    found = []
    for component in fans or [c for c in circuit.components if c.kind.name == "LED"]:
        for kind, gauge, least in gauges(component):
            levels = _levels(pairs, gauge, least)
            found += [Drawn(kind, level, component) for level in levels]
            if levels:
                break
    return found


def pulled_relays(circuit, pairs):
    """Relays whose coils a pin switches.

    Args:
        pairs: of `pairs_of`.
    """
    found = []
    for component in circuit.components:
        ports = block_ports(component) if component.kind.name == "RELAY" else {}
        if "a" in ports and "b" in ports:
            gauge = coil_gauge(ports)
            if any(abs(gauge(high) - gauge(low)) > VOLTS for low, high in pairs):
                found.append(component)
    return found


def coil_gauge(ports):
    """A function from a state to the voltage across a relay's coil [V]."""
    return lambda state: abs(_across(state, ports["a"], ports["b"]))


def _drive(circuit, script, port, states):
    """Differences between what the fan's pin does and the script's DRIVE."""
    said = script.get("DRIVE")
    if said is not None and said not in FAN_ON:
        yield 'the script has DRIVE = "%s"; there are %s' % (said, ", ".join(sorted(FAN_ON))), port.at
        return
    level = FAN_ON[said or "2-wire"]  # a script of version 1 has none, and its pin is high for full speed
    for relay in pulled_relays(circuit, pairs_of(circuit, port, states)):
        words = "%s switches as often as %s does, many times a second, which no contact bears: a transistor"
        yield words % (relay.id, port.name) + " switches a fan", relay.at
        return
    found = drawn(circuit, port, states)
    words = _needs(port, found, said, level) if found else None
    if words:
        off = any(one.level != level for one in found)
        yield words + (": the fan would be off when it has to be on" if off else ""), port.at


def _needs(port, found, said, level):
    """What the script's DRIVE is not, in words, or None where it is the circuit's."""
    one = found[0]
    others = [other for other in found if (other.kind, other.level) != (one.kind, one.level)]
    if others:
        words = "no DRIVE is for this circuit: %s has %s, and %s"
        return words % (port.name, _in_words(one), _in_words(others[0]))
    needed = NAMED.get((one.kind, one.level))
    if needed is None:
        words = (
            'no DRIVE is for this circuit: %s has %s, and "4-wire" is for one transistor, which pulls it down'
        )
        return words % (port.name, _in_words(one))
    if said is None:
        same = one.level == level and one.kind != INPUT
        return None if same else 'this circuit needs DRIVE = "%s", which the script does not have' % needed
    if needed == said or (needed, said) == ("LED", "2-wire"):
        return None  # an LED in place of the fan tries what the fan will have
    return 'this circuit needs DRIVE = "%s", and the script has "%s"' % (needed, said)


def _in_words(one):
    what = {INPUT: "the input of %s up", SUPPLY: "%s on", LIGHT: "%s lit"}[one.kind] % one.component.id
    return what + " while the pin is " + ("high" if one.level else "low")


def unheld(circuit, script, states):
    """Places of the fan's pin of which the circuit does not show what it does: `[(message, (line, column))]`.

    Args:
        states: all of `solve.solve`.
    """
    words = "what %s does to a fan does not show in this drawing: "
    words += "the drive is not held against the script, whose fan has to be on while the pin is %s"
    return [
        (words % (port.name, full(script)), port.at)
        for port in fan_pins(circuit, script)
        if not drawn(circuit, port, states)
    ]


def fan_pins(circuit, script):
    """The wired pins that the script drives the fan with."""
    wanted = "GP%d" % script["FAN_PIN"]
    return [port for c, port in solve.outputs(circuit) if board.pin_of(c, port).gpio == wanted]


def full(script):
    """The level of the fan's pin at full speed, "high" or "low"."""
    return "high" if FAN_ON.get(script.get("DRIVE") or "2-wire", 1) else "low"


def unpowered(circuit, script, states, celsius=25.0):
    """Fans that a reset stops, though their drive is chosen for not doing so: `[(message, (line, column))]`.

    Args:
        states: all of `solve.solve`.
        celsius: temperature of the thermistors.
    """
    said = []
    for port in fan_pins(circuit, script) if FAN_ON.get(script.get("DRIVE")) == 0 else ():
        found = [one for one in drawn(circuit, port, states) if one.level == 0 and one.kind != LIGHT]
        afloat = without(circuit, port, None, celsius) if found else []
        full = without(circuit, port, False, celsius) if found else []
        for one in found:
            for kind, gauge, least in gauges(one.component):
                pairs = zip(full, afloat)
                if kind == one.kind and any(gauge(on) - gauge(left) > least for on, left in pairs):
                    words = "%s stops while %s floats, as in a reset; a resistor that holds its transistor "
                    words += "as the low pin does keeps the fan on"
                    said.append((words % (one.component.id, port.name), port.at))
    return said


def without(circuit, port, level, celsius):
    """Operating points with a pin high, low, or None for afloat, in every state of all others."""
    others = [(c, p) for c, p in solve.outputs(circuit) + solve.switches(circuit) if p is not port]
    own = [(c, p, level) for c, p in solve.outputs(circuit) if p is port and level is not None]
    return [solve.operating_point(circuit, own + levels, celsius)[0] for levels in solve.settings(others)]


def differences(circuit, script, states):
    """Differences between the circuit and the script's DRIVE: `(message, (line, column))`, one by one.

    Args:
        states: all of `solve.solve`; None where there are none, and nothing is said of what they decide.
    """
    said = script.get("DRIVE")
    for port in fan_pins(circuit, script) if states else ():
        yield from _drive(circuit, script, port, states)
    low, high = HZ.get(said, (0, 0))
    if script.get("PWM_HZ") is not None and said in HZ and not low <= script["PWM_HZ"] <= high:
        words = "%s is driven at %d to %d Hz, and the script has %d" % (said, low, high, script["PWM_HZ"])
        if script.get("TACH_PIN") is not None and said in ("2-wire", "fail-on"):
            words += "; that would stand on the tachometer's wire too, whose ground is chopped"
        yield words, (1, 1)


def known(script):
    """Names of the pins that the script uses besides the fan's."""
    return ["GP%d" % script[name] for name in ("TACH_PIN", "ALARM_PIN") if script.get(name) is not None]
