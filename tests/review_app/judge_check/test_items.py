"""Only what a judge never learned from, and what was not chosen by its score, checks it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from review_app.answers import JUDGE_DISAGREEMENT
from review_app.judge_check.chances import UNCLEAR
from review_app.judge_check.eligible import (
    CHOSEN,
    LEARNED,
    NO_SCORE,
    NOT_AGAIN,
    NOTHING_LEARNED,
    OPEN,
    TEST,
    TRAIN,
    Learned,
    eligible,
    refusal,
    without_score,
)
from review_app.judge_check.items import Asked, items_of_rows, weight_of
from review_app.judge_check.paired import paired
from review_app.judge_check.rates import right_of
from review_app.judge_check.values import Seen
from review_app.judges import JudgeKey
from review_app.labeled_rows import Drawn, LabeledRow, Voter
from review_app.questions import Question
from review_app.rechecks import MIXED

KEY = JudgeKey("good", "good@2")
ASKED = Asked(Question("good", "pass_fail", options=("Pass", "Fail")), 0.5)
CAMPAIGN = {"run_id": "c1", "name": "C", "open": False, "frames": [{"id": "f", "rule": {}}]}


def row(trace_id, label=True, *, split="test", who=(), drawn=None, **more):
    return LabeledRow(
        trace_id=trace_id,
        unit="trace",
        question="good",
        label=label,
        label_raw=label,
        basis="majority",
        votes={},
        votes_raw={},
        share=1.0,
        who=tuple(Voter(name, value, "", "", because=because) for name, value, because in who),
        adjudication="",
        cannot_judge=0,
        wordings=(),
        drawn=(Drawn("c1", "f", "", 0.5, 1),) if drawn is None else drawn,
        split=split,
        **more,
    )


def checked_on(rows, learned=NOTHING_LEARNED, part="final", campaigns=(CAMPAIGN,)):
    return eligible(rows, "Set", campaigns, KEY, learned, part)


def test_what_it_was_aligned_on_is_refused():
    """A judge aligned on a set is never checked on its train split, and is told why."""
    rows = [row("a", split="train"), row("b")]
    learned = Learned("set", (rows[0],))

    assert [one.trace_id for one in checked_on(rows, learned).rows] == ["b"]
    found = checked_on(rows[:1], learned)
    assert found.left_out == {TRAIN: 1}
    assert "of the train split" in refusal(found, KEY, can_fail=True)


def test_another_set_does_not_bring_it_back():
    """An item that it learned from in another set, or one of its session, is left out too."""
    learned = Learned("Other", (row("a", session="s"), row("x", duplicates="d")))
    rows = [row("a"), row("b", session="s"), row("c", duplicates="d"), row("e", split="train")]

    found = checked_on(rows, learned)

    assert [one.trace_id for one in found.rows] == ["e"]
    assert found.left_out == {LEARNED: 3}


def test_an_external_judge_is_checked_on_all():
    """A judge that never learned from the set is checked on both splits."""
    assert len(checked_on([row("a", split="train"), row("b")]).rows) == 2


def test_developing_never_opens_the_test_split():
    """While developing only train is looked at."""
    found = checked_on([row("a", split="train"), row("b")], part="development")

    assert [one.trace_id for one in found.rows] == ["a"]
    assert found.left_out == {TEST: 1}


def test_a_near_copy_in_another_set_does_not_bring_it_back():
    """Sets name their near-copies each for itself: what was asked is compared, not the names."""
    learned = Learned("Other", (row("x", duplicates="x", text="Where is my order?"),))
    rows = [
        row("a", duplicates="a", text="where is my ORDER"),
        row("b", duplicates="b", text="A refund, please"),
        row("c"),
    ]

    found = checked_on(rows, learned)

    assert [one.trace_id for one in found.rows] == ["b", "c"]
    assert found.left_out == {LEARNED: 1}


@pytest.mark.parametrize("judge", ["good@good@2", "good@GOOD@1", "good@good@13"])
def test_items_chosen_by_the_score_of_another_version_are_refused(judge):
    """What version 1 of a judge failed is hard for version 2, too: it does not check it."""
    campaign = {
        **CAMPAIGN, "frames": [{"id": "f", "rule": {"pool": {"score": {"judge": judge}}}}],
    }  # fmt: skip

    assert checked_on([row("a")], campaigns=[campaign]).left_out == {CHOSEN: 1}


@pytest.mark.parametrize("score", ["timed out", "", "n/a", float("nan")])
def test_a_score_that_is_no_verdict_is_missing(score):
    """An error that was written down as a score neither catches a bad answer nor passes a good."""
    item = items_of_rows([row("a", label=False)], ASKED, {"a": score})[0]

    assert item.judged is None


def test_words_are_read_as_the_question_means_them():
    """Where “No” is the passing option, a judge that says “yes” fails the answer."""
    asked = Asked(Question("invents", "pass_fail", options=("No", "Yes")))

    assert [asked.judged(word) for word in ("No", "yes", "fail")] == [True, False, False]


def test_a_mix_read_again_corrects_labels_without_flattering_the_judge():
    """One expert errs in a fifth; better labels of all disagreements and some agreements are fair.

    The judge catches .60 of the bad answers; weighed as drawn it would read far from that.
    """
    luck = random.Random(4)
    rows, scores = [], {}
    for n in range(4000):
        good = luck.random() < 0.6
        said = good if luck.random() < 0.8 else not good
        judge = luck.random() < (0.9 if good else 0.4)
        name, first = f"t{n}", Drawn("c1", "f", "", 0.1, 1)
        apart = said is not judge
        stratum, chance = ("disagreement", 1.0) if apart else ("agreement", 0.5)
        again = (Drawn("c2", MIXED, stratum, chance, 1),) if luck.random() < chance else ()
        rows.append(row(name, good if again else said, drawn=(first, *again)))
        scores[name] = judge

    found = checked_on(rows)
    items = items_of_rows(found.rows, ASKED, scores)
    catches = right_of(items, 0, 0.05, label=False).share.value
    accepts = right_of(items, 0, 0.05, label=True).share.value

    assert set(found.left_out) == {NOT_AGAIN}
    assert catches == pytest.approx(0.6, abs=0.03)
    assert accepts == pytest.approx(0.9, abs=0.02)


def test_a_tie_stays_where_labels_were_read_again():
    """What had no label or no score could not be in the mix: it still counts against the judge."""
    again = (Drawn("c1", "f", "", 0.5, 1), Drawn("c2", MIXED, "agreement", 0.5, 1))

    found = checked_on([row("a", drawn=again), row("b"), row("tie", None)])

    assert [one.trace_id for one in found.rows] == ["a", "tie"]
    assert found.left_out == {NOT_AGAIN: 1}
    assert without_score(found, {"a", "b"}) == found
    assert without_score(found, {"a"}).left_out == {NO_SCORE: 1}


def test_items_chosen_by_its_own_score_are_refused():
    """Only what the judge failed was read: its rates would read better than they are."""
    chosen = {"score": {"judge": "good@good@2", "at_most": 0.5}}
    campaign = {**CAMPAIGN, "frames": [{"id": "f", "rule": {"pool": chosen}}]}

    found = checked_on([row("a")], campaigns=[campaign])

    assert not found.rows
    assert found.left_out == {CHOSEN: 1}


def test_answers_of_open_campaigns_stay_out():
    """Where scores may have been seen, labels say nothing about a judge."""
    assert checked_on([row("a")], campaigns=[{**CAMPAIGN, "open": True}]).left_out == {OPEN: 1}


def test_labels_corrected_where_it_disagreed_do_not_count():
    """A label that its own disagreement made be asked again counts as it was before."""
    who = [("ana", True, ""), ("bo", True, ""), ("cem", False, JUDGE_DISAGREEMENT)]
    settled = replace(row("a", False, who=who), because=JUDGE_DISAGREEMENT)
    kept = row("b", False, who=[("ana", False, "")])

    one, other = items_of_rows([settled, kept], ASKED, {"a": 0.1, "b": 0.9})

    assert (one.label, one.restored, set(one.votes)) == (True, True, {"ana", "bo"})
    assert (other.label, other.restored, other.judged) == (False, False, True)


def test_chances_become_weights():
    """An item weighs one over its chance of having been drawn, by either of two campaigns."""
    two = (Drawn("a", "f", "", 0.5, 1), Drawn("b", "f", "", 0.5, 1))

    assert weight_of(()) == 1.0
    assert weight_of(two[:1]) == 2.0
    assert weight_of(two) == pytest.approx(4 / 3)


def frame(name, *, thumbs="any", since=0, until=100, chance=0.1):
    rule = {"pool": {"thumbs": thumbs}, "sample": {"kind": "random"}}
    time = {"since_ms": since, "until_ms": until, "whole_traffic": thumbs == "any"}
    strata = {"all": {"N": 100, "n": round(100 * chance)}}
    return {**CAMPAIGN, "run_id": name, "frames": [{"id": "f", "rule": rule, "strata": strata,
                                                    "seed": name, **time}]}  # fmt: skip


def test_an_item_of_one_campaign_could_have_been_drawn_by_the_other():
    """Of two samples of the same traffic each item has the chance of either, whoever drew it."""
    one, other = Drawn("a", "f", "all", 0.5, 1), Drawn("b", "f", "all", 0.2, 1)
    rows = [row("t1", drawn=(one,)), row("t2", drawn=(other,)), row("t3", drawn=(one, other))]

    found = checked_on(rows, campaigns=[frame("a"), frame("b")])
    assert [weight_of(item.drawn) for item in found.rows] == [pytest.approx(1 / 0.6)] * 3
    weeks = [frame("a", until=49), frame("b", since=50)]
    found = checked_on(rows[:2], campaigns=weeks)
    assert [weight_of(item.drawn) for item in found.rows] == [2.0, pytest.approx(5.0)]


def test_where_it_is_unknown_what_could_be_drawn_the_sample_of_all_traffic_stands_alone():
    """A tenth of all and half of the thumbs-down: weighing only what was drawn would bend rates."""
    luck, rows, scores = random.Random(6), [], {}
    for n in range(8000):
        down = luck.random() < 0.2
        name = f"t{n}"
        scores[name] = luck.random() < (0.5 if down else 0.95)
        drawn = (Drawn("a", "f", "all", 0.1, 1),) if luck.random() < 0.1 else ()
        if down and luck.random() < 0.5:
            drawn = (*drawn, Drawn("b", "f", "all", 0.5, 1))
        rows += [row(name, drawn=drawn)] if drawn else []

    found = checked_on(rows, campaigns=[frame("a"), frame("b", thumbs="down", chance=0.5)])

    assert found.left_out.keys() == {UNCLEAR}
    items = items_of_rows(found.rows, ASKED, scores)
    assert right_of(items, 0, 0.05, label=True).share.value == pytest.approx(0.86, abs=0.03)


def test_sessions_and_questions_hang_together():
    """Items that share a session or a question, over chains, are one piece of evidence."""
    rows = [row("a", session="s"), row("b", session="s", duplicates="d"), row("c", duplicates="d")]
    items = items_of_rows([*rows, row("e")], ASKED, {})

    assert len({one.cluster for one in items}) == 2


def test_before_and_after_alignment_are_compared_on_the_same_items():
    """Only items that both were checked on count, with those won and lost."""
    before = [Seen(str(n), False, n >= 8, None, 1.0, str(n)) for n in range(20)]
    after = [Seen(str(n), False, n >= 16, None, 1.0, str(n)) for n in range(2, 20)]

    found = paired(before, after, label=False)

    assert found.n == 18
    assert found.difference == pytest.approx(8 / 18)
    assert len(found.won) == 8
    assert not found.lost
    assert found.interval
    assert found.interval.low > 0
    assert found.p == pytest.approx(2 / 2**8)
    assert paired(before, after, label=True).n == 0
