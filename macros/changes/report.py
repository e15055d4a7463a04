"""What moved, for people: as lines, and as Markdown for a pull request. The summary comes first."""

from . import summary

WITH_MISTAKES = "A build would refuse this; what it keeps out of a page is told as not built, not as gone"
# More edits than so many are counted.
EDITS = 10
NOT_BUILT = "Not built, for a mistake above:"


def plain(found):
    """The summary, then a block of lines for each figure, a line for each picture and file."""
    lines = []
    if found.get("mistakes"):
        lines += [f"{WITH_MISTAKES}:", *(f"    {line}" for line in found["mistakes"]), ""]
    lines += [counted(found), *(f"    {line}" for line in _edits(found))]
    if found.get("not_built"):
        lines += [NOT_BUILT, *(f"    {line}" for line in _not_built(found))]
    if found.get("shown"):
        lines.append(f"The pictures stand side by side in {found['shown']}")
    lines.append("")
    told = _tells_all(found)
    for one in found["figures"]:
        lines.append(f"{one['page']}: {one['name']}({_inputs(one)})")
        lines.append(f"    {_old(one)} -> {_new(one)}{_ratio(one)}")
        if one["around"]:
            lines.append(f"    “{one['around']}”")
        notes = (("inputs", one["inputs_changed"]), ("moved by", [] if told else one["moved_by"]))
        lines.extend(f"    {name}: {', '.join(words)}" for name, words in notes if words)
    for one in found["pictures"]:
        lines.append(f"{one['page']}: picture “{one['title']}”{_presence(one)}{'' if told else _by(one)}")
    for file in found["files"]:
        lines.append(f"{file['file']}: {_sizes(file)}{_by(file)}")
    return "\n".join(lines).rstrip()


def markdown(found):
    """A table of the figures, one of the pictures, one of the files."""
    lines = []
    if found.get("mistakes"):
        lines += [f"{WITH_MISTAKES}:", "", *(f"- {line}" for line in found["mistakes"]), ""]
    lines += [f"**{counted(found)}**", "", *(f"- {line}" for line in _edits(found)), ""]
    if found.get("not_built"):
        lines += [NOT_BUILT, "", *(f"- {line}" for line in _not_built(found)), ""]
    if found["figures"]:
        lines += [
            "| Page | Figure | Old | New | Ratio | Words around | Moved by |",
            "|---|---|---|---|---|---|---|",
        ]
    for one in found["figures"]:
        # The same figure of several cases is told apart by them.
        told = [f"`{one['name']}`", _inputs(one), *one["inputs_changed"]]
        name = "<br>".join(filter(None, told))
        cells = [one["page"], name, _old(one), _new(one), _ratio(one).strip(" ()"), one["around"],
                 ", ".join(one["moved_by"])]  # fmt: skip
        lines.append(_row(cells))
    if found["pictures"]:
        lines += ["", "| Page | Picture | Moved by |", "|---|---|---|"]
    for one in found["pictures"]:
        lines.append(_row([one["page"], one["title"] + _presence(one), ", ".join(one["moved_by"])]))
    if found.get("shown"):
        lines += ["", f"The pictures stand side by side in `{found['shown']}` of this run's artifact."]
    if found["files"]:
        lines += ["", "| File | Old | New | Moved by |", "|---|---|---|---|"]
    for file in found["files"]:
        lines.append(
            _row(
                [
                    f"`{file['file']}`",
                    _bytes(file["old_bytes"]),
                    _bytes(file["new_bytes"]),
                    ", ".join(file["moved_by"]),
                ]
            )
        )
    return "\n".join(lines)


def _row(cells):
    """A row of a table, whose cells stay in their columns."""
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def counted(found):
    """How much moved, in a sentence."""
    moved = summary.words(found["summary"]["moved"]) or "no figure, no picture and no file"
    return f"{moved} moved since {found['against']}"


def _edits(found):
    """How much each edit moved, a line each."""
    by = found["summary"]["by"]
    lines = [f"{summary.words(counts)} by {cause}" for cause, counts in by.items()]
    more = len(lines) - EDITS
    return [*lines[:EDITS], *([f"and by {more} more"] if more > 0 else [])]


def _tells_all(found):
    """Whether one edit moved all figures and pictures, which needs not be said again of each."""
    causes = [one["moved_by"] for part in ("figures", "pictures") for one in found[part]]
    return len(causes) > 1 and all(one == causes[0] and len(one) == 1 for one in causes)


def _not_built(found):
    """What mistakes keep out of each page, a line each."""
    for one in found["not_built"]:
        before = f", in {one['in']}" if one["in"] == found["against"] else ""
        yield f"{one['page']}: {one['figures']} figure{'s' * (one['figures'] > 1)}{before}"


def _inputs(one):
    return ", ".join(f"{key}={value}" for key, value in one["inputs"].items())


def _old(one):
    return one["old"] or "not there"


def _new(one):
    return one["new"] or "gone"


def _presence(one):
    return "" if one["was_there"] and one["is_there"] else ", gone" if one["was_there"] else ", new"


def _by(one):
    return f"; moved by {', '.join(one['moved_by'])}" if one["moved_by"] else ""


def _ratio(one):
    return "" if one["ratio"] is None else f" (× {one['ratio']:.4g})"


def _sizes(file):
    if file["old_bytes"] == file["new_bytes"]:
        return f"{_bytes(file['new_bytes'])}, others than before"
    return f"{_bytes(file['old_bytes'])} -> {_bytes(file['new_bytes'])}"


def _bytes(size):
    return "not there" if size is None else f"{size:,} bytes"
