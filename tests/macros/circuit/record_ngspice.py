"""Solves the project's circuits with ngspice and records the results in tests/data/ngspice.json.

Usage, from the project's root, with ngspice installed (Debian: apt-get install ngspice):

    python -m tests.macros.circuit.record_ngspice

The netlist comes from the same models (`solve.Model`), the solution from ngspice alone. Diodes are sources
whose current has a kink at the forward drop, MOSFETs and contacts are ngspice's own switches. The decks
of `spice` are solved too, as they are written, and recorded by their hash.
"""

import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path

from macros.circuit import solve, spice
from macros.circuit.parse import parse
from tests.macros.circuit.solvable import solvable

RECORD = Path(__file__).resolve().parents[2] / "data" / "ngspice.json"


def deck(model):
    """The circuit in ngspice's language; a meter follows every element, so that its current is known."""
    lines = [
        "* written by record_ngspice.py",
        ".options rshunt=1e12 reltol=1e-6 abstol=1e-15 vntol=1e-9",
    ]
    for i, element in enumerate(model.elements):
        one, other = element.nodes
        lines.append(f"vm{i} {one} m{i} 0")
        if element.kind == "R":
            lines.append(f"r{i} m{i} {other} {element.value!r}")
        elif element.kind == "V":
            lines.append(f"v{i} m{i} {other} {element.value!r}")
        elif element.kind == "I":
            lines.append(f"i{i} m{i} {other} {element.value!r}")
        elif element.kind == "D":
            lines.append(
                f"b{i} m{i} {other} i = v(m{i},{other}) > {element.value!r} ? "
                f"(v(m{i},{other}) - {element.value!r}) / {solve.DIODE_ON!r} : "
                f"v(m{i},{other}) * {solve.LEAK!r}"
            )
        elif element.kind == "S":
            gate, source, at = element.control
            lines.append(f"s{i} m{i} {other} {gate} {source} switch{i}")
            lines.append(switch(i, at))
        elif element.kind in "KN":
            gate, source, at = element.control
            size = f"abs(v({gate},{source}))"
            lines.append(f"b{i} c{i} 0 v = {size if element.kind == 'K' else f'{2 * at!r} - {size}'}")
            lines.append(f"s{i} m{i} {other} c{i} 0 switch{i}")
            lines.append(switch(i, at))
        elif element.kind == "F":
            lines.append(f"f{i} m{i} {other} vm{element.control.index} {element.value!r}")
        elif element.kind == "E":
            plus, minus, high, low = element.control
            wanted = f"v({low}) + {element.value!r} * v({plus},{minus})"
            lines.append(f"b{i} m{i} {other} v = max(0, min(v({high},{low}), {wanted} - v({low})))")
    wanted = [f"v({node})" for node in model.nodes.values()] + [
        f"i(vm{i})" for i in range(len(model.elements))
    ]
    lines += (
        [".control", "set numdgt=12", "op"] + [f"print {name}" for name in wanted] + ["quit", ".endc", ".end"]
    )
    return "\n".join(lines) + "\n"


def switch(i, at):
    """The model of an element's switch, which closes at a voltage [V]."""
    return f".model switch{i} sw(vt={at!r} vh=0 ron={solve.SWITCH_ON} roff={1 / solve.LEAK:g})"


def run(model):
    """`(node voltages by node number, current by element)` from ngspice."""
    with tempfile.NamedTemporaryFile("w", suffix=".cir") as file:
        file.write(deck(model))
        file.flush()
        done = subprocess.run(["ngspice", "-b", file.name], capture_output=True, text=True)
    found = {
        name: float(value)
        for name, value in re.findall(r"^(v\(\d+\)|i\(vm\d+\)) = (\S+)$", done.stdout, re.M)
    }
    if len(found) != len(model.nodes) + len(model.elements):
        raise RuntimeError(f"ngspice gave {len(found)} results:\n{done.stdout}\n{done.stderr}")
    return (
        {node: found[f"v({node})"] for node in model.nodes.values()},
        [found[f"i(vm{i})"] for i in range(len(model.elements))],
    )


def run_deck(text):
    """Voltages by node, in small letters, that ngspice finds for a deck as it was written."""
    with tempfile.NamedTemporaryFile("w", suffix=".cir") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(["ngspice", "-b", file.name], capture_output=True, text=True)
    table = done.stdout.partition("Voltage\n")[2].partition("Source")[0]
    found = re.findall(r"^\s*(?:V\()?([a-z0-9_]+)\)?\s+(\S+e[+-]\d+)\s*$", table, re.M)
    if done.returncode or not found:
        raise RuntimeError(f"ngspice solved nothing:\n{text}\n{done.stdout}\n{done.stderr}")
    return {name: float(value) for name, value in found}


def main():
    version = subprocess.run(["ngspice", "--version"], capture_output=True, text=True).stdout
    record = {
        "source": "recorded with tests/macros/circuit/record_ngspice.py",
        "ngspice": re.search(r"ngspice-(\S+)", version).group(1),
        "cases": [],
        "decks": [],
    }
    for name, text in solvable():
        circuit = parse(text)
        if circuit.problems:
            raise SystemExit(f"{name}: {circuit.problems[0].message}")
        for levels in solve.combinations(circuit):
            model = solve.Model(circuit, levels=solve.volts_of(levels))
            nodes, amperes = run(model)
            by_node = {model.nodes[id(net)]: net.name for net in circuit.nets if id(net) in model.nodes}
            record["cases"].append(
                {
                    "circuit": name,
                    "pins": dict([solve.level(*one) for one in levels]),
                    "nets": {by_node[node]: value for node, value in nodes.items()},
                    "elements": {element.name: value for element, value in zip(model.elements, amperes)},
                }
            )
        text = spice.deck(circuit, name)
        record["decks"].append(
            {"circuit": name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "nodes": run_deck(text)}
        )
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(record['cases'])} operating points from ngspice {record['ngspice']} in {RECORD.name}")


if __name__ == "__main__":
    main()
