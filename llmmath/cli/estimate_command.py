"""`llmmath estimate MODEL --accelerator A`: how long it takes, and what it prints."""

from .. import queues
from ..errors import InputError
from ..records import engines
from ..records.engines import TYPICAL, has_experts
from ..what_fits import accelerators_that_hold, fewer_bits, runs
from . import named_model
from .bound_text import size
from .text import amount, as_json, number, sentences, table

EXAMPLES = (
    "llmmath estimate llama-3.1-8b --accelerator h100-sxm --engine vllm \\\n"
    "    --concurrency 32 --input 1024 --output 256",
    "llmmath estimate llama-3.1-70b --accelerator rtx-4090 --dtype Q4_K_M \\\n"
    "    --engine llama.cpp --offload layers --offload-link ddr5-5600-2ch \\\n"
    "    --concurrency 1 --input 512 --output 256",
)


def add_options(parser, whole, real, above_zero):
    """The options of the command; `whole`, `real` and `above_zero` read a number."""
    add = parser.add_argument
    add("model", metavar="MODEL", help="a known model, or the path of its file")
    add("--accelerator", required=True, metavar="A", help="a known accelerator")
    add("--concurrency", required=True, type=whole, metavar="C", help="queries that are always there")
    add("--input", required=True, type=whole, metavar="N", help="tokens of each prompt")
    add("--output", required=True, type=whole, metavar="M", help="tokens that each generates")
    add("--engine", default="typical", metavar="E", help="what runs the model (a tuned engine)")
    add("--accelerators", type=whole, default=1, metavar="N", help="how many (1)")
    add("--parallel", metavar="W", help="tensor, pipeline, data or expert (as the engine does)")
    add("--link-gb-s", type=above_zero, metavar="GB/S", help="rate from one to the others (the record's)")
    add("--dtype", help="data type of the weights (as published or in the file)")
    add("--kv-dtype", help="data type of the cache (that of the activations)")
    add("--activation-dtype", help="data type of the activations (16 bits or more)")
    add("--compute-dtype", help="data type of the products (the weights', or dequantised)")
    add(
        "--cached-prefix",
        type=whole,
        default=0,
        metavar="N",
        help="tokens at the front of all prompts whose cache is there, held once where the engine shares it"
        " (0)",
    )
    add("--offload", metavar="WHAT", help="keep elsewhere what has no room: layers or experts")
    add("--offload-link", metavar="L", help="the way to it: pcie-4-x16, nvme-pcie-4-x4, ...")
    add("--offload-gb-s", type=above_zero, metavar="GB/S", help="its rate, in place of a known way")
    add("--slo-ttft", type=above_zero, metavar="S", help="longest time to the first token, in seconds")
    add("--slo-tpot", type=above_zero, metavar="S", help="longest time per output token, in seconds")
    add("--reserved-gb", type=real, metavar="GB", help="memory kept back (the kind's, the engine's)")
    add("--memory-gb", type=above_zero, metavar="GB", help="memory fitted (the record's)")
    add("--memory-gib", type=above_zero, metavar="GIB", help="the same as a computer's is sold")
    add("--price", type=above_zero, metavar="P", help="per hour, of all accelerators")
    add("--power", type=above_zero, metavar="W", help="drawn by all accelerators (the record's)")
    add("--json", action="store_true", help="one JSON object instead of tables")


def run(options):
    """What the command prints for its options."""
    from ..estimate import estimate
    from .command import memory_fitted

    model = named_model.find(options.model, published=True)
    accelerator = named_model.accelerator(options.accelerator)
    _refuse_what_nothing_uses(options)
    given = {
        "concurrency": options.concurrency, "input": options.input, "output": options.output,
        "engine": options.engine.lower(), "parallel": options.parallel,
        "n_accelerators": options.accelerators,
        "link_bandwidth": _bytes(options.link_gb_s), "dtype": options.dtype, "kv_dtype": options.kv_dtype,
        "activation_dtype": options.activation_dtype, "compute_dtype": options.compute_dtype,
        "cached_prefix": options.cached_prefix, "offload": options.offload,
        **_offload_rate(options), "reserved_bytes": _bytes(options.reserved_gb),
        "memory_capacity": memory_fitted(options), "price_per_hour": options.price,
        "power": options.power, "slo_ttft": options.slo_ttft, "slo_tpot": options.slo_tpot,
    }  # fmt: skip
    try:
        found = estimate(model, accelerator, **given)
    except InputError as error:
        raise type(error)(_in_options(str(error))) from None
    if not found["running"]:
        if options.json:
            print(as_json(found), flush=True)
        raise InputError(_shortfall(model, accelerator, found, options, given))
    return as_json(found) if options.json else _text(model, accelerator, found, bool(options.offload))


# Arguments whose name is not that of their option.
_OPTIONS = {
    "n_accelerators": "--accelerators", "link_bandwidth": "--link-gb-s", "memory_capacity": "--memory-gb",
    "reserved_bytes": "--reserved-gb", "price_per_hour": "--price", "cached_prefix": "--cached-prefix",
    "parallel": "--parallel", "offload": "--offload", "input + output": "--input + --output",
}  # fmt: skip


def _in_options(message):
    """A message that begins with the name of an argument, with its option in place of it."""
    name, there, rest = message.partition(" is ")
    return _OPTIONS.get(name, name) + there + rest


def _refuse_what_nothing_uses(options):
    for name, given, needed, there in (
        ("--offload-link", options.offload_link, "--offload", options.offload),
        ("--offload-gb-s", options.offload_gb_s, "--offload", options.offload),
        ("--link-gb-s", options.link_gb_s, "--accelerators 2 or more", options.accelerators > 1),
    ):
        if given is not None and not there:
            raise InputError(f"{name} is given without {needed}; expected both or neither")


def _bytes(gigabytes):
    return None if gigabytes is None else gigabytes * 10**9


def _offload_rate(options):
    """Rate of the way to what is kept elsewhere [B/s], None where none is named, and what is attained of
    it."""
    if options.offload_link is None:
        return {"offload_bandwidth": _bytes(options.offload_gb_s)}
    if options.offload_gb_s is not None:
        raise InputError("--offload-link and --offload-gb-s are both given; expected one of them")
    from ..records import links

    way = links.get(options.offload_link)
    return {
        "offload_bandwidth": way.bandwidth,
        "offload_share": way.share,
        "processor_memory": way.processor_memory,
    }


def _shortfall(model, accelerator, found, options, given):
    n_cards = found["n_accelerators"]
    # Each of several that are used apart holds the whole model: more of them hold no more.
    holding = None
    if found["parallel"] != "data" or n_cards == 1:
        holding = accelerators_that_hold(
            model, accelerator, n_accelerators=n_cards, dtype=options.dtype, kv_dtype=options.kv_dtype,
            batch=1, context=found["input"] + found["output"], link_bandwidth=_bytes(options.link_gb_s),
            memory_capacity=given["memory_capacity"], reserved_bytes=given["reserved_bytes"],
        )  # fmt: skip
    ways = [] if holding is None else [f"{holding} of them hold one query (--accelerators {holding})"]
    fewer = fewer_bits(model, accelerator, **given)
    if fewer is not None:
        ways += [f"fewer bits do (--dtype {fewer})"]
    # Where the memory is the system's own there is no other that is larger.
    if n_cards == 1 and not accelerator.shared_memory and options.offload is None:
        what = "experts" if has_experts(model) else "layers"
        if runs(model, accelerator, **given | {"offload": what, "offload_bandwidth": 1e9}):
            ways += [f"--offload {what} keeps them elsewhere"]
    n_queries = found["concurrency"]
    missing = f"{size(found['missing_bytes'])} are missing"
    if n_queries > 1:
        missing += f", {size(found['missing_bytes_of_one'])} for one query alone"
    return (
        f"{found['model']} in {found['dtype']} with {n_queries} {'query' if n_queries == 1 else 'queries'} of"
        f" {found['input'] + found['output']} tokens does not fit {'' if n_cards == 1 else f'{n_cards} x '}"
        f"{found['accelerator']}: {missing}" + "".join(f"; {way}" for way in ways)
    )


def _text(model, accelerator, found, asked_to_offload=False):
    parts = [
        _assumptions(model, accelerator, found),
        table(("", "bound", "low", "expected", "high"), _intervals(found)),
        *([table(("an output token, expected", "", ""), _parts(found))] if found["parts_s"] else []),
        table(("queries", ""), _queries(found)),
    ]
    said = [
        _promise(found),
        "Rates count each query from its prompt to its last token.",
        *([OVERLAP] if found["parts_s"] else []),
        *([ARRIVALS] if found["running"] > 1 else []),
        *([] if not found["waiting"] else [queues.waiting_in_words(found)]),
        *([] if not asked_to_offload else [_elsewhere(found)]),
        *(f"{one[0].upper()}{one[1:]}." for one in found["remarks"]),
        *(f"Outside of what was measured: {one}." for one in found["outside"]),
    ]
    return "\n\n".join([*parts, sentences("\n".join(said))])


def _promise(found):
    """What the interval is meant to hold, and what it held."""
    typical = found["engine"] == TYPICAL
    which = "" if typical else f" of {engines.get(found['engine']).name}"
    without = "engine" if typical else "engine and card"
    there = found["evidence_place"] and f" on {found['evidence_place']}"
    meant = (
        "Low and high are meant to hold 80% of what is measured on systems that the constants were not"
        " fitted to."
    )
    measured = f"{found['evidence_points']:,} measurements{which}{there}"
    if found["evidence_points"] < ENOUGH:
        held = round(found["evidence_points"] * found["evidence_held"])
        return (
            f"{meant} There are only {measured}; they held {held} of them, predicted without their own"
            f" {without}."
        )
    return (
        f"{meant} Of {measured} they held {100 * found['evidence_held']:.0f}%, each predicted without"
        f" its own {without}."
    )


# Measurements from which on a share of them is told in per cent.
ENOUGH = 10


# What the ends of a first token are of.
ARRIVALS = (
    "The first token comes at the low end where queries come evenly spread, at the high end where all come at"
    " once."
)
# What the parts of a token are.
OVERLAP = (
    "Reading and arithmetic of an operation overlap: its time is shared out between them, so that reading may"
    " have less than it would take alone."
)


def _assumptions(model, accelerator, found):
    cards = ""
    if found["n_accelerators"] > 1:
        cards = f"{found['n_accelerators']} x "
    way = f", {found['parallel']} parallel" if cards else ""
    cached = f", {amount(found['cached_prefix'])} of them cached before" if found["cached_prefix"] else ""
    queries = f"{amount(found['concurrency'])} {'query' if found['concurrency'] == 1 else 'queries'}"
    return sentences(
        f"{model.name} on {cards}{accelerator.name} of {_memory(accelerator, found)}{way},"
        f" {engines.get(found['engine']).name}: always {queries} of"
        f" {amount(found['input'])} tokens{cached}, each with {amount(found['output'])} more; weights"
        f" {found['dtype']}, cache {found['kv_dtype']}, arithmetic {found['compute_dtype'] or 'unknown'}."
    )


def _memory(accelerator, found):
    """Memory of one accelerator in words; how another is named, where the system's own is counted."""
    each = " each" if found["n_accelerators"] > 1 else ""
    other = " (--memory-gb for another)" if accelerator.shared_memory else ""
    return f"{number(found['memory_capacity'] / 1e9)} GB{each}{other}"


def _intervals(found):
    """Rows of the quantities that have an interval."""
    rows = []
    for words, name, factor in (
        ("time to first token", "time_to_first_token_s", 1000),
        ("time per output token", "time_per_output_token_s", 1000),
        ("from arrival to last token, s", "query_s", 1),
        ("output tokens per second, all", "output_tokens_per_s", 1),
        ("output tokens per second, each", "output_tokens_per_s_per_query", 1),
        ("kWh for a million tokens", "energy_per_million_tokens", 1 / 3.6e6),
        ("price of a million tokens", "cost_per_million_tokens", 1),
    ):
        if found[name] is not None:
            of = found[name]
            ends = [of[end] for end in ("bound", "low", "expected", "high")]
            if factor == 1000:
                long = max(filter(None, ends)) >= 10
                words, factor = (f"{words}, s", 1) if long else (f"{words}, ms", 1000)
            told = ("unknown" if value is None else number(factor * value) for value in ends)
            rows.append((words, *told))
    return rows


def _elsewhere(found):
    if not found["offloaded_bytes"]:
        return "All weights have room, so that none are kept elsewhere."
    return f"{size(found['offloaded_bytes'])} of the weights are kept elsewhere."


SLOS = {"time_to_first_token_s": "--slo-ttft", "time_per_output_token_s": "--slo-tpot"}


def _parts(found):
    """Rows of what a token takes, and what share of it; the largest binds."""
    from ..estimate import WORDS

    total = sum(found["parts_s"].values())
    return [
        (
            WORDS[name],
            f"{number(1000 * value)} ms",
            f"{value / total:.0%}{' binds' * (name == found['binds'])}",
        )
        for name, value in found["parts_s"].items()
        if value
    ]


def _three_digits(value):
    return "unknown" if value is None else f"{value:.3g}"


def _queries(found):
    utilisation = found["model_flops_utilisation"]
    rows = [
        ("that fit at their full length", amount(found["max_concurrency"])),
        *(
            ()
            if found["engine_max_queries"] is None
            else (("that the engine runs at once at the most", amount(found["engine_max_queries"])),)
        ),
        ("that run at once, half written on average", amount(found["running"])),
        *(() if not found["evicted"] else (("of these evicted at full length", amount(found["evicted"])),)),
        ("that wait", amount(found["waiting"])),
        (
            "memory of those that run, at full length",
            f"{number(found['needed_bytes'] / 1e9)} of {number(found['usable_bytes'] / 1e9)} GB",
        ),
        ("share of the peak used", "unknown" if utilisation is None else f"{utilisation:.1%}"),
        (
            "servers that read prompts, for each that only generates",
            _three_digits(found["prefill_servers_per_decoder"]),
        ),
    ]
    if found["within_slo"] is not None:
        within = found["within_slo"]
        rows.append(("within the limits, expected", amount(within["expected"])))
        rows.append(("within the limits, low", amount(within["low"])))
        if found["slo_missed"]:
            rows.append(("limit that one more would miss", ", ".join(map(SLOS.get, found["slo_missed"]))))
    return rows
