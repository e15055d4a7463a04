"""A simulated board, fan and heated thing, in virtual time: runs the very script, in both Pythons.

Written in what both interpreters and the browser's MicroPython know: no dataclass, typing or match.
"""
