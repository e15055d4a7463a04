"""What of the site's own style sheets a browser would pass over: for a brace that is missing, or a file.

It says nothing: what follows a brace missing or too many is left out, and a picture that is nowhere.
"""

import posixpath
import re
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit

from ..building import sources
from ..building.mistakes import Mistake
from ..markdown_text import place_of

# What may hold braces that begin and end nothing, whole or up to where it should have ended; a brace.
PART = re.compile(
    r"""(?=[/u@"'{}]) (?: (?P<comment>/\*.*?(?P<comment_end>\*/|\Z))
    | url\(\s*(?P<bare>[^\s"'()]+)\s*\)
    | (?P<address>url\(\s*|@import\s+)?(?P<quote>["'])
        (?P<string>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P<string_end>(?P=quote)|)
    | (?P<brace>[{}]) )""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
BLOCKS = "the page's policy blocks; keep the file in docs/assets/"
NOT_CLOSED = "the block that begins here is not closed; expected } below"


def mistakes(folder, root):
    """The mistakes of a folder's style sheets, which take less to read than to keep what was found.

    Args:
        folder: path of the style sheets. root: of the project, below which mistakes name their files.
    """
    found = []
    for path in sources.files(folder, "*.css"):
        text = path.read_text(encoding="utf-8")
        parts = list(PART.finditer(text))
        for at, what in sorted([*_not_closed(text, parts), *_not_there(parts, folder)]):
            found.append(Mistake(what, path.relative_to(root).as_posix(), *place_of(text, at)))
    return found


def _not_closed(text, parts):
    """(place, what is wrong) of what begins and does not end, and of braces that end nothing."""
    open_blocks = []  # (place, indentation)
    for part in parts:
        if part["comment"] and not part["comment_end"]:
            yield part.start(), "a comment begins here and is not closed; expected */"
            return
        if part["quote"] and not part["string_end"]:
            yield part.start("quote"), f"a string begins here and is not closed; expected {part['quote']}"
        if part["brace"] == "{":
            open_blocks.append((part.start(), _indent(text, part.start())))
        elif part["brace"] and not open_blocks:
            yield part.start(), "a } closes no block; take it out, or open one with { above"
        elif part["brace"]:
            # Where it stands below the beginning of another block, that is meant, and those within are open.
            indent = _indent(text, part.start())
            begins_line = text[part.start() - indent - 1 : part.start()].strip(" \t") in ("", "\n")
            if begins_line and any(of_block == indent for _, of_block in open_blocks):
                while open_blocks[-1][1] > indent:
                    yield _lines_begin(text, open_blocks.pop()[0]), NOT_CLOSED
            open_blocks.pop()
    yield from ((_lines_begin(text, at), NOT_CLOSED) for at, _ in open_blocks)


def _indent(text, at):
    """Blanks at the beginning of the line of a place."""
    begins = text.rfind("\n", 0, at) + 1
    line = text[begins : at + 1]
    return len(line) - len(line.lstrip(" \t"))


def _lines_begin(text, at):
    """Where the words of the line of a place begin."""
    return text.rfind("\n", 0, at) + 1 + _indent(text, at)


def _not_there(parts, folder):
    """(place, what is wrong) of addresses that lead to no file, or to what the page's policy blocks."""
    for part in parts:
        kind = "bare" if part["bare"] else "string" if part["address"] else None
        try:
            address = urlsplit(part[kind]) if kind else None
        except ValueError as error:
            yield part.start(kind), f"'{part[kind]}' is no address: {error}"
            continue
        if not address or not (address.scheme or address.netloc or address.path):
            continue
        if re.search(r"@namespace[^;{}]*\Z", part.string[: part.start()], re.IGNORECASE):
            continue  # a name, from which nothing is loaded
        if address.netloc or address.scheme not in ("", "data"):
            yield part.start(kind), f"'{part[kind]}' is of another host, which {BLOCKS}"
            continue
        if address.scheme == "data":
            if re.match(r"(?:application/(?:x-)?)?font", address.path):
                yield part.start(kind), f"letters stand in the style sheet itself, which {BLOCKS}"
            continue
        if not address.path:
            continue
        path = folder.joinpath(unquote(address.path))
        if path.is_file():
            continue
        # Beside the style sheets and in the folders next to theirs stands all that they may name.
        beside = [one for one in folder.parent.rglob(f"*{path.suffix}") if one.is_file()]
        known = {posixpath.relpath(one.as_posix(), folder.as_posix()): one for one in beside}
        named = {one.rpartition("/")[2]: one for one in known}
        near = get_close_matches(part[kind], known, n=1, cutoff=0.6)
        near = near or [named[one] for one in get_close_matches(path.name, named, n=1, cutoff=0.6)]
        hint = f"; did you mean '{near[0]}'?" if near else ""
        yield part.start(kind), f"'{part[kind]}' leads to no file{hint}"
