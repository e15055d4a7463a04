"""Style sheets, scripts and fonts under names that hold the hash of their content, to be kept for ever.

They lie beside the files of the plain names. Modules that others import keep their names alone, since these
stand in the text of the others. Pages of this project's own site load one style sheet, made of all.
"""

import hashlib
import re
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from ..errors import unknown
from . import theme_files

FONTS = "assets/fonts/"
# Asked for by templates, beside what mkdocs.yml lists.
OF_TEMPLATES = ("assets/css/source.css", "assets/js/theme.js", "assets/js/late.js")
# All style sheets of a page together, and the theme's program.
SHEET, PROGRAM = "assets/css/all.css", "assets/javascripts/bundle.js"
# A style sheet's fonts, as it names them.
FONT = re.compile(r'(?<=url\("\.\./fonts/)[\w.-]+(?="\))')


def named(name, content):
    """A file's name with the hash of its content.

    >>> named("assets/css/site.css", b"")
    'assets/css/site.e3b0c442.css'
    """
    path = PurePosixPath(name)
    return str(path.with_suffix(f".{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}"))


def plain(name):
    """The name without a hash.

    >>> plain("site.e3b0c442.css"), plain("site.css")
    ('site.css', 'site.css')
    """
    return re.sub(r"\.[0-9a-f]{8}(?=\.(?:css|js|woff2)$)", "", name)


def not_there(files, config):
    """What mkdocs.yml lists of style sheets and scripts, and no file is: a list of `mkdocs.yml:LINE: …`.

    Args:
        files: of MkDocs. config: whose `extra_css` and `extra_javascript` are looked at.
    """
    path = Path(config["config_file_path"])
    lines, found = path.read_text(encoding="utf-8").splitlines(), []
    for field, ending in (("extra_css", ".css"), ("extra_javascript", (".js", ".mjs"))):
        known = [file.src_uri for file in files if file.src_uri.endswith(ending)]
        for name in map(str, config[field]):
            if urlsplit(name).netloc or files.get_file_from_path(name):
                continue
            at = next((f":{number}" for number, line in enumerate(lines, 1) if name in line), "")
            found.append(f"{path.name}{at}: {unknown(f'file of {field}', name, known)}")
    return found


def of_build(files, config, together=False):
    """{plain name: (name with the hash, content)} of a build; from now on its pages ask for these.

    Args:
        files: of MkDocs. config: whose `extra_css` and `extra_javascript` are what pages ask for.
        together: whether they ask for SHEET and PROGRAM instead of style sheets and the theme's program.
    """
    asked = [*map(str, config["extra_css"]), *map(str, config["extra_javascript"]), *OF_TEMPLATES]
    fonts = {file.src_uri: file.content_bytes for file in files if _is_font(file.src_uri)}
    found = {name: (named(name, content), content) for name, content in fonts.items()}
    for name in asked:
        file = files.get_file_from_path(name)
        if file is None:
            continue  # of another host
        content = file.content_bytes
        if name.endswith(".css"):
            text = content.decode("utf-8")
            content = FONT.sub(lambda font: _last(found, FONTS + font[0]), text).encode("utf-8")
        found[name] = named(name, content), content
    if together:
        found |= _together(files, found, config["extra_css"])
        config["extra_css"] = [SHEET]
    config["extra_css"] = [_of(found, name) for name in config["extra_css"]]
    for script in config["extra_javascript"]:
        if hasattr(script, "path"):
            script.path = _of(found, script.path)
    return found


def _together(files, found, sheets):
    """SHEET and PROGRAM as `of_build` gives them: of the theme's files, and of the sheets that were found."""
    static = [file for file in files if not file.is_documentation_page()]
    (program,) = (file for file in static if theme_files.PROGRAM.fullmatch(file.src_uri))
    styles = [file for file in static if theme_files.STYLES.fullmatch(file.src_uri)]
    styles.sort(key=lambda file: file.src_uri)
    parts = [theme_files.without_what_is_not_there(theme_files.small(file.content_string)) for file in styles]
    parts += [theme_files.small(found[name][1].decode("utf-8")) for name in sheets if name in found]
    # The names, by which a file that no page asks for is found.
    names = ", ".join(PurePosixPath(name).name for name in sheets)
    made = {SHEET: f"/* {names} */\n{''.join(parts)}\n", PROGRAM: theme_files.program(program.content_string)}
    return {name: (named(name, text.encode("utf-8")), text.encode("utf-8")) for name, text in made.items()}


def write(site, found):
    """Writes the files into a built site, `found` as `of_build` gives it."""
    for name, content in found.values():
        Path(site, name).parent.mkdir(parents=True, exist_ok=True)
        Path(site, name).write_bytes(content)


def _is_font(name):
    return name.startswith(FONTS) and name.endswith(".woff2")


def _of(found, name):
    """The name that pages ask for."""
    return found[name][0] if name in found else name


def _last(found, name):
    return PurePosixPath(_of(found, name)).name
