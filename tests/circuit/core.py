"""Runs the core over circuits and prints netlist and drawing of each; the same under CPython and MicroPython.

Usage: python core.py ROOT FILE…
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from macros.circuit.draw import draw
from macros.circuit.parse import parse, to_text


def ordered(value):
    """A value with its dictionaries as sorted lists, since MicroPython keeps no order."""
    if isinstance(value, dict):
        return [[key, ordered(value[key])] for key in sorted(value)]
    if isinstance(value, list):
        return [ordered(item) for item in value]
    return value


for name in sys.argv[2:]:
    with open(name) as file:
        text = file.read()
    for fragment in (False, True):
        circuit = parse(text, fragment)
        found = [ordered(circuit.netlist()), [ordered(problem.record()) for problem in circuit.problems],
                 to_text(circuit), "" if circuit.problems else draw(circuit, "x", "t")]
        print(json.dumps(found))
