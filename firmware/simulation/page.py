"""What the page asks of the running fan: functions of one argument, asked and answered in what JSON holds.

Each answers with what was seen since the last answer: now_ms of virtual time, phase, resets by the watchdog,
`row` (the fields of the last line of the log), `lines` of [ms, text], and `samples` of [ms, temperature of
the thing in m°C, what the script told of it in m°C or None, how long of 1000 the fan is on, rpm, LED], and
`start_mc`, at which temperature a fan at rest starts at the latest.
"""

import sys

from firmware.simulation.live import LiveBench
from firmware.simulation.plant import World
from firmware.simulation.run import published

START_C = 29.0  # of the thing: a little below the target, the fan at rest, a finger away from running
FINGER_C = 34.5
ROOM_C, LOAD_K = (-20, 60), (0, 60)
SENSORS = {"sound": None, "unplugged": 0, "shorted": 4095}
LONGEST_MS = 600_000  # of one call
MAIN = "\ndef main():"

running = {}  # "bench": the one that runs


def script(_):
    """The text of the published script."""
    return published()


def start(text):
    """A new board in a new room, with the published script, or with an edited text of it.

    Raises ValueError, which says where, for a text that cannot be run.
    """
    source = published()
    if text is not None:
        if text.partition(MAIN)[1:] != source.partition(MAIN)[1:]:
            raise ValueError("from 'def main():' on the text has to stay: its loop runs piece by piece")
        source = text
    world = World()
    world.thing_c = world.bead_c = START_C
    try:
        bench = LiveBench(world, source)
    except (Exception, KeyboardInterrupt, SystemExit) as problem:
        words = ": ".join([type(problem).__name__] + [str(problem)] * (str(problem) != ""))
        raise ValueError(line_of(problem) + words) from None
    for name in ("fan_on", "Station"):
        if name not in bench.script:
            raise ValueError("the text has no %s any more; main() needs it" % name)
    running["bench"] = bench
    return seen(bench)


def run(until_ms):
    """Lets time pass up to this moment, and on to the end of the script's period."""
    bench = running_bench()
    now_ms = bench.board.now_us // 1000
    if until_ms > now_ms + LONGEST_MS:
        raise ValueError("%d ms at once; up to %d are possible" % (until_ms - now_ms, LONGEST_MS))
    bench.run_until(until_ms * 1000)
    return seen(bench)


def do(ask):
    """Puts a hand on it: {"what": one of ACTIONS, "value": what it shall be}."""
    bench = running_bench()
    ACTIONS[ask["what"]](bench, ask.get("value"))
    return seen(bench)


def running_bench():
    if "bench" not in running:
        raise ValueError("no board runs; Reset starts one")
    return running["bench"]


def between(limits, unit, value):
    low, high = limits
    if type(value) not in (int, float) or not low <= value <= high:
        raise ValueError("%s is not between %d and %d %s" % (value, low, high, unit))
    return value


def room(bench, celsius):
    bench.world.ambient_c = between(ROOM_C, "°C", celsius)


def load(bench, kelvin):
    bench.world.load_k = between(LOAD_K, "K", kelvin)


def finger(bench, held):
    bench.world.finger_c = FINGER_C if held else None


def sensor(bench, state):
    bench.world.sensor = SENSORS[state]


def jam(bench, jammed):
    bench.world.fan.jammed = jammed


def brown_out(bench, _):
    bench.boot("power")


def hang(bench, _):
    bench.hang()


ACTIONS = {
    "room": room,
    "load": load,
    "finger": finger,
    "sensor": sensor,
    "jam": jam,
    "brown-out": brown_out,
    "hang": hang,
}


def seen(bench):
    samples, lines = bench.drain()
    return {
        "now_ms": bench.board.now_us // 1000,
        "phase": bench.phase,
        "resets": bench.board.resets,
        "row": bench.row,
        "samples": samples,
        "lines": lines,
        "start_mc": start_mc(bench.script),
    }


def start_mc(script):
    """Temperature at which a fan at rest starts at the latest [m°C]; None where a script does not tell.

    There the error alone asks for MIN_DUTY, below which the fan does not run; what the integral has gathered
    lets it start earlier.
    """
    target, gain, least = [script.get(name) for name in ("TARGET_MC", "GAIN", "MIN_DUTY")]
    if not [value for value in (target, gain, least) if type(value) is not int] and gain > 0:
        return target - (-1000 * least) // gain  # rounded up
    return None


def line_of(problem):
    """ "line 12: " for what went wrong at the script's line 12, "" where no line of it is known."""
    import io

    written = io.StringIO()
    if hasattr(sys, "print_exception"):  # MicroPython
        sys.print_exception(problem, written)
    else:
        import traceback

        traceback.print_exception(problem, file=written)
    mark = '"thermistor_fan.py", line '
    text = written.getvalue()
    if mark not in text:
        return ""
    after = text[text.rindex(mark) + len(mark) :]
    return "line %s: " % after.split("\n")[0].split(",")[0]
