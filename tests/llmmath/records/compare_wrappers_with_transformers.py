"""Count small random models with towers with PyTorch, and compare them with llmmath.

Needs what the tests do not: `pip install torch==2.13.0 transformers==5.23.0` into an environment of its own.

    python -m tests.llmmath.records.compare_wrappers_with_transformers --draws 12 gemma3 qwen3_vl

As compare_with_transformers.py, for files that hold a language model and towers (`random_wrappers`). Compared
without tolerance, from the file as drawn and as transformers writes it back: parameters of the language model
and of each tower; multiplications and cache of the language model; multiplications of all towers for the
image that llmmath names. `--add FILE` replaces these types' records in the file.

What the counter sees and is not counted: rotary angles, and the mean of neighbours, which Gemma 4 computes as
a product with a matrix of zeros and ones.
"""

import argparse
import json
import random
import re
import sys
from pathlib import Path

from llmmath import ledger
from llmmath.records import parameters
from llmmath.records.architectures import build
from llmmath.records.architectures.classes import transformers_types
from tests.llmmath.records import compare_with_transformers as language
from tests.llmmath.records import random_wrappers

# The first pattern that a parameter's name matches tells what it is of; the language model has the rest.
OF = (
    ("audio projector", r"\bembed_audio\b"),
    ("audio tower", r"\baudio_tower\b"),
    ("projector", r"projector|merger|\bdownsample\b|connector|vision_projection|embed_vision|image_newline"),
    ("vision tower", r"vision_tower|vision_model|\bvisual\b|vision_encoder"),
)


def part_of(name):
    """The tower that a parameter belongs to; None for the language model's."""
    return next(
        (part for part, pattern in OF if re.search(pattern, name) and "patch_merger.mlp" not in name), None
    )


def torch_model(fields, kind):
    """The transformers model of a drawn configuration, with random weights, and its configuration."""
    import torch
    import transformers

    config = transformers.AutoConfig.for_model(**json.loads(json.dumps(fields)))
    for one in (config, config.text_config, config.vision_config, getattr(config, "audio_config", None)):
        if one is not None:
            one._attn_implementation = one._experts_implementation = "eager"
    torch.manual_seed(0)
    named = getattr(transformers, transformers_types()["types"][fields["model_type"]][kind])
    if fields["model_type"] == "gemma3n":
        without_timm()
    return named(config).to(torch.float32).eval(), config


def without_timm():
    """Let Gemma 3n be built without its vision tower, which is another library's."""
    import torch
    from transformers.models.gemma3n import modeling_gemma3n

    auto = modeling_gemma3n.AutoModel
    if not hasattr(auto, "given"):

        class Replacing:
            given = auto

            @staticmethod
            def from_config(config):
                if config.model_type == "gemma3n_vision":
                    return torch.nn.Identity()
                return auto.from_config(config)

        modeling_gemma3n.AutoModel = Replacing


def counted_by_transformers(fields, kind, image):
    """What PyTorch counts for one configuration, with `image` for its towers."""
    model, config = torch_model(fields, kind)
    counts = {}
    for name, parameter in model.named_parameters():
        counts[part_of(name)] = counts.get(part_of(name), 0) + parameter.numel()
    found = {"parameters": counts.pop(None), "towers": counts}
    if kind in ("causal", "base"):
        # Gemma 3n runs every token of a text through its embedders too, and throws the results away.
        beside = ("embed_vision", "embed_audio")
        found["prefill"] = language.multiplications(model, config, 0, language.PROMPT, beside)
        found["decode"] = [
            language.multiplications(model, config, n - 1, 1, beside) for n in language.CONTEXTS
        ]
        cache, state = language.cached_values(model, config)
        found["cache"] = cache
        if state:
            found["state"] = state
    if image is not None:
        found["image"] = image_multiplications(model, config, image)
    return found, config


def image_multiplications(model, config, image):
    """Multiplications of all towers for one image."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    inner = getattr(model, "model", model)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        see(inner, model, config, image)
    unseen = sum(
        sum(one.values())
        for name, one in counter.get_flop_counts().items()
        if re.match(r"rotary|pooler$", name.rsplit(".", 1)[-1])
    )
    return (counter.get_total_flops() - unseen) // 2


def see(inner, model, config, image):
    """Run the towers on an image of noise."""
    import torch

    vision = config.vision_config
    patch = vision.patch_size if isinstance(vision.patch_size, int) else vision.patch_size[0]
    rows, columns = image.height // patch, image.width // patch
    pixels = torch.rand(1, 3, image.height, image.width)
    kind = config.model_type
    if hasattr(vision, "temporal_patch_size"):
        values = 3 * vision.temporal_patch_size * patch**2
        inner.get_image_features(torch.rand(rows * columns, values), torch.tensor([[1, rows, columns]]))
    elif kind == "kimi_k25":
        inner.get_image_features(
            torch.rand(rows * columns, 3, patch, patch), torch.tensor([[1, rows, columns]])
        )
    elif kind == "gemma4":
        at = [[x, y] for y in range(rows) for x in range(columns)]
        inner.get_image_features(torch.rand(1, rows * columns, 3 * patch**2), torch.tensor([at]))
    elif kind == "lfm2_vl":
        inner.get_image_features(
            torch.rand(1, rows * columns, 3 * patch**2),
            torch.tensor([[rows, columns]]),
            torch.ones(1, rows * columns, dtype=torch.long),
        )
    elif kind in ("mistral3", "lighton_ocr"):
        inner.get_image_features(pixels, torch.tensor([[image.height, image.width]]))
    elif kind in ("idefics3", "smolvlm"):
        inner.get_image_features(pixels[None])
    elif kind == "llama4":
        model.multi_modal_projector(model.get_image_features(pixels).last_hidden_state)
    elif kind in ("llava_next", "llava_onevision"):
        # one tile, without what puts tiles together
        seen = inner.vision_tower(pixels, output_hidden_states=True).hidden_states
        layers = config.vision_feature_layer
        chosen = [seen[i] for i in (layers if isinstance(layers, list) else [layers])]
        start = 1 if config.vision_feature_select_strategy == "default" else 0
        inner.multi_modal_projector(torch.cat([one[:, start:] for one in chosen], dim=-1))
    else:
        inner.get_image_features(pixels)


def counted_here(fields, kind):
    """The same by llmmath."""
    model = build(fields, where="config.json", key="k", name="n", source="s")
    known = {tower.name: tower.parameters for tower in model.towers if tower.parameters is not None}
    found = {"parameters": parameters.stored(model), "towers": known}
    if kind in ("causal", "base"):
        form = "reexpanding" if model.is_latent else "absorbed"
        found["prefill"] = language.seen(ledger.prefill(model, language.PROMPT, form=form))
        found["decode"] = [language.seen(ledger.decode(model, n, form=form)) for n in language.CONTEXTS]
        found["cache"] = ledger.cache_values_per_token(model)
        if ledger.state_values(model):
            found["state"] = ledger.state_values(model)
    if model.image is not None:
        found["image"] = sum(tower.multiplications for tower in model.towers if "audio" not in tower.name)
    return found, model.image


def draws(model_type, n):
    """`n` random configurations of a type: pairs of fields, with their class, and its kind."""
    r = random.Random(model_type)
    named = transformers_types()["types"][model_type]
    kinds = [kind for kind in language.CLASSES if kind in named]
    for i in range(n):
        fields = random_wrappers.DRAW[model_type](r) | {"model_type": model_type}
        kind = "causal" if i < n // 2 else r.choice(kinds)
        if kind != "causal" or r.random() < 0.5:
            fields["architectures"] = [named[kind]]
        if kind in ("sequence", "token"):
            fields["id2label"] = {str(label): f"label {label}" for label in range(r.randint(1, 5))}
        yield fields, kind


def compare(model_type, n):
    """Compare `n` drawn configurations; returns their records, and raises where a count differs."""
    records = []
    for fields, kind in draws(model_type, n):
        found, image = counted_here(fields, kind)
        expected, config = counted_by_transformers(fields, kind, image)
        if found != expected:
            raise SystemExit(f"{model_type}: {json.dumps(fields)}\n  llmmath {found}\n  PyTorch {expected}")
        written = json.loads(config.to_json_string(use_diff=False)) | (
            {"architectures": fields["architectures"]} if "architectures" in fields else {}
        )
        again, _ = counted_here(written, kind)
        if again != expected:
            raise SystemExit(f"{model_type} as written: {json.dumps(written)}\n  {again}\n  {expected}")
        records.append({"config": fields} | expected)
    return records


def add(path, records):
    """Replace the records of these types in the file."""
    data = json.loads(Path(path).read_text())
    kept = [one for one in data.pop("records") if one["config"]["model_type"] not in records]
    rows = ",\n".join(
        json.dumps(one, separators=(",", ":"))
        for one in kept + [one for name in sorted(records) for one in records[name]]
    )
    Path(path).write_text(json.dumps(data)[:-1] + f', "records": [\n{rows}\n]}}\n')


def main():
    """Compare the types named, or all of them, and add the records to the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("types", nargs="*", help="model types; all wrappers, where none is named")
    parser.add_argument("--draws", type=int, default=12, help="configurations for each type")
    parser.add_argument("--add", metavar="FILE", help="put the records into this file")
    options = parser.parse_args()
    import transformers

    transformers.logging.set_verbosity_error()
    found = {}
    for model_type in options.types or random_wrappers.DRAW:
        found[model_type] = compare(model_type, options.draws)
        print(f"{model_type}: {len(found[model_type])} equal", file=sys.stderr, flush=True)
    if options.add:
        add(options.add, found)


if __name__ == "__main__":
    main()
