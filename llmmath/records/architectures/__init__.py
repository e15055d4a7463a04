"""Which configuration means which model: one description per architecture (a Hugging Face `model_type`).

A description names only what differs from PLAIN or from an architecture before it. Each entry is a constant,
a field of the file (`Size`, `Flag`, ...: its names, its default where published files leave it out), or a
function of the other quantities. To add an architecture, add one description to ARCHITECTURES in the module
of its kind, and compare it: tests/llmmath/records/compare_with_transformers.py counts what PyTorch builds.

Sizes that define a model (layers, widths, heads, vocabulary, experts) have to be in the file; what has a
default in the architecture's published configuration class, and is left out in published files, has it here.
Source of names and defaults: the configuration classes of Hugging Face transformers 5.23.0.
"""

from ...errors import InputError, shown
from .. import quantisation
from ..fields import Reading
from ..shapes import Model
from . import dense, experts, gemma, latent, recurrent
from .classes import head_of, transformers_types
from .positions import reached
from .refused import other_file, reason, spelling_of
from .unwrap import towers_of, unwrap
from .wrappers import WRAPPERS

_MODULES = (dense, experts, gemma, latent, recurrent)
ARCHITECTURES = {
    name: module.ARCHITECTURES[name]
    for name, module in sorted(
        ((name, module) for module in _MODULES for name in module.ARCHITECTURES), key=lambda pair: pair[0]
    )
}


def build(config, *, where, key, name, source):
    """The model that a configuration describes.

    Args:
        config: dict of a Hugging Face `config.json`.
        where: the file or record it comes from, for messages.
        key, name, source: the model's own, see `shapes.Model`.

    Returns:
        shapes.Model.

    Raises:
        InputError: unknown `model_type`; a field that is missing, of the wrong type, out of its bounds or at
            odds with another; a class in `architectures` that is not known. Nothing is guessed.
    """
    architecture = _architecture(config, where, WRAPPERS)
    if architecture in WRAPPERS:
        text = unwrap(architecture, config, where, _architecture, ARCHITECTURES)
        q = Reading(text.description, text.config, text.where, text.defaults)
        decoder = text.decoder
    else:
        q = Reading(ARCHITECTURES[architecture], config, where)
        decoder = None
    head = head_of(q, architecture, where)
    _check(q)
    towers, image, left_out = (), None, ()
    if architecture in WRAPPERS:
        towers, image, left_out = towers_of(architecture, config, where, q["d_model"])
    n_positions, stretched = reached(q)
    model = Model(
        key=key,
        name=name,
        source=source,
        architecture=architecture,
        d_model=q["d_model"],
        vocabulary_size=q["vocabulary_size"],
        embedding_width=q["embedding_width"],
        tied=q["tied"] and head is not None and head.component == "lm_head",
        head=head,
        n_positions=n_positions,
        learned_positions=q["position_rows"],
        norm_values=q["outer_norm_values"],
        layers=q["layers"],
        outer=q["outer"],
        tables=q["tables"],
        apart=q["apart"],
        state_dtype=_state_dtype(q),
        towers=towers,
        image=image,
        decoder=decoder,
        notes=tuple(q["notes"])
        + (() if stretched is None else (stretched,))
        + _notes([f"text_config's {name}" for name in q.left_out] + list(left_out)),
    )
    return quantisation.with_stated_weights(model, config, where)


# How files name the type of a recurrent state -> how it is named here.
_STATE_DTYPES = {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}


def _state_dtype(q):
    """Name of the data type that the file states for what recurrent layers keep; None without one."""
    for field in ("mamba_ssm_dtype", "mamba_ssm_cache_dtype"):
        stated = q.config.get(field)
        if stated is None:
            continue
        if stated not in _STATE_DTYPES:
            known = ", ".join(sorted(_STATE_DTYPES))
            raise InputError(f"{q.where}: {field} is {shown(stated)}; expected one of {known}")
        return _STATE_DTYPES[stated]
    return None


def _notes(left_out):
    """What a count says about fields that the file leaves to a class of transformers."""
    if not left_out:
        return ()
    names = ", ".join(sorted(left_out))
    return (f"Taken from the defaults of transformers, since the file leaves them out: {names}.",)


def counted_types():
    """Each model_type of a configuration that is counted, in the order of the alphabet."""
    return sorted(set(ARCHITECTURES) | set(WRAPPERS))


def _architecture(config, where, wrappers=()):
    """The description's key; a type that is not counted is refused by name."""
    counted = f"the {len(counted_types())} types that are counted (llmmath models --types)"
    if "model_type" not in config:
        if (what := other_file(config)) is not None:
            raise InputError(f"{where}: {what}")
        raise InputError(f"{where}: model_type is missing; expected one of {counted}, such as llama")
    stated = config["model_type"]
    if isinstance(stated, str) and (stated in ARCHITECTURES or stated in wrappers):
        return stated
    if isinstance(stated, str) and (why := reason(stated)):
        raise InputError(f"{where}: model_type {shown(stated)} is not counted: {why}")
    meant = spelling_of(stated, ARCHITECTURES | dict.fromkeys(wrappers))
    hint = f"; did you mean {shown(meant)}?" if meant else ""
    version = transformers_types()["transformers"]
    raise InputError(
        f"{where}: unknown model_type {shown(stated)}{hint}"
        f" (none of {counted}, nor of transformers {version}'s)"
    )


def _check(q):
    q.read_all()
    for quantity, allowed in (("has_encoder", False),) + tuple(q["refused"]):
        allowed = allowed(q) if callable(allowed) else allowed
        if q[quantity] != allowed:
            q.refuse(quantity, f"{shown(allowed)}: nothing else is counted for this architecture")
    if q["n_heads"] % q["n_kv_heads"]:
        q.refuse("n_kv_heads", f"a divisor of the number of query heads, {q['n_heads']}")
    if "experts" in q["feed_forwards"]:
        if q["n_experts_per_token"] > q["n_experts"]:
            q.refuse("n_experts_per_token", f"at most the number of experts, {q['n_experts']}")
        if not q["n_experts_per_token"]:
            q.refuse("n_experts_per_token", "at least 1 expert for each token")
