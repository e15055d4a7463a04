"""Count small random models with PyTorch, for tests/data/transformers-counts.json, and compare them with
llmmath.

Needs what the tests do not: `pip install torch==2.13.0 transformers==5.23.0` into an environment of its own.

    python -m tests.llmmath.records.compare_with_transformers --draws 12 phi3 granite      compare these types
    python -m tests.llmmath.records.compare_with_transformers --write tests/data/transformers-counts.json

For each `model_type` that is counted, configurations are drawn at random (`random_configs`), and each is
built and run with random weights on the CPU under FlopCounterMode with eager attention and eager experts,
whose FLOP count is
twice the multiplications: the experts that a router picks are among them. Then, without tolerance:

- parameters, for a class drawn from those that are counted: base, causal, classifiers;
- multiplications of a prompt of PROMPT tokens, and of a new token that attends to CONTEXTS positions;
- values in the cache after one token, and values of states;
- and the same from the configuration as transformers writes it back.

What the counter sees and the model does not count: rotary angles. What it cannot see: products that
transformers computes elementwise, as most recurrent scans are; the components in UNSEEN are left out of the
comparison,
and are
checked in tests/llmmath/test_recurrent.py by running the recurrence in NumPy instead.
"""

import argparse
import json
import random
import sys
from pathlib import Path

from llmmath import ledger
from llmmath.records import parameters
from llmmath.records.architectures import build
from llmmath.records.architectures.classes import transformers_types
from tests.llmmath.records import random_configs
from tests.llmmath.records import regenerate_hf_counts as hf

CONTEXTS = (1, 7)
PROMPT = 7
# Recurrent mixers compute these by functions of their own, and mostly elementwise: what the counter books on
# such a mixer itself, and not on the modules inside it, is left out, and so are these components here.
RECURRENT = ("Mixer", "GatedDeltaNet", "DeltaAttention", "ShortConv", "Rglru", "RecurrentBlock", "MambaLayer")
UNSEEN = (
    "mamba.conv",
    "mamba.time_step",
    "mamba.state_update",
    "mamba.state_read",
    "mamba2.conv",
    "mamba2.state_update",
    "mamba2.state_read",
    "mamba2.chunk_scores",
    "mamba2.chunk_values",
    "delta.conv",
    "delta.state_lookup",
    "delta.state_update",
    "delta.state_read",
    "delta.chunk_keys",
    "delta.chunk_solve",
    "delta.chunk_scores",
    "delta.chunk_values",
    "convolution.conv",
    "rg_lru.conv",
    "rg_lru.input_gate",
    "rg_lru.recurrence_gate",
)
CLASSES = ("base", "causal", "sequence", "token", "question")


def torch_model(fields, kind):
    """The transformers model of a drawn configuration, with random weights, and its configuration."""
    import torch
    import transformers

    config = transformers.AutoConfig.for_model(**json.loads(json.dumps(fields)))
    for part in (config, config.get_text_config()):
        part._attn_implementation = part._experts_implementation = "eager"
    torch.manual_seed(0)
    named = transformers_types()["types"][fields["model_type"]][kind]
    model = getattr(transformers, named)(config).to(torch.float32).eval()
    if n_empty := getattr(config, "zero_expert_num", 0):
        # What is counted is a token that picks experts which compute: the shift keeps it from the others.
        for module in model.modules():
            if hasattr(module, "e_score_correction_bias"):
                module.e_score_correction_bias[-n_empty:] = -1e9
    return model, config


def n_parameters(model, config):
    """Parameters, without those that transformers makes room for and no file holds.

    That is the first matrix of LongCat-Flash's experts that compute nothing, which it neither loads nor uses.
    """
    n_empty = getattr(config, "zero_expert_num", 0)
    unused = n_empty * 2 * getattr(config, "expert_ffn_hidden_size", 0) * config.hidden_size if n_empty else 0
    return sum(p.numel() for p in model.parameters()) - unused * getattr(config, "num_layers", 0)


def run(model, tokens, cache):
    """Run the model; returns its cache, which Mamba's classes have under another name, and Griffin's
    inside."""
    model_type = model.config.model_type
    if model_type == "recurrent_gemma":
        return model(tokens, use_cache=False)
    named = "cache_params" if model_type in ("mamba", "mamba2") else "past_key_values"
    return getattr(model(tokens, use_cache=True, **{named: cache}), named)


def multiplications(model, config, n_cached, n_new, beside=()):
    """Multiplications that the counter sees of `n_new` tokens after a prompt of `n_cached`.

    What it books on the modules named `beside` is left out.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import DynamicCache

    tokens = torch.ones((1, n_cached + n_new), dtype=torch.long)
    cache = DynamicCache(config=config)
    with torch.no_grad():
        if n_cached:
            cache = run(model, tokens[:, :n_cached], cache)
        with FlopCounterMode(display=False) as counter:
            run(model, tokens[:, n_cached:], cache)
    left_out = hf.rotary_flops(counter) + recurrent_flops(model, counter)
    for name, booked in counter.get_flop_counts().items():
        left_out += sum(booked.values()) if name.rsplit(".", 1)[-1] in beside else 0
    return (counter.get_total_flops() - left_out) // 2


def recurrent_flops(model, counter):
    """FLOPs booked on recurrent mixers themselves and not on modules inside them."""
    booked = {name: sum(one.values()) for name, one in counter.get_flop_counts().items()}
    top = type(model).__name__
    own = 0
    for name, module in model.named_modules():
        if type(module).__name__.endswith(RECURRENT):
            own += booked.get(f"{top}.{name}", 0)
            inside = [child for child, made in module.named_children() if type(made).__name__ != "Conv1d"]
            own -= sum(booked.get(f"{top}.{name}.{child}", 0) for child in inside)
    return own


def cached_values(model, config):
    """Values that transformers keeps after a prompt of one token: of the cache, and of states."""
    import torch
    from transformers import DynamicCache

    cache = DynamicCache(config=config)
    with torch.no_grad():
        cache = run(model, torch.ones((1, 1), dtype=torch.long), cache)
    kept, states = 0, 0
    for layer in cache.layers:
        for name, tensors in vars(layer).items():
            for tensor in tensors.values() if isinstance(tensors, dict) else [tensors]:
                if isinstance(tensor, torch.Tensor) and name in ("keys", "values", "indexer_keys"):
                    kept += tensor.numel()
                elif isinstance(tensor, torch.Tensor) and name in ("conv_states", "recurrent_states"):
                    states += tensor.numel()
    return kept, states


def counted_by_transformers(fields, kind, run=True):
    """What PyTorch counts for one configuration; a run that fails is told by `None`."""
    model, config = torch_model(fields, kind)
    found = {"parameters": n_parameters(model, config)}
    if run:
        found["prefill"] = multiplications(model, config, 0, PROMPT)
        if fields["model_type"] in random_configs.PROMPT_ONLY:
            return found, config
        found["decode"] = [multiplications(model, config, n - 1, 1) for n in CONTEXTS]
        cache, state = cached_values(model, config)
        # transformers repeats Falcon's shared keys and values before it caches them.
        if not fields.get("new_decoder_architecture"):
            found["cache"] = cache
        if state:
            found["state"] = state
    return found, config


def counted_here(fields, run=True):
    """The same by llmmath."""
    model = build(fields, where="config.json", key="k", name="n", source="s")
    found = {"parameters": parameters.stored(model)}
    if run:
        form = "reexpanding" if model.is_latent else "absorbed"
        found["prefill"] = seen(ledger.prefill(model, PROMPT, form=form))
        if fields["model_type"] in random_configs.PROMPT_ONLY:
            return found
        found["decode"] = [seen(ledger.decode(model, n, form=form)) for n in CONTEXTS]
        if not fields.get("new_decoder_architecture"):
            found["cache"] = ledger.cache_values_per_token(model)
        if ledger.state_values(model):
            found["state"] = ledger.state_values(model)
    return found


def seen(operations):
    """Multiplications of the operations that the counter sees."""
    return ledger.multiplications([o for o in operations if o.component not in UNSEEN])


def draws(model_type, n):
    """`n` random configurations of a type: pairs of fields, with the class in `architectures`, and its
    kind."""
    r = random.Random(model_type)
    named = transformers_types()["types"].get(model_type, {})
    kinds = [kind for kind in CLASSES if kind in named]
    for i in range(n):
        fields = random_configs.DRAW[model_type](r) | {"model_type": model_type}
        kind = "causal" if i < n // 2 or "causal" not in kinds else r.choice(kinds)
        if kind != "causal" or r.random() < 0.5:
            fields["architectures"] = [named[kind]]
        if kind in ("sequence", "token") and r.random() < 0.7:
            fields["id2label"] = {str(label): f"label {label}" for label in range(r.randint(1, 5))}
        yield fields, kind


def compare(model_type, n):
    """Compare `n` drawn configurations; returns their records, and raises where a count differs."""
    records = []
    for fields, kind in draws(model_type, n):
        run = kind in ("causal", "base") and model_type not in random_configs.NOT_RUN
        expected, config = counted_by_transformers(fields, kind, run)
        found = counted_here(fields, run)
        if found != expected:
            raise SystemExit(f"{model_type}: {json.dumps(fields)}\n  llmmath {found}\n  PyTorch {expected}")
        written = json.loads(config.to_json_string(use_diff=False)) | (
            {"architectures": fields["architectures"]} if "architectures" in fields else {}
        )
        again = counted_here(written, run)
        if again != expected:
            raise SystemExit(f"{model_type} as written: {json.dumps(written)}\n  {again}\n  {expected}")
        records.append({"config": fields} | expected)
    return records


def main():
    """Compare the types named, or all of them, and write the records where a file is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("types", nargs="*", help="model types; all that are counted, where none is named")
    parser.add_argument("--draws", type=int, default=12, help="configurations for each type")
    parser.add_argument(
        "--write", metavar="FILE", help="write the records here, in place of those of the same types"
    )
    options = parser.parse_args()
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    found = {}
    for model_type in options.types or random_configs.DRAW:
        found[model_type] = compare(model_type, options.draws)
        print(f"{model_type}: {len(found[model_type])} equal", file=sys.stderr, flush=True)
    if options.write:
        versions = {
            "transformers": transformers.__version__,
            "torch": torch.__version__,
            "unseen": UNSEEN,
        }
        file = Path(options.write)
        if options.types and file.exists():
            written = json.loads(file.read_text())
            others = [key for key in versions if key != "unseen" and written[key] != versions[key]]
            if others:
                raise SystemExit(f"{file} was written with another {others[0]}; write all types anew")
            kept = {}
            for record in written["records"]:
                kept.setdefault(record["config"]["model_type"], []).append(record)
            found = kept | found
        rows = ",\n".join(
            json.dumps(record, separators=(",", ":")) for records in found.values() for record in records
        )
        file.write_text(json.dumps(versions)[:-1] + f', "records": [\n{rows}\n]}}\n')


if __name__ == "__main__":
    main()
