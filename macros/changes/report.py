"""What moved, for people: as lines, and as Markdown for a pull request."""

WITH_MISTAKES = "A build would refuse what follows; what it keeps out of the pages counts as gone"


def plain(found):
    """A block of lines for each figure, a line for each picture and file, and how many there are."""
    lines = []
    for one in found["figures"]:
        lines.append(f"{one['page']}: {one['name']}({_inputs(one)})")
        lines.append(f"    {_old(one)} -> {_new(one)}{_ratio(one)}")
        if one["around"]:
            lines.append(f"    “{one['around']}”")
        lines.extend(f"    {name}: {', '.join(words)}" for name, words in _notes(one) if words)
    for one in found["pictures"]:
        lines.append(f"{one['page']}: picture “{one['title']}”{_presence(one)}{_by(one)}")
    for file in found["files"]:
        sizes = f"{_bytes(file['old_bytes'])} -> {_bytes(file['new_bytes'])}"
        lines.append(f"{file['file']}: {sizes}{_by(file)}")
    if found.get("shown"):
        lines.append(f"The pictures stand side by side in {found['shown']}")
    if found.get("mistakes"):
        lines += [f"{WITH_MISTAKES}:", *(f"    {line}" for line in found["mistakes"])]
    return "\n".join([*lines, counted(found)])


def markdown(found):
    """A table of the figures, one of the pictures, one of the files."""
    lines = [f"**{counted(found)}**", ""]
    if found.get("mistakes"):
        lines += [f"{WITH_MISTAKES}:", "", *(f"- {line}" for line in found["mistakes"]), ""]
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
    numbers = {word: len(found[f"{word}s"]) for word in ("figure", "picture", "file")}
    if not any(numbers.values()):
        return f"no figure, no picture and no file moved since {found['against']}"
    figures, drawn, files = (f"{n} {word if n == 1 else f'{word}s'}" for word, n in numbers.items())
    return f"{figures}, {drawn} and {files} moved since {found['against']}"


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


def _notes(one):
    return ("inputs", one["inputs_changed"]), ("moved by", one["moved_by"])


def _bytes(size):
    return "not there" if size is None else f"{size:,} bytes"
