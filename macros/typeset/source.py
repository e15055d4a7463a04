"""Reads a formula from the source text of its function: `ast` keeps the author's order and grouping."""

import ast
import inspect
import math
import textwrap
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from . import notation as n
from .letters import LETTERS, letter_of, words_of

ROOT = Path(__file__).resolve().parents[2]
MAXIMA = {"larger": "max", "max": "max", "smaller": "min", "min": "min"}
MATH_CALLS = {"log", "log2", "log10", "exp", "sqrt", "ceil", "floor", "fabs"}
MATH_CONSTANTS = {"math.pi": ("π", ""), "math.e": ("e", ""), "math.inf": ("∞", "")}
COMPARISONS = {ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠"}


class TypesetError(ValueError):
    """A formula holds something that has no typesetting. The message names function, file, line and text."""


@dataclass(frozen=True)
class Source:
    """Where a function is defined: path below the project's root, or the whole one elsewhere; first line."""

    path: str
    line: int

    def __str__(self):
        return f"{self.path}:{self.line}"


def source_of(function):
    """File, relative to the project's root, and line of `function`'s definition."""
    code = inspect.unwrap(function).__code__
    path = Path(code.co_filename)
    inside = path.is_absolute() and path.is_relative_to(ROOT)
    return Source(path.relative_to(ROOT).as_posix() if inside else str(path), code.co_firstlineno)


def read(function, inline=(), given=None, callers=()):
    """The named steps and the result of `function`, as ([(Letter, Node), ...], Node).

    Args:
        function: a formula: named steps and one returned expression.
        inline: names of neighbouring formulas to write out instead of naming them.
        given: argument name -> Node to write in its place, for a formula that is written out in another.
        callers: formulas that are being written out around this one.
    """
    return Reader(function, inline, given, callers).read()


def name_of(name):
    """How a formula is named: the letter of its result, or its name in words."""
    return n.Letter(*letter_of(name)) if name in LETTERS else n.Words(words_of(name))


class Reader(ast.NodeVisitor):
    """Turns the statements and expressions of one function into notation."""

    def __init__(self, function, inline, given, callers):
        self.function = inspect.unwrap(function)
        self.where = source_of(function)
        self.inline = frozenset(inline)
        self.given = given
        self.callers = (*callers, self.function)
        self.arguments = list(inspect.signature(self.function).parameters)
        self.steps = {}
        self.used = {}

    def read(self):
        try:
            lines, first = inspect.getsourcelines(self.function)
        except OSError as error:
            name = self.function.__name__
            raise TypesetError(f"{self.where}: the source of {name} cannot be read") from error
        self.first = first
        definition = ast.parse(textwrap.dedent("".join(lines))).body[0]
        if not isinstance(definition, ast.FunctionDef):
            raise self.error(definition, "a formula is a function with a name")
        body = definition.body
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:]
        if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
            last = body[-1] if body else definition
            raise self.error(last, "a formula ends with `return` and one expression")
        for statement in body[:-1]:
            self.visit(statement)
        result = self.visit(body[-1].value)
        shown = [] if self.given is not None else list(self.steps.items())
        return [(self.letter(name), node) for name, node in shown], result

    def error(self, node, hint):
        line = self.first + getattr(node, "lineno", 1) - 1
        text = ast.unparse(node).splitlines()[0]
        return TypesetError(
            f"{self.where.path}:{line}: {self.function.__name__} has `{text}` "
            f"({type(node).__name__}), which cannot be typeset; {hint}"
        )

    def generic_visit(self, node):
        raise self.error(
            node,
            "a formula is made of named steps, names, numbers, + - * / // **, "
            "comparisons, `a if c else b`, math functions, larger, smaller and "
            "neighbouring formulas",
        )

    # Statements

    def visit_Assign(self, node):
        target = node.targets[0]
        if len(node.targets) > 1 or not isinstance(target, ast.Name):
            raise self.error(node, "a step is `name = expression`")
        if target.id in self.steps or target.id in self.arguments:
            raise self.error(node, f"`{target.id}` already has a value: give each step a name of its own")
        self.steps[target.id] = self.visit(node.value)

    # Names and numbers

    def letter(self, name):
        """The letter for `name`; two names of one formula must not look the same."""
        base, subscript = MATH_CONSTANTS.get(name) or letter_of(name)
        other = self.used.setdefault((base, subscript), name)
        if other != name:
            shown = f"{base}_{subscript}" if subscript else base
            raise TypesetError(
                f"{self.where}: {self.function.__name__} uses {other} and {name}, which are "
                f"both typeset as {shown}; give one of them a letter of its own in "
                "macros/typeset/letters.py"
            )
        return n.Letter(base, subscript)

    def visit_Name(self, node):
        if node.id in self.steps:
            return self.letter(node.id) if self.given is None else self.steps[node.id]
        if node.id in self.arguments:
            return self.letter(node.id) if self.given is None else self.given[node.id]
        value = self.function.__globals__.get(node.id)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.letter(node.id) if node.id in LETTERS else n.Number(value)
        known = [*self.arguments, *self.steps]
        near = get_close_matches(node.id, known, n=1)
        raise self.error(node, f"did you mean `{near[0]}`?" if near else f"it knows {', '.join(known)}")

    def visit_Attribute(self, node):
        if self.is_math(node.value) and f"math.{node.attr}" in MATH_CONSTANTS:
            return self.letter("math." + node.attr)
        return self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return n.Number(node.value)
        return self.generic_visit(node)

    def visit_Subscript(self, node):
        letter = self.visit(node.value)
        if not isinstance(letter, n.Letter) or letter.index:
            return self.generic_visit(node)
        return n.Letter(letter.base, letter.subscript, self.visit(node.slice))

    # Arithmetic

    def visit_BinOp(self, node):
        kind = type(node.op)
        left, right = self.visit(node.left), self.visit(node.right)
        if kind in (ast.Add, ast.Sub):
            # A sum on the left goes on; one on the right was grouped by the author: it keeps parentheses.
            before = ((None, n.within(left, n.PRODUCT, first=True)),)
            if isinstance(left, n.Sum):
                before = left.terms
            return n.Sum((*before, ("+" if kind is ast.Add else "−", n.within(right, n.PRODUCT))))
        if kind is ast.Mult:
            before = left.factors if isinstance(left, n.Product) else (n.within(left, n.PRODUCT, first=True),)
            return n.Product((*before, n.within(right, n.POWER)))
        if kind is ast.Div:
            return n.Fraction(left, right)
        if kind is ast.FloorDiv:
            return n.Fence("⌊", n.Fraction(left, right), "⌋")
        if kind is ast.Pow:
            return n.Power(n.within(left, n.ATOM), right)
        return self.generic_visit(node)

    def visit_UnaryOp(self, node):
        if not isinstance(node.op, ast.USub):
            return self.generic_visit(node)
        inner = node.operand
        if (
            isinstance(inner, ast.BinOp)
            and isinstance(inner.op, ast.FloorDiv)
            and isinstance(inner.left, ast.UnaryOp)
            and isinstance(inner.left.op, ast.USub)
        ):
            # -(-a // b) is how a quotient is rounded up without `math`.
            quotient = n.Fraction(self.visit(inner.left.operand), self.visit(inner.right))
            return n.Fence("⌈", quotient, "⌉")
        return n.Negative(n.within(self.visit(inner), n.PRODUCT))

    # Choices

    def visit_IfExp(self, node):
        cases = []
        while isinstance(node, ast.IfExp):
            cases.append((n.within(self.visit(node.body), n.EITHER, first=True), self.visit(node.test)))
            node = node.orelse
        return n.Cases(tuple(cases), self.visit(node))

    def visit_Compare(self, node):
        for operator in node.ops:
            if type(operator) not in COMPARISONS:
                return self.generic_visit(node)
        operands = (self.visit(operand) for operand in (node.left, *node.comparators))
        return n.Relation(
            tuple(n.within(operand, n.SUM, first=True) for operand in operands),
            tuple(COMPARISONS[type(operator)] for operator in node.ops),
        )

    def visit_BoolOp(self, node):
        rank, word = (n.BOTH, "and") if isinstance(node.op, ast.And) else (n.EITHER, "or")
        operands = tuple(n.within(self.visit(value), rank + 1, first=True) for value in node.values)
        return n.Relation(operands, (word,) * (len(operands) - 1), rank)

    # Calls

    def is_math(self, node):
        return isinstance(node, ast.Name) and self.function.__globals__.get(node.id) is math

    def from_math(self, called, name):
        if isinstance(called, ast.Attribute):
            return self.is_math(called.value)
        return name in MATH_CALLS and self.function.__globals__.get(name) is getattr(math, name)

    def visit_Call(self, node):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        if self.from_math(node.func, name):
            if name in MATH_CALLS and not node.keywords:
                return self.math_call(node, name)
            return self.generic_visit(node)
        if name == "abs" and len(node.args) == 1:
            return n.Fence("|", self.visit(node.args[0]), "|")
        if name in MAXIMA and not node.keywords:
            return n.Call(n.Operator(MAXIMA[name]), tuple(self.visit(argument) for argument in node.args))
        callee = self.callee(node, name)
        if name in self.inline:
            return self.written_out(node, callee)
        return n.Call(name_of(name), (*map(self.visit, node.args), *map(self.keyword, node.keywords)))

    def math_call(self, node, name):
        first, *rest = (self.visit(argument) for argument in node.args)
        if name == "sqrt":
            return n.Root(first)
        if name == "exp":
            return n.Power(n.Letter("e"), first)
        if name in ("ceil", "floor", "fabs"):
            left, right = {"ceil": "⌈⌉", "floor": "⌊⌋", "fabs": "||"}[name]
            return n.Fence(left, first, right)
        base = rest[0] if rest else {"log2": n.Number(2), "log10": n.Number(10)}.get(name)
        return n.Call(n.Operator("log", base) if base else n.Operator("ln"), (first,))

    def callee(self, node, name):
        """The neighbouring formula that `node` calls."""
        scope = self.function.__globals__
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            module = scope.get(node.func.value.id)
            scope = vars(module) if inspect.ismodule(module) else {}
        callee = scope.get(name)
        if inspect.isfunction(callee):
            return callee
        known = [key for key, value in scope.items() if inspect.isfunction(value)]
        near = get_close_matches(str(name), [*known, *MAXIMA], n=1)
        hint = f"did you mean `{near[0]}`?" if near else "no formula of that name is imported"
        raise self.error(node, hint)

    def keyword(self, keyword):
        """An argument by keyword: a bare number is named, `n = 1`; anything else speaks for itself."""
        if keyword.arg is None:
            raise self.error(keyword.value, "write each argument of a neighbouring formula out")
        value = self.visit(keyword.value)
        if not isinstance(value, n.Number):
            return value
        return n.Relation((n.Letter(*letter_of(keyword.arg)), value), ("=",))

    def written_out(self, node, callee):
        if callee in self.callers:
            raise self.error(node, "a formula that calls itself cannot be written out")
        parameters = inspect.signature(callee).parameters
        given = {
            name: n.Number(parameter.default)
            for name, parameter in parameters.items()
            if isinstance(parameter.default, (int, float))
        }
        given.update(zip(parameters, map(self.visit, node.args)))
        given.update((keyword.arg, self.visit(keyword.value)) for keyword in node.keywords)
        missing = [name for name in parameters if name not in given]
        if missing:
            raise self.error(node, f"it lacks {', '.join(missing)}")
        return Reader(callee, self.inline, given, self.callers).read()[1]
