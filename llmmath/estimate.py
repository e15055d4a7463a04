"""How long it takes: time to the first token, time per token and rates, each with the interval it falls into.

The bound says what a machine allows; an engine takes longer, by the shares and latencies of its record, which
are fitted to measurements. Queries come and go: each token of one also pays for the prompts of the others.
"""

import math
from collections import namedtuple
from functools import cache

from . import attained, conversions, ledger, queues
from .checks import amount, share, whole, within_positions
from .deployment import OFFLOADS, Deployment, prompt_operations
from .errors import InputError, shown
from .formulas import serving
from .formulas.cost import cost_per_million_tokens, energy_per_million_tokens
from .records import engines, gguf_mixes, links
from .traffic import flops

# Of a normal distribution, how many standard deviations from the middle hold 80 % [1].
EIGHTY_PERCENT = 1.2815515655446004
# Unit of each entry of `estimate`; an entry stands for all below it.
UNITS = {
    "n_accelerators": "1",
    "concurrency": "1",
    "input": "token",
    "output": "token",
    "cached_prefix": "token",
    "time_to_first_token_s": "s",
    "time_per_output_token_s": "s",
    "query_s": "s",
    "output_tokens_per_s": "token/s",
    "output_tokens_per_s_per_query": "token/s",
    "parts_s": "s",
    "missing_bytes": "B",
    "missing_bytes_of_one": "B",
    "needed_bytes": "B",
    "usable_bytes": "B",
    "evidence_points": "1",
    "evidence_held": "1",
    "offloaded_bytes": "B",
    "memory_capacity": "B",
    "running": "1",
    "waiting": "1",
    "held_back": "1",
    "queued_tokens": "token",
    "evicted": "1",
    "evicted_tokens": "token",
    "max_concurrency": "1",
    "engine_max_queries": "1",
    "model_flops_utilisation": "1",
    "prefill_servers_per_decoder": "1",
    "energy_per_million_tokens": "J",
    "cost_per_million_tokens": "currency",
    "within_slo": "1",
}
# What a time per token is the sum of.
PARTS = ("weights", "cache", "arithmetic", "latency", "communication", "prompts", "offload")
# The same as people read them.
WORDS = {
    "weights": "reading weights",
    "cache": "reading caches",
    "arithmetic": "arithmetic",
    "latency": "starting operations, and the host",
    "communication": "sending between cards",
    "prompts": "prompts of others",
    "offload": "bringing weights",
}
# Which of an engine's errors a time has.
TASK_OF = {"step": "decode", "prompt": "prefill", "prompt_each": "prefill"}
# What is None where nothing runs.
OF_WHAT_RUNS = (
    "time_to_first_token_s", "time_per_output_token_s", "query_s", "output_tokens_per_s",
    "output_tokens_per_s_per_query", "parts_s", "binds", "model_flops_utilisation",
    "prefill_servers_per_decoder", "energy_per_million_tokens", "cost_per_million_tokens", "within_slo",
    "slo_missed",
)  # fmt: skip
# What `outside` says of an offload, where something is kept elsewhere.
OFFLOADED = (
    "an offload, to which no constant was fitted; every step is taken to bring what is kept elsewhere over"
    " its link"
)
# And where the engine multiplies what it keeps elsewhere with the processor, whose memory was not named.
ON_THE_PROCESSOR = (
    "; llama.cpp multiplies it with the processor where it lies, so name the processor's memory as the link"
    " (ddr5-5600-2ch, or --offload-gb-s)"
)
# And where the accelerator's record has no peak for the products.
NO_PEAK = (
    "{}: no peak is recorded for products with such weights, so that nothing is expected of what waits for"
    " arithmetic, prompts above all, and bounds count reading alone; name another type (--compute-dtype) if"
    " it has one"
)
# What is said where an engine's prompts are only known as a part of something else.
PROMPTS = (
    "no prompts were measured alone with {}{}, so that first tokens are told as for accelerators that were"
    " not measured"
)
# What is said of a model with experts.
UNEVEN = (
    "routers are taken to favour half of a layer's experts, which they pick {} % more often than the average,"
    " so that a step reads fewer than if all were picked alike; the command bound counts all alike. A router"
    " with more favourites than that can be faster than this bound"
)
# Where an engine runs fewer than there are.
LIMITED = (
    "no more than {1:,} queries run at once under {0} unless it is told otherwise ({2}), whatever memory"
    " there is: {3:,} of the {4:,} wait for others to end"
)
# Where weights take no room on the accelerator although nobody asked for that.
ON_HOST = (
    "the table of input embeddings stays in the processor's memory under {}: its {:.3g} GB take no room on"
    " the accelerator"
)
# What is said of an offload that would not have to be.
AT_REST = (
    "without the offload all weights have room beside {:,} of these queries at their full length: that may"
    " well be faster"
)
# What is said of a front of all prompts whose cache is there.
PREFIX_ONCE = (
    "the cached prefix is taken to be the same in all prompts; {} holds it once for all queries. Bounds read"
    " it once in each step too, what is expected once for each query, as kernels do that take each alone"
)
PREFIX_EACH = "each query holds the cached prefix in room of its own: {} is not taken to share it"
# And where more run than fit at their full length.
EVICTING = (
    "{:,} of the {:,} queries that run lose their room if all are at their full length; reading their"
    " prompts again is not counted here"
)
# And where some wait although there is room for them.
HELD_BACK = (
    "{:,} of the {:,} queries that have room wait, so that each of {:,} groups has as many: one more in some"
    " of them would take more from the others than it adds"
)
# The end of times that an end of rates comes from: the longest times give the lowest rates.
TURNED = {"bound": "bound", "low": "high", "expected": "expected", "high": "low"}
# By how much the logarithm of an interval's half grows for each doubling beyond what was measured [1].
WIDENING = 0.15
# As how many doublings counts what was not measured at all of an engine: a type, a way, a vendor, an offload.
UNMEASURED = 2
# Types of weights that take as long as another, by what measurements call them.
SAME = {
    "bf16": "fp16", "awq int4": "int4-g128", "gptq int4": "int4-g128", "compressed-tensors int4": "int4-g128",
    "gptq int8": "int8", "compressed-tensors int8": "int8", "compressed-tensors fp8": "fp8",
    # MLX has one kernel for its groups, whatever their length.
    "mlx int4-g32": "int4-g32", "mlx int4-g64": "int4-g32", "int4-g64": "int4-g32",
}  # fmt: skip
# Accelerators of one server, which one link joins, at the most [1]: of NVIDIA's HGX and AMD's platforms.
OF_A_SERVER = 8

_Load = namedtuple("_Load", "queries running input output cached")
_Load.__doc__ = """Queries that are there and of them those that run [1]; of each its tokens [token]."""
_Group = namedtuple("_Group", "n mine together load times")
_Group.__doc__ = """Groups of queries that go at one pace.

n: how many groups are alike [1]. mine: queries of each [1]. together: queries whose prompts each of them
meets, its own among them [1]. load: the load whose fullest groups are such. times: by name of an end of the
interval, what `_Times._of` gives.
"""
_Told = namedtuple("_Told", "load groups shares intervals")
_Told.__doc__ = """What is told of a load: which load it is, its groups, of the queries that are answered the
share of each kind of group [1], and the quantities by bound, low, expected and high."""


def estimate(
    model, accelerator, *, concurrency, input, output, engine="typical", dtype=None, kv_dtype=None,
    activation_dtype=None, compute_dtype=None, parallel=None, n_accelerators=1, link_bandwidth=None,
    cached_prefix=0, offload=None, offload_bandwidth=None, offload_share=1, processor_memory=False,
    reserved_bytes=None, memory_capacity=None,
    price_per_hour=None, power=None, slo_ttft=None, slo_tpot=None,
):  # fmt: skip
    """What serving a model takes: expected times and rates with 80% intervals, beside the bound.

    Args:
        model: a `shapes.Model`. accelerator: an `accelerators.Accelerator`.
        concurrency: queries that are always there [1]. input, output: tokens of each query's prompt, and
            tokens that it generates [token].
        engine: a key of `engines.keys()`; "typical" for a tuned engine that is not named.
        dtype, kv_dtype, activation_dtype, compute_dtype, reserved_bytes, memory_capacity: as in
        `bound.bound`. parallel: how several accelerators are used, one of `deployment.WAYS`; None for
        what the engine does unless it is told. n_accelerators: how many [1]. link_bandwidth: rate at which
        one sends to the others [B/s]; None for what the record has. cached_prefix: tokens at the front of
        each prompt whose keys and values are there already, held once for all queries by engines that
            share them (`engines.Engine.shares_prefix`), else by each query in room of its own [token].
        offload: "layers" or "experts": what has no room is kept elsewhere and brought in each step
            at `offload_bandwidth` [B/s], of which `offload_share` is attained [1]. processor_memory: whether
            that is the rate at which a processor reads its own memory.
        price_per_hour: of all accelerators together [currency/h]. power: drawn by all of them together [W];
            None for the rated power of the record.
        slo_ttft, slo_tpot: longest time to the first token, longest time per output token [s].

    Returns:
        dict, ready for JSON. Times and rates are dicts of bound, low, expected and high: the bound as in
        `bound.bound`, the least time or the highest rate, but of experts that routers choose unevenly
        (`attained.UNEVENNESS`), which are fewer, and of attention, which is multiplied in 16 bits where
        weights alone are multiplied as integers; low and high hold 80 % of what is measured on systems that
        the engine's constants were not fitted to. Where some groups of queries have one more than others
        (data parallel, pipeline), each goes at its own pace: rates are summed, and times are means over the
        queries that are answered. None where nothing runs, all but the bound where no peak of
        arithmetic is recorded and it takes part.

        - time_to_first_token_s: from a query's arrival, on average, waiting for room included [s]. The bound
          is of queries that come evenly spread, high of such that come all at once.
        - time_per_output_token_s: between two tokens of one query, the prompts of others included that it has
          not waited for before its first [s]; None for one token of output.
        - query_s: from arrival to the last token [s].
        - output_tokens_per_s: over all queries; output_tokens_per_s_per_query: of one that runs [token/s].
        - fits: whether all queries fit into memory at their full length, missing_bytes: what they lack,
          missing_bytes_of_one: what one alone lacks [B]. needed_bytes: what those that run need at full
          length, with what driver and system keep; usable_bytes: what the engine uses for that [B].
          evidence_points: measurements that the engine's constants were fitted to, evidence_held: share of
          them inside of such an interval when told by the others [1]; evidence_place: which accelerators
          these are of, "" for all.
          offloaded_bytes: of the weights, what is kept elsewhere and brought [B]. memory_capacity: of one
          accelerator [B].
          max_concurrency: how many do [1]. engine_max_queries: how many the engine runs at once at the most,
              whatever fits, unless it is told otherwise [1]; None without a limit. running: how many run at
              once: those that fit at their average length, or at their full one where an engine keeps that
              free from the start, but no more than the engine's limit; evicted: of
              these, how many lose their room when all reach their full length [1],
              and evicted_tokens, what such have read and written by then [token]. waiting: the rest [1];
              queued_tokens: of their prompts [token]. held_back: of these, how many have room, but would
              take more from the others than they add, being in some groups and not in all [1].
        - binds: the largest of parts_s, of what an output token takes [s]: reading "weights" and "cache",
          "arithmetic", "latency", "communication", "prompts" of others, "offload".
        - model_flops_utilisation: of the peak, what all products take, prompts included [1].
        - prefill_servers_per_decoder: where prompts are read on servers of their own [1]; None for one token
          of output, which the prompt gives.
        - energy_per_million_tokens [J], cost_per_million_tokens [currency]; None without power, price,
          or where no peak is recorded.
        - within_slo: the most queries that hold both limits, by low, expected and high times [1]; None
          without a limit or a recorded peak, 0 where not even one does. slo_missed: names of the times that
          are too long where there is one more.
        - outside: sentences on what is outside the range that was measured, and by how much. remarks: on what
          else a reader may not expect: the type of the products, experts, queries that lose their room, a
          peak that is not recorded.
        - What was assumed: model, accelerator, engine, dtype, kv_dtype, ...

    Raises:
        InputError: an unknown engine, type or way; what `bound.bound` and `Deployment.of` refuse.

    Source: formulas of `serving` and `attained`; constants of `engines`.
    """
    sizes = {"concurrency": concurrency, "input": input, "output": output}
    n_queries, n_input, n_output = (whole(name, sizes[name]) for name in ("concurrency", "input", "output"))
    n_accelerators = whole("n_accelerators", n_accelerators)
    within_positions(model, n_input + n_output, "input + output")
    attaining = engines.get(engine, accelerator)
    parallel = parallel or attaining.parallel
    named = dtype is not None
    model, dtype = gguf_mixes.as_run_by(engine, model, dtype)
    deployment = Deployment.of(
        model, accelerator, way=parallel, n_accelerators=n_accelerators, link_bandwidth=link_bandwidth,
        dtype=dtype, kv_dtype=kv_dtype, activation_dtype=activation_dtype, compute_dtype=compute_dtype,
        reserved_bytes=reserved_bytes, memory_capacity=memory_capacity,
    )  # fmt: skip
    if attaining.embedding_on_host and not accelerator.shared_memory:
        deployment = deployment.embedding_on_host()
    memory_share = attaining.memory_share if reserved_bytes is None else None
    n_cached = _cached(cached_prefix, n_input)
    # How long queries are, and what of it is held once for all of them.
    whole_length = {
        "context": n_input + n_output,
        "memory_share": memory_share,
        "shared": n_cached if attaining.shares_prefix else 0,
    }
    everywhere = deployment

    def offloading(n):
        return _offloading(everywhere, offload, offload_bandwidth, offload_share, n, whole_length)

    engine_most = attaining.max_queries and attaining.max_queries * deployment.apart_in_memory
    at_rest = None
    if offload is not None:
        # Those that wait for the engine need no room, nor do those for which even an offload has none.
        most_offloading = _most_offloading(offloading, engine_most)
        deployment = offloading(min(n_queries, most_offloading))
        if deployment.bytes_elsewhere:
            at_rest = min(n_queries, most_offloading, int(everywhere.max_queries(**whole_length)))
    most = deployment.max_queries(**whole_length)
    at_once = deployment.max_queries(**whole_length | {"context": attaining.held_tokens(n_input, n_output)})
    if engine_most is not None:
        at_once = min(at_once, engine_most)
    load = _Load(n_queries, int(min(n_queries, at_once)), n_input, n_output, n_cached)
    serving_times = _Times(deployment, attaining, accelerator)
    told = serving_times.told(load) if load.running else None
    limited = load.running == engine_most
    held_back = load.running - told.load.running if told else 0
    if held_back:
        load = told.load
    evicted = max(0, load.running - int(most))
    outside, _ = serving_times.outside(load)
    if deployment.bytes_elsewhere:
        by_processor = engine == "llama.cpp" and not processor_memory
        outside.append(OFFLOADED + (ON_THE_PROCESSOR if by_processor else ""))
    remarks = conversions.remarks(deployment.case, accelerator, named=named, asked=compute_dtype is not None)
    if evicted:
        remarks.append(EVICTING.format(evicted, load.running))
    if limited and engine_most < n_queries:
        remarks.append(LIMITED.format(
            attaining.name, engine_most, attaining.max_queries_option, n_queries - engine_most, n_queries
        ))  # fmt: skip
    if held_back:
        remarks.append(HELD_BACK.format(held_back, load.running + held_back, deployment.apart))
    if at_rest:
        remarks.append(AT_REST.format(at_rest))
    if deployment.bytes_on_host:
        remarks.append(ON_HOST.format(attaining.name, deployment.bytes_on_host / 1e9))
    if n_cached:
        remarks.append((PREFIX_ONCE if attaining.shares_prefix else PREFIX_EACH).format(attaining.name))
    if not attaining.evidence["prompts_on"]:
        where = place_of(attaining.evidence)
        remarks.append(PROMPTS.format(attaining.name, where and f" on {where}"))
    if engines.has_experts(model):
        remarks.append(UNEVEN.format(round(100 * attained.UNEVENNESS)))
    found = {
        "model": model.key,
        "accelerator": accelerator.key,
        "n_accelerators": n_accelerators,
        "parallel": parallel,
        "engine": engine,
        "dtype": deployment.case.weights.name,
        "kv_dtype": deployment.case.cache.name,
        "compute_dtype": deployment.case.compute_dtype,
        "concurrency": concurrency,
        "input": input,
        "output": output,
        "cached_prefix": load.cached,
        "fits": bool(most >= n_queries),
        "missing_bytes": deployment.missing_bytes(n_queries, **whole_length),
        "missing_bytes_of_one": deployment.missing_bytes(1, **whole_length),
        "needed_bytes": deployment.needed_bytes(load.running, **whole_length | {"memory_share": None}),
        "usable_bytes": deployment.usable_bytes(memory_share),
        "evidence_points": attaining.evidence["n_points"],
        "evidence_held": attaining.evidence["held"],
        "evidence_place": place_of(attaining.evidence),
        "offloaded_bytes": deployment.bytes_elsewhere,
        "memory_capacity": deployment.case.capacity / deployment.case.n_accelerators,
        "max_concurrency": int(most),
        "engine_max_queries": engine_most,
        "running": load.running,
        "waiting": n_queries - load.running,
        "held_back": held_back,
        "queued_tokens": (n_queries - load.running) * (n_input - load.cached),
        "evicted": evicted,
        "evicted_tokens": evicted * (n_input + n_output),
        "outside": outside,
        "remarks": remarks,
    }
    if not load.running:
        return found | dict.fromkeys(OF_WHAT_RUNS)
    intervals = told.intervals
    parts = _parts(serving_times, told)
    if not math.isfinite(deployment.case.peak):
        remarks.append(NO_PEAK.format(accelerator.name))
        return found | dict.fromkeys(OF_WHAT_RUNS) | _of_reading_alone(intervals, parts, load)
    if power is None and accelerator.power is not None:
        power = n_accelerators * accelerator.power
    limits = _limits(slo_ttft, slo_tpot)
    within = {"within_slo": None, "slo_missed": None}
    if limits and offload is None:
        at_once = int(most if engine_most is None else min(most, engine_most))
        within = _within(limits, load, at_once, lambda n: serving_times, outside)
    elif limits:
        # What has no room depends on how many queries there are.
        times_of = cache(lambda n: _Times(offloading(n), attaining, accelerator))
        within = _within(limits, load, most_offloading, times_of, outside)
        so_many = within["within_slo"]["expected"]
        if so_many and offloading(so_many).bytes_elsewhere and not deployment.bytes_elsewhere:
            outside.append(f"{OFFLOADED} (within the limits)")
    return (
        found
        | intervals
        | {
            "parts_s": parts,
            "binds": max(parts, key=parts.get),
            "model_flops_utilisation": _utilisation(
                deployment, load, intervals["output_tokens_per_s"]["expected"]
            ),
            "prefill_servers_per_decoder": _prefill_servers(told, deployment),
        }
        | _per_million_tokens(intervals["output_tokens_per_s"], price_per_hour, power)
        | within
    )


class _Times:
    """What steps and prompts take on a deployment, by the bound and by an engine, with its interval."""

    def __init__(self, deployment, engine, accelerator):
        self.deployment = deployment
        self.engine = engine
        self.accelerator = accelerator
        # Steps by what was asked for: each is told the bound, what is expected, and its parts.
        self.decode_steps, self.prompt_steps = {}, {}

    def outside(self, load):
        """Sentences on what of a load is outside of what was measured, and what comes to the engine's spread
        for it [1]."""
        said, widening = _outside(self.engine, self.deployment, self.accelerator, load)
        if self.deployment.bytes_elsewhere:
            widening += WIDENING * UNMEASURED
        return said, widening

    def told(self, load):
        """What is told of a load: a _Told.

        A scheduler may leave as many waiting as some groups have more than the others: a load yields no less
        than one of so many fewer, and is told as that where it would.
        """
        all_run = self._told(load)
        apart = self.deployment.apart
        more = load.running % apart
        if not more or load.running < apart:
            return all_run
        even = self._told(load._replace(running=load.running - more))
        rates, even_rates = (one.intervals["output_tokens_per_s"] for one in (all_run, even))
        # Sums in another order differ by less.
        better = {end: even_rates[end] > (1 + 1e-9) * rates[end] for end in ("bound", "expected")}
        found = even if better["expected"] else all_run
        if any(better.values()):
            # The bound is of the better of the two, whichever the expected one is.
            for name, ends in found.intervals.items():
                if ends is not None:
                    best = max if "_per_s" in name else min
                    ends["bound"] = best(one.intervals[name]["bound"] for one in (all_run, even))
        return found

    def _told(self, load):
        """The same where all that could run do."""
        groups = self.all_of(load)
        shares = _shares(groups, load, self.engine)
        return _Told(load, groups, shares, _intervals(groups, shares, load, self.engine))

    def all_of(self, load):
        """The groups of a load with their times: list of _Group."""
        _, widening = self.outside(load)
        found = []
        for n, mine in self.deployment.groups(load.running):
            full = load._replace(running=min(load.running, mine * self.deployment.apart))
            together = 1 + self.deployment.others(load.running, mine)
            found.append(_Group(n, mine, together, full, self._times(full, widening)))
        return found

    def _times(self, load, widening):
        """Times of a load's fullest groups: by name of an end of the interval, what `_of` gives.

        Errors of steps and prompts are taken to go together, so that their sum is no surer than they are.
        widening: what comes to the engine's spread for what was not measured [1].
        """
        # The least reading is of kernels that read once what queries have alike.
        bound = self._of(load, attained.bound_seconds, None, self.engine.shares_prefix)
        expected = self._of(load, self._seconds, self.engine.prefill_tokens)
        spread = self.engine.spread_on(self.accelerator)

        def reach(name):
            """Of the logarithm of a time, how far the ends of its interval are from the middle [1]."""
            of = spread[engines.kind(TASK_OF[name], self.deployment.model)]
            return EIGHTY_PERCENT * math.sqrt(of**2 + widening**2)

        def end(sign):
            factors = {name: math.exp(sign * reach(name)) for name in expected}
            return {name: max(bound[name], expected[name] * factors[name]) for name in expected}

        times = {"bound": bound, "low": end(-1), "expected": expected, "high": end(1)}
        fewest = _measured_batch(self.engine, self.deployment.model)[0]
        if load.running < fewest:
            # Fewer queries than were measured are less sure, but no step of them is slower than of more.
            more = load._replace(queries=fewest, running=fewest)
            more = self._times(more, self.outside(more)[1])
            times["high"]["step"] = min(times["high"]["step"], more["high"]["step"])
        return times

    def _seconds(self, step):
        return attained.seconds(step, self.engine)

    def _of(self, load, seconds, chunk_tokens, read_once=False):
        """Times [s] where `seconds` says how long an `attained.Step` takes. read_once: whether the cache of
        what all have alike is read once.

        step: one decoding step of all queries. prompt: reading one prompt alone. prompt_each: of each prompt
        where as many are read together as the engine takes at once.
        """
        mine = self.deployment.share(load.running)
        together = max(1, min(mine, self.engine.prefill_tokens // (load.input - load.cached)))

        def prompts(n):
            return seconds(self.prompt(load, n, chunk_tokens, read_once))

        return {
            "step": seconds(self.step(load, read_once)),
            "prompt": prompts(1),
            "prompt_each": prompts(together) / together,
        }

    def prompt(self, load, n, chunk_tokens, read_once=False):
        """The prompts of n queries of a load."""
        # What one chunk has room for, on whatever accelerator, is read as without chunks: once for both.
        most = self.deployment.n_accelerators * n * (load.input - load.cached)
        chunk = None if chunk_tokens is None or most <= chunk_tokens else chunk_tokens
        # Where experts are split, prompts are read together by all that have some.
        running = load.running if self.deployment.way == "expert" else None
        asked = (n, load.input, load.cached, chunk, running, bool(read_once and load.cached))
        if asked not in self.prompt_steps:
            self.prompt_steps[asked] = self.deployment.prompt(*asked)
        return self.prompt_steps[asked]

    def step(self, load, read_once=False):
        """One decoding step of all queries that run: half of the output has been generated on average."""
        asked = (load.running, load.input + (load.output + 1) // 2, load.cached if read_once else 0)
        if asked not in self.decode_steps:
            self.decode_steps[asked] = self.deployment.step(*asked)
        return self.decode_steps[asked]


def _shares(groups, load, engine):
    """Of the queries that are answered, what share each kind of group answers as expected [1].

    Means of times are of as many of each at all ends of an interval: so the ends keep their order, and those
    in flight are the rate of all groups times the expected time.
    """
    queue = queues.by_end(engine)["expected"]
    rates = [
        group.n * _quantities(group, "expected", load, *queue)["output_tokens_per_s"] for group in groups
    ]
    return [rate / sum(rates) for rate in rates]


def _quantities(group, end, load, waited_share, request_seconds, at_best=False):
    """What a reader asks for, of one group and an end of the interval.

    waited_share, request_seconds: as in `serving.time_to_first_token`; the share of evenly spread queries is
    the least. at_best: whether the rate is that of the bound.
    """
    times, together = group.times[end], group.together
    alike = {
        "step_seconds": times["step"],
        "prefill_seconds": times["prompt_each"],
        "n_output": load.output,
    }
    waited_share = queues.at_least_even(waited_share, load.output)
    # Of queries that end with their first token none is ever in a step.
    step_seconds = times["step"] if load.output > 1 else 0
    in_flight = {
        "step_seconds": step_seconds,
        "prefill_seconds": times["prompt"],
        "others_prefill_seconds": times["prompt_each"],
        "half_step_seconds": (1 - 1 / together) * step_seconds / 2,
        "n_queries": together,
        "n_output": load.output,
    }
    first = serving.time_to_first_token(
        step_seconds=step_seconds,
        prefill_seconds=times["prompt"],
        others_prefill_seconds=times["prompt_each"],
        n_queries=together,
        waited_share=waited_share,
        waiting_seconds=serving.waiting_seconds(
            query_seconds=serving.query_seconds(**in_flight) + request_seconds,
            n_queries=load.queries,
            n_running=load.running,
        ),
        request_seconds=request_seconds,
    )
    per_token = (
        serving.time_per_output_token(**alike, n_queries=together, waited_share=waited_share)
        if load.output > 1
        else None
    )
    # Queries that never wait for each other's prompts are answered side by side.
    if at_best:
        # Where one query ends with a step and the next begins with the next, and prompts are read together.
        in_flight |= {"prefill_seconds": times["prompt_each"], "half_step_seconds": 0}
    rate = (group.mine / together) * serving.output_tokens_per_second(
        **in_flight, request_seconds=request_seconds
    )
    return {
        "time_to_first_token_s": first,
        "time_per_output_token_s": per_token,
        "query_s": first + (load.output - 1) * (per_token or 0),
        "output_tokens_per_s": rate,
    }


def _intervals(groups, shares, load, engine):
    """Each quantity by bound, low, expected and high.

    What a query waits for before its first token holds it up no more after that. So the bound of a further
    token is a step alone: of queries that come all at once, every prompt is read before the first.
    """
    ends = queues.by_end(engine)

    def mean(end, waited_share, request_seconds, at_best=False):
        """The quantities over all groups."""
        of_each = [_quantities(group, end, load, waited_share, request_seconds, at_best) for group in groups]
        rate = sum(group.n * one.pop("output_tokens_per_s") for group, one in zip(groups, of_each))
        return {
            name: None if value is None else sum(share * one[name] for share, one in zip(shares, of_each))
            for name, value in of_each[0].items()
        } | {"output_tokens_per_s": rate, "output_tokens_per_s_per_query": rate / load.running}

    def of(end, queue):
        return mean(end, *ends[queue], at_best=end == "bound")

    by_end = {end: of(end, end) for end in TURNED}
    after = {end: of(end, TURNED[end])["time_per_output_token_s"] for end in TURNED}
    after["bound"] = mean("bound", 1, 0)["time_per_output_token_s"]
    found = {
        name: {end: by_end[TURNED[end] if "_per_s" in name else end][name] for end in TURNED}
        for name in by_end["expected"]
    }
    if load.output == 1:
        found["time_per_output_token_s"] = None  # none follows the first
    else:
        found["time_per_output_token_s"] = {end: max(after["bound"], after[end]) for end in TURNED}
        # the prompts of all others are in the time of a query, before its first token or after
        for end in ("low", "high"):
            found["query_s"][end] = max(found["query_s"]["bound"], of(end, "expected")["query_s"])
    return found


def _of_reading_alone(intervals, parts, load):
    """Of what an estimate says, what is left where no peak is recorded: bounds, and the time of an output
    token where no other query brings its prompt."""
    alone = load.running == 1 and load.output > 1
    left = {
        name: None if of is None else dict.fromkeys(of) | {"bound": of["bound"]}
        for name, of in intervals.items()
    }
    if alone:
        left["time_per_output_token_s"] = intervals["time_per_output_token_s"]
    return left | ({"parts_s": parts, "binds": max(parts, key=parts.get)} if alone else {})


def _parts(serving_times, told):
    """What an output token takes at the expected times, by what it waits for [s]; for one token of output,
    what the prompt does that gives it."""
    of_each = [_parts_of(serving_times, group) for group in told.groups]
    return {part: sum(share * one[part] for share, one in zip(told.shares, of_each)) for part in PARTS}


def _parts_of(serving_times, group):
    """The same of one group."""
    engine, load, times = serving_times.engine, group.load, group.times["expected"]
    others = group.together - 1
    if load.output > 1:
        step = serving_times.step(load)
        prompts = serving.time_per_output_token(
            step_seconds=0,
            prefill_seconds=times["prompt_each"],
            n_queries=1 + others,
            n_output=load.output,
            waited_share=queues.at_least_even(queues.by_end(engine)["expected"][0], load.output),
        )
    else:
        step = serving_times.prompt(load, 1, engine.prefill_tokens)
        prompts = others * times["prompt_each"]
    parts = dict.fromkeys(PARTS, 0)
    taken = attained.operations(step, engine)
    reading = attained.share_of_reading(step, engine)
    for seconds, part, attention in zip(taken, reading, step.attention):
        parts["cache" if attention else "weights"] += seconds * part
        parts["arithmetic"] += seconds * (1 - part)
    parts["latency"] = attained.latency(step, engine)
    parts["communication"] = attained.sending(step, engine)
    parts["offload"] = attained.streaming(step)
    parts["prompts"] = prompts
    if load.output == 1:
        # Of a prompt that gives the only token, all that is waited for.
        parts["latency"] += queues.by_end(engine)["expected"][1]
    return parts


def _utilisation(deployment, load, rate):
    """Of the peak of all accelerators, what the products of prompts and steps take [1]."""
    case = deployment.case
    context = load.input + (load.output + 1) // 2
    per_query = (load.output - 1) * flops(ledger.decode(case.model, context)) + flops(
        prompt_operations(case, 1, load.input, load.cached)
    )
    return per_query * rate / load.output / (deployment.n_accelerators * case.peak)


def _prefill_servers(told, deployment):
    """Servers that read prompts for each that only generates, on average; None where a prompt's own token is
    all."""
    load = told.load
    if load.output == 1:
        return None
    # Where experts are split one group is of all accelerators.
    n_groups = sum(group.n for group in told.groups)
    servers = min(deployment.apart, load.running)
    return (
        sum(
            group.n
            * serving.prefill_servers_per_decoder(
                step_seconds=group.times["expected"]["step"],
                prefill_seconds=group.times["expected"]["prompt_each"],
                n_queries=group.mine * n_groups / servers,
                n_output=load.output,
            )
            for group in told.groups
        )
        / n_groups
    )


def _per_million_tokens(rates, price_per_hour, power):
    """Energy and cost at the rates given; None without power, without price."""

    def of(function, **given):
        return {end: function(tokens_per_second=rates[TURNED[end]], **given) for end in TURNED}

    return {
        "energy_per_million_tokens": None
        if power is None
        else of(energy_per_million_tokens, power=amount("power", power)),
        "cost_per_million_tokens": None
        if price_per_hour is None
        else of(cost_per_million_tokens, price_per_hour=amount("price_per_hour", price_per_hour)),
    }


def _limits(slo_ttft, slo_tpot):
    """The limits that are asked for, by the name of the time [s]."""
    return {
        name: amount(argument, limit)
        for name, argument, limit in (
            ("time_to_first_token_s", "slo_ttft", slo_ttft),
            ("time_per_output_token_s", "slo_tpot", slo_tpot),
        )
        if limit is not None
    }


def _within(limits, load, most, times_of, outside):
    """The most queries that hold all limits, by the ends of the interval, and which limit one more would
    miss.

    times_of: the `_Times` of a number of queries. The interval of so many is that of an estimate of so many;
    where these are outside of what was measured, it is said in `outside`, a list.
    """

    def missed(n, end):
        asked = load._replace(queries=n, running=n)
        found = times_of(n).told(asked).intervals
        return [
            name for name, limit in limits.items() if found[name] is not None and found[name][end] > limit
        ]

    def last(numbers, end):
        """The last of increasing numbers of queries that hold the limits; 0 where none does."""
        low, high = 0, len(numbers)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (low, middle - 1) if missed(numbers[middle - 1], end) else (middle, high)
        return numbers[low - 1] if low else 0

    def largest(end):
        # Where queries are apart, one more is a further one of every group at first, and then, one by one,
        # of the others: times grow from each such first to the next, and from each to those after it, but one
        # group's prompts are read together, so that times fall from the last of them to the first.
        apart = times_of(1).deployment.apart
        first = last(range(1, most + 1, apart), end)
        return first and last(range(first, min(first + apart, most + 1)), end)

    within = {"low": largest("high"), "expected": largest("expected"), "high": largest("low")}
    if within["expected"]:
        held = load._replace(queries=within["expected"], running=within["expected"])
        said, _ = times_of(held.running).outside(held)
        outside.extend(f"{one} (within the limits)" for one in said if one not in outside)
    one_more = min(within["expected"] + 1, most)
    return {
        "within_slo": within,
        "slo_missed": missed(one_more, "expected") if one_more > within["expected"] else [],
    }


def _cached(cached_prefix, n_input):
    if cached_prefix == 0:
        return 0
    n_cached = whole("cached_prefix", cached_prefix)
    if n_cached >= n_input:
        raise InputError(
            f"cached_prefix is {n_cached}; expected fewer than the {n_input} tokens of the input, of which"
            " the last at least is read"
        )
    return n_cached


def _offloading(deployment, what, bandwidth, attained_share, n_queries, length):
    """The deployment with what has no room beside the caches of so many queries kept elsewhere.

    length: the other arguments of `Deployment.missing_bytes`.
    """
    if what not in OFFLOADS:
        raise InputError(f"offload is {shown(what)}; expected one of {', '.join(OFFLOADS)}")
    if bandwidth is None:
        raise InputError(
            "--offload needs a link; expected --offload-link, one of"
            f" {', '.join(links.keys())}, or --offload-gb-s, GB/s"
        )
    if deployment.n_accelerators > 1:
        raise InputError(
            f"offload is {what!r} with {deployment.n_accelerators} accelerators; expected one, whose weights"
            " are brought over one link"
        )
    missing = deployment.missing_bytes(n_queries, **length)
    # Sums of parts of bytes are rounded: with a byte more there is room for the last query in any case.
    missing += missing > 0
    return deployment.offloading(
        what, missing, amount("offload_bandwidth", bandwidth), share("offload_share", attained_share)
    )


def _most_offloading(offloading, at_once):
    """The most queries of which all have room where what they leave none for is kept elsewhere [1].

    offloading: gives the deployment for a number of queries. at_once: the most that the engine runs at once.
    """

    def room(n):
        try:
            offloading(n)
        except InputError:
            return False
        return at_once is None or n <= at_once

    most = 1
    while room(2 * most):
        most *= 2
    low, high = most, 2 * most - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if room(middle) else (low, middle - 1)
    return low


def _outside(engine, deployment, accelerator, load):
    """Sentences on what is outside of what the constants were fitted to, and what it adds to the spread
    [1]."""
    measured, n_accelerators = engine.evidence, deployment.n_accelerators
    said, doublings = [], 0
    batch = _measured_batch(engine, deployment.model)
    ranges = [
        (load.running, batch, "queries at once"),
        # The shortest context that was measured says nothing: what is shorter is no harder to tell.
        (load.input + load.output, (1, measured["context"][1]), "tokens of a query"),
        (n_accelerators, measured["n_accelerators"], "accelerators"),
    ]
    if engines.has_experts(deployment.model):
        if measured["experts_batch"]:
            ranges[0] = (load.running, batch, "queries at once of a model with experts")
        else:
            said.append(f"a model with experts: with {engine.name} none were measured on such accelerators")
            doublings += UNMEASURED
    for value, (lowest, highest), what in ranges:
        # Ties go up in every Python; left alone, some write 1.125 as 1.12 and others as 1.13.
        up = 1 + 1e-12
        if value > highest:
            said.append(
                f"{value:,} {what}: {value / highest * up:.3g} times the most that was measured, {highest:,}"
            )
            doublings += math.log2(value / highest)
        elif 0 < value < lowest:
            said.append(f"{_counted(value, what)}: the fewest that were measured are {lowest:,}")
            doublings += math.log2(lowest / value)
    if deployment.way != "data" and n_accelerators > OF_A_SERVER:
        said.append(
            f"{n_accelerators} accelerators: most servers have {OF_A_SERVER} at most, and the network between"
            " servers is slower than the link that is counted with"
        )
    for value, known, what in (
        (deployment.case.weights.name, measured["dtypes"], "weights of"),
        (
            deployment.way if n_accelerators > 1 else None,
            measured["ways"],
            "several accelerators in parallel by",
        ),
    ):
        alike = [SAME.get(one, one) for one in known]
        if value is not None and SAME.get(value, value) not in alike:
            # Measured on accelerators of its vendor and kind, or on all where there are none of these.
            names = []
            for one in known:
                name = SAME.get(one, one) if " " in one else one
                if name not in names:
                    names.append(name)
            others = f" on such accelerators, only {', '.join(names)}" if known else ""
            said.append(f"{what} {value}: with {engine.name} none were measured{others}")
            doublings += UNMEASURED
    if load.running > deployment.apart_in_memory and load.cached and engine.shares_prefix:
        said.append(
            "a prefix that queries share: none was measured, and kernels that read it once for all are faster"
            " than this range"
        )
        doublings += UNMEASURED
    if accelerator.vendor not in measured["vendors"]:
        known = ", ".join(measured["vendors"])
        said.append(f"{accelerator.name}: measured were accelerators of {known}, none of its vendor")
        doublings += UNMEASURED
    elif not engine.measured_on(accelerator):
        said.append(
            f"{accelerator.name}: {engine.name} was measured on others of its kind only, so that the range is"
            " as wide as for cards that the constants were not fitted to"
        )
    return said, WIDENING * doublings


def _measured_batch(engine, model):
    """Fewest and most queries at once that were measured with an engine, of models with experts where this
    is one and some were [1]."""
    measured = engine.evidence
    return (engines.has_experts(model) and measured["experts_batch"]) or measured["batch"]


def place_of(evidence):
    """Vendor and kind of the accelerators that an engine's evidence is of, in the plural; "" for all.

    >>> place_of({"place": "NVIDIA datacenter GPU"}), place_of({"place": "Apple Apple SoC"})
    ('NVIDIA datacenter GPUs', 'Apple SoCs')
    """
    vendor, _, kind = evidence["place"].partition(" ")
    return f"{kind if kind.startswith(vendor) else evidence['place']}s" if kind else ""


def _counted(number, what):
    """A number and what is counted, whose first word is a plural."""
    word, _, rest = what.partition(" ")
    one = (
        {"queries": "query", "tokens": "token", "accelerators": "accelerator"}[word] if number == 1 else word
    )
    return f"{number:,} {one} {rest}".rstrip()
