"""Traffic in columns."""

from __future__ import annotations

import numpy as np

from review_app.judges import JudgeKey
from review_app.quality.traffic import Scored, Seen, traffic_of

KEY = JudgeKey("good", "good@1")


def test_columns_are_in_the_order_of_time():
    """Whatever order traces are read in, the oldest comes first and keeps its own values."""
    traffic = traffic_of(
        [
            Seen("c", 30, "v2", "s1", thumbs=False, scores=(Scored(KEY, 0.25),)),
            Seen("a", 10, "v1", "s1", thumbs=True),
            Seen("b", 20, "v1", scores=(Scored(KEY, "yes"),)),
        ]
    )
    assert traffic.trace_ids == ("a", "b", "c")
    assert traffic.versions == ("v2", "v1")
    assert traffic.of_version("v1").tolist() == [True, True, False]
    assert traffic.thumbs.tolist() == [1, -1, 0]
    assert traffic.session[0] == traffic.session[2] != traffic.session[1]
    assert traffic.within(15, 30).tolist() == [False, True, True]
    assert traffic.within(15, 0).tolist() == [False, True, True]
    assert not traffic.of_version("v3").any()


def test_true_and_1_are_different_scores():
    """A judge that says pass is no judge that says the number 1: thresholds are for numbers."""
    traffic = traffic_of(
        [
            Seen("a", 1, "v", scores=(Scored(KEY, True),)),
            Seen("b", 2, "v", scores=(Scored(KEY, 1),)),
            Seen("c", 3, "v"),
        ]
    )
    column = traffic.columns[KEY]
    passed = column.passes(lambda score: score if isinstance(score, bool) else float(score) >= 3)
    assert passed[:2].tolist() == [1.0, 0.0]
    assert np.isnan(passed[2])
    assert column.there.tolist() == [True, True, False]


def test_no_traces_are_no_trouble():
    """An experiment without traces has traffic, too: none."""
    traffic = traffic_of(())
    assert len(traffic) == 0
    assert not traffic.within(0, 0).any()
