"""The calculators: a form, and the answer to what stands in it, computed at build and again in the page."""

import html
import json

from llmmath.answers import batching, fit, multiplications, speed
from llmmath.answers.asked import OWN_KIND
from llmmath.count import mean_bits
from llmmath.records import accelerators, engines, models, reserves
from llmmath.records.dtypes import DTYPES, MIXES

from .. import quantities
from ..engine import bundles, drawings
from ..errors import MacroError, unknown
from ..places import CALCULATORS, has_page, up
from . import calculator_words
from .calculator_answers import markup as answer_markup

ANSWERS = {"multiplications": multiplications, "fit": fit, "speed": speed, "batching": batching}
TITLES = {
    "multiplications": "Multiplications of a token",
    "fit": "Does it fit?",
    "speed": "How fast?",
    "batching": "What a batch buys",
}
# What a reader chooses for each calculator, in the order of the form.
FIELDS = {
    "multiplications": ("model", "context"),
    "fit": ("model", "accelerator", "dtype", "kv_dtype", "accelerators", "batch", "context"),
    "speed": ("model", "accelerator", "dtype", "kv_dtype", "accelerators", "engine", "concurrency", "input",
              "output"),
    "batching": ("model", "accelerator", "dtype", "kv_dtype", "accelerators", "batch", "context"),
}  # fmt: skip
LABELS = {
    "model": "Model",
    "accelerator": "Card",
    "dtype": "Weights",
    "kv_dtype": "Cache",
    "accelerators": "Cards",
    "engine": "Engine",
    "batch": "Queries at once",
    "context": "Context, tokens",
    "concurrency": "Queries at once",
    "input": "Prompt, tokens",
    "output": "Answer, tokens",
}
# Of the numbers: the least, and the most that the slider reaches; the field beside it takes more.
SLIDERS = {
    "accelerators": (1, 16),
    "batch": (1, 1024),
    "context": (1, 131072),
    "concurrency": (1, 1024),
    "input": (1, 32768),
    "output": (1, 8192),
}
DEFAULTS = {
    "model": "llama-3.1-8b",
    "accelerator": "h100-sxm",
    "dtype": "",
    "kv_dtype": "",
    "accelerators": 1,
    "engine": "typical",
    "batch": 1,
    "context": 4096,
    "concurrency": 1,
    "input": 1024,
    "output": 256,
}
# A card whose memory tells what a label's GB are.
SOLD = "rtx-4090"
# Where one goes on with what was asked: the other calculator, and the words that lead there.
GO_ON = {"fit": ("speed", "How fast is this?"), "speed": ("fit", "Does it fit?")}
# What a reader fills in for a card of their own: name, label, unit, factor to the base unit, an example.
OWN = (
    ("memory_bandwidth", "Bandwidth", "GB/s", 1e9, 1008),
    ("memory_capacity", "Memory", "GB", 1e9, 24),
    ("peak", "16-bit peak", "TFLOP/s", 1e12, 165),
    ("link_bandwidth", "Link to others", "GB/s", 1e9, 32),
)


def calculator(figures, kind, **given):
    """The calculator `kind` with what is given of its fields, and its answer.

    Raises:
        MacroError: an unknown kind or field, or no engine to answer in the page.
    """
    bundles.require_engine()
    if kind not in ANSWERS:
        raise MacroError(unknown("calculator", kind, ANSWERS))
    for name in given:
        if name not in FIELDS[kind]:
            raise MacroError(unknown(f"field of the calculator {kind}", name, FIELDS[kind]))
    ask = {name: given.get(name, DEFAULTS[name]) for name in FIELDS[kind]}
    found = ANSWERS[kind].answer({name: value for name, value in ask.items() if value != ""})
    answers = [{"label": found["title"], "answer": found}]
    shown = answer_markup(kind, answers, drawings.drawn(kind, answers))
    base = up(figures.url)
    # In a block of HTML, which Markdown leaves alone as it would not an element that it does not know.
    return (
        f'<div><lm-calculator kind="{kind}" id="calculator-{kind}" base="{base}">'
        f'<form class="lm-form" data-search-exclude="" aria-label="{html.escape(TITLES[kind])}" novalidate>'
        f'<div class="lm-cases">{case(kind, ask)}</div>{buttons(kind, base)}</form>'
        f'<p class="lm-status" role="status"></p>'
        f'<div class="lm-shown">{shown}</div>'
        f'<div class="lm-below"></div>{calculator_words.folded(kind)}</lm-calculator></div>\n'
    )


def case(kind, ask):
    """The fields of one case, filled with what is asked."""
    fields = "".join(field(kind, name, ask[name]) for name in FIELDS[kind])
    return f'<fieldset class="lm-case"><legend>{html.escape(TITLES[kind])}</legend>{fields}</fieldset>'


def field(kind, name, value):
    """One field: its label, what it is filled in with, and the place for what is wrong with it."""
    key = f"{kind}-{name}"
    inner = {"model": model_input, "accelerator": accelerator_input}.get(name)
    if inner is not None:
        control = inner(key, value)
    elif name in SLIDERS:
        control = number_input(key, name, value)
    else:
        control = choice_input(key, name, value)
    return (
        f'<div class="lm-field" data-field="{name}"><label for="{key}">{html.escape(LABELS[name])}</label>'
        f'{control}<p class="lm-wrong" id="{key}-wrong" hidden></p></div>'
    )


def model_input(key, value):
    return (
        f'<input id="{key}" name="model" value="{html.escape(value)}" list="lm-models" autocomplete="off"'
        f' spellcheck="false" aria-describedby="{key}-instead {key}-wrong">{instead(key)}'
        '<details class="lm-paste"><summary>or a config.json</summary>'
        f'<div class="lm-field" data-field="config">'
        f'<label for="{key}-config">Paste or drop it here; it stays on this page</label>'
        f'<textarea id="{key}-config" name="config" rows="4" spellcheck="false"'
        f' aria-describedby="{key}-config-wrong"></textarea>'
        f'<p class="lm-wrong" id="{key}-config-wrong" hidden></p></div>'
        f'<input type="file" name="file" accept=".json,application/json" aria-label="Choose a config.json">'
        "</details>"
    )


def instead(key):
    """The place where the script says what is asked instead of a field."""
    return f'<p class="lm-hint lm-instead" id="{key}-instead" hidden></p>'


def accelerator_input(key, value):
    kinds = "".join(
        f"<option{' selected' if kind == OWN_KIND else ''}>{html.escape(kind)}</option>"
        for kind in reserves.kinds()
    )
    own = "".join(
        f'<div class="lm-field" data-field="own.{name}"><label for="{key}-{name}">{label}, {unit}</label>'
        f'<input id="{key}-{name}" name="own.{name}" type="number" step="any" min="0"'
        f' data-factor="{factor:.0f}" placeholder="{example}" aria-describedby="{key}-{name}-wrong">'
        f'<p class="lm-wrong" id="{key}-{name}-wrong" hidden></p></div>'
        for name, label, unit, factor, example in OWN
    )
    known = accelerators.get(SOLD)
    sold, there = (quantities.write_fitting(n, "B") for n in (known.advertised_memory, known.memory_capacity))
    hint = f'<p class="lm-hint">GB of 10⁹ bytes: what is sold as {sold} has {there}.</p>'
    return (
        f'<input id="{key}" name="accelerator" value="{html.escape(value)}" list="lm-accelerators"'
        f' autocomplete="off" spellcheck="false" aria-describedby="{key}-instead {key}-wrong">{instead(key)}'
        '<details class="lm-own"><summary>or enter your own figures</summary><div class="lm-own-fields">'
        f'{own}<label for="{key}-kind">It is a</label>'
        f'<select id="{key}-kind" name="own.kind">{kinds}</select>{hint}'
        "</div></details>"
    )


def number_input(key, name, value):
    low, high = SLIDERS[name]
    return (
        f'<input id="{key}" name="{name}" type="number" inputmode="numeric" min="{low}" step="1"'
        f' value="{value}" aria-describedby="{key}-wrong">'
        f'<input type="range" name="{name}.slider" min="0" max="100" step="any" data-low="{low}"'
        f' data-high="{high}" aria-label="{html.escape(LABELS[name])}, slider">'
    )


def choice_input(key, name, value):
    groups = []
    for heading, choices in CHOICES[name]().items():
        options = "".join(
            f'<option value="{html.escape(option)}"{" selected" if option == value else ""}>'
            f"{html.escape(words)}</option>"
            for option, words in choices
        )
        group = f'<optgroup label="{html.escape(heading)}">{options}</optgroup>'
        groups.append(group if heading else options)
    return f'<select id="{key}" name="{name}" aria-describedby="{key}-wrong">{"".join(groups)}</select>'


def stored_types():
    """Types of weights, those together that one kind of file has: {heading: [(option, words)]}."""
    stored = [one for one in DTYPES.values() if one.stored]
    mixes = [(name, f"{name}, some {mixed_bits(name)} bits") for name in reversed(MIXES)]
    groups = {"Files of llama.cpp, Ollama": mixes}
    for one in stored:
        groups.setdefault(heading(one), []).append((one.name, f"{one.name}, {bits(one)}"))
    return {"": [("", "as published")]} | groups


def cached_types():
    """Types of a cache, in one group."""
    return {
        "": [("", "16 bits, as usual")]
        + [(one.name, f"{one.name}, {bits(one)}") for one in DTYPES.values() if one.cached]
    }


def heading(dtype):
    """What a type of weights stands under in the list."""
    if dtype.name.startswith("Q"):
        return "Types of llama.cpp, for every matrix"
    return "16 and 32 bits" if dtype.bytes_per_value >= 2 else "8 bits and fewer"


def mixed_bits(mix):
    """Bits of a weight in a file of mixed types, as the model has them that the calculators begin with."""
    return f"{mean_bits(models.get(DEFAULTS['model']), mix):.2g}"


def bits(dtype):
    """Bits of a value, its share of scales included, in words."""
    return f"{dtype.bits_per_value:.3g} bits"


CHOICES = {
    "dtype": stored_types,
    "kv_dtype": cached_types,
    "engine": lambda: {"": [(key, one.name) for key, one in engines.load().items()]},
}


def buttons(kind, base):
    """What can be done with an answer besides reading it; the script adds what is copied and saved."""
    other = ""
    if kind == "speed":
        other = (
            '<button type="button" data-do="accelerators">Which cards run this?</button>'
            '<button type="button" data-do="models">Which models run on this?</button>'
        )
    if kind in GO_ON and has_page(f"{CALCULATORS}.md"):
        to, words = GO_ON[kind]
        there = f"{base}{CALCULATORS}/#calculator-{to}"
        other += f'<a class="lm-button" data-to="{to}" href="{there}">{words}</a>'
    return (
        '<div class="lm-buttons"><button type="button" data-do="add">Compare with another</button>'
        f"{other}</div>"
    )


def files():
    """The names that a reader chooses from, for the page to load with the first touch."""
    choices = {
        "models": list(map(list, models.names().items())),
        "accelerators": [[key, one.name, one.kind] for key, one in accelerators.load().items()],
    }
    return [("assets/engine/choices.json", json.dumps(choices, ensure_ascii=False).encode())]
