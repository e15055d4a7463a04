"""What is needed of `fnmatch`: MicroPython's own writes expressions that the page's do not know."""

import re


def fnmatchcase(name, pattern):
    """Whether a name is like a pattern, in which * stands for any letters and ? for one."""
    expression = "".join(
        "[^]*" if letter == "*" else "[^]" if letter == "?" else re.escape(letter) for letter in pattern
    )
    return re.fullmatch(expression, name) is not None
