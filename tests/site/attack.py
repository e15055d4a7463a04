"""Edits the project at random and holds each build with what was remembered against a build from nothing.

    python -m tests.site.attack [EDITS] [SEED]

Every edit keeps the size and the times of its file, as copying with times does, and bytecode is cached
between builds. A digit, an operator or a letter of one file of code, data, page, script or theme becomes
another, so many edits break the project: then both builds have to say the same.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.site import small_project

PAGE = """# A page

{{ value("kv_cache_bytes", model="llama-3.1-8b", n_tokens=1, bytes_per_value=2) }}
{{ value("kv_cache_bytes", model="llama-3.1-8b", n_tokens=1, bytes_per_value=2) }}
{{ value("bound.step_seconds", model="llama-3.1-8b", accelerator="h100-sxm", batch=1, context=4096) }}
{{ fact("memory_bandwidth", accelerator="h100-sxm", unit="TB/s") }}

{{ table("components", models=["gpt2", "gpt2-xl"]) }}

{{ chart("roofline", model="gpt2", accelerators=["h100-sxm", "l4"], batches=[1, 16], context=128) }}

{{ formula("kv_cache_bytes") }}

{{ calculator("multiplications", model="gpt2", context=1024) }}
"""
OTHER = "# Formulas\n\n{{ formulas() }}\n"
EDITED = ("llmmath/**/*.py", "llmmath/**/*.toml", "macros/**/*.py", "firmware/**/*.py", "docs/**/*.md",
          "docs/assets/js/*.js", "theme/**/*.html")  # fmt: skip
# What becomes what: texts of equal length.
TURNS = {
    **{digit: "1234567890"[int(digit)] for digit in "0123456789"},
    " + ": " - ",
    " * ": " / ",
    "True": "None",
    "the ": "The ",
}


def cache_bytecode(folder):
    """What a test run or the command line leaves: bytecode of every file; of a broken one none."""
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", *small_project.PARTS[:3]],
        cwd=folder,
        capture_output=True,
        env=small_project.environment(),
    )


def builds_alike(folder, shared):
    """(what differs between a build with the shared cache and one from nothing, exit status of both)."""
    with tempfile.TemporaryDirectory() as nothing:
        runs = {name: build(folder, folder / f"site-{name}", cache)
                for name, cache in (("shared", shared), ("nothing", nothing))}  # fmt: skip
    (status, said), (status_of_nothing, said_of_nothing) = runs["shared"], runs["nothing"]
    if status != status_of_nothing or said != said_of_nothing:
        return [f"{said}\n--- from nothing:\n{said_of_nothing}"], status
    if status:
        return [], status
    first, second = (contents(folder / f"site-{name}") for name in runs)
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name)), status


def build(folder, site, cache):
    """(exit status, what was said) of a build in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "macros.building", "site", str(site)],
        cwd=folder,
        capture_output=True,
        text=True,
        env=small_project.environment(SITE_CACHE=str(cache)),
    )
    return done.returncode, (done.stdout + done.stderr).replace(str(site), "SITE")


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(folder, dice):
    """Turns one place of one file into something else; gives (path, line, the line as it is now)."""
    while True:
        path = dice.choice(sorted(folder.glob(dice.choice(EDITED))))
        text = path.read_text(encoding="utf-8")
        places = [(found.start(), old) for old in TURNS for found in re.finditer(re.escape(old), text)]
        if places:
            break
    at, old = dice.choice(places)
    status = path.stat()
    path.write_text(text[:at] + TURNS[old] + text[at + len(old) :], encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    now = path.stat()
    assert (now.st_size, now.st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    number = text.count("\n", 0, at)
    return path, number + 1, path.read_text(encoding="utf-8").splitlines()[number].strip()


def attack(folder, shared, edits, seed, tell=lambda said: None):
    """Edits a project again and again; gives the edits after which the builds were not alike.

    Args:
        folder: of a `small_project`. shared: folder of what is remembered. edits: how many.
        seed: of the dice.
        tell: is called with a line for each edit.
    """
    dice, wrong = random.Random(seed), []
    for number in range(edits):
        originals = {}
        for _ in range(dice.choice((1, 1, 2))):
            cache_bytecode(folder)
            before = {path: path.read_bytes() for pattern in EDITED for path in folder.glob(pattern)}
            path, line, now = edit(folder, dice)
            originals.setdefault(path, before[path])
        differing, status = builds_alike(folder, shared)
        name = f"{path.relative_to(folder)}:{line}: {now[:60]}"
        tell(
            f"{number + 1}: {'DIFFERS' if differing else 'equal'}, {'failed' if status else 'built'}: {name}"
        )
        if differing:
            wrong.append((name, differing))
        # Half of the edits stay for the next ones, as long as the project still builds.
        if status or dice.random() < 0.5:
            for path, content in originals.items():
                path.write_bytes(content)
    return wrong


def main(arguments):
    edits, seed = map(int, (*arguments, *("200", "1")[len(arguments) :]))
    with tempfile.TemporaryDirectory() as folder:
        project = small_project.copy(Path(folder, "project"), PAGE, OTHER)
        wrong = attack(project, Path(folder, "cache"), edits, seed, lambda said: print(said, flush=True))
    for name, differing in wrong:
        print(f"after {name}: {differing}", file=sys.stderr)
    print(f"{edits} edits, {len(wrong)} wrong builds (seed {seed})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
