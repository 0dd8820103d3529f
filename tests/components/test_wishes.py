"""What the browser asks for is read with distrust."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.review_desk import Wishes

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
names = st.sampled_from(["entries", "want", "parts", "facts", "titles", "order", "tick"])


@given(st.dictionaries(names, json_values) | json_values)
def test_any_message_is_read(wire):
    """Whatever a browser sends, the page reads it without failing, and never asks for much."""
    wishes = Wishes.read({"wire": wire})

    assert len(wishes.items) <= 8
    assert len(wishes.parts) <= 8
    assert all(isinstance(key, str) for key in (*wishes.items, *wishes.facts))


def test_a_new_session_is_known():
    """A session that has heard nothing yet is told apart from one that has nothing to say."""
    assert Wishes.read(None).is_new
    assert not Wishes.read({"wire": {"entries": []}}).is_new


def test_wishes_are_read():
    """Items, parts and facts that a browser wants are understood."""
    wire = {"want": ["a"], "parts": [["a", "p1"]], "facts": ["b"], "titles": True, "order": "v"}

    wishes = Wishes.read({"wire": wire})

    assert wishes.items == ("a",)
    assert wishes.parts == (("a", "p1"),)
    assert wishes.facts == ("b",)
    assert wishes.titles
    assert wishes.order == "v"
