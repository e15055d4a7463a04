"""Fits what engines attain to the published measurements, and judges the fit by leaving out what it then
predicts.

    python -m benchmarks.fit_engines

writes llmmath/records/data/attained.toml, the constants with their standard errors, and
llmmath/evidence/data/judged.json, what is predicted of every point by a fit that has not seen its
engine-and-card, its model, or batches as large. It takes some minutes.

    python -m benchmarks.fit_engines --kept

takes those predictions from judged.json, where the measurements are still the same, and writes the rest anew.

The constants of an engine are those of all engines together, times a factor of its own, times another for
each vendor's accelerators of one kind that it was measured on. Where little was measured the factors stay
near one: each has a prior, of the widths in `OWN` and `PLACES`. A factor of such accelerators for all engines
together was tried and told less of systems that are left out. Points of one engine, card, number of cards and
task count together like `ALIKE` points at the most.
"""

import argparse
import json
from collections import Counter
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from llmmath import attained
from llmmath.estimate import EIGHTY_PERCENT, WIDENING
from llmmath.evidence import judged
from llmmath.records import engines

ROOT = Path(__file__).resolve().parents[1]

NAMES = tuple(engines.CONSTANTS)
# Middle and width of what is expected of each constant before anything is measured: the width is a standard
# deviation of the logarithm.
PRIOR = {
    "bandwidth_share": (0.78, 0.15),
    "attention_bandwidth_share": (0.6, 0.4),
    "dequantising_share": (0.85, 0.2),
    "expert_share": (0.8, 0.3),
    "starting_bytes": (1e6, 1.0),
    "peak_share": (0.6, 0.3),
    "narrow_peak_share": (0.5, 0.4),
    "unpacked_peak_share": (0.3, 0.4),
    "dequantising_peak_share": (0.5, 0.4),
    "attention_peak_share": (0.35, 0.5),
    "padding_rows": (32, 0.7),
    "operation_latency": (3e-6, 0.7),
    "routing_latency": (2e-5, 0.7),
    "query_latency": (8e-6, 1.0),
    "step_latency": (5e-4, 1.0),
    "message_latency": (1e-5, 0.7),
    "link_share": (0.6, 0.4),
}
# Width of an engine's own factor, as a share of the prior's, and of that of a vendor's accelerators of one
# kind on that engine.
OWN, PLACES = 0.6, 0.4
# Width of the factor that an older generation of an engine has on what its host takes; its kernels have none.
OLDER, NEVER = 0.8, 1e-4
# Constants of sorts of operations, by what an `attained.Step` calls the sort. An engine has none of its own
# that fewer models than FEW tell of: they would be the models'.
SORTS = {
    "dequantised": ("dequantising_share", "dequantising_peak_share"),
    "narrow": ("narrow_peak_share",),
    "expert": ("expert_share", "routing_latency"),
}
FEW = 3
# What all engines on all accelerators have alike.
ONCE = ("starting_bytes",)
HOST = ("operation_latency", "routing_latency", "query_latency", "step_latency")
ALIKE = 8
# What a point is off by, whatever is fitted [1]; residuals beyond BEND times that count less than squared.
SCATTER = 0.1
SHARPNESS = 3


class Data:
    """Points, as arrays over their operations and terms."""

    def __init__(self, points):
        self.points = points
        columns = {name: [] for name in attained.EACH}
        term_of, factors, point_of, rest = [], [], [], []
        for at, point in enumerate(points):
            for factor, step in point.terms:
                term_of += [len(factors)] * len(step.memory)
                for name, values in columns.items():
                    values += getattr(step, name)
                factors.append(factor)
                point_of.append(at)
                rest.append(
                    (step.sending, step.n_messages, step.n_operations, step.n_routings, step.n_queries)
                )
        self.columns = {name: np.array(values) for name, values in columns.items()}
        self.term_of, self.factors, self.point_of = map(np.array, (term_of, factors, point_of))
        self.rest = np.array(rest, dtype=float).T
        self.seconds = np.array([point.seconds for point in points])
        self.paths = [path(point) for point in points]

    def of_operations(self, constants):
        """Seconds that the operations of every point take, for arrays of each constant by point."""
        of = Constants({name: constants[name][self.point_of[self.term_of]] for name in OF_OPERATIONS})
        times = attained.operation(**self.columns, engine=of) * self.factors[self.term_of]
        return np.bincount(self.point_of[self.term_of], times, len(self.points))

    def of_steps(self, constants):
        """Seconds of every point that are not those of its operations."""
        of = Constants({name: constants[name][self.point_of] for name in OF_STEPS})
        step = attained.Step(*[()] * len(attained.EACH), *self.rest)
        seconds = attained.latency(step, of) + attained.sending(step, of)
        return np.bincount(self.point_of, seconds * self.factors, len(self.points))

    def expected(self, constants):
        """Seconds of every point: the very formulas of an estimate."""
        return self.of_operations(constants) + self.of_steps(constants)


# Constants that say how long operations take, and how long the rest of a step.
OF_STEPS = (
    "operation_latency",
    "routing_latency",
    "query_latency",
    "step_latency",
    "message_latency",
    "link_share",
)
OF_OPERATIONS = tuple(name for name in NAMES if name not in OF_STEPS)


class Constants:
    """An engine's constants, arrays or numbers, under their names."""

    sharpness = SHARPNESS

    def __init__(self, values):
        self.__dict__.update(values)


CAP = np.array([np.log(engines.MOST[name]) if name in engines.MOST else np.inf for name in NAMES])
FLOOR = np.array([np.log(engines.LEAST[name]) if name in engines.LEAST else -np.inf for name in NAMES])


ALL = "*"


def path(point):
    """Names of the nodes whose logarithms add up to a point's constants, from the root on."""
    family = point.family
    place = engines.place(point.accelerator)
    found = [ALL, family, f"{family}@{place}"]
    return (*found, f"{family} before {engines.NEW}") if point.year < engines.NEW else tuple(found)


class Tree:
    """Which logarithms add up to the constants of an engine on a vendor's accelerators."""

    def __init__(self, data):
        self.nodes = sorted(
            {node for one in data.paths for node in one}, key=lambda node: (node != ALL, node)
        )
        # An engine of which nothing newer was measured is as it was.
        newer = {family for _, family, *further in data.paths if len(further) == 1}
        self.nodes = [
            node for node in self.nodes if " before " not in node or node.split(" before ")[0] in newer
        ]
        middle, width = np.array(list(PRIOR.values())).T
        self.middle = np.zeros((len(self.nodes), len(NAMES)))
        self.middle[0] = np.log(middle)
        models = {sort: {} for sort in SORTS}
        for point, nodes in zip(data.points, data.paths):
            for sort in SORTS:
                if any(any(getattr(step, sort)) for _, step in point.terms):
                    for node in nodes:
                        models[sort].setdefault(node, set()).add(point.model.key)
        few = {
            node: {
                name
                for sort, names in SORTS.items()
                if len(models[sort].get(node, ())) < FEW
                for name in names
            }
            for node in self.nodes
        }
        self.width = np.array(
            [
                np.where([name in few[node] for name in NAMES], NEVER * width, self._width(node, width))
                if node != ALL
                else width
                for node in self.nodes
            ]
        )

    def _width(self, node, width):
        if node == ALL:
            return width
        if " before " in node:
            return np.where([name in HOST for name in NAMES], OLDER * width, NEVER)
        return np.where([name in ONCE for name in NAMES], NEVER, PLACES if "@" in node else OWN) * width

    def rows(self, paths):
        """Of each path, which nodes are its summands; what is not known is left out."""
        return np.array([[float(node in one) for node in self.nodes] for one in paths])

    def constants(self, solution, rows):
        """name -> values of the constant, one for each of `rows`."""
        return dict(zip(NAMES, np.exp(np.clip(rows @ solution, FLOOR, CAP)).T))


def fit(data):
    """The most probable logarithms of all nodes' constants: a Tree, the solution, and its covariance."""
    tree = Tree(data)
    of = [(*judged.system(point), point.n_accelerators, point.task) for point in data.points]
    alike = Counter(of)
    weight = np.array([min(1, ALIKE / alike[one]) ** 0.5 for one in of]) / SCATTER
    rows = tree.rows(data.paths)
    # Points of one path have the same constants.
    paths, at = np.unique(rows, axis=0, return_inverse=True)
    at = at.ravel()

    def by_point(solution):
        return {name: values[at] for name, values in tree.constants(solution, paths).items()}

    def cost(solution):
        residuals = np.log(data.expected(by_point(solution)) / data.seconds) * weight
        beyond = (residuals / BEND) ** 2
        prior = ((solution - tree.middle) / tree.width) ** 2
        return residuals, BEND**2 * 2 * np.sum(np.sqrt(1 + beyond) - 1) + np.sum(prior)

    def slopes(solution):
        """Of the logarithms of all expected times by those of the constants, without priors."""
        constants = by_point(solution)
        operations, steps = data.of_operations(constants), data.of_steps(constants)
        sums = (paths @ solution)[at]
        free = (sums <= CAP) & (sums >= FLOOR)
        found = np.zeros((len(at), len(NAMES)))
        for place, name in enumerate(NAMES):
            changed = constants | {name: constants[name] * (1 + STEP)}
            if name in OF_STEPS:
                difference = data.of_steps(changed) - steps
            else:
                difference = data.of_operations(changed) - operations
            found[:, place] = np.where(free[:, place], difference / STEP / (operations + steps), 0)
        return found * weight[:, None]

    # What the host of an older engine takes is at least what that of a newer takes: where little was measured
    # of the newer, the older tells.
    older = np.array([[" before " in node] * len(NAMES) for node in tree.nodes])
    solution, damping = tree.middle.copy(), 1e-3
    residuals, least = cost(solution)
    for _ in range(MOST_STEPS):
        # Of a node the slopes are those of the points below it.
        slope = slopes(solution)
        robust = 1 / np.sqrt(1 + (residuals / BEND) ** 2)
        squares = np.zeros((len(paths), len(NAMES), len(NAMES)))
        pulls = np.zeros((len(paths), len(NAMES)))
        for place in range(len(paths)):
            mine = slope[at == place]
            squares[place] = mine.T @ (robust[at == place, None] * mine)
            pulls[place] = mine.T @ (robust * residuals)[at == place]
        normal = np.einsum("pi,pj,pab->iajb", paths, paths, squares, optimize=True).reshape(
            tree.width.size, -1
        )
        gradient = (paths.T @ pulls + (solution - tree.middle) / tree.width**2).ravel()
        prior = 1 / tree.width.ravel() ** 2
        held = (older & (solution <= 0)).ravel() & (gradient > 0)
        while True:
            scale = prior + damping * (np.diag(normal) + prior) + np.where(held, HELD, 0)
            move = np.linalg.solve(normal + np.diag(scale), -gradient).reshape(solution.shape)
            moved = np.where(older, np.maximum(solution + move, 0), solution + move)
            tried, new = cost(moved)
            if new < least or damping > 1e9:
                break
            damping *= 10
        gained = least - new
        if new < least:
            solution, residuals, least, damping = moved, tried, new, damping / 10
        if gained < TOLERANCE * least:
            return tree, solution, np.linalg.inv(normal + np.diag(prior))
    raise RuntimeError(f"no convergence in {MOST_STEPS} steps: the last still gained {gained}")


STEP = 1e-5
# What keeps a logarithm where it is.
HELD = 1e12
# Residuals beyond so many times what a point is off by count less than squared [1].
BEND = 1.0
# Relative gain below which a fit is done, and the most steps it may take.
TOLERANCE, MOST_STEPS = 1e-5, 100


def predicted(data, tree, solution):
    """Seconds of every point from a fit that may not know its engine or its engine's vendor."""
    return data.expected(tree.constants(solution, tree.rows(data.paths)))


def _left_out(task):
    """Of a way, what is left out -> the numbers of its points and what the rest predicts of them [s]."""
    way, name, numbers = task
    points = judged.judged_points()
    seen = [point for number, point in enumerate(points) if number not in numbers and not point.unexplained]
    tree, solution, _ = fit(Data(seen))
    found = predicted(Data([points[number] for number in numbers]), tree, solution)
    return way, name, numbers, found


def left_out(points):
    """Way -> what is left out -> pair of the numbers of its points and what the rest predicts of them [s].

    Every fit starts anew from the priors: nothing of what was left out is where it starts.
    """
    tasks = [(way, name, numbers) for way, of in judged.WAYS.items() for name, numbers in of(points).items()]
    found = {way: {} for way in judged.WAYS}
    with Pool() as pool:
        for done, (way, name, numbers, times) in enumerate(pool.imap_unordered(_left_out, tasks), 1):
            found[way][name] = numbers, times
            print(f"{done} of {len(tasks)}: {way}: {name}: {len(numbers)} points", flush=True)
    return found


def spread(points, numbers, expected):
    """The standard deviation that makes an interval of 80 % hold 80 % of the points, each system counting
    alike."""
    ratios = np.abs(np.log(expected / np.array([points[number].seconds for number in numbers])))
    alike = Counter(judged.system(points[number]) for number in numbers)
    weights = np.array([1 / alike[judged.system(points[number])] for number in numbers])
    order = np.argsort(ratios)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(ratios[order][np.searchsorted(share, 0.8)] / EIGHTY_PERCENT)


# Things left out of an engine from which on its own errors say how sure its estimates are.
ENOUGH = 5


def spreads(points, found, without=(), of=judged.system):
    """(family, kind) -> spread [1], and (None, kind) of all, kind of `engines.KINDS`.

    found: of one way of leaving out, see `left_out`. without: of what the errors do not count, by what `of`
    says of a point.
    """
    pairs = [
        (number, expected, name)
        for name, (numbers, times) in found.items()
        for number, expected in zip(numbers, times)
        if of(points[number]) not in without and not points[number].unexplained
    ]

    def spread_of_all(chosen):
        return spread(points, *map(np.array, zip(*((number, expected) for number, expected, _ in chosen))))

    spread_of = {}
    for kind in engines.KINDS:
        of_kind = [pair for pair in pairs if points[pair[0]].kind == kind]
        spread_of[None, kind] = spread_of_all(of_kind)
        for family in {point.family for point in points}:
            own = [pair for pair in of_kind if points[pair[0]].family == family]
            # Few things say too little to make an interval narrower than those of all, but may make it wider.
            few = len({name for *_, name in own}) < ENOUGH
            known = ([spread_of[None, kind]] if few else []) + ([spread_of_all(own)] if own else [])
            spread_of[family, kind] = max(known)
    return spread_of


# Of a way of leaving out, the way whose errors its intervals are taken from, and what of a point has no part
# in them; of other ways models.
BY = {"system": ("system", judged.system), "engine": ("engine", judged.engine)}


def reaches(points, judgement):
    """Of every way, triples of a point's number, what was expected [s], and the factor from there to the ends
    of its interval.

    Errors of what is judged, of the same system or the same model, have no part in the interval. One whose
    accelerator was left out has the interval of those that were not measured, or that of those that were
    where it is wider; one whose engine was left out that of engines that were not; any other that of those
    that were. A batch above any seen widens it as it does in an estimate.
    """
    for way, found in judgement.items():
        by, of = BY.get(way, ("model", judged.model))

        @cache
        def without(mine, way=way, by=by, of=of):
            """The spreads in which the errors of what is judged have no part."""
            fair = spreads(points, judgement[by], {mine}, of)
            if way == "system":
                seen = spreads(points, judgement["model"], {mine}, of)
                fair = {key: max(value, seen[key]) for key, value in fair.items()}
            return fair

        rows = []
        for name, (numbers, times) in found.items():
            lowest = judged.upper_batch([one for one in points if one.family == name]) or 1
            for number, expected in zip(numbers, times):
                point = points[number]
                beyond = max(0, np.log2(point.batch / lowest)) if way == "batch" else 0
                spread_of = np.hypot(without(of(point))[point.family, point.kind], WIDENING * beyond)
                reach = np.exp(EIGHTY_PERCENT * spread_of)
                rows.append([number, rounded(expected), rounded(reach)])
        yield way, sorted(rows)


def rounded(value):
    return float(f"{value:.4g}")


def ranges(points):
    """What was measured: how many points, of which vendors, accelerators, types and ways, on which of them
    prompts, and lowest and highest batch, that of models with experts, context, accelerators."""
    contexts = [point.prompt + point.output for point in points]
    of_experts = [point.batch for point in points if engines.has_experts(point.model)]
    return {
        "n_points": len(points),
        "vendors": sorted({point.accelerator.vendor for point in points}),
        "accelerators": sorted({point.accelerator.key for point in points}),
        "prompts_on": sorted({point.accelerator.key for point in points if point.task == "prefill"}),
        "dtypes": sorted({point.dtype for point in points}),
        "ways": sorted({point.deployment.way for point in points if point.n_accelerators > 1}),
        "batch": [min(p.batch for p in points), max(p.batch for p in points)],
        "experts_batch": [min(of_experts), max(of_experts)] if of_experts else [],
        "context": [min(contexts), max(contexts)],
        "n_accelerators": [1, max(p.n_accelerators for p in points)],
    }


def engine_table(key, evidence, nodes, fitted, spread_of):
    """The lines of attained.toml for an engine, or for it on one vendor's accelerators of one kind."""
    tree, solution, covariance = fitted
    row = tree.rows([nodes])
    summed = np.kron(row[0], np.eye(len(NAMES)))
    errors = np.sqrt(np.diag(summed @ covariance @ summed.T))
    values = tree.constants(solution, row)
    lines = [f'["{key}"]', f"sharpness = {SHARPNESS}"]
    lines += [f"{name} = {rounded(values[name][0])!r}" for name in NAMES]
    inside = ", ".join(f"{name} = {rounded(error)!r}" for name, error in zip(NAMES, errors))
    lines.append(f"errors = {{ {inside} }}")
    for name, of in spread_of.items():
        inside = ", ".join(f"{kind} = {rounded(of[kind])!r}" for kind in engines.KINDS)
        lines.append(f"{name} = {{ {inside} }}")
    inside = ", ".join(f"{name} = {json.dumps(value)}" for name, value in evidence.items())
    lines.append(f"evidence = {{ {inside} }}")
    return lines


HEAD = """\
# What engines attain, fitted to the published measurements by benchmarks/fit_engines.py: do not edit.
# A key with @ holds on that vendor's accelerators of that kind. errors: standard errors of the logarithms
# [1]. spread: standard deviation of the logarithm of measured over expected time on accelerators that were
# left out [1]; spread_measured: on models that were left out, where the accelerator was measured [1].
"""


def kept(points):
    """What judged.json has of `left_out`, whose points are still the same.

    Raises:
        InputError: the measurements have changed since.
    """
    found = {}
    for way, of in judged.WAYS.items():
        expected = judged.expected_seconds(way)
        found[way] = {
            name: (numbers, np.array([expected[number] for number in numbers]))
            for name, numbers in of(points).items()
        }
    return found


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_engines")
    parser.add_argument("--kept", action="store_true", help="take what was left out from judged.json")
    again = parser.parse_args().kept
    points = judged.judged_points()
    used = judged.used_points()
    fitted = fit(Data(used))
    judgement = kept(points) if again else left_out(points)
    unseen, seen, untold = (spreads(points, judgement[way]) for way in ("system", "model", "engine"))
    judged.store(points, dict(reaches(points, judgement)))
    lines = [HEAD]

    def add(key, nodes, of=lambda point: True):
        family, _, place = key.partition("@")
        family = None if family == engines.TYPICAL else family
        those = [point for point in used if of(point)]
        held = judged.summary("system" if family else "engine", of)["coverage"]
        # An engine that is not named is as one that was not measured.
        measured = {kind: seen[family, kind] if family else untold[None, kind] for kind in engines.KINDS}
        spread_of = {
            "spread": {kind: max(unseen[family, kind], measured[kind]) for kind in engines.KINDS},
            "spread_measured": measured,
        }
        evidence = ranges(those) | {"held": rounded(held), "place": place}
        lines.extend([*engine_table(key, evidence, nodes, fitted, spread_of), ""])

    add("typical", (ALL,))
    # An engine that is not named has the same constants everywhere; its evidence is what was measured there.
    for place in sorted({engines.place(point.accelerator) for point in used}):
        add(
            f"{engines.TYPICAL}@{place}",
            (ALL,),
            lambda one, place=place: engines.place(one.accelerator) == place,
        )
    for family in sorted({point.family for point in used}):
        add(family, (ALL, family), lambda point, family=family: point.family == family)
        for place in sorted({engines.place(point.accelerator) for point in used if point.family == family}):
            key = f"{family}@{place}"

            def there(point, family=family, place=place):
                return point.family == family and engines.place(point.accelerator) == place

            add(key, (ALL, family, key), there)
    (ROOT / "llmmath/records/data/attained.toml").write_text("\n".join(lines), encoding="utf-8")
    for way in judged.WAYS:
        print(way, judged.summary(way))
        print(way, "with what is unexplained", judged.summary(way, unexplained=True))


if __name__ == "__main__":
    main()
