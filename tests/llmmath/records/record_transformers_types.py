"""Write llmmath/records/data/transformers-types.json: every `model_type` that transformers knows.

Needs what the tests do not: `pip install torch==2.13.0 transformers==5.23.0` into an environment of its own.

    python -m tests.llmmath.records.record_transformers_types > llmmath/records/data/transformers-types.json

For each type: its kind, told by the AutoModel tables that list it, and the names of the classes that are
counted where the type is (base, causal, sequence, token, question).
"""

import json

# The first table that lists a type tells its kind; an encoder can be told to decode, and stays an encoder.
KINDS = (
    ("encoder-decoder", ("SEQ_TO_SEQ_CAUSAL_LM",)),
    (
        "speech",
        (
            "SPEECH_SEQ_2_SEQ",
            "CTC",
            "RNNT",
            "TDT",
            "AUDIO_CLASSIFICATION",
            "AUDIO_FRAME_CLASSIFICATION",
            "AUDIO_XVECTOR",
            "TEXT_TO_SPECTROGRAM",
            "TEXT_TO_WAVEFORM",
            "AUDIO_TOKENIZATION",
        ),
    ),
    ("time series", ("TIME_SERIES_CLASSIFICATION", "TIME_SERIES_REGRESSION", "TIME_SERIES_PREDICTION")),
    ("encoder", ("MASKED_LM", "NEXT_SENTENCE_PREDICTION")),
    ("multimodal", ("IMAGE_TEXT_TO_TEXT", "MULTIMODAL_LM", "VISUAL_QUESTION_ANSWERING")),
    ("decoder", ("CAUSAL_LM",)),
    (
        "vision",
        (
            "IMAGE",
            "IMAGE_CLASSIFICATION",
            "IMAGE_SEGMENTATION",
            "SEMANTIC_SEGMENTATION",
            "OBJECT_DETECTION",
            "INSTANCE_SEGMENTATION",
            "UNIVERSAL_SEGMENTATION",
            "VIDEO_CLASSIFICATION",
            "DEPTH_ESTIMATION",
            "MASKED_IMAGE_MODELING",
            "CAUSAL_IMAGE_MODELING",
            "ZERO_SHOT_IMAGE_CLASSIFICATION",
            "ZERO_SHOT_OBJECT_DETECTION",
            "BACKBONE",
            "MASK_GENERATION",
            "KEYPOINT_DETECTION",
            "KEYPOINT_MATCHING",
            "IMAGE_TO_IMAGE",
            "IMAGE_MATTING",
            "NORMAL_ESTIMATION",
            "POINTMAP_ESTIMATION",
            "POSE_ESTIMATION",
            "TEXT_RECOGNITION",
            "TABLE_RECOGNITION",
            "DOCUMENT_QUESTION_ANSWERING",
        ),
    ),
    ("encoder", ("SEQUENCE_CLASSIFICATION", "TOKEN_CLASSIFICATION", "TEXT_ENCODING")),
)
CLASSES = {
    "causal": "CAUSAL_LM",
    "sequence": "SEQUENCE_CLASSIFICATION",
    "token": "TOKEN_CLASSIFICATION",
    "question": "QUESTION_ANSWERING",
}


def recorded():
    """The content of the file."""
    import transformers
    from transformers.models.auto import modeling_auto
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    def table(name):
        return getattr(modeling_auto, f"MODEL_FOR_{name}_MAPPING_NAMES", {})

    types = {}
    for model_type in sorted(CONFIG_MAPPING_NAMES):
        kind = next((kind for kind, names in KINDS if any(model_type in table(n) for n in names)), "other")
        row = {"kind": kind}
        base = modeling_auto.MODEL_MAPPING_NAMES.get(model_type)
        by_name = base.removesuffix("Model") + "ForCausalLM" if isinstance(base, str) else ""
        if kind == "other" and hasattr(transformers, by_name):
            # a language model that no AutoModel table lists
            row = {"kind": "decoder", "causal": by_name, "base": base}
        elif kind in ("decoder", "multimodal") or model_type in ("gemma3", "gpt_bigcode"):
            found = {"base": base}
            found |= {ours: table(theirs).get(model_type) for ours, theirs in CLASSES.items()}
            if kind == "multimodal":
                found["causal"] = table("IMAGE_TEXT_TO_TEXT").get(model_type, found["causal"])
            # GPT-J's class for questions has as many outputs as labels, unlike all others.
            if model_type == "gptj":
                del found["question"]
            row |= {name: value for name, value in found.items() if isinstance(value, str)}
        types[model_type] = row
    return {"transformers": transformers.__version__, "types": types, "defaults": defaults()}


def defaults():
    """What the classes of a model's parts fill in for the fields that a description needs: type -> values."""
    from transformers import AutoConfig
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    from llmmath.records.architectures import ARCHITECTURES
    from llmmath.records.architectures.vision import TOWERS
    from llmmath.records.architectures.wrappers import PARTS
    from llmmath.records.fields import REQUIRED, Field

    found = {}
    for name, description in sorted((ARCHITECTURES | PARTS | TOWERS).items()):
        if name not in CONFIG_MAPPING_NAMES:
            continue
        config = json.loads(AutoConfig.for_model(name).to_json_string(use_diff=False))
        needed = [
            field.names
            for field in description.values()
            if isinstance(field, Field) and field.missing is REQUIRED
        ]
        # a name of the file's own, since transformers knows some fields under two
        found[name] = {
            next(n for n in names if n in config): config[next(n for n in names if n in config)]
            for names in needed
            if any(n in config for n in names)
        }
    # one number for all layers, which the class repeats
    found["gemma3n_text"]["intermediate_size"] = found["gemma3n_text"]["intermediate_size"][0]
    return found


if __name__ == "__main__":
    written = recorded()
    rows = [f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in written["types"].items()]
    filled = [f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in written["defaults"].items()]
    head = f'{{\n "transformers": "{written["transformers"]}",\n "types": {{\n'
    print(head + ",\n".join(rows) + '\n },\n "defaults": {\n' + ",\n".join(filled) + "\n }\n}")
