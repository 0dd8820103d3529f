"""What a mark opens, what a file holds, and the campaign that is wished for."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from review_app.intervals import Interval
from review_app.quality.files import numbers_csv, stages_csv
from review_app.quality.opened import Topic, topic_from, topic_words, traces_of
from review_app.quality.values import Cell, Headline, Quality, Rate, StageRow, Votes
from review_app.quality.wishing import campaign_for

QUALITY = Quality(
    experiment="Support bot",
    since_ms=1_795_392_000_000,
    until_ms=1_795_996_799_999,
    window="last full week, 23 to 29 Nov 2026",
    computed_ms=1_796_000_000_000,
    traffic=10,
    versions=("v2", "=v1"),
    questions={"good": "Is it good?"},
    judges={},
    cells=(
        Cell(
            "good",
            "=v1",
            human=Rate(2 / 3, Interval(0.21, 0.94), 3, traces=("tr-1", "tr-2")),
            shown=Rate(why="They come from a special pool."),
            unusable=2,
        ),
    ),
    weeks=(Cell("good", "v2", "2026-11-23", judge=Rate(1.0, None, 1, traces=("tr-3",))),),
    headline=Headline("Nothing changed."),
    votes=(Votes("v2", 10, 1, 1, ("tr-4",)),),
    stages=(StageRow("retrieval", {"=v1": ("tr-5",)}),),
    failed={"=v1": 4},
)


@pytest.mark.parametrize(
    "topic, traces, words",
    [
        (Topic("human", "=v1", "good"), ("tr-1", "tr-2"), "Labeled by people: Is it good?"),
        (
            Topic("judge", "v2", "good", "2026-11-23"),
            ("tr-3",),
            "Scored by the judge, week of 2026-11-23: Is it good?",
        ),
        (Topic("down", "v2"), ("tr-4",), "Thumbs-down of end users"),
        (Topic("stage", "=v1", stage="retrieval"), ("tr-5",), "Failures that start at: retrieval"),
        (Topic("judge", "v9", "good"), (), "Scored by the judge: Is it good?"),
        (Topic("stage", "v9", stage="SQL"), (), "Failures that start at: SQL"),
    ],
)
def test_a_mark_is_opened_by_its_address(topic, traces, words):
    """A link to a mark, sent to somebody else, opens the same traces; one that is gone none."""
    assert topic_from({**topic.address, "experiment": "Support bot"}) == topic
    assert traces_of(QUALITY, topic) == traces
    assert topic_words(QUALITY, topic) == words


def test_the_file_holds_everything_at_full_precision():
    """A script gets each rate unrounded, and no cell is a formula to a spreadsheet."""
    rows = list(csv.DictReader(StringIO(numbers_csv(QUALITY).decode())))
    assert [(row["version"], row["week"]) for row in rows] == [("'=v1", ""), ("v2", "2026-11-23")]
    assert float(rows[0]["human_rate"]) == 2 / 3
    assert (rows[0]["human_low"], rows[0]["human_n"], rows[0]["combined_rate"]) == ("0.21", "3", "")
    assert rows[0]["why"] == "They come from a special pool."
    stages = list(csv.DictReader(StringIO(stages_csv(QUALITY).decode())))
    assert stages[1] == {
        "stage": "retrieval",
        "version": "'=v1",
        "started_here": "1",
        "failed": "4",
    }


def test_a_campaign_that_gives_a_rate():
    """What is wished for is a random sample of all of a version's traffic in the window."""
    given = campaign_for(QUALITY, {"version": "v2", "question": "good", "n": "62"})
    assert (given["pool"].since, given["pool"].until) == ("2026-11-23", "2026-11-29")
    assert given["pool"].versions == ("v2",)
    assert (given["sample"].kind, given["sample"].n) == ("random", 62)
    assert (given["question"], given["goal"]) == ("good", "rate of a version")
    assert campaign_for(QUALITY, {"n": "many"})["sample"].n == 30
