"""How drawings look: on a page, whose colours they follow, and as files of their own.

Core: runs in MicroPython too.
"""

RULES = """\
svg.circuit text { fill: currentColor; stroke: none; font-family: %(font)s; }
svg.circuit text.id { font-weight: 600; }
svg.circuit text.pin { fill: %(pin)s; }
svg.circuit .f { fill: currentColor; stroke: none; }
svg.circuit .w { fill: %(paper)s; }
svg.circuit .reach { stroke-opacity: 0; stroke-width: 14; pointer-events: stroke; }
svg.circuit .net:hover, svg.circuit .net:focus { color: %(accent)s; outline: none; }
svg.circuit .net:hover path:not(.reach), svg.circuit .net:focus path:not(.reach) { stroke: currentColor; \
stroke-width: 4; }
svg.circuit .net:focus-visible .reach { stroke-opacity: .25; }
svg.circuit .part:hover { color: %(accent)s; stroke: currentColor; }
"""

ON_PAGE = {
    "font": "var(--circuit-font, system-ui, sans-serif)",
    "pin": "var(--circuit-pin, currentColor)",
    "paper": "var(--circuit-paper, none)",
    "accent": "var(--circuit-accent, #0b66c3)",
}
LINE, PAPER, ACCENT = "#1c2329", "#ffffff", "#0b66c3"
DARK_LINE, DARK_PAPER, DARK_ACCENT = "#e4e7ea", "#14181c", "#8fd3f2"


def page_style():
    """The style sheet of pages with drawings."""
    return (
        "/* Drawings of circuits: follow the page's colours, and show where a net goes. */\n"
        ".circuit-frame { overflow-x: auto; }\n"
        # An article shows the whole drawing. On a small screen a tap, or the keyboard, makes it full size.
        ".lm-circuit .circuit-frame > svg.circuit { max-width: 100%; }\n"
        "@media (max-width: 44em) {\n"
        ".lm-circuit .circuit-frame[tabindex]:focus-within > svg.circuit { max-width: none; }\n"
        ".lm-circuit .circuit-frame[tabindex]:not(:focus-within)::after { "
        'content: "Tap it to see it large."; '
        "font-size: .64rem; color: var(--md-default-fg-color--light); }\n"
        "}\n"
        "svg.circuit { display: block; max-width: none; height: auto; "
        "color: var(--circuit-line, currentColor); }\n" + RULES % ON_PAGE
    )


def file_style():
    """The style of a drawing that stands alone, light or dark as its reader has it.

    Without custom properties, which drawing programs do not know; what they cannot read of the rest they
    pass over.
    """
    own = {"font": "sans-serif", "pin": "currentColor", "paper": PAPER, "accent": ACCENT}
    return (
        "svg.circuit { color: %s; }\n" % LINE
        + "svg.circuit .paper { fill: %s; stroke: none; }\n" % PAPER
        + RULES % own
        + "@media (prefers-color-scheme: dark) {\n"
        + "svg.circuit { color: %s; }\n" % DARK_LINE
        + "svg.circuit .paper, svg.circuit .w { fill: %s; }\n" % DARK_PAPER
        + "svg.circuit .net:hover, svg.circuit .part:hover { color: %s; }\n" % DARK_ACCENT
        + "}\n"
    )
