"""Rules: quantities that follow from others. Each takes the `Reading` and gives one quantity."""

from ...errors import InputError, shown


def d_model(q):
    """As wide as the residual stream."""
    return q["d_model"]


def n_heads(q):
    """As many as query heads."""
    return q["n_heads"]


def four_d_model(q):
    """Four times the residual stream."""
    return 4 * q["d_model"]


def d_model_over_heads(q):
    """The residual stream split over the heads; refused where it does not divide."""
    if q["d_model"] % q["n_heads"]:
        q.refuse("n_heads", f"a divisor of {q.keys_found.get('d_model', 'd_model')}, {q['d_model']}")
    return q["d_model"] // q["n_heads"]


def head_dim_beside_dividing_heads(q):
    """As stated, else the split residual stream; which has to be possible in either case."""
    over_heads = d_model_over_heads(q)
    return q["stated_head_dim"] or over_heads


def no_layer_slides(q):
    """All layers attend to everything."""
    return _all_alike(q, False)


def all_layers_slide(q):
    """All layers have the window, where there is one."""
    return _all_alike(q, q["window"] is not None)


def _all_alike(q, slides):
    # These architectures ignore layer_types; a file that says otherwise is of a model that they do not
    # compute.
    kind = "sliding_attention" if slides else "full_attention"
    if any(stated != kind for stated in q["layer_types"] or ()):
        raise InputError(
            f"{q.where}: layer_types is {shown(q['layer_types'])};"
            f' expected "{kind}" in all layers, since this architecture has no others'
        )
    return (slides,) * q["n_layers"]


def stated_layers_slide(q):
    """The layers that `layer_types` names, or those of the architecture's own pattern."""
    kinds = q["layer_types"]
    if kinds is None:
        return q["default_sliding"]
    if len(kinds) != q["n_layers"]:
        raise InputError(
            f"{q.where}: layer_types has {len(kinds)} entries;"
            f" expected one for each of the {q['n_layers']} layers"
        )
    if "sliding_attention" in kinds and q["window"] is None:
        raise InputError(
            f"{q.where}: layer_types has sliding layers, but the model has no window; expected sliding_window"
            " (and use_sliding_window, where the architecture has it) to say how long it is"
        )
    return tuple(kind == "sliding_attention" for kind in kinds)


def every_other_layer_slides(q):
    """The first layer slides, the second does not, and so on."""
    return tuple(i % 2 == 0 and q["window"] is not None for i in range(q["n_layers"]))


def all_but_every_nth_layer_slide(q):
    """Every `pattern`-th layer attends to everything, the others slide."""
    if q["window"] is None:
        return (False,) * q["n_layers"]
    if not isinstance(q["pattern"], int) or q["pattern"] < 1:
        q.refuse("pattern", "a number from 1 where layer_types does not say which layers slide")
    return tuple(bool((i + 1) % q["pattern"]) and q["window"] is not None for i in range(q["n_layers"]))


def layers_from_max_window_layers_slide(q):
    """The first `max_window_layers` layers attend to everything, the others slide."""
    return tuple(i >= q["max_window_layers"] and q["window"] is not None for i in range(q["n_layers"]))


def layers_without_rotary_positions_slide(q):
    """Layers without rotary positions slide, which are stated, or every `pattern`-th."""
    n_layers, rotary = q["n_layers"], q["rotary_layers"]
    if rotary is None:
        rotary = [(i + 1) % q["pattern"] != 0 for i in range(n_layers)]
    if len(rotary) < n_layers:
        q.refuse("rotary_layers", f"one entry for each of the {n_layers} layers")
    return tuple(not rotary[i] and q["window"] is not None for i in range(n_layers))


def rotary_layers_have_chunks(q):
    """Layers with rotary positions attend within chunks: those stated, or all but every `pattern`-th."""
    n_layers, rotary, kinds = q["n_layers"], q["rotary_layers"], q["layer_types"]
    if kinds is None:
        if not rotary:
            rotary = [(i + 1) % q["pattern"] != 0 for i in range(n_layers)]
        if len(rotary) < n_layers:
            q.refuse("rotary_layers", f"one entry for each of the {n_layers} layers")
        chunked = tuple(bool(one) for one in rotary[:n_layers])
    else:
        if len(kinds) != n_layers:
            q.refuse("layer_types", f"one entry for each of the {n_layers} layers")
        chunked = tuple(kind == "chunked_attention" for kind in kinds)
    if any(chunked) and q["window"] is None:
        q.refuse("window", "the length of a chunk, since there are layers that attend within chunks")
    return chunked


def chunks_counted_as_windows(q):
    """What a count says about chunks."""
    if not any(q["sliding"]):
        return ()
    return (
        f"Layers that attend within chunks of {q['window']:,} positions are counted as if they had a window"
        " of as many:\nso many at the end of a chunk, fewer before.",
    )


def local_layers_slide(q):
    """GPT-Neo's layers: a list of pairs of a list of names and how often it is repeated."""
    stated = q["attention_types"]
    if stated is None:
        stated = [[["global", "local"], 12]]
    expected = f'pairs of a list of "global" and "local" and a number, {q["n_layers"]} layers together'
    kinds = []
    for pair in stated if isinstance(stated, list) else [None]:
        if not (
            isinstance(pair, list)
            and len(pair) == 2
            and isinstance(pair[0], list)
            and all(name in ("global", "local") for name in pair[0])
            and type(pair[1]) is int
            and 0 <= pair[1] <= q["n_layers"]
        ):
            q.refuse("attention_types", expected)
        kinds += pair[0] * pair[1]
    if len(kinds) != q["n_layers"]:
        q.refuse("attention_types", expected)
    return tuple(kind == "local" for kind in kinds)


def in_section(section, name, missing):
    """A rule that reads `name` out of an object of the file, or gives `missing`."""
    return lambda q: q[section].get(name, missing)


def every_other_layer_below_max_window_layers_slides(q):
    """The first, third, ... of the first `max_window_layers` layers slide."""
    return tuple(
        i % 2 == 0 and i < q["max_window_layers"] and q["window"] is not None for i in range(q["n_layers"])
    )


def window_if_used(q):
    """The window, where `use_sliding_window` says that it is used."""
    return q["stated_window"] if q["use_window"] else None


def falcon_kv_heads(q):
    """One in the old architecture with `multi_query`, else what is stated."""
    if q["new_decoder"]:
        return q["stated_kv_heads"]
    if q["multi_query"]:
        return 1
    if q["stated_kv_heads"] != q["n_heads"]:
        q.refuse("stated_kv_heads", f"{q['n_heads']}, the number of heads, since multi_query is false")
    return q["n_heads"]


def falcon_norms(q):
    """Two norms, but one before both attention and MLP where these are parallel and nothing else is said."""
    if not q["parallel"]:
        return 2
    return 2 if q["stated_norms"] is None and q["new_decoder"] else q["stated_norms"] or 1


def opt_final_norm(q):
    """A norm at the end where the layers' norms come before their parts, unless it was taken out."""
    return q["norm_first"] and not q["final_norm_removed"]


def latent_everywhere(q):
    """Latent attention in every layer."""
    return ("latent",) * q["n_layers"]


def experts_where_mixed(q):
    """Experts where the mixture says so, an MLP in the other layers."""
    return tuple("experts" if mixes else "mlp" for mixes in q["mixture"] or (False,) * q["n_layers"])


def mixture_everywhere(q):
    """Experts in every layer."""
    return (True,) * q["n_layers"]


def mixture_after_dense_layers(q):
    """Experts in all layers but the first `first_k_dense_replace`."""
    return tuple(i >= q["n_dense_layers"] for i in range(q["n_layers"]))


def mixture_in_sparse_layers(q):
    """Experts in every `decoder_sparse_step`-th layer that `mlp_only_layers` does not name."""
    return tuple(i not in q["dense_layers"] and (i + 1) % q["sparse_step"] == 0 for i in range(q["n_layers"]))


def mixture_in_named_layers(q):
    """Experts in the layers that are named, or in the last of every `sparse_step` layers."""
    named, step = q["mixed_layers"], q["sparse_step"]
    if named is None:
        named = range(step - 1, q["n_layers"], step)
    return tuple(i in named for i in range(q["n_layers"]))


def mixture_as_stated(q):
    """Experts where `mlp_layer_types` says sparse, or after the dense layers where the file has no such
    list."""
    kinds = q["mlp_layer_types"]
    if kinds is None:
        return mixture_after_dense_layers(q)
    if len(kinds) != q["n_layers"]:
        q.refuse("mlp_layer_types", f"one entry for each of the {q['n_layers']} layers")
    return tuple(kind == "sparse" for kind in kinds)


def mixture_between_layers(q):
    """Experts in every `sparse_step`-th layer from the first to the last mixed one; -1 is the model's
    last."""
    last = q["n_layers"] - 1 if q["last_mixed_layer"] == -1 else q["last_mixed_layer"]
    return tuple(
        (i + 1) % q["sparse_step"] == 0 and q["first_mixed_layer"] <= i <= last for i in range(q["n_layers"])
    )


def last_layer(q):
    """The model's last layer."""
    return q["layers"][-1]


def multi_token_prediction(q):
    """Parameters of the layers that predict further tokens, which are in no total.

    Each is a layer, a projection of the token's embedding and the stream to the stream's width, and
    `further_norms` norms; embedding and head are the model's. transformers leaves them out unless asked.
    Source: DeepSeek-AI 2024, arXiv:2412.19437, section 2.2; vLLM's models of the same name ending in _mtp.
    """
    n_layers = q["n_further_layers"]
    if not n_layers:
        return ()
    d_model, layer = q["d_model"], q["further_layer"]
    values = layer.norm_values + sum(part.parameters(d_model) for part in layer.parts)
    values += 2 * d_model * d_model + q["further_norms"] * q["norm_values"]
    return (("multi-token prediction", n_layers * values),)


def shared_expert_width(q):
    """The shared experts of a layer stand side by side as one network."""
    return q["n_shared_experts"] * q["d_expert"]
