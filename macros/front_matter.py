"""What a page says of itself: front matter and title; and the order of the pages in the navigation."""

from mkdocs.utils import meta

from .errors import MacroError
from .markdown_text import without_code

_nav = []
_groups = {}


def front_matter(path):
    """Front matter of a Markdown file as a mapping."""
    return meta.get_data(path.read_text(encoding="utf-8-sig"))[1]


def title(path):
    """Title of a Markdown file: front matter, else its first heading."""
    body, data = meta.get_data(path.read_text(encoding="utf-8-sig"))
    if "title" in data:
        return data["title"]
    found = heading(body)
    if found is None:
        raise MacroError(f"docs/{path.name} has no title: begin it with a line '# Title'")
    return found


def heading(text):
    """The first heading of the first level in a Markdown text, or None; a comment in code is none."""
    for line, prose in zip(text.splitlines(), without_code(text).splitlines()):
        if prose.startswith("# "):
            return line[2:].split(" {")[0].strip()
    return None


def read_nav(config):
    """Remembers the order of the pages in the navigation of mkdocs.yml."""
    nav = config["nav"] or []
    _nav[:] = list(flatten(nav))
    _groups.clear()
    for entry in nav:
        for name, part in entry.items() if isinstance(entry, dict) else ():
            if isinstance(part, list):
                _groups.update(dict.fromkeys(flatten(part), name))


def nav_order():
    """Source paths of the pages in the navigation, in order."""
    return _nav


def nav_groups():
    """Source path of a page in the navigation -> heading that it stands under, if it stands under one."""
    return _groups


def flatten(entry):
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from flatten(part)
