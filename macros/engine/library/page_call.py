"""How the page calls a function of the project's: with JSON, and answered with JSON.

The numbers of the bridge to JavaScript have 32 bits, so that they travel as text; and whole numbers that
JavaScript's own cannot hold travel as texts of their own, `{"int": "9007199254740993"}`.
"""

import gc
import json
import sys

# The largest whole number up to which JavaScript's numbers hold each one.
SAFE = 2**53 - 1


def call(text):
    """What the function of a module returns, as JSON of "result", or of "error" with its kind and message.

    text: JSON of a list of the module's name, the function's name and its one argument.
    """
    module, name, argument = json.loads(text)
    try:
        __import__(module)
        return json.dumps({"result": _exact(getattr(sys.modules[module], name)(argument))})
    except ValueError as error:
        return json.dumps({"error": {"kind": "input", "message": str(error)}})
    except (RuntimeError, MemoryError):  # of recursion, or of the heap
        message = "this is nested too deeply, or too large, for the engine of the page"
        return json.dumps({"error": {"kind": "input", "message": message}})
    except Exception as error:
        return json.dumps({"error": {"kind": "broken", "message": _told(error)}})


def _exact(value):
    """The value with whole numbers beyond SAFE as texts; numbers that are none as None."""
    if isinstance(value, dict):
        return {key: _exact(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [_exact(one) for one in value]
    if isinstance(value, int) and not -SAFE <= value <= SAFE:
        return {"int": str(value)}
    if isinstance(value, float) and (value != value or value - value != 0):
        return None
    return value


def _told(error):
    """Kind, message and place of an error."""
    import io

    written = io.StringIO()
    sys.print_exception(error, written)
    return written.getvalue()


def collect():
    """Frees what is no longer used: for a pause, since it takes as long as some answers do."""
    gc.collect()


def ran():
    """JSON of the paths of the project's files that were imported, in the order of the alphabet."""
    files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
    return json.dumps(sorted(path[len("/page/") :] for path in files if path.startswith("/page/")))
