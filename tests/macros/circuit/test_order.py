"""Sorting as MicroPython does not: stable, and quick with what is in order."""

from hypothesis import given
from hypothesis import strategies as st

from macros.circuit.order import ordered


@given(st.lists(st.tuples(st.integers(0, 5), st.integers())))
def test_it_is_the_order_that_python_gives(items):
    assert ordered(items, lambda item: item[0]) == sorted(items, key=lambda item: item[0])


def test_a_list_in_order_is_compared_a_few_times_per_item():
    class Key(int):
        compared = 0

        def __lt__(self, other):
            Key.compared += 1
            return int(self) < int(other)

    items = list(range(4096))
    assert ordered(items, Key) == items
    assert Key.compared <= 4096 * 12  # a merge of n items compares at most n log2 n times
