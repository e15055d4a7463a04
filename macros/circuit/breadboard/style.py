"""How a breadboard is drawn: on a page, whose colours it follows, and as a file of its own."""

# What each node is drawn in, by day and by night: ground, 3V3, 5 V, other supplies, then signals in turn.
# Each stands out from the board by at least 3:1; wires have numbers too, so that no colour must be told.
COLOURS = (
    ("#222222", "#d5dade"),
    ("#b45309", "#f5a524"),
    ("#c81e1e", "#f87171"),
    ("#7e22ce", "#c79bff"),
    ("#1d4ed8", "#6aa9ff"),
    ("#15803d", "#4ade80"),
    ("#be185d", "#f472b6"),
    ("#6b4f1d", "#d6b370"),
    ("#0f766e", "#2dd4bf"),
    ("#475569", "#a3b3c7"),
)
FIRST_SIGNAL = 4
NIGHT_ON_PAGE = '[data-md-color-scheme="slate"] '
DAY = {
    "line": "#1c2329",
    "paper": "#ffffff",
    "bread": "#f3efe4",
    "hole": "#8f8a7c",
    "body": "#fffdf6",
    "pico": "#17633b",
}
NIGHT = {
    "line": "#e4e7ea",
    "paper": "#14181c",
    "bread": "#2a2f35",
    "hole": "#7b858f",
    "body": "#3a4149",
    "pico": "#14532f",
}

SHAPES = """\
svg.breadboard text { font-family: %s; font-size: 10px; fill: currentColor; stroke: none; }
svg.breadboard text.id { font-weight: 700; font-size: 10.5px; }
svg.breadboard text.row { font-size: 8.5px; }
svg.breadboard .wire { fill: none; stroke: currentColor; stroke-width: 3.2; }
svg.breadboard .case { fill: none; stroke-width: 6.2; }
svg.breadboard .leg { fill: none; stroke-width: 1.8; }
svg.breadboard .dot { stroke: none; fill: currentColor; }
svg.breadboard .tint { fill: currentColor; fill-opacity: .22; stroke: none; }
svg.breadboard .badge { stroke: currentColor; stroke-width: 1.4; }
svg.breadboard text.halo { paint-order: stroke; stroke-width: 3; }
svg.breadboard text.pin { font-size: 8px; }
svg.breadboard .unused .pad { fill: #0c3f25; stroke: none; }
svg.breadboard .used .pad { fill: currentColor; stroke: #ffffff; stroke-width: 1; }
svg.breadboard .pico .unused text { fill: #cfe8d9; }
svg.breadboard .pico text.name { fill: #cfe8d9; }
svg.breadboard .pico .used text.name { fill: #ffffff; font-weight: 700; }
svg.breadboard text.on-usb { fill: #1c2329; font-size: 9px; }
svg.breadboard .usb { fill: #b9bec4; stroke: #5b6168; }
svg.breadboard .dark { fill: #2b2b2b; stroke: #000000; }
svg.breadboard text.on-dark { fill: #ffffff; }
svg.breadboard .band { fill: #d5d5d5; stroke: none; }
"""


def _colours(of, before=""):
    """Rules that depend on day or night."""
    at = 0 if of is DAY else 1
    rules = [
        f"{before}svg.breadboard {{ color: {of['line']}; }}",
        f"{before}svg.breadboard .paper {{ fill: {of['paper']}; stroke: none; }}",
        f"{before}svg.breadboard .bread {{ fill: {of['bread']}; stroke: {of['hole']}; }}",
        f"{before}svg.breadboard .badge {{ fill: {of['bread']}; }}",
        f"{before}svg.breadboard .hole {{ fill: {of['hole']}; stroke: none; }}",
        f"{before}svg.breadboard .case {{ stroke: {of['bread']}; }}",
        f"{before}svg.breadboard .body {{ fill: {of['body']}; stroke: {of['line']}; }}",
        f"{before}svg.breadboard text.halo {{ stroke: {of['bread']}; }}",
        f"{before}svg.breadboard .used text.pin {{ fill: {of['bread']}; font-weight: 700; }}",
        f"{before}svg.breadboard .leg {{ stroke: {of['line']}; }}",
        f"{before}svg.breadboard .board-pico {{ fill: {of['pico']}; stroke: none; }}",
    ]
    rules += [
        f"{before}svg.breadboard .n{number} {{ color: {pair[at]}; }}" for number, pair in enumerate(COLOURS)
    ]
    return "\n".join(rules) + "\n"


def page_style():
    """The style sheet of pages with breadboards."""
    return (
        "/* Breadboards: follow the page's scheme on a screen; paper is white. */\n"
        "svg.breadboard { display: block; width: 100%; max-width: 600px; height: auto; margin: 0 auto; }\n"
        "@media (max-width: 30em) { .lm-breadboard { margin: 0 -.55rem; } }\n"
        + SHAPES % "var(--circuit-font, system-ui, sans-serif)"
        + _colours(DAY)
        + f"@media screen {{\n{_colours(NIGHT, NIGHT_ON_PAGE)}}}\n"
    )


def file_style():
    """The style of a drawing that stands alone, light or dark as its reader has it."""
    return (
        SHAPES % "sans-serif"
        + _colours(DAY)
        + f"@media (prefers-color-scheme: dark) {{\n{_colours(NIGHT)}}}\n"
    )
