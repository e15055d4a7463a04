"""The models page: badges come from the tests' record, and the table sorts by any column."""

from llmmath.evidence import verified
from llmmath.records import models
from macros.pages import model_records as models_page


def test_a_badge_names_what_was_run_and_at_which_context():
    badge = models_page.badge("gpt2", 1024)
    assert "equals the instrumented run" in badge and "1,024" in badge
    assert "PyTorch FlopCounterMode" in badge and "instrumented NumPy run" in badge


def test_a_count_that_was_not_compared_has_no_badge(monkeypatch):
    assert models_page.badge("gpt2", 1000) == ""
    monkeypatch.setattr(verified, "load", lambda: {})
    assert models_page.badge("gpt2", 1024) == ""


def test_a_figure_that_differs_from_the_record_has_no_badge(monkeypatch):
    # a stale record must not vouch for a count that moved
    stale = {
        "gpt2": {
            "decode": [{"context": 1024, "figure": 142_406_401, "compared_with": ["PyTorch FlopCounterMode"]}]
        }
    }
    monkeypatch.setattr(verified, "load", lambda: stale)
    assert models_page.badge("gpt2", 1024) == ""


def test_latent_attention_is_not_vouched_for_by_a_run_of_another_form():
    assert "equals the instrumented run" not in models_page.badge("deepseek-v3", 1024)
    assert "small shapes" in models_page.badge("deepseek-v3", 1024)


def test_the_table_has_every_model_and_sorts_by_any_column_with_the_keyboard(address, browser):
    page = browser.new_page()
    page.goto(address + "reference/models/")
    table = page.locator("table.lm-sortable")
    rows = table.locator("tbody tr")
    assert rows.count() == len(models.keys())
    for column in range(table.locator("thead th").count()):
        heading = table.locator("thead th").nth(column)
        for order in ("ascending", "descending"):
            heading.locator("button").focus()
            page.keyboard.press("Enter")
            assert heading.get_attribute("aria-sort") == order
            assert table.locator("th[aria-sort]").count() == 1
            figures = page.evaluate(
                """column => [...document.querySelectorAll('table.lm-sortable tbody tr')].map(
                row => row.cells[column].querySelector('data')).filter(d => d).map(d => Number(d.value))""",
                column,
            )
            assert figures == sorted(figures, reverse=order == "descending")
    page.close()
