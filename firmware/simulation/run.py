"""Runs the script's own main() on the simulated board and records what it does.

python -m firmware.simulation.run target-finger-unplugged
"""

import gc
import sys

from firmware import fan_options
from firmware.simulation.board import PIO, Board, File, Reset, machine_of, micropython_of, os_of, time_of
from firmware.simulation.plant import World

BOOT_S = 1.0  # from reset to the script's first line, the fan's pin floating [s]
if hasattr(gc, "threshold"):  # MicroPython: collect early, or what is kept lies scattered over the whole heap
    gc.threshold(2_000_000)
PATH = __file__.rsplit("/", 2)[0] + "/thermistor_fan.py"
sys.modules["fan_options"], sys.modules["rp2"] = fan_options, PIO  # where the script imports them


def published():
    """Text of the script as it is published."""
    with open(PATH) as file:
        return file.read()


class Bench:
    """A board with the script on it. `settings` replaces constants of the script: options that are off."""

    def __init__(self, world=None, settings=None, source=None, **board):
        self.world = world or World()
        self.board = Board(self.world, **board)
        self.board.on_line = self.note
        self.printed = []
        self.rows = []
        self.watches = []  # (state, action)
        self.machine = machine_of(self.board)
        self.source = published() if source is None else source
        self.script = self.load(self.source)
        self.script.update(settings or {})

    def load(self, source):
        """The script's names, after running it with the board's modules in place of the real ones."""

        def opened(name, mode="r"):
            return File(self.board, name, mode)

        names = {"__name__": "thermistor_fan", "open": opened, "print": self.printed_line}
        with modules(time=time_of(self.board), os=os_of(self.board)):
            exec(compile(source, "thermistor_fan.py", "exec"), names)
        return names

    def run_main(self):
        """The script's main(), with the board's `machine` in place of the real one."""
        with modules(machine=self.machine, micropython=micropython_of(self.board)):
            self.script["main"]()

    def printed_line(self, line):
        """Keeps what is printed besides the log."""
        if not line.startswith("t_ms:"):
            self.printed.append(line)

    def note(self, line):
        """Keeps a log line with what was true when it came."""
        if line.startswith("t_ms:"):
            row = parse(line)
            row["time_s"] = self.board.now_us / 1_000_000
            row["temperature_c"] = self.world.thing_c
            row["level"] = self.board.fan_level()
            self.rows.append(row)
            for watch in list(self.watches):
                if watch[0] == row["state"]:
                    self.watches.remove(watch)
                    watch[1]()

    def when(self, state, action):
        """Runs `action` once, when the log first tells this state."""
        self.watches.append((state, action))

    def run(self, seconds):
        """Powers on and off again after so much virtual time, booting after every reset.

        Returns why the last main() ended: "stopped", "reset", or the exception that left it.
        """

        def stop():
            raise KeyboardInterrupt

        ended = "reset"
        end_us = self.board.now_us + int(seconds * 1_000_000)
        self.board.at(end_us / 1_000_000, stop)
        while ended == "reset":
            try:
                self.board.advance(int(BOOT_S * 1_000_000))
                self.run_main()
                ended = "stopped"
            except KeyboardInterrupt:
                return "stopped"
            except Reset:
                self.board.power_on("watchdog")
            except Exception as problem:  # what left the script is the result
                return problem
        return ended

    def columns(self):
        """The recorded run as lists of equal length."""
        rows = self.rows
        return {
            "time_s": [row["time_s"] for row in rows],
            "temperature_c": [row["temperature_c"] for row in rows],
            "measured_c": [row["mc"] / 1000 if row["mc"] > -273_000 else None for row in rows],
            "reading": [row["code"] for row in rows],
            "duty": [row["duty"] / 1000 for row in rows],
            "state": [row["state"] for row in rows],
        }


class modules:
    """Puts stand-ins into sys.modules while the block runs."""

    def __init__(self, **stand_ins):
        self.stand_ins = stand_ins

    def __enter__(self):
        self.before = {name: sys.modules.get(name) for name in self.stand_ins}
        for name in self.stand_ins:
            sys.modules[name] = self.stand_ins[name]

    def __exit__(self, *problem):
        for name in self.before:
            if self.before[name] is None:
                del sys.modules[name]
            else:
                sys.modules[name] = self.before[name]
        return False


def parse(line):
    """The fields of a log line: whole numbers, and the state.

    >>> parse("t_ms:250 mc:21990 state:boot")["mc"]
    21990
    """
    fields = dict(field.split(":", 1) for field in line.split(" "))
    return {name: fields[name] if name == "state" else int(fields[name]) for name in fields}


def target_finger_unplugged(bench):
    """A warm thing is brought to the target; a finger takes the thermistor; its plug is pulled, put back."""
    world, at = bench.world, bench.board.at
    marks = [
        (0, "boot"),
        (600, "finger on the thermistor"),
        (630, "finger off"),
        (840, "sensor unplugged"),
        (870, "plugged in again"),
    ]
    world.thing_c = world.bead_c = 34.0
    at(600, lambda: setattr(world, "finger_c", 34.5))
    at(630, lambda: setattr(world, "finger_c", None))
    at(840, lambda: setattr(world, "sensor", 0))
    at(870, lambda: setattr(world, "sensor", None))
    bench.run(1080)
    return marks


def step_load(bench):
    """The load grows from 12 K to 16 K above the air, and goes back."""
    world, at = bench.world, bench.board.at
    at(1200, lambda: setattr(world, "load_k", 16.0))
    at(2400, lambda: setattr(world, "load_k", 12.0))
    bench.run(3600)
    return [(1200, "load from 12 K to 16 K"), (2400, "load as before")]


SCENARIOS = {"target-finger-unplugged": target_finger_unplugged, "step-load": step_load}


def record(scenario="target-finger-unplugged"):
    """A recorded run: lists time_s, temperature_c, measured_c, reading, duty [0..1], state; marks.

    Each mark is (time_s, text). The time counts from power-on.
    Raises LookupError for a scenario that is not there.
    """
    if scenario not in SCENARIOS:
        raise LookupError("unknown scenario %r; there are: %s" % (scenario, ", ".join(sorted(SCENARIOS))))
    bench = Bench()
    marks = SCENARIOS[scenario](bench)
    recorded = bench.columns()
    recorded["marks"] = marks
    return recorded


if __name__ == "__main__":
    run = record(sys.argv[1] if len(sys.argv) > 1 else "target-finger-unplugged")
    print("time_s,temperature_c,reading,duty,state")
    for row in zip(run["time_s"], run["temperature_c"], run["reading"], run["duty"], run["state"]):
        print("%.2f,%.3f,%d,%.3f,%s" % row)
