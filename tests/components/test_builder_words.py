"""A design in words, as it stands above the button that writes it."""

from __future__ import annotations

import pytest

from components.builder_words import design_in_words, sample_in_words
from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.pool import Pool
from review_app.questions import Question

STRATIFIED_WORDS = (
    "9 of each stratum by version and tag team, but for 1 of them, one of each group of"
    " near-duplicates"
)
TONE = Question("tone", "text", title="Is the tone right?")


@pytest.mark.parametrize(
    "sample,words",
    [
        (Sample("all"), "everything in the pool"),
        (Sample("random", n=1200), "1,200 at random"),
        (Sample("newest", n=5, unit="session"), "the 5 newest, whole conversations"),
        (
            Sample("mixed", n=60, always=("thumbs_down", "errors")),
            "all thumbs-down and errors, and 60 random ones of the others",
        ),
        (
            Sample("stratified", n=9, by=("version", "tag:team"), quotas={"v1": 2}, distinct=True),
            STRATIFIED_WORDS,
        ),
    ],
)
def test_every_way_to_draw_has_words(sample, words):
    """A lead reads in one sentence how the items are drawn, whatever the design."""
    assert sample_in_words(sample) == words


def test_the_whole_design_is_said():
    """Everything that was chosen can be read before it is written."""
    design = Design(
        "Nov",
        Pool("bot", last_days=7),
        ("tone",),
        ("ana", "bo", "cy"),
        sharing=Sharing(common=30),
        gold=(Gold("tr-1", {"tone": "x"}), Gold("tr-2", {"tone": "y"})),
        practice=1,
        repeats=Repeats(3, "Oct"),
        time_box_minutes=30,
        reveal=True,
    )

    said = dict(design_in_words(design, [TONE]))

    assert said["Pool"] == "Traces of “bot” of the last 7 days."
    assert said["Questions"] == "Is the tone right? · and open notes"
    assert said["Reviewers"] == (
        "ana, bo, cy. Each item is read once. 30 common items are read by 3 people."
        " 30 minutes each. They see nothing but the question and the answer."
        " The others’ answers are shown after one’s own."
    )
    assert said["Checks"] == (
        "2 gold items, 1 of them first as practice; 3 repeats for each reviewer from “Oct”."
    )


def test_what_is_missing_is_said_too():
    """An unfinished design says what nobody has chosen yet."""
    said = dict(design_in_words(Design("Nov", Pool("bot"), notes=False), []))

    assert said["Questions"] == "None yet."
    assert said["Reviewers"].startswith("Nobody yet.")
    assert said["Checks"] == "No gold items; no repeats."
