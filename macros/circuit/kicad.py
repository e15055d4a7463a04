"""A circuit for KiCad: the netlist that its board editor imports (File, Import, Netlist).

Core: runs in MicroPython too.

Each part has a usual footprint of KiCad's own libraries, to be exchanged there for the part at hand. A
transistor's is the housing of the common part that the parts table takes first, with the order of that part's
legs; where it knows none, SOT-23, whose order of pads nearly all makers keep. References are KiCad's usual
letters; the name in the text stands in the field `Notation`. Ground is a net and no part.

Sources: of the format, KiCad's own reader of netlists, pcbnew/netlist_reader/kicad_netlist_reader.cpp; of the
pads, its footprint library as of August 20, 2026, and for what a relay's pads are, its symbol
SANYOU_SRD_Form_C: 1 common, 2 and 5 coil, 3 closed while the coil is driven, 4 while it is not.
"""

from . import blocks, board
from .catalogue import is_digits

TOOL = "macros.circuit"
HEADER = "Connector_PinHeader_2.54mm:PinHeader_1x%02d_P2.54mm_Vertical"
TWO = HEADER % 2
RESISTOR = "Resistor_THT:R_Axial_DIN0207_L6.3mm_D2.5mm_P10.16mm_Horizontal"
SMALL_DIODE = "Diode_THT:D_DO-35_SOD27_P7.62mm_Horizontal"
DIODE = "Diode_THT:D_DO-41_SOD81_P10.16mm_Horizontal"
SOT23 = "Package_TO_SOT_SMD:SOT-23"
CATHODE_FIRST = {"a": "2", "c": "1"}
MOSFET = {"g": "1", "s": "2", "d": "3"}
BIPOLAR = {"b": "1", "e": "2", "c": "3"}
# Housing -> its footprint; pads 1 to 3 are the legs from left to right, the printed side towards one.
LEGGED = {
    "TO-220": "Package_TO_SOT_THT:TO-220-3_Vertical",
    "TO-92": "Package_TO_SOT_THT:TO-92_Inline_Wide",
}


def legged(legs):
    """`{port: pad}` of legs in their order, such as `gds`."""
    return {legs[i]: str(i + 1) for i in range(len(legs))}


PLUS_FIRST = {"p": "1", "n": "2"}
PICO = "Module:RaspberryPi_Pico_Common_THT"

# What the text calls it -> (letters of its reference, footprint, its port -> pad; {} where they agree).
PARTS = {
    "R": ("R", RESISTOR, {}),
    "C": ("C", "Capacitor_THT:C_Disc_D5.0mm_W2.5mm_P5.00mm", {}),
    "L": ("L", "Inductor_THT:L_Axial_L5.3mm_D2.2mm_P10.16mm_Horizontal_Vishay_IM-1", {}),
    "D": ("D", DIODE, CATHODE_FIRST),
    "LED": ("D", "LED_THT:LED_D5.0mm", CATHODE_FIRST),
    "ZENER": ("D", SMALL_DIODE, CATHODE_FIRST),
    "T": ("Q", LEGGED["TO-220"], legged("gds")),  # IRF3708
    "PMOS": ("Q", SOT23, MOSFET),
    "NPN": ("Q", LEGGED["TO-92"], legged("ebc")),  # 2N3904
    "PNP": ("Q", LEGGED["TO-92"], legged("ebc")),  # 2N3906
    # Pads of an MCP6001 in SOT-23-5.
    "OPAMP": ("U", "Package_TO_SOT_SMD:SOT-23-5", {"o": "1", "g": "2", "p": "3", "n": "4", "v": "5"}),
    "P": ("RV", "Potentiometer_THT:Potentiometer_Alps_RK09K_Single_Vertical", {}),
    "DC": ("J", TWO, PLUS_FIRST),
    "AC": ("J", TWO, PLUS_FIRST),
    "I": ("J", TWO, {"s": "1", "d": "2"}),
    "V": ("J", TWO, PLUS_FIRST),
    "THERMISTOR": ("TH", TWO, {}),
    "FUSE": ("F", "Fuse:Fuseholder_Cylinder-5x20mm_Schurter_0031_8201_Horizontal_Open", {}),
    "SWITCH": ("SW", TWO, {}),
    "BUTTON": ("SW", "Button_Switch_THT:SW_PUSH_6mm", {}),
    "FAN": ("M", TWO, {}),
    "FAN_PWM": ("M", "Connector:FanPinHeader_1x04_P2.54mm_Vertical", {}),
    "RELAY": (
        "K",
        "Relay_THT:Relay_SPDT_SANYOU_SRD_Series_Form_C",
        {"com": "1", "a": "2", "no": "3", "nc": "4", "b": "5"},
    ),
    "MICROPHONE": ("MK", TWO, {}),
    "SPEAKER": ("LS", TWO, {}),
    "X": ("JJ", TWO, {}),
    "SQUID": ("JJ", TWO, {}),
    "RPI_PICO_W": ("U", PICO, {}),
    "RPI_PICO_2_W": ("U", PICO, {}),
    "BOARD": ("U", "", {}),
    "CONN": ("J", "", {}),
    "CHIP": ("U", "", {}),
}
DIP_LEAST = 8  # pins of the smallest housing that is taken


class Part:
    """One part: its reference and its pads.

    Args:
        component: of a parsed circuit.
        reference: such as `R1`.
        taken: `(package, legs)` of another common part, or None; see `housed`.
    """

    def __init__(self, component, reference, taken=None):
        self.component = component
        self.reference = reference
        _, self.footprint, pads = PARTS[component.kind.name]
        if taken:
            self.footprint, pads = housed(component.kind.name, taken[0], taken[1])
        self.pads = [(port, self.pad_of(port, pads)) for port in component.ports]
        taken = [pad for _, pad in self.pads if pad]
        for i in range(len(self.pads)):  # what has no number takes the next that is free
            port, pad = self.pads[i]
            if not pad:
                number = 1
                while str(number) in taken:
                    number += 1
                taken.append(str(number))
                self.pads[i] = (port, str(number))
        if not self.footprint:
            self.footprint = self.by_size(max([int(pad) for pad in taken] + [1]))

    def pad_of(self, port, pads):
        """The pad of a port, or nothing where the text and the part leave it open."""
        name = self.component.kind.name
        if name in board.PICOS:
            number = board.look_up(port.name, port.pin).number
            return str(number or board.GROUNDS[-1])
        if name == "FAN_PWM":
            return str(blocks.FAN_PWM[blocks.role(name, port.name)])
        if self.component.kind.block and not pads:
            return "" if port.pin is None else str(port.pin)
        if self.component.kind.block:
            return pads[blocks.role(name, port.name)]
        return pads.get(port.name) or (port.name if is_digits(port.name) else "")

    def by_size(self, count):
        """A footprint for so many pads."""
        if self.component.kind.name == "CHIP":
            return "Package_DIP:DIP-%d_W7.62mm" % max(DIP_LEAST, count + count % 2)
        return HEADER % count

    def value(self):
        """Its values as the text has them, or what it is."""
        written = [text for _, _, text in self.component.values]
        return " ".join(written) or self.component.words


def housed(kind, package, legs):
    """`(footprint, {port: pad})` of a transistor in another housing.

    Args:
        kind: `T`, `PMOS`, `NPN` or `PNP`.
        package: as the parts table has it.
        legs: their order, or None where the part is in SOT-23.
    """
    if package in LEGGED and legs:
        return LEGGED[package], legged(legs)
    return SOT23, (MOSFET if kind in ("T", "PMOS") else BIPOLAR)


def parts(circuit, taken=None):
    """The parts in the order of the text, with references of their own; `taken` as in `netlist`."""
    found = []
    counts = {}
    for component in circuit.components:
        if component.kind.name == "G":
            continue
        letters = PARTS[component.kind.name][0]
        counts[letters] = counts.get(letters, 0) + 1
        found.append(Part(component, letters + str(counts[letters]), (taken or {}).get(component.id)))
    return found


def netlist(circuit, title="Circuit", taken=None):
    """The netlist as S-expressions, ending in a newline.

    Args:
        circuit: parsed, without problems.
        title: names its source.
        taken: `{part id: (package, legs)}` of transistors that are not the usual part.

    Raises:
        board.PinError: a Pico has no such pin.
    """
    if circuit.problems:
        raise ValueError("the text has mistakes: " + circuit.problems[0].message)
    found = parts(circuit, taken)
    lines = [
        '(export (version "E")',
        "  (design (source %s) (tool %s))" % (quoted(title), quoted(TOOL)),
        "  (components",
    ]
    for i in range(len(found)):
        lines += _component(found[i], i + 1)
    lines += ["  )", "  (nets"]
    code = 0
    for net in circuit.nets:
        nodes = _nodes(found, net)
        if nodes:
            code += 1
            lines.append('    (net (code "%d") (name %s) (class "Default")' % (code, quoted(net.name)))
            lines += nodes + ["    )"]
    return "\n".join(lines + ["  )", ")"]) + "\n"


def _component(part, number):
    stamp = "00000000-0000-0000-0000-%012d" % number
    return [
        "    (comp (ref %s)" % quoted(part.reference),
        "      (value %s)" % quoted(part.value()),
        "      (footprint %s)" % quoted(part.footprint),
        '      (property (name "Notation") (value %s))' % quoted(part.component.id),
        '      (sheetpath (names "/") (tstamps "/"))',
        "      (tstamps %s)" % quoted(stamp),
        "    )",
    ]


def _nodes(found, net):
    """The pads of a net, each once."""
    lines = []
    for part in found:
        for port, pad in part.pads:
            if port.net is net:
                words = "      (node (ref %s) (pin %s) (pinfunction %s))"
                line = words % (quoted(part.reference), quoted(pad), quoted(port.name))
                if line not in lines:
                    lines.append(line)
    return lines


def quoted(text):
    """A string as KiCad reads it."""
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')
