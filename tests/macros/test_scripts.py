"""What no browser could run is told with its place before it is published."""

import pytest

from macros.published import scripts

SOUND = {
    "one.js": 'import { two } from "./two.js";\nexport const one = two;\n',
    "two.js": 'import "./one.js";\nexport const two = 2;\n',  # a circle, as modules may have
    "alone.js": '{\n  const here = document.currentScript;\n  import("./later.js").then(() => here);\n}\n',
}


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Gives what is told of scripts, as (file:line:column or file, what)."""
    monkeypatch.setattr(scripts, "CACHE", tmp_path / "cache")
    folder = tmp_path / "docs" / "js"
    folder.mkdir(parents=True)

    def tell(**texts):
        for name, text in {**SOUND, **{f"{name}.js": text for name, text in texts.items()}}.items():
            (folder / name).write_text(text, encoding="utf-8")
        return [
            (f"{one.file}:{one.line}:{one.column}", one.what) for one in scripts.mistakes(folder, tmp_path)
        ]

    return tell


def test_sound_scripts_are_nothing_to_tell_of(told):
    assert told() == []


def test_a_script_that_cannot_be_parsed_is_told_with_line_and_column(told):
    assert told(two="export const two = 2;\n\n  const = 3;\n") == [
        ("docs/js/two.js:3:9", "Unexpected token '='")
    ]


def test_an_import_of_what_is_not_exported_is_told_where_it_stands_and_once(told):
    found = told(
        three='// its words\nimport { gone } from "./two.js";\nexport const three = gone;\n',
        four='import { three } from "./three.js";\nthree;\n',
    )
    assert found == [
        ("docs/js/three.js:2:22", "The requested module './two.js' does not provide an export named 'gone'")
    ]


def test_an_import_of_a_script_that_is_not_there_is_told_where_it_stands(told):
    assert told(three='import "./nowhere.js";\n') == [
        ("docs/js/three.js:1:8", "there is no nowhere.js to import")
    ]


def test_a_script_of_another_host_is_told_with_the_reason(told):
    ((where, what),) = told(three="import 'https://example.com/x.js';\n")
    assert where == "docs/js/three.js:1:8" and "no script of another host" in what


def test_a_mended_script_is_told_of_no_more(told):
    assert told(two="export const two = ;\n")
    assert told(two=SOUND["two.js"]) == []
