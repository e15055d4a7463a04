"""From a GGUF file's metadata to the fields of a `config.json`, which `architectures.build` reads.

An architecture of llama.cpp is one function here, which names the `model_type` and adds what differs from
`_plain`. What the metadata leaves out and the tensors tell (biases, a head of its own, which layers attend)
comes from the tensors; `components` then holds every tensor against the model.

Source: ggml-org/llama.cpp conversion/*.py, which write the metadata, and src/models/*.cpp, which read it, as
in llama-cpp-python 0.3.36.
"""

from ...errors import InputError, nearest, shown
from ..architectures.refused import reason


def of(whole):
    """The configuration of a `parts.Whole`.

    Returns:
        dict with the fields of a Hugging Face `config.json`.

    Raises:
        InputError: an architecture that is not known here, an entry that is missing or wrong.
    """
    name = whole.architecture
    if name is None:
        raise InputError(f"{whole.where}: general.architecture is missing; expected one such as 'llama'")
    if not isinstance(name, str) or name not in ARCHITECTURES:
        why = reason(name) if isinstance(name, str) else None
        raise InputError(
            f"{whole.where}: general.architecture {shown(name)} is not counted"
            + (f": {why}" if why else nearest(name, ARCHITECTURES))
            + f"; expected one of {', '.join(sorted(ARCHITECTURES))}"
        )
    if not whole.tensors:
        raise InputError(f"{whole.where}: the file has no tensors; expected those of a whole model")
    return ARCHITECTURES[name](whole)


# --- what most share --------------------------------------------------------------------------------------


def _n_layers(whole):
    """Layers of the decoder, without those that predict further tokens, which block_count has too."""
    return whole.needed("block_count") - whole.size("nextn_predict_layers", 0)


def _plain(whole, model_type, **more):
    """The fields under which most architectures have what the metadata holds."""
    n_layers = _n_layers(whole)
    if n_layers < 1:
        whole.refuse("block_count", "layers beside those that predict further tokens")
    d_model, n_heads = whole.needed("embedding_length"), whole.needed("attention.head_count")
    config = {
        "model_type": model_type,
        "vocab_size": _vocabulary_size(whole),
        "hidden_size": d_model,
        "num_hidden_layers": n_layers,
        "num_attention_heads": n_heads,
        "num_key_value_heads": _largest(whole, "attention.head_count_kv", n_heads) or n_heads,
        "head_dim": more.get("head_dim") or _head_dim(whole, d_model, n_heads),
        # Where no layer has one network for all tokens, the field still has to be there, and says nothing.
        "intermediate_size": _largest(whole, "feed_forward_length") or _width(whole, "ffn_down") or 1,
        "max_position_embeddings": whole.needed("context_length"),
        "tie_word_embeddings": not whole.has("output.weight"),
        "sliding_window": whole.size("attention.sliding_window") or None,
        "attention_bias": _any(whole, "attn_q.bias", "attn_qkv.bias"),
        "mlp_bias": _any(whole, "ffn_up.bias"),
        "num_nextn_predict_layers": whole.size("nextn_predict_layers", 0),
    }
    config.update(more)
    return {key: value for key, value in config.items() if value is not _ABSENT}


# A field that is left out, so that a description's own default holds.
_ABSENT = object()


def _vocabulary_size(whole):
    tensor = whole.tensors.get("token_embd.weight")
    if tensor is None or len(tensor.shape) != 2:
        held = "missing" if tensor is None else f"of shape {list(tensor.shape)}"
        raise InputError(f"{whole.where}: token_embd.weight is {held}; expected rows of the vocabulary")
    return tensor.shape[1]


def _head_dim(whole, d_model, n_heads):
    """Values of a head's key; those of its value have to be as many."""
    key, value = whole.size("attention.key_length"), whole.size("attention.value_length")
    if key is None or value is None:
        if not n_heads:
            return None
        key = value = key or value or d_model // n_heads
    if key != value:
        whole.refuse("attention.value_length", f"{key}, the length of keys")
    return key


def _largest(whole, name, missing=None):
    """A number that is 0 in the layers that lack the part, and the same in all others."""
    found = whole.sizes(name, missing)
    if not isinstance(found, tuple):
        return found
    others = {size for size in found if size}
    if len(others) > 1:
        whole.refuse(name, "one number, the same in all layers that have the part")
    return others.pop() if others else 0


def _any(whole, *names):
    """Whether any layer has one of these tensors."""
    return any(f"blk.{i}.{name}" in whole.tensors for name in names for i in range(_n_layers(whole)))


def _kinds(whole, default, **kinds):
    """Each layer's kind: the name of the first of `kinds` whose tensor it has, or `default`."""
    return [
        next((kind for kind, tensor in kinds.items() if whole.block_has(i, tensor)), default)
        for i in range(_n_layers(whole))
    ]


def _layer_types(whole, every):
    """Which layers slide: as the metadata says, else all but each `every`-th."""
    n_layers = _n_layers(whole)
    name = "attention.sliding_window_pattern"
    stated = whole.metadata.get(whole.key(name), every)
    if not whole.size("attention.sliding_window"):
        return _ABSENT
    if type(stated) is int and 1 <= stated <= n_layers:
        stated = tuple(bool((i + 1) % stated) for i in range(n_layers))
    elif type(stated) is int and stated == every:
        stated = (True,) * n_layers
    if not isinstance(stated, tuple) or len(stated) < n_layers:
        whole.refuse(name, f"a number, or one of true and false for each of {n_layers} layers")
    return ["sliding_attention" if one else "full_attention" for one in stated[:n_layers]]


def _experts(whole, **more):
    """Fields of a mixture of experts."""
    return {
        "num_experts": whole.needed("expert_count"),
        "num_experts_per_tok": whole.needed("expert_used_count"),
        "moe_intermediate_size": whole.size("expert_feed_forward_length") or _expert_width(whole),
        **more,
    }


def _expert_width(whole):
    """Hidden values of an expert where the metadata, of older files, does not say."""
    return _width(whole, "ffn_down_exps") or whole.size("feed_forward_length")


def _width(whole, name):
    """Values of a row of the first layer's tensor of this name, or None."""
    names = (f"blk.{i}.{name}.weight" for i in range(_n_layers(whole)))
    return next((whole.tensors[one].shape[0] for one in names if one in whole.tensors), None)


def _after_dense_layers(whole, **more):
    """Fields of DeepSeek's way of mixing."""
    return _experts(
        whole,
        n_routed_experts=whole.needed("expert_count"),
        first_k_dense_replace=whole.size("leading_dense_block_count", 0),
        n_shared_experts=whole.size("expert_shared_count", 0),
        num_experts=_ABSENT,
        **more,
    )


# --- dense ------------------------------------------------------------------------------------------------


def _as(model_type, **more):
    """An architecture whose metadata says all, but the constants `more`."""
    return lambda whole: _plain(whole, model_type, **more)


def _llama(whole):
    if whole.size("expert_count", 0):
        experts = _experts(whole, num_local_experts=whole.needed("expert_count"), num_experts=_ABSENT)
        return _plain(whole, "mixtral", sliding_window=None) | {
            key: value for key, value in experts.items() if value is not _ABSENT
        }
    # The engine attends to all positions, whatever window the model had: llama.cpp reads none here.
    return _plain(whole, "llama")


def _gpt2(whole):
    return _plain(whole, "gpt2", n_inner=whole.needed("feed_forward_length"))


def _starcoder2(whole):
    return _plain(whole, "starcoder2", use_bias=_any(whole, "attn_q.bias", "attn_qkv.bias"))


def _phi2(whole):
    return _plain(whole, "phi", qk_layernorm=_any(whole, "attn_q_norm.weight"))


def _gemma3(whole):
    return _plain(whole, "gemma3_text", layer_types=_layer_types(whole, 6))


def _gemma2(whole):
    return _plain(
        whole,
        "gemma2",
        layer_types=_layer_types(whole, 2),
        sliding_window=whole.size("attention.sliding_window", 4096) or None,
    )


def _cohere(whole):
    return _plain(whole, "cohere", use_qk_norm=_any(whole, "attn_q_norm.weight"))


def _cohere2(whole):
    return _plain(whole, "cohere2", layer_types=_layer_types(whole, 4))


def _olmo2(whole):
    if whole.size("attention.sliding_window"):
        return _plain(whole, "olmo3", layer_types=_layer_types(whole, 4))
    return _plain(whole, "olmo2")


def _exaone4(whole):
    return _plain(whole, "exaone4", layer_types=_layer_types(whole, 4))


def _stablelm(whole):
    return _plain(
        whole,
        "stablelm",
        use_qkv_bias=_any(whole, "attn_q.bias"),
        use_parallel_residual=not _any(whole, "ffn_norm.weight"),
        qk_layernorm=_any(whole, "attn_q_norm.weight"),
    )


def _falcon(whole):
    n_heads, n_kv_heads = whole.needed("attention.head_count"), whole.size("attention.head_count_kv")
    new = _any(whole, "attn_norm_2.weight")
    return _plain(
        whole,
        "falcon",
        ffn_hidden_size=whole.needed("feed_forward_length"),
        bias=_any(whole, "attn_qkv.bias"),
        new_decoder_architecture=new or n_kv_heads not in (None, 1, n_heads),
        multi_query=n_kv_heads == 1,
        num_kv_heads=n_heads if n_kv_heads is None else n_kv_heads,
        num_ln_in_parallel_attn=2 if new else 1,
    )


def _bloom(whole):
    return _plain(
        whole,
        "bloom",
        n_layer=_n_layers(whole),
        n_head=whole.needed("attention.head_count"),
        n_inner=whole.needed("feed_forward_length"),
        num_hidden_layers=_ABSENT,
        num_attention_heads=_ABSENT,
    )


def _mpt(whole):
    config = _plain(whole, "mpt", max_seq_len=whole.needed("context_length"))
    return config | {
        "attn_config": {
            "alibi": not whole.has("position_embd.weight"),
            "qk_ln": _any(whole, "attn_q_norm.weight"),
        },
        "no_bias": not _any(whole, "attn_qkv.bias"),
    }


def _smollm3(whole):
    return _plain(whole, "smollm3", use_sliding_window=False, sliding_window=None)


def _ernie(whole):
    return _plain(whole, "ernie4_5", use_bias=_any(whole, "attn_q.bias"))


def _seed_oss(whole):
    return _plain(whole, "seed_oss", attention_out_bias=_any(whole, "attn_output.bias"))


def _nemotron(whole):
    return _plain(whole, "nemotron", attention_bias=_any(whole, "attn_q.bias", "attn_output.bias"))


# --- experts and latent attention -------------------------------------------------------------------------


def _qwen2moe(whole):
    return _plain(
        whole,
        "qwen2_moe",
        qkv_bias=_any(whole, "attn_q.bias"),
        use_sliding_window=False,
        shared_expert_intermediate_size=whole.size("expert_shared_feed_forward_length")
        or _width(whole, "ffn_down_shexp"),
        mlp_only_layers=_dense_layers(whole),
        **_experts(whole),
    )


def _dense_layers(whole):
    """The layers without experts."""
    return [i for i in range(_n_layers(whole)) if not whole.block_has(i, "ffn_gate_inp")]


def _qwen3moe(whole):
    return _plain(
        whole, "qwen3_moe", use_sliding_window=False, mlp_only_layers=_dense_layers(whole), **_experts(whole)
    )


def _experts_everywhere(model_type, **more):
    """An architecture with experts in every layer."""

    def made(whole):
        experts = _experts(whole, **more)
        return _plain(whole, model_type, **experts, **{"intermediate_size": experts["moe_intermediate_size"]})

    return made


def _gpt_oss(whole):
    experts = _experts(whole)
    return _plain(
        whole,
        "gpt_oss",
        layer_types=_layer_types(whole, 2),
        intermediate_size=experts["moe_intermediate_size"],
        **experts,
    )


def _phimoe(whole):
    return _experts_everywhere("phimoe", lm_head_bias=whole.has("output.bias"))(whole)


def _glm4moe(whole):
    return _plain(
        whole, "glm4_moe", use_qk_norm=_any(whole, "attn_q_norm.weight"), **_after_dense_layers(whole)
    )


def _dots1(whole):
    return _plain(whole, "dots1", sliding_window=None, **_after_dense_layers(whole))


def _ernie_moe(whole):
    return _plain(
        whole,
        "ernie4_5_moe",
        use_bias=_any(whole, "attn_q.bias"),
        moe_num_experts=whole.needed("expert_count"),
        moe_k=whole.needed("expert_used_count"),
        moe_layer_interval=whole.size("interleave_moe_layer_step", 1),
        moe_layer_start_index=whole.size("leading_dense_block_count", 0),
        moe_layer_end_index=max(set(range(_n_layers(whole))) - set(_dense_layers(whole)), default=-1),
        moe_num_shared_experts=whole.size("expert_shared_count", 0),
        moe_intermediate_size=whole.size("expert_feed_forward_length") or _expert_width(whole),
    )


def _hunyuan_moe(whole):
    return _plain(
        whole,
        "hunyuan_v1_moe",
        **_experts(whole, num_shared_expert=whole.size("expert_shared_count", 1)),
    )


def _granitemoe(whole):
    experts = _experts(whole)
    shared = whole.size("expert_shared_feed_forward_length", 0)
    config = _plain(whole, "granitemoeshared" if shared else "granitemoe", **experts)
    return config | {
        "shared_intermediate_size": shared,
        "intermediate_size": experts["moe_intermediate_size"],
    }


def _latent(whole, model_type, **more):
    rotated = whole.needed("rope.dimension_count")
    key = whole.size("attention.key_length_mla") or whole.needed("attention.key_length")
    value = whole.size("attention.value_length_mla") or whole.needed("attention.value_length")
    if not whole.size("expert_count", 0):
        more |= {"n_routed_experts": 1, "num_experts_per_tok": 1, "first_k_dense_replace": _n_layers(whole),
                 "moe_intermediate_size": 1, "n_shared_experts": 0}  # fmt: skip
    else:
        more |= _after_dense_layers(whole)
    return _plain(
        whole,
        model_type,
        head_dim=rotated,
        num_key_value_heads=whole.needed("attention.head_count"),
        q_lora_rank=whole.size("attention.q_lora_rank"),
        kv_lora_rank=whole.needed("attention.kv_lora_rank"),
        qk_rope_head_dim=rotated,
        qk_nope_head_dim=key - rotated,
        v_head_dim=value,
        attention_bias=_any(whole, "attn_q_a.bias", "attn_kv_a_mqa.bias"),
        **more,
    )


def _deepseek2(whole):
    return _latent(whole, "deepseek_v3" if _any(whole, "exp_probs_b.bias", "exp_probs_b") else "deepseek_v2")


def _deepseek32(whole):
    return _latent(
        whole,
        "deepseek_v32",
        index_n_heads=whole.needed("attention.indexer.head_count"),
        index_head_dim=whole.needed("attention.indexer.key_length"),
        index_topk=whole.needed("attention.indexer.top_k"),
    )


# --- recurrent and hybrid ---------------------------------------------------------------------------------


def _without_attention(whole, model_type, **more):
    return _plain(
        whole,
        model_type,
        num_attention_heads=_ABSENT,
        num_key_value_heads=_ABSENT,
        head_dim=_ABSENT,
        sliding_window=_ABSENT,
        state_size=whole.needed("ssm.state_size"),
        conv_kernel=whole.needed("ssm.conv_kernel"),
        expand=_expand(whole),
        use_conv_bias=_any(whole, "ssm_conv1d.bias"),
        use_bias=_any(whole, "ssm_in.bias"),
        **more,
    )


def _expand(whole):
    inner, d_model = whole.needed("ssm.inner_size"), whole.needed("embedding_length")
    if not d_model or inner % d_model or not inner:
        whole.refuse("ssm.inner_size", f"a multiple of {whole.key('embedding_length')}, {d_model}")
    return inner // d_model


def _ssm_head_dim(whole):
    inner, heads = whole.needed("ssm.inner_size"), whole.needed("ssm.time_step_rank")
    if not heads or inner % heads:
        whole.refuse("ssm.time_step_rank", f"a divisor of {whole.key('ssm.inner_size')}, {inner}")
    return inner // heads


def _mamba(whole):
    if whole.metadata.get(whole.key("ssm.dt_b_c_rms")):
        whole.refuse("ssm.dt_b_c_rms", "false: Falcon Mamba's norms inside the scan are not counted")
    return _without_attention(whole, "mamba", time_step_rank=whole.needed("ssm.time_step_rank"))


def _mamba2(whole):
    return _without_attention(
        whole,
        "mamba2",
        num_heads=whole.needed("ssm.time_step_rank"),
        n_groups=whole.needed("ssm.group_count"),
    ) | {"head_dim": _ssm_head_dim(whole)}


def _mamba2_of_hybrids(whole):
    return {
        "mamba_d_ssm": whole.needed("ssm.inner_size"),
        "mamba_n_heads": whole.needed("ssm.time_step_rank"),
        "mamba_d_head": _ssm_head_dim(whole),
        "mamba_n_groups": whole.needed("ssm.group_count"),
        "mamba_d_state": whole.needed("ssm.state_size"),
        "mamba_d_conv": whole.needed("ssm.conv_kernel"),
        "mamba_conv_bias": _any(whole, "ssm_conv1d.bias"),
        "mamba_proj_bias": _any(whole, "ssm_in.bias"),
    }


def _falcon_h1(whole):
    return _plain(
        whole,
        "falcon_h1",
        mamba_rms_norm=_any(whole, "ssm_norm.weight"),
        projectors_bias=_any(whole, "ssm_out.bias"),
        **_mamba2_of_hybrids(whole),
    )


def _granitehybrid(whole):
    n_experts = whole.size("expert_count", 0)
    experts = _experts(whole) if n_experts else {"num_local_experts": 0}
    more = {}
    if n_experts:
        experts["num_local_experts"] = experts.pop("num_experts")
        more["intermediate_size"] = experts["moe_intermediate_size"]
        more["shared_intermediate_size"] = whole.needed("expert_shared_feed_forward_length")
    else:
        more["shared_intermediate_size"] = whole.needed("feed_forward_length")
    return _plain(
        whole,
        "granitemoehybrid",
        layer_types=_kinds(whole, "attention", mamba="ssm_in"),
        mamba_expand=_expand(whole),
        **more,
        **experts,
        **_mamba2_of_hybrids(whole),
    )


def _jamba(whole):
    kinds = _kinds(whole, "attention", mamba="ssm_in")
    mixed = _kinds(whole, "mlp", experts="ffn_gate_inp")
    period, offset = _period(whole, kinds, "attention")
    expert_period, expert_offset = _period(whole, mixed, "experts")
    more = {"num_experts": 1, "num_experts_per_tok": 1}
    if "experts" in mixed:
        more = _experts(whole)
    return _plain(
        whole,
        "jamba",
        attn_layer_period=period,
        attn_layer_offset=offset,
        expert_layer_period=expert_period,
        expert_layer_offset=expert_offset,
        mamba_expand=_expand(whole),
        mamba_d_state=whole.needed("ssm.state_size"),
        mamba_d_conv=whole.needed("ssm.conv_kernel"),
        mamba_dt_rank=whole.needed("ssm.time_step_rank"),
        mamba_conv_bias=_any(whole, "ssm_conv1d.bias"),
        mamba_proj_bias=_any(whole, "ssm_in.bias"),
        **more,
    )


def _period(whole, kinds, kind):
    """Period and offset of the layers of a kind, which have to stand at equal distances."""
    places = [i for i, one in enumerate(kinds) if one == kind]
    if not places:
        return len(kinds) + 1, len(kinds)
    period = places[1] - places[0] if len(places) > 1 else max(len(kinds), places[0] + 1)
    if places != list(range(places[0], len(kinds), period)) or places[0] >= period:
        raise InputError(f"{whole.where}: layers {places} have {kind}; expected them at equal distances")
    return period, places[0]


def _nemotron_h(whole):
    experts = _experts(whole) if whole.size("expert_count", 0) else {}
    if experts:
        experts["n_routed_experts"] = experts.pop("num_experts")
        experts["moe_shared_expert_intermediate_size"] = whole.needed("expert_shared_feed_forward_length")
        experts["moe_latent_size"] = whole.size("moe_latent_size") or None
    return _plain(
        whole,
        "nemotron_h",
        layers_block_type=_kinds(whole, "mlp", mamba="ssm_in", attention="attn_q", moe="ffn_gate_inp"),
        mamba_num_heads=whole.needed("ssm.time_step_rank"),
        mamba_head_dim=_ssm_head_dim(whole),
        n_groups=whole.needed("ssm.group_count"),
        ssm_state_size=whole.needed("ssm.state_size"),
        conv_kernel=whole.needed("ssm.conv_kernel"),
        use_conv_bias=_any(whole, "ssm_conv1d.bias"),
        use_bias=_any(whole, "ssm_in.bias"),
        **experts,
    )


def _lfm2(whole):
    return _plain(
        whole,
        "lfm2",
        block_auto_adjust_ff_dim=False,
        conv_L_cache=whole.needed("shortconv.l_cache"),
        conv_bias=_any(whole, "shortconv.conv.bias"),
        layer_types=_kinds(whole, "full_attention", conv="shortconv.conv"),
    )


def _qwen3next(whole):
    n_heads = whole.needed("ssm.time_step_rank")
    return _plain(
        whole,
        "qwen3_next",
        layer_types=_kinds(whole, "full_attention", linear_attention="ssm_conv1d"),
        linear_conv_kernel_dim=whole.needed("ssm.conv_kernel"),
        linear_key_head_dim=whole.needed("ssm.state_size"),
        linear_value_head_dim=_ssm_head_dim(whole),
        linear_num_key_heads=whole.needed("ssm.group_count"),
        linear_num_value_heads=n_heads,
        shared_expert_intermediate_size=whole.size("expert_shared_feed_forward_length")
        or _width(whole, "ffn_down_shexp"),
        mlp_only_layers=_dense_layers(whole),
        **_experts(whole),
    )


# Name in general.architecture -> what reads it.
ARCHITECTURES = {
    "apertus": _as("apertus"),
    "arcee": _as("arcee"),
    "bloom": _bloom,
    "cohere2": _cohere2,
    "command-r": _cohere,
    "deepseek2": _deepseek2,
    "deepseek32": _deepseek32,
    "dots1": _dots1,
    "ernie4_5": _ernie,
    "ernie4_5-moe": _ernie_moe,
    "exaone4": _exaone4,
    "falcon": _falcon,
    "falcon-h1": _falcon_h1,
    "gemma": _as("gemma"),
    "gemma2": _gemma2,
    "gemma3": _gemma3,
    "glm4": _as("glm4"),
    "glm4moe": _glm4moe,
    "gpt-oss": _gpt_oss,
    "gpt2": _gpt2,
    "gptneox": _as("gpt_neox"),
    "granite": _as("granite"),
    "granitehybrid": _granitehybrid,
    "granitemoe": _granitemoe,
    "hunyuan-dense": _as("hunyuan_v1_dense"),
    "hunyuan-moe": _hunyuan_moe,
    "jamba": _jamba,
    "lfm2": _lfm2,
    "llama": _llama,
    "mamba": _mamba,
    "mamba2": _mamba2,
    "minimax-m2": _experts_everywhere("minimax_m2"),
    "mistral3": _as("ministral3"),
    "mpt": _mpt,
    "nemotron": _nemotron,
    "nemotron_h": _nemotron_h,
    "nemotron_h_moe": _nemotron_h,
    "olmo2": _olmo2,
    "olmoe": _experts_everywhere("olmoe"),
    "phi2": _phi2,
    "phi3": _as("phi3"),
    "phimoe": _phimoe,
    "qwen2": _as("qwen2", use_sliding_window=False),
    "qwen2moe": _qwen2moe,
    "qwen3": _as("qwen3", use_sliding_window=False),
    "qwen3moe": _qwen3moe,
    "qwen3next": _qwen3next,
    "seed_oss": _seed_oss,
    "smollm3": _smollm3,
    "stablelm": _stablelm,
    "starcoder2": _starcoder2,
}
