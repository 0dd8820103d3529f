"""Tables of the quality page: shares with denominators, counts that are no quality, weeks."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from components.quality_time import lines_of, with_weeks

HERE = {"experiment": "Support bot"}


def _draw(quality, here):
    from components.quality_tables import numbers_table, stage_table, votes_table

    stage_table(quality, here)
    votes_table(quality.votes, here)
    numbers_table(quality)


@pytest.fixture
def tables(example):
    """The three tables, each a list of rows, each a list of cells."""
    at = AppTest.from_function(_draw, args=(example, HERE), default_timeout=30).run()
    assert not at.exception
    return [cells(element.proto.body) for element in at.get("html")]


def cells(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split())
            for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_stages_have_denominators(tables):
    """Where failures start is a share of what failed in that version; below ten only a count."""
    head, retrieval, unpinned = tables[0]
    assert head[1:3] == ["v3 of 17 failed", "v2 of 1 failed"]
    assert retrieval == ["Retrieval", "2 12 % (3–34)", "0", "–"]
    assert unpinned == ["Not pinned", "15 88 % (66–97)", "1 of 1", "–"]


def test_thumbs_are_counts(tables):
    """End users' votes stand with the share who voted, and with no interval."""
    _, first, second = tables[1]
    assert first == ["v3", "2,340", "72 3 %", "60", "12"]
    assert second == ["v2", "5,100", "0", "0", "0"]


def test_numbers_have_n_and_absence_is_a_dash(tables):
    """Every rate has its interval and n; what cannot be said is a dash, never a zero."""
    head, first, second, third, *_ = tables[2]
    assert first[head.index("Combined")] == "85 % (81–89), n = 120"
    assert second[head.index("Combined")] == "–"
    assert third[head.index("Human")] == "–"


def test_a_chart_needs_two_weeks(example):
    """A question is drawn over time once two of its weeks have a rate, the newest version last."""
    assert list(with_weeks(example)) == ["faithful"]
    lines = lines_of(example, "faithful")
    assert [[one.version for one in line] for line in lines] == [["v2"] * 3, ["v3"] * 3]
    assert with_weeks(replace(example, weeks=example.weeks[:1])) == {}
