"""What the words of a calculator mean, for who has not read the articles."""

import html

from llmmath.answers import asked
from llmmath.records import engines

_UNUSED = asked.unused(engines.get(engines.TYPICAL))
_MODEL = {
    "query": "One text that a model continues: a question, a chat.",
    "context": "All tokens of a query, its prompt and what is written so far. A token is a piece of a word.",
    "cache": "Keys and values of every token, kept so that they are not computed again; it grows with the "
    "context.",
}
_AT_ONCE = {
    "queries at once": "So many are always there: where one ends, the next begins. They share each reading "
    "of the weights. A user who pauses to read or to type counts as less than one.",
}
_CARD = {
    "weights": "The model's own numbers. Fewer bits take less room and are read faster; “as published” is "
    "how its makers give it away.",
}
_BOUND = {
    "bound, at least, at most": "What the published rates of the card allow; no program beats it"
    " if they are right.",
}
WORDS = {
    "multiplications": {
        "multiplication": "One multiply of a matrix product; a FLOP count is twice that.",
        "component": "A matrix of the model, or a product of attention, over all layers.",
    }
    | _MODEL,
    "fit": _MODEL
    | _AT_ONCE
    | _CARD
    | {
        "working space": "What is between two layers while they are computed; most where a prompt is read.",
        "the driver, the runtime": "What a card's driver and the program take before any weight does.",
        "unused ends of the cache's blocks": "A cache comes in blocks of several tokens; the last one of a "
        "query is partly empty.",
    },
    "speed": _MODEL
    | _AT_ONCE
    | _CARD
    | _BOUND
    | {
        "a tuned engine": "No program in particular: what those that were measured attain, taken "
        f"together. Like vLLM it leaves {_UNUSED} of the memory unused unless it is told otherwise.",
        "low, expected, high": "The estimate, and the ends between which four of five measured times are "
        "meant to lie.",
        "time to the first token": "From sending the prompt to the first word.",
        "starting operations, and the host": "Time in which the card waits to be told what to do.",
        "prompts of others": "While one query's answer is written, others arrive and have to be read.",
        "roofline": "What limits a step: memory on the slope at the left, arithmetic on the level at the "
        "right.",
    },
    "batching": _MODEL
    | _AT_ONCE
    | _CARD
    | _BOUND
    | {
        "step": "One pass through the model, which gives each query its next token.",
        "batch": "The queries of one step.",
        "where the limit changes": "Batches from which a further query helps less, the knees of the curve.",
    },
}


def folded(kind):
    """Markup of the words of a calculator, folded."""
    terms = "".join(
        f"<div><dt>{html.escape(term)}</dt><dd>{html.escape(words)}</dd></div>"
        for term, words in WORDS[kind].items()
    )
    return (
        '<details class="lm-more lm-words" data-search-exclude=""><summary>What the words mean</summary>'
        f"<dl>{terms}</dl></details>"
    )
