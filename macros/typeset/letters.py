"""The letters that stand for names in typeset formulas: one table for the whole site.

A letter is written `base_subscript`: `d_head` is an italic d with an upright "head" below. A name without an
entry is split the same way at its first underscore: `values_per_token` is "values" with "per token" below.
"""

LETTERS = {
    "n_layers": "L",
    "n_heads": "h",
    "n_kv_heads": "h_kv",
    "d_model": "d_model",
    "head_dim": "d_head",
    "d_ff": "d_ff",
    "n_context": "n_ctx",
    "n_tokens": "n",
    "vocabulary_size": "V",
    "batch": "B",
    "bytes_per_value": "b",
    "bytes_per_weight": "b_w",
    "n_parameters": "N",
    "n_active_parameters": "N_active",
    "multiplications": "M",
    "flops": "F",
    "memory_bandwidth": "β",
    "peak_flops": "π",
    "memory_capacity": "C",
    "arithmetic_intensity": "I",
    "ridge_intensity": "I_ridge",
    "attainable_flops": "P",
    "critical_batch": "B_crit",
    "memory_seconds": "t_mem",
    "compute_seconds": "t_comp",
    "step_seconds": "t_step",
    "value_dim": "d_value",
    "window": "w",
    "kv_lora_rank": "d_latent",
    "rope_head_dim": "d_rope",
    "n_training_tokens": "D",
    # Results that formulas are named for
    "classic_multiplications": "M_classic",
    "efficient_multiplications": "M_efficient",
    "attention_crossover_context": "n_crossing",
    "n_bytes": "m",
    "weight_bytes": "m_weights",
    "cache_bytes": "m_cache",
    "kv_cache_bytes": "m_cache",
    "latent_cache_bytes": "m_latent",
    "weight_bytes_read": "m_read",
    "cache_bytes_read_per_query": "m_cache",
    "values_per_token": "v_token",
    "bytes_per_query": "m_query",
    "cache_bytes_per_query": "m_cache",
    "reserved_bytes": "m_reserved",
    "needed_bytes": "m_needed",
    "missing_bytes": "m_missing",
    "unoverlapped_seconds": "t_serial",
    "communication_seconds": "t_link",
    "tokens_per_second": "X",
    "largest_batch": "B_max",
    "kv_equals_weights_batch": "B_cache",
    "saturation_batch": "B_full",
    "communication_bound_batch": "B_link",
    "expected_experts": "E_read",
    "n_experts": "E",
    "n_experts_per_token": "k",
    "n_accelerators": "A",
    "link_bandwidth": "β_link",
    "cost_per_million_tokens": "c_million",
    "price_per_hour": "c_hour",
    # What engines attain, and queries that come and go
    "bandwidth_share": "s_mem",
    "peak_share": "s_peak",
    "sharpness": "p",
    "operation_latency": "t_op",
    "routing_latency": "t_route",
    "query_latency": "t_query",
    "step_latency": "t_host",
    "message_latency": "t_message",
    "link_share": "s_link",
    "n_queries": "C",
    "n_output": "n_out",
    "prefill_seconds": "t_prompt",
    "others_prefill_seconds": "t_others",
    "waited_share": "w",
    "request_seconds": "t_request",
    "waiting_seconds": "t_wait",
    "query_seconds": "t_query",
    # Sensor, converter and fan
    "celsius": "θ",
    "kelvin": "T",
    "r25": "R_25",
    "beta": "β",
    "thermistor_ohms": "R_T",
    "thermistor_resistance": "R_T",
    "thermistor_celsius": "θ_T",
    "divider_ohms": "R_div",
    "assumed_divider_ohms": "R_assumed",
    "filter_ohms": "R_filter",
    "divider_share": "s",
    "share": "s",
    "supply_volts": "U_supply",
    "reference_volts": "U_ref",
    "divider_voltage": "U_div",
    "volts": "U",
    "reference_amperes": "I_ref",
    "divider_power": "P",
    "total_watts": "P",
    "code": "c",
    "adc_code": "c",
    "code_celsius": "θ_code",
    "noise_codes": "σ_noise",
    "median_codes": "σ_median",
    "tolerance": "ε",
    "droop": "δ",
    "clock_hz": "f_clock",
    "pwm_hz": "f_PWM",
    "ambient_celsius": "θ_ambient",
    "plant_celsius": "θ_plant",
    "duty": "D",
}

# Words of a function's name that are not written in lower case.
WORDS = {
    "kv": "KV",
    "gqa": "GQA",
    "mha": "MHA",
    "flops": "FLOPs",
    "vram": "VRAM",
    "gpu": "GPU",
    "adc": "ADC",
    "pwm": "PWM",
    "lm": "LM",
    "mlp": "MLP",
    "rope": "RoPE",
    "moe": "MoE",
    "palm": "PaLM",
}

GREEK = {
    "α": r"\alpha",
    "β": r"\beta",
    "γ": r"\gamma",
    "δ": r"\delta",
    "ε": r"\varepsilon",
    "η": r"\eta",
    "θ": r"\theta",
    "κ": r"\kappa",
    "λ": r"\lambda",
    "μ": r"\mu",
    "ν": r"\nu",
    "π": r"\pi",
    "ρ": r"\rho",
    "σ": r"\sigma",
    "τ": r"\tau",
    "φ": r"\varphi",
    "ω": r"\omega",
    "Γ": r"\Gamma",
    "Δ": r"\Delta",
    "Θ": r"\Theta",
    "Λ": r"\Lambda",
    "Π": r"\Pi",
    "Σ": r"\Sigma",
    "Φ": r"\Phi",
    "Ω": r"\Omega",
    "∞": r"\infty",
}


def letter_of(name):
    """(base, subscript) that `name` is typeset with; the subscript may be empty.

    >>> letter_of("head_dim")
    ('d', 'head')
    >>> letter_of("tokens_per_query")
    ('tokens', 'per query')
    """
    base, _, subscript = LETTERS.get(name, name.strip("_")).partition("_")
    return base, subscript.replace("_", " ").strip()


def words_of(name):
    """A function's name as a reader says it.

    >>> words_of("kv_cache_bytes")
    'KV cache bytes'
    """
    return " ".join(WORDS.get(word, word) for word in name.strip("_").split("_"))
