"""What the project holds and no page shows: python -m macros.unused SITE, the folder of the built site.

A line each, with its place; figures too that assume something else than their neighbours. Exit status 1 where
there is anything.
"""

import sys
from pathlib import Path

from ..places import ROOT
from . import neighbours, shown


def main(arguments):
    if len(arguments) != 1 or not Path(arguments[0], "values.json").is_file():
        print("usage: python -m macros.unused SITE, the folder of a built site", file=sys.stderr)
        return 2
    found = [*shown.unused(shown.Site(arguments[0])), *neighbours.of_pages(ROOT / "docs")]
    print(
        "\n".join(
            [*found, f"{len(found)} unused or unlike their neighbours" if found else "nothing is unused"]
        )
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
