"""Whether a model fits an accelerator, what takes the room, and what would make it fit."""

from ..bound import memory
from ..deployment import Deployment
from ..errors import InputError
from ..records import engines
from ..what_fits import accelerators_that_hold
from . import asked
from .asked import figure

# Types of weights that are offered where wider ones have no room: the first that fits of each group.
SMALLER = (("fp8", "int8"), ("Q8_0",), ("Q4_K_M", "int4-g128"))
SMALLER_CACHES = (("fp8", "int8"), ("Q8_0",), ("Q4_0", "int4"))
_BYTES_OF = {"dtype": "weights_bytes", "kv_dtype": "kv_cache_bytes"}
GIB = 2**30
# Kinds of which one name is sold with more or less memory.
_SEVERAL_SIZES = ("Apple SoC", "SBC CPU")
# Kinds of which what is kept back is what llama.cpp keeps: how fast it is, is asked of that too.
_DESKTOPS = ("consumer GPU", "Apple SoC", "unified-memory desktop", "desktop CPU", "SBC CPU")
# Kinds that no server is run on which takes a share of the memory.
_WITHOUT_SERVERS = ("Apple SoC", "desktop CPU", "SBC CPU")
# The server that is named as an example of those that do.
_SERVER = "vllm"
# What is left, as a share of what there is, up to which it just fits [1].
_JUST = 0.02
_KEPT_BACK = (
    ("driver", "the driver"),
    ("context", "the runtime's context"),
    ("runtime", "the runtime's own buffers"),
    ("prefill", "working space to read prompts"),
    ("system", "the system"),
    ("fragmentation", "unused ends of the cache's blocks"),
    ("stated", "kept back"),
)


def answer(ask):
    """What is held against what there is.

    Args:
        ask: see `asked`; besides, `batch` [1] and `context` [token].

    Returns:
        dict: `title`, `sentence`, `fits`, `capacity` [B]; `parts`, figures of what takes the room [B];
        `figures`, among them the largest batch and the longest context that fit; `remedies`, where it does
        not fit, each what to `change` in the ask, with `words`; `notes`, sentences; `engine` whose room this
        is, None where it is that of several; `command`.

    Raises:
        InputError: what `bound.memory` refuses.
    """
    model, accelerator, how = asked.model(ask), asked.accelerator(ask), asked.how(ask)
    found = memory(model, accelerator, batch=ask["batch"], context=ask["context"], **how)
    reserved = found["reserved_parts"]
    said, notes = _said(accelerator, found), _notes(accelerator)
    server = _server(model, accelerator, ask, how) if found["fits"] else None
    if server is not None and server["missing_bytes"]:
        said += [f" {server['words']} lacks ", (server["missing_bytes"], "B"), "."]
    elif server is not None and server["max_batch"] < found["max_batch"]:
        room = f"has room for {server['max_batch']:,} such queries, not {found['max_batch']:,}"
        notes.insert(0, f"{server['words']} {room}.")
    parts = [
        figure("weights", "weights", found["weights_bytes"], "B"),
        figure("towers", "towers for images and sound", found.get("towers_bytes", 0), "B"),
        figure("cache", "cache", found["kv_cache_bytes"], "B"),
        figure("state", "recurrent state", found.get("state_bytes", 0), "B"),
        figure("activations", "working space of a step", found["activation_bytes"], "B"),
    ] + [figure(name, words, reserved[name], "B") for name, words in _KEPT_BACK if name in reserved]
    sold = None if ask.get("own") else found["advertised_memory"]
    return {
        "title": f"{model.name} on {asked.cards(accelerator, found['n_accelerators'])}",
        "sentence": asked.sentence(*said),
        "fits": found["fits"],
        "dtype": found["dtype"],
        "engine": "llama.cpp" if accelerator.kind in _DESKTOPS else None,
        "capacity": found["memory_capacity"],
        "parts": [part for part in parts if part["value"]],
        "figures": [figure("needed_bytes", "needed", found["needed_bytes"], "B")]
        + ([] if sold is None else [figure("advertised_memory", "sold as", sold, "B")])
        + [
            figure("memory_capacity", "software can use", found["memory_capacity"], "B"),
            figure("missing_bytes", "missing", found["missing_bytes"], "B"),
            figure("max_batch", "most queries at once, of this context", found["max_batch"], "1"),
            figure("max_context", "longest context for this many queries", found["max_context"], "token"),
            figure("bytes_per_query", "each query takes", found["bytes_per_query"], "B"),
        ],
        "notes": notes,
        "remedies": [] if found["fits"] else _remedies(model, accelerator, ask, how, found),
        "command": ["bound"]
        + asked.options(ask)
        + ["--batch", str(ask["batch"]), "--context", str(ask["context"])],
    }


def _said(accelerator, found):
    needed, there = found["needed_bytes"], found["memory_capacity"]
    if not found["fits"]:
        return ["It does not fit: ", (found["missing_bytes"], "B"), " are missing."]
    if there - needed >= _JUST * there:
        return ["It fits: ", (needed, "B"), " of ", (there, "B"), " are taken."]
    screen = ", and a card that drives a screen keeps some" if accelerator.kind == "consumer GPU" else ""
    return ["It just fits: ", (there - needed, "B"), " of ", (there, "B"), f" are left{screen}."]


def _server(model, accelerator, ask, how):
    """What a server that uses but a share of the memory has of it.

    Returns:
        dict: words, what a sentence begins with; missing_bytes of what is asked [B]; max_batch that it has
        room for [1]. None where none is run on such accelerators.
    """
    if accelerator.kind in _WITHOUT_SERVERS:
        return None
    engine = engines.get(_SERVER, accelerator)
    there = Deployment.of(model, accelerator, **how)
    return {
        "words": f"A server that leaves {asked.unused(engine)} of the memory unused, as {engine.name} does by"
        " default,",
        "missing_bytes": there.missing_bytes(ask["batch"], ask["context"], engine.memory_share),
        "max_batch": int(there.max_queries(ask["context"], engine.memory_share)),
    }


def _notes(accelerator):
    """What to know of an accelerator's memory before one trusts the answer."""
    sold, there = accelerator.advertised_memory, accelerator.memory_capacity
    if accelerator.kind in _SEVERAL_SIZES and sold is not None:
        return [
            "Chips of this name are sold with several sizes of memory; %g GiB are assumed. For another size, "
            "give the card's own figures." % (sold / GIB)
        ]
    if sold is not None and there is not None and there > sold:
        return [
            "A GB on a card's label has 1,073,741,824 bytes, one here has 1,000,000,000: so there are more "
            "of them than it was sold with."
        ]
    return []


def _remedies(model, accelerator, ask, how, found):
    """What alone makes it fit: fewer queries, a shorter context, fewer bits, more accelerators."""
    remedies = []
    if found["max_batch"] >= 1:
        remedies.append({"change": {"batch": found["max_batch"]}, "words": "fewer queries"})
    if found["max_context"] >= 1:
        remedies.append({"change": {"context": found["max_context"]}, "words": "a shorter context"})
    for name, of, groups in (
        ("dtype", "weights", SMALLER),
        ("kv_dtype", "a cache", SMALLER_CACHES),
    ):
        for group in groups:
            fitting = [
                dtype
                for dtype in group
                if _fits(model, accelerator, ask, how | {name: dtype}, found, _BYTES_OF[name])
            ]
            if fitting:
                remedies.append({"change": {name: fitting[0]}, "words": f"{of} of fewer bits"})
    given = dict(how)
    given["link_bandwidth"] = None
    n = accelerators_that_hold(model, accelerator, batch=ask["batch"], context=ask["context"], **given)
    if n is not None:
        remedies.append({"change": {"accelerators": n}, "words": "more cards"})
    return remedies


def _fits(model, accelerator, ask, how, found, entry):
    """Whether it fits as `how` says, and with fewer bytes of what `entry` of `bound.memory` says."""
    try:
        smaller = memory(model, accelerator, batch=ask["batch"], context=ask["context"], **how)
    except InputError:
        return False  # a mix that is not known for the model
    return smaller["fits"] and smaller[entry] < found[entry]
