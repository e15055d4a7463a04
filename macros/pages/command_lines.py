"""A command line of llmmath, and what it prints: run while the site is built."""

import io
import shlex
import textwrap
from contextlib import redirect_stderr, redirect_stdout

from llmmath.cli import command

from ..errors import MacroError

PROGRAM = "llmmath"
WIDTH = 68  # letters of a line of the block


def shown(line):
    """A block with a command line and its output.

    Raises:
        MacroError: another program, or a command that fails, with what it said.
    """
    program, *arguments = shlex.split(line)
    if program != PROGRAM:
        raise MacroError(f"the command is {program!r}; expected a line that begins with {PROGRAM!r}")
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        status = command.main(arguments)
    if status:
        raise MacroError(f"'{line}' fails: {said.getvalue().strip()}")
    return f"```text\n$ {wrapped(line)}\n{out.getvalue().rstrip()}\n```"


def wrapped(line):
    """A command line on several lines, as a shell takes it."""
    lines = textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)
    return " \\\n    ".join(lines)
