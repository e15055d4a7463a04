"""The article index and its three views."""

from pathlib import PurePosixPath

from ..building import sources
from ..errors import MacroError, unknown
from ..front_matter import front_matter, title
from ..html_table import filter_field
from ..published.articles import minutes_place

VIEWS = {"listed": "articles/index.md", "all": "articles/all.md", "unlisted": "articles/unlisted.md"}
NOT_ARTICLES = ("articles/", "reference/")
TOOLS, UNLISTED = "Calculators and cheat sheet", "Unlisted"


def find(docs, order):
    """Every article as (source path, title, description, unlisted).

    They stand in the order of the navigation, then by title. An article is a page with a description in its
    front matter, outside the home page, index and reference.
    """
    found = []
    for path in sources.files(docs, "*.md", deep=True):
        uri = path.relative_to(docs).as_posix()
        data = front_matter(path)
        if uri == "index.md" or uri.startswith(NOT_ARTICLES) or "description" not in data:
            continue
        found.append((uri, title(path), data["description"], bool(data.get("unlisted"))))
    place = {uri: number for number, uri in enumerate(order)}
    return sorted(found, key=lambda article: (place.get(article[0], len(place)), article[1]))


def index(view, docs, order, groups):
    """Markdown of one view of the index, under the headings of the navigation; articles with reading times.

    Args:
        view: one of VIEWS. docs: folder of the pages.
        order: source paths in the order of the navigation. groups: source path -> its heading there.

    Raises:
        MacroError: a view that is not there.
    """
    if view not in VIEWS:
        raise MacroError(unknown("view of the article index", view, VIEWS))
    articles = find(docs, order)
    some_unlisted = any(unlisted for *_, unlisted in articles)
    shown = [a for a in articles if view == "all" or a[3] == (view == "unlisted")]
    parts = {}
    for uri, name, description, unlisted in shown:
        mark = ' <small class="lm-unlisted">unlisted</small>' if unlisted and view == "all" else ""
        line = f"- [{name}](../{uri}){mark} {minutes_place(uri)}  \n  {description}"
        parts.setdefault(UNLISTED if unlisted else groups.get(uri, TOOLS), []).append(line)
    # Pages that stand under no heading are tools; they come behind what is to be read.
    names = sorted(parts, key=(TOOLS, UNLISTED).__contains__)
    lists = [part for name in names for part in (f"## {name}", "", *parts[name], "")]
    lists = [filter_field("li", "articles"), "", *lists]
    others = sentence(view, some_unlisted)
    # What leads away from the usual view is for few; in the others one has to know first what is shown.
    return "\n".join([*lists, others] if view == "listed" else [others, "", *lists])


def sentence(view, some_unlisted):
    """What leads from each view to the others."""
    link = {name: PurePosixPath(uri).name for name, uri in VIEWS.items()}
    if view == "listed":
        return (
            f"Some articles are not listed: [show them too]({link['all']}) or "
            # A filter hides what is said of all.
            f"[show only them]({link['unlisted']}).\n{{ .lm-of-all }}"
            if some_unlisted
            else ""
        )
    if view == "all":
        return (
            f"Unlisted articles are shown too. [Show the listed ones only]({link['listed']}) or "
            f"[only the unlisted ones]({link['unlisted']})."
        )
    return (
        f"Only unlisted articles are shown. [Show the listed ones only]({link['listed']}) or "
        f"[also the listed ones]({link['all']})."
    )
