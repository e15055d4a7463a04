"""Whether one name is a slip of the pen for another, and not the name of another thing."""


def is_slip(name, known):
    """Whether `name` is `known` with one letter more, less, other or swapped, or with other separators.

    Digits have to agree: phi3 is not phi, llama3 is not llama2. Names of up to three letters are too short
    to tell.
    """
    a, b = _plain(name), _plain(known)
    if _digits(a) != _digits(b):
        return False
    return a == b or (len(b) > 3 and _one_apart(a, b))


def _plain(name):
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _digits(name):
    return [letter for letter in name if letter.isdigit()]


def _one_apart(a, b):
    """Whether one letter was added, left out, changed, or swapped with its neighbour."""
    if abs(len(a) - len(b)) > 1:
        return False
    i = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        return a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return long[i + 1 :] == short[i:]
