"""How long the site takes to build, and an edit to show, beside plain Material, for sites of several sizes.

    python benchmarks/building.py [PAGES ...]

Plain Material builds the same pages with what our macros make already in them, without the pages of source
files, which only our build has. Cold is a build with nothing remembered, warm one after a page's prose was
edited. Both sides are built in turn, and the least of `ROUNDS` is printed. An edit is timed from the file's
writing until the server's answer holds it. Sizes are 10, 30, 300 and 1000 pages where none are given.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10, 30, 300, 1000)
ROUNDS = 3  # of sites up to 30 pages; the larger ones are built once
PARTS = ("llmmath", "macros", "firmware", "theme")
# Pages that others link to by what the macros write, and articles to copy: each copy asks for other contexts.
KEPT = (
    "reference/formulas.md", "reference/models.md", "reference/accelerators.md", "reference/glossary.md",
    "reference/circuit-symbols.md",
)  # fmt: skip
ARTICLES = (
    "multiplications-per-token.md", "peak-performance.md", "vram.md", "how-fast.md", "circuit-notation.md",
    "inference-optimization/batching.md", "inference-optimization/kv-cache.md",
    "inference-optimization/grouped-query-attention.md",
)  # fmt: skip
HOME = """# Home

A sentence to edit: as it was.

{{ value("kv_cache_bytes", model="llama-3.1-8b", n_tokens=1, bytes_per_value=2) }}
"""
FORMULA = "llmmath/formulas/memory.py"
LINE = "    values_per_token = 2 * n_layers * n_kv_heads * head_dim\n"
PATIENCE = 900  # until a server of the largest site answers [s]


def grown(folder, pages):
    """Lays the project with so many pages into a folder."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "assets", folder / "docs" / "assets")
    names = ["index.md", *KEPT]
    texts = [HOME, *((ROOT / "docs" / name).read_text(encoding="utf-8") for name in KEPT)]
    for number, name in zip(range(pages - len(names)), cycle(ARTICLES)):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        texts.append(asking_otherwise(text, number))
        names.append(f"copies/{Path(name).stem}-{number}.md")
    for name, text in zip(names, texts):
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(alone(text), encoding="utf-8")
    above, _, rest = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")
    nav = "".join(f"  - {name}\n" for name in names)
    below = rest[rest.index("\nvalidation:\n") :]
    (folder / "mkdocs.yml").write_text(f"{above}\nnav:\n{nav}{below}", encoding="utf-8")


def asking_otherwise(text, number):
    """A page whose figures are of shorter contexts: nothing that another copy made does for it."""
    less = number % 97
    return re.sub(r"\bcontext=(\d+)", lambda found: f"context={max(int(found[1]) - less, 1)}", text)


def alone(text):
    """A page that names no other: its links to pages are their words."""
    text = re.sub(r"^(?:needs|next): .*\n", "", text, flags=re.M)
    return re.sub(r"\[([^\]\n]*)\]\((?!https?:|#|<)[^)\s]*\)(?:\{[^}\n]*\})?", r"\1", text)


def environment(**more):
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", **more}


def seconds(command, folder, **given):
    """How long a command takes; what it says where it fails."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment(**given))
    if done.returncode:
        said = f"{done.stdout[-2000:]}{done.stderr[-4000:]}"
        raise SystemExit(f"{' '.join(command)} failed in {folder}:\n{said}")
    return time.perf_counter() - began


def edited(folder, number):
    """Edits the prose of the page on top."""
    page = folder / "docs" / "index.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r"(A sentence to edit: ).*", rf"\1round {number}.", text), encoding="utf-8")


def built(folder, plain, pages):
    """{what: least seconds} of builds: ours and plain Material's, cold and warm, in turn."""
    cache = folder / "cache"
    ours = [sys.executable, "-m", "macros.building", "site", str(folder / "ours")]
    theirs = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder / "theirs")]
    times = {"cold": [], "warm": [], "plain": []}
    for number in range(ROUNDS if pages <= 30 else 1):
        shutil.rmtree(cache, ignore_errors=True)
        times["cold"].append(seconds(ours, folder, SITE_CACHE=str(cache)))
        times["plain"].append(seconds(theirs, plain))
        edited(folder, number)
        times["warm"].append(seconds(ours, folder, SITE_CACHE=str(cache)))
    return {name: min(found) for name, found in times.items()}


def until(address, words):
    """Seconds until an answer of a server holds the words."""
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        try:
            with urlopen(address, timeout=PATIENCE) as answer:
                if words in answer.read().decode():
                    return time.perf_counter() - began
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{address} does not show {words!r} within {PATIENCE} s")


def shown(folder):
    """{kind of edit: seconds until it shows} under our server."""
    log = folder / "serve.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "macros.building", "serve", "127.0.0.1:0"],
            cwd=folder, stdout=out, stderr=subprocess.STDOUT,
            env=environment(SITE_CACHE=str(folder / "cache")),
        )  # fmt: skip
    try:
        while not (found := re.search(r"127\.0\.0\.1:\d+", log.read_text())):
            if server.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.05)
        home = f"http://{found[0]}/"
        until(home, "131,072")
        times = {}
        page, formula = folder / "docs" / "index.md", folder / FORMULA
        style = folder / "docs" / "assets" / "css" / "look.css"
        for kind, path, old, new, where, words in (
            ("prose", page, "A sentence to edit: ", "A sentence, seen: ", home, "A sentence, seen: "),
            ("formula", formula, LINE, LINE.replace("2 *", "4 *"), home, "262,144"),
            ("style", style, "", "\n/* seen */", f"{home}assets/css/look.css", "/* seen */"),
        ):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
            times[kind] = until(where, words)
        return times
    finally:
        server.terminate()
        server.wait()


def measured(pages):
    """A line of the table: times of a site of so many pages."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        project, plain = folder / "project", folder / "plain"
        project.mkdir()
        grown(project, pages)
        seconds(
            [sys.executable, "-m", "macros.building", "site", str(folder / "first")],
            project, SITE_MARKDOWN=str(plain), SITE_CACHE=str(folder / "first-cache"),
        )  # fmt: skip
        shutil.rmtree(plain / "docs" / "source", ignore_errors=True)
        times = built(project, plain, pages)
        edits = shown(project)
    ratios = [times["cold"] / times["plain"], times["warm"] / times["plain"]]
    cells = [f"{pages:6}", *(f"{times[name]:8.2f}" for name in ("plain", "cold", "warm"))]
    return "".join([*cells, *(f"{one:9.2f}" for one in ratios), *(f"{one:9.2f}" for one in edits.values())])


def main():
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    print("        seconds of a build          times plain     seconds until an edit of … shows")
    print(" pages   plain    cold    warm     cold     warm    prose  formula    style")
    for pages in sizes:
        print(measured(pages), flush=True)


if __name__ == "__main__":
    main()
