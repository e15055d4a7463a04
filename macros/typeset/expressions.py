"""Mathematics that is no function of its own, typeset from its text with the letters of all formulas."""

import ast
from difflib import get_close_matches

from . import notation as n
from .letters import LETTERS, letter_of, words_of
from .source import Reader, TypesetError

# What is written as a name before its arguments.
NAMED = {
    "median": "median", "quantile": "quantile", "largest": "arg max", "geometric_mean": "geometric mean",
}  # fmt: skip


def expression(text):
    """Inline MathML of an expression such as `2 * d_model * d_ff`, its names those of `letters.LETTERS`.

    >>> expression("2 * d_ff").startswith("<span><math><mrow><mn>2</mn>")
    True
    """
    # A line that begins with the tag of a formula would be a block to Markdown.
    return f"<span><math>{_Expression(text).typeset()}</math></span>"


def equation(name, text, width):
    """MathML of `name` = the expression `text`, on one line or below the name."""
    left, right = n.Letter(*letter_of(name)), _Expression(text).node()
    sign = n.operator("=", ' form="infix"')
    if left.width + n.OPERATOR_WIDTH + right.width <= width:
        return f'<math display="block">{n.row(left.mathml(), sign, right.mathml())}</math>'
    rows = [left.mathml() + sign, *right.rows(width - 1)]
    return f'<math display="block">{n.stack(rows, "steps-below")}</math>'


def with_numbers(text, values, result, exact, width):
    """MathML of an expression with numbers in place of its letters, and what that makes.

    Args:
        text: as in `expression`. values: name -> (number as it is written, its unit); result: the same.
        exact: whether all these numbers are written in full. width: room for a line [em].
    """
    given = {name: n.Quantity(*written) for name, written in values.items()}
    return numbers(_Expression(text, given).node(), n.Quantity(*result), exact, width)


def added(terms, result, exact, width):
    """MathML of a sum of numbers, of which those in the middle stand as dots, and what that makes."""
    shown = [n.Quantity(*term) for term in terms or [result]]
    if len(shown) > 4:
        shown = [*shown[:2], n.Quantity("⋯"), shown[-1]]
    if len(shown) == 1:
        return numbers(shown[0], n.Quantity(*result), exact, width)
    terms = [(None, shown[0])]
    for term in shown[1:]:
        less = term.signed
        number = n.Quantity(term.number.removeprefix("−"), term.unit) if less else term
        terms.append(("−" if less else "+", number))
    return numbers(n.Sum(tuple(terms)), n.Quantity(*result), exact, width)


def multiplied(factors, result, exact, width):
    """MathML of a product of numbers, and what that makes."""
    product = n.Product(tuple(n.Quantity(*factor) for factor in factors))
    return numbers(product, n.Quantity(*result), exact, width)


def numbers(right, made, exact, width):
    """MathML of an expression of numbers and of what it makes, in lines of so much room [em]."""
    # What is told of a comparison, or which of several is the largest, is no number.
    chosen = isinstance(right, n.Call) and right.name == n.Operator("arg max")
    told = chosen or isinstance(right, n.Relation)
    sign = "" if told else n.operator("=" if exact else "≈", ' form="infix"')
    rows = right.rows(width - n.OPERATOR_WIDTH)
    rows[0] = sign + rows[0]
    result = (n.operator(":", ' form="infix"') if told else sign) + made.mathml()
    if right == made:
        return f'<math display="block">{n.stack(rows, "steps-below")}</math>'
    if len(rows) == 1 and right.width + made.width + 2 * n.OPERATOR_WIDTH <= width:
        rows = [rows[0] + result]
    else:
        rows.append(result)
    return f'<math display="block">{n.stack(rows, "steps-below")}</math>'


class _Expression(Reader):
    """Reads an expression that stands alone: its names are no arguments, they need letters or numbers."""

    def __init__(self, text, given=None):
        self.text, self.used, self.given = text, {}, given
        self.where = f"math({text!r})"

    def typeset(self):
        return self.node().mathml()

    def node(self):
        try:
            tree = ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            raise TypesetError(f"math({self.text!r}) is no expression of Python: {error.msg}") from error
        return self.visit(tree)

    def visit_Call(self, node):
        name = getattr(node.func, "id", None)
        if name == "over" and len(node.args) == 2:
            # over(layers, a * b): the sum over all layers
            of, body = node.args
            return n.Over(words_of(of.id), n.within(self.visit(body), n.PRODUCT))
        if name in NAMED:
            return n.Call(n.Operator(NAMED[name]), tuple(map(self.visit, node.args)))
        if name in ("ceil", "floor", "exp"):
            return self.math_call(node, name)
        return super().visit_Call(node)

    def visit_Name(self, node):
        if self.given is not None and node.id in self.given:
            return self.given[node.id]
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
