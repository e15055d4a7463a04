"""Convert small random models with llama.cpp's own converter, for tests/data/gguf-headers.json.

Needs what the tests do not: torch and transformers (see compare_with_transformers.py), PyYAML and tqdm, and a
checkout of ggml-org/llama.cpp, or the sources of llama-cpp-python 0.3.36, which hold one.

    python -m tests.llmmath.records.record_gguf_headers path/to/llama.cpp tests/data/gguf-headers.json

For each `model_type` that both know, the smallest of a few random models is written down (of hybrids, one
with recurrent layers): its configuration, and the metadata and tensors of the converter's file. What a GGUF
file cannot hold is left out of the drawn configurations: windows that llama.cpp does not compute, layers in
an order that it fixes.
"""

import json
import logging
import random
import shutil
import sys
import tempfile
import types
from pathlib import Path

from llmmath.records.gguf import header
from llmmath.records.gguf import types as ggml
from tests.llmmath.records import compare_with_transformers, random_configs

DRAWS = 4
# Types whose windows the format or the engine drops, and those in which the engine fixes the layers' order.
WITHOUT_WINDOW = (
    "qwen2", "qwen3", "mixtral", "mistral", "ministral3", "qwen2_moe", "qwen3_moe", "smollm3", "starcoder2",
    "dots1", "phimoe",
)  # fmt: skip
IN_FIXED_ORDER = ("gemma2", "gemma3_text", "gpt_oss", "cohere2")
ALWAYS_TIED = ("gemma", "gemma2", "gemma3_text", "cohere", "cohere2", "gpt2", "lfm2", "bloom", "mpt")
# Fields that the converter reads and transformers 5 writes no longer, or that stand elsewhere by now.
OLDER = {
    "rotary_pct": 0.25, "rotary_dim": 4, "partial_rotary_factor": 0.25, "mtp_num_hidden_layers": 0,
    "original_max_position_embeddings": 64,
}  # fmt: skip
NAMES = {"MptForCausalLM": "MPTForCausalLM", "PhimoeForCausalLM": "PhiMoEForCausalLM"}


def drawn(model_type, r):
    """A random configuration within what the converter takes and a GGUF file holds."""
    fields = random_configs.DRAW[model_type](r) | {"model_type": model_type}
    if model_type in WITHOUT_WINDOW:
        fields |= {"sliding_window": None, "use_sliding_window": False}
    if model_type in WITHOUT_WINDOW + IN_FIXED_ORDER:
        fields.pop("layer_types", None)
    if model_type in ALWAYS_TIED:
        fields["tie_word_embeddings"] = True
    if model_type in ("qwen2_moe", "qwen3_moe", "qwen3_next"):
        fields |= {"mlp_only_layers": [], "decoder_sparse_step": 1}
    for key in ("mamba_chunk_size", "chunk_size"):
        if key in fields:
            fields[key] = 128 if model_type == "nemotron_h" else 256
    if model_type == "gpt2":
        fields["n_inner"] = None
    if model_type == "phi":
        fields |= {"intermediate_size": 4 * fields["hidden_size"], "qk_layernorm": False}
        fields["num_key_value_heads"] = fields["num_attention_heads"]
    if model_type == "cohere2":
        fields["attention_bias"] = False
    if model_type == "mamba":
        fields |= {"expand": 2, "intermediate_size": 2 * fields["hidden_size"]}
    if model_type == "falcon":
        fields |= {"ffn_hidden_size": 4 * fields["hidden_size"], "parallel_attn": True}
    if model_type == "bamba":
        fields["mlp_bias"] = False  # its files are Granite's, which has none
    if model_type == "falcon_h1":
        fields |= {"mamba_proj_bias": False, "projectors_bias": False}
    if model_type == "nemotron_h":
        fields |= {"mamba_head_dim": 64, "use_bias": False}
    return fields


def converted(fields, folder):
    """Pair of the configuration as transformers writes it, and the header of the converter's file."""
    import gguf
    import torch
    from conversion import ModelBase, ModelType, get_model_architecture, get_model_class

    model, _ = compare_with_transformers.torch_model(fields, "causal")
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    older = OLDER | config | {"architectures": [NAMES.get(name, name) for name in config["architectures"]]}
    letters = {
        "mlp": "-",
        "moe": "E",
        "full_attention": "*",
        "linear_attention": "M",
        "mamba": "M",
        "attention": "*",
    }
    if fields["model_type"] == "nemotron_h":
        older["hybrid_override_pattern"] = "".join(letters[kind] for kind in config["layers_block_type"])
    if fields["model_type"] == "granitemoehybrid":
        kinds = {"full_attention": "attention", "linear_attention": "mamba"}
        older["layer_types"] = [kinds.get(kind, kind) for kind in config["layer_types"]]
    if fields["model_type"] == "falcon_h1":
        older["head_dim"] = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    older.setdefault("n_ctx", config.get("n_positions", 64))
    if fields["model_type"] == "hunyuan_v1_moe":
        n_layers = config["num_hidden_layers"]
        older |= {"moe_topk": [config["moe_topk"]] * n_layers, "num_shared_expert": [1] * n_layers}
        older["moe_intermediate_size"] = [config["intermediate_size"]] * n_layers
    (folder / "config.json").write_text(json.dumps(older))
    words = {str(i): i for i in range(config["vocab_size"])}
    (folder / "tokenizer.json").write_text(json.dumps({"added_tokens": [], "model": {"vocab": words}}))
    with torch.inference_mode():
        read = ModelBase.load_hparams(folder, False) | older
        made = get_model_class(get_model_architecture(read, ModelType.TEXT))
        for one in made.__mro__:
            if "set_vocab" in vars(one):
                one.set_vocab = lambda self: None  # there is no tokenizer
        made.no_mtp = True
        for name in ("_alpha_n", "_alpha_p", "_beta", "_eps"):
            setattr(made, name, {})  # of Apertus, which keeps them from model to model
        writer = made(
            folder, gguf.LlamaFileType.ALL_F32, folder / "made.gguf", eager=True, hparams=dict(read)
        )
        writer.write()
    return config, header.read(str(folder / "made.gguf"), "made.gguf")


def record(model_type):
    """The smallest of the models that the converter takes, or the last error."""
    numbers = {one.name: number for number, one in ggml.TYPES.items()}
    found, failed = [], None
    for i in range(DRAWS):
        folder = Path(tempfile.mkdtemp())
        try:
            config, made = converted(drawn(model_type, random.Random(f"{model_type} {i}")), folder)
            metadata = {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in made.metadata.items()
                if not key.startswith("general.") or key == "general.architecture"
            }
            tensors = [[one.name, list(one.shape), numbers[one.type.name]] for one in made.tensors]
            found.append({"config": config, "metadata": metadata, "tensors": tensors})
        except Exception as error:  # the converter's own, of every kind
            failed = f"{type(error).__name__}: {error}"
        finally:
            shutil.rmtree(folder)
    return min(found, key=_uninteresting) if found else failed


def _uninteresting(one):
    """A model of attention alone, where the type has other layers too, and then a large one."""
    return not any(".ssm_" in name for name, _, _ in one["tensors"]), len(one["tensors"])


def main(checkout, path):
    """Record all types that the converter takes."""
    sys.path[:0] = [f"{checkout}/gguf-py", checkout]
    sys.modules.setdefault("requests", types.ModuleType("requests"))
    logging.disable(logging.CRITICAL)
    records = []
    # No file of kimi_linear is read: what its tensors hold is not described.
    for model_type in [name for name in random_configs.DRAW if name != "kimi_linear"]:
        one = record(model_type)
        if isinstance(one, str):
            print(f"{model_type}: not converted: {one[:150]}")
        else:
            records.append(one)
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in records)
    source = "llama.cpp's converter in llama-cpp-python 0.3.36; transformers 5.23.0"
    Path(path).write_text(f'{{"source": {json.dumps(source)}, "records": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
