"""Fits what engines attain to the published measurements, and judges the fit by leaving out what it then
predicts.

    python -m benchmarks.fit_engines

writes llmmath/records/data/attained.toml, the constants with their standard errors, and
llmmath/evidence/data/judged.json, what is predicted of every point by a fit that has not seen its
engine-and-card, its model, or its largest batches. It needs SciPy, which nothing else here does, and takes
some minutes.

The constants of an engine are those of all engines together, times a factor of its own, times another for
each vendor of accelerators that it was measured on. Where little was measured the factors stay near one: each
has a prior, of the widths in `OWN` and `VENDORS`. Points of one engine, card, number of cards and
task count together like `ALIKE` points at the most.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from llmmath import attained
from llmmath.estimate import EIGHTY_PERCENT
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
    "peak_share": (0.6, 0.3),
    "attention_peak_share": (0.35, 0.5),
    "operation_latency": (3e-6, 0.7),
    "query_latency": (8e-6, 1.0),
    "step_latency": (5e-4, 1.0),
    "message_latency": (1e-5, 0.7),
    "link_share": (0.6, 0.4),
}
# Width of an engine's own factor, as a share of the prior's, and of a vendor's on that engine.
OWN, VENDORS = 0.8, 0.5
ALIKE = 8
# What a point is off by, whatever is fitted [1]; residuals beyond 1.5 times that count less than squared.
SCATTER = 0.1
SHARPNESS = 3


class Data:
    """Points, as arrays over their operations and terms."""

    def __init__(self, points):
        self.points = points
        columns = {name: [] for name in ("memory", "compute", "attention", "dequantised")}
        term_of, factors, point_of, rest = [], [], [], []
        for at, point in enumerate(points):
            for factor, step in point.terms:
                term_of += [len(factors)] * len(step.memory)
                for name, values in columns.items():
                    values += getattr(step, name)
                factors.append(factor)
                point_of.append(at)
                rest.append((step.n_operations, step.n_queries, step.n_messages, step.sending))
        self.columns = {name: np.array(values) for name, values in columns.items()}
        self.term_of, self.factors, self.point_of = map(np.array, (term_of, factors, point_of))
        self.rest = np.array(rest, dtype=float).T
        self.seconds = np.array([point.seconds for point in points])
        self.families = [point.family for point in points]
        self.groups = [f"{point.family}@{engines.place(point.accelerator)}" for point in points]

    def expected(self, constants):
        """Seconds of every point, for arrays of each constant by point: the very formulas of an estimate."""

        def of(places):
            return Constants({name: values[places] for name, values in constants.items()})

        term = of(self.point_of)
        n_operations, n_queries, n_messages, sending = self.rest
        operations = attained.operation(**self.columns, engine=of(self.point_of[self.term_of]))
        step = attained.Step((), (), (), (), sending, n_messages, n_operations, n_queries)
        seconds = (
            np.bincount(self.term_of, operations, len(self.factors))
            + attained.latency(step, term)
            + attained.sending(step, term)
        )
        return np.bincount(self.point_of, seconds * self.factors, len(self.points))


class Constants:
    """An engine's constants, arrays or numbers, under their names."""

    sharpness = SHARPNESS

    def __init__(self, values):
        self.__dict__.update(values)


# A share is at most 1: a system that attains more than was published does not exist, but a figure that is off
# does.
CAP = np.array([0.0 if unit == "1" else np.inf for unit in engines.CONSTANTS.values()])
# Turning 4 bits into 16 costs at most what was saved by reading a quarter of the bytes: the engine would keep
# 16.
FLOOR = np.array([np.log(0.25) if name == "dequantising_share" else -np.inf for name in NAMES])


class Tree:
    """Which logarithms add up to the constants of a family on a vendor's accelerators."""

    def __init__(self, data):
        self.families, self.groups = sorted(set(data.families)), sorted(set(data.groups))
        self.n_nodes = 1 + len(self.families) + len(self.groups)
        self.paths = {group: self.path(group.split("@")[0], group) for group in self.groups}
        self.at = np.array([self.groups.index(group) for group in data.groups])
        self.sums = np.array([self.paths[group] for group in self.groups])
        middle, width = np.array(list(PRIOR.values())).T
        n_families, n_groups = len(self.families), len(self.groups)
        self.middle = np.concatenate([np.log(middle), np.zeros(len(NAMES) * (self.n_nodes - 1))])
        self.width = np.concatenate(
            [width, np.tile(OWN * width, n_families), np.tile(VENDORS * width, n_groups)]
        )

    def path(self, family=None, group=None):
        """Of each node whether it is a summand of an engine's constants; what is not known is left out."""
        row = np.zeros(self.n_nodes)
        row[0] = 1
        if family in self.families:
            row[1 + self.families.index(family)] = 1
        if group in self.groups:
            row[1 + len(self.families) + self.groups.index(group)] = 1
        return row

    def constants(self, solution, rows):
        """name -> values of the constant, one for each of `rows` of paths."""
        logarithms = np.clip(rows @ solution.reshape(self.n_nodes, -1), FLOOR, CAP)
        return dict(zip(NAMES, np.exp(logarithms).T))


def fit(data, start=None):
    """The most probable logarithms of all nodes' constants; pair of the Tree and SciPy's result."""
    tree = Tree(data)
    of = [(*judged.system(point), point.n_accelerators, point.task) for point in data.points]
    alike = Counter(of)
    weight = np.array([min(1, ALIKE / alike[one]) ** 0.5 for one in of]) / SCATTER

    def residuals_of(constants):
        return np.log(data.expected(constants) / data.seconds) * weight

    def by_point(solution):
        return {name: values[tree.at] for name, values in tree.constants(solution, tree.sums).items()}

    def residuals(solution):
        return np.concatenate([residuals_of(by_point(solution)), (solution - tree.middle) / tree.width])

    def jacobian(solution):
        constants = by_point(solution)
        before = residuals_of(constants)
        sums = tree.sums @ solution.reshape(tree.n_nodes, -1)
        capped = ((sums > CAP) | (sums < FLOOR))[tree.at]
        found = np.zeros((len(before) + len(solution), len(solution)))
        for place, name in enumerate(NAMES):
            changed = constants | {name: constants[name] * (1 + STEP)}
            slope = np.where(capped[:, place], 0, (residuals_of(changed) - before) / STEP)
            found[: len(before), place :: len(NAMES)] = slope[:, None] * tree.sums[tree.at]
        found[len(before) + np.arange(len(solution)), np.arange(len(solution))] = 1 / tree.width
        return found

    first = tree.middle if start is None else start.get(tree)
    return tree, least_squares(
        residuals,
        first,
        jac=jacobian,
        loss="soft_l1",
        f_scale=1.5,
        max_nfev=40 if start is None else 8,
        xtol=1e-4,
        ftol=1e-4,
    )


STEP = 1e-5


class Start:
    """Where a fit begins that differs little from one that is done: its logarithms, node by node."""

    def __init__(self, tree, solution):
        self.nodes = {}
        values = solution.reshape(tree.n_nodes, -1)
        for place, name in enumerate(["*", *tree.families, *tree.groups]):
            self.nodes[name] = values[place]

    def get(self, tree):
        """The logarithms for another tree; nodes it has in addition begin in their prior's middle."""
        zero = np.zeros(len(NAMES))
        return np.concatenate([self.nodes.get(name, zero) for name in ["*", *tree.families, *tree.groups]])


def predicted(data, tree, solution):
    """Seconds of every point from a fit that may not know its engine or its engine's vendor."""
    rows = np.array([tree.path(*names) for names in zip(data.families, data.groups)])
    return data.expected(tree.constants(solution, rows))


def left_out(points, start):
    """Of every way, what is left out -> pair of the numbers of its points and what the rest predicts of them
    [s]."""
    found = {}
    for way, of in judged.WAYS.items():
        found[way] = {}
        for name, numbers in of(points).items():
            seen = sorted(set(range(len(points))) - set(numbers))
            tree, done = fit(Data([points[number] for number in seen]), start)
            there = Data([points[number] for number in numbers])
            found[way][name] = numbers, predicted(there, tree, done.x)
            print(f"{way}: {name}: {len(numbers)} points", flush=True)
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


# Systems of an engine from which on its own errors say how sure its estimates are.
ENOUGH = 5


def spreads(points, judgement, without=None):
    """(family, task) -> spread [1], and (None, task) of all: from what was predicted of systems left out.

    without: a system whose own errors are not to be counted.
    """
    pairs = [
        (number, expected)
        for name, (numbers, times) in judgement["system"].items()
        for number, expected in zip(numbers, times)
        if name != without
    ]
    found = {}
    for task in engines.TASKS:
        of_task = [pair for pair in pairs if points[pair[0]].task == task]
        found[None, task] = spread(points, *map(np.array, zip(*of_task)))
        for family in {point.family for point in points}:
            own = [pair for pair in of_task if points[pair[0]].family == family]
            systems = {judged.system(points[number]) for number, _ in own}
            enough = len(systems) >= ENOUGH
            found[family, task] = spread(points, *map(np.array, zip(*own))) if enough else found[None, task]
    return found


def rounded(value):
    return float(f"{value:.4g}")


def ranges(points):
    """What was measured: how many points, of which vendors, and lowest and highest batch, context,
    accelerators."""
    contexts = [point.prompt + point.output for point in points]
    return {
        "n_points": len(points),
        "vendors": sorted({point.accelerator.vendor for point in points}),
        "batch": [min(p.batch for p in points), max(p.batch for p in points)],
        "context": [min(contexts), max(contexts)],
        "n_accelerators": [1, max(p.n_accelerators for p in points)],
    }


def engine_table(key, points, path, tree, done, spread_of, covariance):
    """The lines of attained.toml for an engine, or for it on one vendor's accelerators."""
    nodes = np.kron(path, np.eye(len(NAMES)))
    errors = np.sqrt(np.diag(nodes @ covariance @ nodes.T))
    values = tree.constants(done.x, path[None, :])
    lines = [f'["{key}"]', f"sharpness = {SHARPNESS}"]
    lines += [f"{name} = {rounded(values[name][0])!r}" for name in NAMES]
    inside = ", ".join(f"{name} = {rounded(error)!r}" for name, error in zip(NAMES, errors))
    lines.append(f"errors = {{ {inside} }}")
    inside = ", ".join(f"{task} = {rounded(spread_of[task])!r}" for task in engines.TASKS)
    lines.append(f"spread = {{ {inside} }}")
    inside = ", ".join(f"{name} = {json.dumps(value)}" for name, value in ranges(points).items())
    lines.append(f"evidence = {{ {inside} }}")
    return lines


HEAD = """\
# What engines attain, fitted to the published measurements by benchmarks/fit_engines.py: do not edit.
# A key with @ holds on that vendor's accelerators of that kind. errors: standard errors of the logarithms
# [1]. spread: standard deviation of the logarithm of measured over expected time on systems that were left
# out [1].
"""


def main():
    points = judged.used_points()
    data = Data(points)
    tree, done = fit(data)
    start = Start(tree, done.x)
    covariance = np.linalg.inv(done.jac.T @ done.jac)
    judgement = left_out(points, start)
    spread_of = spreads(points, judgement)
    lines = [HEAD]

    def add(key, family, group, those):
        of = {
            task: spread_of[family if (family, task) in spread_of else None, task] for task in engines.TASKS
        }
        lines.extend([*engine_table(key, those, tree.path(family, group), tree, done, of, covariance), ""])

    add("typical", None, None, points)
    for family in tree.families:
        those = [point for point in points if point.family == family]
        add(family, family, None, those)
        for place in sorted({engines.place(point.accelerator) for point in those}):
            group = f"{family}@{place}"
            add(group, family, group, [p for p in those if engines.place(p.accelerator) == place])
    (ROOT / "llmmath/records/data/attained.toml").write_text("\n".join(lines), encoding="utf-8")
    ways = {}
    for way, found in judgement.items():
        ways[way] = []
        for name, (numbers, times) in found.items():
            fair = spreads(points, judgement, without=name) if way == "system" else spread_of
            for number, expected in zip(numbers, times):
                reach = np.exp(EIGHTY_PERCENT * fair[points[number].family, points[number].task])
                ways[way].append([number, rounded(expected), rounded(reach)])
        ways[way].sort()
    text = json.dumps({"fingerprint": judged.fingerprint(points), "ways": ways}, separators=(",", ":"))
    (ROOT / "llmmath/evidence/data/judged.json").write_text(
        text.replace("],[", "],\n[") + "\n", encoding="utf-8"
    )
    for way in judged.WAYS:
        print(way, judged.summary(way))


if __name__ == "__main__":
    main()
