"""What one cell of the quality page says, and how often its interval is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from review_app.frames import Frame, Stratum
from review_app.intervals import wilson
from review_app.judges import JudgeKey
from review_app.pool import Pool
from review_app.quality.cells import ALL_LABELED, ONE_VIEW, OUTSIDE, Asked, cell_of
from review_app.quality.combining import Judging, Scoring
from review_app.quality.estimates import TOO_EARLY
from review_app.quality.labels import LabeledItem
from review_app.quality.samples import Reach
from review_app.quality.traffic import Traffic
from review_app.questions import Question
from review_app.scoring import ScoreDesign, ScoreFrame, ScoreRun, Tally, went_through

GOOD = Question("good", "pass_fail", options=("Pass", "Fail"))
KEY = ("c", "f")


def traffic_of(size: int, turns: int = 1) -> Traffic:
    """So many traces of one version, each session with so many turns."""
    numbers = np.arange(size)
    ids = tuple(f"t{n}" for n in range(size))
    none = np.full(size, -1)
    return Traffic(ids, numbers, ("v",), np.zeros(size, dtype=int), numbers // turns, none, {})


def item(row: int, value: float, chance: float, stratum: str = "all") -> LabeledItem:
    return LabeledItem(f"t{row}", "trace", "v", {"ana": value}, 0, KEY, stratum, chance)


def reach(strata: dict[str, Stratum], **more) -> Reach:
    frame = Frame("f", "everything", strata=strata, whole_traffic=True)
    return Reach(KEY, "C", frame, frozenset(strata), **more)


def asked(values: list[float], size: int, scores=None, **more) -> Asked:
    """The first items of the traffic are labeled, as a simple random sample."""
    n = len(values)
    items = [item(row, value, n / size) for row, value in enumerate(values)]
    of_judge = None if scores is None else Judging(np.asarray(scores, dtype=float))
    reaches = {KEY: reach({"all": Stratum(size, n)}, **more)}
    return Asked(GOOD, {"v": items}, reaches, judging=of_judge)


def cell(one: Asked, size: int):
    return cell_of(one, traffic_of(size), np.ones(size, dtype=bool), "v")


def judging(one: Asked, **more) -> Asked:
    """The same with something else known of its judge."""
    assert one.judging is not None
    return replace(one, judging=replace(one.judging, **more))


PEOPLE = [1.0] * 40 + [0.0] * 10
JUDGE = [1.0] * 38 + [0.0] * 2 + [1.0] * 2 + [0.0] * 8 + ([1.0] * 3 + [0.0]) * 50


def test_plain_labels_have_wilsons_interval():
    """Items that weigh the same and stand alone have exactly Wilson's interval."""
    found = cell(asked(PEOPLE, 250), 250)
    assert found.human.value == 0.8
    assert found.human.interval.low == pytest.approx(wilson(0.8, 50).low)
    assert (found.labels, found.failed, found.passed, found.traffic) == (50, 10, 40, 250)
    assert found.notes == (ONE_VIEW,)
    assert found.best == "human"
    assert found.human.traces[0] == "t40"


def test_scores_make_the_interval_narrower():
    """A judge that mostly agrees saves labels, and says how many."""
    found = cell(asked(PEOPLE, 250, JUDGE), 250)
    alone, both = found.human.interval, found.combined.interval
    assert both.high - both.low < alone.high - alone.low
    assert 0 < found.saved < 1
    assert found.best == "combined"
    assert found.more < cell(asked(PEOPLE, 250), 250).more
    assert found.judge.n == 250
    assert found.judge.interval is None


@pytest.mark.parametrize("failed", [0, 4])
def test_with_few_failures_labels_stand_alone(failed):
    """Below 5 failed labels nothing is added to them, and the cell says why."""
    people = [1.0] * (50 - failed) + [0.0] * failed
    found = cell(asked(people, 250, JUDGE), 250)
    assert found.combined.value is None
    assert found.combined.why.startswith("Judge scores add nothing yet")
    assert found.saved is None
    assert found.best == "human"


def test_a_judge_proves_nothing_on_what_it_was_aligned_on():
    """Labels of its train split are left out of the combined rate, and stay in the human one."""
    one = asked(PEOPLE, 250, JUDGE)
    trained = frozenset(f"t{row}" for row in (*range(10), 49))
    found = cell(judging(one, trained=trained), 250)
    assert (found.human.n, found.combined.n) == (50, 39)
    everything = judging(one, trained=frozenset(f"t{row}" for row in range(50)))
    assert "aligned on all" in cell(everything, 250).combined.why
    untold = cell(judging(one, trained=None), 250)
    assert "nobody knows which labels" in untold.combined.why


def test_what_a_judge_learned_from_does_not_bend_the_combined_rate():
    """It learns from as many bad as good answers; leaving these out must not flatter a version."""
    rng = np.random.default_rng(6)
    size, n, errors, right = 3_000, 200, [], []
    for _ in range(200):
        people = (rng.random(size) > 0.25).astype(float)
        scores = np.where(rng.random(size) < 0.9, people, 1 - people)
        labels = list(people[:n])
        bad = [row for row in range(n) if not labels[row]][:12]
        good = [row for row in range(n) if labels[row]][:12]
        one = judging(
            asked(labels, size, scores), trained=frozenset(f"t{row}" for row in (*bad, *good))
        )
        both = cell(one, size).combined
        if both.value is not None:
            errors.append(both.value - 0.75)
            right.append(both.interval.low <= 0.75 <= both.interval.high)
    assert len(errors) > 150
    assert abs(np.mean(errors)) < 0.01
    assert np.mean(right) >= 0.93


def test_scores_of_a_part_need_a_known_chance():
    """Scores of some traces count only where a run says that they are a random part."""
    part = [*JUDGE[:150], *[np.nan] * 100]
    found = cell(asked(PEOPLE, 250, part), 250)
    assert found.combined.why.startswith("Judge scores add nothing yet: 150 of 250 traces")
    missing = [np.nan, *JUDGE[1:]]
    assert "score them first" in cell(asked(PEOPLE, 250, missing), 250).combined.why


def test_a_random_part_of_the_pool_is_enough():
    """What a run went through in its random order is random; what it scored beside is not."""
    traffic = traffic_of(250)
    frame = ScoreFrame("everything", 250, until_ms=1_000, whole_traffic=True)
    run = ScoreRun(
        "r", "1", JudgeKey("good", "good@1"), "lea", ScoreDesign(Pool("bot"), sample=120), frame,
        Tally(taken=120), "done",
    )  # fmt: skip
    through = set(went_through(run, traffic.trace_ids))
    scores = [
        score if row < 50 or f"t{row}" in through else np.nan for row, score in enumerate(JUDGE)
    ]
    one = asked(PEOPLE, 250, scores)
    found = cell(judging(one, scorings=(Scoring(run, traffic),)), 250)
    assert found.combined.value is not None
    changed = replace(run, frame=replace(frame, traces=249))
    gone = judging(one, scorings=(Scoring(changed, traffic),))
    assert cell(gone, 250).combined.value is None
    words = [np.nan if 150 < row < 170 else score for row, score in enumerate(scores)]
    holes = replace(one, judging=Judging(np.asarray(words), scorings=(Scoring(run, traffic),)))
    assert cell(holes, 250).combined.value is None
    narrow = replace(run, frame=replace(frame, whole_traffic=False))
    part = judging(one, scorings=(Scoring(narrow, traffic),))
    assert cell(part, 250).combined.value is None


def test_a_running_campaign_has_an_interval_to_look_at_every_day():
    """While answers come in, intervals are wider: they hold at every look."""
    fixed, running = cell(asked(PEOPLE, 250), 250), cell(asked(PEOPLE, 250, running=True), 250)
    assert running.running
    assert running.human.interval.low < fixed.human.interval.low
    assert running.human.interval.high > fixed.human.interval.high


def test_while_it_runs_reviewers_and_settled_items_are_looked_at_every_day_too():
    """Each reviewer’s rate and the settled one have the wider interval until the campaign ends."""
    found = []
    for running in (False, True):
        one = asked(PEOPLE, 250, running=running)
        both = [
            replace(i, by={"ana": i.by["ana"], "bo": i.by["ana"]}, decided=i.mean)
            for i in one.labeled["v"]
        ]
        shown = cell(replace(one, labeled={"v": both}), 250)
        found.append([*shown.by_reviewer.values(), shown.settled])
    for fixed, running in zip(*found, strict=True):
        assert running.interval.low < fixed.interval.low
        assert running.interval.high > fixed.interval.high


def test_few_weighted_labels_of_a_running_campaign_have_no_interval_yet():
    """Below 50 labels of unlike weight, there is a rate but no interval, and it says why."""
    items = [item(0, 1.0, 0.1), item(1, 0.0, 0.5), item(2, 1.0, 0.5)]
    strata = {"all": Stratum(250, 3)}
    one = Asked(GOOD, {"v": items}, {KEY: reach(strata, running=True)})
    found = cell(one, 250)
    assert found.human.value == pytest.approx(12 / 14)
    assert found.human.interval is None
    assert found.human.why == TOO_EARLY


def test_labels_outside_any_frame_are_shown_and_kept_out():
    """Labels of other tools give no rate of the version; they are counted beside it."""
    one = Asked(GOOD, loose={"t1": {"ana": 1.0, "ben": 0.0}, "t2": {"ana": 0.0}})
    found = cell(one, 10)
    assert found.human.value is None
    assert (found.unusable, found.shown.value, found.shown.n) == (2, 0.25, 2)
    assert found.shown.why == f"These are {OUTSIDE}."
    assert found.shown.traces == ("t2", "t1")


def test_many_missing_answers_show_both_ends():
    """Above 10 % "cannot judge", the rate is shown as if all of those failed, and all passed."""
    one = asked([1.0] * 6 + [0.0] * 2, 250)
    cannot = [LabeledItem(f"t{row}", "trace", "v", {}, 1, KEY, "all", 8 / 250) for row in (8, 9)]
    found = cell(replace(one, labeled={"v": [*one.labeled["v"], *cannot]}), 250)
    assert found.human.value == 0.75
    assert found.unjudged == 0.2
    assert (found.bounds.low, found.bounds.high) == (pytest.approx(0.6), pytest.approx(0.8))
    assert cell(asked(PEOPLE, 250), 250).bounds is None


def test_a_tie_is_half_and_reviewers_stand_beside_it():
    """An item on which two people are divided is half passed; each has a rate of their own."""
    items = [replace(item(row, 1.0, 0.1), by={"ana": 1.0, "ben": float(row)}) for row in (0, 1)]
    found = cell(Asked(GOOD, {"v": items}, {KEY: reach({"all": Stratum(250, 2)})}), 250)
    assert found.human.value == 0.75
    assert {name: rate.value for name, rate in found.by_reviewer.items()} == {
        "ana": 1.0,
        "ben": 0.5,
    }
    assert (found.failed, found.passed) == (0, 1)
    ruled = [replace(items[0], decided=0.0), items[1]]
    settled = cell(Asked(GOOD, {"v": ruled}, {KEY: reach({"all": Stratum(250, 2)})}), 250).settled
    assert settled.value == 0.5


def test_where_everything_is_labeled_no_more_is_asked_for():
    """There is nothing left to label, and the cell says so."""
    found = cell(asked(PEOPLE, 50), 50)
    assert found.more is None
    assert ALL_LABELED in found.notes
    few = cell(asked(PEOPLE, 60), 60)
    assert few.more > 10
    assert "Only 10 of this time are left to label." in few.notes


# --------------------------------------------------------------------- how often it is right
def simulated(chance: np.random.Generator, rate: float, n: int, turns: int, *, strata: bool):
    """One campaign on 600 answers: the cell, and the true share of the traffic.

    Sessions of several turns hang together, thumbs-down are drawn far more often than others, and
    the judge catches 70 % of the bad answers and accepts 90 % of the good ones.
    """
    size = 600
    of_session = np.repeat(chance.beta(8 * rate, 8 * (1 - rate), size // turns), turns)
    good = chance.random(size) < (of_session if turns > 1 else rate)
    score = np.where(good, chance.random(size) < 0.9, chance.random(size) < 0.3)
    down = strata & (chance.random(size) < np.where(good, 0.1, 0.5))
    items, sizes = [], {}
    for name, rows in (("thumbs down", np.flatnonzero(down)), ("no vote", np.flatnonzero(~down))):
        drawn = min(len(rows), n // 2 if strata else n)
        if drawn:
            sizes[name] = Stratum(len(rows), drawn)
            picked = chance.choice(rows, drawn, replace=False)
            items += [item(row, float(good[row]), drawn / len(rows), name) for row in picked]
    clusters = {f"t{row}": str(row // turns) for row in range(size)}
    of_judge = Judging(score.astype(float))
    one = Asked(GOOD, {"v": items}, {KEY: reach(sizes)}, clusters, judging=of_judge)
    return cell_of(one, traffic_of(size, turns), np.ones(size, dtype=bool), "v"), good.mean()


@pytest.mark.parametrize(
    "rate,n,turns,strata",
    [
        (0.95, 30, 1, False),
        (0.95, 30, 4, True),
        (0.8, 30, 4, False),
        (0.8, 60, 1, True),
    ],
)
def test_what_is_shown_is_right_19_times_in_20(rate, n, turns, strata):
    """Of 300 campaigns at least 93 % show an interval that holds the truth, in every design."""
    chance = np.random.default_rng(7)
    right = 0
    for _ in range(300):
        found, truth = simulated(chance, rate, n, turns, strata=strata)
        shown = found.combined if found.best == "combined" else found.human
        right += shown.interval.low <= truth <= shown.interval.high
    assert right / 300 >= 0.93
