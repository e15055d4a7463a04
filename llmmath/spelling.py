"""Whether one name is a slip of the pen for another, and not the name of another thing."""

import re

# Words of up to so many letters are too short to tell a slip from another name: h100 and b100, xt and xtx.
_SHORT = 3


def is_slip(name, known):
    """Whether `name` is `known` with other separators, or with one letter more, less, other or swapped.

    Digits have to agree, since a name with another number is another thing's: llama-3.3 is not llama-3.1,
    phi3 is not phi. So have words of up to three letters, but for two letters swapped.

    >>> is_slip("lama-3.1-8b", "llama-3.1-8b"), is_slip("llama-3.3-8b", "llama-3.1-8b")
    (True, False)
    >>> is_slip("h100-smx", "h100-sxm"), is_slip("mi300a", "mi300x")
    (True, False)
    """
    if _digits(name) != _digits(known):
        return False
    if _plain(name) == _plain(known):
        return True
    words, right = _words(name), _words(known)
    if len(words) != len(right):
        return False
    differing = [pair for pair in zip(words, right) if pair[0] != pair[1]]
    return len(differing) == 1 and _is_slip_of_a_word(*differing[0])


def names_that_begin_like(name, known):
    """A beginning that `name` shares with known names, and those names; ("", []) where there are none.

    It is the whole of `name`, or its first word without slips: rtx for rtx-4080, llama for lama.
    The names that are alike for longest come first.
    """
    name = name.lower().replace(" ", "-").replace("_", "-")
    known = sorted_by(known, lambda other: -_n_shared(name, other.lower()))
    whole = [other for other in known if name and other.lower().startswith(name)]
    if whole:
        return name, whole
    first = _first_word(name)
    families = {_first_word(other) for other in known}
    meant = [first] if first in families else sorted(one for one in families if is_slip(first, one))
    if not first or not meant:
        return "", []
    return meant[0], [other for other in known if _first_word(other) == meant[0]]


def names_that_contain(name, known):
    """The words of `name` that known names have, and the known names that have all of these; ("", []) where
    there are none.

    Words are compared whole, and those that no known name has are passed over: nvidia in "NVIDIA A100".
    The shortest names come first.
    """
    words_of = {other: set(_words_and_numbers(other)) for other in known}
    words = [word for word in _words_and_numbers(name) if any(word in has for has in words_of.values())]
    if not words:
        return "", []
    return " ".join(words), sorted_by((other for other in known if words_of[other] >= set(words)), len)


def sorted_by(values, key):
    """The values in the order of their keys, equals as they came: not every Python's own sort keeps that."""
    return [value for _, _, value in sorted((key(value), i, value) for i, value in enumerate(values))]


def _n_shared(a, b):
    """Letters at the beginning that both have."""
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def _words_and_numbers(name):
    """The runs of letters and digits."""
    return re.findall(r"[^\W_]+", name.lower())


def _plain(name):
    return "".join(letter for letter in name.lower() if letter.isalpha() or letter.isdigit())


def _digits(name):
    return [letter for letter in name if letter.isdigit()]


def _words(name):
    """The runs of letters."""
    return re.findall(r"[^\W\d_]+", name.lower())


def _first_word(name):
    return re.match(r"[^\W\d_]*", name.lower())[0]


def _is_slip_of_a_word(a, b):
    """Whether one letter was swapped with its neighbour or, in a longer word, added, left out or changed."""
    if abs(len(a) - len(b)) > 1:
        return False
    i = _n_shared(a, b)
    if len(a) == len(b) and a[i : i + 2] == b[i + 1 : i + 2] + b[i : i + 1] and a[i + 2 :] == b[i + 2 :]:
        return True
    if len(b) <= _SHORT:
        return False
    if len(a) == len(b):
        return a[i + 1 :] == b[i + 1 :]
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return long[i + 1 :] == short[i:]
