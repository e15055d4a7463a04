"""Writing small GGUF files for tests, as ggml's docs/gguf.md has the format; without the reader's code."""

import math
import struct

SCALARS = {int: ("I", 4), float: ("f", 6), bool: ("B", 7)}
# Number in ggml's enum -> values and bytes of a block, of the types that tests use.
BLOCKS = {0: (1, 4), 1: (1, 2), 8: (32, 34), 12: (256, 144), 14: (256, 210), 30: (1, 2), 39: (32, 17)}


def text(value, order="<"):
    """A text with its length before it."""
    return struct.pack(order + "Q", len(value.encode())) + value.encode()


def value(one, order="<"):
    """A value of metadata, with its type before it."""
    if isinstance(one, str):
        return struct.pack(order + "I", 8) + text(one, order)
    if isinstance(one, (list, tuple)):
        number, letter = (8, None) if isinstance(one[0], str) else SCALARS[type(one[0])][::-1]
        elements = (text(e, order) if letter is None else struct.pack(order + letter, e) for e in one)
        return struct.pack(order + "IIQ", 9, number, len(one)) + b"".join(elements)
    letter, number = SCALARS[type(one)]
    return struct.pack(order + "I" + letter, number, one)


def n_bytes(shape, number):
    """Bytes of a tensor."""
    n_values, taken = BLOCKS[number]
    return math.prod(shape) // n_values * taken


def header(metadata, tensors, version=3, order="<"):
    """The header of a file; tensors: list of (name, shape, number of the type)."""
    made = [b"GGUF", struct.pack(order + "IQQ", version, len(tensors), len(metadata))]
    made += [text(key, order) + value(one, order) for key, one in metadata.items()]
    at = 0
    for name, shape, number in tensors:
        made.append(text(name, order) + struct.pack(f"{order}I{len(shape)}Q", len(shape), *shape))
        made.append(struct.pack(order + "IQ", number, at))
        at += -(-n_bytes(shape, number) // 32) * 32
    return b"".join(made)


def write(path, metadata, tensors, **how):
    """Write a file whose tensors are a hole in it, which takes no room on the disk."""
    made = header(metadata, tensors, **how)
    data = sum(-(-n_bytes(shape, number) // 32) * 32 for _, shape, number in tensors)
    with open(path, "wb") as file:
        file.write(made)
        file.truncate(-(-len(made) // 32) * 32 + data)
    return str(path)


def llama(n_layers=2, d_model=256, d_ff=512, n_heads=4, n_kv_heads=2, vocabulary=300, number=12, head=True):
    """Metadata and tensors of a small Llama whose matrices are all of one type."""
    kv_width = d_model // n_heads * n_kv_heads
    metadata = {
        "general.architecture": "llama",
        "llama.block_count": n_layers,
        "llama.context_length": 2048,
        "llama.embedding_length": d_model,
        "llama.feed_forward_length": d_ff,
        "llama.attention.head_count": n_heads,
        "llama.attention.head_count_kv": n_kv_heads,
        "llama.rope.freq_base": 10000.0,
        "tokenizer.ggml.tokens": ["a", "bc", ""],
        "tokenizer.ggml.add_bos_token": True,
    }
    tensors = [("token_embd.weight", (d_model, vocabulary), number), ("output_norm.weight", (d_model,), 0)]
    if head:
        tensors.append(("output.weight", (d_model, vocabulary), number))
    for i in range(n_layers):
        tensors += [
            (f"blk.{i}.attn_norm.weight", (d_model,), 0),
            (f"blk.{i}.attn_q.weight", (d_model, d_model), number),
            (f"blk.{i}.attn_k.weight", (d_model, kv_width), number),
            (f"blk.{i}.attn_v.weight", (d_model, kv_width), number),
            (f"blk.{i}.attn_output.weight", (d_model, d_model), number),
            (f"blk.{i}.ffn_norm.weight", (d_model,), 0),
            (f"blk.{i}.ffn_gate.weight", (d_model, d_ff), number),
            (f"blk.{i}.ffn_up.weight", (d_model, d_ff), number),
            (f"blk.{i}.ffn_down.weight", (d_ff, d_model), number),
        ]
    return metadata, tensors
