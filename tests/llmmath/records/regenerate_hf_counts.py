"""Count published models with PyTorch, for tests/data/hf-counts.json.

Needs what the tests do not: `pip install torch==2.13.0 transformers==5.23.0` into an environment of its own.

    python -m tests.llmmath.records.regenerate_hf_counts tests/data/hf-configs/gpt2/config.json ...
    python -m tests.llmmath.records.regenerate_hf_counts --compare tests/data/hf-counts.json \\
        tests/data/hf-configs/*/config.json

The first prints records, the second fails where one differs from the file's.

A model is built on PyTorch's meta device, where tensors have shapes and no values, so the largest one needs
no memory and no time. The decoding step is run there with eager attention under FlopCounterMode, whose FLOP
count is twice the multiplications. Two things cannot run without values: which experts a router picks, and so
the experts' products, which are added by their shapes (`--eager` runs everything on the CPU with values
instead, for small configurations); and rotary angles, which are no products of the model and are left out.

A record holds: params; decode_at_1 and decode_at_1024, multiplications of one new token that attends to so
many positions, itself included (with latent attention the name says in which form); kv_bytes_per_token_bf16,
what one more token adds to the cache while no window is full. Recurrent models have no decode figures:
compare_with_transformers.py compares what PyTorch sees of their steps, at small sizes.
"""

import argparse
import json
import sys
from contextlib import contextmanager
from pathlib import Path

# PyTorch is imported where it is used: pytest looks for doctests in every file here, and has no PyTorch.

CONTEXTS = (1, 1024)


def built(config, device):
    """The causal language model of a transformers configuration, with eager attention."""
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32)
    return model.eval()


def read_config(path):
    """The transformers configuration of a config.json; transformers translates older versions' keys."""
    from transformers import AutoConfig

    fields = json.loads(Path(path).read_text())
    config = AutoConfig.for_model(**fields)
    # Fused kernels are chosen by hardware, and FlopCounterMode does not see into all of them.
    config._attn_implementation = "eager"
    config._experts_implementation = "eager"
    return config


def expert_modules(model):
    """The modules that hold all experts of a layer in one tensor."""
    return [module for name, module in model.named_modules() if type(module).__name__.endswith("Experts")]


def expert_multiplications(module, top_k):
    """Multiplications of the experts that one token uses, from the shapes of the experts' matrices."""
    matrices = [p for name, p in module.named_parameters() if p.dim() == 3]
    return sum(top_k * p.shape[1] * p.shape[2] for p in matrices)


@contextmanager
def without_values(model):
    """Replace what needs values: experts return zeros of their input's shape."""
    import torch

    replaced = []
    for module in model.modules():
        kind = type(module).__name__
        if kind.endswith("Experts"):
            replaced.append((module, module.forward))
            module.forward = lambda hidden, *args, **kwargs: torch.zeros_like(hidden)
    yield
    for module, forward in replaced:
        module.forward = forward


def rotary_flops(counter):
    """FLOPs that FlopCounterMode booked on rotary embedding modules."""
    return sum(
        sum(by_operation.values())
        for name, by_operation in counter.get_flop_counts().items()
        if name.rsplit(".", 1)[-1].startswith("rotary_emb")
    )


def decode(model, config, n_context, eager):
    """Multiplications of one new token that attends to `n_context` positions, itself included."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import DynamicCache

    device = model.device
    cache = DynamicCache(config=config)
    with torch.no_grad(), without_values(model) if not eager else torch.no_grad():
        if n_context > 1:
            prompt = torch.zeros((1, n_context - 1), dtype=torch.long, device=device)
            cache = model(prompt, past_key_values=cache, use_cache=True).past_key_values
        token = torch.zeros((1, 1), dtype=torch.long, device=device)
        with FlopCounterMode(display=False) as counter:
            model(token, past_key_values=cache, use_cache=True)
    total = (counter.get_total_flops() - rotary_flops(counter)) // 2
    if not eager:
        top_k = getattr(config, "num_experts_per_tok", 0)
        total += sum(expert_multiplications(module, top_k) for module in expert_modules(model))
    return total


def cache_values_per_token(config, model):
    """Values that one more token adds to the cache, all layers, from the cache of a one-token prompt."""
    import torch
    from transformers import DynamicCache

    if getattr(config, "kv_lora_rank", None):
        # What is cached is the latent and the one rotated key; transformers 4 cached what it expanded.
        return config.num_hidden_layers * (config.kv_lora_rank + config.qk_rope_head_dim)
    if config.model_type == "falcon" and config.new_decoder_architecture:
        # transformers repeats the shared keys and values before it caches them.
        head_dim = config.hidden_size // config.num_attention_heads
        return config.num_hidden_layers * 2 * config.num_kv_heads * head_dim
    cache = DynamicCache(config=config)
    with torch.no_grad(), without_values(model):
        token = torch.zeros((1, 1), dtype=torch.long, device=model.device)
        cache = model(token, past_key_values=cache, use_cache=True).past_key_values
    # Recurrent layers keep a state instead, which one more token adds nothing to.
    return sum(one.keys.numel() + one.values.numel() for one in cache.layers if hasattr(one, "keys"))


def is_recurrent(config):
    """Whether some layers have a state, whose products PyTorch computes elementwise and does not count."""
    return "linear_attention" in (getattr(config, "layer_types", None) or ())


def record(path, eager=False):
    """The record of one configuration file."""
    config = read_config(path)
    model = built(config, "cpu" if eager else "meta")
    found = {"params": sum(p.numel() for p in model.parameters())}
    # transformers caches the latents and makes keys and values of all positions from them in each step.
    form = "_reexpanding_the_latent" if getattr(config, "kv_lora_rank", None) else ""
    limit = getattr(config, "max_position_embeddings", None) or max(CONTEXTS)
    for n_context in () if is_recurrent(config) else CONTEXTS:
        if n_context <= limit:
            found[f"decode_at_{n_context}{form}"] = decode(model, config, n_context, eager)
    found["kv_bytes_per_token_bf16"] = 2 * cache_values_per_token(config, model)
    return found


def main():
    """Print the records, or compare them with a file of records."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("configs", nargs="+", help="config.json files; a record is named after its folder")
    parser.add_argument("--eager", action="store_true", help="run with values on the CPU (small models only)")
    parser.add_argument("--compare", metavar="FILE", help="compare with these records instead of printing")
    options = parser.parse_args()
    records = {Path(path).resolve().parent.name: record(path, options.eager) for path in options.configs}
    if not options.compare:
        print(json.dumps(records, indent=1))
        return 0
    known = json.loads(Path(options.compare).read_text())["counts"]
    different = [
        f"{name}: {quantity} is {value}, the file has {known[name][quantity]}"
        for name, found in records.items()
        for quantity, value in found.items()
        if quantity in known.get(name, {}) and known[name][quantity] != value
    ]
    print("\n".join(different) or f"{len(records)} models, all equal")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
