"""Answers that the tests of the page show, as Python gives them."""

from macros.pages.calculators import ANSWERS

OWN = {
    "memory_bandwidth": 9e11,
    "memory_capacity": 24e9,
    "peak_flops": {"bf16": 1.2e14},
    "kind": "consumer GPU",
}
HOW = [
    {"model": "llama-3.1-8b", "accelerator": "h100-sxm"},
    {"model": "llama-3.1-70b", "accelerator": "h100-sxm"},  # does not fit
    {"model": "deepseek-v3", "accelerator": "h200-sxm", "accelerators": 8, "dtype": "fp8"},
    {"model": "qwen3-8b", "accelerator": "rtx-4090", "dtype": "Q4_K_M"},
]
LOAD = {
    "multiplications": {"context": 4096},
    "fit": {"batch": 16, "context": 4096},
    "speed": {"concurrency": 8, "input": 1000, "output": 200, "engine": "vllm"},
    "batching": {"batch": 8, "context": 4096},
}
KINDS = tuple(LOAD)


def asks(kind, n=4):
    """The first `n` asks of a kind."""
    return [how | LOAD[kind] for how in HOW[:n]]


def cases(kind, asked):
    """What the page shows of asks: dicts of `label` and `answer`."""
    found = [ANSWERS[kind].answer(ask) for ask in asked]
    return [{"label": answer["title"], "answer": answer} for answer in found]
