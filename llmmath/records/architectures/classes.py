"""Which class of transformers a file is of (`architectures`), and so what stands on top of the decoder.

Source of the names: the AutoModel tables of transformers, recorded in data/transformers-types.json by
tests/llmmath/records/record_transformers_types.py.
"""

import json
from functools import cache
from pathlib import Path

from ...errors import InputError, shown
from ..shapes import Matrix

# What each class has on top: component, outputs, bias. The number of labels comes from the file.
_TOPS = {
    "base": None,
    "causal": "lm_head",
    "sequence": ("score", "labels", False),
    "token": ("score", "labels", True),
    "question": ("score", 2, True),
}


@cache
def transformers_types():
    """The recorded types: a dict with `transformers`, its version, and `types`, a dict by `model_type`."""
    path = Path(__file__).parents[1] / "data" / "transformers-types.json"
    return json.loads(path.read_text())


def head_of(q, architecture, where):
    """The matrix on top, or None for a base model; a class that is not known is refused by name.

    A configuration that names no class is of a language model. where: the file, which names the class of its
    whole, and not of a part.
    """
    top = _TOPS[_kind(q, architecture, where)]
    if top is None:
        return None
    if top == "lm_head":
        return Matrix("lm_head", q["embedding_width"], q["vocabulary_size"], q["head_bias"])
    component, outputs, bias = top
    return Matrix(component, q["embedding_width"], _labels(q) if outputs == "labels" else outputs, bias)


def _kind(q, architecture, where):
    known = transformers_types()["types"].get(architecture, {})
    kinds = {known[kind]: kind for kind in _TOPS if kind in known} | q["class_names"]
    stated = q.config.get("architectures")
    if stated is None:
        return "causal"
    one = isinstance(stated, list) and len(stated) == 1 and isinstance(stated[0], str)
    if not one or stated[0] not in kinds:
        raise InputError(
            f"{where}: architectures is {shown(stated)}; expected a list of one class that is counted for"
            f" {architecture}: {', '.join(sorted(kinds))}"
        )
    return kinds[stated[0]]


def _labels(q):
    """Outputs of a classifier: `num_labels`, or as many as `id2label` names, or 2 where the file says
    neither."""
    names, n_labels = q.config.get("id2label"), q["n_labels"]
    if names is None:
        return 2 if n_labels is None else n_labels
    if not isinstance(names, dict) or not names:
        raise InputError(f"{q.where}: id2label is {shown(names)}; expected an object that names each label")
    if n_labels not in (None, len(names)):
        q.refuse("n_labels", f"{len(names)}, the number of labels in id2label")
    return len(names)
