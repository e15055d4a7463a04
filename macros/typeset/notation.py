"""How mathematics is set: each kind of expression knows its MathML, its TeX and its width.

Only MathML Core is used. MathML has no line breaks of its own, so an expression that is wider than its budget
breaks its sums into lines, the outermost first: `mathml(budget)` takes the room that is left, in em.
Widths are estimates from typical glyphs; they only decide where to break.
"""

from dataclasses import dataclass
from decimal import Decimal
from html import escape

from .letters import GREEK

# How tightly a kind binds; an operand that binds less tightly than its place asks for is put in parentheses.
CHOICE, EITHER, BOTH, RELATION, SUM, PRODUCT, POWER, ATOM = range(8)

THIN = '<mo rspace="0.17em">\u2062</mo>'  # invisible times, which programs read as a product
APPLY = "<mo>\u2061</mo>"  # function application, invisible too
OPERATOR_WIDTH = 1.2
PAREN_WIDTH = 0.4


class Node:
    """One expression. `rank` tells how tightly it binds, `signed` whether it begins with a minus."""

    rank = ATOM
    signed = False
    digit_first = False
    words = False  # a name of several letters, which needs a visible dot in a product

    @property
    def width(self) -> float:
        """Width on one line [em]."""
        raise NotImplementedError

    def mathml(self, budget=None) -> str:
        """Presentation MathML; with a budget [em], broken into lines where it is wider."""
        raise NotImplementedError

    def tex(self) -> str:
        """TeX on one line."""
        raise NotImplementedError

    @property
    def shrunk(self):
        """Width when everything that can break has been broken."""
        return self.width

    def rows(self, budget):
        """Lines of MathML, more than one only for a sum that has to break."""
        return [self.mathml(budget)]


def within(node, rank, first=False):
    """`node`, in parentheses if it binds less than `rank`; only a `first` operand may begin with a minus."""
    return Fence("(", node, ")") if node.rank < rank or (node.signed and not first) else node


def row(*parts):
    return f"<mrow>{''.join(parts)}</mrow>"


def stack(rows, kind="stack"):
    """Lines under each other; a line is a string or a tuple of cells."""
    cells = [(line,) if isinstance(line, str) else line for line in rows]
    return (
        f'<mtable class="{kind}">'
        + "".join("<mtr>" + "".join(f"<mtd>{row(cell)}</mtd>" for cell in line) + "</mtr>" for line in cells)
        + "</mtable>"
    )


def operator(symbol, attributes=""):
    return f"<mo{attributes}>{escape(symbol)}</mo>"


def fenced(left, body, right):
    """`body` between marks that grow with fractions, roots and tables, and not with mere subscripts."""
    tall = any(tag in body for tag in ("<mfrac", "<msqrt", "<mtable"))
    size = "" if tall else ' stretchy="false"'
    # The forms are stated because a bar is the same character on both sides.
    return row(operator(left, ' form="prefix"' + size), body, operator(right, ' form="postfix"' + size))


def text_tex(text):
    return r"\text{" + text + "}"


@dataclass(frozen=True)
class Number(Node):
    """An integer, grouped by thousands from five digits on, or a decimal, with a power of ten if long."""

    value: int | float
    digit_first = True

    def __post_init__(self):
        if not isinstance(self.value, (int, float)) or isinstance(self.value, bool):
            raise TypeError(f"not a number: {self.value!r}")

    @property
    def _parts(self):
        """(mantissa, exponent), either of which may be None."""
        if isinstance(self.value, int):
            return str(self.value) if abs(self.value) < 10000 else f"{self.value:,}", None
        decimal = Decimal(repr(self.value)).normalize()
        exponent = decimal.adjusted()
        if -4 <= exponent <= 4:
            return f"{decimal:f}", None
        mantissa = decimal.scaleb(-exponent).normalize()
        return (None if mantissa == 1 else f"{mantissa:f}"), exponent

    @property
    def rank(self):
        mantissa, exponent = self._parts
        return ATOM if exponent is None else PRODUCT if mantissa else POWER

    @property
    def width(self):
        mantissa, exponent = self._parts
        return 0.5 * len(mantissa or "") + (0 if exponent is None else 2)

    def mathml(self, budget=None):
        mantissa, exponent = self._parts
        if exponent is None:
            return f"<mn>{mantissa}</mn>"
        sign = "<mo>−</mo>" if exponent < 0 else ""
        power = f"<msup><mn>10</mn>{row(sign, f'<mn>{abs(exponent)}</mn>')}</msup>"
        return row(f"<mn>{mantissa}</mn><mo>×</mo>", power) if mantissa else power

    def tex(self):
        mantissa, exponent = self._parts
        if exponent is None:
            return mantissa.replace(",", "{,}")
        return (mantissa + r" \times " if mantissa else "") + "10^{%d}" % exponent


@dataclass(frozen=True)
class Quantity(Node):
    """A number as it is written for a reader, with its unit: stands for a letter where a case is worked."""

    number: str
    unit: str = ""
    digit_first = True

    @property
    def rank(self):
        # A unit belongs to its number: only a power has to say that it is of both.
        return PRODUCT if "·" in self.number else POWER if self.unit else ATOM

    @property
    def signed(self):
        return self.number.startswith("−")

    @property
    def width(self):
        return 0.5 * len(self.number) + (0.55 * len(self.unit) + 0.2 if self.unit else 0)

    def mathml(self, budget=None):
        sign = "<mo>−</mo>" if self.signed else ""
        number = f"{sign}<mn>{escape(self.number.removeprefix('−'))}</mn>"
        unit = f"<mtext>\u202f{escape(self.unit)}</mtext>" if self.unit else ""
        return row(number, unit) if sign or unit else number

    def tex(self):
        number = self.number.replace(",", "{,}").replace("−", "-")
        return number + (r"\," + text_tex(self.unit) if self.unit else "")


@dataclass(frozen=True)
class Letter(Node):
    """A quantity: an italic letter (or an upright word) with an upright subscript."""

    base: str
    subscript: str = ""
    index: Node | None = None

    @property
    def words(self):
        return len(self.base) > 1

    @property
    def width(self):
        below = 0.34 * len(self.subscript) + (0.7 * self.index.width if self.index else 0)
        return (0.5 if self.words else 0.6) * len(self.base) + below

    def base_mathml(self):
        return f"<mi>{escape(self.base)}</mi>"

    def below_mathml(self):
        parts = [f"<mtext>{escape(self.subscript)}</mtext>"] if self.subscript else []
        if self.index:
            parts += (["<mo>,</mo>"] if parts else []) + [self.index.mathml()]
        return parts[0] if len(parts) == 1 else row(*parts) if parts else ""

    def mathml(self, budget=None):
        below = self.below_mathml()
        return f"<msub>{self.base_mathml()}{below}</msub>" if below else self.base_mathml()

    def tex(self):
        base = GREEK.get(self.base, text_tex(self.base) if self.words else self.base)
        below = [text_tex(self.subscript)] if self.subscript else []
        if self.index:
            below.append(self.index.tex())
        return base + ("_{" + ", ".join(below) + "}" if below else "")


@dataclass(frozen=True)
class Fence(Node):
    """Something between two marks that grow with it: parentheses, floor, ceiling, absolute value."""

    left: str
    body: Node
    right: str

    TEX = {"(": ("(", ")"), "⌊": (r"\lfloor", r"\rfloor"), "⌈": (r"\lceil", r"\rceil"), "|": ("|", "|")}

    @property
    def width(self):
        return self.body.width + 2 * PAREN_WIDTH

    @property
    def shrunk(self):
        return self.body.shrunk + 2 * PAREN_WIDTH

    def mathml(self, budget=None):
        inner = None if budget is None else budget - 2 * PAREN_WIDTH
        return fenced(self.left, self.body.mathml(inner), self.right)

    def tex(self):
        left, right = self.TEX[self.left]
        body = self.body.tex()
        if "\\frac" in body or "\\begin" in body:
            return rf"\left{left} {body} \right{right}"
        return f"{left}{body}{right}" if left in "(|" else f"{left} {body} {right}"


@dataclass(frozen=True)
class Sum(Node):
    """Terms with the signs between them, in the order given: ((None, a), ("+", b), ("−", c))."""

    terms: tuple
    rank = SUM

    @property
    def signed(self):
        return self.terms[0][1].signed

    @property
    def digit_first(self):
        return self.terms[0][1].digit_first

    @property
    def width(self):
        return sum(term.width for _, term in self.terms) + OPERATOR_WIDTH * (len(self.terms) - 1)

    @property
    def shrunk(self):
        return max(term.shrunk + (OPERATOR_WIDTH if sign else 0) for sign, term in self.terms)

    def rows(self, budget):
        if self.width <= budget:
            return [self.mathml()]
        # `form` keeps the spacing of a sign between terms although it begins the line.
        return [
            (operator(sign, ' form="infix"') if sign else "")
            + term.mathml(budget - (OPERATOR_WIDTH if sign else 0))
            for sign, term in self.terms
        ]

    def mathml(self, budget=None):
        if budget is None or self.width <= budget:
            return row(*((operator(sign) if sign else "") + term.mathml() for sign, term in self.terms))
        return stack(self.rows(budget))

    def tex(self):
        signs = {None: "", "+": " + ", "−": " - "}
        return "".join(signs[sign] + term.tex() for sign, term in self.terms)


@dataclass(frozen=True)
class Product(Node):
    """Factors in the order given; a dot stands only where juxtaposition would be misread."""

    factors: tuple
    rank = PRODUCT

    @property
    def signed(self):
        return self.factors[0].signed

    @property
    def digit_first(self):
        return self.factors[0].digit_first

    @property
    def width(self):
        return sum(f.width for f in self.factors) + sum(0.8 if dot else 0.2 for dot in self._dots())

    @property
    def shrunk(self):
        return sum(f.shrunk for f in self.factors) + sum(0.8 if dot else 0.2 for dot in self._dots())

    def _dots(self):
        """For each place between two factors: whether it takes a dot."""
        return [
            right.digit_first
            or left.words
            or right.words
            or (isinstance(left, Number) and isinstance(right, Fraction))
            for left, right in zip(self.factors, self.factors[1:])
        ]

    def mathml(self, budget=None):
        signs = ["", *("<mo>·</mo>" if dot else THIN for dot in self._dots())]
        if budget is None or self.width <= budget:
            return row(*(sign + factor.mathml() for sign, factor in zip(signs, self.factors)))
        spare = budget - self.shrunk
        parts = []
        for sign, factor in zip(signs, self.factors):
            parts.append(sign + factor.mathml(factor.shrunk + max(spare, 0)))
            spare -= min(factor.width - factor.shrunk, max(spare, 0))
        return row(*parts)

    def tex(self):
        signs = ["", *(r" \cdot " if dot else r" \, " for dot in self._dots())]
        return "".join(sign + factor.tex() for sign, factor in zip(signs, self.factors))


@dataclass(frozen=True)
class Negative(Node):
    """Minus something."""

    body: Node
    rank = PRODUCT
    signed = True

    @property
    def width(self):
        return self.body.width + 0.8

    @property
    def shrunk(self):
        return self.body.shrunk + 0.8

    def mathml(self, budget=None):
        return row('<mo form="prefix">−</mo>', self.body.mathml(None if budget is None else budget - 0.8))

    def tex(self):
        return "-" + self.body.tex()


@dataclass(frozen=True)
class Fraction(Node):
    """A quotient under a bar, which needs no parentheses."""

    above: Node
    below: Node
    rank = POWER

    @property
    def width(self):
        return max(self.above.width, self.below.width) + 0.3

    @property
    def shrunk(self):
        return max(self.above.shrunk, self.below.shrunk) + 0.3

    def mathml(self, budget=None):
        return f"<mfrac>{self.above.mathml(budget)}{self.below.mathml(budget)}</mfrac>"

    def tex(self):
        return rf"\frac{{{self.above.tex()}}}{{{self.below.tex()}}}"


@dataclass(frozen=True)
class Power(Node):
    """A base and its exponent."""

    base: Node
    exponent: Node
    rank = POWER

    @property
    def digit_first(self):
        return self.base.digit_first

    @property
    def words(self):
        return self.base.words

    @property
    def width(self):
        return self.base.width + 0.7 * self.exponent.width

    def mathml(self, budget=None):
        if isinstance(self.base, Letter) and self.base.below_mathml():
            return (
                f"<msubsup>{self.base.base_mathml()}{self.base.below_mathml()}"
                f"{self.exponent.mathml()}</msubsup>"
            )
        return f"<msup>{self.base.mathml(budget)}{self.exponent.mathml()}</msup>"

    def tex(self):
        return f"{self.base.tex()}^{{{self.exponent.tex()}}}"


@dataclass(frozen=True)
class Root(Node):
    """A square root."""

    body: Node
    rank = POWER

    @property
    def width(self):
        return self.body.width + 0.9

    @property
    def shrunk(self):
        return self.body.shrunk + 0.9

    def mathml(self, budget=None):
        return f"<msqrt>{self.body.mathml(None if budget is None else budget - 0.9)}</msqrt>"

    def tex(self):
        return rf"\sqrt{{{self.body.tex()}}}"


@dataclass(frozen=True)
class Call(Node):
    """A function of arguments: `max(a, b)`, `KV cache bytes(L, n = 1)`, `I(F, n_bytes)`."""

    name: Node
    arguments: tuple

    @property
    def rank(self):
        return POWER if isinstance(self.name, Operator) else ATOM

    @property
    def words(self):
        return self.name.words

    @property
    def width(self):
        return self.name.width + 2 * PAREN_WIDTH + sum(a.width + 0.5 for a in self.arguments)

    @property
    def shrunk(self):
        return self.name.width + 2 * PAREN_WIDTH + max((a.shrunk + 0.3 for a in self.arguments), default=0)

    def mathml(self, budget=None):
        if budget is None or self.width <= budget or len(self.arguments) < 2:
            inner = "<mo>,</mo>".join(a.mathml() for a in self.arguments)
        else:
            room = budget - self.name.width - 2 * PAREN_WIDTH
            last = self.arguments[-1]
            inner = stack([a.mathml(room) + ("" if a is last else "<mo>,</mo>") for a in self.arguments])
        return row(self.name.mathml(), APPLY, fenced("(", inner, ")"))

    def tex(self):
        inner = ", ".join(a.tex() for a in self.arguments)
        sized = rf"\left( {inner} \right)" if "\\frac" in inner else f"({inner})"
        return self.name.tex() + sized


@dataclass(frozen=True)
class Over(Node):
    """A sum over all of some kind, named below its sign."""

    of: str
    body: Node
    rank = PRODUCT

    @property
    def width(self):
        return max(1.2, 0.32 * len(self.of)) + self.body.width

    @property
    def shrunk(self):
        return max(1.2, 0.32 * len(self.of)) + self.body.shrunk

    def mathml(self, budget=None):
        return row(f"<munder><mo>∑</mo><mtext>{escape(self.of)}</mtext></munder>", self.body.mathml())

    def tex(self):
        return rf"\sum_{{{text_tex(self.of)}}} {self.body.tex()}"


@dataclass(frozen=True)
class Operator(Node):
    """The upright name of a function that TeX knows: max, min, ln, log."""

    name: str
    below: Node | None = None

    @property
    def width(self):
        return 0.5 * len(self.name) + (0.35 if self.below else 0)

    def mathml(self, budget=None):
        name = f"<mi>{self.name}</mi>"
        return f"<msub>{name}{self.below.mathml()}</msub>" if self.below else name

    def tex(self):
        return "\\" + self.name + (f"_{{{self.below.tex()}}}" if self.below else "")


@dataclass(frozen=True)
class Words(Node):
    """A readable name in upright letters, such as that of a neighbouring formula."""

    text: str
    words = True

    @property
    def width(self):
        return 0.42 * len(self.text)

    def mathml(self, budget=None):
        return f"<mtext>{escape(self.text)}</mtext>"

    def tex(self):
        return text_tex(self.text)


@dataclass(frozen=True)
class Relation(Node):
    """Comparisons `a < b ≤ c` and conditions joined by "and" or "or": operands and what stands between."""

    operands: tuple
    signs: tuple
    rank: int = RELATION

    TEX = {"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "and": r"\text{ and }", "or": r"\text{ or }"}

    @property
    def signed(self):
        return self.operands[0].signed

    @property
    def width(self):
        return sum(o.width for o in self.operands) + sum(0.5 * len(s) + 1 for s in self.signs)

    def mathml(self, budget=None):
        signs = [f"<mtext>\u00a0{s}\u00a0</mtext>" if s.isalpha() else operator(s) for s in self.signs]
        return row(self.operands[0].mathml(), *(s + o.mathml() for s, o in zip(signs, self.operands[1:])))

    def tex(self):
        first, *others = self.operands
        return first.tex() + "".join(
            f" {self.TEX.get(sign, sign)} {operand.tex()}" for sign, operand in zip(self.signs, others)
        )


@dataclass(frozen=True)
class Cases(Node):
    """Values and the conditions under which they hold; the last holds otherwise."""

    cases: tuple
    otherwise: Node
    rank = CHOICE

    @property
    def width(self):
        return 2.5 + max(v.width + c.width for v, c in (*self.cases, (self.otherwise, Words("otherwise"))))

    def mathml(self, budget=None):
        rows = [
            (value.mathml(), f"<mtext>if\u00a0</mtext>{condition.mathml()}")
            for value, condition in self.cases
        ]
        rows.append((self.otherwise.mathml(), "<mtext>otherwise</mtext>"))
        return row("<mo>{</mo>", stack(rows, "cases"))

    def tex(self):
        rows = [rf"{value.tex()} & \text{{if }} {condition.tex()}" for value, condition in self.cases]
        rows.append(self.otherwise.tex() + r" & \text{otherwise}")
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
