"""A model on one or several accelerators: what of it each of them holds, reads and sends.

Four ways of using several are told apart. "tensor": every matrix is split over all, which add up their parts
twice a layer. "pipeline": each holds some of the layers, and parts of the batch follow one another through
them. "data": each holds the whole model and has queries of its own. "expert": each holds some of the experts
and all the rest, has queries of its own, and sends their tokens to where the chosen experts are.
"""

import math
from dataclasses import dataclass, replace

from . import attained, ledger, traffic
from .case import Case
from .errors import InputError, nearest, shown
from .formulas.capacity import largest_batch, missing_bytes, needed_bytes
from .records.shapes import Experts

WAYS = ("tensor", "pipeline", "data", "expert")
# What engines' options call them.
SHORT = {"tp": "tensor", "pp": "pipeline", "dp": "data", "ep": "expert"}
OFFLOADS = ("layers", "experts")


@dataclass(frozen=True)
class Deployment:
    """A model on `n_accelerators` accelerators, used in one of WAYS.

    case: of one accelerator with the whole model, or, "tensor", of all that it is split over. link_bandwidth:
    rate at which one accelerator sends to the others [B/s], None for one alone. kept_elsewhere: pairs of a
    component and the share of its weights that is kept outside the accelerators' memory [1], from where every
    step brings what it reads at `stream_bandwidth` [B/s], of which `stream_share` is attained [1];
    bytes_elsewhere: of the weights, what these are together [B]. bytes_on_host: of the weights, what stays in
    the processor's memory and is not brought, but for the rows that are looked up [B].
    """

    case: Case
    way: str
    n_accelerators: int
    link_bandwidth: float | None
    kept_elsewhere: tuple = ()
    bytes_elsewhere: int = 0
    stream_bandwidth: float | None = None
    stream_share: float = 1
    bytes_on_host: int = 0

    @classmethod
    def of(cls, model, accelerator, *, way="tensor", n_accelerators=1, link_bandwidth=None, **assumptions):
        """The deployment of these records.

        Args:
            model, accelerator: their records. way: one of WAYS. n_accelerators: how many [1].
            link_bandwidth: rate at which one sends to the others [B/s]; None for what the record has.
            **assumptions: those of `case.Case.of`.

        Raises:
            InputError: another way; experts split where there are none, or over a number that does not divide
                them; more stages than layers; an accelerator without a recorded link; what `Case.of` refuses.
        """
        if way not in WAYS:
            hint = f"; did you mean {shown(SHORT[way])}?" if way in SHORT else nearest(way, WAYS)
            raise InputError(f"parallel is {shown(way)}{hint}; expected one of {', '.join(WAYS)}")
        if n_accelerators > 1 and link_bandwidth is None:
            if accelerator.link is None:
                raise InputError(f"no link of {accelerator.key} is recorded; name its rate (--link-gb-s)")
            link_bandwidth = accelerator.link.bandwidth
        split = n_accelerators if way == "tensor" else 1
        try:
            case = Case.of(
                model, accelerator, n_accelerators=split,
                link_bandwidth=link_bandwidth if split > 1 else None, **assumptions,
            )  # fmt: skip
        except InputError as error:
            if "expected a divisor" not in str(error):
                raise
            raise InputError(f"{error} (--accelerators; --parallel pipeline or data take others)") from None
        if way == "pipeline" and n_accelerators > model.n_layers:
            raise InputError(
                f"n_accelerators is {n_accelerators}; expected at most {model.n_layers}, the layers of"
                f" {model.key}"
            )
        if way == "expert":
            _refuse_uneven_experts(model, n_accelerators)
        return cls(case, way, n_accelerators, link_bandwidth)

    @property
    def model(self):
        """The model's record."""
        return self.case.model

    @property
    def capacity(self):
        """Memory of all accelerators [B]."""
        return self.case.capacity * self.n_accelerators / self.case.n_accelerators

    @property
    def apart(self):
        """Groups of queries that never wait for each other's step [1]."""
        return self.n_accelerators if self.way in ("data", "expert", "pipeline") else 1

    def groups(self, n_queries):
        """Of so many queries, the groups that each go at a pace of their own: pairs of how many of them are
        alike and the queries of each [1].

        Where experts are split the accelerators go through the layers in step, as one group.
        """
        if self.way not in ("data", "pipeline"):
            return [(1, n_queries)]
        each, more = divmod(n_queries, self.apart)
        return [one for one in ((more, each + 1), (self.apart - more, each)) if one[0] and one[1]]

    def others(self, n_queries, mine=None):
        """Of so many queries, those whose prompts one of a group of `mine` waits for, each as long as one is
        read [1]; None for groups of as many as they have on average.

        Used as "data", those of its own accelerator. In a pipeline all others pass through each stage, and
        where experts are split the accelerators go through the layers in step: there each prompt of another
        takes its share of all accelerators.
        """
        at_once = min(self.apart, n_queries)
        if self.way == "data":
            return (n_queries / at_once if mine is None else mine) - 1
        return (n_queries - 1) / at_once

    def share(self, n_queries):
        """Of so many queries, those of the accelerator that has the most [1]."""
        return math.ceil(n_queries / self.apart)

    def embedding_on_host(self):
        """The same with the table of input embeddings in the processor's memory, unless it is the head too,
        which is multiplied on the accelerator."""
        if self.model.tied:
            return self
        return replace(self, bytes_on_host=self.case.weights.bytes_of("embedding"))

    def offloading(self, what, n_bytes, bandwidth, attained_share=1):
        """The same with `n_bytes` of its weights kept elsewhere.

        Args:
            what: "layers", which takes the same share of all matrices of the layers, or "experts".
            n_bytes: how much [B]. bandwidth: of the way to where they are [B/s], of which attained_share is
            attained [1].

        Raises:
            InputError: another `what`, no experts, or more than there is.
        """
        if what not in OFFLOADS:
            raise InputError(f"offload is {shown(what)}; expected one of {', '.join(OFFLOADS)}")
        operations = [one for one in ledger.decode(self.model, 1) if one.kind == "weight"]
        if what == "experts":
            operations = _experts(operations)
            if not operations:
                raise InputError(f"offload is 'experts'; {self.model.key} has no experts, expected layers")
        names = sorted({one.component for one in operations} - {"lm_head"})
        there = sum(self.case.weights.bytes_of(name) for name in names)
        if n_bytes > there:
            raise InputError(
                f"{what} of {self.model.key} take {there / 1e9:.4g} GB; {n_bytes / 1e9:.4g} GB have no room,"
                " so even without them it does not fit"
            )
        share = n_bytes / there
        return replace(
            self, kept_elsewhere=tuple((name, share) for name in names), bytes_elsewhere=n_bytes,
            stream_bandwidth=bandwidth, stream_share=attained_share,
        )  # fmt: skip

    def step(self, n_queries, context, read_once=0):
        """One decoding step of all queries, taken apart: an `attained.Step`.

        In a pipeline the parts of the batch follow one another so closely that every stage is always busy:
        all queries get a token in the time that one part takes through all stages. read_once: tokens at the
        front that all queries have alike and whose cache is read once for those that are together [token].
        """
        mine = self.share(n_queries)
        return self._step(lambda n: decode_operations(self.model, n, context, read_once), mine, 1, n_queries)

    def prompt(self, n_queries, n_input, n_cached=0, chunk_tokens=None, n_running=None, read_once=False):
        """The prompts of so many queries, read by one accelerator or by all of a "tensor" split: a Step.

        Args:
            n_queries: how many [1]. n_input: tokens of each [token]. n_cached: of these, tokens at the front
                whose keys and values are there already [token].
            chunk_tokens: as in `attained.step_of`. n_running: queries that are there at all; None for so
                many that each accelerator reads as many prompts where experts are split [1].
            read_once: whether the cache that is there already is read once for all of them.
        """
        all_read = self.n_accelerators * n_queries
        return self._step(
            lambda n: prompt_operations(self.case, n, n_input, n_cached, read_once), n_queries,
            n_input - n_cached,
            all_read if n_running is None else min(all_read, n_running), chunk_tokens, True,
        )  # fmt: skip

    def _step(self, operations, n_queries, n_tokens_each, n_together, chunk_tokens=None, prompts=False):
        """A step of `operations(n)`, those of n queries, on an accelerator that has `n_queries` of its own;
        n_together: on all accelerators that split the experts."""
        n_tokens = n_queries * n_tokens_each
        mine = operations(n_queries)
        if self.way == "expert" and self.n_accelerators > 1:
            n_all = self.n_accelerators
            # Each takes a chunk of its own prompts, and reads its experts once for all of these.
            chunks = None if chunk_tokens is None else n_all * chunk_tokens
            elsewhere = attained.step_of(
                self.case, _experts(operations(n_together)), n_together * n_tokens_each, 0, chunks, prompts
            )
            step = attained.step_of(
                self.case, _without_experts(mine), n_tokens, n_queries, chunk_tokens, prompts
            )
            # Each accelerator has its share of the experts to read and to multiply, and starts as often.
            shared = ("memory", "compute", "row")
            both = {
                name: getattr(step, name)
                + tuple(each / n_all if name in shared else each for each in getattr(elsewhere, name))
                for name in attained.EACH
            }
            n_chunks = 1 if chunk_tokens is None else math.ceil(n_tokens / chunk_tokens)
            return step._replace(
                sending=self._to_experts_seconds(n_tokens),
                n_messages=n_chunks * 2 * attained.n_mixtures(self.model),
                **both,
            )
        step = attained.step_of(self.case, mine, n_tokens, n_queries, chunk_tokens, prompts)
        if self.kept_elsewhere:
            shares = dict(self.kept_elsewhere)
            brought = sum(
                shares[one.component] * traffic.weight_bytes_read([one], n_tokens, self.case.weights)
                for one in mine
                if one.component in shares
            )
            n_chunks = 1 if chunk_tokens is None else math.ceil(n_tokens / chunk_tokens)
            streamed = n_chunks * brought / self.stream_bandwidth
            step = step._replace(streamed=streamed, streamed_attained=streamed / self.stream_share)
        if self.way == "pipeline" and self.n_accelerators > 1:
            n_hops = self.n_accelerators - 1
            n_chunks = 1 if chunk_tokens is None else math.ceil(n_tokens / chunk_tokens)
            return step._replace(
                sending=self._vectors_seconds(n_hops * n_tokens), n_messages=n_chunks * n_hops
            )
        return step

    def _vectors_seconds(self, n_vectors):
        """Time to send so many vectors of the residual stream [s]."""
        n_bytes = n_vectors * self.model.d_model * self.case.activations.bytes_per_value
        return n_bytes / self.link_bandwidth

    def _to_experts_seconds(self, n_tokens):
        """Time to send an accelerator's tokens to their experts, and the results back [s]."""
        picked = sum(
            count * layer.mlp.n_experts_per_token
            for layer, count in self.model.layer_groups
            if isinstance(layer.mlp, Experts)
        )
        elsewhere = (self.n_accelerators - 1) / self.n_accelerators
        return self._vectors_seconds(2 * elsewhere * picked * n_tokens)

    def max_queries(self, context, memory_share=None, at_once=None, shared=0):
        """The most queries of `context` tokens whose caches fit [1].

        Args:
            context: tokens of each [token].
            memory_share: share of the memory that the engine uses [1]; None for all but what is reserved.
            at_once: most queries that one copy of the engine takes [1]; None without a limit.
            shared: of the context, tokens at the front that all queries have alike and that are held once for
                all of a copy [token].
        """
        memory = self._memory(memory_share, shared)
        fit = largest_batch(bytes_per_query=self.case.query_bytes(context - shared), **memory)
        return self.apart_in_memory * (fit if at_once is None else min(fit, at_once))

    def missing_bytes(self, n_queries, context, memory_share=None, shared=0):
        """What so many queries of `context` tokens lack, over all accelerators [B]; 0 where they fit. Other
        arguments as of `max_queries`."""
        capacity = self._memory(memory_share)["memory_capacity"]
        needed = self.needed_bytes(n_queries, context, memory_share, shared) / self.apart_in_memory
        return math.ceil(self.apart_in_memory * missing_bytes(needed_bytes=needed, memory_capacity=capacity))

    def needed_bytes(self, n_queries, context, memory_share=None, shared=0):
        """What so many queries of `context` tokens need, with weights and what is kept back, over all
        accelerators [B]. Other arguments as of `max_queries`."""
        memory = self._memory(memory_share, shared)
        del memory["memory_capacity"]
        mine = math.ceil(n_queries / self.apart_in_memory)
        each = needed_bytes(batch=mine, bytes_per_query=self.case.query_bytes(context - shared), **memory)
        return self.apart_in_memory * each

    def usable_bytes(self, memory_share=None):
        """What an engine that uses this share of the memory leaves to what `needed_bytes` tells without it,
        over all accelerators [B]."""
        capacity, kept_back = (
            self._memory(memory_share)[name] for name in ("memory_capacity", "reserved_bytes")
        )
        free = kept_back - self._memory(None)["reserved_bytes"]
        return self.apart_in_memory * (capacity - free)

    @property
    def apart_in_memory(self):
        """Groups of accelerators that each hold what their own queries need [1]."""
        return self.n_accelerators if self.way in ("data", "expert") else 1

    def _memory(self, memory_share, shared=0):
        """Of one such group, by the names of `formulas.capacity`: memory, weights, and what is kept back,
        the cache of tokens that all queries share among it [B]."""
        one = self.case
        weights = one.weights.n_bytes - self.bytes_elsewhere - self.bytes_on_host
        n_pooled = self.n_accelerators if self.way == "pipeline" else 1
        capacity, reserved = n_pooled * one.capacity, n_pooled * one.reserved
        if self.way == "expert":
            names = {operation.component for operation in _experts(ledger.decode(self.model, 1))}
            experts = sum(one.weights.bytes_of(name) for name in names)
            weights = weights - experts * (1 - 1 / self.n_accelerators)
        if memory_share is not None:
            reserved = max(reserved, (1 - memory_share) * capacity)
        return {
            "memory_capacity": capacity,
            "weight_bytes": weights + one.towers_bytes,
            "reserved_bytes": reserved + self.case.prefix_bytes(shared),
        }


def _experts(operations):
    return [one for one in operations if one.copies != one.copies_per_token]


def _without_experts(operations):
    return [one for one in operations if one.copies == one.copies_per_token]


def decode_operations(model, n_queries, context, read_once):
    """The operations of a decoding step whose queries have their first `read_once` tokens alike, the cache of
    which is read once for all."""
    whole = ledger.decode(model, context, n_queries)
    if not read_once or n_queries == 1:
        return whole
    if any(getattr(part, "n_positions_chosen", None) for part, _ in model.counted_parts):
        # At best all queries choose the same positions, as many of the front as there are.
        front = ledger.decode(model, read_once, n_queries)
        own = [all_.cache_values_read - alike.cache_values_read for all_, alike in zip(whole, front)]
    else:
        own = [one.cache_values_read for one in ledger.decode(model, context - read_once, n_queries)]
    return [
        all_._replace(cache_values_read=each + (all_.cache_values_read - each) / n_queries)
        for all_, each in zip(whole, own)
    ]


def prompt_operations(case, n_queries, n_input, n_cached, read_once=False):
    """The operations of reading prompts whose first `n_cached` tokens need no reading; read_once: and their
    cache is the same for all, and read once."""
    whole = case.prompt_operations(n_queries, n_input)
    if not n_cached:
        return whole
    new = case.prompt_operations(n_queries, n_input - n_cached)
    cached = case.prompt_operations(n_queries, n_cached)
    # Attention: the pairs of the new tokens with all before them, that is all pairs less those of the cached.
    found = []
    for one, all_, before in zip(new, whole, cached):
        if one.kind == "attention":
            n_alike = all_.cache_values_read - one.cache_values_read
            read = one.cache_values_read + n_alike / n_queries if read_once else all_.cache_values_read
            one = one._replace(
                multiplications=all_.multiplications - before.multiplications, cache_values_read=read
            )
        found.append(one)
    return found


def _refuse_uneven_experts(model, n_accelerators):
    numbers = {layer.mlp.n_experts for layer, _ in model.layer_groups if isinstance(layer.mlp, Experts)}
    if not numbers:
        raise InputError(
            f"parallel is 'expert'; {model.key} has no experts, expected tensor, pipeline or data"
        )
    for n_experts in numbers:
        if n_experts % n_accelerators:
            right = ", ".join(str(n) for n in range(1, n_experts + 1) if n_experts % n == 0)
            raise InputError(
                f"n_accelerators is {n_accelerators}; expected a divisor of the {n_experts} experts: {right}"
            )
