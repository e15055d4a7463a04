"""Random small configurations of every type that is counted, for compare_with_transformers.py.

A function for each type takes a random.Random and gives the fields of a config.json. Sizes are small and
differ from one another, so that no matrix can be taken for another; windows are shorter than the context
that is compared.
"""

# Types that transformers cannot run on the meta device; their parameters are compared, and the reason stands
# here.
NOT_RUN = {}
# Types of which only a prompt is run, with the reason.
PROMPT_ONLY = {"recurrent_gemma": "in decoding it attends to a buffer as long as its window, filled or not"}


def shape(r, **more):
    """Sizes that most types have under the same names; `more` replaces some of them."""
    n_kv_heads = r.choice([1, 2, 3])
    n_heads = n_kv_heads * r.choice([1, 2, 4])
    return {
        "vocab_size": r.randint(50, 200),
        "hidden_size": n_heads * r.choice([8, 12, 16, 20]),
        "intermediate_size": r.randint(20, 120),
        "num_hidden_layers": r.randint(1, 6),
        "num_attention_heads": n_heads,
        "num_key_value_heads": n_kv_heads,
        "max_position_embeddings": r.randint(64, 99),
        "pad_token_id": 0,
        "bos_token_id": 0,
        "eos_token_id": 0,
    } | {name: value(r) if callable(value) else value for name, value in more.items()}


def drawn(**more):
    """A drawing function of `shape` and more fields; a value may be a function of the random.Random."""
    return lambda r: shape(r, **more)


def flag(r):
    """true or false."""
    return r.random() < 0.5


def head_dim(r):
    """A head width that has nothing to do with the stream's."""
    return r.choice([8, 10, 14, 24])


def some(*values):
    """One of the values."""
    return lambda r: r.choice(values)


def with_layer_types(draw, *kinds):
    """As `draw`, and in half of the cases with a list of the layers' kinds."""

    def made(r):
        fields = draw(r)
        if flag(r):
            fields["layer_types"] = [r.choice(kinds) for _ in range(fields["num_hidden_layers"])]
        return fields

    return made


SLIDES = ("sliding_attention", "full_attention")
TIED = {"tie_word_embeddings": flag}


def optional_heads(draw):
    """As `draw`, at times without key-value heads: then there are as many as query heads."""

    def made(r):
        fields = draw(r)
        if r.random() < 0.2:
            fields.pop("num_key_value_heads")
        return fields

    return made


def gpt2(r):
    heads = r.choice([1, 2, 4])
    return {
        "n_embd": heads * r.choice([8, 16]),
        "n_head": heads,
        "n_layer": r.randint(1, 5),
        "pad_token_id": 0,
        "vocab_size": r.randint(50, 200),
        "n_positions": r.randint(20, 64),
        "n_inner": r.choice([None, 50]),
    }


def gptj(r):
    return gpt2(r) | {"rotary_dim": 4}


def opt(r):
    fields = shape(r, **TIED, do_layer_norm_before=flag, enable_bias=flag, layer_norm_elementwise_affine=flag)
    fields["ffn_dim"] = fields.pop("intermediate_size")
    fields.pop("num_key_value_heads")
    fields["word_embed_proj_dim"] = r.choice([fields["hidden_size"], 18])
    return fields


def falcon(r):
    fields = shape(r, **TIED, bias=flag, parallel_attn=flag, alibi=flag)
    new = fields["new_decoder_architecture"] = flag(r)
    kv_heads = fields.pop("num_key_value_heads")
    fields.pop("intermediate_size")
    if new:
        fields["num_kv_heads"] = kv_heads
        # transformers cannot run the new decoder with its parts one after the other, or with one norm and a
        # list
        fields |= {"num_ln_in_parallel_attn": r.choice([None, 1, 2]), "parallel_attn": True}
    else:
        fields["multi_query"] = flag(r)
    fields["ffn_hidden_size"] = r.choice([70, 99])
    return fields


def bloom(r):
    heads = r.choice([1, 2, 4])
    return {
        "hidden_size": heads * r.choice([8, 16]),
        "n_head": heads,
        "n_layer": r.randint(1, 5),
        "vocab_size": r.randint(50, 200),
        "tie_word_embeddings": flag(r),
        "pad_token_id": 0,
    }


def mpt(r):
    heads = r.choice([1, 2, 4])
    return {
        "d_model": heads * r.choice([8, 16]),
        "n_heads": heads,
        "n_layers": r.randint(1, 5),
        "vocab_size": r.randint(50, 200),
        "expansion_ratio": r.choice([4, 4]),
        "pad_token_id": 0,
        "max_seq_len": 64,
        "tie_word_embeddings": flag(r),
    }


def gpt_neo(r):
    fields = shape(r, **TIED)
    # transformers masks what is outside of the window after computing it, and caches it: none is outside
    # here.
    kinds = r.choice(
        [[[["global", "local"], 2]], [[["global"], 3]], [[["local"], 1], [["global", "global"], 1]]]
    )
    fields["num_layers"] = sum(len(names) * times for names, times in kinds)
    fields["num_heads"] = fields.pop("num_attention_heads")
    fields["intermediate_size"] = r.choice([None, 77])
    fields |= {"attention_types": kinds, "window_size": r.choice([7, 9])}
    for name in ("num_hidden_layers", "num_key_value_heads"):
        del fields[name]
    return fields


def qwen_windows(draw):
    """Qwen's windows: switched on by a flag, from a layer on."""

    def made(r):
        fields = draw(r) | {"use_sliding_window": flag(r), "sliding_window": r.choice([3, 5])}
        fields["max_window_layers"] = r.randint(0, fields["num_hidden_layers"])
        return fields

    return made


def mixture(draw, experts="num_experts", per_token="num_experts_per_tok"):
    """As `draw`, with experts under these names."""
    return lambda r: draw(r) | {experts: r.choice([4, 6]), per_token: r.randint(1, 4)}


def after_dense_layers(draw, n_dense_layers=None):
    """DeepSeek's mixture: dense layers first, and shared experts."""

    def made(r):
        fields = draw(r)
        return fields | {
            "first_k_dense_replace": n_dense_layers or r.randint(0, fields["num_hidden_layers"]),
            "n_routed_experts": r.choice([4, 6]),
            "num_experts_per_tok": r.randint(1, 4),
            "moe_intermediate_size": r.randint(10, 40),
            "n_shared_experts": r.choice([1, 2, 3]),
            "n_group": 1,
            "topk_group": 1,
        }

    return made


def latent(draw):
    """Latent attention: as many key-value heads as heads, and head widths of their own."""

    def made(r):
        fields = draw(r)
        return fields | {
            "num_key_value_heads": fields["num_attention_heads"],
            "kv_lora_rank": r.choice([10, 18]),
            "qk_nope_head_dim": r.choice([6, 8]),
            "qk_rope_head_dim": r.choice([4, 10]),
            "v_head_dim": r.choice([5, 8]),
        }

    return made


def ernie_moe(r):
    fields = shape(r, use_bias=flag, **TIED)
    return fields | {
        "moe_num_experts": r.choice([4, 6]),
        "moe_k": r.randint(1, 4),
        "moe_intermediate_size": r.randint(10, 40),
        "moe_num_shared_experts": r.choice([0, 1, 2]),
        "moe_layer_start_index": r.randint(0, 2),
        "moe_layer_end_index": r.choice([-1, 2]),
        "moe_layer_interval": r.choice([1, 2]),
    }


def qwen_mixture(draw):
    """Qwen's mixture: in every so manieth layer, and not in those that are named."""

    def made(r):
        fields = mixture(draw)(r)
        return fields | {
            "moe_intermediate_size": r.randint(10, 40),
            "decoder_sparse_step": r.choice([1, 2]),
            "mlp_only_layers": r.choice([[], [0]]),
        }

    return made


def mamba2_sizes(r, heads="mamba_n_heads", head_width="mamba_d_head", groups="mamba_n_groups"):
    """Heads, their width and their groups, which all fit to one another."""
    n_groups = r.choice([1, 2])
    return {heads: n_groups * r.choice([1, 2, 4]), head_width: r.choice([3, 4, 5]), groups: n_groups}


def mamba(r):
    fields = shape(
        r,
        state_size=some(3, 6),
        conv_kernel=some(3, 4),
        use_bias=flag,
        use_conv_bias=flag,
        time_step_rank=some("auto", 3),
        expand=some(1, 2, 3),
        **TIED,
    )
    for name in ("num_attention_heads", "num_key_value_heads", "intermediate_size"):
        del fields[name]
    return fields


def mamba2(r):
    fields = (
        mamba(r) | mamba2_sizes(r, "num_heads", "head_dim", "n_groups") | {"chunk_size": r.choice([4, 8])}
    )
    fields["expand"] = r.choice([1, 2])
    fields["hidden_size"] = fields["num_heads"] * fields["head_dim"] * 2
    fields["num_heads"] *= 2 * fields["expand"]
    del fields["time_step_rank"]
    return fields


def hybrid(draw):
    """As `draw`, with Mamba 2 mixers as wide as the expanded stream."""

    def made(r):
        fields = draw(r) | mamba2_sizes(r)
        fields |= {
            "mamba_d_state": r.choice([3, 6]),
            "mamba_d_conv": r.choice([3, 4]),
            "mamba_chunk_size": r.choice([4, 8]),
            "mamba_conv_bias": flag(r),
            "mamba_proj_bias": flag(r),
            "mamba_expand": 2,
        }
        fields["mamba_d_head"] = r.choice(["auto", 2 * fields["hidden_size"] // fields["mamba_n_heads"]])
        return fields

    return made


def jamba(r):
    period, experts = r.choice([2, 3]), r.choice([1, 2])
    return shape(
        r,
        **TIED,
        mamba_d_state=some(3, 6),
        mamba_d_conv=some(3, 4),
        mamba_expand=some(1, 2),
        mamba_dt_rank=some("auto", 3),
        mamba_conv_bias=flag,
        mamba_proj_bias=flag,
        attn_layer_period=period,
        attn_layer_offset=r.randrange(period),
        expert_layer_period=experts,
        use_mamba_kernels=False,
        expert_layer_offset=r.randrange(experts),
        num_experts=some(1, 4),
        num_experts_per_tok=some(1, 2),
    ) | {"num_hidden_layers": r.randint(3, 6)}


def bamba(r):
    fields = hybrid(drawn(attention_bias=flag, mlp_bias=flag, **TIED))(r)
    n_layers = fields["num_hidden_layers"]
    return fields | {"attn_layer_indices": sorted(r.sample(range(n_layers), min(2, n_layers)))}


def falcon_h1(r):
    fields = hybrid(
        drawn(attention_bias=flag, mlp_bias=flag, projectors_bias=flag, mamba_rms_norm=flag, **TIED)
    )(r)
    fields["mamba_d_head"] = r.choice([3, 4])
    return fields | {"mamba_d_ssm": fields["mamba_n_heads"] * fields["mamba_d_head"]}


def granite_hybrid(r):
    fields = hybrid(drawn(attention_bias=flag, shared_intermediate_size=some(11, 30), **TIED))(r)
    kinds = r.choice([("mamba", "attention"), ("linear_attention", "full_attention")])
    # transformers cannot run one without any attention
    fields["layer_types"] = [r.choice(kinds) for _ in range(fields["num_hidden_layers"] - 1)] + [kinds[1]]
    return fields | {"num_local_experts": r.choice([0, 4]), "num_experts_per_tok": 2}


def nemotron_h(r):
    fields = shape(
        r,
        head_dim=head_dim,
        mlp_bias=flag,
        use_bias=flag,
        use_conv_bias=flag,
        ssm_state_size=some(3, 6),
        conv_kernel=some(3, 4),
        chunk_size=some(4, 8),
        moe_intermediate_size=some(11, 17),
        moe_shared_expert_intermediate_size=some(13, 19),
        n_routed_experts=some(4, 6),
        num_experts_per_tok=some(1, 3),
    )
    fields |= mamba2_sizes(r, "mamba_num_heads", "mamba_head_dim", "n_groups")
    letters = [r.choice("M*-E") for _ in range(r.randint(2, 6))] + ["*"]
    if flag(r):
        fields["hybrid_override_pattern"] = "".join(letters)
    else:
        names = {"M": "linear_attention", "*": "full_attention", "-": "mlp", "E": "moe"}
        fields["layer_types"] = [names[letter] for letter in letters]
    return fields | {"num_hidden_layers": len(letters)}


def lfm2(r):
    fields = shape(
        r,
        **TIED,
        conv_bias=flag,
        conv_L_cache=some(3, 4),
        block_auto_adjust_ff_dim=flag,
        block_multiple_of=some(8, 32),
        block_ffn_dim_multiplier=some(1.0, 1.3),
    )
    n_layers = fields["num_hidden_layers"]
    fields["full_attn_idxs"] = sorted(r.sample(range(n_layers), r.randint(1, n_layers)))
    return fields


def qwen3_next(r):
    fields = qwen_mixture(
        drawn(
            head_dim=head_dim,
            attention_bias=flag,
            shared_expert_intermediate_size=some(17, 30),
            linear_conv_kernel_dim=some(3, 4),
            linear_key_head_dim=some(4, 6),
            linear_value_head_dim=some(3, 5),
            linear_num_key_heads=some(1, 2),
            full_attention_interval=some(2, 3),
            **TIED,
        )
    )(r)
    fields["linear_num_value_heads"] = fields["linear_num_key_heads"] * r.choice([1, 2])
    fields["num_hidden_layers"] = r.randint(3, 5)
    return fields


def kimi_linear(r):
    fields = latent(
        drawn(
            q_lora_rank=None,
            n_group=1,
            topk_group=1,
            num_experts=some(4, 6),
            num_experts_per_token=2,
            num_shared_experts=some(1, 2),
            moe_intermediate_size=some(11, 17),
        )
    )(r)
    n_layers = fields["num_hidden_layers"] = r.randint(2, 5)
    full = sorted(r.sample(range(1, n_layers + 1), r.randint(1, n_layers - 1)))
    return fields | {
        "first_k_dense_replace": r.randint(0, 2),
        "linear_attn_config": {
            "full_attn_layers": full,
            "kda_layers": [i for i in range(1, n_layers + 1) if i not in full],
            "head_dim": r.choice([4, 6]),
            "num_heads": r.choice([2, 3]),
            "short_conv_kernel_size": r.choice([3, 4]),
        },
    }


def griffin(r):
    fields = shape(r, **TIED, attention_bias=flag, attention_window_size=some(7, 9), conv1d_width=some(3, 4))
    fields["block_types"] = r.choice([["recurrent", "recurrent", "attention"], ["recurrent", "attention"]])
    fields["intermediate_size"] *= 2
    fields["num_hidden_layers"] = r.randint(2, 5)
    return fields


def zamba2(r):
    fields = shape(r, adapter_rank=some(3, 7), num_mem_blocks=some(1, 2, 3), mamba_d_state=some(3, 6))
    fields |= mamba2_sizes(r, "n_mamba_heads", "mamba_headdim", "mamba_ngroups")
    # heads have to fill the expanded stream
    fields["n_mamba_heads"] *= 2
    fields["hidden_size"] = fields["num_attention_heads"] * fields["n_mamba_heads"] * fields["mamba_headdim"]
    fields["mamba_expand"] = r.choice([1, 2])
    fields["mamba_headdim"] *= fields["num_attention_heads"] * fields["mamba_expand"]
    fields |= {
        "mamba_d_conv": r.choice([3, 4]),
        "chunk_size": r.choice([4, 8]),
        "add_bias_linear": flag(r),
        "use_mem_rope": flag(r),
        "use_shared_attention_adapter": flag(r),
        "intermediate_size": r.choice([None, fields["intermediate_size"]]),
    }
    if fields["use_shared_attention_adapter"]:
        fields["num_key_value_heads"] = fields["num_attention_heads"]
    kinds = [r.choice(["mamba", "hybrid"]) for _ in range(r.randint(2, 7))] + ["hybrid"]
    r.shuffle(kinds)
    return fields | {"layers_block_type": kinds, "num_hidden_layers": len(kinds)}


def longcat(r):
    fields = latent(shape)(r) | {
        "q_lora_rank": r.choice([9, 12]),
        "num_layers": r.randint(1, 3),
        "ffn_hidden_size": r.randint(20, 90),
        "expert_ffn_hidden_size": r.randint(10, 40),
        "n_routed_experts": r.choice([4, 6]),
        "zero_expert_num": r.choice([0, 2, 3]),
        "moe_topk": r.randint(2, 4),  # transformers cannot run one
        "router_bias": flag(r),
        "attention_bias": flag(r),
        "tie_word_embeddings": flag(r),
    }
    fields["head_dim"] = fields["qk_rope_head_dim"]  # transformers rotates so many values, whatever else
    for name in ("num_hidden_layers", "intermediate_size"):
        del fields[name]
    return fields


def gemma3n(r):
    fields = shape(
        r,
        head_dim=head_dim,
        attention_bias=flag,
        sliding_window=some(3, 5),
        altup_num_inputs=some(1, 2, 3, 4),
        laurel_rank=some(5, 9),
        hidden_size_per_layer_input=some(6, 10),
        vocab_size_per_layer_input=some(40, 60),
        **TIED,
    )
    n_layers = fields["num_hidden_layers"] = r.randint(2, 7)
    if flag(r):
        fields["intermediate_size"] = [r.randint(20, 90) for _ in range(n_layers)]
    if flag(r):
        fields["layer_types"] = [r.choice(SLIDES) for _ in range(n_layers)]
    return fields | {"num_kv_shared_layers": shared_layers(r, fields, 5)}


def shared_layers(r, fields, pattern):
    """How many layers may share keys and values: those before them hold one of each kind."""
    n_layers = fields["num_hidden_layers"]
    kinds = fields.get("layer_types") or [SLIDES[(i + 1) % pattern == 0] for i in range(n_layers)]
    if pattern == 6:
        kinds = [*kinds[:-1], "full_attention"]
    most = next(n for n in range(n_layers - 1, -1, -1) if set(kinds[: n_layers - n]) == set(kinds))
    return r.randint(0, most)


def gemma4(r):
    fields = shape(
        r,
        head_dim=head_dim,
        global_head_dim=some(8, 16, 26),
        attention_bias=flag,
        sliding_window=some(3, 5),
        attention_k_eq_v=flag,
        use_double_wide_mlp=flag,
        hidden_size_per_layer_input=some(0, 6, 10),
        vocab_size_per_layer_input=some(40, 60),
        use_bidirectional_attention=some(None, "vision"),
        **TIED,
    )
    n_layers = fields["num_hidden_layers"] = r.randint(2, 7)
    if flag(r):
        fields["layer_types"] = [r.choice(SLIDES) for _ in range(n_layers)]
    if flag(r):
        fields["num_global_key_value_heads"] = 1
    if flag(r):
        fields |= {
            "enable_moe_block": True,
            "num_experts": r.choice([4, 6]),
            "top_k_experts": r.randint(1, 3),
        }
        fields["moe_intermediate_size"] = r.randint(10, 40)
    n_shared = shared_layers(r, fields, 6)
    # transformers cannot run shared layers without inputs of their own
    return fields | {"num_kv_shared_layers": n_shared if fields["hidden_size_per_layer_input"] else 0}


def llama4(r):
    fields = shape(
        r,
        head_dim=head_dim,
        attention_bias=flag,
        attention_chunk_size=some(3, 5),
        intermediate_size_mlp=some(33, 44),
        num_local_experts=some(2, 3, 4),
        interleave_moe_layer_step=some(1, 2),
        no_rope_layer_interval=some(2, 3, 4),
        use_qk_norm=flag,
        **TIED,
    )
    n_layers = fields["num_hidden_layers"]
    if flag(r):
        fields["no_rope_layers"] = r.choice([[], [r.choice([0, 1]) for _ in range(n_layers)]])
    if flag(r):
        fields["moe_layers"] = sorted(r.sample(range(n_layers), r.randint(0, n_layers)))
    # transformers runs every token through every expert, however many are picked
    return fields | {"num_experts_per_tok": fields["num_local_experts"]}


def qwen3_5(r, mixed=False):
    fields = qwen3_next(r)
    n_layers = fields["num_hidden_layers"]
    if not mixed:
        for name in (
            "num_experts",
            "num_experts_per_tok",
            "moe_intermediate_size",
            "shared_expert_intermediate_size",
        ):
            del fields[name]
    for name in ("decoder_sparse_step", "mlp_only_layers"):
        del fields[name]
    if mixed:
        del fields["intermediate_size"]
    if flag(r):
        kinds = ["linear_attention", "full_attention"]
        fields["layer_types"] = [r.choice(kinds) for _ in range(n_layers - 1)] + [kinds[1]]
    return fields


DRAW = {
    "bloom": bloom,
    "falcon": falcon,
    "gemma": drawn(head_dim=head_dim, attention_bias=flag, **TIED),
    "gemma2": with_layer_types(
        drawn(
            head_dim=head_dim, attention_bias=flag, sliding_window=some(3, 5), query_pre_attn_scalar=8, **TIED
        ),
        *SLIDES,
    ),
    "gemma3_text": with_layer_types(
        drawn(
            head_dim=head_dim, attention_bias=flag, sliding_window=some(3, 5), query_pre_attn_scalar=8, **TIED
        ),
        *SLIDES,
    ),
    "gpt2": gpt2,
    "gpt_neox": drawn(attention_bias=flag, **TIED),
    "gptj": gptj,
    "llama": optional_heads(drawn(attention_bias=flag, mlp_bias=flag, **TIED)),
    "mistral": drawn(sliding_window=some(None, 3, 5), head_dim=head_dim, **TIED),
    "olmo2": optional_heads(drawn(attention_bias=flag, **TIED)),
    "opt": opt,
    "phi": drawn(qk_layernorm=flag, partial_rotary_factor=0.5, **TIED),
    "qwen2": qwen_windows(drawn(**TIED)),
    "qwen3": qwen_windows(drawn(head_dim=head_dim, attention_bias=flag, **TIED)),
    "starcoder2": drawn(use_bias=flag, sliding_window=some(None, 3, 5), **TIED),
    # new dense types
    "apertus": optional_heads(drawn(attention_bias=flag, **TIED)),
    "arcee": optional_heads(drawn(attention_bias=flag, mlp_bias=flag, **TIED)),
    "cohere": optional_heads(drawn(attention_bias=flag, use_qk_norm=flag, **TIED)),
    "cohere2": with_layer_types(drawn(attention_bias=flag, sliding_window=some(3, 5), **TIED), *SLIDES),
    "ernie4_5": drawn(use_bias=flag, head_dim=head_dim, **TIED),
    "exaone4": with_layer_types(
        drawn(sliding_window=some(3, 5), sliding_window_pattern=some(2, 3, 4), **TIED), *SLIDES
    ),
    "glm4": drawn(head_dim=head_dim, attention_bias=flag, **TIED),
    "gpt_neo": gpt_neo,
    "granite": optional_heads(drawn(attention_bias=flag, mlp_bias=flag, **TIED)),
    "hunyuan_v1_dense": drawn(head_dim=head_dim, attention_bias=flag, **TIED),
    "ministral": with_layer_types(drawn(sliding_window=some(3, 5), head_dim=head_dim, **TIED), *SLIDES),
    "ministral3": drawn(sliding_window=some(None, 3, 5), head_dim=head_dim, **TIED),
    "mpt": mpt,
    "nemotron": drawn(head_dim=head_dim, attention_bias=flag, mlp_bias=flag, **TIED),
    "olmo3": with_layer_types(
        optional_heads(drawn(attention_bias=flag, sliding_window=some(3, 5), **TIED)), *SLIDES
    ),
    "phi3": optional_heads(
        drawn(sliding_window=some(None, 3, 5), original_max_position_embeddings=64, **TIED)
    ),
    "seed_oss": drawn(head_dim=head_dim, attention_bias=flag, attention_out_bias=flag, mlp_bias=flag, **TIED),
    "smollm3": drawn(
        use_sliding_window=flag,
        sliding_window=some(3, 5),
        attention_bias=flag,
        mlp_bias=flag,
        no_rope_layer_interval=some(2, 3, 4),
        **TIED,
    ),
    "stablelm": drawn(
        partial_rotary_factor=0.5, use_qkv_bias=flag, qk_layernorm=flag, use_parallel_residual=flag, **TIED
    ),
    # experts
    "dots1": with_layer_types(after_dense_layers(qwen_windows(drawn(attention_bias=flag, **TIED))), *SLIDES),
    "ernie4_5_moe": ernie_moe,
    "glm4_moe": after_dense_layers(drawn(head_dim=head_dim, attention_bias=flag, use_qk_norm=flag, **TIED)),
    "gpt_oss": with_layer_types(
        mixture(
            drawn(head_dim=head_dim, sliding_window=some(3, 5), attention_bias=flag, **TIED),
            "num_local_experts",
        ),
        *SLIDES,
    ),
    "granitemoe": mixture(drawn(attention_bias=flag, **TIED), "num_local_experts"),
    "granitemoeshared": mixture(
        drawn(attention_bias=flag, shared_intermediate_size=some(0, 33), **TIED), "num_local_experts"
    ),
    "hunyuan_v1_moe": mixture(drawn(head_dim=head_dim, attention_bias=flag, **TIED), per_token="moe_topk"),
    "minimax_m2": mixture(drawn(head_dim=head_dim, **TIED), "num_local_experts"),
    "mixtral": mixture(
        drawn(head_dim=head_dim, sliding_window=some(None, 3, 5), **TIED), "num_local_experts"
    ),
    "olmoe": mixture(optional_heads(drawn(attention_bias=flag, **TIED))),
    "phimoe": drawn(
        attention_bias=flag,
        lm_head_bias=flag,
        sliding_window=some(None, 3, 5),
        num_experts_per_tok=2,
        num_local_experts=some(4, 6),
        **TIED,
    ),
    "qwen2_moe": qwen_mixture(
        qwen_windows(drawn(qkv_bias=flag, shared_expert_intermediate_size=some(17, 30), **TIED))
    ),
    "qwen3_moe": qwen_mixture(drawn(head_dim=head_dim, attention_bias=flag, **TIED)),
    "llama4_text": llama4,
    # layers of their own sizes, with embeddings of their own
    "gemma3n_text": gemma3n,
    "gemma4_text": gemma4,
    # latent attention
    "deepseek_v2": after_dense_layers(
        latent(drawn(q_lora_rank=some(None, 12), attention_bias=flag, mlp_bias=flag, **TIED))
    ),
    "deepseek_v3": after_dense_layers(latent(drawn(q_lora_rank=some(None, 12), attention_bias=flag, **TIED))),
    "deepseek_v32": after_dense_layers(
        latent(
            drawn(
                q_lora_rank=some(9, 12),
                attention_bias=flag,
                index_topk=some(7, 20),
                index_head_dim=some(12, 16),
                index_n_heads=some(2, 3),
                **TIED,
            )
        )
    ),
    "glm4_moe_lite": after_dense_layers(
        latent(drawn(q_lora_rank=some(None, 12), attention_bias=flag, **TIED)), n_dense_layers=1
    ),
    "longcat_flash": longcat,
    "mistral4": after_dense_layers(latent(drawn(q_lora_rank=some(None, 12), attention_bias=flag, **TIED))),
    # recurrent layers
    "bamba": bamba,
    "falcon_h1": falcon_h1,
    "granitemoehybrid": granite_hybrid,
    "jamba": jamba,
    "kimi_linear": kimi_linear,
    "lfm2": lfm2,
    "mamba": mamba,
    "mamba2": mamba2,
    "nemotron_h": nemotron_h,
    "qwen3_5_moe_text": lambda r: qwen3_5(r, mixed=True),
    "qwen3_5_text": qwen3_5,
    "qwen3_next": qwen3_next,
    "recurrent_gemma": griffin,
    "zamba2": zamba2,
}
