"""Templates that were compiled before: the same output, from the same text alone."""

import jinja2
import pytest

from macros.building import templates


@pytest.fixture
def kept():
    """Code by what it depends on, as the cache keeps it."""
    return {}


def environment(kept, **filters):
    env = jinja2.Environment()
    env.filters.update(filters)

    def kept_code(depends_on, make):
        key = tuple(depends_on)
        if key not in kept:
            kept[key] = make()
        return kept[key]

    templates.remember(env, kept_code)
    return env


def test_a_template_is_compiled_once_and_another_text_anew(kept):
    for _ in range(2):
        assert environment(kept).from_string("{{ a + 1 }}").render(a=1) == "2"
    assert len(kept) == 1
    assert environment(kept).from_string("{{ a + 2 }}").render(a=1) == "3"
    assert len(kept) == 2


def test_a_template_that_is_loaded_by_name_is_kept_under_its_name(kept):
    for name in ("one", "one", "other"):
        env = environment(kept)
        env.loader = jinja2.DictLoader({"one": "{{ 1 }}", "other": "{{ 1 }}"})
        assert env.get_template(name).render() == "1"
    assert len(kept) == 2


def test_a_filter_of_a_constant_that_asks_for_the_context_is_applied_anew_each_time(kept):
    for shown in ("first", "second"):
        env = environment(kept, named=jinja2.pass_context(lambda context, name, shown=shown: shown))
        assert env.from_string("{{ 'style.css' | named }}").render() == shown
    assert len(kept) == 1


def test_nothing_is_kept_where_a_filter_may_give_something_else_next_time(kept):
    for shown in ("first", "second"):
        env = environment(kept, named=lambda name, shown=shown: shown)
        assert env.from_string("{{ 'style.css' | named }}").render() == shown
    assert kept == {}


def test_marks_of_another_kind_are_another_template(kept):
    assert environment(kept).from_string("<% a %>{{ a }}").render(a=1) == "<% a %>1"
    env = jinja2.Environment(variable_start_string="<%", variable_end_string="%>")
    templates.remember(env, lambda depends_on, make: kept.setdefault(tuple(depends_on), None) or make())
    assert env.from_string("<% a %>{{ a }}").render(a=1) == "1{{ a }}"
