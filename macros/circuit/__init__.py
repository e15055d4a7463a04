"""The ASCII circuit notation: parse, draw, list, solve, check.

`catalogue`, `netlist`, `board`, `parse` and `draw` are the core: they run in MicroPython too, and this file
imports nothing, so that importing one of them costs no more than that one.
"""
