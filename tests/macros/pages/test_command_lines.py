"""A command line on a page is run, and what it prints stands below it."""

import pytest

from llmmath.cli import command
from macros.errors import MacroError
from macros.pages import command_lines


def test_a_command_is_shown_with_what_it_prints(capsys):
    line = "llmmath count gpt2 --context 1024"
    command.main(line.split()[1:])
    printed = capsys.readouterr().out.rstrip()
    assert command_lines.shown(line) == f"```text\n$ {line}\n{printed}\n```"
    assert capsys.readouterr().out == ""


def test_a_long_line_is_broken_as_a_shell_takes_it():
    line = "llmmath bound llama-3.1-8b --accelerator h100-sxm --batch 8 --context 1024 --dtype fp8"
    first, second = command_lines.wrapped(line).splitlines()
    assert first.endswith(" \\") and second.startswith("    ")
    assert first.removesuffix("\\") + second.strip() == line


@pytest.mark.parametrize(
    "line, said",
    [
        ("ls /", "the command is 'ls'; expected a line that begins with 'llmmath'"),
        ("llmmath count gtp2 --context 4", "did you mean 'gpt2'"),
    ],
)
def test_another_program_and_a_command_that_fails_are_refused(line, said):
    with pytest.raises(MacroError, match=said):
        command_lines.shown(line)
