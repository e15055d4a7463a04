"""Does a part get more voltage than parts of its kind bear? Rules of `check`, for what no current shows.

Core: runs in MicroPython too.

Sources, all of them makers' absolute maximum ratings: drain to source, IRF3708 and AO3401A, 30 V; gate to
source, IRF3708 and AO3401A, 12 V, and 2N7000, 20 V; collector to emitter, 2N3904 and 2N3906, 40 V; an LED
backwards, Kingbright WP7113LSYCK/J3, 5 V; supply of an amplifier, ST LM358, 32 V; its inputs beyond its
supplies, Microchip MCP6001, the range of its inputs, 0.3 V.
"""

from . import series
from .catalogue import quantity
from .told import UNLIMITED, when

DRAIN_MOST = 30.0  # to the source, of a MOSFET that names no voltage [V]
COLLECTOR_MOST = 40.0  # to the emitter, of a transistor that names no voltage [V]
GATE_MOST = 20.0  # to the source, of any common MOSFET [V]
GATE_LOGIC = 12.0  # to the source, of those that 3.3 V turn on [V]
LED_BACKWARDS = 5.0  # [V]
OPAMP_MOST = 32.0  # between an amplifier's supplies [V]
OPAMP_BEYOND = 0.3  # of an input, above or below its supplies [V]
SLACK = 1e-6  # rounding of the solver, relative


def _volts(component, state, one, other):
    """The voltage from one port of a part to another [V]."""
    nets = state.nets
    return nets[component.port(one).net.name] - nets[component.port(other).net.name]


def _above(volts, most):
    return abs(volts) > most * (1 + SLACK)


def _ends(component, state, findings, ends, most, words):
    """What a transistor that is off has between the ends that it switches."""
    volts = _volts(component, state, *ends)
    own = component.value("V")
    if not _above(volts, own or most):
        return
    named = f"{component.kind.name}_{round(2 * abs(volts))}V"
    hint = "" if own else f", as every one is taken for that names none; {named} bears more"
    findings.add(
        "transistor-voltage",
        "error",
        f"{when(state)}{component.id} has {quantity(abs(volts), 'V')} between {words}; it bears "
        f"{quantity(own or most, 'V')}{hint}",
        component.at,
    )


def _mosfet(component, state, findings):
    _ends(component, state, findings, "ds", DRAIN_MOST, "drain and source")
    volts = _volts(component, state, "g", "s")
    if not _above(volts, GATE_LOGIC):
        return
    broken = _above(volts, GATE_MOST)
    words = (
        f"a common one bears {quantity(GATE_MOST, 'V')}, one that 3.3 V turn on {quantity(GATE_LOGIC, 'V')}"
    )
    findings.add(
        "gate-most",
        "error" if broken else "warning",
        f"{when(state)}{component.id} has {quantity(abs(volts), 'V')} between gate and source; {words}; a "
        "second resistor or a zener, as ZENER_10V, from gate to source limits it",
        component.at,
    )


def _bipolar(component, state, findings):
    if abs(state.currents[component.id + ".b"]) > UNLIMITED:
        return  # a base without its resistor, which is said: the voltages are the models', not the circuit's
    _ends(component, state, findings, "ce", COLLECTOR_MOST, "collector and emitter")


def _blocked(led):
    """True where a diode in a row with an LED, the same way round, takes what comes backwards."""
    for own, its in ("ca", "ac"):
        last = series.reached(led.port(own).net, led)[-1]
        if len(last.pins) == 2 and any(c.kind.name == "D" and port.name == its for c, port in last.pins):
            return True
    return False


def _led(component, state, findings):
    volts = _volts(component, state, "c", "a")
    if not _blocked(component) and volts > LED_BACKWARDS * (1 + SLACK):
        findings.add(
            "led-reverse",
            "error",
            f"{when(state)}{component.id} has {quantity(volts, 'V')} backwards, and an LED bears "
            f"{quantity(LED_BACKWARDS, 'V')}; its anode belongs on plus, or a diode the same way round in "
            "series with it keeps them off",
            component.at,
        )


def _opamp(component, state, findings):
    supply = _volts(component, state, "v", "g")
    if supply > OPAMP_MOST * (1 + SLACK):
        findings.add(
            "opamp-supply",
            "error",
            f"{component.id} has {quantity(supply, 'V')} between v and g; a common one bears "
            f"{quantity(OPAMP_MOST, 'V')}",
            component.at,
        )
    if supply <= 0:
        return  # the wrong way round, which is said
    for name in "pn":
        over, under = _volts(component, state, name, "v"), _volts(component, state, "g", name)
        if max(over, under) <= OPAMP_BEYOND + SLACK:
            continue
        where = f"{quantity(over, 'V')} above" if over > under else f"{quantity(under, 'V')} below"
        findings.add(
            "opamp-input",
            "error",
            f"{when(state)}input {name} of {component.id} is {where} its supply; it bears "
            f"{quantity(OPAMP_BEYOND, 'V')} more than that; a divider before it, or another supply",
            component.port(name).at,
        )


EACH = {
    "T": _mosfet,
    "PMOS": _mosfet,
    "NPN": _bipolar,
    "PNP": _bipolar,
    "LED": _led,
    "OPAMP": _opamp,
}
# What is said where nothing is wrong: kinds, rule, words.
PASSED = (
    (("T", "PMOS", "NPN", "PNP"), "transistor-voltage", "no transistor that is off gets more than it bears"),
    (("T", "PMOS"), "gate-most", f"no gate gets more than {quantity(GATE_LOGIC, 'V')}"),
    (("LED",), "led-reverse", f"no LED gets more than {quantity(LED_BACKWARDS, 'V')} backwards"),
    (("OPAMP",), "opamp-input", "every input of an amplifier stays between its supplies"),
)
