"""A run of the fan in the page's terms: what is done when, and the trace of all that was seen.

What the page has to show, recorded by the real MicroPython; `record_fan_trace` writes it down.
"""

from firmware.simulation import page

SECONDS = 70
# Second at which it is done -> what, with which value
HANDS = {
    8: ("finger", True),
    11: ("finger", False),
    19: ("sensor", "unplugged"),
    22: ("sensor", "sound"),
    30: ("sensor", "shorted"),
    32: ("sensor", "sound"),
    33: ("jam", True),
    35: ("jam", False),
    46: ("brown-out", None),
    54: ("hang", None),
    64: ("room", 35),
}


def trace():
    """All samples and lines, and for every second the time, the phase and the resets."""
    seen = [page.start(None)]
    for second in range(SECONDS):
        if second in HANDS:
            what, value = HANDS[second]
            seen.append(page.do({"what": what, "value": value}))
        seen.append(page.run(now_of(seen) // 1000 * 1000 + 1000))
    return {
        "samples": [list(sample) for part in seen for sample in part["samples"]],
        "lines": [list(line) for part in seen for line in part["lines"]],
        "seconds": [[part["now_ms"], part["phase"], part["resets"]] for part in seen],
    }


def now_of(seen):
    return seen[-1]["now_ms"]
