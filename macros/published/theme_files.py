"""The theme's style sheets and program, as pages load them: without what no page of this site has.

The theme serves every site: those with tabs, versions and blogs, and both directions of writing. Who reads a
page for the first time should not wait for the styles of all that.
"""

import re

STYLES = re.compile(r"assets/stylesheets/(main|palette)\.[0-9a-f]{8}\.min\.css")
PROGRAM = re.compile(r"assets/javascripts/bundle\.[0-9a-f]{8}\.min\.js")
# Parts of the theme that no page has, by the beginning of their classes' names; a test looks for them.
LEFT_OUT = (
    "arithmatex", "card", "cards", "critic", "emojione", "gemoji", "grid", "giscus", "highlighttable",
    "keys", "linenodiv", "linenos", "md-annotation", "md-author", "md-consent", "md-draft", "md-feedback",
    "md-meta", "md-path", "md-pin", "md-post", "md-profile", "md-progress", "md-select", "md-social",
    "md-source", "md-source-file", "md-status", "md-tabs", "md-tag", "md-tooltip", "md-tooltip2",
    "md-top", "md-version", "mermaid", "tabbed", "task-list", "twemoji",
    # kinds of admonitions that are not in use
    "abstract", "attention", "bug", "caution", "check", "cite", "danger", "done", "error", "fail",
    "failure", "faq", "help", "hint", "important", "info", "missing", "question", "quote", "seealso",
    "summary", "tip", "tldr", "todo", "warning",
)  # fmt: skip
UNUSED = re.compile(
    rf"\.(?:{'|'.join(LEFT_OUT)})(?![a-z0-9])|\[dir=rtl\]|data-md-color-(?:primary|accent)=(?!custom)"
)
COMMENT = re.compile(r"/\*.*?\*/", re.S)
# The program reads the search's whole index at once, unless the page is a file, and on every page to mark
# what was searched for. Here it waits until somebody goes to the search, or the address says what to mark.
MENDS = (
    ('$(location.protocol!=="file:")', "$(!1)"),
    ('V("search.highlight")?', 'V("search.highlight")&&/[?&]h=/.test(location.search)?'),
)


def small(css):
    """A style sheet without comments and needless blanks.

    >>> small("/* why */ .a > .b,\\n.c {\\n  color: red;\\n}\\n")
    '.a > .b,.c{color: red}'
    """
    css = re.sub(r"\s+", " ", COMMENT.sub("", css))
    return re.sub(r";?\s*}\s*", "}", re.sub(r"\s*([{;,])\s*", r"\1", css)).strip()


def without_what_is_not_there(css):
    """A minified style sheet of the theme without the rules for parts that no page has.

    >>> without_what_is_not_there(".a,.md-tabs .b{top:0}@media print{.md-tabs{top:0}}.md-tabs__link{left:0}")
    '.a{top:0}'
    """
    kept = []
    for selector, inner in _rules(css):
        if selector.startswith("@media") or selector.startswith("@supports"):
            inner = without_what_is_not_there(inner)
        elif not selector.startswith("@"):
            selector = ",".join(one for one in _listed(selector) if not UNUSED.search(one))
        if selector and inner:
            kept.append(f"{selector}{{{inner}}}")
    return "".join(kept)


def _rules(css):
    """(selector, what stands between the braces) of each rule."""
    at = 0
    while (opened := css.find("{", at)) >= 0:
        depth, end = 1, opened + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[at:opened].rpartition(";")[2].strip(), css[opened + 1 : end - 1]
        at = end


def _listed(selectors):
    """The selectors of a list, which may have lists in brackets of their own."""
    depth, one = 0, ""
    for letter in selectors:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            yield one
            one = ""
        else:
            one += letter
    yield one


def program(text):
    """The theme's program, which reads the search's index when the search is used."""
    for old, new in MENDS:
        if text.count(old) != 1:
            raise ValueError(
                "the theme's program has changed, look whether this is still needed "
                f"(macros/published/theme_files.py): {old}"
            )
        text = text.replace(old, new)
    return text
