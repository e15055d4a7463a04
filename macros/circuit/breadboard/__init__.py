"""A circuit on a breadboard: where each leg and wire goes, computed from the netlist of its schematic.

`place.plan` finds the holes, `route` the ways of the wires, `readback` reads the netlist back from the holes,
`svg` draws, `listing` writes the tables.
"""
