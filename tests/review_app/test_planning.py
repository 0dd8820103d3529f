"""Planning: a design and a pool come to one plan, and what is wrong comes to sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.assignment import Again
from review_app.campaigns import items_of
from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.planning import Known, Scan, prepare
from review_app.pool import Candidate, Pool
from review_app.questions import Question

GOOD = Question("good", "pass_fail", options=("Pass", "Fail"))
TONE = Question("tone", "choice", options=("Kind", "Rude"))
KNOWN = Known((GOOD, TONE), frozenset({"taken"}))
POOL = Pool("bot", last_days=7)
PEOPLE = ("ana", "bo", "cy")
CANDIDATES = [
    Candidate(f"tr-{n:03d}", 1000 + n, thumbs=False if n < 12 else None, version=f"v{n % 2}")
    for n in range(200)
]
SCAN = Scan(CANDIDATES, 1000, 2000)
DESIGN = Design(
    "November",
    POOL,
    questions=("good", "tone"),
    reviewers=PEOPLE,
    sample=Sample("mixed", n=60, always=("thumbs_down",)),
    sharing=Sharing(common=30),
    gold=tuple(Gold(f"gold-{n}", {"good": True}, "Because.") for n in range(6)),
    practice=2,
    seed="7",
)


def test_the_plan_holds_what_the_lead_asked_for():
    """All thumbs-down, sixty random, thirty common items and six gold ones come to one plan."""
    prepared = prepare(DESIGN, SCAN, KNOWN)
    assert prepared.problems == ()
    plan = prepared.part.items
    sampled = [item for item in plan if item.frame == "pool-1"]
    assert len(sampled) == 72
    assert sum(len(item.assigned) == 3 for item in sampled) == 30
    assert [item.role for item in plan[:6]] == ["practice"] * 2 + ["gold"] * 4
    assert prepared.items_each == dict.fromkeys(PEOPLE, 6 + 30 + 14)
    assert prepared.seconds_each == 50 * 120
    first = next(iter(items_of("ana", "run", plan).values()))
    assert (first.planned.role, first.planned.right) == ("practice", {"good": True})
    frame = prepared.part.frames[0]
    assert (frame.id, frame.since_ms, frame.until_ms, frame.seed) == ("pool-1", 1000, 2000, "7")
    assert frame.whole_traffic
    assert {name: (s.N, s.n) for name, s in frame.strata.items()} == {
        "thumbs down": (12, 12),
        "the others": (188, 60),
    }


def test_a_gold_item_that_was_drawn_keeps_its_probability():
    """A gold item that the draw took too stays in its frame and counts by the lead's label."""
    gold = tuple(Gold(f"tr-{n:03d}", {"good": True}) for n in range(12))
    plan = prepare(replace(DESIGN, gold=gold, practice=0), SCAN, KNOWN).part.items
    of_gold = [item for item in plan if item.role == "gold"]
    assert {(i.frame, i.probability, i.stratum) for i in of_gold} == {
        ("pool-1", 1.0, "thumbs down")
    }
    assert len({item.trace_id for item in plan}) == len(plan)


def test_repeats_come_from_the_campaign_before():
    """Each reviewer is asked some of what they answered before once more, never a drawn item."""
    earlier = {p: [Again(f"tr-{n:03d}", "trace", 2) for n in range(50)] for p in PEOPLE}
    design = replace(DESIGN, repeats=Repeats(4, "October"))
    prepared = prepare(design, SCAN, replace(KNOWN, earlier=earlier))
    assert prepared.problems == ()
    for person in PEOPLE:
        again = [i for i in items_of(person, "r", prepared.part.items).values() if i.round == 2]
        assert len(again) == 4
        assert {i.planned.frame for i in again} == {"repeats"}
    later = prepare(replace(design, seed="8"), SCAN, replace(KNOWN, earlier=earlier))
    chosen = [{i.trace_id for i in p.part.items if i.frame == "repeats"} for p in (prepared, later)]
    assert chosen[0] != chosen[1]


def test_the_same_seed_gives_the_same_plan():
    """The plan follows from design, pool and seed alone, whoever asks and when."""
    shuffled = replace(SCAN, candidates=CANDIDATES[::-1])
    assert prepare(DESIGN, shuffled, KNOWN).part == prepare(DESIGN, SCAN, KNOWN).part
    assert prepare(replace(DESIGN, seed="8"), SCAN, KNOWN).part != prepare(DESIGN, SCAN, KNOWN).part


@pytest.mark.parametrize(
    "change, scan, field, sentence",
    [
        ({}, Scan([]), "pool", "No trace passes these filters"),
        ({"name": " "}, SCAN, "name", "Give the campaign a name"),
        ({"name": "TAKEN"}, SCAN, "name", "exists already"),
        ({"name": "x" * 151}, SCAN, "name", "at most 150"),
        ({"questions": ()}, SCAN, "questions", "at least one question"),
        ({"questions": ("good", "good")}, SCAN, "questions", "asked twice"),
        ({"questions": ("nice",)}, SCAN, "questions", "no question “nice”"),
        ({"reviewers": ()}, SCAN, "reviewers", "at least one reviewer"),
        ({"reviewers": ("ana", "ANA ")}, SCAN, "reviewers", "named twice"),
        ({"reviewers": ("a\u202eb",)}, SCAN, "reviewers", "cannot be a reviewer"),
        ({"reviewers": ("a, b",)}, SCAN, "reviewers", "no commas"),
        ({"sharing": Sharing(each=4)}, SCAN, "sharing.each", "need 4 reviewers; there are 3"),
        ({"sharing": Sharing(each=0)}, SCAN, "sharing.each", "at least one review"),
        ({"sharing": Sharing(common=30, people=5)}, SCAN, "sharing.people", "there are 3"),
        ({"sharing": Sharing(common=100)}, SCAN, "sharing.common", "72"),
        ({"gold": (Gold("t", {}),), "practice": 0}, SCAN, "gold", "Say what is right"),
        ({"gold": (Gold("t", {"good": "x"}),), "practice": 0}, SCAN, "gold", "takes Pass or Fail"),
        ({"gold": (Gold("t", {"nice": 1}),), "practice": 0}, SCAN, "gold", "is not asked"),
        ({"gold": (Gold("", {"good": True}),), "practice": 0}, SCAN, "gold", "id of its trace"),
        ({"practice": 7}, SCAN, "practice", "there are 6"),
        ({"repeats": Repeats(3)}, SCAN, "repeats.each", "earlier campaign"),
        ({"repeats": Repeats(-1)}, SCAN, "repeats.each", "negative"),
        ({"sample": Sample("random", n=201)}, SCAN, "sample.n", "holds 200 items"),
        ({"time_box_minutes": 0}, SCAN, "time_box_minutes", "at least one minute"),
        ({"pool": Pool("bot", since="yesterday")}, SCAN, "pool.since", ""),
        ({"join": "anyone"}, SCAN, "reviewers", "Either name"),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(change, scan, field, sentence):
    """Whatever is wrong with a design is said in a sentence at the field it belongs to."""
    problems = prepare(replace(DESIGN, **change), scan, KNOWN).problems
    assert any(p.field == field and sentence in p.sentence for p in problems), problems


def test_repeats_of_a_campaign_that_is_none():
    """Repeats from a campaign that does not exist are a sentence, not silently left out."""
    design = replace(DESIGN, repeats=Repeats(3, "Octobre"))
    problems = prepare(design, SCAN, replace(KNOWN, earlier=None)).problems
    assert [p.field for p in problems] == ["repeats.campaign"]
    assert "no campaign called “Octobre”" in problems[0].sentence


def test_the_preview_says_what_can_be_concluded():
    """Before anything is written the lead reads what the plan can show, and what it cannot."""
    one = replace(DESIGN, reviewers=("ana",), sharing=Sharing(), goal="judge", gold=(), practice=0)
    prepared = prepare(one, SCAN, KNOWN)
    assert any("needs 3 reviewers on the same 60 items" in s for s in prepared.cannot)
    assert any("one expert's view" in s for s in prepared.cannot)
    rate = replace(
        DESIGN,
        goal="rate of a version",
        sample=Sample("stratified", n=60, by=("version",)),
    )
    said = prepare(rate, SCAN, KNOWN).can
    assert "The rate of v0 to about ± 10 points." in said
    assert any("30 items that they share" in s for s in said)
    narrowed = prepare(replace(rate, pool=replace(POOL, thumbs="down")), SCAN, KNOWN)
    assert any("filters narrow this pool" in s for s in narrowed.cannot)
    two = replace(rate, goal="compare two versions", sample=replace(rate.sample, n=90))
    assert any("Differences from about" in s for s in prepare(two, SCAN, KNOWN).can)
    boxed = prepare(replace(DESIGN, time_box_minutes=30), SCAN, KNOWN)
    assert boxed.time.startswith("30 minutes are enough for about 15 of the 50 items")
