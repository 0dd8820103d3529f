"""Several tabs and several people at once, and keys without any time between them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from services.assessments import assessments_of

pytestmark = [pytest.mark.browser, pytest.mark.faults]


def by_trace(taken, made) -> dict[str, bool]:
    found = dict(taken)
    return {trace_id: found[trace_id] for trace_id in made.traces if trace_id in found}


def test_an_older_tab_never_overwrites(app, module_store, make_campaign, visit, burst, reckoning):
    """My answer in the newer tab stands; what the older one sends is history, and I am told."""
    made = make_campaign(module_store, 10, advance="on choice")
    older = visit(app, "ana")
    newer = visit(older)
    old_keys, new_keys = burst(older), burst(newer)
    older.open(made.name)
    newer.open(made.name)
    old_keys.ahead()
    new_keys.to_the_end("1")
    newer.is_saved()
    old_keys.press("2222", gap=0.03)
    older.is_saved()
    expect(older.say).to_have_text(re.compile("answered this item elsewhere meanwhile"))
    reckoning.add("ana", new_keys.taken())
    assert [value for _, value in old_keys.taken()] == [False] * 4
    reckoning.settle(made, history=4)
    stored = [a for t in made.traces[:4] for a in assessments_of(module_store, t)]
    late = [a for a in stored if a.metadata.get("review.late") == "true"]
    assert [(a.value, a.valid) for a in late] == [(False, False)] * 4
    older.press("ArrowLeft", "ArrowLeft")
    passes = older.form.get_by_role("radio", name="Pass")
    expect(passes).to_have_attribute("aria-checked", "true")


def test_two_tabs_take_turns(app, module_store, make_campaign, visit, burst, reckoning):
    """Two tabs that answer the same items at the same time leave one answer each and lose none."""
    made = make_campaign(module_store, 12, advance="on choice")
    left = visit(app, "ana")
    right = visit(left)
    left_keys, right_keys = burst(left), burst(right)
    left.open(made.name)
    right.open(made.name)
    left_keys.ahead()
    for _ in range(8):
        left_keys.press("1")
        right_keys.press("2")
    left.is_saved()
    right.is_saved()
    said = [by_trace(keys.taken(), made) for keys in (left_keys, right_keys)]
    assert min(map(len, said)) >= 6
    both = said[0].keys() & said[1].keys()
    valid = {
        t: a.value
        for t in made.traces
        for a in assessments_of(module_store, t)
        if a.valid and a.name == "quality"
    }
    assert valid.keys() == said[0].keys() | said[1].keys()
    reckoning.add("ana", list(valid.items()))
    reckoning.settle(made, history=len(both))


def test_two_people_on_the_same_items(app, module_store, make_campaign, visit, burst, reckoning):
    """Two reviewers who read the same items at the same time do not touch each other's answers."""
    made = make_campaign(module_store, 25, ("ana", "bo"), advance="on choice")
    desks = {"ana": visit(app, "ana"), "bo": visit(app, "bo")}
    keys = {person: burst(desk) for person, desk in desks.items()}
    for desk in desks.values():
        desk.open(made.name)
    keys["bo"].ahead()
    for _ in range(25):
        keys["ana"].press("1", gap=0.02)
        keys["bo"].press("2", gap=0.02)
    for person, desk in desks.items():
        keys[person].to_the_end("2" if person == "bo" else "1")
        desk.is_saved()
        reckoning.add(person, keys[person].taken())
    assert len(reckoning.sent) == 50
    reckoning.settle(made)


@pytest.mark.parametrize("together", [True, False], ids=["no time between", "as fast as they go"])
def test_twenty_keys_at_once(app, module_store, make_campaign, visit, burst, reckoning, together):
    """Of twenty keys at once each answers the item on screen or none: none lands on a guess."""
    made = make_campaign(module_store, 20, advance="on choice")
    desk = visit(app, "ana")
    keys = burst(desk)
    desk.open(made.name)
    keys.ahead()
    (keys.press_at_once if together else keys.press)("12" * 10)
    taken = keys.taken()
    assert [trace_id for trace_id, _ in taken] == made.traces[: len(taken)]
    assert len(taken) >= 8
    if len(taken) < 20:
        expect(desk.say).to_have_text(re.compile("Loading the next item|^$"))
    desk.is_saved()
    reckoning.add("ana", taken)
    reckoning.settle(made)
    keys.to_the_end("1")
    desk.is_saved()
    reckoning.add("ana", keys.taken())
    assert len(reckoning.sent) == 20
    reckoning.settle(made)
