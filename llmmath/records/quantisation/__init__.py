"""What a configuration's `quantization_config` says that the weights are stored as, matrix by matrix.

Linear layers take what their format takes; embeddings, norms, biases, routers and the layers that the file
names keep the type that the file has for the rest. What is not read is refused, never guessed.
"""

from dataclasses import replace

from ...errors import InputError, shown
from .. import dtypes, parameters
from ..stored import Piece, StoredWeights, joined, uniform
from . import methods, modules

# Bytes of a value of the types that files name for what is not quantised.
_REST = {"bfloat16": ("bf16", 2), "float16": ("fp16", 2), "float32": ("fp32", 4)}


def with_stated_weights(model, config, where):
    """The model with what its configuration states as its `weights`: see `stated`.

    What is not read stops no count of parameters and multiplications: `weights_unread` then says why.
    """
    try:
        weights = stated(config, model, where)
    except InputError as error:
        return replace(model, weights_unread=str(error))
    if weights is None:
        return model
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
            `text_config`, or `compression_config`, its name in older files of compressed-tensors, or
            `quantization`, its name in MLX's; and
            `torch_dtype` or `dtype` for what is not quantised, bf16 where the file names none.
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
    for module in [one for layer in modules.layers(model) for one in layer] + list(modules.outer(model)):
        scheme = None if module.kept else method.scheme_of(module.name)
        if scheme and module.matrices[0].n_inputs % scheme.group:
            scheme = None
        pieces += _quantised(module, scheme) if scheme else _kept(module, rest, each)
    pieces += _embedding(model, method.embedding)
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
    """Pair of the object that states what weights are stored as, and where it stands; None without one."""
    found = {}
    for place, at in _places(config, model, where):
        for key in ("quantization_config", "compression_config", "quantization"):
            if place.get(key) is not None:
                found[f"{at}: {key}"] = place[key]
    if not found:
        return None, where
    (at, first), *others = found.items()
    for other_at, other in others:
        if other != first:
            raise InputError(f"{at} and {other_at} differ; expected one of them, or both the same")
    if at.endswith("compression_config") and isinstance(first, dict):
        first = {"quant_method": "compressed-tensors"} | first
    return first, at


def _named(config, model, where):
    """A key of _REST that the file names, outside before its language model; None where it names none."""
    for place, _ in _places(config, model, where):
        for key in ("torch_dtype", "dtype"):
            named = place.get(key)
            if named is None:
                continue
            if isinstance(named, str) and named.startswith("torch."):
                named = named[len("torch.") :]
            if named not in _REST:
                raise InputError(
                    f"{where}: {key} is {shown(named)}; expected one of {', '.join(sorted(_REST))}"
                )
            return named
    return None


def _places(config, model, where):
    """The file, and the language model within it where it has one: pairs of an object and its name."""
    inside = config.get("text_config") if model.decoder is not None else None
    return ((config, where),) + (((inside, f"{where}: text_config"),) if isinstance(inside, dict) else ())


def _kept(module, name, each):
    return [
        Piece(matrix.component, name, values, each * values)
        for matrix in module.matrices
        for values in (matrix.copies * matrix.n_inputs * matrix.n_outputs,)
    ]


def _embedding(model, scheme):
    """Pieces of an embedding that is quantised, none where it is kept."""
    values = parameters.breakdown(model).get("embedding")
    if scheme is None or not values or model.embedding_width % scheme.group:
        return []
    n_bytes = scheme.n_bytes(model.embedding_width, values // model.embedding_width)
    return [Piece("embedding", scheme.type, values, n_bytes)]


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
