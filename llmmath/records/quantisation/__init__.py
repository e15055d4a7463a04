"""What a configuration's `quantization_config` says that the weights are stored as, matrix by matrix.

Linear layers take what their format takes; embeddings, norms, biases, routers and the layers that the file
names keep the type that the file has for the rest. What is not read is refused, never guessed.
"""

from dataclasses import replace

from ...errors import InputError, shown
from .. import dtypes, parameters
from ..stored import Piece, StoredWeights, joined, uniform
from . import methods, modules

_KEYS = ("quantization_config", "compression_config")
# Bytes of a value of the types that files name for what is not quantised.
_REST = {"bfloat16": ("bf16", 2), "float16": ("fp16", 2), "float32": ("fp32", 4)}


def with_stated_weights(model, config, where):
    """The model with what its configuration states as its `weights`: see `stated`.

    What is not read does not keep the model from being counted in a type that is named: it has `unread` then.
    """
    try:
        weights = stated(config, model, where)
    except InputError as error:
        return replace(model, unread=str(error))
    notes = model.notes
    if model.towers and _object(config, model, where)[0] is not None:
        notes += (
            "quantization_config is read for the language model; towers are taken to be stored in 16 bits.",
        )
    return replace(model, weights=weights, notes=notes)


def stated(config, model, where):
    """The stored weights that a configuration states.

    Args:
        config: dict of a Hugging Face `config.json`; `quantization_config` is read, of the file or of its
            `text_config`, and `torch_dtype` or `dtype` for what is not quantised, bf16 where the file names
            none.
        model: the `shapes.Model` of the same configuration.
        where: the file, for messages.

    Returns:
        stored.StoredWeights; None where the file states nothing, or bf16 for all.

    Raises:
        InputError: a method, a format or a field that is not read, or an architecture whose layers' names are
            not known.

    Holds for: routers that stay unquantised, as in all engines; scales of DeepSeek's fp8 blocks in fp32 (some
        files have them in bf16, 0.01 % less).
    Source: the engines' own code; see `formats` and `methods`.
    """
    named = _named(config, model, where)
    quantised, where = _object(config, model, where)
    if quantised is None:
        one = None if named is None else _REST[named][0]
        return None if one in (None, "bf16") else uniform(model, dtypes.get(one))
    if not isinstance(quantised, dict):
        raise InputError(f"{where} is {shown(quantised)}; expected an object")
    if modules.names_of(model) is None:
        raise InputError(
            f"{where} is not read for model_type {shown(model.decoder or model.architecture)}; it is for"
            f" {', '.join(sorted(modules.NAMES))}"
        )
    rest, each = _REST[named or "bfloat16"]
    method = methods.read(quantised, model, where)
    pieces = []
    head = modules.head(model)
    for module in [*(one for layer in modules.layers(model) for one in layer), *([head] if head else ())]:
        scheme = None if module.kept else method.scheme_of(module.name)
        pieces += _quantised(module, scheme) if scheme else _kept(module, rest, each)
    counted = {piece.component for piece in pieces}
    for component, values in parameters.breakdown(model).items():
        if component not in counted:
            exact = modules.shift_values(model) if component == "norms" else 0
            pieces.append(Piece(component, rest, values - exact, each * (values - exact)))
            if exact:
                pieces.append(Piece(component, "fp32", exact, 4 * exact))
    return StoredWeights(
        name=method.name, pieces=joined(pieces), source=method.source, computed_in=method.computed_in
    )


def _object(config, model, where):
    """Pair of the `quantization_config` and where it stands: of the file, or of the language model within."""
    places = [("", config)] + ([("text_config: ", config["text_config"])] if _has_text(config, model) else [])
    # compressed-tensors called the object compression_config once, and the method then stands nowhere.
    found = [
        (place[key] if key == _KEYS[0] else _compression(place[key]), f"{where}: {before}{key}")
        for before, place in places
        for key in _KEYS
        if place.get(key) is not None
    ]
    for other, there in found[1:]:
        if other != found[0][0]:
            raise InputError(f"{found[0][1]} and {there} differ; expected one of them, or both the same")
    return found[0] if found else (None, where)


def _compression(stated):
    return {"quant_method": "compressed-tensors"} | stated if isinstance(stated, dict) else stated


def _named(config, model, where):
    """A key of _REST that the file names, outside before its language model; None where it names none."""
    places = [config, config["text_config"]] if _has_text(config, model) else [config]
    for place in places:
        for key in ("torch_dtype", "dtype"):
            named = place.get(key)
            if named is None:
                continue
            if not isinstance(named, str) or named.removeprefix("torch.") not in _REST:
                raise InputError(f"{where}: {key} is {shown(named)}; expected one of {', '.join(_REST)}")
            return named.removeprefix("torch.")
    return None


def _has_text(config, model):
    return model.decoder is not None and isinstance(config.get("text_config"), dict)


def _kept(module, name, each):
    return [
        Piece(matrix.component, name, values, each * values)
        for matrix in module.matrices
        for values in (matrix.copies * matrix.n_inputs * matrix.n_outputs,)
    ]


def _quantised(module, scheme):
    """Pieces of a module: what it takes as a whole, shared out over its matrices by their values."""
    from fractions import Fraction

    n_inputs = module.matrices[0].n_inputs
    n_outputs = sum(matrix.n_outputs for matrix in module.matrices)
    n_bytes = scheme.n_bytes(n_inputs, n_outputs)
    pieces = []
    for matrix in module.matrices:
        share, rest = divmod(matrix.copies * n_bytes * matrix.n_outputs, n_outputs)
        values = matrix.copies * n_inputs * matrix.n_outputs
        pieces.append(
            Piece(matrix.component, scheme.type, values, share + Fraction(rest, n_outputs) if rest else share)
        )
    return pieces
