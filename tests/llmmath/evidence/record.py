"""Write llmmath/evidence/data/verified.json: which counts of which model were compared, and with what.

    python -m tests.llmmath.evidence.record

Each figure in the record was recomputed when it was written, and test_record.py fails where the record is
stale. The site's badges are made from it.
"""

import json
from pathlib import Path

from llmmath import ledger
from llmmath.records import models, parameters
from tests.llmmath.instrumented import counted_step_at_full_size

ROOT = Path(__file__).parents[3]
FILE = ROOT / "llmmath/evidence/data/verified.json"
COUNTS = json.loads((ROOT / "tests/data/hf-counts.json").read_text())["counts"]

PYTORCH = "PyTorch FlopCounterMode"
META = "PyTorch model on the meta device"
NUMPY = "instrumented NumPy run"
SMALL = "instrumented NumPy runs at small shapes"
FORMS = {
    "": "absorbed",
    "_absorbed": "absorbed",
    "_reexpanding_the_latent": "reexpanding",
    "_with_expanded_cache": "expanded_cache",
}

# At full size the run needs as many multiplications as it counts, so only models up to this are run in NumPy.
MOST_MULTIPLICATIONS = 2 * 10**9
CONTEXT = 1024


def compared(model, instrumented=True):
    """What was compared for one model: raises where a figure differs.

    Returns:
        dict: `parameters` and `decode` (a list, one entry for each context and form), each with the figure
        and `compared_with`, the names of what it was found equal to.
    """
    if model.key not in COUNTS:
        raise SystemExit(
            f"tests/data/hf-counts.json: counts: {model.key} is missing; expected its PyTorch counts"
        )
    known = COUNTS[model.key]
    found = {
        "parameters": {"figure": _equal(parameters.stored(model), known["params"]), "compared_with": [META]},
        "kv_cache_bytes_per_token_bf16": {
            "figure": _equal(2 * ledger.cache_values_per_token(model), known["kv_bytes_per_token_bf16"]),
            "compared_with": [META],
        },
        "decode": [],
    }
    for context in (1, CONTEXT):
        for suffix, form in FORMS.items():
            figure = known.get(f"decode_at_{context}{suffix}")
            if figure is None:
                continue
            operations = ledger.decode(model, context, form=form)
            entry = {"context": context, "figure": _equal(ledger.multiplications(operations), figure)}
            if model.is_latent:
                entry["form"] = form
            # PyTorch runs one form of latent attention only; all three are run in NumPy by
            # test_instrumented.py.
            entry["compared_with"] = [PYTORCH] if suffix in ("", "_reexpanding_the_latent") else [SMALL]
            if instrumented and can_run(model) and context == CONTEXT:
                _equal(ledger.components(operations), counted_step_at_full_size(model, context))
                entry["compared_with"].append(NUMPY)
            found["decode"].append(entry)
    return found


def can_run(model):
    """Whether the model is run in NumPy at its full size."""
    return (
        not model.is_latent and ledger.multiplications(ledger.decode(model, CONTEXT)) <= MOST_MULTIPLICATIONS
    )


def _equal(ours, theirs):
    if ours != theirs:
        raise AssertionError(f"{ours} is not {theirs}")
    return ours


def main():
    """Write the record."""
    record = {
        "how": "figure: equal, to the last digit, to what each of compared_with gave; multiplications of one"
        " decoding step that attends to context positions, batch 1, LM head included",
        "models": {key: compared(model) for key, model in models.load().items()},
    }
    FILE.write_text(json.dumps(record, indent=1) + "\n")
    n_run = sum(can_run(model) for model in models.load().values())
    print(
        f"{FILE.relative_to(ROOT)}: {len(record['models'])} models equal to PyTorch,"
        f" {n_run} of them also run in NumPy"
    )


if __name__ == "__main__":
    main()
