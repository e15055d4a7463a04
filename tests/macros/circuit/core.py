"""Runs the core over circuits and prints all that it says of each, for any interpreter.

Usage: python core.py ROOT FILE…
"""

import json
import sys

SETTINGS = {"DRIVE": "fail-on", "ALARM_PIN": "6", "TACH_PIN": ""}  # of the script, not as it is published


def ordered(value):
    """A value with its dictionaries as sorted lists, since MicroPython keeps no order."""
    if isinstance(value, dict):
        return [[key, ordered(value[key])] for key in sorted(value)]
    if isinstance(value, list):
        return [ordered(item) for item in value]
    return value


def main(root, names):
    sys.path.insert(0, root)
    from macros.circuit import typed
    from macros.circuit.draw import draw
    from macros.circuit.parse import parse, to_text

    def asked(text, fragment):
        """What the page gets for a text, each answer or the reason why there is none."""
        found = []
        given = {"text": text, "fragment": fragment, "settings": SETTINGS}
        for function in (typed.read, typed.solved, typed.svg, typed.spice_deck, typed.kicad_netlist):
            try:
                found.append(ordered(function(given)))
            except ValueError as error:
                found.append(str(error))
        return found

    for name in names:
        with open(name) as file:
            text = file.read()
        for fragment in (False, True):
            circuit = parse(text, fragment)
            print(
                json.dumps(
                    [
                        ordered(circuit.netlist()),
                        [ordered(problem.record()) for problem in circuit.problems],
                        to_text(circuit),
                        "" if circuit.problems else draw(circuit, "x", "t"),
                        asked(text, fragment),
                    ]
                )
            )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
