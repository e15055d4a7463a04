"""What another site adds of its own is told from ours, by file and line."""

import pytest

from llmmath.errors import InputError
from llmmath.records import rows
from macros import lookup, own, places
from macros.errors import MacroError
from macros.pages import circuit_article


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder as that of another site that is built."""
    for folder in ("docs", "own/formulas", "own/records", "own/circuits"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(places, "_site", {})
    monkeypatch.setattr(rows, "_added", [])
    monkeypatch.syspath_prepend(tmp_path)
    places.below.cache_clear()
    places.name_site(tmp_path, tmp_path / "docs", "own")
    yield tmp_path
    places.below.cache_clear()


def test_a_record_with_a_key_of_ours_is_refused(site):
    (site / "own/records/models.toml").write_text('# mine\n[gpt2]\nname = "Mine"\nsource = "mine"\n')
    own.add_records()
    with pytest.raises(InputError) as told:
        rows.table.__wrapped__("models.toml", rows.__file__)
    assert str(told.value) == (
        "own/records/models.toml:2: gpt2 is a key of another record; expected a new one"
    )


def test_a_record_of_the_sites_own_stands_after_ours_and_its_mistakes_at_its_line(site):
    (site / "own/records/models.toml").write_text('[mine]\nname = "Mine"\nsource = "mine"\n')
    own.add_records()
    table = rows.table.__wrapped__("models.toml", rows.__file__)
    assert list(table)[-1] == "mine" and "gpt2" in table
    assert rows._file_with("models.toml", rows.__file__, "mine")[0] == "own/records/models.toml"
    assert rows._file_with("models.toml", rows.__file__, "gpt2")[0] == "llmmath/records/data/models.toml"
    assert own.record_file("model", "mine") == "own/records/models.toml"
    assert own.record_file("model", "gpt2") is None and own.record_file("accelerator", "mine") is None


def test_a_file_of_records_of_another_name_is_refused(site):
    (site / "own/records/model.toml").write_text("")
    with pytest.raises(MacroError, match=r"own/records/model.toml: .*did you mean 'models.toml'"):
        own.add_records()


def test_a_formula_with_a_name_of_ours_is_refused(site):
    text = '"""Caches."""\n\n\ndef kv_cache_bytes(*, n):\n    """Mine."""\n    return n\n'
    (site / "own/formulas/cache.py").write_text(text)
    with pytest.raises(MacroError) as told:
        lookup.formulas.__wrapped__()
    assert str(told.value).startswith(
        "own/formulas/cache.py:4: kv_cache_bytes is a formula of llmmath/formulas/memory.py:"
    )


def test_a_circuit_with_a_name_of_ours_is_refused(site):
    (site / "own/circuits/with-led.txt").write_text("DC_5---R_330---G\n")
    with pytest.raises(MacroError, match=r"own/circuits/with-led.txt: with-led is a circuit of ours"):
        circuit_article.designs()


def test_code_that_is_imported_from_beside_the_folder_is_refused_since_its_edits_would_show_nowhere(site):
    (site / "shared.py").write_text("FACTOR = 1\n")
    (site / "own/more.py").write_text("FACTOR = 1\n")
    (site / "html").mkdir()  # no package, which hides nothing of Python's own
    text = '"""Battery."""\n\nimport html\nfrom own.more import FACTOR\nfrom shared import FACTOR as TWO\n'
    (site / "own/formulas/battery.py").write_text(text)
    assert own.imports_from_beside() == [
        "own/formulas/battery.py:5: 'shared' stands beside own/, whose files alone are looked at for edits; "
        "move it there and import own.shared"
    ]


def test_files_of_the_package_and_of_the_site_are_told_apart(site):
    assert places.file("llmmath/bound.py") == places.ROOT / "llmmath" / "bound.py"
    assert places.file("own/formulas/cache.py") == site / "own" / "formulas" / "cache.py"
    assert places.below(site / "own" / "a.py") == "own/a.py"
    assert places.below(places.ROOT / "llmmath" / "bound.py") == "llmmath/bound.py"
    assert places.reference("../", "twice") is None
    (site / "docs/reference").mkdir()
    (site / "docs/reference/formulas.md").write_text("# Formulas\n")
    assert places.reference("../", "twice") == "../reference/formulas/#twice"
