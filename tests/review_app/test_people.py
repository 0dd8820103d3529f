"""Names of people, as they are stored and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.errors import InvalidAnswer
from review_app.people import NAME_MAX_LENGTH, normal_name


@pytest.mark.parametrize(
    "typed, stored",
    [
        ("Ana", "ana"),
        ("  Ana\t Lopez ", "ana lopez"),
        ("ANA@Example.COM", "ana@example.com"),
        ("Ömer", "ömer"),
        ("李娜", "李娜"),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(typed, stored):
    """I am the same person with capitals and stray spaces."""
    assert normal_name(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "a" * 251, "a\u202eb", "a\x00b", "a\ud800", "a\u200bb"],
    ids=["empty", "spaces", "long", "direction", "nul", "half a letter", "invisible"],
)
def test_a_name_that_cannot_be_read_is_refused(typed):
    """Nobody signs in under a name that looks like somebody else's."""
    with pytest.raises(InvalidAnswer, match=r"\.$"):
        normal_name(typed)


def name_or_none(typed) -> str | None:
    try:
        return normal_name(typed)
    except InvalidAnswer:
        return None


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_a_stored_name_stays_as_it_is(typed):
    """A name that was stored once is the same when it is read and typed again."""
    name = name_or_none(typed)
    if name is not None:
        assert normal_name(name) == name
        assert len(name) <= NAME_MAX_LENGTH
        assert name.isprintable()
