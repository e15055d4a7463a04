"""What is wrong with the project, said once each: where, what, and the line itself with a mark below it.

It imports nothing of ours but `sources`, so that it can tell of any other module that cannot be imported.
"""

import difflib
import functools
import json
import re
import tomllib
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from . import sources

ROOT = Path(__file__).resolve().parents[2]
# Of what an error says of its place at the beginning: FILE:LINE or FILE:LINE:COLUMN. A whole path may hold
# blanks.
PLACE = re.compile(
    r"(?P<file>(/[^:\n]+|[\w./-]+)\.\w+):(?P<line>\d+)(:(?P<column>\d+))?: (?P<what>.+)", re.DOTALL
)
# What raises for an author's mistake names the place in the page by itself, wherever in our code it arose.
NAMES_WHAT_WOULD_BE_RIGHT = ("MacroError", "InputError", "UnknownName", "CircuitError")
# The files that only hand on what others do: an error never is theirs.
HANDS_ON = ("macros/hooks.py", "macros/building/")
MKDOCS_YML = "mkdocs.yml"
# What is told where a process that builds is no more.
ENDED = "the build was ended from outside; edit a file to start another"
# The variable that names a file for the mistakes of a build that goes on in spite of them.
TOLD_IN = "SITE_MISTAKES"
PACKAGES = ("llmmath", "firmware", "macros")
THEME = "theme"
# Folders of a site in which text stands that a build reads.
TEXTS = (*PACKAGES, THEME, "docs", "published")
# Of a file in UTF-16, which is text too; other bytes of zero stand in pictures and fonts.
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
WIDEST = 100  # characters of a line that are shown
# Another site that is built with the package: its folder, and the name of the one with its own code and data.
_site = {}


def name_site(folder, own):
    """Says that another site is built, so that what is wrong in its files is told too."""
    _site.update(folder=Path(folder).resolve(), own=own)


@dataclass(frozen=True)
class Mistake:
    """One mistake: file below the project or "", line and column from 1 or None, and what is wrong.

    asked: places in the pages that asked for what is wrong elsewhere, such as ("docs/index.md:3",).
    """

    what: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    asked: tuple = ()

    def __str__(self):
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return place + self.said

    @property
    def said(self):
        """What is wrong, and for which page."""
        more = len(self.asked) - 1
        others = f" and {more} other place{'s' * (more > 1)}" if more > 0 else ""
        return f"{self.what}, for {self.asked[0]}{others}" if self.asked else self.what

    def joined(self, other):
        """This mistake, asked for by the pages of another too; None where that is another one."""
        if replace(self, asked=()) != replace(other, asked=()):
            return None
        return replace(self, asked=tuple(dict.fromkeys(self.asked + other.asked)))

    def text(self, root=ROOT):
        """The line itself, or "" where the file has none."""
        if not (self.file and self.line):
            return ""
        lines = _read(_file(self.file, root)).splitlines()
        return lines[self.line - 1] if self.line <= len(lines) else ""

    def shown(self, root=ROOT):
        """(the line without what it is indented by, a caret below the column or ""), or None without a line.

        Of a long line it is what stands around the column. Tabs stand as one blank, so that the caret stands
        where it should. What YAML is indented by may be what is wrong, and stays.
        """
        text = self.text(root).replace("\t", " ").rstrip()
        if not text:
            return None
        indent = 0 if self.file.endswith((".yml", ".yaml")) else len(text) - len(text.lstrip())
        line, at = _around(text[indent:], max(0, (self.column or 1) - 1 - indent))
        return line, " " * at + "^" if self.column else ""


def _around(line, at):
    """What stands around a place of a line, cut where it is too long, and that place in it."""
    if len(line) <= WIDEST:
        return line, at
    start = max(0, min(at - WIDEST // 2, len(line) - WIDEST))
    before, after = "…" * (start > 0), "…" * (start + WIDEST < len(line))
    return f"{before}{line[start : start + WIDEST]}{after}", at - start + len(before)


def of(error, root=ROOT):
    """The mistakes that an exception tells of: a list of `Mistake`, one at least.

    Args:
        error: what was raised. root: folder of the project, to which places are relative.
    """
    unread = unreadable(error, root)
    if unread:
        return unread
    if isinstance(error, SyntaxError) and error.filename:
        return [Mistake(f"{type(error).__name__}: {error.msg}", _below(error.filename, root), *_at(error))]
    if type(error).__name__ == "TemplateSyntaxError" and error.filename:
        what = f"{type(error).__name__}: {error.message}"
        return [Mistake(what, _below(error.filename, root), error.lineno)]
    mark = getattr(error, "problem_mark", None) or getattr(error.__context__, "problem_mark", None)
    if mark is not None:
        said = getattr(error, "problem", None) or error.__context__.problem
        return [Mistake(f"no YAML: {said}", MKDOCS_YML, mark.line + 1, mark.column + 1)]
    if type(error.__context__).__name__ == "ReaderError":
        said, before = error.__context__.reason, _read(_file(MKDOCS_YML, root))[: error.__context__.position]
        return [Mistake(f"no YAML: {said}", MKDOCS_YML, *_place_after(before))]
    said = words_of(error)
    if type(error).__name__ == "CircuitError":
        # Below each sentence stand the lines of the circuit, which a mistake shows by itself.
        said = "\n".join(row for row in said.split("\n") if not row.startswith(" "))
    if type(error).__name__ in ("PluginError", "BuildError") or PLACE.match(said):
        return [placed(line) for line in _told_apart(said)]
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if type(error).__name__ in NAMES_WHAT_WOULD_BE_RIGHT:
        what = said
    place = raised_at(error, root)
    return [Mistake(what, *place) if place else Mistake(what)]


def words_of(error):
    """What an error says; of a file that cannot be opened its name and why, and no number."""
    if isinstance(error, OSError) and isinstance(error.filename, (str, Path)):
        return f"{_below(error.filename, ROOT)}: {error.strerror}"
    if isinstance(error, UnicodeError):
        return str(error)
    return str(error.args[0]) if error.args else ""


def placed(said):
    """The Mistake of a sentence that may begin with its place."""
    found = PLACE.match(said)
    if not found:
        return Mistake(said)
    file = _below(found["file"], ROOT) if found["file"].startswith("/") else found["file"]
    column = found["column"] and int(found["column"])
    return Mistake(found["what"], file, int(found["line"]), column)


def _told_apart(said):
    """The sentences of a message of several mistakes; lines without a place belong to the one above."""
    sentences = []
    for line in said.split("\n"):
        if sentences and not PLACE.match(line) and not line.startswith("docs/"):
            sentences[-1] += f"\n{line}"
        else:
            sentences.append(line)
    return sentences


def raised_at(error, root=ROOT):
    """(file, line, column) of the innermost line of the project at which an error arose, or None.

    Of the files that only hand on it is where nothing was called from there.
    """
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        path = _below(frame.filename, root)
        # Below the project, or beside an installed package, stand the packages of others too.
        ours = path.split("/")[0] in (*PACKAGES, THEME, _site.get("own"))
        if ours and path.endswith(".html"):
            return path, frame.lineno, None  # Jinja knows a template's line alone
        if ours and path.endswith(".py") and (frame is frames[-1] or not path.startswith(HANDS_ON)):
            return path, frame.lineno, None if frame.colno is None else frame.colno + 1
    return None


def in_sources(root=ROOT, packages=PACKAGES):
    """Every file of the project's own code and data that cannot be read: a list of `Mistake`.

    Python names the first alone, and whoever mends it would meet the next one only then.
    """
    found = []
    for folder in _folders(root, packages):
        for suffix, wrong in READ.items():
            for path in sources.files(folder, f"*{suffix}", deep=True):
                found.extend(_no_utf8(path, root) or wrong(path, root))
    return found


def unreadable(error, root=ROOT):
    """The mistakes in the project's files behind an error that some text is no UTF-8, JSON or TOML.

    Such an error does not name the file. Empty where it is another error, or of a text that is in no file.
    """
    if isinstance(error, UnicodeDecodeError) or type(error.__context__).__name__ == "ReaderError":
        return not_utf8(root)
    suffix = {json.JSONDecodeError: ".json", tomllib.TOMLDecodeError: ".toml"}.get(type(error))
    if suffix is None:
        return []
    paths = [
        path for folder in _folders(root, PACKAGES) for path in sources.files(folder, f"*{suffix}", deep=True)
    ]
    return [one for path in paths for one in READ[suffix](path, root)]


def not_utf8(root=ROOT):
    """Every text of the project that is not saved as UTF-8: a list of `Mistake`, each at its first byte."""
    folders = [*_folders(root, TEXTS), *([_site["folder"] / "docs"] if _site else [])]
    paths = [path for folder in folders for path in sources.files(folder, "*", deep=True)]
    for folder in (Path(root), *([_site["folder"]] if _site else [])):
        paths.extend(sorted(folder.glob("*.*")))
    return [one for path in dict.fromkeys(paths) if path.is_file() for one in _no_utf8(path, root)]


def _folders(root, names):
    """Folders of the project, and that of another site's own."""
    folders = [Path(root, name) for name in names]
    return [*folders, _site["folder"] / _site["own"]] if _site else folders


def _no_utf8(path, root):
    content = Path(path).read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if b"\0" in content and not content.startswith(UTF_16):
            return []  # no text
        before = content[: error.start].decode()
        what = f"byte 0x{content[error.start]:02x} is no UTF-8; save the file as UTF-8"
        return [Mistake(what, _below(path, root), *_place_after(before))]
    return []


def _place_after(text):
    """(line, column) of what follows a text in its file."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _no_python(path, root):
    try:
        compile(_read(path), str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return of(error, root)
    except ValueError as error:
        return [Mistake(str(error), _below(path, root), 1)]
    return []


def _no_toml(path, root):
    said = _said_of_toml(_read(path))
    return [_in_toml(said, path, root)] if said else []


@functools.cache
def _said_of_toml(text):
    """What is wrong with a text as TOML, or None; all files are read again for each macro that fails."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return str(error)
    return None


def _no_json(path, root):
    try:
        json.loads(_read(path))
    except json.JSONDecodeError as error:
        return [Mistake(f"no JSON: {error.msg}", _below(path, root), error.lineno, error.colno)]
    return []


# What is wrong with a file, by how its name ends.
READ = {".py": _no_python, ".toml": _no_toml, ".json": _no_json}


def _in_toml(said, path, root):
    what, _, at = said.rpartition(" (at ")
    numbers = [int(word) for word in re.findall(r"\d+", at)]
    line, column = numbers if len(numbers) == 2 else (len(_read(path).splitlines()), None)
    return Mistake(f"no TOML: {what or said}", _below(path, root), line, column)


def in_build(error, root=ROOT):
    """The mistakes behind an error that ends a build, each once: of all files, where it is of one of them."""
    found = of(error, root)
    unread = isinstance(error, (SyntaxError, tomllib.TOMLDecodeError, json.JSONDecodeError))
    if unread or isinstance(error, ImportError) or any(one.file.endswith(".toml") for one in found):
        others = in_sources(root)
        places = {(one.file, one.line) for one in others}
        # What cannot be read is among them, where it stands; an error of TOML knows the line that reads it.
        found = [
            *others,
            *(one for one in found if (one.file, one.line) not in places and not (unread and others)),
        ]
    return list(dict.fromkeys(found))


# What MkDocs says of pages that stand nowhere, with a line for each.
NOT_IN_NAV = 'not included in the "nav" configuration:'
# What it says of a name in its own file that it does not know: the pattern, what the name is, what it stands
# below. "Config value 'plugins': The "serch" plugin is not installed" is of the name, not of the whole list.
OF_NAMES = (
    (
        re.compile(r"Plugin '(?P<of>[^']+)' option '(?P<word>[^']+)': Unrec"),
        "option of the plugin {of}",
        "{of}",
    ),
    (re.compile(r"(?P<of>(?:Sub-option '[^']+': )+)Unrecognised .*name: (?P<word>\S+)$"), "setting", "{key}"),
    (re.compile(r"Unrecognised configuration name: (?P<word>\S+)$"), "setting", ""),
    (re.compile(r"Unrecognised theme name: '(?P<word>[^']+)'"), "theme", "theme"),
    (re.compile(r'The "(?P<word>[^"]+)" plugin is not installed'), "plugin", "plugins"),
    (
        re.compile(r"extension '(?P<of>[^']+)'.*\bin setConfig\b.*KeyError: '(?P<word>[^']+)'", re.DOTALL),
        "option of the Markdown extension {of}",
        "{of}",
    ),
    (
        # Not where the extension itself lacks something.
        re.compile(r"extension '(?P<word>([^'.]+)[^']*)'.*(No module named '\2['.]|'makeExt)", re.DOTALL),
        "Markdown extension",
        "markdown_extensions",
    ),
)
# What MkDocs says of a page or of its own file, without a line: the pattern, and the file that it is about.
OF_MKDOCS = (
    (re.compile(r"Doc file '(?P<page>[^']+)' contains an? (?:\w+ )*link '(?P<word>[^']+)'"), "docs/{page}"),
    (re.compile(r"Config value '(?P<word>[^']+)'"), MKDOCS_YML),
    (re.compile(r"A reference to '(?P<word>[^']+)' is included in the 'nav' configuration"), MKDOCS_YML),
    (re.compile(r"An absolute path to '(?P<word>[^']+)' is included in the 'nav'"), MKDOCS_YML),
)
# What it says of a link to a place that a page has not.
LACKS_PLACE = re.compile(r"the doc '(?P<page>[^']+)' does not contain an anchor")


def told_by_mkdocs(said, root=ROOT):
    """The Mistakes of a warning of MkDocs, with the line in which what it speaks of stands."""
    if NOT_IN_NAV in said:
        what = "mkdocs.yml has it nowhere in nav; add it there, or 'unlisted: true' to its front matter"
        return [Mistake(what, f"docs/{page}") for page in re.findall(r"^ *- (.+)$", said, re.MULTILINE)]
    if said.startswith("Config value "):
        named = _name_in_config(said, root)
        if named:
            return [named]
    for pattern, file in OF_MKDOCS:
        found = pattern.search(said)
        if found:
            file = file.format(**found.groupdict())
            if found["word"].startswith("#fnref:") and f"[^{found['word'][7:]}]:" in _read(_file(file, root)):
                return []  # a footnote that nothing refers to, of which the page's check tells
            for number, line in enumerate(_read(_file(file, root)).splitlines(), 1):
                if found["word"] in line:
                    return [Mistake(said, file, number, line.index(found["word"]) + 1)]
            return [Mistake(said, file)]
    return [placed(line) for line in _told_apart(said)]


def _name_in_config(said, root):
    """The Mistake of a name in mkdocs.yml that is not known, where it stands; None where `said` tells of no
    such."""
    key = re.match(r"Config value '([^']+)'", said)[1]
    searched = ((pattern.search(said), kind, below) for pattern, kind, below in OF_NAMES)
    found, kind, below = next((one for one in searched if one[0]), (None, "", ""))
    if not found:
        return None
    parts = {"key": key, **found.groupdict()}
    word, kind, below = parts["word"], kind.format(**parts), below.format(**parts)
    try:
        known = sorted(_known_to_mkdocs(kind, parts))
    except (AttributeError, ImportError, KeyError, ValueError):
        return None  # then MkDocs' own words stay
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    right = f"did you mean '{near[0]}'?" if near else "known: " + ", ".join(known)
    what = f"unknown {kind} '{word}'; {right}"
    lines = _read(_file(MKDOCS_YML, root)).splitlines()
    heads = (number for number, line in enumerate(lines) if re.match(rf"[\s-]*{re.escape(below)}\s*:", line))
    start = next(heads, 0) if below else 0
    as_name = re.compile(rf"""(?:^|[\s\[{{,])["']?(?P<word>{re.escape(word)})["']?\s*(?=[:,}}\]#]|$)""")
    for number, line in enumerate(lines[start:], start + 1):
        at = as_name.search(line)
        if at and "#" not in line[: at.start()]:
            return Mistake(what, MKDOCS_YML, number, at.start("word") + 1)
    return Mistake(what, MKDOCS_YML)


def _known_to_mkdocs(kind, parts):
    """Names that could stand in place of one that MkDocs does not know.

    Args:
        kind: of OF_NAMES, filled in. parts: what was said of the name: the groups of its pattern, and `key`.
    """
    import pkgutil
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    import markdown
    from mkdocs import plugins, utils
    from mkdocs.config.defaults import MkDocsConfig

    if kind == "theme":
        return utils.get_theme_names()
    if kind == "plugin":
        # Those of the theme are named without it too.
        return [name.removeprefix("material/") for name in plugins.get_plugins()]
    if kind == "Markdown extension":
        package = find_spec(parts["word"].split(".")[0])
        inner = pkgutil.iter_modules(package and package.submodule_search_locations or ())
        named = [f"{package.name}.{one.name}" for one in inner] if package else []
        return [entry.name for entry in entry_points(group="markdown.extensions")] + named
    if kind.startswith("option of the plugin"):
        return [name for name, _ in plugins.get_plugins()[parts["of"]].load().config_scheme]
    if kind.startswith("option of the Markdown"):
        return markdown.Markdown().build_extension(parts["of"], {}).config
    schema = dict(MkDocsConfig._schema)
    for option in [parts["key"], *re.findall(r"Sub-option '([^']+)'", parts.get("of") or "")[:-1]]:
        schema = dict(schema[option].config_class._schema) if "of" in parts else schema
    return schema


def once(found):
    """Each of some mistakes once, without what MkDocs says of a link beside ours.

    Where we tell of a broken link, ours says what would have been right; and a page with a mistake of its own
    lacks the places that others link to for that reason.
    """
    ours = {(one.file, one.line) for one in found if one.line and one.what.startswith("link '")}
    of_mkdocs = OF_MKDOCS[0][0]
    others = [one for one in found if not (of_mkdocs.match(one.what) or one.what.startswith("link '"))]
    unfinished = {place.partition(":")[0] for one in others for place in (one.file, *one.asked)}

    def follows(one):
        if not of_mkdocs.match(one.what):
            return False
        lacks = LACKS_PLACE.search(one.what)
        return (one.file, one.line) in ours or (lacks and f"docs/{lacks['page']}" in unfinished)

    return list(dict.fromkeys(one for one in found if not follows(one)))


def _at(error):
    """(line, column) of a SyntaxError; column 0 stands for none."""
    return error.lineno, error.offset or None


def _file(name, root):
    """The file that a place names: of another site where that has it, else of the project."""
    there = _site and _site["folder"] / name
    return there if there and there.is_file() else Path(root, name)


def _below(path, root):
    """A path relative to the project, or to another site, where it lies in one of them."""
    for folder in (root, *([_site["folder"]] if _site else [])):
        try:
            return Path(path).resolve().relative_to(Path(folder).resolve()).as_posix()
        except (ValueError, OSError):
            continue
    return str(path)


def _read(path):
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
