"""Tables and charts of the fan article: the script's constants, and the script run on a simulated board."""

import html
import re
from functools import cache

from firmware import distribution, facts
from firmware.simulation import run

from .. import lookup
from ..charts import Axis, Mark, Series, lines
from ..charts.points import steps_kept, thinned
from ..errors import MacroError, unknown
from ..html_table import Table, text
from ..quantities import write

SCRIPT = "thermistor_fan"
KNOWN = facts.quantities()
TARGET = KNOWN["celsius"]


def error_budget(figures):
    """What each imperfection moves the reading by at the target; the assumptions are the firmware's own."""
    t = Table(figures, f"Error of the reading at the target of {TARGET:g} °C")

    def row(cause, assumed, name, **given):
        error = t.figure(name, unit="°C", digits=2, script=SCRIPT, **given)
        t.row({"Cause": cause, "Assumed": text(assumed), "Moves the reading by": error})

    # The formula gives what one code stands for; the table tells what one code moves the reading by.
    code = t.data("celsius_per_code", unit="°C/LSB", digits=2, show_unit=False, script=SCRIPT)
    t.row({
        "Cause": "One code of the converter",
        "Assumed": text("an ideal 12-bit converter"),
        "Moves the reading by": text(f"{code}\u202f°C", numeric=True),
    })  # fmt: skip
    noise = f"{KNOWN['noise_codes']:g} codes, median of {KNOWN['n_samples']}"
    row("Noise of the converter", noise, "noise_error")
    row("Resistor of 1%", "its value is off by 1%", "resistance_error", tolerance=0.01)
    row("Resistor of 5%", "its value is off by 5%", "resistance_error", tolerance=0.05)
    row("Thermistor of 1%", "R25 is off by 1%", "resistance_error", tolerance=0.01)
    row("Thermistor of 5%", "R25 is off by 5%", "resistance_error", tolerance=0.05)
    row("Beta of 1%", "beta is off by 1%", "beta_error", tolerance=0.01)
    current, filter_ohms = KNOWN["reference_amperes"], KNOWN["filter_ohms"]
    through = f"{write(current, 'A', 'µA')} through the board's {write(filter_ohms, 'ohm', 'Ω')}"
    droop = lookup.call("reference_droop", {"script": SCRIPT})[2]
    row("Reference below the supply", through, "reference_error", droop=droop)
    dissipation = write(KNOWN["watts_per_kelvin"], "W/K", "mW/K")
    row("Heat of its own current", dissipation, "self_heating_error")
    return t.render()


def states(figures):
    """Every situation of board and script, with what the fan does in it."""
    t = Table(figures, "The fan in every situation", turned="words")
    for state in facts.STATES:
        differs = "" if state.inverted == facts.SAME else f"; C or D: {state.inverted}"
        t.row({
            "Situation": html.escape(state.name),
            "Cause": text(html.escape(state.cause)),
            "Pin GP2, A or B": text(html.escape(state.pin)),
            "Fan": text(html.escape(f"{state.fan}{differs}")),
            "What ends it": text(html.escape(state.leaves)),
        })  # fmt: skip
    return t.render()


def troubles(figures):
    """Seconds to full speed for every trouble in every situation, as recorded, the slowest first."""
    day, measured = distribution.troubles()
    clears = [clear for row in measured.values() for _, clear, _ in row.values() if clear is not None]
    seconds = {state: tuple(row[name][0] for name in TROUBLES) for state, row in measured.items()}
    # Situations in which every trouble takes as long share a column.
    alike = {}
    for state, column in seconds.items():
        alike.setdefault(column, []).append(state)
    t = Table(figures, "Seconds from each fault to full speed")
    slowest = [max(column[at] for column in alike) for at in range(len(TROUBLES))]
    most = max(alike.values(), key=len)
    named = {
        column: "the others" if states is most else ", ".join(states) for column, states in alike.items()
    }
    for at in sorted(range(len(TROUBLES)), key=slowest.__getitem__, reverse=True):
        cells = {
            html.escape(states): text(f"{column[at]:g}", numeric=True) for column, states in named.items()
        }
        t.row({"Fault": list(TROUBLES.values())[at], **cells})
    digest = distribution.tested()[0]
    return (
        f"{t.render()}<p>Simulated {day}, {distribution.SCRIPT.name} of SHA-256 {digest[:16]}…; "
        f"once mended, each was over in {min(clears):g} to {max(clears):g} s. Every test run repeats it.</p>"
    )


def helps(figures):
    """What helps where one thermistor cannot tell, one line of the script each."""
    t = Table(figures, "What helps where one thermistor cannot tell", turned="words")
    for line, needs, what in facts.HELPS:
        t.row({
            "Set": f"<code>{html.escape(line)}</code>",
            "Needs besides": text(html.escape(needs)),
            "What it does": text(html.escape(what)),
        })  # fmt: skip
    return t.render()


def seen(figures, of, title):
    """What to do with the circuit OF once it is built, and what is seen if all is well."""
    if of not in facts.SEEN:
        raise MacroError(unknown("circuit", of, facts.SEEN))
    t = Table(figures, f"{title}: is it right?", turned="words")
    for do, see in facts.SEEN[of]:
        t.row({"Do this": html.escape(do), "You should now see": text(html.escape(see))})
    return t.render()


# Trouble of the simulated board -> what the page calls it.
TROUBLES = {
    "open": "wire off",
    "short": "bridged",
    "range": "absurd",
    "jump": "jump",
    "contact": "bad contact",
    "adc": "converter raises",
    "uart": "UART raises",
    "led": "LED raises",
    "brown-out": "brown-out",
    "hang": "hang",
}


SIGNS = {"ohm": "Ω", "permille": "‰", "1": ""}  # unit of the script's comments -> as a table writes it


def settings(figures):
    """The constants on top of the script, with their reasons."""
    t = Table(figures, "The constants on top of the script", turned="words")
    for constant in facts.constants():
        t.row({
            "Name": f"<code>{html.escape(constant.name)}</code>",
            "Value": text(f"<code>{html.escape(constant.value)}</code>"),
            "Unit": html.escape(re.sub("ohm|permille|^1$", lambda unit: SIGNS[unit[0]], constant.unit)),
            "Why": text(html.escape(constant.why)),
        })  # fmt: skip
    return t.render()


def dnl_codes(figures):
    """The converter's four wide codes as temperatures, and how far the target is from each."""
    t = Table(figures, "The RP2040's four wide codes")
    margin = f"{facts.DNL_MARGIN:g} °C"
    for code, _, distance in facts.dnl_codes():
        near = f"yes, within {margin}" if distance <= facts.DNL_MARGIN else f"no, more than {margin} away"
        t.row({
            "Code": f"{code:,}",
            "At": t.figure("code_celsius", unit="°C", digits=3, code=code, script=SCRIPT),
            "Is the target near it?": text(near),
        })  # fmt: skip
    return t.render()


def sensitivity(figures):
    """Temperature that one code stands for, against temperature, for the script's divider and for ten ohm."""
    temperatures = list(range(-20, 101, 5))
    name = "celsius_per_code"

    def curve(label, **given):
        values = [lookup.call(name, {"script": SCRIPT, "celsius": c, **given})[2] for c in temperatures]
        return Series(label, temperatures, values)

    return figures.chart(
        lines(
            "Temperature that one code of the converter stands for",
            "With ten kiloohm one code is a few hundredths of a degree around room temperature; "
            "with ten ohm it is many degrees.",
            x=Axis("temperature", "°C"),
            y=Axis("one code", "°C", scale="log"),
            series=[
                curve(write(KNOWN["divider_ohms"], "ohm", "kΩ")),
                curve(write(10, "ohm", "Ω"), divider_ohms=10),
            ],
            marks=[Mark("target", x=TARGET)],
        ),
        "sensitivity",
        [lookup.function(name)],
    )


@cache
def recorded(scenario):
    """The run of a scenario; two charts show it."""
    return run.record(scenario)


def recorded_run(figures, scenario):
    """Temperature and duty during a run of the very script on the simulated board, over one time."""
    found = recorded(scenario)
    kept = thinned(len(found["time_s"]))
    told = [i for i in kept if found["measured_c"][i] is not None]
    return figures.chart(
        lines(
            "A recorded run: the object that is cooled, what the script reads, and how hard the fan runs",
            "The temperature comes down to the target and stays; a finger warms the thermistor for half a "
            "minute; then its plug is pulled. The fan runs at full speed at the start, under the finger and "
            "without the plug, and in between just fast enough to hold the target.",
            x=Axis("time", "s"),
            y=Axis("temperature", "°C"),
            marks=[*spans(found["marks"]), Mark("target", y=TARGET)],
            series=[
                over_time("object", found, "temperature_c", kept),
                over_time("reading", found, "measured_c", told),
            ],
            below=(
                Axis("fan's duty", "%", factor=0.01, limits=(0, 1.05)),
                [over_time("fan", found, "duty", steps_kept(found["duty"]), shape="step")],
                [Mark("kick", x=time_s, y=1.0) for time_s in kicks(found)],
            ),
        ),
        f"{scenario} temperature",
    )


def over_time(label, found, name, kept, shape="line"):
    """A quantity of a recorded run at the indices `kept`."""
    time_s, values = found["time_s"], found[name]
    return Series(label, [time_s[i] for i in kept], [values[i] for i in kept], shape=shape)


def kicks(found):
    """Times in s at which a resting fan is started: of each start the first line of the log that tells it."""
    states = ["", *found["state"]]
    pairs = zip(found["time_s"], states, states[1:])
    return [time_s for time_s, before, now in pairs if now == "kick" != before]


def spans(marks):
    """The recorded events as spans of time; two short labels stand clear on a phone."""
    at = {label: time_s for time_s, label in marks}
    return [
        Mark("finger", x=at["finger on the thermistor"], x_end=at["finger off"]),
        Mark("unplugged", x=at["sensor unplugged"], x_end=at["plugged in again"]),
    ]


TABLES = {
    "error_budget": error_budget,
    "dnl_codes": dnl_codes,
    "fan_states": states,
    "fan_settings": settings,
    "fan_troubles": troubles,
    "fan_helps": helps,
    "fan_seen": seen,
}
CHARTS = {"fan_sensitivity": sensitivity, "fan_run": recorded_run}
