"""The script in closed loop, to be run by the real MicroPython: prints what was measured as JSON.

Every number is of virtual time and of the simulated thing's true temperature, not of what the script reads.
"""

import gc
import json

from firmware.simulation.board import Reset
from firmware.simulation.plant import Fan, Random, World
from firmware.simulation.run import Bench, record

TARGET = 30.0


# Circuit -> the constants that say so in the script
DRIVES = {
    "LED": {"DRIVE": "LED", "PWM_HZ": 1000, "FAN_ON": 1},
    "2-wire": {"DRIVE": "2-wire", "PWM_HZ": 30, "FAN_ON": 1},
    "fail-on": {"DRIVE": "fail-on", "PWM_HZ": 30, "FAN_ON": 0},
    "4-wire": {"DRIVE": "4-wire", "PWM_HZ": 25_000, "FAN_ON": 0},
}
ALARM = {"ALARM_PIN": 6}

# For what takes long: one sample a period in place of the median of fifteen, with half of a sample's noise.
# That is noisier than the median, whose 2 codes come down to 2 x 1.25 / sqrt(15) = 0.65 of one; so what
# holds here holds there, at a fifth of the cost.
QUICK = {"SAMPLES": 1}
QUIET = 1.0


def bench(world=None, settings=None, drive="2-wire", **board):
    chosen = dict(DRIVES[drive])
    chosen.update(settings or {})
    return Bench(world or World(), chosen, drive=drive, **board)


def broken():
    raise OSError(5)


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
    b = bench(World(noise=QUIET), {"INTEGRAL_MS": 10**12, "SAMPLES": 1})
    b.run(1800)
    return {"mean_k": mean(errors(b.rows, 1200))}


def step_load():
    b = bench(warm(World(noise=QUIET)), QUICK)
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
    b = bench(World(load_k=9.0, noise=QUIET), QUICK)
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
    b = bench(warm(World(noise=QUIET)), QUICK)
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
    """Ctrl-C while the watchdog runs, then ten minutes at the prompt: on both chips, with every circuit."""
    found = {}
    for chip in ("RP2040", "RP2350"):
        for drive in DRIVES:
            b = bench(warm(World()), ALARM, drive, chip=chip)
            armed, alarms = [], []
            b.board.at(70, lambda: armed.append(b.board.watchdog_us))
            b.board.at(70, lambda: alarms.append(b.board.levels.get(6)))
            ended = b.run(80)
            after = b.board.watchdog_us
            b.board.advance(600_000_000)
            found[chip + " " + drive] = [
                ended, armed, after, b.board.wild, b.board.resets, b.board.fan_level(), alarms,
                b.board.levels.get(6),
            ]  # fmt: skip
    return found


def other_chip():
    """A board whose watchdog is not known: what main() says, whether it armed one, where it wrote."""
    b = bench(chip="Generic ESP32S3 module with ESP32S3")
    ended = b.run(30)
    return [type(ended).__name__, str(ended), b.board.watchdog_us, b.board.wild, b.board.fan_level()]


def ctrl_c_at_any_moment():
    """Ctrl-C at a hundred moments from the first line on: the lowest level of the fan ten seconds later."""
    lowest, watchdogs = 1.0, []
    for i in range(100):
        b = bench(warm(World()), ALARM)

        def stop():
            raise KeyboardInterrupt

        b.board.at(1.0001 + 0.1373 * i, stop)
        b.run(60)
        b.board.advance(10_000_000)
        lowest = min(lowest, b.board.fan_level())
        watchdogs.append(b.board.watchdog_us)
    return {"lowest": lowest, "watchdogs": len([w for w in watchdogs if w is not None])}


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

    b.board.at(30, lambda: b.board.breakage.update({"pwm": broken}))
    ended = b.run(60)
    return {"ended": type(ended).__name__, "level": b.board.fan_level(), "after_s": b.board.now_us / 1e6 - 30}


def never_worked():
    """A part fails before the first reading: level of the fan half a minute later."""
    levels = {}
    for part in ("adc", "uart", "led", "pwm"):
        b = bench()

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
    """A fan that jams and is freed, on every circuit with a fan, and what a regulated one was said to do."""
    found = {}
    for drive in ("2-wire", "fail-on", "4-wire"):
        fan = Fan()
        b = bench(warm(World(fan=fan)), {"TACH_PIN": 3}, drive)
        b.board.at(200, lambda: setattr(fan, "jammed", True))
        b.board.at(250, lambda: setattr(fan, "jammed", False))
        b.run(320)
        calm = [row for row in b.rows if 100 < row["time_s"] < 200]
        found[drive] = {
            "rpm": mean([row["rpm"] for row in calm]),
            "turns": fan.top_rpm * mean([row["level"] for row in calm]),
            "tests": len([row for row in calm if row["state"] == "test"]),
            "error_k": largest([row["temperature_c"] - TARGET for row in calm]),
            "faults_before": max(r["faults"] for r in b.rows if r["time_s"] < 200),
            "boost_s": first(b.rows, 200.3, lambda row: row["duty"] == 1000),
            "stall_s": first(b.rows, 200, lambda row: row["state"] == "stall"),
            "clear_s": first(b.rows, 250, lambda row: row["state"] == "run"),
            "faults": b.rows[-1]["faults"],
        }
    return found


def noise_on_the_tachometer():
    """A wire that chatters at 25 kHz though the fan is held on: what it is called, and the fan."""
    b = bench(warm(World()), {"TACH_PIN": 3})
    b.world.edges = lambda: 240  # of every settling: more than any fan
    b.run(30)
    return [b.rows[-1]["state"], b.rows[-1]["level"]]


def second_thermistor():
    """One bead falls off, at once or bit by bit, or drifts by 5 K in 17 minutes.

    Seconds until the second tells it, the hottest thing, the faults, the last state.
    """
    found = {}
    for name in ("fallen", "slipping", "drift", "sound"):
        for second in (None, 27):
            b = bench(warm(World(load_k=20.0, noise=QUIET)), {"SECOND_PIN": second, "SAMPLES": 1})

            def drift():
                b.world.offset_k -= 0.1
                if b.world.offset_k > -5:
                    b.board.at(b.board.now_us / 1e6 + 20, drift)

            if name in ("fallen", "slipping"):
                b.board.at(300, lambda: falls_off(b.world, name))
            elif name == "drift":
                b.board.at(300, drift)
            b.run(1700)
            found[name + ("" if second is None else " 2")] = [
                first(b.rows, 300, lambda row: row["state"] == "differ"),
                max(errors(b.rows, 300)),
                b.rows[-1]["faults"],
                b.rows[-1]["state"],
            ]
    return found


def falls_off(world, how):
    """The bead hangs in the air; where it slips it takes two minutes, 8 K in 120 s, 0.07 K/s at first."""
    world.fallen = True
    if how == "slipping":
        world.follow_s = 120.0


def self_test():
    """A bead that slips off or a reading that stands still, tested every ten minutes or never."""
    found = {}
    for name in ("slipping", "constant", "sound"):
        for every in (0, 600_000):
            b = bench(warm(World(load_k=20.0, noise=QUIET)), {"SELF_TEST_MS": every, "SAMPLES": 1})
            if name == "slipping":
                b.board.at(300, lambda: falls_off(b.world, name))
            elif name == "constant":
                b.board.at(300, lambda: setattr(b.world, "sensor", 2268))
            b.run(2000)
            found[name + (" tested" if every else "")] = [
                first(b.rows, 300, lambda row: row["state"] == "deaf"),
                max(errors(b.rows, 1900)),
                b.rows[-1]["faults"],
            ]
    return found


def alarm():
    """The heat source's relay: its pin, and how hot it got with the fan unplugged, cut off or not."""
    found = {}
    for wired in (True, False):
        b = bench(warm(World(load_k=24.0), 31.0), ALARM)
        b.world.fan.connected = False
        seen = []

        def relay():
            level = b.board.levels.get(6, 0)
            seen.append(level)
            if wired:
                b.world.load_k = 24.0 if level else 0.0
            b.board.at(b.board.now_us / 1e6 + 0.1, relay)

        b.board.at(0.05, relay)
        b.run(900)
        found["cut" if wired else "only told"] = {
            "booting": max(seen[:600]),
            "healthy_s": seen.index(1) / 10,
            "dropped_s": (len(seen) - seen[::-1].index(1)) / 10,
            "at_the_end": seen[-1],
            "hottest_k": max(errors(b.rows, 0)),
            "end_k": b.rows[-1]["temperature_c"] - TARGET,
        }
    return found


def alarm_at_faults():
    """Level of the alarm's pin: before and in each trouble, when it is over, and a minute after it began."""
    found = {}
    for fault in ("open", "short", "range", "jump", "contact", "adc", "uart"):
        b = bench(warm(World()), ALARM)
        seen = []
        b.board.at(90, lambda: seen.append(b.board.levels.get(6)))
        b.board.at(90.1, lambda: break_it(b, fault))
        b.board.at(91.5, lambda: seen.append(b.board.levels.get(6)))
        b.board.at(100, lambda: mend(b))
        for second in (107, 149.5, 151.5):
            b.board.at(second, lambda: seen.append(b.board.levels.get(6)))
        b.run(155)
        found[fault] = seen
    return found


def usb():
    """The cable is out, or its host does not read: the UART's log beside that of an undisturbed run."""
    found = {}
    for name in ("sound", "closed", "stalled"):
        b = bench(warm(World()))
        told = []
        b.board.on_line = told.append
        sound = b.script["print"]

        def stalls(line):
            b.board.advance(500_000)  # MicroPython's own limit for a host that does not read

        if name != "sound":
            b.board.at(
                20, lambda: b.script.update({"print": stalls if name == "stalled" else lambda line: broken()})
            )
            b.board.at(40, lambda: b.script.update({"print": sound}))
        b.run(60)
        held = [line for line in told if line.startswith("t_ms:")]
        gaps = [int(y[5:].split(" ")[0]) - int(x[5:].split(" ")[0]) for x, y in zip(held, held[1:])]
        found[name] = {
            "lines": len(held),
            "longest_gap_ms": max(gaps),
            "resets": b.board.resets,
            "states": sorted({line.split("state:")[1] for line in held[100:]}),
            "last": held[-1].split("state:")[1],
            "error_k": largest(errors(b.rows, 50)) if b.rows else None,
        }
    return found


def supply():
    """The fan's supply sags to 60 % for ten minutes; and the board browns out thirty times at any moment."""
    b = bench(warm(World(noise=QUIET)), QUICK)
    advance = b.world.fan.advance
    b.board.at(600, lambda: setattr(b.world.fan, "advance", lambda s, level: advance(s, level * 0.6)))
    b.board.at(1200, lambda: setattr(b.world.fan, "advance", advance))
    b.run(1800)
    sag = {"error_k": largest(errors(b.rows, 600)), "faults": b.rows[-1]["faults"]}
    dark = {}
    for drive in ("2-wire", "fail-on"):
        longest = 0.0
        for i in range(30):
            b = bench(warm(World()), drive=drive)
            cut = 2 + 1.0837 * i
            low = []

            def watch():
                low.append(b.board.fan_level() < 0.9999)
                if b.board.now_us < (cut + 3) * 1e6:
                    b.board.at(b.board.now_us / 1e6 + 0.01, watch)

            b.board.at(cut, brown_out)
            b.board.at(cut + 0.005, watch)
            b.run(50)
            longest = max(longest, sum(low) / 100)
        dark[drive] = longest
    return {"sag": sag, "dark_s": dark}


def power_cut_while_calibrating():
    """Power goes at any byte of a calibration, or at its rename; the flash is full: the next boot."""
    found = []
    for byte in range(24):
        b = bench(warm(World(noise=0.0), 26.0))
        b.board.files["thermistor_fan.json"] = '{"offset_mc": -120}'
        left = [byte]

        def cut():
            left[0] -= 1
            if left[0] < 0:
                raise Reset("power")

        b.board.breakage["flash"] = cut
        if byte == 23:  # all written: the power goes instead of the rename
            b.board.breakage.clear()
            b.board.breakage["rename"] = cut
            left[0] = 0
        found.append(after_calibrating(b))
    full = bench(warm(World(noise=0.0), 26.0))
    full.board.files["thermistor_fan.json"] = '{"offset_mc": -120}'
    full.board.breakage["flash"] = lambda: fail_with(28)
    whole = bench(warm(World(noise=0.0), 26.0))
    whole.board.files["thermistor_fan.json"] = '{"offset_mc": -120}'
    return {"cut": found, "full": after_calibrating(full), "whole": after_calibrating(whole)}


def fail_with(number):
    raise OSError(number)


def after_calibrating(b):
    """[how calibrate() ended, what the next boot says of the file, level of the fan, the offset there]"""
    from firmware.simulation.run import modules

    try:
        with modules(machine=b.machine):
            ended = "stored %s" % b.script["calibrate"](26_500)
    except Reset:
        ended = "power cut"
        b.board.power_on("power")
    except OSError as problem:
        ended = "OSError %s" % problem
    b.board.breakage.clear()
    b.run(8)
    said = [line for line in b.printed if "calibration" in line]
    row = b.rows[3]
    return [ended, said, row["level"], row["mc"] - b.script["milli_celsius"](row["code"])]


def soak():
    """24 hours of the board with a random trouble every few minutes, judged from outside the script.

    One sample a period in place of fifteen, since the median has its own tests, and coarse steps of the plant
    make it quick. Returns the seconds in which the fan was not at full speed although it had to be, by
    trouble; what happened; the memory; how often a person had to have a latched reading forgotten.
    """
    b = bench(World(noise=1.0, seed=7), {"SAMPLES": 1, "TACH_PIN": 3, "ALARM_PIN": 6})
    b.world.longest_s = 0.25
    rolled = Random(2024)
    tally = {"unsafe": {}, "seconds": {}, "troubles": {}, "memory": [], "regulating": 0, "hottest_c": 0.0}
    tally["people"] = 0
    now = {"trouble": None, "since": 0.0, "hot": 0, "state": ""}
    b.board.on_line = lambda line: (
        now.update({"state": line.split("state:")[1]}) if "state:" in line else None
    )
    b.script["print"] = lambda line: None
    b.printed = b.rows = None  # nothing of the run is kept
    names = (
        "open", "short", "range", "jump", "contact", "adc", "uart", "led", "hang", "brown-out", "spikes",
        "usb", "jam", "load", "room",
    )  # fmt: skip
    blind = ("open", "short", "range", "jump", "contact", "adc", "uart", "led")

    def trouble():
        name = names[int(rolled.uniform() * len(names)) % len(names)]
        now.update({"trouble": name, "since": b.board.now_us / 1e6})
        tally["troubles"][name] = tally["troubles"].get(name, 0) + 1
        b.board.at(b.board.now_us / 1e6 + 5 + 115 * rolled.uniform(), mended)
        if name == "spikes":
            b.world.flicker = 0.05
        elif name == "usb":
            b.script["print"] = lambda line: b.board.advance(500_000)
        elif name == "jam":
            b.world.fan.jammed = True
        elif name == "load":
            b.world.load_k = 6 + 12 * rolled.uniform()
        elif name == "room":
            b.world.ambient_c = 16 + 8 * rolled.uniform()
        elif name == "brown-out":
            raise Reset("brown-out")
        else:
            break_it(b, name)

    def mended():
        mend(b)
        b.world.flicker, b.world.fan.jammed = 0.0, False
        b.script["print"] = lambda line: None
        now.update({"trouble": None, "since": b.board.now_us / 1e6})
        b.board.at(b.board.now_us / 1e6 + 60 + 360 * rolled.uniform(), trouble)
        b.board.at(b.board.now_us / 1e6 + 30, person)

    def person():
        """What the page says to do where a reading stays latched though its cause is mended."""
        if now["state"] == "latched":
            tally["people"] += 1
            del b.board.files["thermistor_fan.kept"]
            raise Reset("power")

    def second():
        b.board.at(b.board.now_us / 1e6 + 1, second)
        name, level, thing = now["trouble"], b.board.fan_level(), b.world.thing_c
        lasts = b.board.now_us / 1e6 - now["since"]
        tally["seconds"][name] = tally["seconds"].get(name, 0) + 1
        tally["regulating"] += now["state"] in ("run", "off")
        tally["hottest_c"] = max(tally["hottest_c"], thing)
        now["hot"] = now["hot"] + 1 if thing > TARGET + 4.5 else 0
        # A hang is over after the watchdog's 5 s and a second of boot. A regulated fan needs ten to follow.
        grace = 6.3 if name == "hang" else 1.5
        must = lasts > grace and (name in blind or name == "hang") or now["hot"] > 10
        if must and level < 0.9999:
            tally["unsafe"][name] = tally["unsafe"].get(name, 0) + 1

    def hour():
        b.board.at(b.board.now_us / 1e6 + 3600, hour)
        gc.collect()
        if hasattr(gc, "mem_alloc"):
            tally["memory"].append(gc.mem_alloc())

    b.board.at(30, second)
    b.board.at(60, trouble)
    b.board.at(1800, hour)
    tally["ended"] = b.run(24 * 3600)
    tally["resets"] = b.board.resets
    return tally


def kick_start():
    """A fan that starts at half voltage only, and a load that needs a quarter: it turns if it is kicked."""
    hottest = {}
    for kick_ms in (750, 0):
        b = bench(World(load_k=9.5, noise=QUIET, fan=Fan(start=0.5)), {"KICK_MS": kick_ms, "SAMPLES": 1})
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
CONTACT_K = -35.0  # what a contact gone bad adds
PARTS = ("adc", "uart", "led")
RESETS = ("brown-out", "hang")
FAULTS = ("open", "short", "range", "jump", "contact") + PARTS + RESETS


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
        b.when("error" if fault in PARTS else "latched" if fault == "contact" else fault, b.inject)

    return arrange


def to_test(b):
    warm(b.world)
    b.when("test", b.inject)


def to_stall(b):
    b.world.fan.jammed = True
    b.when("stall", b.inject)


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
    "latched": after("contact"),
    "stall": to_stall,
    "test": to_test,
    "error": after("adc"),
}
WITH_TACHOMETER = ("stall", "test")


def break_it(b, fault):
    b.world.sensor = BROKEN_CODES.get(fault)
    b.world.offset_k = CONTACT_K if fault == "contact" else 0.0
    if fault in PARTS:
        b.board.breakage[fault] = broken
    elif fault == "brown-out":
        b.board.at(b.board.now_us / 1e6 + 0.001, brown_out)
    elif fault == "hang":
        b.board.breakage["adc"] = lambda: b.board.advance(60_000_000)


def brown_out():
    raise Reset("brown-out")


def mend(b):
    b.world.sensor, b.world.offset_k = None, 0.0
    b.board.breakage.clear()


def inject_in(state, fault):
    """Seconds to full fan, whether the log told, and the seconds to the end of the fault once mended."""
    b = bench(settings={"TACH_PIN": 3} if state in WITH_TACHOMETER else None)
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
        if fault == "brown-out" and (b.board.now_us - found["at"] < 5000 or found.get("full") is not None):
            pass  # the reset is to come; or it is over, and the fan may be regulated again
        elif not full:
            found["full"] = None
        elif found.get("full") is None:
            found["full"] = (b.board.now_us - found["at"]) / 1e6
        if found["steps"] < 1000:
            b.board.at(b.board.now_us / 1e6 + 0.01, watch)
        else:
            found["last"] = b.rows[-1]["state"]
            b.world.fan.jammed = False
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
    other_chip,
    ctrl_c_at_any_moment,
    watchdog_starts,
    pwm_breaks_for_good,
    never_worked,
    tachometer,
    noise_on_the_tachometer,
    second_thermistor,
    self_test,
    alarm,
    alarm_at_faults,
    usb,
    supply,
    power_cut_while_calibrating,
    soak,
    kick_start,
    options,
    faults,
    recorded,
)


def main(names):
    print(json.dumps({measure.__name__: measure() for measure in MEASURES if measure.__name__ in names}))
