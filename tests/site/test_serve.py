"""The author's server: what is wrong shows in every page and is gone with its repair, without a restart."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.site import small_project

FORMULA = "llmmath/formulas/memory.py"
LINE = "    values_per_token = 2 * n_layers * n_kv_heads * head_dim\n"
PATIENCE = 120  # seconds, on a machine that does much else; an edit shows within one or two


class Served:
    """A running server of a copy of the project."""

    def __init__(self, folder, log):
        self.folder, self.log = folder, log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "macros.building", "serve", "127.0.0.1:0"],
                cwd=folder,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=small_project.environment(),
            )
        self.port = int(self.until(lambda: re.search(r"127\.0\.0\.1:(\d+)/", log.read_text()))[1])

    def until(self, found):
        """What `found()` gives as soon as it gives anything."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()
            result = found()
            if result:
                return result
            time.sleep(0.05)
        raise AssertionError(f"not within {PATIENCE} s: {self.log.read_text()}")

    def get(self, address="/"):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def shows(self, address, *words):
        """The page, as soon as it holds all the words."""

        def page():
            status, text = self.get(address)
            return (status, text) if all(word in text for word in words) else None

        return self.until(page)

    def path(self, name):
        return self.folder / name

    @contextmanager
    def events(self, page=""):
        """The stream of what has changed, for a browser that shows a page."""
        text = self.get(f"/{page}")[1]
        shown = re.search(r'data-shown="(\w+)"', text)[1]
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", f"/__serve__/events?page={page}&shown={shown}")
            with connection.getresponse() as stream:
                yield stream


def next_event(stream):
    while True:
        line = stream.readline().decode()
        if line.startswith("event: "):
            return line.strip().removeprefix("event: "), stream.readline().decode().strip().removeprefix(
                "data: "
            )


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = small_project.copy(tmp_path_factory.mktemp("served"))
    served = Served(folder, tmp_path_factory.mktemp("log") / "log.txt")
    # 2 x 32 layers x 8 heads x 128 values x 2 bytes, worked by hand
    served.shows("/", "131,072")
    yield served
    served.process.terminate()
    served.process.wait()


def number_of(text, line):
    return text[: text.index(line)].count("\n") + 1


# File, what stands there, what the mistake puts in its place, words that every page has to show then.
MISTAKES = {
    "a syntax error": (FORMULA, LINE, LINE.replace("= 2", "= = 2"), ("SyntaxError", "= = 2", "^")),
    "a failing formula": (
        FORMULA,
        LINE,
        LINE.replace("2 *", "2 // 0 *"),
        ("ZeroDivisionError", "docs/index.md:3", "2 // 0", "^"),
    ),
    "a formula with a name that is not there": (
        FORMULA,
        LINE,
        LINE.replace("n_layers", "n_layer"),
        ("NameError: name &#x27;n_layer&#x27; is not defined", "^"),
    ),
    "a failing import": (FORMULA, '"""', 'import nowhere\n"""', ("ModuleNotFoundError", "nowhere")),
    "a record that is no TOML": (
        "llmmath/records/data/accelerators.toml",
        "[h100-sxm]\n",
        "[h100-sxm\n",
        ("no TOML", "[h100-sxm", "^"),
    ),
    "a record with a wrong value": (
        "llmmath/records/data/accelerators.toml",
        "[h100-sxm]\n",
        '[h100-sxm]\nnonsense = "x"\n',
        ("nonsense",),
    ),
    "a misspelt macro": (
        "docs/index.md",
        '{{ value("kv',
        '{{ valeu("kv',
        ("&#x27;valeu&#x27;", "did you mean"),
    ),
    "a configuration that is no YAML": (
        "mkdocs.yml",
        "site_dir: site\n",
        "site_dir: [site\n",
        ("no YAML", "^"),
    ),
    "a script with a syntax error": (
        "docs/assets/js/sort.js",
        "const rows = [...table.tBodies[0].rows];\n",
        "const rows = [...table.tBodies[0].rows;\n",
        ("docs/assets/js/sort.js", "Unexpected", "^"),
    ),
    "a theme that is not there": ("mkdocs.yml", "name: material", "name: materiel", ("materiel",)),
}


@pytest.mark.parametrize("name, old, new, words", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_shows_in_every_page_with_its_line_and_its_repair_shows_too(served, name, old, new, words):
    path = served.path(name)
    whole = path.read_text(encoding="utf-8")
    first = whole.index(old)
    path.write_text(whole[:first] + new + whole[first + len(old) :], encoding="utf-8")
    try:
        for page in ("/", "/reference/formulas/", "/nowhere/"):
            served.shows(page, f"<code>{name}:", *words)
        said = served.log.read_text().splitlines()
        at = [number for number, line in enumerate(said) if line.startswith(f"{name}:")]
        assert at and said[at[-1] + 1].startswith("    "), said
        assert not any(line.startswith("Traceback") for line in said)
    finally:
        path.write_text(whole, encoding="utf-8")

    def mended():
        status, text = served.get("/")
        return status == 200 and "131,072" in text and "serve-mistakes" not in text

    served.until(mended)


def test_mistakes_in_two_files_are_told_at_once(served):
    other = served.path("llmmath/formulas/roofline.py")
    texts = {path: path.read_text(encoding="utf-8") for path in (served.path(FORMULA), other)}
    for path, text in texts.items():
        path.write_text(text + "\ndef broken(:\n", encoding="utf-8")
    try:
        served.shows(
            "/", "2 mistakes", f"<code>{FORMULA}:", "<code>llmmath/formulas/roofline.py:", "def broken(:"
        )
    finally:
        for path, whole in texts.items():
            path.write_text(whole, encoding="utf-8")
    served.shows("/", "131,072")


def test_a_formula_that_never_ends_hangs_nothing(served):
    path = served.path(FORMULA)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(LINE, f"    while True:\n        pass\n{LINE}"), encoding="utf-8")
    try:
        assert served.shows("/", "still running")[0] == 503
    finally:
        path.write_text(whole, encoding="utf-8")
    assert served.shows("/", "131,072")[0] == 200


@pytest.fixture
def endless(served):
    """A page that counts for ever, so that no build ends."""
    served.path("docs/endless.md").write_text(
        "# Endless\n\n{% for n in range(10 ** 12) %}{% endfor %}\n", encoding="utf-8"
    )
    yield
    served.path("docs/endless.md").unlink()
    served.shows("/", "131,072")


def test_the_page_that_is_looked_at_is_shown_before_the_rest_of_the_site(served, endless):
    index = served.path("docs/index.md")
    text = index.read_text(encoding="utf-8")
    index.write_text(f"{text}\nShown before all others.\n", encoding="utf-8")
    try:
        assert served.shows("/", "Shown before all others.", "131,072")[0] == 200
    finally:
        index.write_text(text, encoding="utf-8")


def test_what_is_wrong_is_shown_and_said_before_the_build_has_ended(served, endless):
    said = served.log.read_text().count("ZeroDivisionError")
    path = served.path(FORMULA)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(LINE, LINE.replace("2 *", "2 // 0 *")), encoding="utf-8")
    try:
        status, text = served.shows("/", f"<code>{FORMULA}:", "ZeroDivisionError", "docs/index.md:3", "^")
        # The other is that the endless page stands nowhere in the navigation.
        assert status == 200 and "2 mistakes<" in text
        served.until(lambda: served.log.read_text().count("ZeroDivisionError") == said + 1)
    finally:
        path.write_text(whole, encoding="utf-8")


def test_a_page_that_cannot_be_written_says_so_before_the_build_has_ended(served, endless):
    path = served.path("theme/main.html")
    whole = path.read_text(encoding="utf-8")
    start = "{% block site_meta %}"
    path.write_text(whole.replace(start, f"{start}{{{{ nothing() }}}}"), encoding="utf-8")
    try:
        assert served.shows("/", "<code>theme/main.html:", "&#x27;nothing&#x27; is undefined")[0] == 500
    finally:
        path.write_text(whole, encoding="utf-8")


def test_the_server_goes_on_where_the_process_that_builds_was_ended_from_outside(served):
    page = served.path("docs/index.md")
    text = page.read_text(encoding="utf-8")
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    (worker,) = [pid for pid in children if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(int(worker), signal.SIGKILL)
    try:
        page.write_text(text + "\nSeen after its end.\n", encoding="utf-8")
        served.shows("/", "Seen after its end.", "131,072")
    finally:
        page.write_text(text, encoding="utf-8")
    served.shows("/", "131,072")
    assert "Traceback" not in served.log.read_text()


def test_an_edit_of_the_server_itself_is_no_secret(served):
    path = served.path("macros/building/shown.py")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + "\n", encoding="utf-8")
    served.until(lambda: "macros/building/shown.py is of the server itself" in served.log.read_text())
    path.write_text(whole, encoding="utf-8")
    served.shows("/", "131,072")


def test_a_changed_constant_of_the_script_leaves_out_its_download_and_names_the_command(served):
    page, script = served.path("docs/index.md"), served.path("firmware/thermistor_fan.py")
    before = page.read_text(encoding="utf-8"), script.read_text(encoding="utf-8")
    page.write_text(before[0] + '\n{{ download("script") }}\n', encoding="utf-8")
    served.shows("/", 'href="./firmware/thermistor_fan.py" download')
    small_project.replace(script, "\nBETA = 3950 ", "\nBETA = 3951 ")
    status, text = served.shows("/", "make record")
    assert status == 200 and "131,072" in text and 'thermistor_fan.py" download' not in text
    # Until the build has ended, files are those of the one before.
    served.until(lambda: served.get("/firmware/thermistor_fan.py")[0] == 404)
    script.write_text(before[1], encoding="utf-8")
    served.shows("/", 'href="./firmware/thermistor_fan.py" download')
    page.write_text(before[0], encoding="utf-8")
    served.shows("/", "131,072")


def test_an_edit_of_a_page_shows_itself_in_the_browser(served):
    page = served.path("docs/index.md")
    whole = page.read_text(encoding="utf-8")
    with served.events() as stream:
        page.write_text(whole + "\nMore words.\n", encoding="utf-8")
        assert next_event(stream)[0] == "page"
        assert "More words." in served.get("/")[1]
        page.write_text(whole, encoding="utf-8")
        assert next_event(stream)[0] == "page"
        assert "More words." not in served.get("/")[1]


def test_an_edit_of_a_style_sheet_is_shown_without_a_build(served):
    served.shows("/", "131,072")
    style = served.path("docs/assets/css/site.css")
    builds = served.log.read_text().count("changed")
    with served.events() as stream:
        with style.open("a") as file:
            file.write("/* another */\n")
        assert next_event(stream) == ("style", "assets/css/site.css")
    assert served.get("/assets/css/site.css")[1].endswith("/* another */\n")
    assert served.log.read_text().count("changed") == builds
