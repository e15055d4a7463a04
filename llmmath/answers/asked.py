"""Reading what a reader chose: a model, an accelerator, and how it is run.

An ask has:

- model: a known key; or `config`, the object of a config.json, and `config_name`, what the file is called.
- accelerator: a known key; or `own`, a dict of memory_bandwidth [B/s], memory_capacity [B], peak_flops (data
  type -> [FLOP/s]), link_bandwidth, the rate at which one sends to others [B/s], and kind.
- dtype, kv_dtype: data types of weights and cache; absent or None for what the model states and its kind.
- accelerators: how many, every matrix split over all (1).
- what is asked of it: see each function.
"""

from ..errors import InputError, shown
from ..records import accelerators, models
from ..records.architectures import build

OWN = "own"
_OWN_SOURCE = "typed by the reader"
# What a card of one's own is taken to be where its kind is not chosen.
OWN_KIND = "consumer GPU"
# What the name of a model ends with that was trained further, in a shape that stays; and what its maker put
# before some of them.
_TUNED = ("-hf", "-instruct", "-chat", "-it", " instruct", " chat")
_MAKER = "meta-"


def model(ask):
    """The model of an ask.

    Raises:
        InputError: an unknown key, or a configuration that is not counted.
    """
    if ask.get("config") is None:
        return models.published(meant(ask.get("model"), models.all_names()))
    name = ask.get("config_name") or "config.json"
    if not isinstance(ask["config"], dict):
        raise InputError(f"{name}: the file holds {shown(ask['config'])}; expected a JSON object")
    return build(ask["config"], where=name, key=name, name=name, source=_OWN_SOURCE)


def accelerator(ask):
    """The accelerator of an ask.

    Raises:
        InputError: an unknown key, or a figure of one's own that is missing or no amount.
    """
    own = ask.get("own")
    if own is None:
        return accelerators.get(meant(ask.get("accelerator"), accelerators.names()))
    row = {
        "name": "a card of your own",
        "vendor": _OWN_SOURCE,
        "kind": own.get("kind", OWN_KIND),
        "memory_bandwidth": own.get("memory_bandwidth"),
        "advertised_memory": own.get("memory_capacity"),
        "memory_capacity": own.get("memory_capacity"),
        "memory_source": _OWN_SOURCE,
        "peak_flops": own.get("peak_flops", {}),
        "source": _OWN_SOURCE,
    }
    if own.get("link_bandwidth") is not None:
        row["link"] = {"name": "link", "bandwidth": own["link_bandwidth"], "source": _OWN_SOURCE}
    return accelerators.from_row(OWN, row)


def meant(written, names):
    """The key that a reader means who writes a key or a name as people do, or what was written.

    Upper and lower case, spaces and signs do not matter, nor does what stands before: "RTX 4070 Ti",
    "qwen3:32b", "M4 Max". Neither does what a repository's name has besides, its owner and the training that
    leaves the shape as it is: "meta-llama/Llama-3.1-8B-Instruct". It has to mean one record alone.

    Args:
        written: what was written. names: name of each record by its key.
    """
    if written in names or not isinstance(written, str):
        return written
    repository = _repository(written)
    for plain in [_plain(written)] + ([] if repository is None else [_plain(repository)]):
        same = [key for key in names if plain in (_plain(key), _plain(names[key]))]
        ends = [key for key in names if _plain(key).endswith(plain) or _plain(names[key]).endswith(plain)]
        for found in (same, ends):
            if plain and len(found) == 1:
                return found[0]
    return written


def _repository(written):
    """The model in the name of a repository or of a model that was tuned; None where neither was written."""
    name = written.strip().lower().rstrip("/").split("/")[-1]
    for ending in _TUNED:
        if name.endswith(ending):
            name = name[: -len(ending)]
    if name.startswith(_MAKER):
        name = name[len(_MAKER) :]
    return None if name == written.lower() else name


def _plain(text):
    return "".join(letter for letter in text.lower() if letter.isalpha() or letter.isdigit() or letter == ".")


def how(ask):
    """Data types and how many accelerators, by the names that `bound.bound` and `estimate.estimate` have."""
    return {
        "dtype": ask.get("dtype") or None,
        "kv_dtype": ask.get("kv_dtype") or None,
        "n_accelerators": ask.get("accelerators", 1),
    }


def cards(accelerator, n):
    """The accelerators in words."""
    return accelerator.name if n == 1 else f"{n} × {accelerator.name}"


def without_options(text):
    """A sentence without the options of the command line that it has in parentheses.

    >>> without_options("name another type (--compute-dtype) if it has one")
    'name another type if it has one'
    """
    before, opened, after = text.partition(" (--")
    if not opened:
        return text
    return before + without_options(after[after.find(")") + 1 :])


def figure(name, words, value, unit):
    """A figure of an answer: its name, what it is, its value in the base unit `unit`, None where unknown.

    The unit of a share of a whole is "share", 1 for all of it, since it is read in percent.
    """
    return {"name": name, "words": words, "value": value, "unit": unit}


def sentence(*pieces):
    """A sentence as a list of texts and, for pairs of a value and its base unit, of dicts of the two."""
    return [piece if isinstance(piece, str) else {"value": piece[0], "unit": piece[1]} for piece in pieces]


def options(ask):
    """What the command line has for model, accelerator and how it is run, as a list of words."""
    if ask.get("config"):
        words = [ask.get("config_name") or "config.json"]
    else:
        words = [meant(ask["model"], models.all_names())]
    if "accelerator" in ask or "own" in ask:
        named = OWN if ask.get("own") else meant(ask["accelerator"], accelerators.names())
        words += ["--accelerator", named]
    for name, option in (("dtype", "--dtype"), ("kv_dtype", "--kv-dtype")):
        if ask.get(name):
            words += [option, ask[name]]
    if ask.get("accelerators", 1) != 1:
        words += ["--accelerators", str(ask["accelerators"])]
    return words
