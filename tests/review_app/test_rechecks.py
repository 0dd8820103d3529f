"""Items that are read again: mixed so that nobody can tell which is which, and weighted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.errors import InvalidDesign
from review_app.labeled_rows import LabeledRow, Voter
from review_app.questions import Question
from review_app.rechecks import Recheck, mixed_part, readers_before, single_part

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
ASKED = Recheck("Again", "1", OK, ("cy", "di"), "“Set” version 1")


def row(n, who="ana", unit="trace") -> LabeledRow:
    voter = (Voter(who, True, "", f"a{n}"),)
    return LabeledRow(
        f"t{n}", unit, "ok", True, True, "unanimous", {}, {}, 1.0, voter, "", 0, (), ()
    )


APART, ALIKE = [row(n) for n in range(4)], [row(n) for n in range(10, 30)]


def test_the_mix_gives_back_the_set():
    """All disagreements and as many agreements; weighted, they stand for every item of the set."""
    part = mixed_part(ASKED, APART, ALIKE)

    assert len(part.items) == 8
    assert {row.trace_id for row in APART} < {item.trace_id for item in part.items}
    weights = [1 / item.probability for item in part.items if item.probability]
    assert sum(weights) == len(APART) + len(ALIKE)
    [frame] = part.frames
    assert {name: (one.N, one.n) for name, one in frame.strata.items()} == {
        "disagreement": (4, 4),
        "agreement": (20, 4),
    }
    assert not frame.whole_traffic


def test_nothing_tells_which_is_which():
    """What a reviewer may read is the same for all items, and the order is mixed."""
    part = mixed_part(replace(ASKED, each=2), APART, ALIKE)

    assert {(item.reason, item.role) for item in part.items} == {
        ("random sample of items to be read once more", "reviewer")
    }
    for person in ASKED.reviewers:
        turns = {t.position: i for i in part.items for t in i.assigned if t.reviewer == person}
        strata = [turns[n].stratum for n in sorted(turns)]
        assert len(strata) == 8
        assert strata not in (sorted(strata), sorted(strata, reverse=True))


def test_the_same_seed_draws_the_same():
    """The draw can be repeated, whatever the order of the rows, and changes with its seed."""
    assert mixed_part(ASKED, APART, ALIKE) == mixed_part(ASKED, APART, ALIKE[::-1])
    other = mixed_part(replace(ASKED, seed="2"), APART, ALIKE)
    assert {i.trace_id for i in other.items} != {
        i.trace_id for i in mixed_part(ASKED, APART, ALIKE).items
    }


def test_disagreements_alone_are_marked():
    """Sent alone they carry the reason that keeps them out of checks, and no probability."""
    [item] = single_part(ASKED, [row(1, unit="session")]).items

    assert (item.reason, item.probability, item.unit) == ("judge_disagreement", None, "session")


@pytest.mark.parametrize(
    "asked, apart, alike, words",
    [
        (replace(ASKED, reviewers=("ana", "cy")), APART, ALIKE, "others than ana"),
        (replace(ASKED, reviewers=()), APART, ALIKE, "reviewers"),
        (replace(ASKED, each=3), APART, ALIKE, "reviewers"),
        (replace(ASKED, name=" "), APART, ALIKE, "name"),
        (ASKED, APART, [], "agree"),
        (ASKED, [], ALIKE, "agree"),
    ],
)
def test_what_would_not_be_valid_is_refused(asked, apart, alike, words):
    """Nobody reads an item again that they answered before: their answer would be shown."""
    with pytest.raises(InvalidDesign, match=words):
        mixed_part(asked, apart, alike)
    with pytest.raises(InvalidDesign, match="at least one"):
        single_part(ASKED, [])
    assert readers_before([*apart, row(50, "bo")]) == ({"ana", "bo"} if apart else {"bo"})
