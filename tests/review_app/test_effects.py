"""What a person's answers went into: sets, judges that learned from them, decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from review_app.effects import Used, effects_of, used_by_person
from review_app.frozen_sets import Frozen
from review_app.judge_check.values import Checked
from review_app.judges import Judge
from review_app.labeled_rows import LabeledRow, Voter

SET = Frozen("set-1", "7", "Faith", 1, "", "", "lea", 100, "faith", 3)
NEXT = replace(SET, run_id="set-2", version=2, frozen_ms=200)
CHECK = Checked("c1", "7", "faith", "other", "set-1", "Faith", 1, 1, "undecided", "Not yet.", 300)
ALIGNED = Judge("faith", 2, "7", learned_from="set-1", aligned_by="MemAlign")
ANA = {"ana": Used(train=2, test=5), "bo": Used(test=3)}


def row(split, *votes) -> LabeledRow:
    who = tuple(Voter(person, value, "", "a") for person, value in votes)
    shared: Any = ("trace", "faith", True, True, "majority", {}, {}, 1.0, who, "", 0, (), ())
    return replace(LabeledRow("t", *shared), split=split)


def test_votes_are_counted_by_split():
    """Each vote is one answer of its person; “cannot judge” is none."""
    rows = [
        row("train", ("ana", True), ("bo", None)),
        row("test", ("ana", False), ("bo", False)),
        row("test", ("ana", True)),
    ]
    assert used_by_person(rows) == {"ana": Used(1, 2), "bo": Used(0, 1)}


def test_who_taught_a_judge_and_who_tested_it():
    """A judge learns from the train split; once aligned it is tested on the test split alone."""
    tested = replace(CHECK, run_id="c2", source="faith@2", learned_from="set-1", checked_ms=400)
    [ana] = effects_of("ana", {SET: ANA}, [ALIGNED], [CHECK, tested])

    assert [(one.judge.source, one.answers) for one in ana.taught] == [("faith@2", 2)]
    assert [(t.checked.source, t.answers) for t in ana.decided] == [("faith@2", 5), ("other", 7)]
    [bo] = effects_of("bo", {SET: ANA}, [ALIGNED], [CHECK])
    assert (bo.taught, bo.decided[0].answers) == ((), 3)
    assert effects_of("cy", {SET: ANA}, [ALIGNED], [CHECK]) == []


def test_who_learned_elsewhere_is_tested_on_all():
    """Aligned on another set, a judge is checked on all of this one; its line may cost train."""
    other = replace(SET, run_id="set-9", name="Other")
    elsewhere = replace(CHECK, run_id="c2", learned_from="set-9", checked_ms=400)
    by_line = replace(CHECK, run_id="c3", splits="test", checked_ms=500)
    sets = {SET: ANA, other: {"bo": Used(test=1)}}

    [ana] = effects_of("ana", sets, [], [elsewhere, by_line])

    assert [(t.checked.run_id, t.answers) for t in ana.decided] == [("c3", 5), ("c2", 7)]


def test_versions_that_did_nothing_are_left_out():
    """Of a set the newest version is told, and older ones that were used."""
    both = {SET: ANA, NEXT: ANA}
    assert [one.frozen.version for one in effects_of("ana", both, [], [])] == [2]
    assert [one.frozen.version for one in effects_of("ana", both, [], [CHECK])] == [2, 1]
    assert [one.frozen.version for one in effects_of("ana", both, [ALIGNED], [])] == [2, 1]
