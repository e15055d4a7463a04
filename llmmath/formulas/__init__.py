"""Formulas: plain functions of plain quantities. Every file here runs in MicroPython too: the page runs it.

A new file is a new section of the reference page, and is tested on ints, on arrays, in MicroPython and for
its units, by being here.
"""
