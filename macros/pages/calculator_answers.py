"""The answer that stands in a page before its calculator has been asked anything.

Sentences, tables and notes are those of docs/assets/js/answer.js and answer-tables.js, which show the answers
that come later; a test holds that both say the same of the same answer.
"""

import html

from llmmath.answers.speed import ENDS

from .. import html_table, quantities

OVER_THE_BATCH = "Tokens per second and time of a step, over the batch"


def markup(kind, answers, drawings=""):
    """Markup of answers of one kind, for the element in which the page shows those that follow.

    Args:
        kind: a module of `llmmath.answers`.
        answers: one to four dicts of `label`, no two the same, and `answer`, what the module's `answer` has
            returned.
        drawings: markup of what is drawn of them.

    Raises:
        ValueError: two of the same label.
    """
    labels = [one["label"] for one in answers]
    if len(set(labels)) < len(labels):
        raise ValueError(f"the labels {labels}; expected no two the same")
    said = "".join(
        f'<p class="lm-verdict"><strong>{html.escape(one["label"])}</strong> '
        f"{_sentence(one['answer']['sentence'])}</p>"
        for one in answers
    )
    named = len(answers) > 1
    helps = "".join(_remedies(one, named) for one in answers)
    tables = "".join(_table(*table) for table in _TABLES[kind](answers) if table[2])
    many = " lm-many" if len(answers) > 2 else ""
    return (
        f'<div class="lm-said-live" aria-live="polite">{said}</div>'
        f'<div class="lm-answer{many}">{helps}{drawings}{tables}{_notes(answers, named)}</div>'
    )


def _sentence(pieces):
    return "".join(html.escape(piece) if isinstance(piece, str) else _figure(piece) for piece in pieces)


def _in_table(pieces):
    """A sentence of a table, whose rows and columns say that rates are tokens per second."""
    return _sentence(
        {**piece, "unit": "token"} if not isinstance(piece, str) and piece["unit"] == "token/s" else piece
        for piece in pieces
    )


def _figure(quantity):
    """Markup of a quantity in the unit that fits its size."""
    value, unit = quantity["value"], quantity["unit"]
    text = quantities.write_fitting(value, unit)
    if text == quantities.UNKNOWN:
        return text
    return html_table.data(value, unit, quantities.fitting(value, unit))


def _remedies(one, named):
    remedies = one["answer"].get("remedies")
    if not remedies:
        return ""
    whose = f"{html.escape(one['label'])}: each" if named else "Each"
    what = "let one query run" if "rows" in one["answer"] else "make it fit"
    items = "".join(f"<li>{html.escape(_remedy(remedy))}</li>" for remedy in remedies)
    return f'<div class="lm-remedies"><p>{whose} of these alone would {what}</p><ul>{items}</ul></div>'


def _remedy(remedy):
    (value,) = remedy["change"].values()
    text = value if isinstance(value, str) else quantities.write_fitting(value, "token")
    return f"{remedy['words']}: {text}"


def _notes(answers, named):
    notes = [
        f"{one['label']}: {note}" if named else note
        for one in answers
        for note in [*one["answer"].get("notes", ()), *one["answer"].get("outside", ())]
    ]
    items = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return f'<ul class="lm-notes">{items}</ul>' if notes else ""


def _table(caption, columns, rows, folded=False):
    """Markup of a table; a row is the sentence that heads it, and cells, lists of lines of sentences."""
    cells = [
        dict(
            zip(
                map(html.escape, columns),
                [html_table.heading(_in_table(head)), *map(_cell, cells)],
                strict=True,
            )
        )
        for head, cells in rows
    ]
    shown = html_table.markup(cells)
    if folded:
        fold = html_table.scrolling(caption, shown)
        return f'<details class="lm-more"><summary>{html.escape(caption)}</summary>{fold}</details>'
    return f'<div class="lm-table">{html_table.captioned(caption, shown)}</div>'


def _cell(lines):
    if not lines:
        return html_table.NONE
    first, *others = (_in_table(line) for line in lines)
    more = "".join(f"<small>{line}</small>" for line in others)
    return html_table.text(f"{first}{more}", numeric=True)


def _multiplications(answers):
    yield "Multiplications, parameters and cache", _columns(answers), _figures(answers, "figures")
    parts = _figures(answers, "parts")
    yield "Multiplications of a new token, by component", _columns(answers), parts, True


def _fit(answers):
    needed = [_types(answers, "weights in", "dtype"), *_figures(answers, "figures")]
    yield "What is needed and what there is", _columns(answers), needed
    yield "What takes the room", _columns(answers), _figures(answers, "parts")


def _speed(answers):
    if len(answers) == 1:
        yield "Times and rates", ["What", *ENDS], _ends(answers[0]["answer"])
    else:
        yield "Times and rates", _columns(answers), _intervals(answers)
    parts = _figures(answers, "parts", lambda part: part["value"] != 0)
    yield "What an output token waits for", _columns(answers), parts, True
    types = [_types(answers, "weights in", "dtype"), _types(answers, "arithmetic in", "compute_dtype")]
    figures = [*types, *_figures(answers, "figures")]
    yield "Queries and data types", _columns(answers), figures, True


def _batching(answers):
    step = [_types(answers, "weights in", "dtype"), *_figures(answers, "figures")]
    yield "A step of this batch", _columns(answers), step
    yield "Batches at which the limit changes", _columns(answers), _figures(answers, "knees", none="none")
    if len(answers) == 1:
        columns = ["Queries", "a step", "tokens per second", "of these, each query"]
        yield OVER_THE_BATCH, columns, _curve(answers[0]["answer"]), True
    else:
        yield OVER_THE_BATCH, _columns(answers), _curves(answers), True


_TABLES = {"multiplications": _multiplications, "fit": _fit, "speed": _speed, "batching": _batching}


def _columns(answers):
    return ["What", *(one["label"] for one in answers)]


def _by_name(answers, key):
    """For each answer, its figures of a kind by their names."""
    return [{figure["name"]: figure for figure in one["answer"].get(key, ())} for one in answers]


def _figures(answers, key, kept=lambda figure: True, none=None):
    """A row for each figure that some answer has, those alone that are `kept` being reason for one."""
    found = _by_name(answers, key)
    words = {name: figure["words"] for one in found for name, figure in one.items() if kept(figure)}
    return [
        (
            [head],
            [
                _lines_of(one["answer"], by_name.get(name), none)
                for one, by_name in zip(answers, found, strict=True)
            ],
        )
        for name, head in words.items()
    ]


def _lines_of(answer, figure, none):
    """The lines of a figure's cell. What does not fit has no rate, which is not one that is unknown."""
    if figure is None:
        return []
    if figure["value"] is None and none:
        return [[none]]
    return [] if figure["value"] is None and answer.get("fits") is False else [[figure]]


def _types(answers, head, key):
    return [head], [[[one["answer"][key] or quantities.UNKNOWN]] for one in answers]


def _ends(answer):
    return [
        ([row["words"]], [[[{"value": row[end], "unit": row["unit"]}]] for end in ENDS])
        for row in answer["rows"]
    ]


def _intervals(answers):
    found = _by_name(answers, "rows")
    words = {name: row["words"] for one in found for name, row in one.items()}
    return [([head], [_lines(one.get(name)) for one in found]) for name, head in words.items()]


def _lines(row):
    if row is None:
        return []
    bound, low, expected, high = ({"value": row[end], "unit": row["unit"]} for end in ENDS)
    return [[expected], [low, " to ", high], ["bound ", bound]]


def _curve(answer):
    return [
        ([_queries(step["batch"])], [[[_time(step)]], [[_rate(step)]], [[_each(step)]]])
        for step in answer["curve"]
    ]


def _curves(answers):
    found = [{step["batch"]: step for step in one["answer"]["curve"]} for one in answers]
    return [
        (
            [_queries(batch), " queries"],
            [[[_rate(one[batch])], [_time(one[batch])]] if batch in one else [] for one in found],
        )
        for batch in sorted({batch for one in found for batch in one})
    ]


def _queries(batch):
    return {"value": batch, "unit": "1"}


def _time(step):
    return {"value": step["step_seconds"], "unit": "s"}


def _rate(step):
    return {"value": step["tokens_per_second"], "unit": "token/s"}


def _each(step):
    return {"value": step["tokens_per_second_per_query"], "unit": "token/s"}
