"""A step as two phases, each of which reads while it multiplies: products with weights, then attention."""

from .. import ledger
from ..case import Case
from ..checks import whole, within_positions
from ..errors import InputError
from ..formulas.roofline import step_seconds

# The phases of a step, and the unit of what is told of each.
PHASES = ("products", "attention")
UNITS = dict.fromkeys(("seconds", *PHASES), "s")


def decode_phases(model, accelerator, batch, context, dtype=None):
    """The phases of one decoding step on one accelerator, at published rates.

    Args:
        model: a `shapes.Model`. accelerator: an `accelerators.Accelerator` with a peak.
        batch: queries in parallel [1].
        context: positions that each new token attends to, itself included [token].
        dtype: data type of the weights, as in `bound.bound`.

    Returns:
        dict:

        - products, attention: dict of reading, multiplying: times of all bytes and of all products of that
          phase; seconds: what it takes, each operation the longer of its two times [s].
        - seconds: both phases one after the other, which is `bound`'s step_seconds [s].

    Raises:
        InputError: a batch or context that is no positive int or beyond the model's positions; an
            accelerator without a published peak.

    Holds for: operations one after the other, each reading while it multiplies; in truth the phases take
        turns, layer after layer.
    Source: sums of `ledger`; Williams et al. 2009, doi:10.1145/1498765.1498785.
    """
    batch, context = _checked(model, batch, context)
    case = _case(model, accelerator, dtype)
    return _phases(case, ledger.decode(model, context, batch), batch)


def prefill_phases(model, accelerator, batch, context, dtype=None):
    """The phases of reading the batch's prompts of `context` tokens; all as in `decode_phases`.

    Source: as `decode_phases`.
    """
    batch, context = _checked(model, batch, context)
    case = _case(model, accelerator, dtype)
    return _phases(case, case.prompt_operations(batch, context), batch * context)


def _checked(model, batch, context):
    context = whole("context", context)
    within_positions(model, context)
    return whole("batch", batch), context


def _case(model, accelerator, dtype):
    case = Case.of(model, accelerator, dtype=dtype)
    if case.compute_dtype is None:
        raise InputError(
            f"{accelerator.key} has no published peak; expected one that says what products take"
        )
    return case


def _phases(case, operations, n_tokens):
    found = {name: dict.fromkeys(("reading", "multiplying", "seconds"), 0) for name in PHASES}
    times = case.operation_seconds(operations, n_tokens)
    for group, (reading, multiplying) in zip(ledger.fused(operations), times):
        phase = found["attention" if group[-1].kind == "attention" else "products"]
        phase["reading"] += reading
        phase["multiplying"] += multiplying
        phase["seconds"] += step_seconds(memory_seconds=reading, compute_seconds=multiplying)
    return found | {"seconds": sum(phase["seconds"] for phase in found.values())}
