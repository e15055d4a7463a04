"""LLM inference arithmetic: multiplications, memory and time of decoder-only language models.

Formulas are plain functions in `multiplications`, `memory` and `roofline`; `models` and `accelerators` are
the records with their sources; `ledger` lists what one step of a model does; `count` sums it up.
This file imports nothing, so that the formula modules load in MicroPython too.
"""
