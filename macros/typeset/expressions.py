"""A product or a sum within a sentence, typeset from its text with the letters of all formulas."""

import ast
from difflib import get_close_matches

from .letters import LETTERS
from .source import Reader, TypesetError


def expression(text):
    """Inline MathML of an expression such as `2 * d_model * d_ff`, its names those of `letters.LETTERS`.

    >>> expression("2 * d_ff").startswith("<span><math><mrow><mn>2</mn>")
    True
    """
    # A line that begins with the tag of a formula would be a block to Markdown.
    return f"<span><math>{_Expression(text).typeset()}</math></span>"


class _Expression(Reader):
    """Reads an expression that stands alone: its names are no arguments, they need letters."""

    def __init__(self, text):
        self.text, self.used, self.given = text, {}, None
        self.where = f"math({text!r})"

    def typeset(self):
        try:
            tree = ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            raise TypesetError(f"math({self.text!r}) is no expression of Python: {error.msg}") from error
        return self.visit(tree).mathml()

    def visit_Name(self, node):
        if node.id in LETTERS:
            return self.letter(node.id)
        near = get_close_matches(node.id, LETTERS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "it stands in macros/typeset/letters.py or nowhere"
        raise self.error(node, hint)

    def is_math(self, node):
        return False

    def from_math(self, called, name):
        return False

    def error(self, node, hint):
        return TypesetError(f"{self.where}: `{ast.unparse(node)}` has no letter; {hint}")
