"""What pages are: their front matter, their place in the navigation, and the files they quote."""

import html
import inspect

from mkdocs.utils import meta

from . import typeset
from .errors import MacroError, unknown
from .values import where

_nav = []


def front_matter(path):
    """Front matter of a Markdown file as a mapping."""
    return meta.get_data(path.read_text(encoding="utf-8-sig"))[1]


def title(path):
    """Title of a Markdown file: front matter, else its first heading."""
    body, data = meta.get_data(path.read_text(encoding="utf-8-sig"))
    if "title" in data:
        return data["title"]
    for line in body.splitlines():
        if line.startswith("# "):
            return line[2:].split(" {")[0].strip()
    raise MacroError(f"docs/{path.name} has no title: begin it with a line '# Title'")


def read_nav(config):
    """Remembers the order of the pages in the navigation of mkdocs.yml."""
    _nav[:] = list(flatten(config["nav"] or []))


def nav_order():
    """Source paths of the pages in the navigation, in order."""
    return _nav


def flatten(entry):
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from flatten(part)


LANGUAGES = {".py": "python", ".js": "javascript", ".toml": "toml", ".json": "json", ".yml": "yaml", ".txt": "text", ".md": "markdown"}


def source(root, path, start=None, end=None, indent=0):
    """A file, or its lines from the one starting with `start` up to, not including, the one starting with `end`."""
    file = root / path
    if not file.is_file():
        near = [str(p.relative_to(root)) for p in file.parent.glob("*")] if file.parent.is_dir() else []
        raise MacroError(unknown("file", path, near))
    lines = file.read_text(encoding="utf-8").splitlines()
    first = 0 if start is None else line_starting(lines, start, path)
    last = len(lines) if end is None else first + 1 + line_starting(lines[first + 1:], end, path)
    part = lines[first:last]
    while part and not part[-1].strip():
        part.pop()
    fence = "```"
    while any(line.lstrip().startswith(fence) for line in part):
        fence += "`"
    language = LANGUAGES.get(file.suffix, "text")
    block = [f'{fence} {{ .{language} title="{path}" }}', *part, fence]
    # The first line follows the call, which the author has indented.
    return "\n".join(line if number == 0 or not line else " " * indent + line for number, line in enumerate(block))


def line_starting(lines, start, path):
    for number, line in enumerate(lines):
        if line.startswith(start):
            return number
    raise MacroError(f"{path} has no line that starts with '{start}'")


WIDE = 36  # room on a wide screen [em]


def both_widths(function):
    """(typeset formula, its MathML): where a wide screen needs fewer line breaks than a phone, one for each."""
    narrow, wide = typeset.formula(function), typeset.formula(function, width=WIDE)
    if narrow.mathml == wide.mathml:
        return narrow, narrow.mathml
    return narrow, f'<div class="lm-narrow">{narrow.mathml}</div><div class="lm-wide">{wide.mathml}</div>'


def formula_reference(name, function):
    """A section of the formula reference: what it is, typeset, arguments, references and source text."""
    about = typeset.docstring(function)
    file, line = where(function)
    typeset_, math = both_widths(function)
    rows = "".join(f"<tr><td>{letter}</td><td><code>{argument}</code></td><td>{html.escape(meaning)}</td>"
                   f"<td>{html.escape(unit or '1')}</td></tr>" for letter, argument, meaning, unit in typeset_.letters)
    facts = "".join(f"<p><strong>{head}</strong> {html.escape(text)}</p>" for head, text in
                    (("Holds for:", about.holds_for), ("Source:", about.source)) if text)
    code = html.escape(inspect.getsource(function))
    return (f"### {name} {{ #{name} }}\n\n{html.escape(about.summary)}\n\n"
            f'<div class="lm-formula"><div class="lm-scroll" tabindex="0" role="group" aria-label="Formula {name}">{math}</div>'
            f'<div class="lm-scroll" tabindex="0" role="region" aria-label="Arguments of {name}"><table class="lm-figures"><thead><tr><th>Letter</th><th>Argument</th>'
            f"<th>Meaning</th><th>Unit</th></tr></thead><tbody>{rows}</tbody></table></div>{facts}"
            f'<details class="lm-how" data-search-exclude><summary>Source: {file}:{line}</summary>'
            f'<pre tabindex="0"><code>{code.replace(chr(10), "&#10;")}</code></pre></details></div>')
