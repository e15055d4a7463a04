"""What a build takes from the ones before is what it would have made itself."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.conftest import ROOT
from tests.site import attack, small_project

# Where the attack begins; `make attack` goes on with two hundred edits.
SEED, EDITS = 5, 3


@pytest.fixture
def project(tmp_path):
    return small_project.copy(tmp_path / "project", attack.PAGE, attack.OTHER)


@pytest.fixture
def cache(tmp_path):
    """A folder of its own for what is remembered; colours of sources and drawings of charts are there."""
    folder = tmp_path / "cache"
    for kind in ("source", "charts"):
        if (ROOT / ".cache" / kind).exists():
            shutil.copytree(ROOT / ".cache" / kind, folder / kind)
    return folder


def test_after_any_edit_the_build_is_the_one_from_nothing_byte_for_byte(project, cache):
    assert attack.builds_alike(project, cache) == ([], 0)
    remembered = list((cache / "macros").rglob("*.json"))
    assert len(remembered) >= 9, "nothing was remembered, so nothing is tried"
    # two imports below what the page calls: value -> bound -> traffic
    small_project.replace(
        project / "llmmath/traffic.py", "\n\n@cache\ndef prompt_values", "\n\ndef prompt_values"
    )
    assert attack.builds_alike(project, cache) == ([], 0)
    assert attack.attack(project, cache, EDITS, SEED) == []


def test_a_memory_that_is_cut_or_filled_with_something_else_is_not_believed(project, cache):
    assert attack.build(project, project / "site", cache)[0] == 0
    whole = attack.contents(project / "site")
    for number, path in enumerate(sorted((cache / "macros").rglob("*.json"))):
        content = path.read_bytes()
        path.write_bytes(
            content[: len(content) // 2] if number % 2 else content.replace(b"131,072", b"131,073")
        )
    assert attack.build(project, project / "site", cache)[0] == 0
    assert attack.contents(project / "site") == whole


def test_two_builds_at_once_and_one_that_is_killed_leave_a_memory_that_is_whole(project, cache):
    command = [sys.executable, "-m", "macros.building", "site"]
    environment = small_project.environment(SITE_CACHE=str(cache))
    first = subprocess.Popen([*command, str(project / "site-killed")], cwd=project, env=environment)
    end = time.monotonic() + 120
    while not list((cache / "macros").rglob("*.json")) and time.monotonic() < end:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not (project / "site-killed" / "values.json").exists(), "killed too late to try anything"
    threads = [
        threading.Thread(target=attack.build, args=(project, project / f"site-{number}", cache))
        for number in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert attack.builds_alike(project, cache) == ([], 0)
    whole = attack.contents(project / "site-nothing")
    assert attack.contents(project / "site-0") == whole and attack.contents(project / "site-1") == whole


def test_an_edit_while_a_build_runs_is_not_remembered_under_the_name_of_the_text_before(
    tmp_path, monkeypatch
):
    from macros.building import sources
    from macros.charts import kept

    (tmp_path / "llmmath").mkdir()
    module = tmp_path / "llmmath" / "formula.py"
    module.write_text("two = 2\n")
    now = sources.Sources(tmp_path, ("llmmath",))
    monkeypatch.setattr(kept, "may_keep", [now.untouched])
    before, waiting, after = (tmp_path / f"{name}.txt" for name in ("before", "waiting", "after"))
    assert kept.kept(before, lambda: "2") == "2" and kept.found(before) == "2"
    kept.write()
    assert before.exists() and kept.found(before) == "2"
    assert kept.kept(waiting, lambda: "2") == "2"  # is made before the edit, and would be written after it
    status = module.stat()
    module.write_text("two = 3\n")
    os.utime(module, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert kept.kept(after, lambda: "3") == "3"
    kept.write()
    assert not waiting.exists() and not after.exists() and kept.found(after) is None
    # also where the text is what it was: something may have been read in between
    module.write_text("two = 2\n")
    assert not now.untouched() and sources.Sources(tmp_path, ("llmmath",)).digest == now.digest


def test_a_remembered_macro_reads_no_file_that_its_key_does_not_cover(built):
    assert "llmmath/evidence/data/verified.json" in built["covered"]
    # the environment holds what is installed, and the cache what was kept
    assert [name for name in built["others"] if not name.startswith((".venv", ".cache"))] == []
