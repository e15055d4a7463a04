"""What a configuration's `quantization_config` says that the weights are stored as, matrix by matrix.

Linear layers take what their format takes; embeddings, norms, biases, routers and the layers that the file
names keep the type that the file has for the rest. What is not read is refused, never guessed.
"""

from dataclasses import replace

from ...errors import InputError, shown
from .. import parameters
from ..stored import Piece, StoredWeights, joined
from . import methods, modules

# Bytes of a value of the types that files name for what is not quantised.
_REST = {"bfloat16": ("bf16", 2), "float16": ("fp16", 2), "float32": ("fp32", 4)}


def with_stated_weights(model, config, where):
    """The model with what its configuration states as its `weights`: see `stated`."""
    weights = stated(config, model, where)
    if weights is None:
        return model
    notes = model.notes
    if model.towers:
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
        stored.StoredWeights, or None without a `quantization_config`.

    Raises:
        InputError: a method, a format or a field that is not read, or an architecture whose layers' names are
            not known.

    Holds for: routers that stay unquantised, as in all engines; scales of DeepSeek's fp8 blocks in fp32 (some
        files have them in bf16, 0.01 % less).
    Source: the engines' own code; see `formats` and `methods`.
    """
    quantised, where = _object(config, model, where)
    if quantised is None:
        return None
    if not isinstance(quantised, dict):
        raise InputError(f"{where} is {shown(quantised)}; expected an object")
    if modules.names_of(model) is None:
        raise InputError(
            f"{where} is not read for model_type {shown(model.decoder or model.architecture)}; it is for"
            f" {', '.join(sorted(modules.NAMES))}"
        )
    rest, each = _REST[_named(config, model, where) or "bfloat16"]
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
    outside = config.get("quantization_config")
    inside = config["text_config"].get("quantization_config") if _has_text(config, model) else None
    if None not in (outside, inside) and outside != inside:
        raise InputError(
            f"{where}: quantization_config and text_config's quantization_config differ; expected one of"
            " them, or both the same"
        )
    if outside is None and inside is not None:
        return inside, f"{where}: text_config: quantization_config"
    return outside, f"{where}: quantization_config"


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
