"""What drives the fan in a circuit, and whether the script's DRIVE says so. Core: runs in MicroPython too."""

from .blocks import net_has
from .tachometer import through

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


def _behind(net):
    """`net`, and the nets that one resistor joins to it, but for ground."""
    return [net] + [near for near, _ in through(net) if not near.ground]


def _held(circuit, net, kinds):
    """True where a part of one of these kinds touches a net."""
    return any(c.kind.name in kinds and any(p.net is net for p in c.ports) for c in circuit.components)


# What switches -> its port that is driven, and the one that it pulls down.
SWITCHING = {"T": ("g", "d"), "NPN": ("b", "c")}


def _switching(circuit):
    """`[(net that is driven, net that is pulled down)]` of the transistors."""
    found = []
    for part in circuit.components:
        if part.kind.name in SWITCHING:
            driven, pulled = SWITCHING[part.kind.name]
            found.append((part.port(driven).net, part.port(pulled).net))
    return found


def drive(circuit, pin_net):
    """Which of FAN_ON's names a circuit is, from the net of the pin that drives; None for none of them."""
    near = _behind(pin_net)
    switches = _switching(circuit)
    pulled = [net for driven, net in switches if any(driven is one for one in near)]
    if not pulled:
        return "LED" if any(_held(circuit, net, ("LED",)) for net in near) else None
    if _held(circuit, pulled[0], ("FAN", "LED")):
        return "2-wire"
    if pulled[0] is not None and net_has(pulled[0], "FAN_PWM", "pwm"):
        return "4-wire"
    if any(driven is pulled[0] and _held(circuit, net, ("FAN", "LED")) for driven, net in switches):
        return "fail-on"
    return None


def lets_run(circuit, pin_net):
    """Level of a pin at which a relay behind it is pulled in, 1 or 0; None where no transistor drives one."""
    switches = _switching(circuit)
    near = _behind(pin_net)
    for net in [net for base, net in switches if any(base is one for one in near)]:
        if _coil(net):
            return 1
        behind = _behind(net)
        if any(_coil(other) for base, other in switches if any(base is one for one in behind)):
            return 0
    return None


def _coil(net):
    """True for a net on which one end of a relay's coil is."""
    return net is not None and any(net_has(net, "RELAY", end) for end in "ab")


def _alarm(circuit, number, pins):
    """Differences at the pin that lets the heat source run while it is high."""
    name = "GP%d" % number
    found = [port for port, pin in pins if pin.name == name]
    if not found:
        yield "the script lets the heat run through %s, and no wire touches that pin" % name, (1, 1)
    elif lets_run(circuit, found[0].net) == 0:
        words = "the relay behind %s is pulled in while the pin is low, as after a reset: the heat would run"
        yield words % name, found[0].at


def differences(circuit, script, pins):
    """Differences between the circuit and DRIVE, ALARM_PIN, TACH_PIN of the script.

    Yields `(message, (line, column))`.

    Args:
        pins: `[(port, board.Pin)]` of the wired pins.
    """
    said = script.get("DRIVE")
    wanted = "GP%d" % script["FAN_PIN"]
    for port, pin in pins:
        drawn = drive(circuit, port.net) if said and pin.name == wanted else None
        if drawn is None or drawn == said or (drawn, said) == ("LED", "2-wire"):
            continue  # an LED in place of the fan tries what the fan will have
        if said not in FAN_ON:
            yield 'the script has DRIVE = "%s"; there are %s' % (said, ", ".join(sorted(FAN_ON))), port.at
            continue
        words = 'this circuit needs DRIVE = "%s", and the script has "%s"' % (drawn, said)
        if FAN_ON[drawn] != FAN_ON[said]:
            words += ": the fan would be off when it has to be on"
        yield words, port.at
    low, high = HZ.get(said, (0, 0))
    if script.get("PWM_HZ") is not None and said in HZ and not low <= script["PWM_HZ"] <= high:
        words = "%s is driven at %d to %d Hz, and the script has %d" % (said, low, high, script["PWM_HZ"])
        if script.get("TACH_PIN") is not None and said in ("2-wire", "fail-on"):
            words += "; that would stand on the tachometer's wire too, whose ground is chopped"
        yield words, (1, 1)
    if script.get("ALARM_PIN") is not None:
        yield from _alarm(circuit, script["ALARM_PIN"], pins)
    tachometer = script.get("TACH_PIN")
    if tachometer is None:
        return
    name = "GP%d" % tachometer
    if said == "LED":
        yield "the script counts pulses on %s, and an LED has no tachometer: TACH_PIN = None" % name, (1, 1)
    elif not any(pin.name == name for _, pin in pins):
        yield "the script counts pulses on %s, and no wire touches that pin" % name, (1, 1)


def known(script):
    """Names of the pins that the script uses besides the fan's."""
    return ["GP%d" % script[name] for name in ("TACH_PIN", "ALARM_PIN") if script.get(name) is not None]
