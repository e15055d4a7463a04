"""The DC operating point by modified nodal analysis, with stated models, for every state of the output pins.

Core: runs in MicroPython too.

Models, all of them simple on purpose:
    LED, D      open below the forward drop (LED: as written or 2 V; D: 0.7 V), then 10 milliohm
    T           N-channel switch: 50 milliohm from V_GS = 2.5 V on, open below; no body diode, no gate current
    FAN         the resistor that takes the rated current at the rated voltage (unrated: 25 ohm,
                5 V and 200 mA)
    THERMISTOR  beta equation at the stated temperature (without values: 10 kiloohm, 3950 K)
    P           wiper in the middle; V 10 megaohm; MICROPHONE 1 kiloohm; SPEAKER 8 ohm
    I           its current leaves at d and comes back at s (electrons leave at s)
    L, X, SQUID a micro-ohm; C open; AC 0 V
    board       supplies and output pins are ideal voltages; pins that are read take no current. VSYS and VBUS
                that a source outside feeds take no current either; a diode of 0.3 V leads from VBUS to VSYS
The other parts stand in `models`.

A pin that a switch or a fan's tachometer touches is read, as ADC pins are; every other GPIO drives.
"""

from firmware import physics

from . import board, linear, models, powered, restless
from .blocks import net_has
from .blocks import ports as block_ports
from .catalogue import quantity
from .models import DIODE_DROP, SWITCH_AT, SWITCH_ON, SWITCHES

LED_DROP = 2.0  # [V]
DIODE_ON = 0.01  # [ohm]
SWITCH_OFF = 1.0  # V_GS up to which every MOSFET is off [V]
LEAK = 1e-12  # of every node to ground, and of what is open [S]
ALMOST_NONE = 1e-6  # coils and superconductors at DC [ohm]
METER_OHMS = 1e7
# What a part without a value is taken for [ohm], and in words.
ASSUMED = {
    "FAN": (25.0, "25 Ω: 5 V and 200 mA"),  # a small one
    "MICROPHONE": (1000.0, "1 kΩ"),
    "SPEAKER": (8.0, "8 Ω"),
    "P": (10_000.0, "10 kΩ"),
}
MOST_OUTPUTS = 4  # of so many pins all combinations are solved
MOST_TRIED = 10  # of so many diodes and switches all combinations are tried, where steps find no answer
MOST = 1e12  # what a sound circuit never reaches [V], [A]


class Unsolvable(Exception):
    """A circuit without a single answer; the message says why.

    Args:
        at: (line, column), or None for the whole circuit.
        short: True where voltages contradict each other: something is joined that must not be.
    """

    def __init__(self, message, at=None, short=False):
        super().__init__(message)
        self.at = at
        self.short = short


def needed(component, unit, hint):
    """A value that the text must give. Raises Unsolvable where it does not."""
    value = component.value(unit)
    if value is None:
        raise Unsolvable(f"{component.id} has no value: {hint}", component.at)
    return value


class Element:
    """A model's part between two nodes.

    Args:
        kind: `R` (value [ohm]), `V` (value [V], first node positive), `I` (value [A], flows inside from the
            first to the second node), `D` (value: drop [V]), `S` (a switch, value [ohm]), `K` and `N` (a
            relay's contact that closes and one that opens [ohm]), `F` (a current, value times that of the
            element `control`), `E` (an amplifier, value: its gain [1]).
        nodes: 0 is ground.
        pins: the pins whose current it is, `(component id, port)`; None where no pin is meant.
        control: of a switch or a contact two nodes and the voltage between them from which on it acts [V]; of
            an amplifier the nodes of its inputs and of its supply.
    """

    def __init__(self, kind, name, nodes, value, pins, control=()):
        self.kind = kind
        self.name = name
        self.nodes = nodes
        self.value = value
        self.pins = pins
        self.control = control
        self.index = 0  # its place among the model's elements


class State:
    """An operating point.

    Args:
        levels: `[(output pin as the text names it, high or low)]`, in the order of the text.
        nets: node voltage by net name [V].
        currents: current from the net into each pin `R1.1` [A].
        power: power that each part takes up; negative for what delivers [W].
        gates: V_GS by the id of each MOSFET, negative where a P-channel one is on [V].
    """

    def __init__(self, levels, nets, currents, power, gates):
        self.levels = levels
        self.pins = dict(levels)
        self.nets = nets
        self.currents = currents
        self.power = power
        self.gates = gates

    def name(self):
        """`gpio2 high`, or `always` for a circuit without output pins."""
        return ", ".join([f"{pin} {level}" for pin, level in self.levels]) or "always"


def board_pins(circuit):
    """`[(component, port, board.Pin)]` of all boards. Raises Unsolvable for a pin that is on none."""
    found = []
    for component in circuit.components:
        if component.kind.board:
            for port in component.ports:
                try:
                    found.append((component, port, board.pin_of(component, port)))
                except board.PinError as error:
                    raise Unsolvable(error.message, port.at) from error
    return found


def is_output(circuit, pin):
    """True for a GPIO that a circuit takes for driven: all that are no ADC inputs, and those of `driving`."""
    if pin.role != board.GPIO:
        return False
    return not pin.adc and "ADC" not in pin.name or pin.gpio in circuit.driving


def outputs(circuit):
    """`[(component, port)]` of the wired output pins, in the order of the text."""
    pins = board_pins(circuit)
    driving = [(component, port) for component, port, pin in pins if is_output(circuit, pin) and port.net]
    return [(component, port) for component, port in driving if not _is_read(pins, port.net)]


def inputs(circuit):
    """`[(component, port)]` of the wired pins that are read, ADC or not."""
    pins = board_pins(circuit)
    return [
        (c, port)
        for c, port, pin in pins
        if pin.role == board.GPIO and port.net and (not is_output(circuit, pin) or _is_read(pins, port.net))
    ]


def _is_read(pins, net):
    """True for a net whose level a switch to ground or to a supply sets, or a fan's tachometer.

    The tachometer sets it through resistors and diodes too, be they the wrong way round, and a transistor;
    but not where the pin switches that fan, which is told as a mistake of the tachometer's wire.
    """
    if net_has(net, "FAN_PWM", "tach"):
        return not _switches_its_fan(_set_by(pins, net))
    for component, port in net.pins:
        for other in component.ports:
            firm = other is not port and other.net and is_firm(pins, other.net)
            if firm and component.kind.name in SWITCHES:
                return True
    nets = _set_by(pins, net)
    return any(net_has(one, "FAN_PWM", "tach") for one in nets) and not _switches_its_fan(nets)


def _switches_its_fan(nets):
    """True where some nets have a tachometer, and the gate or base of what switches that fan's ground."""
    for fan in [component for net in nets for component, _ in net.pins if component.kind.name == "FAN_PWM"]:
        ports = block_ports(fan)
        wired = "gnd" in ports and "tach" in ports and any(ports["tach"].net is net for net in nets)
        for component, port in ports["gnd"].net.pins if wired else ():
            if port.name in models.SWITCHING.get(component.kind.name, ""):
                decides = [one.net for one in component.ports if one.name in ("g", "b")]
                if any(one is net for one in decides for net in nets):
                    return True
    return False


# What passes a tachometer's level on; of transistors the port that decides, and those at which it is read.
LEADING = ("R", "D", "ZENER", "L", "FUSE")
DECIDING = {"T": ("g", "d"), "NPN": ("b", "c")}


def _set_by(pins, net):
    """Nets that may set a net's level, this one among them, short of grounds, supplies and boards' pins."""
    found = [net]
    for one in found:
        for component, port in one.pins:
            kind = component.kind.name
            behind = [other.net for other in component.ports if other is not port] if kind in LEADING else []
            if kind in DECIDING and port.name == DECIDING[kind][1]:
                behind = [component.port(DECIDING[kind][0]).net]
            for far in behind:
                driven = far and any(c.kind.board for c, _ in far.pins)
                if far and not driven and not is_firm(pins, far) and not any(far is known for known in found):
                    found.append(far)
    return found


def is_firm(pins, net):
    """True for ground, and for the net of a supply."""
    if net.ground or any(c.kind.name == "DC" for c, _ in net.pins):
        return True
    return any(port.net is net and pin.role in (board.GROUND, board.SUPPLY) for _, port, pin in pins)


def switches(circuit):
    """`[(component, port)]` of the wired switches, whose first port stands for the whole."""
    return [
        (component, component.ports[0])
        for component in circuit.components
        if component.kind.name in SWITCHES and all(port.net for port in component.ports)
    ]


def level(component, port, high):
    """What a state says of one pin or switch: `("gpio2", "high")`, `("SWITCH1", "closed")`."""
    if component.kind.board:
        return port.name, "high" if high else "low"
    return component.id, "closed" if high else "open"


def volts_of(levels):
    """Levels as `Model` takes them: `{id(port): volts}`; of a switch that is closed more than 0."""
    return {id(port): board.GPIO_VOLTS if high else 0.0 for _, port, high in levels}


class Model:
    """Nodes and elements of a circuit.

    Args:
        circuit: parsed, without problems.
        celsius: temperature of the thermistors.
        levels: `{id(port): volts}` for output pins; a pin that is missing is not driven. A switch whose first
            port has volts is closed.
        gates_short: True puts each MOSFET's gate on its source: the moment a pin begins to charge it.
    """

    def __init__(self, circuit, celsius=25.0, levels=None, gates_short=False):
        self.circuit = circuit
        self.celsius = celsius
        self.gates_short = gates_short
        self.assumptions = []
        self.elements = []
        self.nodes = {}
        self.inner = {}  # (component id, place) -> node of a place inside a part
        self.levels = levels or {}
        self.needed = needed
        self.settled = {}  # state of each diode and switch that was solved last, by the element's name
        pins = board_pins(circuit)
        self.grounds = {id(net) for net in self.ground_nets(pins)}
        for net in circuit.nets:
            if net.pins and id(net) not in self.grounds:
                self.nodes[id(net)] = len(self.nodes) + 1
        for component in circuit.components:
            if not component.kind.board:
                self.part(component)
        self.drive(pins, self.levels)

    def ground_nets(self, pins):
        """The nets at 0 V; where the text names none, one is assumed, or a board's, which no net has.

        Raises Unsolvable without a net.
        """
        circuit = self.circuit
        grounds = [net for net in circuit.nets if net.ground]
        grounds += [port.net for _, port, pin in pins if pin.role == board.GROUND and port.net]
        if grounds:
            return grounds
        # What a board feeds and drives it counts from its own ground, whatever touches that.
        counting = [c for c, port, pin in pins if port.net and pin.role in (board.SUPPLY, board.GPIO)]
        if counting:
            words = f"no ground in the text: voltages are against that of {counting[0].id}, on no wire"
            self.assumptions.append(words)
            return []
        source = next((c for c in circuit.components if c.kind.name in ("DC", "AC", "I")), None)
        port = source.ports[-1] if source else None
        net = port.net if port and port.net else next((n for n in circuit.nets if n.pins), None)
        if net is None:
            raise Unsolvable("there is nothing to solve: no wire touches a part")
        self.assumptions.append(f"no ground in the text: voltages are against net {net.name}")
        return [net]

    def drive(self, pins, levels):
        """Adds the boards' supplies and output pins. Raises Unsolvable where they are shorted."""
        fed = {}  # node -> the voltage that a pin gives it [V]
        outside = powered.fed(pins)
        for component, port, pin in pins:
            if not port.net or pin.role == board.CONTROL:
                continue
            node, name = self.node(port), f"{component.id}.{port.name}"
            if id(port) in outside and node:
                if pin.name == "VSYS":
                    self.schottky(component, port, pins)
                continue
            if pin.role == board.SUPPLY:
                volts = (
                    board.PICO_W_SUPPLIES[pin.name][0]
                    if component.kind.name in board.PICOS
                    else board.volts(port.name)
                )
                if node == 0:
                    raise Unsolvable(f"short: the supply {name} is on the ground net", port.at, short=True)
                if fed.get(node, volts) != volts:
                    message = f"short: the supplies {fed[node]} V and {volts} V are on one net"
                    raise Unsolvable(message, port.at, short=True)
                if node in fed:
                    continue
            elif pin.role == board.GPIO and id(port) in levels:
                volts = levels[id(port)]
                if node == 0 or node in fed:
                    where = "the ground net" if node == 0 else "a net that is driven already"
                    raise Unsolvable(f"short: the output {name} is on {where}", port.at, short=True)
            else:
                continue
            fed[node] = volts
            self.add("V", name, (node, 0), volts, ((component.id, port.name), None))

    def schottky(self, component, vsys, pins):
        """Adds the board's diode from VBUS to a VSYS that a source outside feeds."""
        for other, vbus, pin in pins:
            if other is component and pin.name == "VBUS" and vbus.net and vbus.net is not vsys.net:
                ends = (vbus, vsys)
                self.add(
                    "D",
                    f"{component.id}.VBUS.VSYS",
                    tuple([self.node(port) for port in ends]),
                    powered.SCHOTTKY,
                    tuple([(component.id, port.name) for port in ends]),
                )

    def node(self, port):
        return self.nodes.get(id(port.net), 0)

    def inside(self, component, place):
        """The node of a place inside a part, which no net reaches."""
        key = (component.id, place)
        if key not in self.inner:
            self.inner[key] = len(self.nodes) + len(self.inner) + 1
        return self.inner[key]

    def closed(self, component):
        """True for a switch that is closed."""
        return self.levels.get(id(component.ports[0]), 0.0) > 0

    def add(self, kind, name, nodes, value, pins, control=()):
        element = Element(kind, name, nodes, value, pins, control)
        element.index = len(self.elements)
        self.elements.append(element)
        return element

    def assume(self, component, words):
        self.assumptions.append(f"{component.id} is taken as {words}")

    def part(self, component):
        """Adds the elements that a component is taken for, as the module's table of models says."""
        ports = {port.name: port for port in component.ports}
        if any(port.net is None for port in component.ports) and not component.kind.block:
            return

        def between(one, other, what, value):
            self.add(
                what,
                f"{component.id}.{one}.{other}",
                (self.node(ports[one]), self.node(ports[other])),
                value,
                ((component.id, one), (component.id, other)),
            )

        kind = component.kind.name
        if kind in models.PARTS:
            models.PARTS[kind](models.Part(self, component))
        elif kind in ("R", "L", "X", "SQUID", "THERMISTOR", "FAN", "MICROPHONE", "SPEAKER"):
            between("1", "2", "R", self.resistance(component))
        elif kind == "V":
            between(component.ports[0].name, component.ports[1].name, "R", METER_OHMS)
        elif kind == "P":
            half = self.resistance(component) / 2
            between("1", "2", "R", half)
            between("2", "3", "R", half)
        elif kind == "DC":
            hint = "a variable supply; write its voltage, as DC_5, to solve"
            between("p", "n", "V", needed(component, "V", hint))
        elif kind == "AC":
            between("p", "n", "V", 0.0)
        elif kind == "I":
            between("s", "d", "I", needed(component, "A", "write one, as sI_1m_d"))
        elif kind in ("D", "LED"):
            between("a", "c", "D", self.drop(component))
        elif kind == "T":
            self.add(
                "S",
                f"{component.id}.d.s",
                (self.node(ports["d"]), self.node(ports["s"])),
                SWITCH_ON,
                ((component.id, "d"), (component.id, "s")),
                (self.node(ports["g"]), self.node(ports["s"]), SWITCH_AT),
            )
            if self.gates_short:
                between("g", "s", "R", ALMOST_NONE)

    def resistance(self, component):
        """The resistance that a component is taken for [ohm]. Raises Unsolvable for an R without a value."""
        kind = component.kind.name
        ohms = component.value("ohm")
        if kind == "R":
            return needed(component, "ohm", "write one, as R_10k")
        if kind == "THERMISTOR":
            beta = component.value("K")
            r25, steepness = ohms or 10_000.0, beta or 3950.0
            if ohms is None or beta is None:
                words = f"{quantity(r25, 'ohm', 6)} at 25 °C, beta {quantity(steepness, 'K', 6)}"
                self.assume(component, words)
            return physics.thermistor_resistance(celsius=self.celsius, r25=r25, beta=steepness)
        if kind == "FAN":
            volts, amperes = component.value("V"), component.value("A")
            if volts and amperes:
                return volts / amperes
        if kind == "P" and ohms is not None:
            return ohms or 10_000.0
        if kind not in ASSUMED:
            return ALMOST_NONE
        ohms, words = ASSUMED[kind]
        self.assume(component, words)
        return ohms

    def drop(self, component):
        """The forward drop of a diode or an LED [V]."""
        if component.kind.name == "D":
            return DIODE_DROP
        drop = component.value("V")
        if drop is None:
            self.assume(component, f"a drop of {quantity(LED_DROP, 'V')}")
        return drop or LED_DROP

    def solve(self, before=None):
        """`(node voltages [V], current through each element [A])`, ground first.

        Args:
            before: `settled` of a model from which this one begins; all open where None.

        Raises:
            Unsolvable: sources contradict each other, or switches and diodes find no consistent state.
        """
        changing = [i for i, element in enumerate(self.elements) if element.kind in models.STATEFUL]
        on = {i: (before or {}).get(self.elements[i].name, False) for i in changing}
        seen = []
        turns = dict.fromkeys(changing, 0)  # how often each has changed
        for _ in range(4 * len(changing) + 8):
            volts, amperes = self.linear(on)
            wanted = {i: self.conducts(i, on[i], volts, amperes) for i in changing}
            if wanted == on:
                self.settled = {self.elements[i].name: on[i] for i in changing}
                return volts, amperes
            for i in changing:
                turns[i] += wanted[i] != on[i]
            if wanted in seen:
                # A full step runs in circles: change one element at a time.
                first = next(i for i in changing if wanted[i] != on[i])
                turned = wanted[first]
                wanted = dict(on)
                wanted[first] = turned
            seen.append(wanted)
            on = wanted
        for states in _all_states([models.states_of(self.elements[i]) for i in changing[:MOST_TRIED]]):
            on = dict.fromkeys(changing, False)
            on.update(dict(zip(changing, states)))
            volts, amperes = self.linear(on)
            if all(self.conducts(i, on[i], volts, amperes) == on[i] for i in changing):
                self.settled = {self.elements[i].name: on[i] for i in changing}
                return volts, amperes
        most = sorted([(-turns[i], i) for i in changing if turns[i]])
        raise Unsolvable(*restless.unrest(self.circuit, [self.elements[i] for _, i in most]))

    def conducts(self, i, was, volts, amperes):
        return models.conducts(self.elements[i], was, volts, amperes, i)

    def linear(self, on):
        """Solves with every diode and switch held as `on` says. Branch currents are unknowns too, so that a
        micro-ohm does not swamp the rest."""
        n = len(self.nodes) + len(self.inner)
        size = n + len(self.elements)
        rows = [[0.0] * (size + 1) for _ in range(size)]  # the last column is the right side
        for i in range(n):
            rows[i][i] = LEAK
        for i in range(len(self.elements)):
            element = self.elements[i]
            row = rows[n + i]
            own = n + i
            if element.kind == "I":
                row[own] = 1.0
                row[size] = element.value
            elif element.kind == "F":
                row[own] = 1.0
                row[n + element.control.index] = -element.value
            elif element.kind == "E":
                self.amplified(row, element, on[i])
            else:
                leads = LEAK if element.kind in models.STATEFUL and not on[i] else 1.0
                for node, sign in zip(element.nodes, (leads, -leads)):
                    if node:
                        row[node - 1] += sign
                if element.kind == "R":
                    row[own] = -element.value
                elif element.kind == "V":
                    row[size] = element.value
                elif on[i]:
                    row[own] = -(DIODE_ON if element.kind == "D" else element.value)
                    row[size] = element.value if element.kind == "D" else 0.0
                else:  # open: current = LEAK * voltage
                    row[own] = -1.0
            for node, sign in zip(element.nodes, (1.0, -1.0)):
                if node:
                    rows[node - 1][own] += sign  # what leaves the node
        answer = linear.solve(rows)
        if answer is None or not all(abs(value) <= MOST for value in answer):
            message = "sources contradict each other: two voltages across the same nodes"
            raise Unsolvable(message, restless.loop(self.circuit, self.elements), short=True)
        answer = [value + 0.0 for value in answer]  # no minus zero
        return [0.0] + answer[:n], answer[n:]

    def amplified(self, row, element, state):
        """Fills the row of an amplifier: its gain where it amplifies, or its output at one of its rails."""
        plus, minus, high, low = element.control
        weights = [(element.nodes[0], 1.0), (high if state > 0 else low, -1.0)]
        if state == 0:
            weights += [(plus, -element.value), (minus, element.value)]
        for node, weight in weights:
            if node:
                row[node - 1] += weight


def _all_states(choices):
    """Every choice of one state of each, the last changing fastest."""
    rows = [()]
    for states in choices:
        rows = [row + (state,) for row in rows for state in states]
    return rows


def _all_levels(count):
    """Every row of `count` switches that are on or off, the last changing fastest."""
    return [tuple([bool(number >> i & 1) for i in range(count - 1, -1, -1)]) for number in range(2**count)]


def operating_point(circuit, levels, celsius=25.0):
    """One `State`, and what was assumed for it.

    Args:
        circuit: parsed, without problems.
        levels: `[(component, port, True for high)]` of the output pins.
        celsius: temperature of the thermistors.
    """
    model = Model(circuit, celsius, volts_of(levels))
    return state_of(model, levels), model.assumptions


def state_of(model, levels):
    """The `State` that a model of a circuit settles in.

    Args:
        levels: `[(component, port, True for high)]` of the output pins that it was made with.
    """
    circuit = model.circuit
    volts, amperes = model.solve()
    currents = {}
    for element, current in zip(model.elements, amperes):
        for pin, sign in zip(element.pins, (1.0, -1.0)):
            if pin:
                name = f"{pin[0]}.{pin[1]}"
                currents[name] = currents.get(name, 0.0) + sign * current
    names = {id(net): net.name for net in circuit.nets}
    nets = {net.name: volts[model.nodes.get(id(net), 0)] for net in circuit.nets if net.pins}
    # The rest of a ground net flows through its first ground pin (Kirchhoff).
    for net in circuit.nets:
        if id(net) in model.grounds:
            pins = [(c, p) for c, p in net.pins if c.kind.name == "G" or c.kind.board]
            if pins:
                rest = sum(currents.get(f"{c.id}.{p.name}", 0.0) for c, p in net.pins)
                name = f"{pins[0][0].id}.{pins[0][1].name}"
                currents[name] = currents.get(name, 0.0) - rest
    power, gates = {}, {}
    for component in circuit.components:
        for port in component.ports:
            if port.net:
                name = f"{component.id}.{port.name}"
                currents.setdefault(name, 0.0)
                heat = nets[names[id(port.net)]] * currents[name]
                power[component.id] = power.get(component.id, 0.0) + heat
        if component.kind.name in ("T", "PMOS") and all(port.net for port in component.ports):
            gate, source = (nets[names[id(component.port(p).net)]] for p in "gs")
            gates[component.id] = gate - source
    named = [level(*one) for one in levels]
    return State(named, nets, currents, power, gates)


def settings(pins, most=MOST_OUTPUTS):
    """The states of output pins and switches to solve: all of up to four, of more each alone and together.

    Args:
        pins: `[(component, port)]`.
        most: of so many all combinations.

    Returns:
        `[[(component, port, True for high)]]`.
    """
    if len(pins) <= most:
        levels = _all_levels(len(pins))
    else:
        levels = [tuple(i == j for i in range(len(pins))) for j in range(-1, len(pins))] + [
            (True,) * len(pins)
        ]
    return [[(component, port, high) for (component, port), high in zip(pins, level)] for level in levels]


def combinations(circuit):
    """The states of a circuit's own output pins and switches."""
    return settings(outputs(circuit) + switches(circuit))


def solve(circuit, celsius=25.0):
    """All states of a circuit's output pins.

    Args:
        circuit: parsed, without problems.
        celsius: temperature of the thermistors.

    Returns:
        `([State], [assumption])`.

    Raises:
        Unsolvable: a value is missing, or there is no single answer.
    """
    if circuit.problems:
        raise ValueError("the text has mistakes: " + circuit.problems[0].message)
    states, assumptions = [], []
    for levels in combinations(circuit):
        state, assumed = operating_point(circuit, levels, celsius)
        states.append(state)
        assumptions += [words for words in assumed if words not in assumptions]
    return states, assumptions


class OperatingPoints:
    """A circuit's states at the temperatures that are asked for, each solved once.

    Args:
        circuit: parsed, without problems; it must not change while this is used.
    """

    def __init__(self, circuit):
        self.circuit = circuit
        self.known = {}  # temperature [°C] -> ([State], [assumption])

    def at(self, celsius=25.0):
        """`([State], [assumption])` with the thermistors at a temperature. Raises what `solve` raises."""
        if celsius not in self.known:
            self.known[celsius] = solve(self.circuit, celsius)
        return self.known[celsius]


def record(states, assumptions):
    """The answer as plain dictionaries and lists, ready for JSON."""
    return {
        "states": [
            {"pins": s.pins, "nets": s.nets, "currents": s.currents, "power": s.power} for s in states
        ],
        "assumptions": assumptions,
    }
