"""Decoding with a KV cache, measured: a GPT-2-shaped model of random weights, batch 1 to as many as fit.

Needs PyTorch, which neither the site nor the tests do: run it with a Python that has it, for instance

    python benchmarks/decode.py --models gpt2 --contexts 128 1024

It takes the first CUDA device, or the CPU. Each step is one new token for every query at a fixed context. The
rates of the same device are measured in the same run, right before and after each batch, so that what else
the machine does weighs on both: copying, and a product of square matrices. The CSV in benchmarks/results/
holds medians with their tenth and ninetieth percentiles; `llmmath.evidence.own_runs` sets the prediction from
those rates beside them.
"""

import argparse
import csv
import datetime
import platform
import statistics
import sys
import time
from functools import partial
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
COPY_VALUES = 2**27  # 512 MiB of fp32: far more than any cache of the processor
MATRIX = {"cpu": 2048, "cuda": 8192}
LINEAR = (50257, 768)  # the LM head of GPT-2 small, the largest matrix of it
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
WARM_UP = 3


def main():
    """Measure every model, context and batch asked for, and write one CSV."""
    options = parsed()
    sys.path.insert(0, str(ROOT))
    from llmmath.records import models

    torch.manual_seed(0)
    if options.threads:
        torch.set_num_threads(options.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = options.dtype or {"cpu": "fp32", "cuda": "bf16"}[device]
    shared = {
        "date": datetime.date.today().isoformat(),
        "device": device_name(device),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "dtype": dtype,
    }
    rows = []
    before = measured_rates(device, DTYPES[dtype])
    for key in options.models:
        model = models.get(key)
        shape = model.quantities()
        decoder = Decoder(shape, model.n_positions, device, DTYPES[dtype])
        for context in options.contexts:
            batch = 1
            while batch <= options.most and decoder.cache_bytes(batch, context) < free_bytes(device) / 2:
                seconds = decoder.measured_steps(batch, context, options.steps)
                after = measured_rates(device, DTYPES[dtype])
                rows.append(
                    shared
                    | {"model": key, "batch": batch, "context": context, "steps": len(seconds)}
                    | spread("step", seconds)
                    | spread("copy_bandwidth", before["copy"] + after["copy"])
                    | spread("matrix_rate", before["matrix"] + after["matrix"])
                    | spread("linear_1_bandwidth", before["linear_1"] + after["linear_1"])
                    | spread("linear_2_bandwidth", before["linear_2"] + after["linear_2"])
                )
                print(
                    f"{key} batch {batch} context {context}: {1000 * rows[-1]['step_median']:.2f} ms",
                    flush=True,
                )
                before = after
                batch *= 2
    output = options.output or ROOT / f"benchmarks/results/decode-{device}.csv"
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"written: {output}")


def parsed():
    """The options of the command line."""
    parser = argparse.ArgumentParser(description="Measure decoding steps of GPT-2-shaped models.")
    parser.add_argument("--models", nargs="+", default=["gpt2"], help="records of GPT-2's shape (gpt2)")
    parser.add_argument("--contexts", nargs="+", type=int, default=[128, 1024], help="positions attended to")
    parser.add_argument("--most", type=int, default=64, help="largest batch (64)")
    parser.add_argument("--steps", type=int, default=15, help="steps measured for each batch (15)")
    parser.add_argument("--dtype", choices=DTYPES, help="data type (fp32 on a CPU, bf16 on a GPU)")
    # Threads wait for each other after each operation: on a machine that is shared, one fewer than there are
    # cores, or a single one, disturbs the measurement least.
    parser.add_argument("--threads", type=int, help="threads of a CPU (as many as it has cores)")
    parser.add_argument(
        "--output", type=Path, help="the CSV to write (benchmarks/results/decode-cpu.csv, or -cuda)"
    )
    return parser.parse_args()


class Decoder:
    """A decoder of GPT-2's shape with random weights, that computes one step for a batch."""

    def __init__(self, shape, n_positions, device, dtype):
        self.shape = shape
        self.device = device
        self.dtype = dtype
        d_model, d_ff = shape["d_model"], shape["d_ff"]
        width = shape["n_heads"] * shape["head_dim"]

        def weights(*sizes):
            return torch.randn(*sizes, device=device, dtype=dtype) * 0.02

        self.embedding = weights(shape["vocabulary_size"], d_model)
        self.positions = weights(n_positions, d_model)
        self.layers = [
            {
                "norm1": (weights(d_model), weights(d_model)),
                "qkv": (weights(3 * width, d_model), weights(3 * width)),
                "o": (weights(d_model, width), weights(d_model)),
                "norm2": (weights(d_model), weights(d_model)),
                "up": (weights(d_ff, d_model), weights(d_ff)),
                "down": (weights(d_model, d_ff), weights(d_model)),
            }
            for _ in range(shape["n_layers"])
        ]
        self.norm = (weights(d_model), weights(d_model))

    def cache_bytes(self, batch, context):
        """Size of the cache of a batch [B]."""
        values = 2 * self.shape["n_layers"] * self.shape["n_heads"] * self.shape["head_dim"]
        return values * batch * context * self.embedding.element_size()

    @torch.inference_mode()
    def measured_steps(self, batch, context, steps):
        """Times of single steps, each of which attends to `context` positions [s]."""
        heads, head_dim = self.shape["n_heads"], self.shape["head_dim"]
        cache = [
            torch.randn(2, batch, heads, context, head_dim, device=self.device, dtype=self.dtype)
            for _ in self.layers
        ]
        tokens = torch.zeros(batch, dtype=torch.long, device=self.device)
        seconds = []
        for _ in range(WARM_UP + steps):
            settle(self.device)
            start = time.perf_counter()
            tokens = self.step(tokens, cache, context)
            settle(self.device)
            seconds.append(time.perf_counter() - start)
        return seconds[WARM_UP:]

    def step(self, tokens, cache, context):
        """The next token of every query; its keys and values take the cache's last position."""
        functional = torch.nn.functional
        heads, head_dim, d_model = (self.shape[name] for name in ("n_heads", "head_dim", "d_model"))
        stream = self.embedding[tokens] + self.positions[context - 1]
        for layer, kept in zip(self.layers, cache):
            normed = functional.layer_norm(stream, (d_model,), *layer["norm1"])
            query, key, value = (
                functional.linear(normed, *layer["qkv"]).view(len(tokens), 3, heads, head_dim).unbind(1)
            )
            kept[0, :, :, context - 1] = key
            kept[1, :, :, context - 1] = value
            mixed = functional.scaled_dot_product_attention(query.unsqueeze(2), kept[0], kept[1])
            stream = stream + functional.linear(mixed.reshape(len(tokens), -1), *layer["o"])
            normed = functional.layer_norm(stream, (d_model,), *layer["norm2"])
            hidden = functional.gelu(functional.linear(normed, *layer["up"]), approximate="tanh")
            stream = stream + functional.linear(hidden, *layer["down"])
        logits = functional.linear(functional.layer_norm(stream, (d_model,), *self.norm), self.embedding)
        return logits.argmax(dim=-1)


@torch.inference_mode()
def measured_rates(device, dtype, repeats=5):
    """Rates of copying, bytes read and written together [B/s], and of a product of matrices [FLOP/s].

    Also the rate at which weights are read by a product with one and with two vectors [B/s]. No prediction is
    made from these: they tell how much of a shortfall is the library's.
    """
    source = torch.zeros(COPY_VALUES, device=device)
    target = torch.ones_like(source)
    size = MATRIX[device]
    left = torch.randn(size, size, device=device, dtype=dtype)
    right = torch.randn(size, size, device=device, dtype=dtype)
    copied = timed(lambda: target.copy_(source), device, repeats)
    multiplied = timed(lambda: left @ right, device, repeats)
    n_bytes = 2 * source.numel() * source.element_size()
    weights = torch.randn(*LINEAR, device=device, dtype=dtype)
    read = weights.numel() * weights.element_size()
    found = {"copy": [n_bytes / s for s in copied], "matrix": [2 * size**3 / s for s in multiplied]}
    for vectors in (1, 2):
        inputs = torch.randn(vectors, LINEAR[1], device=device, dtype=dtype)
        seconds = timed(partial(torch.nn.functional.linear, inputs, weights), device, repeats)
        found[f"linear_{vectors}"] = [read / s for s in seconds]
    return found


def timed(action, device, repeats):
    """Times of an action, after one that does not count [s]."""
    seconds = []
    for _ in range(repeats + 1):
        settle(device)
        start = time.perf_counter()
        action()
        settle(device)
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def settle(device):
    """Wait until a GPU has done what it was given."""
    if device == "cuda":
        torch.cuda.synchronize()


def spread(name, values):
    """Median, tenth and ninetieth percentile."""
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    return {f"{name}_median": statistics.median(values), f"{name}_p10": tenths[0], f"{name}_p90": tenths[-1]}


def free_bytes(device):
    """Memory that is free [B]."""
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    for line in Path("/proc/meminfo").read_text().splitlines() if Path("/proc/meminfo").exists() else ():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 4 * 2**30  # what a machine that runs this has at least


def device_name(device):
    """The name that the processor gives itself."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
