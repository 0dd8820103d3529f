"""Where a new campaign begins, and what its goal changes in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from components.builder_draft import Draft, begun, next_name
from review_app.design import Design, Sample, Sharing
from review_app.pool import Pool

TODAY = datetime(2026, 11, 24, tzinfo=UTC)
RANDOM, NEWEST, STRATIFIED = (
    Sample("random", n=60),
    Sample("newest", n=5),
    Sample("stratified", n=60, by=("version",)),
)


def test_a_suggestion_replaces_a_suggestion():
    """Another goal changes the sample that the goal before had suggested."""
    first = begun({}, "bot", TODAY).suggested(RANDOM, Sharing())

    assert first.suggested(STRATIFIED, Sharing(common=60)).design.sample == STRATIFIED
    assert first.suggested(STRATIFIED, Sharing(common=60)).design.sharing == Sharing(common=60)


def test_a_suggestion_leaves_what_was_chosen():
    """What the lead has changed stays, whatever the goal suggests afterwards."""
    first = begun({}, "bot", TODAY).suggested(RANDOM, Sharing())
    chosen = replace(first, design=replace(first.design, sample=NEWEST))

    assert chosen.suggested(STRATIFIED, Sharing()).design.sample == NEWEST


def test_quotas_of_small_strata_are_kept_until_the_goal_changes():
    """Quotas that the table sets for small strata stay while nothing else is suggested."""
    first = begun({}, "bot", TODAY).suggested(STRATIFIED, Sharing())
    sized = replace(STRATIFIED, quotas={"v1": 10})
    draft = replace(first, design=replace(first.design, sample=sized))

    assert draft.suggested(STRATIFIED, Sharing()).design.sample == sized
    assert draft.suggested(RANDOM, Sharing()).design.sample == RANDOM


@pytest.mark.parametrize(
    "given,sample",
    [
        ({"pool": Pool("bot", thumbs="down"), "sample": NEWEST}, NEWEST),
        ({"experiment": "bot", "question": "tone", "traces": ["tr-1"]}, Sample("all")),
        ({"design": Design("Nov", Pool("bot"), sample=NEWEST)}, NEWEST),
    ],
    ids=["inbox", "questions", "copy"],
)
def test_what_another_screen_asked_for_is_no_suggestion(given, sample):
    """A sample that came from another screen is drawn as it was asked for there."""
    draft = begun(given, "other", TODAY)

    assert draft.design.pool.experiment == "bot"
    assert draft.suggested(RANDOM, Sharing()).design.sample == sample


def test_a_copy_has_a_name_of_its_own():
    """A copy of a campaign does not begin with a name that is taken."""
    assert next_name("Week 9") == "Week 10"
    assert begun({"design": Design("Nov", Pool("bot"))}, "", TODAY).design.name == "Nov 2"
    assert isinstance(begun({}, "bot", TODAY), Draft)
    assert begun({}, "bot", TODAY).design.name == "bot, 24 Nov"
