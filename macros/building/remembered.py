"""What the macros gave, remembered between builds: text, figures, popovers, and files that they link to.

A macro's result depends on its arguments, on its page, on the configuration, on which popovers of its figures
that page has already, and on the project's code and data, all of it: `sources.Sources`. These are
the key, so no list of what a macro depends on can be wrong. What reads something else is not remembered:
`vocabulary.FRESH`.
"""

import hashlib
import json
from collections import Counter

from .. import source_pages
from ..charts.kept import CACHE, found, keep, used

FOLDER = CACHE / "macros"


class Remembered:
    """The macros' results of one build.

    Args:
        figures: the build's `values.Figures`. digest: of the sources it runs on, or None to remember nothing.
        settings: what of the configuration goes into figures, as a value for JSON. folder: where texts lie.
    """

    def __init__(self, figures, digest, settings, folder=FOLDER):
        self.figures, self.digest, self.settings, self.folder = figures, digest, settings, folder
        self.calls = Counter()
        self.passing = False  # whether what macros give from now on holds for this build alone
        # Is there where a build of these sources has ended.
        self.ended = digest and folder / f"{digest}.ended"

    def is_new(self):
        """Whether nothing may be remembered of these sources, so that there is much to make."""
        return bool(self.ended) and found(self.ended) is None

    def end(self):
        """Remembers that a build has ended."""
        if self.is_new():
            keep(self.ended, "")
        elif self.ended:
            used(self.ended)

    def start_page(self):
        self.calls.clear()

    def call(self, macro, given, named):
        """What `macro(*given, **named)` gives on this page, its figures recorded."""
        asked = self.asked(macro.__name__, given, named)
        if asked is None:
            return macro(*given, **named)
        # Equal calls on a page differ where the first opens a popover that the second finds.
        self.calls[asked] += 1
        name = hashlib.sha256(f"{asked} {self.calls[asked]}".encode()).hexdigest()
        file = self.folder / name[:2] / f"{name}.json"
        text = found(file)
        kept = text and json.loads(text)
        if not kept or kept["present"] != [key for key in kept["touched"] if key in self.figures.popovers]:
            text = self.run(macro, given, named)
            if not self.passing:
                keep(file, text)
            kept = json.loads(text)
        else:
            used(file)
        # Also what has just been made goes through its text: else a first build might differ from the next.
        self.figures.rows.extend(kept["rows"])
        self.figures.popovers.update(kept["popovers"])
        source_pages.linked.update(kept["linked"])
        return kept["gave"]

    def asked(self, name, given, named):
        """What is asked, as text; None for arguments that JSON does not hold."""
        place = [self.figures.page, self.figures.url]
        try:
            return self.digest and json.dumps([self.digest, self.settings, place, name, given, named])
        except TypeError:
            return None

    def run(self, macro, given, named):
        """Runs a macro; gives what it gave and did, as text."""
        figures, linked = self.figures, source_pages.linked
        n_rows, before = len(figures.rows), dict(figures.popovers)
        figures.touched, source_pages.linked = [], set()
        try:
            gave = macro(*given, **named)
            files = source_pages.linked
        finally:
            source_pages.linked = linked
        rows, touched = figures.rows[n_rows:], list(dict.fromkeys(figures.touched))
        opened = {key: text for key, text in figures.popovers.items() if key not in before}
        del figures.rows[n_rows:]
        figures.popovers = before
        return json.dumps(
            {
                "gave": gave,
                "rows": rows,
                "popovers": opened,
                "linked": sorted(files),
                "touched": touched,
                "present": [key for key in touched if key in before],
            },
            ensure_ascii=False,
        )
