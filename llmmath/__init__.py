"""LLM inference arithmetic: multiplications, memory and time of decoder-only language models.

- `formulas`: plain functions of plain quantities.
- `records`: models, accelerators and data types with their sources, and the reader of a `config.json`.
- `ledger`: what one step of a model does, operation by operation; `traffic` sums its bytes, `count` its
  multiplications, `token_cost` what one token takes of each. `case` is a model on an accelerator, `knees` its
  turning points, `bound` all about it.
- `evidence`: measurements, and what was compared with what.
- `cli`: the command line, `python -m llmmath`.

Each imports only from those above it. This file imports nothing: the formulas load in MicroPython too.
"""

__version__ = "0.1.0"
