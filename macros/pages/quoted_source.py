"""Files of the project, quoted on a page."""

from ..errors import MacroError, unknown

LANGUAGES = {
    ".py": "python",
    ".js": "javascript",
    ".toml": "toml",
    ".json": "json",
    ".yml": "yaml",
    ".txt": "text",
    ".md": "markdown",
}


def source(root, path, start=None, end=None, indent=0):
    """A file, or its lines from the one starting with `start` to the one before that starting with `end`."""
    file = root.joinpath(path)
    if not file.is_file():
        near = [str(p.relative_to(root)) for p in file.parent.glob("*")] if file.parent.is_dir() else []
        raise MacroError(unknown("file", path, near))
    lines = file.read_text(encoding="utf-8").splitlines()
    first = 0 if start is None else line_starting(lines, start, path)
    last = len(lines) if end is None else first + 1 + line_starting(lines[first + 1 :], end, path)
    part = lines[first:last]
    while part and not part[-1].strip():
        part.pop()
    fence = "```"
    while any(line.lstrip().startswith(fence) for line in part):
        fence += "`"
    language = LANGUAGES.get(file.suffix, "text")
    block = [f'{fence} {{ .{language} title="{path}" }}', *part, fence]
    # The first line follows the call, which the author has indented.
    return "\n".join(
        line if number == 0 or not line else " " * indent + line for number, line in enumerate(block)
    )


def line_starting(lines, start, path):
    for number, line in enumerate(lines):
        if line.startswith(start):
            return number
    raise MacroError(f"{path} has no line that starts with '{start}'")
