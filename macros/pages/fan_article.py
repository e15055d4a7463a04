"""Tables and charts of the fan article, from the script's own constants and from the script run on a simulated board."""

import html
from functools import cache

from firmware import facts
from firmware import thermistor_fan as script
from firmware.simulation import run

from .. import lookup
from ..charts import Axis, Mark, Series, figure, lines
from ..html_table import Table, text

SCRIPT = "thermistor_fan"


def error_budget(figures):
    """What each imperfection moves the reading by at the target, in °C; the assumptions are the firmware's own."""
    known = facts.quantities()
    t = Table(
        figures,
        f"Error of the reading at the target of {script.TARGET_MC / 1000:g} °C",
        ["Cause", "Assumed", "Moves the reading by"],
    )
    droop = lookup.call("reference_droop", {"script": SCRIPT})[2]
    rows = (
        ("One code of the converter", "an ideal 12-bit converter", "celsius_per_code", {}),
        (
            "Noise of the converter",
            f"{known['noise_codes']:g} codes, median of {known['n_samples']}",
            "noise_error",
            {},
        ),
        ("Resistor of 1 %", "its value is off by 1 %", "resistance_error", {"tolerance": 0.01}),
        ("Thermistor of 1 %", "R25 is off by 1 %", "resistance_error", {"tolerance": 0.01}),
        ("Thermistor of 5 %", "R25 is off by 5 %", "resistance_error", {"tolerance": 0.05}),
        ("Beta of 1 %", "beta is off by 1 %", "beta_error", {"tolerance": 0.01}),
        (
            "Reference below the supply",
            f"{known['reference_amperes'] * 1e6:g} µA through the board's {known['filter_ohms']:g} Ω",
            "reference_error",
            {"droop": droop},
        ),
        ("Heat of its own current", f"{known['watts_per_kelvin'] * 1000:g} mW/K", "self_heating_error", {}),
    )
    for heading, assumed, name, given in rows:
        t.row(
            heading,
            text(assumed),
            t.figure(
                name, unit="°C/LSB" if name == "celsius_per_code" else "°C", digits=2, script=SCRIPT, **given
            ),
        )
    return t.render().replace("°C/LSB", "°C")


def states(figures):
    """Every situation of board and script, with what the fan does in it."""
    t = Table(
        figures,
        "The fan in every situation, with the MOSFET circuit",
        ["Situation", "Cause", "Pin GP2", "Fan", "What ends it"],
    )
    for state in facts.STATES:
        t.row(
            html.escape(state.name),
            *(text(html.escape(cell)) for cell in (state.cause, state.pin, state.fan, state.leaves)),
        )
    return t.render()


def settings(figures):
    """The constants on top of the script, with their reasons."""
    t = Table(figures, "The constants on top of the script", ["Name", "Value", "Unit", "Why"])
    for constant in facts.constants():
        t.row(
            f"<code>{html.escape(constant.name)}</code>",
            text(f"<code>{html.escape(constant.value)}</code>"),
            text(html.escape(constant.unit)),
            text(html.escape(constant.why)),
        )
    return t.render()


def dnl_codes(figures):
    """The converter's four wide codes as temperatures, and how far the target is from each."""
    t = Table(figures, "The RP2040's four wide codes", ["Code", "At", "Is the target within reach?"])
    margin = script.DNL_MARGIN_MC / 1000
    for code in script.DNL_CODES:
        at = lookup.call("code_celsius", {"code": code, "script": SCRIPT})[2]
        near = abs(at - script.TARGET_MC / 1000) <= margin
        t.row(
            f"{code:,}",
            t.figure("code_celsius", unit="°C", digits=3, code=code, script=SCRIPT),
            text(f"yes, within {margin:g} °C" if near else f"no, further than {margin:g} °C"),
        )
    return t.render()


def sensitivity(figures):
    """Temperature that one code stands for, against temperature, for the script's divider and for ten ohm."""
    temperatures = list(range(-20, 101, 5))
    name = "celsius_per_code"
    series = [
        Series(
            label,
            temperatures,
            [lookup.call(name, {"script": SCRIPT, "celsius": c, **given})[2] for c in temperatures],
        )
        for label, given in ((f"{script.R_DIVIDER / 1000:g} kΩ", {}), ("10 Ω", {"divider_ohms": 10}))
    ]
    return figure(
        lines(
            "Temperature that one code of the converter stands for",
            "With ten kiloohm one code is a few hundredths of a degree around room temperature; with ten ohm it is many degrees.",
            x=Axis("temperature", "°C"),
            y=Axis("one code", "°C", scale="log"),
            series=series,
            marks=[Mark("target", x=script.TARGET_MC / 1000)],
        ),
        "sensitivity",
        [lookup.function(name)],
    )


@cache
def recorded(scenario):
    """The run of a scenario; two charts show it."""
    return run.record(scenario)


def recorded_run(figures, scenario):
    """Temperature during a run of the very script on the simulated board."""
    found = recorded(scenario)
    every = max(1, len(found["time_s"]) // 600)
    kept = range(0, len(found["time_s"]), every)
    told = [i for i in kept if found["measured_c"][i] is not None]
    marks = [*spans(found["marks"]), Mark("target", y=script.TARGET_MC / 1000)]
    return figure(
        lines(
            "A recorded run: temperature of the cooled thing, and what the script reads",
            "The temperature comes down to the target and stays; a finger warms the thermistor for half a minute; then its plug is pulled.",
            x=Axis("time", "s"),
            y=Axis("temperature", "°C"),
            marks=marks,
            series=[
                Series(
                    "cooled thing",
                    [found["time_s"][i] for i in kept],
                    [found["temperature_c"][i] for i in kept],
                ),
                Series("reading", [found["time_s"][i] for i in told], [found["measured_c"][i] for i in told]),
            ],
        ),
        f"{scenario} temperature",
    )


def spans(marks):
    """The recorded events as spans of time: from what happens to what ends it. Two short labels stand clear on a phone."""
    at = {label: time_s for time_s, label in marks}
    return [
        Mark("finger", x=at["finger on the thermistor"], x_end=at["finger off"]),
        Mark("unplugged", x=at["sensor unplugged"], x_end=at["plugged in again"]),
    ]


def recorded_fan(figures, scenario):
    """Duty of the fan during the same run."""
    found = recorded(scenario)
    # A point where the duty changes and one before it keep the steps exact.
    duty, time_s = found["duty"], found["time_s"]
    kept = [
        i
        for i in range(len(duty))
        if i in (0, len(duty) - 1)
        or duty[i] != duty[i - 1]
        and abs(duty[i] - duty[i - 1]) >= 0.01
        or i % 8 == 0
    ]
    return figure(
        lines(
            "The same run: how hard the fan runs",
            "Full speed at boot and while the thermistor is unplugged; in between just enough to hold the target.",
            x=Axis("time", "s"),
            y=Axis("duty", "%", factor=0.01, limits=(0, 1.05)),
            series=[Series("fan", [time_s[i] for i in kept], [duty[i] for i in kept], shape="step")],
            marks=spans(found["marks"]),
        ),
        f"{scenario} fan",
    )


TABLES = {
    "error_budget": error_budget,
    "dnl_codes": dnl_codes,
    "fan_states": states,
    "fan_settings": settings,
}
CHARTS = {"fan_sensitivity": sensitivity, "fan_run": recorded_run, "fan_duty": recorded_fan}
