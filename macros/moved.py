"""Lists the published figures that differ between two builds: python -m macros.moved OLD NEW.

OLD and NEW are two values.json.
"""

import json
import sys
from pathlib import Path

from .errors import MacroError
from .values import moved


def main(arguments):
    if len(arguments) != 2:
        print(
            "usage: python -m macros.moved OLD NEW, two values.json; "
            "each build writes one to site/values.json",
            file=sys.stderr,
        )
        return 2
    lists = []
    for name in arguments:
        try:
            lists.append(json.loads(Path(name).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            print(
                f"{name}: {error}; expected a values.json as a build writes it to site/values.json",
                file=sys.stderr,
            )
            return 2
    try:
        changes = moved(*lists)
    except MacroError as error:
        print(error, file=sys.stderr)
        return 2
    for page, name, inputs, before, after in changes:
        given = ", ".join(f"{key}={value}" for key, value in json.loads(inputs).items())
        print(f"{page}: {name}({given}): {before or 'not there'} -> {after or 'gone'}")
    print(f"{len(changes)} figures moved" if changes else "no figure moved")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
