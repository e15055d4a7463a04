"""Blocks with pins of their own: what a pin's name means, however it is written.

Core: runs in MicroPython too.

Source: of the 4-wire fan's connector, Intel, 4-Wire Pulse Width Modulation (PWM) Controlled Fans,
specification 1.3, 2.2: 1 ground, 2 supply, 3 sense, 4 control.
"""

from .board import volts

FAN_PWM = {"gnd": 1, "supply": 2, "tach": 3, "pwm": 4}

# A pin's name, in small letters and without _ -> what it is, by the block's name.
NAMES = {
    "FAN_PWM": {
        "gnd": "gnd",
        "ground": "gnd",
        "supply": "supply",
        "vcc": "supply",
        "vdd": "supply",
        "tach": "tach",
        "tacho": "tach",
        "sense": "tach",
        "rpm": "tach",
        "pwm": "pwm",
        "control": "pwm",
    },
    "RELAY": {"a": "a", "b": "b", "a1": "a", "a2": "b", "com": "com", "c": "com", "no": "no", "nc": "nc"},
}
# Of a relay, beside its coil.
CONTACTS = ("com", "no", "nc")
GROUNDS = ("gnd", "ground", "agnd", "dgnd", "pgnd", "vss", "vee", "0v")
SUPPLIES = ("vcc", "vdd", "vin", "avdd", "dvdd", "vbat", "vbus", "vsys")
UNUSED = ("nc", "dnc")


def plain(name):
    """A name in small letters, without what only parts its words."""
    return "".join([char for char in name.lower() if char not in "_."])


def role(kind, name):
    """What a pin of a block of that kind is, or None where it has none of that name.

    >>> role("FAN_PWM", "12v"), role("FAN_PWM", "Sense"), role("RELAY", "NO"), role("RELAY", "x")
    ('supply', 'tach', 'no', None)
    """
    if kind == "FAN_PWM" and volts(name) is not None:
        return "supply"
    if kind in NAMES:
        return NAMES[kind].get(plain(name))
    bare = plain(name)
    if bare in GROUNDS:
        return "gnd"
    if bare in UNUSED:
        return "unused"
    return "supply" if bare in SUPPLIES or volts(name) is not None else "signal"


def ports(component):
    """The wired ports of a block by what they are; of several alike the first."""
    found = {}
    for port in component.ports:
        what = role(component.kind.name, port.name)
        if port.net is not None and what not in found:
            found[what] = port
    return found


def coil(component):
    """The two ports of a coil, or none where a part is none that a switch cuts off by its supply.

    A fan of two supply wires is one, with or without a tachometer; one with a pwm input switches itself.
    """
    kind = component.kind.name
    if kind in ("FAN", "L"):
        return list(component.ports)
    found = ports(component) if kind in ("RELAY", "FAN_PWM") else {}
    if kind == "FAN_PWM" and "pwm" in found:
        return []
    one, other = ("supply", "gnd") if kind == "FAN_PWM" else ("a", "b")
    return [found[one], found[other]] if one in found and other in found else []


def net_has(net, kind, what):
    """True where a net holds a pin of that sort of a block of that kind."""
    return any(c.kind.name == kind and role(kind, p.name) == what for c, p in net.pins)
