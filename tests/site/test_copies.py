"""Texts of an answer that a reader may copy: each is read back by what it is written for."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.site.asked_answers import KINDS, OWN, asks, cases

COPIES = """async ([kind, cases, asks, address, page]) => {
  const { copies } = await import("/assets/js/copy.js");
  return copies(kind, cases, asks, address, page);
}"""
ADDRESS = "https://llm.example/how-fast/?model=llama-3.1-8b&batch=8#calculator"
PAGE = {"title": "Costs & {braces} – 100 % LLM_math", "date": "2026-11-26"}
HOSTILE = "-$(touch hit) it's\n; touch hit\u2028#.json"


def copied(page, kind, asked, answers=None):
    return page.evaluate(COPIES, [kind, answers or cases(kind, asked), asked, ADDRESS, PAGE])


def shell(text, folder, status=0):
    """What a shell prints for a text that was copied."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stderr
    return done.stdout or done.stderr


def named(printed):
    """Every figure of the command line's JSON that has one value or an interval, by its name."""
    decode = printed.get("multiplications", {}).get("decode", {})
    prefill = printed.get("multiplications", {}).get("prefill", {})
    return printed | {"decode": decode.get("total"), "prefill": prefill.get("last_logit_total")}


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_the_figures_that_the_page_shows(page, kind, tmp_path):
    asked = asks(kind, 1)
    [one] = cases(kind, asked)
    command = copied(page, kind, asked)["command"]
    printed = named(json.loads(shell(command.rstrip("\n") + " --json", tmp_path)))
    figures = one["answer"]["figures"] + one["answer"].get("knees", [])
    assert {figure["name"]: printed[figure["name"]] for figure in figures} == {
        figure["name"]: figure["value"] for figure in figures
    }
    for row in one["answer"].get("rows", []):
        ends = ("bound", "low", "expected", "high")
        assert {end: row[end] for end in ends} == {end: printed[row["name"]][end] for end in ends}


def lines_of(answer):
    """Every figure of an answer as a line of the table: (name, words, unit) -> value."""
    lines = {(one["name"], one["words"], one["unit"]): one["value"] for one in answer["figures"]}
    lines |= {
        (f"parts.{one['name']}", one["words"], one["unit"]): one["value"] for one in answer.get("parts", [])
    }
    lines |= {(one["name"], one["words"], one["unit"]): one["value"] for one in answer.get("knees", [])}
    for row in answer.get("rows", []):
        for end in ("bound", "low", "expected", "high"):
            lines[f"{row['name']}.{end}", f"{row['words']}, {end}", row["unit"]] = row[end]
    for step in answer.get("curve", []):
        n = step["batch"]
        lines[f"step_seconds.{n}", f"a step of {n}", "s"] = step["step_seconds"]
        lines[f"tokens_per_second.{n}", f"of {n} queries", "token/s"] = step["tokens_per_second"]
    return lines


@pytest.mark.parametrize("kind", ["fit", "speed", "batching"])
def test_the_command_says_that_it_does_not_fit_and_what_is_missing_where_the_page_does(page, kind, tmp_path):
    asked = asks(kind, 2)[1:]
    answer = cases(kind, asked)[0]["answer"]
    assert answer["fits"] is False
    command = copied(page, kind, asked)["command"]
    assert command.startswith("# It does not fit: ") and "ends with exit status 2" in command
    said = shell(command, tmp_path, status=2)
    assert said.startswith("llmmath: llama-3.1-70b in bf16 ") and " does not fit h100-sxm: " in said
    # the same amount in both, which the command writes with a digit more
    missing = {one["name"]: one["value"] for one in answer["figures"]}.get("missing_bytes")
    found = re.search(r"([\d.]+)(?: GB \([\d.]+ GiB\) are)? missing", said)[1]
    assert missing is None or float(found) == pytest.approx(missing / 1e9, rel=1e-3)


def test_of_what_runs_the_command_announces_no_failure(page):
    for kind in KINDS:
        assert "exit status" not in copied(page, kind, asks(kind, 1))["command"]


def test_no_name_of_a_file_is_read_by_the_shell(page, tmp_path):
    asked = [asks("speed", 1)[0] | {"config": {"model_type": "llama"}, "config_name": HOSTILE}] * 2
    answers = cases("speed", asks("speed", 1)) * 2
    words = ["estimate", HOSTILE, "--engine", "vllm", "--input", "1000"]
    answers = [{"label": HOSTILE, "answer": one["answer"] | {"command": words}} for one in answers]
    command = copied(page, "speed", asked, answers)["command"]
    printed = shell('python() { printf "%s\\0" "$@"; }\n' + command, tmp_path)
    assert printed.split("\0") == ["-m", "llmmath", words[0], f"./{HOSTILE}", *words[2:]] * 2 + [""]
    assert list(tmp_path.iterdir()) == []


def test_a_card_of_ones_own_has_no_command_and_the_text_says_so(page, tmp_path):
    asked = [asks("speed", 1)[0] | {"own": OWN}]
    command = copied(page, "speed", asked)["command"]
    assert command == "# No command prints this: the command line knows no card of your own.\n"
    assert shell(command, tmp_path) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_csv_and_json_hold_every_figure_with_all_its_digits(page, kind):
    asked = asks(kind, 4)
    answers = cases(kind, asked)
    texts = copied(page, kind, asked)
    [names, *rows] = csv.reader(io.StringIO(texts["csv"], newline=""))
    assert names == ["name", "what", "unit", *(one["label"] for one in answers)]
    found = {(name, what, unit): values for name, what, unit, *values in rows}
    expected = [lines_of(one["answer"]) for one in answers]
    assert found.keys() == {line for lines in expected for line in lines}
    for line, values in found.items():
        assert [float(text) if text else None for text in values] == [one.get(line) for one in expected], line
    assert json.loads(texts["json"]) == {
        "calculator": kind,
        "address": ADDRESS,
        "cases": [one | {"ask": ask} for one, ask in zip(answers, asked, strict=True)],
    }


def test_a_label_is_one_field_one_cell_and_never_a_formula(page):
    asked = asks("fit", 1)
    label = '=HYPERLINK("x"),\n|<b>*'
    answers = [{"label": label, "answer": cases("fit", asked)[0]["answer"]}]
    texts = copied(page, "fit", asked, answers)
    assert next(csv.reader(io.StringIO(texts["csv"], newline="")))[3] == "'" + label
    heading = next(line for line in texts["markdown"].splitlines() if line.startswith("| What"))
    assert heading == '| What | =HYPERLINK("x"), \\|\\<b\\>\\* |'


def test_markdown_has_the_sentence_and_the_tables(page):
    asked = asks("fit", 1)
    lines = copied(page, "fit", asked)["markdown"].splitlines()
    # 8,030,261,248 parameters of 2 B
    assert lines[0] == "**Llama 3.1 8B on H100 SXM**: It fits: 27.6\u202fGB of 85.5\u202fGB are taken."
    assert "| weights | 16.1\u202fGB |" in lines
    assert lines[-1] == f"From <{ADDRESS}>"


def test_markdown_has_what_the_sentence_says_stands_below(page):
    asked = [asks("speed", 1)[0] | {"own": OWN}]
    lines = copied(page, "speed", asked)["markdown"].splitlines()
    assert lines[0].endswith("This is outside of what was measured: see below.")
    assert any(line.startswith("- ") and "none of its vendor" in line for line in lines)


@pytest.mark.parametrize("n_pasted", [0, 1, 2])
def test_each_copy_with_an_address_says_that_a_pasted_file_is_no_part_of_it(page, n_pasted):
    asked = asks("fit", 2)
    answers = cases("fit", asked)
    files = ["my_config.json", "other}.json"][:n_pasted]
    for ask, name in zip(asked, files, strict=False):
        ask |= {"config": {"model_type": "llama"}, "config_name": name}
    texts = copied(page, "fit", asked, answers)
    said = {
        0: None,
        1: "my_config.json is no part of the address, which shows another answer without it.",
        2: "my_config.json and other}.json are no part of the address,"
        " which shows another answer without them.",
    }[n_pasted]
    assert json.loads(texts["json"]).get("address_lacks") == said
    last = texts["markdown"].splitlines()[-1].replace("\\", "")
    assert last == (said or f"From <{ADDRESS}>")
    note = re.search(r"note = \{(.*)\}\n\}\n$", texts["bibtex"])[1]
    # a sign that BibTeX would read is left out or escaped
    expected = said and said.replace("_", "\\_").replace("}", "").rstrip(".")
    assert note == "Accessed 2026-11-26" + (f". {expected}" if said else "")


def test_bibtex_names_answer_page_address_and_day(page):
    # 32-bit FNV-1a of the address, worked by its definition
    key = 0x811C9DC5
    for byte in ADDRESS.encode():
        key = (key ^ byte) * 0x01000193 % 2**32
    written = copied(page, "fit", asks("fit", 1))["bibtex"]
    assert int(re.search(r"-([0-9a-z]+),", written)[1], 36) == key
    assert re.sub(r"-[0-9a-z]+,", "-KEY,", written, count=1) == (
        "@misc{llmmath-fit-2026-11-26-KEY,\n"
        "  title = {{Llama 3.1 8B on H100 SXM (Costs \\& braces – 100 \\% LLM\\_math)}},\n"
        "  year = {2026},\n"
        f"  url = {{{ADDRESS}}},\n"
        "  note = {Accessed 2026-11-26}\n"
        "}\n"
    )
