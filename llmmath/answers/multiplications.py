"""How many multiplications a token takes, by component."""

from ..count import count
from . import asked
from .asked import figure


def answer(ask):
    """Multiplications of one new token and of reading the prompt, by component.

    Args:
        ask: see `asked`; besides, `context` [token].

    Returns:
        dict: `title`; `sentence`, see `asked.sentence`; `figures`, see `asked.figure`; `parts`, figures of
        the components of a new token, the largest first; `notes`; `command`, the command line that prints
        the same.

    Raises:
        InputError: what `count.count` refuses.
    """
    model = asked.model(ask)
    found = count(model, ask.get("context"), dtype=ask.get("dtype") or None)
    decode, prefill = found["multiplications"]["decode"], found["multiplications"]["prefill"]
    components = sorted(decode["components"].items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "title": model.name,
        "sentence": asked.sentence(
            "One new token that attends to ",
            (found["context"], "token"),
            " positions takes ",
            (decode["total"], "1"),
            " multiplications.",
        ),
        "figures": [
            figure("decode", "multiplications for one new token", decode["total"], "1"),
            figure("prefill", "to read a prompt of so many tokens", prefill["last_logit_total"], "1"),
            figure("parameters", "parameters", found["parameters"], "1"),
            figure("active_parameters", "of these, used by each token", found["active_parameters"], "1"),
            figure("kv_cache_bytes", "cache of one query", found["kv_cache_bytes"], "B"),
        ],
        "parts": [figure(name, name, value, "1") for name, value in components],
        "notes": list(found.get("notes", ())),
        "command": ["count"] + asked.options(_without_card(ask)) + ["--context", str(ask["context"])],
    }


def _without_card(ask):
    return {name: ask[name] for name in ("model", "config", "config_name", "dtype") if name in ask}
