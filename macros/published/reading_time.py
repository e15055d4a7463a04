"""How long a page takes to read."""

from html.parser import HTMLParser

WORDS_A_MINUTE = 200  # of prose with figures to look at
# What is not read from top to bottom: popovers, folded parts, tables and drawings.
SKIPPED = {"details", "table", "svg", "script", "style", "math"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col", "area", "base", "embed", "track"}


def reading_minutes(content):
    """How long the prose of some HTML takes to read [min], one at least."""
    reader = _Prose()
    reader.feed(content)
    return max(1, round(reader.n_words / WORDS_A_MINUTE))


class _Prose(HTMLParser):
    """Counts the words of what is read from top to bottom."""

    def __init__(self):
        super().__init__()
        self.n_words = 0
        self.open = []  # for each open element, whether it or one around it is skipped

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            skipped = tag in SKIPPED or any(name in ("popover", "hidden") for name, _ in attributes)
            self.open.append(skipped or bool(self.open and self.open[-1]))

    def handle_endtag(self, tag):
        if self.open:
            self.open.pop()

    def handle_data(self, data):
        if not (self.open and self.open[-1]):
            self.n_words += len(data.split())
