"""Reading the data files, which the build has turned into JSON: pairs of a key and its row."""

import json
from collections import OrderedDict

TOMLDecodeError = ValueError


def loads(text):
    """The rows of a data file by key, in the file's order."""
    return OrderedDict(json.loads(text))
