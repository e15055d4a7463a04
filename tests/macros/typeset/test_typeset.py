"""The typeset formula says what the function computes, in its author's order."""

import ast
import linecache
import math
import re
from fractions import Fraction
from itertools import count
from operator import eq, ge, gt, le, lt, ne
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from llmmath.formulas.extremes import larger, smaller
from llmmath.formulas.memory import kv_cache_bytes
from llmmath.formulas.multiplications import classic_multiplications
from macros import typeset
from macros.typeset import TypesetError, docstring, expression, formula

NAMES = ("n_layers", "d_model", "head_dim", "batch", "peak_flops", "odd")
numbers = count()


def written(body, names=NAMES, **scope):
    """A function of keyword arguments whose source is `body`, as if it stood in a file."""
    arguments = "".join(f"        {name}: what it is [1].\n" for name in names)
    text = f'def drawn(*, {", ".join(names)}):\n    """Drawn.\n\n    Args:\n{arguments}    """\n'
    text += "".join(f"    {line}\n" for line in body.splitlines())
    file = f"<drawn {next(numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space = {"math": math, "larger": larger, "smaller": smaller, **scope}
    exec(compile(text, file, "exec"), space)
    return space["drawn"]


def tex(body, **scope):
    return formula(written(body, **scope)).tex.removeprefix(r"\text{drawn} = ")


# The author's order


def test_the_classic_count_is_set_in_the_order_of_its_source():
    # The seed's sum, term by term, written by hand.
    assert formula(classic_multiplications).tex.split(" = ")[1] == (
        r"L \, (h \, (2 \, d_{\text{model}} \, d_{\text{head}} + n_{\text{ctx}} \, d_{\text{head}}"
        r" + d_{\text{model}} \, d_{\text{model}} + n_{\text{ctx}} \, d_{\text{model}})"
        r" + 2 \, d_{\text{model}} \, d_{\text{ff}})"
    )


@pytest.mark.parametrize(
    "source, set_as",
    [
        ("batch + n_layers", "B + L"),
        ("n_layers + batch", "L + B"),
        ("batch * n_layers", r"B \, L"),
        ("n_layers - (batch - odd)", r"L - (B - \text{odd})"),
        ("n_layers - batch - d_model", r"L - B - d_{\text{model}}"),
        ("n_layers + (batch + d_model)", r"L + (B + d_{\text{model}})"),
        ("n_layers * (batch * d_model)", r"L \, (B \, d_{\text{model}})"),
        ("(n_layers + batch) * d_model", r"(L + B) \, d_{\text{model}}"),
        ("(n_layers + batch) / d_model", r"\frac{L + B}{d_{\text{model}}}"),
        ("(n_layers / batch) ** 2", r"\left( \frac{L}{B} \right)^{2}"),
        ("-n_layers ** 2", "-L^{2}"),
        ("(-n_layers) ** 2", "(-L)^{2}"),
        ("n_layers * -batch", r"L \, (-B)"),
        ("n_layers * 2", r"L \cdot 2"),
        ("2 * n_layers", r"2 \, L"),
        ("2 * odd * batch", r"2 \cdot \text{odd} \cdot B"),
        ("2 * (1 / batch)", r"2 \cdot \frac{1}{B}"),
        ("head_dim ** 2", r"d_{\text{head}}^{2}"),
        ("n_layers // batch", r"\left\lfloor \frac{L}{B} \right\rfloor"),
        ("-(-n_layers // batch)", r"\left\lceil \frac{L}{B} \right\rceil"),
        ("math.pi * batch", r"\pi \, B"),
        (
            "math.sqrt(batch) + math.log2(n_layers) + math.exp(odd)",
            r"\sqrt{B} + \log_{2}(L) + e^{\text{odd}}",
        ),
        ("math.log(batch) + math.log(batch, 3)", r"\ln(B) + \log_{3}(B)"),
        ("larger(n_layers, batch) + smaller(1, batch)", r"\max(L, B) + \min(1, B)"),
        ("abs(n_layers - batch)", "|L - B|"),
        ("1024 + 65536 + 1000000", "1024 + 65{,}536 + 1{,}000{,}000"),
        ("0.5 * batch + 1e9 + 2.5e-6", r"0.5 \, B + 10^{9} + 2.5 \times 10^{-6}"),
        (
            "1 if batch <= 2 < n_layers else 2 if batch == 3 or batch == 4 else 3",
            r"\begin{cases} 1 & \text{if } B \le 2 < L \\ 2 & \text{if } B = 3 \text{ or } B = 4 \\ "
            r"3 & \text{otherwise} \end{cases}",
        ),
        ("head_dim[n_layers] + odd[0]", r"d_{\text{head}, L} + \text{odd}_{0}"),
    ],
)
def test_an_expression_is_set_as_its_author_grouped_it(source, set_as):
    assert tex("return " + source) == set_as


def test_named_steps_stand_in_order_before_the_result():
    assert formula(kv_cache_bytes).tex == (
        r"\begin{aligned} v_{\text{token}} &= 2 \, L \, h_{\text{kv}} \, d_{\text{head}} \\ "
        r"m_{\text{cache}} &= v_{\text{token}} \, n \, b \end{aligned}"
    )


def twice(*, batch, odd=0):
    doubled = 2 * batch
    return doubled + odd


def test_a_neighbour_is_named_with_the_arguments_it_is_passed():
    body = "return twice(batch=n_layers + 1, odd=2) * d_model"
    assert tex(body, twice=twice) == r"\text{twice}(L + 1, \text{odd} = 2) \cdot d_{\text{model}}"


def test_a_neighbour_is_written_out_when_asked():
    function = written("return d_model * twice(batch=n_layers - 1)", twice=twice)
    assert formula(function, inline=["twice"]).tex.endswith(r"= d_{\text{model}} \, (2 \, (L - 1) + 0)")


def test_a_constant_of_the_module_is_set_as_its_value():
    assert tex("return 4 * SIDES", SIDES=3) == r"4 \cdot 3"


# What the page gets


def test_the_markup_is_one_line_of_mathml_core():
    core = {
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "msub",
        "msup",
        "msubsup",
        "mfrac",
        "msqrt",
        "mtable",
        "mtr",
        "mtd",
    }
    with_root = written("return math.sqrt(batch**2 / head_dim**2)")
    for function in (classic_multiplications, kv_cache_bytes, with_root):
        block = ElementTree.fromstring(formula(function).block)
        assert block[0].get("display") == "block"
        assert {element.tag for element in block[0].iter()} <= core
        assert "\n" not in formula(function).block


def test_a_formula_that_fits_a_phone_takes_no_tab_stop_and_one_that_does_not_can_be_scrolled_by_keyboard():
    assert "tabindex" not in formula(classic_multiplications).block
    long = written("return " + " * ".join(["head_dim"] * 12))
    assert 'tabindex="0"' in formula(long).block and "aria-label" in formula(long).block


def test_the_classic_count_breaks_into_one_line_a_term():
    rows = ElementTree.fromstring(formula(classic_multiplications).mathml).iter("mtr")
    lines = ["".join(row.itertext()) for row in rows if not list(row.iter("mtable"))]
    assert [re.sub("[\u2062 ]", "", line) for line in lines] == [
        "2dmodeldhead",
        "+nctxdhead",
        "+dmodeldmodel",
        "+nctxdmodel",
        "+2dmodeldff",
    ]


def test_the_legend_gives_letter_meaning_and_unit_of_each_argument():
    legend = formula(kv_cache_bytes).letters
    units = [(entry.name, entry.unit) for entry in legend]
    assert units[-2:] == [("n_tokens", "token"), ("bytes_per_value", "B")]
    assert legend[0].letter == "<math><mi>L</mi></math>" and "layers" in legend[0].meaning


def test_the_source_is_given_relative_to_the_project():
    where = formula(kv_cache_bytes).source
    lines = (typeset.source.ROOT / where.path).read_text().splitlines()
    assert where.path == "llmmath/formulas/memory.py"
    assert lines[where.line - 1].startswith("def kv_cache_bytes")


# Fonts

ASSETS = typeset.source.ROOT / "docs" / "assets"


def test_every_font_is_on_the_site_with_its_licence_and_together_they_are_small():
    css = (ASSETS / "css" / "fonts.css").read_text()
    named = re.findall(r'url\("([^"]*)"\)', css)
    files = [(ASSETS / "css" / name).resolve() for name in named]
    assert {file.suffix for file in files} == {".woff2"} and "//" not in "".join(named)
    assert sum(file.stat().st_size for file in files) < 100_000
    for file in files:
        family = file.stem.removesuffix("-italic").removesuffix("-more")
        assert "SIL OPEN FONT LICENSE" in file.with_name(f"{family}-OFL.txt").read_text()


def test_the_math_font_has_every_letter_of_the_table():
    faces = re.findall(
        r'"Site Math";.*?unicode-range: ([^;]*);', (ASSETS / "css" / "fonts.css").read_text(), re.S
    )
    ranges = [part.strip().removeprefix("U+").split("-") for part in ",".join(faces).split(",")]
    covered = {code for ends in ranges for code in range(int(ends[0], 16), int(ends[-1], 16) + 1)}
    for name in typeset.letters.LETTERS:
        assert {ord(character) for character in "".join(typeset.letter_of(name))} <= covered


# Refusals


@pytest.mark.parametrize(
    "body, shown",
    [
        ("return batch @ n_layers", ":12: drawn has `batch @ n_layers` (BinOp)"),
        ("half = batch / 2\nreturn [half]", ":13: drawn has `[half]` (List)"),
        ("return 'text'", "drawn has `'text'` (Constant)"),
        ("return bach + 1", "drawn has `bach` (Name), which cannot be typeset; did you mean `batch`?"),
        ("return lager(batch, 1)", "did you mean `larger`?"),
        ("batch = 2\nreturn batch", "`batch` already has a value"),
        ("if batch: pass\nreturn 1", "drawn has `if batch:` (If)"),
        ("batch + 1", "ends with `return`"),
        ("return math.gamma(batch)", "drawn has `math.gamma(batch)` (Call)"),
        ("n_queries = batch / 2\nreturn n_queries", "uses batch and n_queries, which are both typeset as B"),
    ],
)
def test_an_unknown_construct_is_refused_with_function_line_and_text(body, shown):
    with pytest.raises(TypesetError) as refusal:
        formula(written(body))
    assert shown in str(refusal.value)
    assert str(refusal.value).startswith("<drawn ")


def test_a_formula_that_calls_itself_is_not_written_out_for_ever():
    function = written("return drawn(n_layers=1, d_model=1, head_dim=1, batch=1, peak_flops=1, odd=1)")
    with pytest.raises(TypesetError, match="calls itself"):
        formula(function, inline=["drawn"])


def undocumented(*, batch, n_layers):
    """Sum.

    Args:
        bach: prompts [1].
        n_layers: layers.
    """
    return batch + n_layers


def test_an_argument_without_meaning_is_refused_with_the_nearest_documented_one():
    with pytest.raises(TypesetError, match=r"test_typeset.py:\d+: .* `batch` is; did you mean .* `bach`"):
        formula(undocumented)


# Docstrings


def measured(*, length, width):
    """Area of a rectangle
    that is flat.

    More about it.

    Args:
        length: longer side [m]; measured along
            the wall.
        width: shorter side [m].

    Returns:
        Area [m^2]: an exact int for ints.

    Holds for: rectangles; not
    parallelograms.
    Source: Euclid, Elements, book 1: on areas.

    >>> measured(length=3, width=2)
    6
    """
    return length * width


def test_a_docstring_is_read_into_its_parts():
    about = docstring(measured)
    assert about.summary == "Area of a rectangle that is flat."
    assert about.meanings == {"length": "longer side; measured along the wall", "width": "shorter side"}
    assert about.units == {"length": "m", "width": "m"}
    assert (about.returns, about.returns_unit) == ("Area: an exact int for ints", "m^2")
    assert about.holds_for == "rectangles; not parallelograms."
    assert about.source == "Euclid, Elements, book 1: on areas."


def test_a_function_without_docstring_has_empty_parts():
    assert docstring(lambda: 0).returns_unit == "" and docstring(twice).args == {}


# What is shown computes what the source computes: a reader of the markup gets the same number.
# The reader below knows the conventions of mathematics only: how tightly signs bind, what a fence holds.


class Marks:
    """The marks of a formula from left to right: ("number", 2), ("name", "L"), ("+",), ("sup", marks) …"""

    @classmethod
    def of_mathml(cls, element):
        tag, children = element.tag, list(element)
        text = (element.text or "").strip("\u00a0")
        if tag == "mn":
            return [("number", Fraction(text.replace(",", "")))]
        if tag in ("mi", "mtext"):
            return [("name", text)]
        if tag == "mo":
            return [("\u2062" if text == "·" else text,)]
        if tag == "mspace":
            return []
        if tag == "mfrac":
            return [("frac", cls.of_mathml(children[0]), cls.of_mathml(children[1]))]
        if tag == "msub":
            return [("name", "_".join("".join(child.itertext()) for child in children))]
        if tag == "msup":
            return cls.of_mathml(children[0]) + [("sup", cls.of_mathml(children[1]))]
        if tag == "msubsup":
            return [
                ("name", "_".join("".join(child.itertext()) for child in children[:2])),
                ("sup", cls.of_mathml(children[2])),
            ]
        if tag == "mtable" and element.get("class") == "cases":
            return [("cases", [[cls.of_mathml(cell) for cell in row] for row in children])]
        return [mark for child in children for mark in cls.of_mathml(child)]

    TEX = re.compile(
        r"\\frac|\\(?:left|right)(?![a-z])|\\begin\{cases\}|\\end\{cases\}|\\\\|&"
        r"|\\text\{([^}]*)\}|\\([a-z]+)|\\,|[A-Za-z]|\d+(?:\{,\}\d+)*|[-+=<>(){}^_,|]"
    )
    WORDS = {
        "cdot": "\u2062",
        "lfloor": "⌊",
        "rfloor": "⌋",
        "lceil": "⌈",
        "rceil": "⌉",
        "le": "≤",
        "ge": "≥",
        "ne": "≠",
    }

    @classmethod
    def of_tex(cls, text):
        assert cls.TEX.sub("", text).strip() == ""
        found = list(cls.TEX.finditer(text))
        marks, found = cls.tex_group([*found, None])
        assert found == [None]
        return marks

    @classmethod
    def tex_group(cls, found):
        marks = []
        while found[0] is not None:
            mark, word = found[0], found[0].group(2)
            text = mark.group(0)
            if text in ("}", "&", r"\\", r"\end{cases}"):
                break
            found = found[1:]
            if text == r"\frac":
                above, found = cls.tex_group(found[1:])
                below, found = cls.tex_group(found[2:])
                marks.append(("frac", above, below))
                found = found[1:]
            elif text in ("^", "_"):
                inner, found = cls.tex_group(found[1:])
                found = found[1:]
                if text == "^":
                    marks.append(("sup", inner))
                else:
                    marks[-1] = ("name", marks[-1][1] + "_" + inner[0][1])
            elif text == r"\begin{cases}":
                rows, row = [], []
                while True:
                    cell, found = cls.tex_group(found)
                    row.append(cell)
                    ends, found = found[0].group(0), found[1:]
                    if ends != "&":
                        rows.append(row)
                        row = []
                    if ends == r"\end{cases}":
                        break
                marks.append(("cases", rows))
            elif text in (r"\left", r"\right"):
                continue
            elif mark.group(1):
                marks.append(("name", mark.group(1).strip()))
            elif text[0].isdigit():
                marks.append(("number", Fraction(text.replace("{,}", ""))))
            elif text == r"\,":
                marks.append(("\u2062",))
            elif word in cls.WORDS:
                marks.append((cls.WORDS[word],))
            elif word or text.isalpha():
                marks.append(("name", {"pi": "π"}.get(word, word or text)))
            else:
                marks.append(("−" if text == "-" else text,))
        return marks, found


class Reading:
    """Evaluates marks by precedence: sum, product, power, and what is fenced."""

    RELATIONS = {"<": lt, "≤": le, ">": gt, "≥": ge, "=": eq, "≠": ne}
    CLOSING = {"(": (")", lambda x: x), "⌊": ("⌋", math.floor), "⌈": ("⌉", math.ceil), "|": ("|", abs)}

    def __init__(self, marks, values):
        self.marks, self.values = [m for m in marks if m != ("\u2061",)], values

    def all(self):
        value = self.either()
        assert not self.marks
        return value

    def next_is(self, *kinds):
        return bool(self.marks) and self.marks[0][0] in kinds

    def take(self):
        mark, *self.marks = self.marks
        return mark

    def inner(self, marks):
        return Reading(marks, self.values).all()

    def either(self):
        value = self.both()
        while self.marks[:1] == [("name", "or")]:
            self.take()
            value = self.both() or value
        return value

    def both(self):
        value = self.relation()
        while self.marks[:1] == [("name", "and")]:
            self.take()
            value = self.relation() and value
        return value

    def relation(self):
        left = self.sum()
        if not self.next_is(*self.RELATIONS):
            return left
        holds = True
        while self.next_is(*self.RELATIONS):
            compare = self.RELATIONS[self.take()[0]]
            right = self.sum()
            holds, left = holds and compare(left, right), right
        return holds

    def sum(self):
        value = -self.product() if self.next_is("−") and self.take() else self.product()
        while self.next_is("+", "−"):
            sign = self.take()[0]
            term = self.product()
            value = value + term if sign == "+" else value - term
        return value

    def product(self):
        value = self.power()
        while self.next_is("\u2062"):
            self.take()
            value = value * self.power()
        return value

    def power(self):
        value = self.primary()
        if self.next_is("sup"):
            value = value ** self.inner(self.take()[1])
        assert not self.next_is("sup")
        return value

    def primary(self):
        kind, *parts = self.take()
        if kind == "number":
            return parts[0]
        if kind == "frac":
            return Fraction(self.inner(parts[0])) / self.inner(parts[1])
        if kind in self.CLOSING:
            closing, apply = self.CLOSING[kind]
            value = self.either()
            assert self.take() == (closing,)
            return apply(value)
        if kind == "{":
            kind, *parts = self.take()
        if kind == "cases":
            for value, condition in parts[0][:-1]:
                assert condition[0] == ("name", "if")
                if self.inner(condition[1:]):
                    return self.inner(value)
            return self.inner(parts[0][-1][0])
        assert kind == "name"
        if parts[0] in ("max", "min"):
            assert self.take() == ("(",)
            arguments = [self.either()]
            while self.next_is(","):
                self.take()
                arguments.append(self.either())
            assert self.take() == (")",)
            return {"max": max, "min": min}[parts[0]](arguments)
        return self.values[parts[0]]


SHOWN = {
    "n_layers": "L",
    "d_model": "d_model",
    "head_dim": "d_head",
    "batch": "B",
    "peak_flops": "P",
    "odd": "odd",
}


def larger_expressions(inner):
    binary = st.sampled_from(["+", "-", "*", "/", "//"])
    three = "({} {} {})".format
    relation = st.builds(three, inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner)
    condition = st.one_of(relation, st.builds(three, relation, st.sampled_from(["and", "or"]), relation))
    return st.one_of(
        st.builds("({} {} {})".format, inner, binary, inner),
        st.builds("({} {} {})".format, inner, binary, inner),
        st.builds("({} ** {})".format, inner, st.sampled_from(["2", "3", "batch", "(batch + 1)"])),
        st.builds("(-{})".format, inner),
        st.builds("(-(-{} // {}))".format, inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["larger", "smaller"]), inner, inner),
        st.builds("abs({})".format, inner),
        st.builds("({} if {} else {})".format, inner, condition, inner),
    )


expressions = st.recursive(st.sampled_from([*NAMES, "2", "3", "12000"]), larger_expressions, max_leaves=9)
quantities = st.fractions(min_value=-4, max_value=4, max_denominator=3)


class Exact(ast.NodeTransformer):
    """Python divides ints into floats; here every number stays a fraction, to compare results exactly."""

    def visit_Constant(self, node):
        return ast.parse(f"Fraction({node.value})", mode="eval").body

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.FloorDiv):
            return ast.Call(ast.Name("Fraction", ast.Load()), [node], [])
        return node


def exactly(body, values):
    """What `body` returns for fractions, by Python's own reading of it."""
    text = "def exact():\n" + "".join(f"    {line}\n" for line in body.splitlines())
    space = {"Fraction": Fraction, "larger": larger, "smaller": smaller, **values}
    exec(compile(ast.fix_missing_locations(Exact().visit(ast.parse(text))), "<exact>", "exec"), space)
    return space["exact"]()


@settings(max_examples=400, deadline=None)
@given(
    expressions,
    st.dictionaries(st.sampled_from(NAMES), quantities),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([1, 6, 12, 1000]),
)
def test_a_reader_of_the_markup_computes_what_the_function_computes(expression, some, batch, stepped, width):
    body = f"half = {expression}\nreturn half * (odd - half)" if stepped else f"return {expression}"
    function = written(body)
    values = {name: some.get(name, Fraction(5, 2)) for name in NAMES} | {"batch": Fraction(batch)}
    try:
        expected = exactly(body, values)
    except ZeroDivisionError:
        assume(False)
    shown = formula(function, width=width)

    seen = {SHOWN[name]: value for name, value in values.items()}
    for marks in (Marks.of_mathml(ElementTree.fromstring(shown.mathml)), Marks.of_tex(equations(shown.tex))):
        names = dict(seen)
        for line in split_equations(marks):
            try:
                names[line[0][1]] = Reading(line[2:], names).all()
            except ZeroDivisionError:  # in what Python leaves unread after a condition that does not hold
                assume(False)
        assert names["drawn"] == expected


def equations(tex):
    """TeX of the lines without the frame that aligns them."""
    lines = re.sub(r"\\(begin|end)\{aligned\}|&(?==)", "", tex)
    return lines.replace(r"\\ \text{drawn} =", r"\text{drawn} =")


def split_equations(marks):
    """The marks of each `name = expression`; outside conditions only a step precedes an equals sign."""
    starts = [
        i
        for i, mark in enumerate(marks[:-1])
        if mark in (("name", "half"), ("name", "drawn")) and marks[i + 1] == ("=",)
    ]
    return [marks[start:end] for start, end in zip(starts, [*starts[1:], len(marks)])]


# Within a sentence


@pytest.mark.parametrize(
    "text, shown",
    [
        ("2 * d_model * head_dim", "2dmodeldhead"),
        ("4 * d_model**2 + 2 * d_model * d_ff", "4dmodel2+2dmodeldff"),
        ("n_heads / n_kv_heads", "hhkv"),
    ],
)
def test_an_expression_within_a_sentence_has_the_letters_of_the_formulas(text, shown):
    markup = ElementTree.fromstring(expression(text))
    assert re.sub("[\u2062 ]", "", "".join(markup.itertext())) == shown


def test_an_expression_is_no_block_so_that_its_sentence_goes_on_around_it():
    # Markdown takes a line that begins with <math> for a block
    assert expression("d_ff").startswith("<span><math>")


@pytest.mark.parametrize(
    "text, said",
    [
        ("2 * d_modle", r"math('2 * d_modle'): `d_modle` has no letter; did you mean `d_model`?"),
        ("2 *", "math('2 *') is no expression of Python"),
    ],
)
def test_an_expression_with_a_wrong_name_or_none_is_refused(text, said):
    with pytest.raises(TypesetError, match=re.escape(said)):
        expression(text)


def test_a_line_of_a_formula_has_its_steps_before_it():
    shown = re.sub("<br>", " ; ", typeset.line(kv_cache_bytes))
    assert re.sub("<[^>]+>|\u2062", "", shown) == "vtoken=2Lhkvdhead ; mcache=vtokennb"
