"""A circuit for SPICE: what the solver takes it for, in the language of ngspice and its relatives.

Core: runs in MicroPython too.

Parts keep their names behind the letter that tells SPICE what they are: a fan is `RFAN1`, a diode `XD1`.
Diodes and LEDs are a kink at their drop, MOSFETs switches, as in `solve`, so that SPICE finds the same
operating point; who wants a real diode replaces the subcircuit. Output pins are high, switches closed. What
`models` takes for several elements is written as these: `RNPN1_c` is the resistor at NPN1's collector.
"""

from . import models, solve
from .catalogue import is_digits, significant
from .draw.words import value_text

# Behind a number: 10 to the power of three times this. In SPICE an M is milli.
SUFFIXES = {-5: "f", -4: "p", -3: "n", -2: "u", -1: "m", 0: "", 1: "k", 2: "Meg", 3: "G", 4: "T"}
DIGITS = 12
RESISTORS = ("R", "THERMISTOR", "FAN", "MICROPHONE", "SPEAKER", "X", "SQUID")
ASCII = (("Ω", "ohm"), ("µ", "u"), ("°C", "C"), ("−", "-"), (" ·", ","))


def deck(circuit, title="Circuit", celsius=25.0):
    """The netlist with its sources, models and `.op`, ending in a newline.

    Args:
        circuit: parsed, without problems.
        title: its first line.
        celsius: temperature of the thermistors.

    Raises:
        solve.Unsolvable: a value is missing, or supplies are shorted.
    """
    if circuit.problems:
        raise ValueError("the text has mistakes: " + circuit.problems[0].message)
    outputs, switches = solve.outputs(circuit), solve.switches(circuit)
    levels = [(component, port, True) for component, port in outputs + switches]
    model = solve.Model(circuit, celsius, solve.volts_of(levels))
    nodes = _Nodes(circuit, model)
    drops = []
    parts = []
    for component in circuit.components:
        if component.kind.board or component.kind.name == "G":
            continue
        if component.kind.name in models.PARTS:
            parts += _pieces(component, model, nodes, drops)
        elif component.kind.block:
            parts.append("* %s: %s, no current of its own" % (component.id, component.words))
        elif all(port.net for port in component.ports):
            parts += _part(component, model, nodes, drops)
        else:
            parts.append("* %s is not wired" % component.id)
    lines = ["* " + _ascii(title)]
    if outputs:
        lines.append("* Output pins are high, 3.3 V; for a low one write 0 at its source.")
    if switches:
        lines.append("* Switches are closed; for an open one leave its line out.")
    lines += ["* Assumed: " + _ascii(words) for words in model.assumptions]
    lines += nodes.renamed()
    lines += parts + _sources(model, nodes, drops)
    names = nodes.names + [nodes.inner(key) for key in sorted(model.inner)]
    lines += ["RLEAK%d %s 0 1T" % (i + 1, names[i]) for i in range(len(names))]
    lines += _models(circuit, model, drops)
    return "\n".join(lines + [".op", ".end"]) + "\n"


class _Nodes:
    """Names of nets that SPICE can tell apart: it takes upper and lower case for the same, and gnd for 0."""

    def __init__(self, circuit, model):
        self.names = []  # of all nodes but ground
        self.by_net = {}
        self.by_node = {}  # the solver's number of a node -> its name
        self.comments = []
        for net in circuit.nets:
            if not net.pins:
                continue
            if id(net) in model.grounds:
                self.by_net[id(net)] = "0"
                continue
            name = self.spelled(net.name)
            if name.lower() == "gnd" or is_digits(name):
                name = "net_" + name
            base, count = name, 1
            while name.lower() in [other.lower() for other in self.names]:
                count += 1
                name = "%s_%d" % (base, count)
            self.names.append(name)
            self.by_net[id(net)] = name
            self.by_node[model.nodes[id(net)]] = name
            if name != net.name:
                self.comments.append("* Net %s is node %s" % (_ascii(net.name), name))
        for key in model.inner:
            self.by_node[model.inner[key]] = self.inner(key)

    def inner(self, key):
        """The name of a place inside a part; no net has two underscores in its name."""
        return "%s__%s" % key

    def at(self, node):
        """The name of one of the solver's nodes."""
        return self.by_node.get(node, "0")

    def spelled(self, name):
        """A name without what SPICE does not take in one."""
        return "".join([char if char not in ".@µ" else "_" for char in name])

    def of(self, component, port):
        """The node of a component's port."""
        return self.by_net[id(component.port(port).net)]

    def renamed(self):
        """Comments on nets that have another name here."""
        return self.comments


def number(value):
    """A number as SPICE reads it: `4.7k`, `1Meg`, `33u`."""
    if value == 0:
        return "0"
    digits, power = significant(abs(value), DIGITS)
    group = max(-5, min(power // 3, 4))
    point = power - 3 * group + 1  # digits before the decimal point
    if point <= 0:
        digits, point = "0" * (1 - point) + digits, 1
    digits += "0" * (point - len(digits))
    text = digits[:point] + ("." + digits[point:] if digits[point:] else "")
    return ("-" if value < 0 else "") + text + SUFFIXES[group]


def _ascii(text):
    for char, words in ASCII:
        text = text.replace(char, words)
    return text


def _part(component, model, nodes, drops):
    """The lines of one part."""
    kind, name = component.kind.name, component.id
    ports = [nodes.of(component, port.name) for port in component.ports]
    between = " ".join(ports)
    if kind in RESISTORS:
        line = "%s %s %s" % (
            name if kind == "R" else "R" + name,
            between,
            number(model.resistance(component)),
        )
        words = value_text(component)
        return [line] if kind == "R" else ["* %s: %s %s" % (name, component.words, _ascii(words)), line]
    if kind == "V":
        return [
            "* %s: %s" % (name, component.words),
            "R%s %s %s" % (name, between, number(solve.METER_OHMS)),
        ]
    if kind in ("C", "L"):
        value = solve.needed(component, component.kind.default, "write one, as C_100n or L_10m")
        return ["%s %s %s" % (name, between, number(value))]
    if kind == "P":
        half = number(model.resistance(component) / 2)
        ends, wiper = (ports[0], ports[2]), ports[1]
        return ["R%s_%d %s %s %s" % (name, i + 1, ends[i], wiper, half) for i in (0, 1)]
    if kind == "DC":
        volts = solve.needed(component, "V", "a variable supply; write its voltage, as DC_5")
        return ["V%s %s DC %s" % (name, between, number(volts))]
    if kind == "AC":
        return ["V%s %s DC 0%s" % (name, between, _alternating(component))]
    if kind == "I":
        return [
            "%s %s DC %s" % (name, between, number(solve.needed(component, "A", "write one, as sI_1m_d")))
        ]
    if kind == "T":
        drain, gate, source = [nodes.of(component, port) for port in "dgs"]
        return ["S%s %s %s %s %s mosfet" % (name, drain, source, gate, source)]
    drop = model.drop(component)  # a diode or an LED
    if drop not in drops:
        drops.append(drop)
    return ["X%s %s drop%d" % (name, between, drops.index(drop) + 1)]


def _pieces(component, model, nodes, drops):
    """The lines of a part that is several elements."""
    lines = []
    words = value_text(component)
    lines.append(("* %s: %s %s" % (component.id, component.words, _ascii(words))).rstrip())
    mine = component.id + "."
    for element in model.elements:
        if element.name.startswith(mine):
            lines += _element(element, component.id, nodes, drops)
    if len(lines) == 1:
        lines = ["* %s is not wired" % component.id]
    return lines


def _element(element, of, nodes, drops):
    """The lines of one element of a part."""
    one, other = [nodes.at(node) for node in element.nodes]
    name = element.name.replace(".", "_")
    between = "%s %s %s" % (name, one, other)
    if element.kind == "R":
        return ["R%s %s" % (between, number(element.value))]
    if element.kind == "V":
        return ["V%s DC %s" % (between, number(element.value))]
    if element.kind == "D":
        if element.value not in drops:
            drops.append(element.value)
        return ["X%s drop%d" % (between, drops.index(element.value) + 1)]
    if element.kind == "F":
        # The current through a diode, which the subcircuit's own source measures.
        sensed = element.control.name.replace(".", "_")
        return ["F%s v.x%s.v1 %s" % (between, sensed.lower(), number(element.value))]
    if element.kind == "E":
        plus, minus, high, low = ["V(%s)" % nodes.at(node) for node in element.control]
        words = "%s+%s*(%s-%s)" % (low, number(element.value), plus, minus)
        return ["B%s %s 0 V=max(%s,min(%s,%s))" % (name, one, low, high, words)]
    gate, source, at = element.control
    gate, source = nodes.at(gate), nodes.at(source)
    if element.kind == "S":
        return ["S%s %s %s mosfet" % (between, gate, source)]
    # A contact: the switch of SPICE knows no sign, so that one source for each gives it the size alone.
    pull = "%s__%s" % (of, name.rpartition("_")[2])
    size = "abs(V(%s)-V(%s))" % (gate, source)
    if element.kind == "N":
        size = "%s-%s" % (number(2 * at), size)
    model = "pull" + number(at).replace(".", "_")
    return ["B%s %s 0 V=%s" % (pull, pull, size), "S%s %s 0 %s" % (between, pull, model)]


def _alternating(component):
    """What an AC source says beyond its mean, which is 0 V."""
    volts, hertz = component.value("V"), component.value("Hz")
    if volts is None:
        return ""
    sine = "" if hertz is None else " SIN(0 %s %s)" % (number(volts), number(hertz))
    return " AC %s%s" % (number(volts), sine)


def _sources(model, nodes, drops):
    """Supplies and output pins of boards, which are sources against ground, and a diode between supplies."""
    lines = []
    for element in model.elements:
        if element.kind == "D" and model.circuit.find(element.name.split(".")[0]).kind.board:
            lines += _element(element, None, nodes, drops)
        if element.kind == "V" and element.pins[1] is None:
            (name, port), _ = element.pins
            node = nodes.of(model.circuit.find(name), port)
            lines.append("V%s_%s %s 0 DC %s" % (name, nodes.spelled(port), node, number(element.value)))
    return lines


def _models(circuit, model, drops):
    """The subcircuit of each drop, and the models that are used."""
    lines = []
    for i in range(len(drops)):
        lines += [
            ".subckt drop%d a c" % (i + 1),
            "D1 a k kink",
            "V1 k c DC %s" % number(drops[i]),
            ".ends",
        ]
    if drops:
        # So small an emission coefficient leaves 1 mV or less of a real diode's bend.
        lines.append(".model kink D(IS=%s N=0.001 RS=%s)" % (number(solve.LEAK), number(solve.DIODE_ON)))
    told = []
    for element in model.elements:
        if element.kind in "SKN":
            at = element.control[2]
            name = "mosfet" if element.kind == "S" else "pull" + number(at).replace(".", "_")
            if name not in told:
                told.append(name)
                values = (name, number(at), number(solve.SWITCH_ON), number(1 / solve.LEAK))
                lines.append(".model %s SW(VT=%s VH=0 RON=%s ROFF=%s)" % values)
    return lines
