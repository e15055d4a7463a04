"""The glossary's definitions where an article first uses a term: on hover, focus and touch, without a script.

The glossary is a page like others. Each entry is a heading with an id, and below it a sentence that says what
the term is; `Also:` begins a sentence with the other ways to write it.
"""

import html
import re
from collections import namedtuple

PAGE = "reference/glossary.md"
ENTRY = re.compile(r"^### (.+?) \{ #([\w-]+) \}\n\n(.+)$", re.M)
ALSO = re.compile(r"Also: ([^.]+)\.")
# Where nothing is marked: headings, links, what is pressed, code, figures, what is folded, and all that
# macros made, which have classes of ours.
UNMARKED = {
    "a", "button", "code", "data", "details", "dfn", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "label", "math", "pre", "script", "style", "sup", "svg", "table",
}  # fmt: skip
OURS = re.compile(r'\sclass="[^"]*\b(?:lm-|chart|highlight|footnote)')
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# A tag, whose attributes may hold brackets, or text.
PART = re.compile(r"""<!--.*?-->|<(/?)([a-zA-Z][\w-]*)(?:"[^"]*"|'[^']*'|[^'">])*>|[^<]+|<""", re.S)

Term = namedtuple("Term", "place forms said")
Term.__doc__ = """An entry: its id on the page of the glossary, the ways to write it, what it is."""


def terms(markdown):
    """The entries of a glossary.

    >>> terms("### KV cache { #kv-cache }\\n\\nWhat is kept. Also: key-value cache. And more.\\n")
    [Term(place='kv-cache', forms=('KV cache', 'key-value cache'), said='What is kept.')]
    """
    found = []
    for name, place, text in ENTRY.findall(markdown):
        also = ALSO.search(text)
        forms = (name, *also[1].split(", ")) if also else (name,)
        found.append(Term(place, forms, text.partition(". ")[0].rstrip(".") + "."))
    return found


def marked(content, known):
    """HTML of an article with the definition of each term where it is first used in a sentence.

    Args:
        content: HTML. known: `Term`s.
    """
    by_form = {form: term for term in known for form in term.forms}
    if not by_form:
        return content
    words = "|".join(_either_case(form) for form in sorted(by_form, key=len, reverse=True))
    written = re.compile(rf"(?<![\w-])({words})(?:e?s)?(?![\w-])")
    seen, parts, unmarked, open_tags = set(), [], 0, []

    def define(found):
        form = found[1]
        term = by_form.get(form) or by_form[form[0].lower() + form[1:]]
        if term.place in seen:
            return found[0]
        seen.add(term.place)
        return (
            f'<dfn class="lm-term" tabindex="0" aria-describedby="term-{term.place}">{found[0]}</dfn>'
            f'<span class="lm-def" role="tooltip" id="term-{term.place}">{html.escape(term.said)}</span>'
        )

    for part in PART.finditer(content):
        text, (closes, name) = part[0], part.group(1, 2)
        if name is None:
            in_sentence = not unmarked and any(tag in ("p", "li") for tag, _ in open_tags)
            parts.append(written.sub(define, text) if in_sentence and text[0] != "<" else text)
            continue
        parts.append(text)
        if closes:
            while open_tags:
                tag, was = open_tags.pop()
                unmarked -= was
                if tag == name:
                    break
        elif name not in VOID and not text.endswith("/>"):
            hides = name in UNMARKED or bool(OURS.search(text))
            open_tags.append((name, hides))
            unmarked += hides
    return "".join(parts)


def _either_case(form):
    """A form as a pattern; one that begins small may begin a sentence."""
    first, rest = form[0], re.escape(form[1:])
    return f"[{first}{first.upper()}]{rest}" if first.islower() else re.escape(form)
