"""The script in closed loop, to be run by the real MicroPython: prints what was measured as JSON.

Every number is of virtual time and of the simulated thing's true temperature, not of what the script reads.
"""

import json

from firmware.simulation.plant import Fan, World
from firmware.simulation.run import Bench, record

TARGET = 30.0


def bench(world=None, settings=None, **board):
    return Bench(world or World(), settings, **board)


def warm(world, celsius=34.0):
    world.thing_c = world.bead_c = celsius
    return world


def errors(rows, start, end=1e9, target=TARGET):
    return [row["temperature_c"] - target for row in rows if start <= row["time_s"] < end]


def largest(values):
    return max(abs(value) for value in values)


def mean(values):
    return sum(values) / len(values)


def starts(rows, start, end):
    rows = [row for row in rows if start <= row["time_s"] < end]
    return sum(1 for a, b in zip(rows, rows[1:]) if a["duty"] == 0 and b["duty"] > 0)


def first(rows, start, test):
    """Seconds from `start` until a row passes the test."""
    for row in rows:
        if row["time_s"] >= start and test(row):
            return row["time_s"] - start
    return None


def steady():
    b = bench()
    ended = b.run(3600)
    return {
        "ended": ended,
        "resets": b.board.resets,
        "faults": b.rows[-1]["faults"],
        "overshoot_k": max(errors(b.rows, 0)),
        "error_k": largest(errors(b.rows, 1800)),
        "mean_k": mean(errors(b.rows, 1800)),
        "starts": starts(b.rows, 1800, 3600),
    }


def proportional_only():
    b = bench(settings={"INTEGRAL_MS": 10**12})
    b.run(1800)
    return {"mean_k": mean(errors(b.rows, 1200))}


def step_load():
    b = bench(warm(World()))
    b.board.at(1200, lambda: setattr(b.world, "load_k", 16.0))
    b.board.at(2400, lambda: setattr(b.world, "load_k", 12.0))
    b.run(3600)
    return {
        "overshoot_k": max(errors(b.rows, 1200, 2400)),
        "undershoot_k": -min(errors(b.rows, 2400)),
        "settled_k": largest(errors(b.rows, 1800, 2400) + errors(b.rows, 3000)),
        "faults": b.rows[-1]["faults"],
    }


def light_load():
    """9 K over the air: less cooling than the slowest fan gives, so it has to switch."""
    b = bench(World(load_k=9.0))
    b.run(5400)
    return {
        "starts_per_hour": starts(b.rows, 1800, 5400),
        "error_k": largest(errors(b.rows, 1800)),
        "running_duties": sorted({r["duty"] for r in b.rows if r["time_s"] > 1800})[:2],
    }


def finger():
    """A thing at rest, fan off; a finger at 34.5 °C takes the thermistor for half a minute."""
    b = bench(World(load_k=4.0))
    b.board.at(400, lambda: setattr(b.world, "finger_c", 34.5))
    b.board.at(430, lambda: setattr(b.world, "finger_c", None))
    b.run(600)
    before = [row["duty"] for row in b.rows if 300 < row["time_s"] < 400]
    return {
        "off_before": max(before) == 0,
        "on_after_s": first(b.rows, 400, lambda row: row["duty"] > 0),
        "full_after_s": first(b.rows, 405, lambda row: row["duty"] == 1000 and row["state"] == "run"),
        "off_again_s": first(b.rows, 430, lambda row: row["duty"] == 0),
        "faults": b.rows[-1]["faults"],
    }


def ambient_ramp():
    b = bench(warm(World()))
    b.board.at(900, lambda: setattr(b.world, "ramp", 3.0 / 1800))
    b.board.at(2700, lambda: setattr(b.world, "ramp", 0.0))
    b.run(3600)
    return {"error_k": largest(errors(b.rows, 900, 2700)), "settled_k": largest(errors(b.rows, 3300))}


def disconnected():
    """The fan's plug is out: the thing must get hot, or the simulation would prove nothing."""
    b = bench(warm(World(load_k=24.0), 31.0))
    b.world.fan.connected = False
    b.run(600)
    return {
        "hottest_k": max(errors(b.rows, 0)),
        "told_s": first(b.rows, 0, lambda row: row["state"] == "weak"),
        "duty": b.rows[-1]["duty"],
    }


def noisy():
    b = bench(warm(World(noise=8.0)))
    b.world.flicker = 0.05  # one sample in twenty is an open contact
    b.run(1800)
    return {"error_k": largest(errors(b.rows, 900)), "faults": b.rows[-1]["faults"]}


def near_dnl():
    """A target in the middle of a wide bin: allowed, told, and less exact."""
    b = bench(warm(World(load_k=25.0), 37.0), {"TARGET_MC": 37_000})
    b.run(1800)
    return {
        "error_k": largest(errors(b.rows, 900, target=37.0)),
        "told": [line for line in b.printed if "2560" in line],
    }


def ticks_wrap():
    runs = []
    for start in (0, (1 << 30) - 60_000):
        b = bench(warm(World()), ticks_start=start)
        b.run(180)
        runs.append([(row["code"], row["duty"], row["t_ms"]) for row in b.rows])
    return {"equal": runs[0] == runs[1], "rows": len(runs[0])}


def stopped():
    """Ctrl-C while the watchdog runs, then ten minutes at the prompt."""
    b = bench(warm(World()))
    ended = b.run(60)
    armed = b.board.watchdog_us is not None
    b.board.advance(600_000_000)
    return {"ended": ended, "watchdog": armed, "resets": b.board.resets, "level": b.board.fan_level()}


def watchdog_starts():
    b = bench()
    seen = []
    b.board.at(4, lambda: seen.append(b.board.watchdog_us))
    b.board.at(8, lambda: seen.append(b.board.watchdog_us))
    b.run(10)
    return seen


def pwm_breaks_for_good():
    """The exception handler's own call fails: main() ends, and the fan is on by a plain pin."""
    b = bench(warm(World()))

    def broken():
        raise OSError("pwm")

    b.board.at(30, lambda: b.board.breakage.update({"pwm": broken}))
    ended = b.run(60)
    return {"ended": type(ended).__name__, "level": b.board.fan_level(), "after_s": b.board.now_us / 1e6 - 30}


def never_worked():
    """A part fails before the first reading: level of the fan half a minute later."""
    levels = {}
    for part in ("adc", "uart", "led", "pwm"):
        b = bench()

        def broken():
            raise OSError(5)

        b.board.breakage[part] = broken
        b.run(30)
        levels[part] = b.board.fan_level()
    absurd = bench(settings={"TARGET_MC": 300_000})  # a slip of a zero would keep the fan off for ever
    absurd.run(30)
    levels["target"] = absurd.board.fan_level()
    stuck = bench()  # the very first part hangs: only what came before it can have put the fan on
    stuck.board.breakage["pwm"] = lambda: stuck.board.advance(60_000_000)
    stuck.board.at(10, lambda: levels.update({"hang": stuck.board.fan_level()}))
    stuck.run(30)
    return levels


def tachometer():
    fan = Fan()
    b = bench(warm(World(fan=fan)), {"TACH_PIN": 3})
    b.board.at(200, lambda: setattr(fan, "jammed", True))
    b.board.at(230, lambda: setattr(fan, "jammed", False))
    b.run(300)
    turning = [row["rpm"] for row in b.rows if 100 < row["time_s"] < 200]
    return {
        "rpm": mean(turning),
        "faults_before": max(r["faults"] for r in b.rows if r["time_s"] < 200),
        "boost_s": first(b.rows, 200, lambda row: row["duty"] == 1000),
        "stall_s": first(b.rows, 200, lambda row: row["state"] == "stall"),
        "clear_s": first(b.rows, 230, lambda row: row["state"] == "run"),
        "faults": b.rows[-1]["faults"],
    }


def kick_start():
    """A fan that starts at half voltage only, and a load that needs a quarter: it turns if it is kicked."""
    hottest = {}
    for kick_ms in (750, 0):
        b = bench(World(load_k=9.5, fan=Fan(start=0.5)), {"KICK_MS": kick_ms})
        b.run(1800)
        hottest["kicked" if kick_ms else "not_kicked"] = max(errors(b.rows, 900))
    return hottest


def options():
    """1 kHz PWM, LED known by number only, Steinhart-Hart, a calibration on the flash."""
    steinhart_hart = (1.129148e-3, 2.34125e-4, 8.76741e-8)
    b = bench(warm(World()), {"PWM_HZ": 1000, "STEINHART_HART": steinhart_hart}, led_by_name=False)
    b.board.files["thermistor_fan.json"] = '{"offset_mc": 500}'
    b.run(1200)
    plain = bench(warm(World()))
    plain.run(20)
    bad = bench(warm(World()))
    bad.board.files["thermistor_fan.json"] = '{"offset_mc": NaN}'
    bad.run(20)
    return {
        "mean_k": mean(errors(b.rows, 900)),
        "led": 25 in b.board.levels,
        "level": b.rows[-1]["level"],
        "duty": b.rows[-1]["duty"],
        "printed": b.printed,
        "plain": plain.printed,
        "bad": bad.printed,
        "bad_duties": [r["duty"] for r in bad.rows] == [r["duty"] for r in plain.rows],
    }


# Every fault in every state

BROKEN_CODES = {"open": 0, "short": 4095, "range": 200, "jump": 3000}
PARTS = ("adc", "uart", "led")
FAULTS = ("open", "short", "range", "jump") + PARTS + ("hang",)


def to_boot(b):
    b.board.at(1.5, b.inject)


def to_off(b):
    b.when("off", b.inject)


def to_kick(b):
    b.board.at(20, lambda: setattr(b.world, "finger_c", 34.5))
    b.when("kick", b.inject)


def to_run(b):
    warm(b.world)
    b.when("run", b.inject)


def to_weak(b):
    warm(b.world, 34.5).load_k = 40.0
    b.world.fan.connected = False
    b.when("weak", b.inject)


def after(fault):
    def arrange(b):
        b.board.at(20, lambda: break_it(b, fault))
        b.when("error" if fault in PARTS else fault, b.inject)

    return arrange


ARRANGE = {
    "boot": to_boot,
    "off": to_off,
    "kick": to_kick,
    "run": to_run,
    "weak": to_weak,
    "open": after("open"),
    "short": after("short"),
    "range": after("range"),
    "jump": after("jump"),
    "error": after("adc"),
}


def break_it(b, fault):
    def broken():
        raise RuntimeError(fault)

    b.world.sensor = BROKEN_CODES.get(fault)
    if fault in PARTS:
        b.board.breakage[fault] = broken
    elif fault == "hang":
        b.board.breakage["adc"] = lambda: b.board.advance(60_000_000)


def mend(b):
    b.world.sensor = None
    b.board.breakage.clear()


def inject_in(state, fault):
    """Seconds to full fan, whether the log told, and the seconds to the end of the fault once mended."""
    b = bench()
    found = {}

    def inject():
        found["at"] = b.board.now_us
        mend(b)
        break_it(b, fault)
        watch()

    def watch():
        """Looks at the pin itself every 10 ms."""
        found["steps"] = found.get("steps", 0) + 1
        full = b.board.fan_level() > 0.9999
        if not full:
            found["full"] = None
        elif found.get("full") is None:
            found["full"] = (b.board.now_us - found["at"]) / 1e6
        if found["steps"] < 1000:
            b.board.at(b.board.now_us / 1e6 + 0.01, watch)
        else:
            found["last"] = b.rows[-1]["state"]
            found["resets"] = b.board.resets
            mend(b)
            found["mended"] = b.board.now_us / 1e6

    b.inject = inject
    ARRANGE[state](b)
    b.run(125)
    clear = None
    if "mended" in found:
        clear = first(b.rows, found["mended"], lambda row: row["state"] in ("run", "off", "kick", "weak"))
    return {
        "reached": "at" in found,
        "full_s": found.get("full"),
        "state": found.get("last"),
        "clear_s": clear,
        "resets": found.get("resets"),
    }


def faults():
    return {state: {fault: inject_in(state, fault) for fault in FAULTS} for state in ARRANGE}


def recorded():
    run = record("target-finger-unplugged")
    return [run["reading"], run["duty"], run["state"]]


MEASURES = (
    steady,
    proportional_only,
    step_load,
    light_load,
    finger,
    ambient_ramp,
    disconnected,
    noisy,
    near_dnl,
    ticks_wrap,
    stopped,
    watchdog_starts,
    pwm_breaks_for_good,
    never_worked,
    tachometer,
    kick_start,
    options,
    faults,
    recorded,
)


def main(names):
    print(json.dumps({measure.__name__: measure() for measure in MEASURES if measure.__name__ in names}))
