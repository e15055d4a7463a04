"""Bytes of one linear layer in each format of quantised weights, its bias apart.

`n_inputs` and `n_outputs` are the layer's sizes [1]; every function gives bytes [B], scales, zero points and
tables included. Formats store whole words, so that a size which does not divide is rounded up as they do.
"""


def _over(values, size):
    """How many pieces of `size` cover `values`."""
    return -(-values // size)


def mxfp4(n_inputs, n_outputs):
    """4 bits a value and an 8-bit scale for each 32 inputs.

    Source: OCP Microscaling Formats v1.0, section 5.2; transformers 5.23.0, integrations/mxfp4.py.

    >>> mxfp4(2880, 5760)
    8812800
    """
    return n_outputs * (_over(n_inputs, 2) + _over(n_inputs, 32))


def nvfp4(n_inputs, n_outputs, tensor_scales=1):
    """4 bits a value, an 8-bit scale for each 16 inputs and fp32 scales of the whole tensor.

    Source: vllm-project/compressed-tensors, compressors/nvfp4/base.py (commit ac8e2ba82f4e).
    """
    return n_outputs * (_over(n_inputs, 2) + _over(n_inputs, 16)) + 4 * tensor_scales


def eight_bits(n_inputs, n_outputs, n_scales, scale_bytes, further_bytes=0):
    """A byte a value, `n_scales` scales of `scale_bytes` each, and what else is stored.

    Source: transformers 5.23.0, integrations/finegrained_fp8.py, class FP8Linear.
    """
    return n_inputs * n_outputs + n_scales * scale_bytes + further_bytes


def n_blocks(n_inputs, n_outputs, rows, columns):
    """Blocks of `rows` outputs and `columns` inputs that cover a layer, those at its edges cut [1].

    >>> n_blocks(7168, 576, 128, 128)
    280
    """
    return _over(n_outputs, rows) * _over(n_inputs, columns)


def gptq(n_inputs, n_outputs, bits, group_size):
    """`bits` a value; for each group of inputs and each output an fp16 scale and a zero point of `bits`; and
    a 32-bit group number for each input, whatever desc_act says. Some files hold a bias of zeros beside.

    Source: AutoGPTQ/AutoGPTQ, nn_modules/qlinear/qlinear_cuda_old.py (commit 9f7d37072917).

    >>> gptq(4096, 4096, 4, 128) == 4096 * 4096 // 2 + 32 * 4096 // 2 + 2 * 32 * 4096 + 4 * 4096
    True
    """
    groups = _over(n_inputs, group_size)
    return bits * n_inputs * n_outputs // 8 + groups * (bits * n_outputs // 8 + 2 * n_outputs) + 4 * n_inputs


def mlx_affine(n_inputs, n_outputs, bits, group_size):
    """`bits` a value in 32-bit words along each row, and for each group of inputs and each output a scale and
    a bias of 16 bits.

    Source: ml-explore/mlx, mlx/ops.cpp, quantize: "affine".

    >>> mlx_affine(4096, 4096, 4, 64) == 4096 * 4096 // 2 + 64 * 4096 * (2 + 2)
    True
    """
    return n_outputs * (4 * _over(n_inputs * bits, 32) + 4 * _over(n_inputs, group_size))


def awq(n_inputs, n_outputs, group_size):
    """4 bits a value; for each group of inputs and each output an fp16 scale and a 4-bit zero point.

    Source: casper-hansen/AutoAWQ, modules/linear/gemm.py (commit 88e4c76b2075).

    >>> awq(4096, 4096, 128) == 4096 * 4096 // 2 + 32 * 4096 // 2 + 2 * 32 * 4096
    True
    """
    groups = n_inputs // group_size
    return n_inputs * n_outputs // 2 + groups * (n_outputs // 2 + 2 * n_outputs)


def awq_gemv(n_inputs, n_outputs, group_size):
    """As `awq`, with room for more groups: zero points of eight groups share a word, and an output has whole
    words, in pairs for groups of 64 and in fours for groups of 32, and as many scales as zero points.

    Source: casper-hansen/AutoAWQ, modules/linear/gemv.py, calculate_zeros_width (commit 88e4c76b2075).

    >>> awq_gemv(4096, 4096, 128) == awq(4096, 4096, 128)
    True
    >>> awq_gemv(1280, 1, 128) - awq_gemv(2048, 1, 128) == (1280 - 2048) // 2
    True
    """
    together = {32: 4, 64: 2}.get(group_size, 1)
    words = _over(_over(n_inputs // group_size, 8), together) * together
    return n_inputs * n_outputs // 2 + n_outputs * words * (4 + 8 * 2)


def bitsandbytes_4_bits(n_inputs, n_outputs, nested):
    """4 bits a value, a scale for each 64 values in any order, and the fp32 values of the 16 codes.

    Scales are fp32, or, `nested`, 8-bit codes with an fp32 scale for each 256 of them and a table of 256 fp32
    values. The text of some 100 bytes that a file has for each layer beside is not counted.
    Source: bitsandbytes-foundation/bitsandbytes, functional.py, class QuantState (commit 95f9af309d4d).
    """
    n_values = n_inputs * n_outputs
    scales = _over(n_values, 64)
    scale_bytes = scales + 4 * _over(scales, 256) + 4 * 256 if nested else 4 * scales
    return _over(n_values, 2) + scale_bytes + 4 * 16


def packed(n_inputs, n_outputs, bits, n_groups, scale_bytes, symmetric, ordered):
    """`bits` a value in 32-bit words along each row, `n_groups` scales for each output, zero points of `bits`
    packed over the outputs unless `symmetric`, a group number for each input where `ordered`, and the layer's
    two sizes in 64 bits each.

    Source: vllm-project/compressed-tensors, compressors/pack_quantized/base.py (commit ac8e2ba82f4e).
    """
    weights = 4 * _over(n_inputs * bits, 32) * n_outputs
    zero_points = 0 if symmetric else 4 * _over(n_outputs * bits, 32) * n_groups
    return weights + scale_bytes * n_groups * n_outputs + zero_points + 4 * n_inputs * ordered + 2 * 8
