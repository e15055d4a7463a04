"""The command line: `llmmath count MODEL`, `llmmath bound MODEL --accelerator A`, and what is known.

Tables are for people, `--json` is for programs. What was given wrongly ends with one line on stderr and exit
status 2. Modules are imported where they are used: a count has to start fast, without NumPy.
"""

import argparse
import sys

from .. import __version__
from ..checks import MOST
from ..errors import InputError, nearest, shown
from . import named_model
from .text import as_json

_MODEL = (
    "a known model, or the path of a config.json, .gguf, .safetensors or .safetensors.index.json, or a folder"
)


class _Parser(argparse.ArgumentParser):
    """A parser whose options are written out, and whose errors are one line."""

    def __init__(self, *arguments, **more):
        # An abbreviation in a script would mean another option, or none, once there are more of them.
        super().__init__(
            *arguments, **more, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter
        )

    def error(self, message):
        """One line instead of argparse's usage and line."""
        raise InputError(f"{' '.join(message.split())} (see {self.prog} --help)")

    def parse_known_args(self, args=None, namespace=None):
        """As in argparse, but an unknown option is refused by the command that it was given to."""
        found, rest = super().parse_known_args(args, namespace)
        if unknown := next((one for one in rest if one.startswith("-")), None):
            self.error(f"unknown option {shown(unknown)}{self._near(unknown.split('=', 1)[0])}")
        return found, rest

    def _near(self, option):
        """A hint at the options that `option` is the beginning of, or that it is a slip of the pen for."""
        known = list(self._option_string_actions)
        meant = [one for one in known if one.startswith(option) and len(option) > 2]
        return f"; did you mean {' or '.join(meant)}?" if meant else nearest(option, known)

    def format_help(self):
        """The help; an epilog that is a function is called now."""
        if callable(self.epilog):
            self.epilog = self.epilog()
        return super().format_help()


def main(arguments=None):
    """Run the command line on `arguments` (sys.argv's if None) and return the exit status."""
    try:
        options = _parser().parse_args(arguments)
        print(options.run(options), flush=True)
        return 0
    except InputError as error:
        print(f"llmmath: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of a pipe has seen enough; keep Python from complaining when it flushes at exit.
        sys.stdout = None
        return 0
    except OSError as error:
        print(f"llmmath: cannot write the result: {error.strerror}", file=sys.stderr)
        sys.stdout = None
        return 1


def _parser():
    parser = _Parser(
        prog="llmmath", description="LLM inference arithmetic: multiplications, memory and time."
    )
    parser.add_argument("--version", action="version", version=f"llmmath {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    count = commands.add_parser(
        "count", help="multiplications, parameters and bytes of a model", epilog=_count_epilog
    )
    count.add_argument("model", metavar="MODEL", help=_MODEL)
    count.add_argument(
        "--context", type=_whole, metavar="N", help="positions attended to (1024, or all a model has)"
    )
    count.add_argument("--batch", type=_whole, default=1, metavar="B", help="queries processed together (1)")
    count.add_argument("--dtype", help="data type of the weights (the one its file states, or bf16)")
    count.add_argument("--kv-dtype", help="data type of the cache (that of --dtype, or bf16)")
    count.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    count.set_defaults(run=_count)

    bound = commands.add_parser(
        "bound", help="time of a step, what bounds it, what fits, what batching buys", epilog=_bound_epilog
    )
    bound.add_argument("model", metavar="MODEL", help=_MODEL)
    bound.add_argument("--accelerator", required=True, metavar="A", help="a known accelerator")
    bound.add_argument("--dtype", help="data type of the weights (as published or in the file)")
    bound.add_argument("--kv-dtype", help="data type of the cache (that of the activations)")
    bound.add_argument("--activation-dtype", help="data type of the activations (16 bits or more)")
    bound.add_argument("--compute-dtype", help="data type of the products (the weights', or dequantised)")
    bound.add_argument("--batch", type=_whole, default=1, metavar="B", help="queries processed together (1)")
    bound.add_argument("--context", type=_whole, metavar="N", help="positions attended to (1024, or all)")
    bound.add_argument("--bandwidth-fraction", type=_real, default=1, metavar="F", help="share attained (1)")
    bound.add_argument("--peak-fraction", type=_real, default=1, metavar="F", help="share attained (1)")
    bound.add_argument("--fixed-ms", type=_real, default=0, metavar="T", help="further time of a step (0)")
    bound.add_argument("--reserved-gb", type=_real, metavar="GB", help="memory kept back (the kind's)")
    bound.add_argument("--memory-gb", type=_real, metavar="GB", help="memory fitted (the record's)")
    bound.add_argument("--memory-gib", type=_real, metavar="GIB", help="the same as a computer's is sold")
    bound.add_argument("--accelerators", type=_whole, default=1, metavar="N", help="split over N (1)")
    bound.add_argument(
        "--link-gb-s", type=_real, metavar="GB/S", help="rate from one to the others (the record's)"
    )
    bound.add_argument("--price", type=_real, metavar="P", help="per hour, of all accelerators")
    bound.add_argument("--power", type=_real, metavar="W", help="drawn by all accelerators")
    bound.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    bound.set_defaults(run=_bound)

    from . import estimate_command

    estimate = commands.add_parser(
        "estimate",
        help="how long it takes: expected times with intervals beside the bound",
        epilog=lambda: _epilog(*estimate_command.EXAMPLES, engines=True),
    )
    estimate_command.add_options(estimate, _whole, _real, _above_zero)
    estimate.set_defaults(run=estimate_command.run)

    models = commands.add_parser("models", help="the known models")
    models.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    models.add_argument("--types", action="store_true", help="the types of a config.json that are counted")
    models.set_defaults(run=_models)

    accelerators = commands.add_parser("accelerators", help="the known accelerators")
    accelerators.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    accelerators.set_defaults(run=_accelerators)
    return parser


def _count_epilog():
    return _epilog(
        "llmmath count llama-3.1-8b --context 8192 --dtype Q4_K_M",
        "llmmath count path/to/config.json --context 1024 --batch 8 --json",
    )


def _bound_epilog():
    return _epilog(
        "llmmath bound llama-3.1-8b --accelerator h100-sxm --batch 16 --context 8192",
        "llmmath bound qwen3-32b --accelerator rtx-4090 --dtype Q4_K_M --kv-dtype int8",
    )


def _epilog(*examples, engines=False):
    """What stands below the options: examples, the data types by what they are for, and engines."""
    from textwrap import fill

    from ..records import dtypes

    stored = [one.name for one in dtypes.DTYPES.values() if one.stored]
    kinds = {
        "weights": [*stored, *dtypes.MIXES],
        "cache": [one.name for one in dtypes.DTYPES.values() if one.cached],
    }
    types = [
        fill(", ".join(names), 79, initial_indent=f"  {kind:9}", subsequent_indent=" " * 11)
        for kind, names in kinds.items()
    ]
    lines = ["examples:", *(f"  {one}" for one in examples), "", "data types:", *types]
    if engines:
        from ..records.engines import keys

        lines += ["", "engines:", fill(", ".join(keys()), 79, initial_indent="  ", subsequent_indent="  ")]
    return "\n".join(lines)


def _whole(text):
    # int() would also take '1_000', ' 7' and digits of other scripts, and refuse more than 4300 digits oddly.
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    if len(text.lstrip("0")) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is too large; expected at most {MOST}")
    return int(text)


# The least number above 0 that `_real` reads.
_LEAST = "0.0000000000000001"


def _real(text):
    if not all(part.isascii() and part.isdigit() for part in text.split(".", 1)) or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 in digits, such as 0.8")
    return float(text)


def _above_zero(text):
    try:
        found = _real(text)
    except argparse.ArgumentTypeError:
        found = 0
    if not found:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number above 0 in digits, such as 0.8; the least is {_LEAST}"
        )
    return found


def memory_fitted(options):
    """Memory of an accelerator that --memory-gb or --memory-gib names [B]; None where neither does."""
    if options.memory_gb is not None and options.memory_gib is not None:
        raise InputError("--memory-gb and --memory-gib are both given; expected one of them")
    if options.memory_gib is not None:
        return options.memory_gib * 2**30
    return None if options.memory_gb is None else options.memory_gb * 10**9


def _count(options):
    from ..count import count

    model = named_model.find(options.model)
    context = options.context
    if context is None:
        context = min(1024, model.n_positions or 1024)
    counts = count(model, context, options.batch, options.dtype, options.kv_dtype)
    if options.json:
        return as_json(counts)
    from .count_text import counts_text

    return counts_text(model, counts)


def _bound(options):
    from ..bound import bound
    from .bound_text import bound_text, shortfall

    model = named_model.find(options.model, published=True)
    accelerator = named_model.accelerator(options.accelerator)
    context = options.context
    if context is None:
        context = min(1024, model.n_positions or 1024)
    given = {
        "dtype": options.dtype, "kv_dtype": options.kv_dtype, "batch": options.batch, "context": context,
        "activation_dtype": options.activation_dtype,
        "compute_dtype": options.compute_dtype,
        "bandwidth_fraction": options.bandwidth_fraction,
        "peak_fraction": options.peak_fraction,
        "fixed_seconds": options.fixed_ms / 1000,
        "reserved_bytes": None if options.reserved_gb is None else options.reserved_gb * 10**9,
        "memory_capacity": memory_fitted(options),
        "n_accelerators": options.accelerators,
        "link_bandwidth": None if options.link_gb_s is None else options.link_gb_s * 10**9,
    }  # fmt: skip
    found = bound(model, accelerator, **given, price_per_hour=options.price, power=options.power)
    if not found["fits"]:
        # The object keeps its shape; the line and the status tell a script that this cannot run.
        if options.json:
            print(as_json(found), flush=True)
        from ..what_fits import accelerators_that_hold

        fewer = found["max_batch"] or found["max_context"]
        raise InputError(
            shortfall(found, None if fewer else accelerators_that_hold(model, accelerator, **given))
        )
    return as_json(found) if options.json else bound_text(model, accelerator, found)


def _models(options):
    if options.types:
        from ..records.architectures import counted_types
        from .records_text import types_text

        return as_json(counted_types()) if options.json else types_text(counted_types())
    from .. import ledger
    from ..records import models, parameters

    loaded = models.load()
    if options.json:
        return as_json(
            {
                key: {
                    "name": model.name,
                    "architecture": model.architecture,
                    "layers": model.n_layers,
                    "d_model": model.d_model,
                    "parameters": parameters.stored(model),
                    "active_parameters": parameters.active(model),
                    "cache_values_per_token": ledger.cache_values_per_token(model),
                    "source": model.source,
                }
                for key, model in loaded.items()
            }
        )
    from .records_text import models_text

    return models_text(loaded)


def _accelerators(options):
    from ..records import accelerators

    loaded = accelerators.load()
    if options.json:
        return as_json({key: _fields(one) for key, one in loaded.items()})
    from .records_text import accelerators_text

    return accelerators_text(loaded)


def _fields(accelerator):
    """The fields of an accelerator record as JSON has them."""
    from dataclasses import asdict, fields

    found = {field.name: getattr(accelerator, field.name) for field in fields(accelerator)}
    del found["key"]
    return found | {
        "peak_flops": dict(accelerator.peak_flops),
        "link": accelerator.link and asdict(accelerator.link),
    }
