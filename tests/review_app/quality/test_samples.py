"""Which labels may speak for a version in a window, and with what weight."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from review_app.frames import Frame, Stratum
from review_app.quality import samples
from review_app.quality.labels import ONE_BY_ONE, LabeledItem
from review_app.quality.samples import Reach, sample_of

DAY = 86_400_000
TIMES = np.arange(10) * DAY
WHEN = {f"t{n}": n * DAY for n in range(10)}
ALL = {"all": Stratum(10, 4)}


def reach(name: str, since: int = 0, until: int = 0, **more: Any) -> Reach:
    """A frame of a campaign of that name; whole traffic where nothing else is said."""
    of_frame = {k: more.pop(k) for k in ("rule", "complete", "whole_traffic", "seed") if k in more}
    strata = more.pop("strata", ALL)
    frame = Frame("f", "everything", since_ms=since, until_ms=until, strata=strata)
    frame = replace(frame, **{"whole_traffic": True, **of_frame})
    return Reach((name, "f"), name, frame, **{"done": frozenset(strata), **more})


def item(trace: str, name: str = "c", chance: float | None = 0.4, **more: Any) -> LabeledItem:
    """One labeled item that ana passed."""
    of = {"unit": "trace", "by": {"ana": 1.0}, "unjudged": 0, "stratum": "all", **more}
    return LabeledItem(trace, version="v", frame=(name, "f"), probability=chance, **of)


def drawn(items: list[LabeledItem], *reaches: Reach) -> samples.Sample:
    """The sample of all ten days."""
    return sample_of(items, {one.key: one for one in reaches}, "v", TIMES, WHEN)


def test_a_frame_of_the_whole_traffic_counts_with_its_chances():
    """Each item stands for as many as its chance says."""
    found = drawn([item("t1"), item("t2", chance=0.1)], reach("c"))
    assert [round(one.weight, 6) for one in found.items] == [2.5, 10.0]
    assert not found.left_out
    assert found.planned == 4


@pytest.mark.parametrize(
    "frame,why",
    [
        ({"whole_traffic": False}, samples.NARROWED.format(pool="everything")),
        ({"whole_traffic": False, "rule": {"sample": {"kind": "newest"}}}, samples.NEWEST),
        ({"complete": False}, samples.INCOMPLETE),
        ({"opened": True}, samples.OPENED),
        ({"reworded": True}, samples.REWORDED),
    ],
)
def test_other_frames_are_kept_out_with_the_reason(frame, why):
    """Labels that cannot speak for all of the traffic enter no rate, and it is said why."""
    found = drawn([item("t1")], reach("c", **frame))
    assert not found.items
    assert list(found.left_out) == [why]


def test_items_without_a_chance_are_kept_out():
    """What somebody sent one by one stands for nothing else."""
    found = drawn([item("t1", chance=None), item("t2")], reach("c"))
    assert [one.trace_id for one in found.items] == ["t2"]
    assert [one.trace_id for one in found.left_out[ONE_BY_ONE]] == ["t1"]


def test_a_frame_of_three_days_says_nothing_about_ten():
    """A frame must cover all of the version's traffic in the window."""
    found = drawn([item("t1")], reach("c", until=3 * DAY))
    assert not found.items
    assert list(found.left_out) == [samples.PARTLY.format(days="1 to 4 Jan 1970")]


def test_frames_that_follow_each_other_count_together():
    """A campaign of each week, put together, covers both weeks."""
    first, second = reach("one", until=5 * DAY - 1), reach("two", since=5 * DAY)
    found = drawn([item("t1", "one", 0.5), item("t7", "two", 0.1)], first, second)
    assert [round(one.weight, 6) for one in found.items] == [2.0, 10.0]


def test_where_two_campaigns_overlap_a_trace_has_two_chances():
    """The chance is that of being drawn by either: 1 - .6 x .9 = .46, whoever drew it."""
    both = [item("t1", "one", 0.4), item("t2", "two", 0.1)]
    found = drawn(both, reach("one"), reach("two"))
    assert [round(one.weight, 9) for one in found.items] == [round(1 / 0.46, 9)] * 2


def test_draws_with_the_same_random_numbers_are_no_second_chance():
    """Two campaigns of equal seed take the same items, so the larger one stands alone."""
    both = [item("t1", "one", 0.4), item("t2", "one", 0.4), item("t1", "two", 0.1)]
    found = drawn(both, reach("one", seed="1"), reach("two", seed="1"))
    assert [round(one.weight, 6) for one in found.items] == [2.5, 2.5]
    assert list(found.left_out) == [samples.ALONE]
    other = drawn(both, reach("one", seed="1"), reach("two", seed="2"))
    assert not other.left_out


def test_an_item_drawn_twice_counts_once_with_all_answers():
    """Both campaigns' answers to one item make one value."""
    twice = [item("t1", "one"), item("t1", "two", by={"ben": 0.0})]
    found = drawn(twice, reach("one"), reach("two"))
    assert [(one.value, dict(one.by)) for one in found.items] == [(0.5, {"ana": 1.0, "ben": 0.0})]


def test_where_chances_cannot_be_told_the_larger_campaign_stands_alone():
    """Strata by thumbs leave unclear what the other campaign's items had for chances."""
    by_thumbs = {"thumbs down": Stratum(2, 2), "no vote": Stratum(8, 2)}
    items = [item("t1", "one"), item("t2", "one"), item("t3", "two", 1.0, stratum="thumbs down")]
    found = drawn(items, reach("one"), reach("two", strata=by_thumbs))
    assert [one.trace_id for one in found.items] == ["t1", "t2"]
    assert [one.trace_id for one in found.left_out[samples.ALONE]] == ["t3"]


def test_a_stratum_that_nobody_has_touched_makes_a_hole():
    """Until each part of the pool has an answer, the others do not speak for all of it."""
    strata = {"thumbs down": Stratum(2, 2), "no vote": Stratum(8, 2)}
    found = drawn([item("t1", stratum="no vote")], reach("c", strata=strata, done={"no vote"}))
    assert list(found.left_out) == [samples.UNTOUCHED]


@pytest.mark.parametrize("version", ["v", "app · v"])
def test_a_stratum_of_another_version_makes_no_hole(version):
    """Only the strata that may hold traces of the version matter, whatever signs its name has."""
    mine = f"{version} · thumbs down"
    strata = {mine: Stratum(10, 4), "w · thumbs down": Stratum(90, 9)}
    one = reach("c", strata=strata, done={mine})
    found = sample_of([item("t1", stratum=mine)], {one.key: one}, version, TIMES, WHEN)
    assert len(found.items) == 1


def test_sessions_and_single_answers_are_not_counted_together():
    """A share of sessions is another number than a share of answers."""
    mixed = [item("t1", "one"), item("t2", "two", unit="session")]
    found = drawn(mixed, reach("one"), reach("two"))
    assert [one.trace_id for one in found.items] == ["t1"]
    assert list(found.left_out) == [samples.OTHER_UNIT]
    alone = drawn([item("t2", "two", unit="session")], reach("two"))
    assert alone.sessions
    assert len(alone.items) == 1


def test_a_running_campaign_makes_the_sample_running():
    """While answers may still come, the interval is another one."""
    assert drawn([item("t1")], reach("c", running=True)).running
