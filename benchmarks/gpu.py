"""Decoding and prompts of open architectures on a GPU, and what the card itself attains.

Needs PyTorch with a CUDA device, which neither the site nor the tests do: run it with a Python that has it,

    python -m benchmarks.gpu --models llama-3.1-8b qwen3-30b-a3b

Weights are random, and everything runs in CUDA graphs, as serving engines do it. With `--fused`, PyTorch's
compiler joins what stands between the products, as gpt-fast does. Two CSVs are written to
benchmarks/results/: steps and prompts from the launch to the token in the host's hand, and copies, products
by shape and launches, timed on the card. Medians stand beside their tenth and ninetieth percentiles;
`llmmath.evidence.gpu_runs` sets the bound and the estimate beside them.
"""

import argparse
import csv
import datetime
import gc
import time
from functools import partial
from pathlib import Path

import torch

from benchmarks.decode import spread
from benchmarks.decoders import Decoder
from llmmath.records import models

ROOT = Path(__file__).resolve().parents[1]
DTYPE = torch.bfloat16
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CONTEXTS = (1024, 8192, 32768)
PROMPTS = ((1, 128), (1, 512), (1, 2048), (1, 8192), (1, 32768), (8, 512), (8, 2048))
ROWS = (1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 2048, 4096, 8192)
READ_SIZES = tuple(2**power for power in range(18, 31))  # 256 KiB to 1 GiB
COPY_BYTES = 2**31
SQUARE = 8192
LAUNCHES = 1000
# What is timed over and over goes through more memory than any GPU's cache holds.
UNCACHED_BYTES = 2**29
LEFT_FREE = 0.08  # share of the memory that caches never take: graphs and products need room


def main():
    """Measure the card, then each model, and write both CSVs; what was measured is kept whatever follows."""
    options = parsed()
    torch.manual_seed(0)
    card = torch.cuda.get_device_name()
    shared = {
        "date": datetime.date.today().isoformat(),
        "device": card,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "dtype": "bf16",
    }
    name = card.split()[1].lower() if card.startswith("NVIDIA ") else card.lower().replace(" ", "-")
    rates = Csv(options.output / f"rates-{name}.csv", shared)
    steps = Csv(options.output / f"steps-{name}.csv", shared)
    until = time.monotonic() + options.seconds
    if not options.no_rates:
        for row in card_rates(options.models):
            rates.write(row)
    for key in options.models:
        for fused in (False, True) if options.fused else (False,):
            for row in model_times(models.get(key), fused, until, options):
                steps.write({"model": key, "fused": int(fused)} | row)
            gc.collect()
            torch.cuda.empty_cache()


def parsed():
    """The options of the command line."""
    parser = argparse.ArgumentParser(description="Measure decoding and prompts on a GPU.")
    parser.add_argument("--models", nargs="+", default=["llama-3.1-8b"], help="records (llama-3.1-8b)")
    parser.add_argument("--batches", nargs="+", type=int, default=BATCHES, help="queries at once")
    parser.add_argument("--contexts", nargs="+", type=int, default=CONTEXTS, help="positions attended to")
    parser.add_argument("--steps", type=int, default=20, help="repeats of each measurement (20)")
    parser.add_argument("--fused", action="store_true", help="also with what PyTorch's compiler joins")
    parser.add_argument("--no-rates", action="store_true", help="models only")
    parser.add_argument("--seconds", type=float, default=3600, help="begin nothing after so long (3600)")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results", help="folder of the CSVs")
    return parser.parse_args()


class Csv:
    """A CSV that grows by a row at a time, so that an end half way loses nothing.

    Args:
        path: of the file, made anew.
        shared: what stands at the head of every row.
    """

    def __init__(self, path, shared):
        self.path, self.shared, self.columns = path, shared, None
        path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, row):
        row = self.shared | row
        new = self.columns is None
        self.columns = self.columns or list(row)
        with open(self.path, "w" if new else "a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)
        print({key: value for key, value in row.items() if key not in self.shared}, flush=True)


def model_times(model, fused, until, options):
    """Rows of decoding steps, then of prompts, of one model."""
    decoder = Decoder(model, "cuda", DTYPE, fused)
    for context in options.contexts:
        room = torch.cuda.mem_get_info()[0] - LEFT_FREE * torch.cuda.mem_get_info()[1]
        batches = [batch for batch in options.batches if decoder.cache_bytes(batch, context) < room]
        if not batches:
            continue
        cache = decoder.cache(max(batches), context)
        turns = decoder.turns(torch.tensor([context - 1], device="cuda"))
        for batch in batches:
            if time.monotonic() > until:
                return
            tokens = torch.randint(model.vocabulary_size, (batch,), device="cuda")
            kept = [part[:, :batch] for part in cache]
            seconds = token_seconds(partial(decoder.step, tokens, kept, turns), options.steps)
            yield {
                "task": "decode",
                "batch": batch,
                "context": context,
                "experts_read": decoder.experts_read(tokens, kept, turns) or "",
            } | spread("seconds", seconds)
        del cache, kept
        torch.cuda.empty_cache()
    for batch, length in PROMPTS:
        if time.monotonic() > until:
            return
        cache = decoder.cache(batch, length)
        turns = decoder.turns(torch.arange(length, device="cuda"))
        tokens = torch.randint(model.vocabulary_size, (batch, length), device="cuda")
        seconds = token_seconds(partial(decoder.prefill, tokens, cache, turns), max(5, options.steps // 2))
        yield {"task": "prefill", "batch": batch, "context": length, "experts_read": ""} | spread(
            "seconds", seconds
        )
        del cache
        torch.cuda.empty_cache()


def captured(action):
    """A CUDA graph of an action, warmed up, and what it gives at each replay."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(2):
            action()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        given = action()
    return graph, given


def token_seconds(action, repeats):
    """Times from the launch of a captured action to its tokens in the host's memory [s]."""
    graph, tokens = captured(action)
    seconds = []
    for _ in range(repeats + 3):
        torch.cuda.synchronize()
        start = time.perf_counter()
        graph.replay()
        tokens.cpu()
        seconds.append(time.perf_counter() - start)
    del graph
    return seconds[3:]


def card_seconds(actions, calls, repeats=10):
    """Times on the card of one action, many of which run in one graph, one after the other [s]."""
    graph, _ = captured(lambda: [actions[at % len(actions)]() for at in range(calls)])
    seconds = []
    for _ in range(repeats + 2):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        graph.replay()
        end.record()
        torch.cuda.synchronize()
        seconds.append(start.elapsed_time(end) / 1000 / calls)
    del graph
    torch.cuda.empty_cache()
    return seconds[2:]


@torch.inference_mode()
def card_rates(keys):
    """Rows of what the card attains: copies, reading by size, products by shape, launches."""

    def row(what, rows, n_inputs, n_outputs, n_bytes, flops, seconds):
        named = {"what": what, "rows": rows, "n_inputs": n_inputs, "n_outputs": n_outputs}
        return named | {"bytes": n_bytes, "flops": flops} | spread("seconds", seconds)

    source = torch.zeros(COPY_BYTES, dtype=torch.uint8, device="cuda")
    target = torch.ones_like(source)
    yield row("copy", "", "", "", 2 * COPY_BYTES, 0, card_seconds([partial(target.copy_, source)], 3))
    del source, target
    value = torch.zeros(1, device="cuda")
    yield row("launch", "", "", "", 0, 0, card_seconds([lambda: value.add_(1)], LAUNCHES))
    yield row("launch_ungraphed", "", "", "", 0, 0, ungraphed_seconds(lambda: value.add_(1)))
    for n_bytes in READ_SIZES:
        n_inputs = 4096 if n_bytes >= 2**20 else 512
        shape = (1, n_inputs, n_bytes // 2 // n_inputs)
        yield row("product", *shape, *product_costs(*shape), product_seconds(*shape))
    shapes = sorted({shape for key in keys for shape in product_shapes(models.get(key))})
    for n_inputs, n_outputs in [(SQUARE, SQUARE), *shapes]:
        for rows in ROWS:
            shape = (rows, n_inputs, n_outputs)
            yield row("product", *shape, *product_costs(*shape), product_seconds(*shape))


def product_shapes(model):
    """Inputs and outputs of the products of a model with weights that every token reads."""
    attention, feed = model.layers[0].parts
    width = attention.head_dim
    yield model.d_model, (attention.n_heads + 2 * attention.n_kv_heads) * width
    yield attention.n_heads * width, model.d_model
    yield model.d_model, model.vocabulary_size
    if type(feed).__name__ == "Mlp":
        yield model.d_model, 2 * feed.d_ff
        yield feed.d_ff, model.d_model


def product_costs(rows, n_inputs, n_outputs):
    """Bytes of the weights, rows and results of a product [B], and its operations [FLOP]."""
    values = n_inputs * n_outputs + rows * (n_inputs + n_outputs)
    return values * DTYPE.itemsize, 2 * rows * n_inputs * n_outputs


def product_seconds(rows, n_inputs, n_outputs):
    """Times of one product with weights that no cache holds [s]."""
    copies = max(1, -(-UNCACHED_BYTES // (n_inputs * n_outputs * DTYPE.itemsize)))
    inputs = torch.randn(rows, n_inputs, device="cuda", dtype=DTYPE)
    weights = [torch.randn(n_outputs, n_inputs, device="cuda", dtype=DTYPE) for _ in range(min(copies, 512))]
    actions = [partial(torch.nn.functional.linear, inputs, matrix) for matrix in weights]
    return card_seconds(actions, max(4, min(len(actions), 512)))


def ungraphed_seconds(action, repeats=10):
    """Times of one action, launched one by one by the host [s]."""
    seconds = []
    for _ in range(repeats + 1):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(LAUNCHES):
            action()
        torch.cuda.synchronize()
        seconds.append((time.perf_counter() - start) / LAUNCHES)
    return seconds[1:]


if __name__ == "__main__":
    main()
