"""Formulas: plain functions of plain quantities. Every file here runs in MicroPython too, since the page runs it.

A new file is a new section of the reference page, and is tested on ints, arrays and in MicroPython, by being here.
"""
