"""What a pool offers to choose from."""

from __future__ import annotations

from components.builder_choices import choices_of
from review_app.pool import Candidate

FOUND = [
    Candidate(
        "tr-1",
        version="v1",
        tags={"team": "north"},
        thumbs=False,
        session="s",
        scores={"safe@j@1": True, "faithful@j@1": 0.5},
        answers={"tone": "Kind", "topics": ["a", "b"]},
    ),
    Candidate("tr-2", version="v2", scores={"safe@j@1": False}, answers={"quality": False}),
    Candidate("tr-3", version="v2", state="ERROR", user="u"),
]


def test_choices_are_counted_most_first():
    """A lead reads beside each choice how many traces it would leave, the largest first."""
    choices = choices_of(FOUND)

    assert choices.total == 3
    assert list(choices.versions.items()) == [("v2", 2), ("v1", 1)]
    assert choices.states == {"OK": 2, "ERROR": 1}
    assert choices.tags == {"team=north": 1}
    assert choices.thumbs == {"none": 2, "down": 1}


def test_what_was_not_recorded_is_no_choice():
    """Traces without a session or a user do not offer an empty one."""
    choices = choices_of(FOUND)

    assert choices.sessions == {"s": 1}
    assert choices.users == {"u": 1}


def test_judges_that_give_numbers_offer_no_words():
    """A judge that says words offers them; one that gives numbers is asked for a range."""
    assert choices_of(FOUND).judges == {
        "faithful@j@1": {},
        "safe@j@1": {"pass": 1, "fail": 1},
    }


def test_answers_read_as_filters_write_them():
    """An earlier answer is offered by the words that the filter compares."""
    assert choices_of(FOUND).answers == {
        "quality": {"fail": 1},
        "tone": {"Kind": 1},
        "topics": {"a, b": 1},
    }
