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
# Makers of models, which people leave out before a name.
_MAKERS = ("meta", "google", "microsoft", "mistralai", "deepseek", "openai", "qwen", "ibm", "nvidia")
# Makers and their brands, which people write before the name of a card, or leave out.
_BRANDS = ("nvidia", "geforce", "tesla", "amd", "radeon", "instinct", "intel", "google", "aws", "apple")
# Words of a card's key that do not make it another card: its form, its memory.
_FORMS = ("sxm", "sxm2", "pcie", "nvl", "per", "gpu", "ddr5")


def model(ask):
    """The model of an ask.

    Raises:
        InputError: an unknown key, or a configuration that is not counted.
    """
    if ask.get("config") is None:
        return models.published(model_key(ask.get("model")))
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
        return accelerators.get(accelerator_key(ask.get("accelerator")))
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


def model_key(written):
    """The key of the model that a reader means, or what was written; see `meant`."""
    return meant(written, models.all_names(), _MAKERS, _is_size)


def accelerator_key(written):
    """The key of the accelerator that a reader means, or what was written; see `meant`."""
    return meant(_without(_BRANDS, written), accelerators.names(), _BRANDS + ("rtx", "gtx"), _is_form)


def meant(written, names, before, may_lack):
    """The key that a reader means who writes a key or a name as people do, or what was written.

    Upper and lower case, spaces and signs do not matter, nor does the maker before: "RTX 4070 Ti",
    "qwen3:32b", "M4 Max". Neither does what a repository's name has besides, its owner and the training that
    leaves the shape as it is: "meta-llama/Llama-3.1-8B-Instruct". Words at the end may be left out that do
    not make it another thing: "H200" is H200 SXM, and "RTX 4070" is not RTX 4070 Ti. It has to mean one
    record alone.

    Args:
        written: what was written. names: name of each record by its key. before: first words of a key or
            name that may be left out. may_lack: whether a word at the end of a key may be.
    """
    if written in names or not isinstance(written, str):
        return written
    repository = _repository(written)
    for plain in [_plain(written)] + ([] if repository is None else [_plain(repository)]):
        same = [key for key in names if plain in (_plain(key), _plain(names[key]))]
        ends = [key for key in names if plain in _without_first(key, names[key], before)]
        for found in (same, ends):
            if plain and len(found) == 1:
                return found[0]
        longer = [(key, left) for key in names for left in _left_out(plain, key)]
        if len(longer) == 1 and all(may_lack(word) for word in longer[0][1]):
            return longer[0][0]
    return written


def _without_first(key, name, before):
    """A key and a name without their first words, as many as may be left out: plain texts."""
    found = []
    for words in (key.split("-"), name.split()):
        while len(words) > 1 and words[0].lower() in before:
            words = words[1:]
            found.append(_plain("".join(words)))
    return found


def _without(brands, written):
    """What was written without the brands before it."""
    if not isinstance(written, str):
        return written
    words = written.split()
    while len(words) > 1 and words[0].lower() in brands:
        words = words[1:]
    return " ".join(words)


def _left_out(plain, key):
    """What of a key is left out in a plain name of its first words: one list of words; none where it is not
    that."""
    words = key.split("-")
    return [words[n:] for n in range(1, len(words)) if _plain("".join(words[:n])) == plain]


def _is_size(word):
    """Whether a word of a model's key is a number of parameters: 8b, 0.6b, 8x7b, a22b.

    >>> [_is_size(word) for word in ("8b", "8x7b", "a22b", "nemo", "3")]
    [True, True, True, False, False]
    """
    digits = "".join(letter for letter in word[:-1] if letter not in "ax.")
    return word[-1:] in ("b", "m") and digits.isdigit()


def _is_form(word):
    """Whether a word of a card's key is its form or its memory: sxm, pcie, 80."""
    return word in _FORMS or word.isdigit()


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


def unused(engine):
    """The share of the memory that an engine does not use by default, in words."""
    return f"{100 * (1 - engine.memory_share):.0f}\u202f%"


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
    """A sentence as a list of texts and, for pairs of a value and its base unit, of dicts of the two.

    >>> sentence("it takes ", (2, "s"), ", ", "no more")
    ['it takes ', {'value': 2, 'unit': 's'}, ', no more']
    """
    found = []
    for piece in pieces:
        if not isinstance(piece, str):
            found.append({"value": piece[0], "unit": piece[1]})
        elif found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def options(ask):
    """What the command line has for model, accelerator and how it is run, as a list of words."""
    if ask.get("config"):
        words = [ask.get("config_name") or "config.json"]
    else:
        words = [model_key(ask["model"])]
    if "accelerator" in ask or "own" in ask:
        named = OWN if ask.get("own") else accelerator_key(ask["accelerator"])
        words += ["--accelerator", named]
    for name, option in (("dtype", "--dtype"), ("kv_dtype", "--kv-dtype")):
        if ask.get(name):
            words += [option, ask[name]]
    if ask.get("accelerators", 1) != 1:
        words += ["--accelerators", str(ask["accelerators"])]
    return words
