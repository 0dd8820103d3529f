"""The panels of the quality page: what each mark says, opens and never claims."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from components.quality_picture import scale_start
from components.quality_words import facts, mark_words, wished
from review_app.intervals import Interval
from review_app.quality.values import Cell, Rate

HERE = {"experiment": "Support bot", "time": "all"}


def _draw(quality, here, ask):
    from components.quality_picture import panels_of, quality_panel

    for question in quality.questions:
        cells = [one for one in quality.cells if one.question == question]
        quality_panel(panels_of(quality, here, ask=ask), cells)


@pytest.fixture
def rows():
    """Draw all panels; returns (question, version) -> the HTML of the row."""

    def draw(quality, *, ask=True) -> dict[tuple[str, str], str]:
        at = AppTest.from_function(_draw, args=(quality, HERE, ask), default_timeout=30).run()
        assert not at.exception
        panels = [element.proto.body for element in at.get("html")]
        found = [
            row
            for panel in panels
            for row in re.findall(r"<section.*?</section>", panel, re.DOTALL)
        ]
        return {
            (cell.question, cell.version): row
            for cell, row in zip(quality.cells, found, strict=True)
        }

    return draw


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def links(html: str) -> list[dict[str, list[str]]]:
    return [parse_qs(unescape(to).lstrip("?")) for to in re.findall(r'href="([^"]+)"', html)]


def test_every_mark_opens_its_traces(example, rows):
    """Combined, human and judge of a version are three links, each with experiment and time."""
    row = rows(example)["faithful", "v3"]
    assert [to["show"] for to in links(row)] == [["combined"], ["human"], ["judge"]]
    for to in links(row):
        assert to["experiment"] == ["Support bot"]
        assert (to["version"], to["question"], to["time"]) == (["v3"], ["faithful"], ["all"])
    assert "Human, v3: 86 % (79–92), n = 120 labels" in text(row)
    assert "85 % (81–89)" in text(row)
    assert "Judge scores saved 36 % of the labels." in text(row)
    assert "better than the version before" in text(row)


def test_a_judge_alone_is_never_the_quality(example, rows):
    """A version without labels is grey, shows no rate in figures, and can be sent to review."""
    row = rows(example)["faithful", example.versions[2]]
    assert "y-grey" in row
    assert "Judge only, not checked on this version" in text(row)
    assert not re.search(r'<div class="y-sum"><b>', row)
    asked = links(row)[-1]
    assert asked["do"] == ["review"]
    assert asked["version"] == [example.versions[2]]
    assert "Have 30 random ones reviewed" in text(row)
    assert "Have" not in text(rows(example, ask=False)["faithful", example.versions[2]])


def test_names_of_versions_are_text(example, rows):
    """A version called like markup is shown as it is called, also in what is heard."""
    row = rows(example)["faithful", "v1 <b>#000001</b>"]
    assert "v1 &lt;b&gt;#000001&lt;/b&gt;" in row
    assert "<b>#000001" not in row


def test_why_the_judge_adds_nothing_is_said(example, rows):
    """Where scores do not help, the row says so, with the bounds of what could not be judged."""
    said = text(rows(example)["faithful", "v2"])
    assert "Judge scores add nothing yet: only 1 of 30 labels failed." in said
    assert "14 % could not be judged or are missing: 83 to 97 % pass" in said
    assert "97 % (83–99)" in said


def test_labels_that_allow_no_rate_are_shown_and_kept_out(example, rows):
    """Labels of a special pool have a share of their own, with the reason, and no mark."""
    row = rows(example)["complete", "v2"]
    assert "14 labels are kept out of the rate. They come from a special pool." in text(row)
    assert "No labels that allow a rate" in text(row)
    assert [to["show"] for to in links(row)[:1]] == [["shown"]]
    assert "<em" not in row


def test_many_versions_are_folded(example, rows):
    """Of twenty versions the newest stand open, the others one click away."""
    cells = tuple(Cell("faithful", f"v{n}", traffic=5, human=Rate(0.5, None, 2)) for n in range(20))
    many = replace(example, cells=cells, questions={"faithful": "Faithful?"})
    at = AppTest.from_function(_draw, args=(many, HERE, True), default_timeout=30).run()
    (panel,) = (element.proto.body for element in at.get("html"))
    opened, _, folded = panel.partition("<details")
    assert opened.count("<section") == 6
    assert folded.count("<section") == 14
    assert "14 older versions" in folded


def test_all_panels_have_one_scale():
    """The scale begins a tenth below the lowest end, and at half at the latest."""
    high = Cell("q", "v", human=Rate(0.9, Interval(0.82, 0.95), 30))
    assert scale_start([high]) == 0.5
    assert scale_start([high, Cell("q", "w", judge=Rate(0.4, Interval(0.37, 0.43), 9))]) == 0.3
    assert scale_start([]) == 0.5


def test_words_of_a_cell():
    """One trace is not “30 random ones”, and a number without an interval says its n."""
    assert wished(Cell("q", "v", traffic=1)) == "Have it reviewed"
    assert wished(Cell("q", "v", traffic=12)) == "Have all 12 reviewed"
    cell = Cell("q", "v", judge=Rate(0.5, None, 1), human=Rate(why="Too few."), labels=2)
    assert mark_words(cell, "judge") == "Judge, v: 50 %, n = 1 scored trace"
    assert facts(cell, 0.05) == ["Too few."]
    assert facts(replace(cell, more=1, labels=0), 0.05) == [
        "About 1 more label bring it to ± 5 points."
    ]
