"""What moved: python -m macros.changes [--json | --markdown] [COMMIT | TAG | VALUES.json | ADDRESS].

Compares the folder as it is with the last commit, or with what is named; a list of values has neither files
nor pictures. What a build would refuse is told first; what it keeps out of a page is not built, which is not
told as moved. Exit status 1 where something moved or was not built, 2 where nothing could be compared.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from ..errors import MacroError
from ..places import ROOT
from . import causes, figures, pictures, places, report, states, summary


def compared(old, new, drawn=()):
    """What moved between two states, as a dict that `report` and programs read.

    Args:
        old, new: a `states.State` each. drawn: the `pictures.Picture`s that differ.
    """
    edited, projects = None, None
    if old.root is not None and new.root is not None:
        projects = [causes.Project(state.root) for state in (old, new)]
        edited = causes.edits(*projects)
    pages = states.pages_edited(old, new)
    moved, left_out = [], Counter()
    for one in figures.moved(old.rows, new.rows):
        without = new if one.new is None else old if one.old is None else None
        if without and one.page in without.unfinished:
            left_out[without.name, f"docs/{one.page}"] += 1
            continue
        state, row = (new, one.new) if one.new else (old, one.old)
        before, after = figures.texts(one)
        moved.append(
            {
                "page": f"docs/{one.page}",
                "name": one.name,
                "kind": figures.kind(one),
                "inputs": row["inputs"],
                "inputs_changed": figures.changed_inputs(one),
                "around": places.words_around(states.page_of(state, one.page), row),
                "old": before,
                "new": after,
                "ratio": figures.ratio(one),
                "moved_by": causes.causes(one, projects, edited, pages) if edited else [],
            }
        )
    own = states.files_edited(old, new)
    files = [
        {"file": name, "old_bytes": before, "new_bytes": after, "moved_by": causes.of_file(name, own)}
        for name, before, after in states.files_moved(old, new)
    ]
    told = [
        {
            "page": f"/{one.page}",
            "title": one.title,
            "was_there": one.old is not None,
            "is_there": one.new is not None,
            "moved_by": causes.of_picture(one, moved, own),
        }
        for one in drawn
        if not _kept_out(one, old, new)
    ]
    mistakes = [f"{state.name}: {line}" for state in (old, new) for line in state.mistakes]
    not_built = [
        {"page": page, "in": state, "figures": count} for (state, page), count in sorted(left_out.items())
    ]
    found = {
        "against": old.name, "figures": moved, "files": files, "pictures": told, "mistakes": mistakes,
        "not_built": not_built,
    }  # fmt: skip
    return {"summary": summary.of(found), **found}


def _kept_out(drawn, old, new):
    """Whether a drawing is missing of which a mistake may be the reason."""
    without = new if drawn.new is None else old if drawn.old is None else None
    return bool(without) and drawn.page in map(states.address_of, without.unfinished)


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m macros.changes", description=__doc__, allow_abbrev=False)
    parser.add_argument("against", nargs="?", default="HEAD", help="commit, tag, values.json or its address")
    parser.add_argument("--site", help="the site as it is, where it is built already")
    parser.add_argument(
        "--pictures", metavar="FOLDER", help="where charts and circuits are shown side by side"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--markdown", action="store_true", help="for a pull request")
    given = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            of_values = given.against.startswith(("http://", "https://")) or given.against.endswith(".json")
            old = (
                states.published(given.against)
                if of_values
                else states.of_commit(ROOT, given.against, Path(folder, "old"))
            )
            new = (
                states.published(str(Path(given.site, "values.json")))._replace(
                    root=ROOT, site=Path(given.site)
                )
                if given.site
                else states.built("the folder as it is", ROOT, Path(folder, "new"))
            )
            drawn = pictures.moved(old.site, new.site) if old.site and new.site else []
            found = compared(old, new, drawn)
            if given.pictures and drawn:
                pictures.write(given.pictures, drawn, new.site, old.name)
                found["shown"] = str(Path(given.pictures, pictures.INDEX))
    except MacroError as error:
        print(error, file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print((report.markdown if given.markdown else report.plain)(found))
    if not any(found[part] for part in ("figures", "files", "pictures", "not_built")):
        return 0
    print("Something moved: status 1, which is no failure.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
