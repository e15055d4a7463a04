"""No single slip of a key changes a circuit in silence."""

import pathlib

import pytest

from macros.circuit import check
from macros.circuit.parse import parse

CIRCUITS = pathlib.Path(__file__).parents[3] / "firmware" / "circuits"
# The seed's text fails the checks as it stands, so an edit of it must add to what they say.
NAMES = ["seed.txt", "with-led.txt", "with-fan.txt"]

# No edit of a wire leaves a legal text with another netlist: a wire between a + and a port is two rows long,
# so that a gap in it has an open end.


def meaning(circuit):
    """What a netlist says apart from the names of nets and the sides of symmetric parts."""
    netlist = circuit.netlist()
    sides = {
        f"{c['id']}.{port}": c["id"] if c["symmetric"] else f"{c['id']}.{port}"
        for c in netlist["components"]
        for port in c["ports"]
    }
    parts = [
        (
            c["id"],
            c["kind"],
            c["value"],
            c["unit"],
            str(c.get("values")),
            tuple(c["ports"]),
            tuple(c.get("pins", ())),
        )
        for c in netlist["components"]
    ]
    nets = sorted(tuple(sorted(sides[pin] for pin in net["pins"])) for net in netlist["nets"])
    return parts, nets


def edits(text):
    """`(position, replacement, edited text)` for every character but line ends."""
    for i, char in enumerate(text):
        for other in " -|+":
            if char not in ("\n", other):
                yield i, other, text[:i] + other + text[i + 1 :]


@pytest.mark.parametrize("name", NAMES)
def test_every_edit_is_refused_or_changes_nothing_or_is_caught(name):
    text = (CIRCUITS / name).read_text()
    original = parse(text)
    assert original.problems == []
    known = {(f.rule, f.message) for f in check.errors(check.check(original))}
    counts = {"refused": 0, "equal": 0, "caught": 0}
    silent, cuts = [], []
    for i, other, edited in edits(text):
        circuit = parse(edited)
        if circuit.problems:
            assert all(problem.at[0] >= 1 and problem.at[1] >= 1 for problem in circuit.problems)
            counts["refused"] += 1
        elif meaning(circuit) == meaning(original):
            counts["equal"] += 1
        else:
            place = (text.count("\n", 0, i) + 1, i - text.rfind("\n", 0, i), text[i], other)
            counts["caught"] += 1
            if not {(f.rule, f.message) for f in check.errors(check.check(circuit))} - known:
                silent.append(place)
            elif text[i] in " -|+":
                cuts.append(place)
    assert silent == []
    assert cuts == []
    assert sum(counts.values()) == len(list(edits(text))) and counts["refused"] > 100 and counts["equal"] > 10
