"""Planning on a real store: from a pool of traces to campaigns that run and grow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.campaigns import Campaign, PlanPart, items_of
from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.errors import Cancelled, Conflict, InvalidDesign, NotAllowed, NotFound
from review_app.people import Person
from review_app.pool import Pool
from review_app.questions import DEFAULT_QUESTIONS
from review_app.traces import TraceRecord
from services.assessments import create_assessment
from services.bulk import write_traces
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.parcels import parcel_from_record
from services.planning import Planning
from services.questions import ensure_questions
from services.queues import find_queue, queue_name, set_status, statuses
from services.reassigning import Reassigning
from services.settings import read_settings

LEA = Person("lea", is_lead=True)
ANA = Person("ana")
PEOPLE = ("ana", "bo", "cy")


@pytest.fixture
def desk(store):
    """The services of a store that holds 40 traces of "bot" in ten sessions, 5 of them disliked."""
    experiment_id = store.experiment_id("bot", create=True)
    records = [
        TraceRecord(
            f"tr-{n:03d}",
            experiment_id,
            requested_at_ms=1_000_000 + n * 1000,
            metadata={"mlflow.trace.session": f"s{n // 4}"},
            tags={"app_version": f"v{n % 2}"},
            request_preview=f"Question {n}",
        )
        for n in range(40)
    ]
    write_traces(store, experiment_id, [parcel_from_record(r, experiment_id) for r in records])
    for n in range(0, 40, 8):
        vote = Assessment("user_feedback", value=False, source="u1", rationale="No.")
        create_assessment(store, f"tr-{n:03d}", vote)
    ensure_questions(store, experiment_id, DEFAULT_QUESTIONS[:1])
    campaigns = Campaigns(store)
    writing = CampaignWriting(campaigns)
    planning = Planning(campaigns, writing, read_settings({}))
    return planning, campaigns, Reassigning(campaigns, writing)


DESIGN = Design(
    "November",
    Pool("bot"),
    questions=("quality",),
    reviewers=PEOPLE,
    sample=Sample("mixed", n=12, always=("thumbs_down",)),
    sharing=Sharing(common=6),
    gold=(Gold("tr-001", {"quality": True}, "It is."), Gold("tr-002", {"quality": False})),
    practice=1,
)
NOW = 2_000_000


def _write(planning, design=DESIGN, now_ms=NOW):
    found = planning.scan(design.pool, now_ms=now_ms)
    return planning.write(LEA, planning.prepare(design, found), found)


def _later(store, count, first=100, at_ms=3_000_000):
    """Write traces that come after the first draw."""
    experiment_id = store.experiment_id("bot")
    records = [
        TraceRecord(f"tr-{n}", experiment_id, requested_at_ms=at_ms + n)
        for n in range(first, first + count)
    ]
    write_traces(store, experiment_id, [parcel_from_record(r, experiment_id) for r in records])


def test_a_design_becomes_a_campaign_that_can_be_worked_on(store, desk):
    """What the lead designed stands in MLflow: queues, links, questions, open notes, the file."""
    planning, campaigns, reassigning = desk
    made = _write(planning)
    campaign = campaigns.get("november")
    assert campaign == made
    assert (campaign.status, campaign.owner, campaign.reviewers) == ("open", "lea", PEOPLE)
    assert [q.name for q in campaign.questions] == ["quality", "note"]
    assert campaign.file["sample"]["kind"] == "mixed"
    plan = campaigns.plan(campaign)
    assert sum(i.probability == 1.0 for i in plan if i.frame == "pool-1") >= 5
    for person in PEOPLE:
        mine = items_of(person, campaign.run_id, plan)
        assert reassigning.tally(campaign, person) == {
            "complete": 0,
            "declined": 0,
            "pending": len(mine),
        }
        assert next(iter(mine.values())).planned.role == "practice"


def test_only_leads_write_campaigns(desk):
    """A reviewer cannot make or grow a campaign, whatever they send."""
    planning, _, reassigning = desk
    found = planning.scan(DESIGN.pool, now_ms=NOW)
    prepared = planning.prepare(DESIGN, found)
    with pytest.raises(NotAllowed):
        planning.write(ANA, prepared, found)
    campaign = planning.write(LEA, prepared, found)
    for change in (
        lambda: planning.top_up(ANA, campaign),
        lambda: reassigning.add_reviewer(ANA, campaign, "di"),
        lambda: reassigning.remove_reviewer(ANA, campaign, "bo"),
        lambda: reassigning.rebalance(ANA, campaign),
    ):
        with pytest.raises(NotAllowed):
            change()


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"gold": (Gold("tr-999", {"quality": True}),)}, "There is no trace tr-999"),
        ({"pool": Pool("bot", text="never said")}, "No trace passes"),
        ({"questions": ("tone",)}, "no question “tone”"),
        ({"repeats": Repeats(2, "Nowhere")}, "no campaign called “Nowhere”"),
        ({"sharing": Sharing(each=4)}, "need 4 reviewers"),
    ],
)
def test_a_design_with_a_problem_writes_nothing(desk, change, sentence):
    """While anything is wrong, nothing reaches MLflow."""
    planning, campaigns, _ = desk
    design = replace(DESIGN, practice=0, **change)
    found = planning.scan(design.pool, now_ms=NOW)
    prepared = planning.prepare(design, found)
    assert any(sentence in p.sentence for p in prepared.problems), prepared.problems
    with pytest.raises(InvalidDesign):
        planning.write(LEA, prepared, found)
    assert list(campaigns.runs()) == []


def test_a_pool_of_an_experiment_that_is_none(desk):
    """A pool in an experiment that does not exist is a sentence."""
    planning, _, _ = desk
    with pytest.raises(NotFound, match="no experiment called “bott”"):
        planning.scan(Pool("bott"))


def test_a_scan_can_be_stopped(desk):
    """Looking through a large pool ends as soon as the lead says so."""
    planning, _, _ = desk

    def stop(done: int, total: int) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        planning.scan(DESIGN.pool, stop)


def test_repeats_are_what_each_reviewer_answered(store, desk):
    """What is asked again from the campaign before was answered then, by the same person."""
    planning, campaigns, _ = desk
    first = _write(planning, replace(DESIGN, name="October", gold=(), practice=0))
    answered = {}
    for person in PEOPLE[:2]:
        queue = find_queue(store, first.experiment_id, queue_name("October", person, 1)) or ""
        answered[person] = sorted(statuses(store, queue))[:4]
        for trace_id in answered[person]:
            set_status(store, queue, trace_id, "complete", person)
    design = replace(
        DESIGN,
        name="Next",
        pool=Pool("bot", traces=tuple(f"tr-{n:03d}" for n in range(3, 8))),
        sample=Sample("all"),
        sharing=Sharing(),
        repeats=Repeats(3, "October"),
        gold=(),
        practice=0,
    )
    again = _write(planning, design)
    plan = campaigns.plan(again)
    for person in PEOPLE:
        second = [i for i in items_of(person, again.run_id, plan).values() if i.round == 2]
        assert {i.trace_id for i in second} <= set(answered.get(person, ()))
        assert bool(second) == (person in answered)
        if second:
            queue = find_queue(store, again.experiment_id, queue_name("Next", person, 2)) or ""
            assert set(statuses(store, queue)) == {i.trace_id for i in second}


def test_a_session_stands_under_its_very_first_trace(desk):
    """A session that began before the window is reviewed as a whole, from its first trace on."""
    planning, campaigns, _ = desk
    design = replace(
        DESIGN,
        pool=Pool("bot", traces=("tr-002", "tr-007", "tr-013")),
        sample=Sample("all", unit="session"),
        sharing=Sharing(),
        gold=(),
        practice=0,
    )
    plan = campaigns.plan(_write(planning, design))
    assert sorted((i.trace_id, i.unit) for i in plan) == [
        ("tr-000", "session"),
        ("tr-004", "session"),
        ("tr-012", "session"),
    ]


def test_a_top_up_draws_what_came_since(store, desk):
    """A scheduler that tops up gets the new traces by the same rule, each once."""
    planning, campaigns, reassigning = desk
    campaign = _write(planning)
    before = {p: reassigning.tally(campaign, p)["pending"] for p in PEOPLE}
    _later(store, 5)
    assert planning.top_up(LEA, campaign) == 5
    grown = campaigns.get("November")
    assert len(campaigns.frames(grown)) == 3
    after = {p: reassigning.tally(grown, p)["pending"] for p in PEOPLE}
    assert sum(after.values()) > sum(before.values())
    with pytest.raises(Conflict, match="nothing new"):
        planning.top_up(LEA, grown)


def test_more_of_the_same_pool(store, desk):
    """Ten more of the pool as it was come in, and both draws are one sample."""
    planning, campaigns, _ = desk
    campaign = _write(planning)
    _later(store, 30)
    assert planning.top_up(LEA, campaign, 10) == 10
    grown = campaigns.get("November")
    drawn = [i for i in campaigns.plan(grown) if i.frame == "pool-2"]
    assert {i.probability for i in drawn if i.stratum == "the others"} == {22 / 35}
    assert not {i.trace_id for i in drawn} & {f"tr-{n}" for n in range(100, 130)}


@pytest.mark.parametrize(
    "status, file, error", [("closed", {"x": 1}, Conflict), ("open", {}, InvalidDesign)]
)
def test_what_cannot_be_topped_up_is_said(store, desk, make_campaign, status, file, error):
    """A closed campaign, or one that was not made from a design, is not topped up."""
    planning, campaigns, _ = desk
    made = make_campaign(store, 2, file=file)
    with pytest.raises(error):
        planning.top_up(LEA, campaigns.set_status(made.campaign, status))


def test_reviewers_come_and_go(store, desk):
    """A new reviewer gets a share, one who leaves hands over what they had not begun."""
    planning, campaigns, reassigning = desk
    campaign = _write(planning)
    added = reassigning.add_reviewer(LEA, campaign, " Di ")
    assert added.reviewers == (*PEOPLE, "di")
    assert reassigning.tally(added, "di")["pending"] >= 3
    with pytest.raises(Conflict, match="reviews this campaign already"):
        reassigning.add_reviewer(LEA, added, "DI")
    left = reassigning.remove_reviewer(LEA, added, "bo")
    assert left.reviewers == ("ana", "cy", "di")
    queue = find_queue(store, campaign.experiment_id, queue_name("November", "bo", 1)) or ""
    assert statuses(store, queue) == {}
    planned = {t.reviewer for i in campaigns.plan(left) for t in i.assigned}
    assert planned == {"ana", "cy", "di"}


def test_who_runs_dry_helps_the_others(store, desk):
    """A reviewer without items takes over some of the longest list, and can work on them."""
    planning, campaigns, reassigning = desk
    design = replace(DESIGN, sample=Sample("all"), sharing=Sharing(), gold=(), practice=0)
    campaign = _write(planning, design)
    queue = find_queue(store, campaign.experiment_id, queue_name("November", "ana", 1)) or ""
    for trace_id in statuses(store, queue):
        set_status(store, queue, trace_id, "complete", "ana")
    count = reassigning.take_over(campaign, ANA)
    assert count >= 1
    assert reassigning.tally(campaigns.get("November"), "ana")["pending"] == count
    with pytest.raises(NotAllowed):
        reassigning.take_over(campaign, Person("zoe"))


def test_lists_are_levelled(store, desk):
    """After somebody fell behind, the lead levels what nobody has begun."""
    planning, campaigns, reassigning = desk
    design = replace(DESIGN, sample=Sample("all"), sharing=Sharing(), gold=(), practice=0)
    campaign = _write(planning, design)
    queue = find_queue(store, campaign.experiment_id, queue_name("November", "ana", 1)) or ""
    for trace_id in statuses(store, queue):
        set_status(store, queue, trace_id, "complete", "ana")
    assert reassigning.rebalance(LEA, campaign) > 0
    left = [reassigning.tally(campaigns.get("November"), p)["pending"] for p in PEOPLE]
    assert max(left) - min(left) <= 1
    with pytest.raises(Conflict, match="level already"):
        reassigning.rebalance(LEA, campaigns.get("November"))


def test_a_campaign_for_everybody_moves_nothing(store, desk, make_campaign):
    """Where everybody reviews everything there is nothing to move, and it is said."""
    _, _, reassigning = desk
    made = make_campaign(store, 2, (), join="anyone")
    with pytest.raises(Conflict, match="reviews all of it"):
        reassigning.rebalance(LEA, made.campaign)
    alone = make_campaign(store, 2)
    with pytest.raises(InvalidDesign, match="needs a reviewer"):
        reassigning.remove_reviewer(LEA, alone.campaign, "ana")
    assert isinstance(alone.campaign, Campaign)
    assert PlanPart(()).items == ()
