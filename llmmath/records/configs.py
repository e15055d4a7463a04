"""Reading a model from the `config.json` that is published with it."""

from ..errors import InputError, shown
from .architectures import build
from .files import content, named

# The longest published configurations have some 100 kB; more is not a configuration.
LIMIT = 4 * 2**20


def read(path):
    """The model that the configuration file at `path` describes.

    Args:
        path: a Hugging Face `config.json`, as published on the Hub or as transformers writes it.

    Returns:
        shapes.Model; its key is the path as given.

    Raises:
        InputError: no such file, not a JSON object, too large, or a field that is wrong; see
            `architectures.build`.
    """
    path = str(path)
    where = named(path)
    return build(_parsed(_text(path, where), where), where=where, key=path, name=where, source=where)


def _text(path, where):
    found = content(path, where, "the path of a config.json", LIMIT)
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: byte {error.start} is not UTF-8; expected a JSON object") from None


def _parsed(text, where):
    import json

    def object_of(pairs):
        found = {}
        for key, value in pairs:
            if key in found:
                raise InputError(f"{where}: {shown(key)} stands twice in one object; expected each key once")
            found[key] = value
        return found

    try:
        config = json.loads(text, object_pairs_hook=object_of)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{where}: line {error.lineno}, column {error.colno}: {error.msg}; expected a JSON object"
        ) from None
    except RecursionError:
        raise InputError(f"{where}: objects nested too deeply; expected a JSON object") from None
    except InputError:
        raise
    except ValueError:  # an integer of more digits than Python converts
        raise InputError(f"{where}: an integer has thousands of digits; expected a JSON object") from None
    if not isinstance(config, dict):
        raise InputError(f"{where}: the file holds {shown(config)}; expected a JSON object")
    return config
