"""Who agrees with whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review_app.agreement.pairs import compared, pairs_of
from review_app.given import Given, Turn
from review_app.questions import Question

SCALE = ("No", "Mostly no", "Mostly yes", "Yes")
GRADED = Question("complete", "choice", options=SCALE, scale="ordinal", pass_cut="Mostly yes")
LABELS = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 6)),
    st.sampled_from([*SCALE, None]),
    max_size=28,
)


def said(labels, rename=str):
    """Return labels as answers: (person, item) -> value."""
    return [
        Given(f"{person}{item}", Turn(rename(person), 1, f"t{item}"), "complete", value)
        for (person, item), value in labels.items()
    ]


def test_two_people_and_what_they_said():
    """Two people share what both answered, and agree where both pass or both fail."""
    labels = {("a", 1): "Yes", ("b", 1): "Mostly yes", ("a", 2): "Yes", ("b", 2): "No"}
    labels |= {("b", 3): "No", ("c", 4): "No"}
    unjudged = said({("a", 3): None})

    (pair,) = pairs_of(GRADED, said(labels) + unjudged)

    assert (pair.people, pair.items, pair.share) == (("a", "b"), 2, 0.5)
    assert pair.apart == (("t2", "trace"),)


def test_what_makes_two_answers_the_same():
    """Of several choices all must be the same, in any order; numbers are compared as numbers."""
    choices = Question("wrong", "choices", options=("x", "y"))
    number = Question("minutes", "number")
    assert compared(choices, ["x", "y"]) == compared(choices, ["y", "x"])
    assert compared(choices, ["x"]) != compared(choices, [])
    assert compared(number, 1) == compared(number, 1.0)


@given(LABELS, st.randoms())
def test_order_and_names_do_not_matter(labels, chance):
    """Rows may come in any order, and other names for the same people change nothing."""
    shuffled = list(labels.items())
    chance.shuffle(shuffled)
    other = {"a": "z", "b": "y", "c": "x", "d": "w"}

    pairs = pairs_of(GRADED, said(labels))

    assert pairs == pairs_of(GRADED, said(dict(shuffled)))
    renamed = pairs_of(GRADED, said(labels, other.__getitem__))
    counted = sorted((one.items, one.apart) for one in pairs)
    assert counted == sorted((one.items, one.apart) for one in renamed)


@given(LABELS)
def test_one_more_agreeing_item_never_lowers_a_share(labels):
    """When two people agree on one more item, their share does not fall."""
    more = labels | {("a", 99): "Yes", ("b", 99): "Yes"}
    before = {one.people: one.share for one in pairs_of(GRADED, said(labels))}
    after = {one.people: one.share for one in pairs_of(GRADED, said(more))}
    assert all(after[people] >= share for people, share in before.items())
    assert ("a", "b") in after
