"""A count as tables of text, for people at a terminal."""

from .. import ledger
from ..formulas.multiplications import (
    classic_multiplications,
    efficient_multiplications,
    low_rank_value_multiplications,
)
from ..records import parameters
from ..records.shapes import Attention, Mlp
from .text import amount, sentences, size, table


def classic_totals(model, context):
    """For a GPT-2 or GPT-3 shape, name -> multiplications for one token by each of three formulas, else None.

    The formulas differ in how the values are computed: see `multiplications`.
    """
    if model.head is None or model.head.component != "lm_head":
        return None
    quantities = model.quantities()
    needed = ("n_layers", "n_heads", "n_kv_heads", "d_model", "head_dim", "d_ff", "vocabulary_size")
    if any(name not in quantities for name in needed):
        return None
    plain = all(
        len(layer.parts) == 2
        and isinstance(layer.mlp, Mlp)
        and not layer.mlp.gated
        and isinstance(layer.attention, Attention)
        and layer.attention.window is None
        for layer, _ in model.layer_groups
    )
    shape = {name: quantities[name] for name in needed if name != "n_kv_heads"}
    square = (
        shape["n_heads"] == quantities["n_kv_heads"]
        and shape["n_heads"] * shape["head_dim"] == shape["d_model"] == model.embedding_width
    )
    if not (plain and square):
        return None
    vocabulary_size = shape.pop("vocabulary_size")
    return {
        "classic, full-rank values, no LM head": classic_multiplications(n_context=context, **shape),
        "low-rank values, LM head": low_rank_value_multiplications(
            n_context=context, vocabulary_size=vocabulary_size, **shape
        ),
        "efficient, LM head": efficient_multiplications(
            n_layers=shape["n_layers"],
            d_model=shape["d_model"],
            d_ff=shape["d_ff"],
            n_context=context,
            vocabulary_size=vocabulary_size,
        ),
    }


def counts_text(model, counts):
    """What `llmmath count` prints: the shape, the components, the totals and the bytes."""
    context, batch = counts["context"], counts["batch"]
    queries = "one query" if batch == 1 else f"{batch} queries"
    parts = [
        sentences(
            f"{model.name} ({model.architecture}): {model.n_layers} layers, d_model {model.d_model},"
            f" vocabulary {amount(model.vocabulary_size)}"
        ),
        _parameters_table(model, counts),
        sentences(
            f"Multiplications for {queries}. Decode: one new token that attends to {amount(context)}"
            f" positions, itself included. Prefill: {amount(context)} tokens, full score matrix, logits"
            " everywhere. A FLOP count is twice these."
        ),
        _components_table(**counts["multiplications"]),
    ]
    if model.is_latent:
        parts.append(_forms_table(**counts["multiplications"]))
    classic = classic_totals(model, context)
    if classic:
        parts.append(
            table(("formula, one token of one query", ""), [(name, amount(v)) for name, v in classic.items()])
        )
    parts.append(_bytes_table(counts))
    if "stored_bytes_unknown" in counts:
        parts.append(
            sentences(
                f"Stored bytes are not told: {counts['stored_bytes_unknown']}."
                " Name --dtype to count the weights in a type."
            )
        )
    if model.apart:
        parts.append(
            table(
                ("in no total above", "parameters"), [(name, amount(values)) for name, values in model.apart]
            )
        )
    if model.towers:
        parts.append(_towers_table(model))
    notes = [*model.notes, *([NO_HEAD] if model.head is None else [])]
    return "\n\n".join([*parts, *(sentences(note) for note in notes)])


NO_HEAD = (
    "The file names a model without an LM head, so no logits are counted: with one, as it would need to write"
    " text, it costs more."
)


def _towers_table(model):
    """What stands before the language model, the image that it is counted for, and what is unknown of it."""
    rows = [
        (tower.name, *("" if n is None else amount(n) for n in (tower.parameters, tower.multiplications)))
        for tower in model.towers
    ]
    lines = [
        "Beside the language model, in no total above:",
        "",
        table(("tower", "parameters", "one image"), rows),
    ]
    lines += [
        sentences(f"The {tower.name}'s parameters are unknown: {tower.unknown}.")
        for tower in model.towers
        if tower.unknown
    ]
    if model.image is not None:
        image = model.image
        lines.append(
            sentences(
                f"One image: {amount(image.height)} x {amount(image.width)} pixels,"
                f" {amount(image.n_patches)} patches, {amount(image.n_tokens)} tokens; {image.why}."
            )
        )
    return "\n".join(lines)


def _parameters_table(model, counts):
    rows = [*parameters.breakdown(model).items(), ("stored", counts["parameters"])]
    rows.append(("active per token", counts["active_parameters"]))
    # Every token multiplies with a tied embedding, which is the LM head: there is nothing to leave out.
    without = parameters.active(model, input_embedding=False)
    if (counts["active_parameters"] != counts["parameters"] or model.tables) and without != rows[-1][1]:
        rows.append(("active, input embedding left out", without))
    return table(("parameters", ""), [(name, amount(values)) for name, values in rows])


def _components_table(decode, prefill):
    return table(
        ("component", "decode", "prefill"),
        [
            (name, *(amount(step["components"].get(name, 0)) for step in (decode, prefill)))
            # Recurrent layers read a prompt in chunks, whose products no decoding step has, and others not.
            for name in decode["components"] | prefill["components"]
        ]
        + [
            ("total", amount(decode["total"]), amount(prefill["total"])),
            ("causal scores only", "", amount(prefill["causal_total"])),
            ("last position's logits only", "", amount(prefill["last_logit_total"])),
        ],
    )


def _forms_table(decode, prefill):
    return table(
        ("latent attention", "decode", "prefill"),
        [
            (
                form.replace("_", " "),
                amount(decode["forms"][form]["total"]),
                amount(prefill["forms"][form]["total"]),
            )
            for form in ledger.FORMS
        ],
    )


def _bytes_table(counts):
    n_tokens = counts["batch"] * counts["context"]
    held = {
        "weights": counts["weight_bytes"],
        **{f"of them {name}": n_bytes for name, n_bytes in counts.get("weight_bytes_by_type", {}).items()},
        "KV cache, one more token": counts["kv_cache_bytes_per_token"],
        f"KV cache, {amount(n_tokens)} tokens": counts["kv_cache_bytes"],
    }
    if "state_bytes" in counts:
        held["state, however long the context"] = counts["state_bytes"]
    rows = [(name, amount(n_bytes), size(n_bytes)) for name, n_bytes in held.items() if n_bytes is not None]
    return sentences(f"Memory in bytes, {_types(counts)}.") + "\n\n" + table(("held", "bytes", ""), rows)


def _types(counts):
    if counts["dtype"] is None:
        return f"cache {counts['kv_dtype']}"
    if counts["dtype"] == counts["kv_dtype"]:
        return counts["dtype"] + overridden(counts)
    return f"weights {counts['dtype']}{overridden(counts)}, cache {counts['kv_dtype']}"


def overridden(found):
    """What the configuration states, where something else was asked for; "" where it was not.

    >>> overridden({"stated_dtype": "mxfp4"})
    ' (the configuration states mxfp4)'
    """
    stated = found.get("stated_dtype")
    return f" (the configuration states {stated})" if stated else ""
