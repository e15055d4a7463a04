"""Where each symbol of the circuit notation stands, for the article about the notation."""

import html

from ..circuit import page
from ..places import up

ADDRESS = "reference/circuit-symbols/"


def links(url):
    """A line of links to the symbols, on the page at `url`.

    Each has the id of the place that it leads to: the symbols stood on that page, whose addresses stay.
    """
    found = []
    for entry in page.catalogue():
        name = html.escape(entry["name"])
        place = f"symbol-{name.lower()}-entry"
        found.append(f'<a id="{place}" href="{up(url)}{ADDRESS}#{place}"><code>{name}</code></a>')
    return f'<p class="lm-symbol-links">{" ".join(found)}</p>'
