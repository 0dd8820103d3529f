"""A version that nobody labeled: what its judge's scores say if it errs there as in its check."""

from __future__ import annotations

import pytest

from components.quality_words import facts
from review_app.estimate.share import weighted_share
from review_app.judges import JudgeKey
from review_app.quality.asking import Known, KnownJudge
from review_app.quality.carrying import BY_CHANCE, NO_CHECK, Errors
from review_app.quality.page import quality_of
from review_app.quality.traffic import Scored, Seen, traffic_of
from review_app.questions import Question

GOOD = Question("good", "pass_fail", options=("Pass", "Fail"))
KEY = JudgeKey("good", "good@1")
NOW = 1_796_040_000_000
DAY = 24 * 3_600_000


def share(right, of):
    return weighted_share([1] * right + [0] * (of - right))


def cell(errors, *, passed=70, scored=100, size=100):
    """The only cell of a version; its judge scored some of the answers and passed some of these."""
    traces = [
        Seen(
            f"t{n}",
            NOW - 4 * DAY + n,
            "v1",
            scores=(Scored(KEY, n < passed),) if n < scored else (),
        )
        for n in range(size)
    ]
    known = Known(traffic_of(traces), {"good": GOOD}, judges={KEY: KnownJudge(errors=errors)})
    return quality_of("bot", known, {}, "week", NOW).cells[0]


def test_a_share_of_scores_is_corrected_by_the_judges_errors():
    """A judge that is right nine times of ten and passes 70 % speaks for 75 %, and says if what."""
    found = cell(Errors("Orders@v1", share(90, 100), share(90, 100)))
    assert found.carried.value == pytest.approx(0.75)
    assert found.carried.interval.low < 0.65
    assert found.carried.interval.high > 0.85
    said = " ".join(facts(found, 0.05))
    assert "If the judge errs on this version as it did on “Orders@v1”: 75 %" in said
    assert "An assumption" in said


def test_it_is_never_the_rate_of_the_version():
    """What is assumed enters no rate: the version stays unchecked, and the first line says so."""
    found = cell(Errors("Orders@v1", share(90, 100), share(90, 100)))
    assert found.best == "judge"
    assert found.human.value is None
    assert found.combined.value is None


@pytest.mark.parametrize(
    "errors, size, why",
    [
        (None, 100, NO_CHECK),
        (Errors("Orders@v1", share(0, 0), share(9, 10)), 100, NO_CHECK),
        (Errors("Orders@v1", share(50, 100), share(50, 100)), 100, BY_CHANCE.format("Orders@v1")),
        (Errors("Orders@v1", share(90, 100), share(90, 100)), 150, "random part"),
    ],
    ids=["never checked", "no good answers in its check", "chance", "some scores by no chance"],
)
def test_where_nothing_can_be_assumed_it_says_why(errors, size, why):
    """Without a check, with a judge of no use, or with scores of any old part, there is no rate."""
    found = cell(errors, size=size)
    assert found.carried.value is None
    assert why in found.carried.why
    assert "If the judge errs" not in " ".join(facts(found, 0.05))
