"""Positions that a model reaches where its file stretches the rotary ones."""

from ...errors import InputError, shown
from ..fields import POSITIONS


def reached(q):
    """The longest sequence that a configuration is for [token], and a note where YaRN makes it longer than
    `max_position_embeddings` says.

    YaRN's file names how many positions there were before it, and the factor. Files whose
    max_position_embeddings has the factor already state the same; Qwen3's and Qwen2.5's are to be stretched
    by whoever wants to, with the positions as they are.

    Args:
        q: the Reading of the configuration.

    Returns:
        pair of the positions, None where the model has no limit, and a text, or None.

    Raises:
        InputError: a factor or a number of positions that is none.

    Source: Peng et al. 2023, arXiv:2309.00071; vllm-project/vllm vllm/config/model.py,
    _get_and_verify_max_len, which takes the product. SGLang takes it where --context-length names it
    (python/sglang/srt/hf_transformers_utils.py, get_context_length, has max_position_embeddings alone).
    """
    stated = q["n_positions"]
    for key in ("rope_scaling", "rope_parameters"):
        rope = q.config.get(key)
        if not isinstance(rope, dict) or "yarn" not in (rope.get("rope_type"), rope.get("type")):
            continue
        original, factor = rope.get("original_max_position_embeddings"), rope.get("factor")
        if original is None or factor is None or stated is None:
            return stated, None
        if type(original) is not int or not 1 <= original <= POSITIONS:
            raise InputError(
                f"{q.where}: {key}: original_max_position_embeddings is {shown(original)}; expected a whole"
                f" number from 1 to {POSITIONS}"
            )
        if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 1 <= factor <= POSITIONS:
            raise InputError(f"{q.where}: {key}: factor is {shown(factor)}; expected a number from 1")
        stretched = int(original * factor)
        if stretched > stated:
            return stretched, f"YaRN stretches {original:,} positions to {stretched:,}, as the file says."
        return stated, None
    return stated, None
