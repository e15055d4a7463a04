"""What a hostile maker does to the script, run by the real MicroPython: prints what was measured as JSON.

Everything is judged from outside the script: by the thing's true temperature and by the pins.
"""

import json

from firmware.simulation.board import Reset
from firmware.simulation.plant import Fan, World
from firmware.simulation.run import Bench, modules, published
from tests.firmware.closed_loop import (
    ALARM,
    QUICK,
    TARGET,
    bench,
    break_it,
    broken,
    errors,
    first,
    largest,
    warm,
)

QUICK_ALARM = {"SAMPLES": 1, "ALARM_PIN": 6}


def again(b, seconds, action):
    b.board.at(b.board.now_us / 1e6 + seconds, action)


def states(b, start, end=1e9):
    return sorted({row["state"] for row in b.rows if start < row["time_s"] < end})


def loosen(b, open_s, closed_s, worse_k):
    """A contact that breaks again and again, each time coming back colder by so much."""

    def opens():
        b.world.sensor = 0
        again(b, open_s, closes)

    def closes():
        b.world.sensor = None
        b.world.offset_k -= worse_k
        again(b, closed_s, opens)

    b.board.at(100, opens)


def worse_at_every_break():
    """A contact that breaks for two seconds once a minute and comes back 3.5 K colder each time."""
    b = bench(warm(World(load_k=20.0, noise=1.0)), QUICK)
    loosen(b, 2, 58, 3.5)
    b.run(400)
    return {
        "after_the_first": states(b, 110, 159),
        "after_the_second": states(b, 170),
        "hottest_k": max(errors(b.rows, 100)),
        "level": b.rows[-1]["level"],
    }


def loose_plug():
    """A plug that only wobbles, for a second once a minute: forty minutes of it must not end latched."""
    b = bench(warm(World(noise=1.0)), QUICK)
    loosen(b, 1, 59, 0.0)
    b.run(2500)
    return {
        "latched": "latched" in states(b, 0),
        "error_k": largest(errors(b.rows, 300)),
        "breaks": b.rows[-1]["faults"],
    }


def error_hides_a_gap():
    """The converter fails for a second, and when it works again the contact is 11 K off."""
    b = bench(warm(World()))
    b.board.at(60, lambda: b.board.breakage.update({"adc": broken}))

    def works():
        b.board.breakage.clear()
        b.world.offset_k = -11.0

    b.board.at(61, works)
    b.run(120)
    return [b.rows[-1]["state"], b.rows[-1]["level"]]


def error_that_lasts():
    """The converter fails for a minute at full speed, in which the thing cools: what is said then."""
    b = bench(warm(World()))
    b.board.at(60, lambda: b.board.breakage.update({"adc": broken}))
    b.board.at(120, lambda: b.board.breakage.clear())
    b.run(150)
    return {"cooled_k": TARGET - min(row["temperature_c"] for row in b.rows), "state": b.rows[-1]["state"]}


def slowly_hotter():
    """A heavy thing without a fan gets hotter by less than 0.3 K in half a minute, till a relay acts."""
    b = bench(warm(World(load_k=25.0, settling=3600.0, noise=1.0), 33.0), QUICK_ALARM)
    b.world.fan.connected = False

    def relay():
        if not b.board.levels.get(6, 0):
            b.world.load_k = 0.0
        again(b, 1, relay)

    b.board.at(70, relay)  # the alarm's first minute is over
    b.run(1200)
    true = [row["temperature_c"] for row in b.rows]
    return {
        "in_half_a_minute_k": max(later - now for now, later in zip(true, true[120:])),
        "told_s": first(b.rows, 0, lambda row: row["state"] == "weak"),
        "hottest_k": max(errors(b.rows, 0)),
    }


def hot_but_held():
    """A load that full speed holds ten kelvin too hot, in a room that got warmer by two: no alarm."""
    b = bench(warm(World(load_k=40.0, noise=1.0), 38.0), QUICK_ALARM)
    pins = []
    b.board.at(600, lambda: setattr(b.world, "ramp", 2.0 / 600))
    b.board.at(1200, lambda: setattr(b.world, "ramp", 0.0))
    b.board.at(1590, lambda: pins.append(b.board.levels.get(6)))
    b.run(1600)
    return {"error_k": errors(b.rows, 1590)[-1], "states": states(b, 10), "alarm": pins}


def stalls_when_slow():
    """A fan that turns from 45 % of its voltage on only, and starts at 60 %, with every circuit."""
    found = {}
    for drive in ("2-wire", "fail-on", "4-wire"):
        for pin in (None, 3):
            world = World(fan=Fan(start=0.6, stall=0.45), noise=1.0)
            b = bench(warm(world, 31.0), {"SAMPLES": 1, "TACH_PIN": pin}, drive)
            b.run(900)
            found[drive + (" counted" if pin else "")] = largest(errors(b.rows, 400))
    return found


def brown_outs():
    """The supply sags every three seconds for a minute: share of time at full speed, and the heat."""
    found = {}
    for drive in ("2-wire", "fail-on"):
        b = bench(warm(World(), 40.0), ALARM, drive)
        seen = []

        def sags():
            if b.board.now_us < 60e6:
                again(b, 3, sags)
            raise Reset("brown-out")

        def look():
            seen.append([b.board.fan_level(), b.board.levels.get(6, 0)])
            if b.board.now_us < 60e6:
                again(b, 0.1, look)

        b.board.at(3, sags)
        b.board.at(0.05, look)
        b.run(80)
        found[drive] = {
            "full": sum(level > 0.9999 for level, _ in seen) / len(seen),
            "heat": max(alarm for _, alarm in seen),
            "after": b.rows[-1]["state"],
        }
    return found


def alike():
    """Two thermistors that fail alike: a wire that both share breaks, or both get 10 K too cold."""
    b = bench(warm(World()), {"SECOND_PIN": 27, "SAMPLES": 1})
    b.board.at(30, lambda: (setattr(b.world, "sensor", 0), setattr(b.world, "second_sensor", 0)))
    b.run(60)
    wire = [b.rows[-1]["state"], b.rows[-1]["level"]]
    world = World(load_k=20.0, noise=1.0)
    b = bench(warm(world), {"SECOND_PIN": 27, "SAMPLES": 1})
    sound, off = world.converted, [0.0]
    world.converted = lambda celsius: sound(celsius - off[0])

    def drifts():
        off[0] += 0.1
        if off[0] < 10:
            again(b, 3, drifts)

    b.board.at(100, drifts)
    b.run(900)
    return {"wire": wire, "drift_k": max(errors(b.rows, 100)), "states": states(b, 100)}


def calibrations():
    """Files that are valid JSON and extreme: the offset that was taken, refusals told, the level."""
    values = (
        "5000", "-5000", "0", "5001", "-5001", "1e400", "-1e400", "9" * 150, "-" + "9" * 150, "true", "null",
        '"250"', "[250]", '{"offset_mc": 250}', "250.0", '1, "offset_mc": 250',
    )  # fmt: skip
    texts = (
        '{"Offset_mc": 250}', "[]", "[250]", "250", "null", '"offset_mc"', "{}", "0", "true",
        '{"x": "' + "y" * 300 + '", "offset_mc": 250}', " " * 300 + '{"offset_mc": 250}',
    )  # fmt: skip
    found = []
    for text in ['{"offset_mc": %s}' % value for value in values] + list(texts):
        b = bench(warm(World(noise=0.0)))
        b.board.files["thermistor_fan.json"] = text
        b.run(2)
        row = b.rows[0]
        told = [line for line in b.printed if line.startswith("# calibration ignored")]
        found.append([row["mc"] - b.script["milli_celsius"](row["code"]), len(told), row["level"]])
    return found


def frost():
    """Thing, room and target far below zero; and a thing colder than anything that is plausible."""
    b = bench(warm(World(ambient_c=-17.0, load_k=16.0, noise=1.0), -4.0), {"TARGET_MC": -5_000, "SAMPLES": 1})
    b.run(900)
    cold = bench(warm(World(ambient_c=-25.0, load_k=0.0, noise=1.0), -18.0), QUICK)
    cold.run(300)
    return {
        "error_k": largest(errors(b.rows, 600, target=-5.0)),
        "faults": b.rows[-1]["faults"],
        "too_cold": [cold.rows[-1]["state"], cold.rows[-1]["level"], cold.rows[-1]["temperature_c"] < -20],
    }


def wrap_in_a_fault():
    """ticks_ms() wraps around a second of open contact: each run beside one that does not wrap."""
    runs = []
    for wrap_s in (None, 29.9, 30.5, 31.0, 35.9):  # never; just before, in it, at its end, as it is over
        start = 0 if wrap_s is None else (1 << 30) - int(wrap_s * 1000)
        b = bench(warm(World()), ticks_start=start)
        b.board.at(30, lambda: setattr(b.world, "sensor", 0))
        b.board.at(31, lambda: setattr(b.world, "sensor", None))
        b.run(40)
        runs.append([[row["state"], row["duty"], row["code"], row["t_ms"]] for row in b.rows])
    return {"equal": [run == runs[0] for run in runs[1:]], "states": sorted({row[0] for row in runs[0]})}


def second_ctrl_c():
    """A second Ctrl-C at each use of the hardware after the first: what is left of fan, alarm, watchdog."""
    found = []
    for nth in range(1, 8):
        b = bench(warm(World()), ALARM)
        uses = []

        def strikes():
            uses.append(0)
            if len(uses) == nth and b.board.ctrl_c:
                raise KeyboardInterrupt

        def stop():
            for part in ("pin", "mem", "led"):
                b.board.breakage[part] = strikes
            raise KeyboardInterrupt

        b.board.at(30.1, stop)
        try:
            b.board.advance(1_000_000)
            b.run_main()
            ended = "stopped"
        except KeyboardInterrupt:
            ended = "interrupted twice"
        left = [b.board.fan_level(), b.board.levels.get(6), b.board.watchdog_us]
        found.append([ended, left, len(uses) >= nth])
    return found


def options_left_behind():
    """An option is switched on, and fan_options.py is not on the board."""
    found = []
    for settings in ({}, {"TACH_PIN": 3}, {"SECOND_PIN": 27}, {"SELF_TEST_MS": 60_000}):
        b = bench(warm(World()), dict(settings, ALARM_PIN=6))
        with modules(fan_options=Absent()):
            ended = b.run(30)
        found.append([isinstance(ended, Exception), b.board.fan_level(), b.board.levels.get(6)])
    return found


class Absent:
    """A module without anything in it: what an import of a file that is not there cannot do either."""


def slow_reader():
    """A host that is connected and reads nothing: print waits a second for it, and then a contact breaks."""
    slowest = 0.0
    for tenth in range(13):
        b = bench(warm(World()), ALARM)
        b.board.at(80, lambda: b.script.update({"print": lambda line: b.board.advance(1_000_000)}))
        seen = {}

        def breaks():
            b.world.sensor = 0
            seen["at"] = b.board.now_us
            look()

        def look():
            if b.board.fan_level() > 0.9999 and not b.board.levels.get(6):
                seen.setdefault("full_s", (b.board.now_us - seen["at"]) / 1e6)
            again(b, 0.01, look)

        b.board.at(100 + tenth / 10, breaks)
        b.run(105)
        slowest = max(slowest, seen["full_s"])
    b = bench(warm(World()))
    b.script["print"] = lambda line: b.board.advance(1_000_000)
    b.run(900)
    return {
        "full_s": slowest,
        "resets": b.board.resets,
        "error_k": largest(errors(b.rows, 600)),
        "states": states(b, 60),
    }


def contact_error():
    """35 K of contact error, in steps or sliding: the states, the hottest thing, the fan at the end."""
    found = {}
    for name, step_k, gap_s in (
        ("nine at once", 3.9, 0.25),
        ("nine in nine seconds", 3.9, 1.0),
        ("ten in fifty", 3.5, 5.0),
        ("slides", 0.15, 0.01),
    ):
        b = bench(warm(World(load_k=25.0)), ALARM)

        def worse():
            b.world.offset_k -= step_k
            if b.world.offset_k > -35 + step_k / 2:
                again(b, gap_s, worse)

        b.board.at(300, worse)
        b.run(600)
        found[name] = judged(b, 300)
    return found


def judged(b, start):
    """[the last state, the fan's level, the alarm's pin, hottest thing over the target]"""
    return [b.rows[-1]["state"], b.rows[-1]["level"], b.board.levels.get(6), max(errors(b.rows, start))]


def hot_contact_slides():
    """A thing of 60 °C, its fan dead, a relay for its heat, and then 30 K of contact error: how it ends."""
    found = []
    for begin_s, share, rate in ((100, 0.04, 0.05), (40, 0.04, 0.05), (62, 0.0, 0.5), (130, 0.0, 0.3)):
        world = World(load_k=60.0, noise=1.0, settling=600.0)
        b = bench(warm(world, 60.0), QUICK_ALARM)
        world.fan.connected = False
        heat_of_relay(b, 60.0)

        def slides():  # by so much of the excess that is read, and by so much, a second [K]
            excess = world.bead_c + world.offset_k - TARGET
            if excess > 0:
                world.offset_k -= (rate + share * excess) / 4
                again(b, 0.25, slides)

        b.board.at(begin_s, slides)
        b.run(900)
        found.append(judged(b, 300) + [states(b, begin_s + 60)])
    return found


# A thing's settling time [s], how much full speed adds to its cooling, its load [K]
SOUND_AND_HOT = ((60, 1.5, 0), (60, 1.5, 12), (180, 1.5, 0), (180, 1.5, 30), (600, 4.0, 60))


def sound_and_hot():
    """Hot things of all kinds that cool, each with a sound sensor and a sound fan: what was told of each."""
    found = {}
    for settling, cooling, load_k in SOUND_AND_HOT:
        for relay in (False, True):
            world = World(load_k=float(load_k), noise=1.0, settling=float(settling), cooling=cooling)
            b = bench(warm(world, 60.0), QUICK_ALARM)
            if relay:
                heat_of_relay(b, float(load_k))
            b.run(600)
            found["%d s, %d K%s" % (settling, load_k, ", relay" if relay else "")] = states(b, 0)
    # A target that is lowered by 30 K; a load that full speed cannot hold, which ends by itself or by a relay
    b = bench(warm(World(load_k=60.0, noise=1.0), 60.0), dict(QUICK_ALARM, TARGET_MC=60_000))
    b.board.at(300, lambda: b.script.update({"TARGET_MC": 30_000}))
    b.run(900)
    found["target"] = states(b, 0)
    b = bench(warm(World(noise=1.0), 30.0), QUICK_ALARM)
    b.board.at(300, lambda: setattr(b.world, "load_k", 50.0))
    b.board.at(900, lambda: setattr(b.world, "load_k", 12.0))
    b.run(1500)
    found["load that ends"] = states(b, 0)
    b = bench(warm(World(noise=1.0), 30.0), QUICK_ALARM)
    b.board.at(200, lambda: heat_at(b, 200, 75.0))
    b.run(900)
    found["load that a relay ends"] = states(b, 0)
    return found


def heat_at(b, begin_s, load_k):
    """From so many seconds on the relay switches a heat of so many kelvins."""

    def relay():
        b.world.load_k = load_k if b.board.levels.get(6, 0) else 0.0
        again(b, 0.5, relay)

    b.board.at(begin_s, relay)


def overnight():
    """The plug is pulled, and the board off; the next day it is plugged in at 20 °C: how often it is latched.

    What full speed leaves of some 12 K of load is about as warm as what is believed at the coldest.
    """
    found = []
    for load_k, seed in ((12.0, 6), (11.8, 1), (11.8, 2), (11.8, 3), (12.2, 4), (12.2, 5)):
        b = bench(warm(World(load_k=load_k, seed=seed), 30.0))

        def morning():
            b.world.sensor = None
            warm(b.world, 20.0)
            raise Reset("power")

        b.board.at(100, lambda: setattr(b.world, "sensor", 0))
        b.board.at(110, morning)
        b.run(1500)
        told = [row["state"] for row in b.rows if row["time_s"] > 115]
        began = [now for before, now in zip(told, told[1:]) if before != now]
        found.append([began.count("latched"), b.rows[-1]["state"]])
    return found


def breaks_for_a_second(b, second, error_k):
    """A contact that breaks, and comes back with so much of error."""
    b.board.at(second, lambda: setattr(b.world, "sensor", 0))
    b.board.at(second + 1, lambda: (setattr(b.world, "sensor", None), setattr(b.world, "offset_k", error_k)))


def what_is_waited_for():
    """3 K of contact error are paid for, and more are not: what is told then, and what that reading does."""
    b = bench(warm(World(noise=0.0)), QUICK)
    for second, error_k in ((300, -3.0), (330, -13.0)):
        breaks_for_a_second(b, second, error_k)
    ends, told = [], []

    def does_as_told():
        told.extend([int(line.split(" about ")[1].split(";")[0]) for line in b.printed if " about " in line])
        ends.append([b.rows[-1]["state"], b.rows[-1]["mc"]])
        b.world.sensor = b.world.converted(told[-1] / 1000)

    b.board.at(400, does_as_told)
    b.run(410)
    before = [row["mc"] for row in b.rows if row["time_s"] < 330][-1]
    return {"before": before, "latched": ends[0], "told": told[-1], "end": b.rows[-1]["state"]}


def warm_cup():
    """The bead at a hand, or at a cup of hot water, for a minute and a half: the alarm's pin, when weak."""
    found = {}
    for name, celsius in (("hand", 34.0), ("cup", 45.0), ("hot cup", 55.0)):
        b = bench(World(load_k=2.0), ALARM)
        b.board.at(100, lambda: setattr(b.world, "finger_c", celsius))
        b.board.at(190, lambda: setattr(b.world, "finger_c", None))
        pins = []
        for second in (99, 189, 290):
            b.board.at(second, lambda: pins.append(b.board.levels.get(6)))
        b.run(300)
        weak = first(b.rows, 100, lambda row: row["state"] == "weak")
        found[name] = [pins, weak, b.rows[-1]["state"], b.rows[-1]["faults"]]
    return found


def jump_before_a_slow_reader():
    """print waits a second for its host, and then a contact adds 15 K, twice; and the lines left out."""
    b = bench(warm(World(load_k=25.0)), ALARM)
    told = []
    b.board.on_line = lambda line: (b.note(line), told.append(line))
    b.script["print"] = lambda line: b.board.advance(1_000_000)
    b.board.at(300, lambda: setattr(b.world, "offset_k", -15.0))
    b.board.at(330, lambda: setattr(b.world, "offset_k", -30.0))
    b.run(600)
    late = [y["time_s"] - x["time_s"] > 0.5 for x, y in zip(b.rows, b.rows[1:])]
    counted = [line for line in told if line.startswith("# USB")]
    return judged(b, 300) + [sum(late), len(counted), counted[0]]


def deaf_and_loose():
    """A reading that stands still is found deaf; half a second of open contact is no answer."""
    b = bench(warm(World(load_k=25.0, noise=1.0)), dict(QUICK_ALARM, SELF_TEST_MS=600_000))
    still = b.world.converted(28.5)
    b.board.at(300, lambda: setattr(b.world, "sensor", still))
    for second in (1000, 1020, 1040):
        b.board.at(second, lambda: setattr(b.world, "sensor", 0))
        b.board.at(second + 0.5, lambda: setattr(b.world, "sensor", still))
    b.run(1500)
    return {"told": states(b, 700, 1200), "end": judged(b, 1000)}


def tested_and_loose():
    """The contact opens for half a second while a self-test runs: it is made again, and says deaf."""
    b = bench(warm(World(load_k=25.0, noise=1.0)), dict(QUICK_ALARM, SELF_TEST_MS=600_000))
    still = b.world.converted(28.5)
    b.board.at(300, lambda: setattr(b.world, "sensor", still))
    b.board.at(630, lambda: setattr(b.world, "sensor", 0))
    b.board.at(630.5, lambda: setattr(b.world, "sensor", still))
    b.run(900)
    return [first(b.rows, 600, lambda row: row["state"] == word) for word in ("test", "open", "deaf")]


def partly_better():
    """35 K of contact error, latched; then 11.5 K are left of it. And 11.5 K after 85 s of open contact."""
    found = []
    for opened in (False, True):
        b = bench(warm(World(load_k=25.0, noise=1.0)), QUICK_ALARM)
        b.board.at(300, lambda: break_it(b, "open" if opened else "contact"))
        b.board.at(385, lambda: (setattr(b.world, "sensor", None), setattr(b.world, "offset_k", -11.5)))
        b.run(1200)
        found.append(judged(b, 300))
    return found


def reset_in_a_young_fault():
    """35 K of contact error or an open contact, and a reset 1 to 4.5 s later, which it outlasts."""
    found = []
    for fault, seconds in (("contact", 1), ("contact", 3), ("contact", 4.5), ("open", 2)):
        b = bench(warm(World(load_k=25.0, noise=1.0)), QUICK_ALARM)
        b.board.at(300, lambda: break_it(b, fault))

        def sags():
            b.world.sensor, b.world.offset_k = None, -35.0
            raise Reset("brown-out")

        b.board.at(300 + seconds, sags)
        b.run(900)
        found.append(judged(b, 300))
    return found


def worse_at_every_reset():
    """A plug that breaks for 3 s once in half a minute, resets the board and comes back 3.5 K colder."""
    b = bench(warm(World(load_k=20.0, noise=1.0)), QUICK_ALARM)

    def opens():
        b.world.sensor = 0
        again(b, 3, closes)

    def closes():
        b.world.sensor = None
        b.world.offset_k -= 3.5
        if b.world.offset_k > -20:
            again(b, 30, opens)
        raise Reset("brown-out")

    b.board.at(300, opens)
    b.run(900)
    return judged(b, 300)


def writes():
    """How often the flash is written: in a quiet hour, at a boot without sensor, and while it is open."""
    found = []
    for begin, end in ((None, None), (0, None), (100, 400)):
        b = bench(warm(World(noise=1.0)), QUICK)
        if begin is not None:
            b.board.at(begin, lambda: setattr(b.world, "sensor", 0))
        if end is not None:
            b.board.at(end, lambda: setattr(b.world, "sensor", None))
        b.run(600)
        found.append(len([line for line in b.printed if line.startswith("# kept:")]))
    return found


def heat_that_returns():
    """A finger for 40 s, or five minutes of a load that full speed cannot hold: told, and the alarm's pin."""
    found = []
    for trouble in ("finger", "overload"):
        finger = trouble == "finger"
        world = World(load_k=4.0 if finger else 12.0, noise=1.0)
        b = bench(world if finger else warm(world, 30.0), QUICK_ALARM)
        b.board.at(
            400, lambda: setattr(b.world, "finger_c", 34.5) if finger else setattr(world, "load_k", 36.0)
        )
        b.board.at(
            440 if finger else 700,
            lambda: setattr(b.world, "finger_c", None) if finger else setattr(world, "load_k", 12.0),
        )
        pins = []
        for second in (399, 440 if finger else 700, 1190):
            b.board.at(second, lambda: pins.append(b.board.levels.get(6)))
        b.run(1200)
        found.append([pins, "weak" in states(b, 400), b.rows[-1]["faults"], b.rows[-1]["state"]])
    return found


def heat_of_relay(b, load_k):
    """Lets the relay switch a heat of so many kelvins: a list to which its level is added twice a second."""
    on = []

    def relay():
        on.append(b.board.levels.get(6, 0))
        b.world.load_k = load_k if on[-1] else 0.0
        again(b, 0.5, relay)

    b.board.at(1, relay)
    return on


def dead_fan_and_relay():
    """A fan that is dead, and a relay that ends the heat: hottest, heat's share, what is told in an hour."""
    b = bench(warm(World(load_k=60.0, noise=1.0), 82.0), QUICK_ALARM)
    b.world.fan.connected = False
    on = heat_of_relay(b, 60.0)
    b.run(3600)
    return [max(errors(b.rows, 600)), sum(on[1200:]) / len(on[1200:]), b.rows[-1]["faults"]]


def hot_from_the_boot():
    """A fan that is dead, and a thing that is as hot as it gets when the board starts: what is told."""
    b = bench(warm(World(load_k=60.0, noise=1.0), 82.0), QUICK_ALARM)
    b.world.fan.connected = False
    b.run(300)
    return [first(b.rows, 0, lambda row: row["state"] == "weak"), b.rows[-1]["state"], b.board.levels.get(6)]


def reset_while_latched():
    """A brown-out while latched, and 300 s later; then the contact is mended; then one more brown-out."""
    b = bench(warm(World(load_k=25.0)), ALARM)

    def sags():
        raise Reset("brown-out")

    b.board.at(300, lambda: setattr(b.world, "offset_k", -35.0))
    ends = []
    for second in (400, 700):
        b.board.at(second, sags)
    b.board.at(900, lambda: ends.append(judged(b, 300)))
    b.board.at(901, lambda: setattr(b.world, "offset_k", 0.0))
    b.board.at(950, lambda: ends.append(judged(b, 900)))
    b.board.at(951, sags)
    b.run(1000)
    return ends + [judged(b, 951), b.board.files["thermistor_fan.kept"]]


def dead_fan_and_brown_outs():
    """A dead fan, a relay for the heat and a brown-out every 150 s: hottest, share of time with heat."""
    b = bench(warm(World(load_k=80.0, noise=1.0, settling=120.0), 31.0), QUICK_ALARM)
    b.world.fan.connected = False
    on = []

    def relay():
        on.append(b.board.levels.get(6, 0))
        b.world.load_k = 80.0 if on[-1] else 0.0
        again(b, 0.5, relay)

    def sags():
        again(b, 150, sags)
        raise Reset("brown-out")

    b.board.at(1, relay)
    b.board.at(150, sags)
    b.run(1800)
    return [max(errors(b.rows, 0)), sum(on) / len(on), "weak" in states(b, 0)]


def reset_every_minute():
    """A brown-out a minute, for half an hour: the alarm's levels."""
    b = bench(warm(World(noise=1.0)), QUICK_ALARM)
    seen = []

    def look():
        seen.append(b.board.levels.get(6, 0))
        again(b, 0.1, look)

    def sags():
        again(b, 60, sags)
        raise Reset("brown-out")

    b.board.at(1, look)
    b.board.at(60, sags)
    b.run(1800)
    return sorted(set(seen))


def hammered_relay():
    """A contact that breaks every 6.5 s for a quarter of an hour: how often the alarm switched."""
    b = bench(warm(World(noise=1.0)), QUICK_ALARM)
    b.board.at(70, lambda: loosen(b, 0.5, 6.0, 0.0))
    seen = []

    def look():
        seen.append(b.board.levels.get(6, 0))
        again(b, 0.05, look)

    b.board.at(70, look)
    b.run(970)
    return sum(1 for before, now in zip(seen, seen[1:]) if before != now)


def warmed_quickly():
    """A thing that a new load warms fast, and then a contact that adds 30 K at once: how it ends."""
    b = bench(warm(World(load_k=5.0, settling=60.0), 26.0), ALARM)
    b.board.at(120, lambda: setattr(b.world, "load_k", 70.0))
    b.board.at(160, lambda: setattr(b.world, "offset_k", -30.0))
    b.run(400)
    warmed = [row["temperature_c"] for row in b.rows if row["time_s"] < 160][-1]
    return [warmed] + judged(b, 300)[:3]


def deaf_without_heat():
    """A thing that made no heat for an hour is found deaf; the heat comes back, and nobody touches it."""
    b = bench(World(load_k=0.0, noise=1.0), dict(QUICK_ALARM, SELF_TEST_MS=600_000))
    b.board.at(3600, lambda: setattr(b.world, "load_k", 25.0))
    b.run(7200)
    shares = [
        sum(row["state"] == "deaf" for row in b.rows if start < row["time_s"] < end) / (4 * (end - start))
        for start, end in ((1200, 3600), (5400, 7200))
    ]
    return shares + [largest(errors(b.rows, 6600))]


def deaf_for_good():
    """A reading that stands still, with a relay for the heat: how hot it gets in five hours of tries."""
    b = bench(warm(World(load_k=25.0, noise=1.0)), dict(QUICK_ALARM, SELF_TEST_MS=600_000))
    still = b.world.converted(28.5)
    b.board.at(300, lambda: setattr(b.world, "sensor", still))
    on = heat_of_relay(b, 25.0)
    b.run(18_000)
    late = on[4000:]
    return [max(errors(b.rows, 2000)), sum(late) / len(late), states(b, 2000)]


def nonsense_kept():
    """What is kept is damaged: how main() ended, the fan, the heat, what the UART says."""
    found = []
    for text in ("", "{", "[true", "[5]", "[]", "[true, 1, 2]", "null"):
        b = bench(warm(World()), ALARM)
        b.board.files["thermistor_fan.kept"] = text
        told = []
        b.board.on_line = told.append
        ended = b.run(100)
        found.append([isinstance(ended, Exception), b.board.fan_level(), b.board.levels.get(6), told[-1][:9]])
    return found


def power_cut_while_keeping():
    """Power goes at each byte of what is kept, and instead of its rename: what is left, and the fan."""
    found = []
    for byte in range(20):
        b = bench(warm(World(load_k=25.0)), ALARM)
        left = [byte]

        def cut():
            left[0] -= 1
            if left[0] < 0:
                b.board.breakage.clear()
                raise Reset("power")

        b.board.at(100, lambda: b.board.breakage.update({"flash": cut, "rename": cut}))
        b.board.at(101, lambda: setattr(b.world, "offset_k", -35.0))
        b.run(130)
        found.append([b.board.files.get("thermistor_fan.kept"), b.rows[-1]["state"] in ("off", "latched")])
    return found


def flash_is_full():
    """Nothing can be stored: it stays latched, and nothing else happens than one more fault."""
    b = bench(warm(World(load_k=25.0)), ALARM)
    b.board.breakage["flash"] = broken
    b.board.at(300, lambda: setattr(b.world, "offset_k", -35.0))
    b.run(600)
    return judged(b, 300) + [b.rows[-1]["faults"]]


def plug_with_a_full_flash():
    """Nothing can be stored, and the plug is out for a second: what is told, the faults, the heat after."""
    b = bench(warm(World(noise=1.0)), QUICK_ALARM)
    b.board.breakage["flash"] = broken
    b.board.at(100, lambda: setattr(b.world, "sensor", 0))
    b.board.at(101, lambda: setattr(b.world, "sensor", None))
    pins = []
    b.board.at(199, lambda: pins.append(b.board.levels.get(6)))
    b.run(200)
    told = [line for line in b.printed if line.startswith("# not kept")]
    return [states(b, 107), b.rows[-1]["faults"], pins, len(told)]


def fan_that_is_mended():
    """A counted fan stands for a quarter of an hour, its relay ends the heat; then it turns again."""
    found = []
    for drive in ("2-wire", "4-wire"):
        b = bench(warm(World(load_k=20.0, noise=1.0)), dict(QUICK_ALARM, TACH_PIN=3), drive)
        b.board.at(300, lambda: setattr(b.world.fan, "jammed", True))
        b.board.at(1200, lambda: setattr(b.world.fan, "jammed", False))
        before, after = [], []

        def relay():
            on = b.board.levels.get(6, 0)
            b.world.load_k = 20.0 if on else 0.0
            (before if b.board.now_us < 1200e6 else after).append([on, b.world.thing_c])
            again(b, 0.5, relay)

        b.board.at(70, relay)
        b.run(2400)
        coldest = min(celsius for _, celsius in before)
        found.append([coldest, before[-1][0], after[-1][0], states(b, 1260), largest(errors(b.rows, 2000))])
    return found


def slips_in_drive():
    """A name that no circuit has: how the run ended, and the fan's level in the circuit that was meant."""
    found = []
    for word, drive in (
        ("2wire", "2-wire"), ("led", "LED"), ("2-Wire", "2-wire"), ("", "2-wire"), (2, "2-wire"),
        ("failon", "fail-on"), ("FAIL-ON", "fail-on"), ("4wire", "4-wire"), (4, "4-wire"),
        ("2-wire fan", "2-wire"), ("pwm", "4-wire"), ("inverted", "fail-on"),
        ("A", "LED"), ("B", "2-wire"), ("C", "fail-on"), ("D", "4-wire"),
    ):  # fmt: skip
        source = published().replace('DRIVE = "2-wire"', "DRIVE = %r" % (word,))
        b = Bench(World(), source=source, drive=drive)
        ended = b.run(30)
        found.append([str(ended), b.board.fan_level()])
    return found


# A slip of the hand gives a pin the number of another.
TWICE = (
    ("ALARM_PIN = None", "ALARM_PIN = 2"),
    ("TACH_PIN = None", "TACH_PIN = 2"),
    ("SECOND_PIN = None", "SECOND_PIN = 2"),
    ("SECOND_PIN = None", "SECOND_PIN = 26"),
    ("ALARM_PIN = None", "ALARM_PIN = 0"),
    ("THERMISTOR_PIN = 26", "THERMISTOR_PIN = 2"),
    ("UART_TX_PIN, UART_RX_PIN = 0, 1", "UART_TX_PIN, UART_RX_PIN = 2, 1"),
)


def pins_named_twice():
    """A pin with two uses: how the run ended, the fan's level, and those of GP0 and GP6."""
    found = []
    for before, slip in TWICE:
        b = Bench(World(), source=published().replace("\n" + before, "\n" + slip, 1), drive="2-wire")
        found.append([str(b.run(30)), b.board.fan_level(), b.board.levels.get(0), b.board.levels.get(6)])
    both = (
        published().replace("\nALARM_PIN = None", "\nALARM_PIN = 6").replace("\nFAN_PIN = 2", "\nFAN_PIN = 6")
    )
    b = Bench(World(), source=both, drive="2-wire")
    return found + [[str(b.run(30)), b.board.fan_level(), b.board.levels.get(0), b.board.levels.get(6)]]


MEASURES = (
    worse_at_every_break,
    loose_plug,
    error_hides_a_gap,
    error_that_lasts,
    slowly_hotter,
    hot_but_held,
    stalls_when_slow,
    brown_outs,
    alike,
    calibrations,
    frost,
    wrap_in_a_fault,
    second_ctrl_c,
    options_left_behind,
    slow_reader,
    contact_error,
    hot_contact_slides,
    sound_and_hot,
    overnight,
    what_is_waited_for,
    warm_cup,
    jump_before_a_slow_reader,
    deaf_and_loose,
    tested_and_loose,
    reset_while_latched,
    dead_fan_and_brown_outs,
    partly_better,
    reset_in_a_young_fault,
    worse_at_every_reset,
    writes,
    heat_that_returns,
    dead_fan_and_relay,
    hot_from_the_boot,
    reset_every_minute,
    hammered_relay,
    warmed_quickly,
    deaf_without_heat,
    deaf_for_good,
    nonsense_kept,
    power_cut_while_keeping,
    flash_is_full,
    plug_with_a_full_flash,
    fan_that_is_mended,
    slips_in_drive,
    pins_named_twice,
)


def main(names):
    print(json.dumps({measure.__name__: measure() for measure in MEASURES if measure.__name__ in names}))
