"""What moved, for people: as lines, and as Markdown for a pull request."""


def plain(found):
    """A block of lines for each figure, a line for each file, and how many there are."""
    lines = []
    for one in found["figures"]:
        inputs = ", ".join(f"{key}={value}" for key, value in one["inputs"].items())
        lines.append(f"{one['page']}: {one['name']}({inputs})")
        lines.append(f"    {_old(one)} -> {_new(one)}{_ratio(one)}")
        if one["around"]:
            lines.append(f"    “{one['around']}”")
        lines.extend(f"    {name}: {', '.join(words)}" for name, words in _notes(one) if words)
    for file in found["files"]:
        lines.append(f"{file['file']}: {_bytes(file['old_bytes'])} -> {_bytes(file['new_bytes'])}")
    return "\n".join([*lines, counted(found)])


def markdown(found):
    """A table of the figures, one of the files."""
    lines = [f"**{counted(found)}**", ""]
    if found["figures"]:
        lines += [
            "| Page | Figure | Old | New | Ratio | Words around | Moved by |",
            "|---|---|---|---|---|---|---|",
        ]
    for one in found["figures"]:
        name = f"`{one['name']}`" + "".join(f"<br>{words}" for words in one["inputs_changed"])
        cells = [one["page"], name, _old(one), _new(one), _ratio(one).strip(" ()"), one["around"],
                 ", ".join(one["moved_by"])]  # fmt: skip
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    if found["files"]:
        lines += ["", "| File | Old | New |", "|---|---|---|"]
    for file in found["files"]:
        lines.append(f"| `{file['file']}` | {_bytes(file['old_bytes'])} | {_bytes(file['new_bytes'])} |")
    return "\n".join(lines)


def counted(found):
    """How much moved, in a sentence."""
    n, m = len(found["figures"]), len(found["files"])
    if not n and not m:
        return f"no figure and no file moved since {found['against']}"
    figures = f"{n} {'figure' if n == 1 else 'figures'}"
    files = f"{m} {'file' if m == 1 else 'files'}"
    return f"{figures} and {files} moved since {found['against']}"


def _old(one):
    return one["old"] or "not there"


def _new(one):
    return one["new"] or "gone"


def _ratio(one):
    return "" if one["ratio"] is None else f" (× {one['ratio']:.4g})"


def _notes(one):
    return ("inputs", one["inputs_changed"]), ("moved by", one["moved_by"])


def _bytes(size):
    return "not there" if size is None else f"{size:,} bytes"
