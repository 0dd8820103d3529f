"""The demo in a real store: as many as in the data, once, also after it was killed in between."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.people import Person
from review_app.pool import Pool
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.demo import load_demo, may_load
from services.imports import File, import_files
from services.planning import Planning
from services.queues import find_queue, queue_name, statuses
from services.settings import read_settings
from services.traces import fetch

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent.parent
DATA = json.loads((ROOT / "examples/data/mtrag/conversations.json").read_text("utf-8"))
ANSWERS = [
    (version, answer)
    for conversation in DATA["conversations"]
    for turn in conversation["turns"]
    for version, answer in turn["answers"].items()
]
REVIEW, SPOT, TRY = "MT-RAG expert review", "Spot check", "Try it: are these answers good enough?"
FIRST, LIVE, VOTE = "First look", "Demo: live traffic", "user_feedback"
READERS = ("annotator-2", "annotator-3", "annotator-6")
DAY_MS = 24 * 3600 * 1000


def now_ms():
    return time.time_ns() // 1_000_000


@pytest.fixture(scope="module")
def stored(demo):
    """Campaign name -> trace id -> the trace with its assessments, for every trace around it."""
    found = {}
    for campaign in Campaigns(demo).every():
        ids, token = [], None
        while True:
            page, token = demo.tracking.search_traces(
                locations=[campaign.experiment_id], max_results=500, page_token=token
            )
            ids += [info.trace_id for info in page]
            if not token:
                break
        found[campaign.name] = fetch(demo, ids)
    return found


def labels(traces, source_type):
    every = [a for fetched in traces.values() for a in fetched.assessments]
    return [a for a in every if a.source_type == source_type]


def test_nothing_is_doubled(demo):
    """Loading the demo again adds nothing, and it is not offered for a store that holds it."""
    before = [run.info.run_id for run in campaign_runs(demo)]
    assert load_demo(demo, now_ms() + DAY_MS).added == 0
    assert [run.info.run_id for run in campaign_runs(demo)] == before
    assert not may_load(demo)


def campaign_runs(store):
    from mlflow.entities import ViewType

    ids = store.experiment_ids()
    return list(store.tracking.search_runs(ids, "", ViewType.ALL, max_results=100))


def test_every_response_of_the_data_is_there_once(stored):
    """477 answers of three versions, with their passages, and as many for the spot check."""
    assert {name: len(traces) for name, traces in stored.items()} == {
        REVIEW: 477,
        SPOT: 477,
        TRY: 29,
        FIRST: 220,
    }
    for name in (REVIEW, SPOT):
        records = [fetched.record for fetched in stored[name].values()]
        said = Counter(r.spans[0].outputs["messages"][0]["content"] for r in records)
        assert said == Counter(answer["text"] for _, answer in ANSWERS)
        assert Counter(len(r.spans[1].outputs) for r in records) == Counter(
            len(turn["passages"])
            for conversation in DATA["conversations"]
            for turn in conversation["turns"]
            for _ in range(3)
        )


def test_every_rating_of_the_data_is_an_answer(stored):
    """Each annotator's rating of each question is one answer with the option's text."""
    wanted: Counter[tuple[str, ...]] = Counter()
    words = {1: "No", 2: "Mostly no", 3: "Mostly yes", 4: "Yes"}
    for version, answer in ANSWERS:
        for annotator, _, _, *values in answer["ratings"]:
            for question, value in zip(DATA["questions"], values, strict=True):
                if value is not None:
                    wanted[version, annotator, question, words[value]] += 1
    found = Counter(
        (a.metadata["review.stratum"], a.source, a.name, a.value)
        for a in labels(stored[REVIEW], "HUMAN")
    )
    assert found == wanted
    assert Counter(a.name for a in labels(stored[REVIEW], "HUMAN")) == {
        "faithfulness": 1419,
        "naturalness": 1413,
        "appropriateness": 1413,
        "completeness": 1411,
    }


def test_answers_carry_what_an_honest_rate_needs(demo, stored):
    """All of MEASUREMENT.md's context is on each answer, declared independent."""
    campaign = Campaigns(demo).get(REVIEW)
    questions = {q.name: q.version for q in campaign.questions}
    frames = Campaigns(demo).frames(campaign)
    for trace_id, fetched in stored[REVIEW].items():
        for a in labels({trace_id: fetched}, "HUMAN"):
            said = a.metadata
            assert said["review.campaign"] == campaign.run_id
            assert (said["review.probability"], said["review.seen"]) == ("1.0", "nothing")
            assert (said["review.round"], said["review.role"]) == ("1", "reviewer")
            assert said["review.question_version"] == questions[a.name]
            assert float(said["review.seconds"]) > 0
            assert said["review.frame"] in frames
            assert a.created_ms == int(said["review.answered_at"]) > fetched.record.requested_at_ms


def test_every_judge_scored_every_response(stored):
    """Three judges' scores of faithfulness stand on all traces of both finished campaigns."""
    for name in (REVIEW, SPOT):
        scores = labels(stored[name], "LLM_JUDGE")
        assert {a.name for a in scores} == {"faithfulness"}
        assert Counter(a.source for a in scores) == {
            "rl_f@1": 477,
            "rb_llm@1": 477,
            "rb_agg@1": 477,
        }
        rl_f = sorted(a.value for a in scores if a.source == "rl_f@1")
        assert rl_f == sorted(answer["judges"]["rl_f"] for _, answer in ANSWERS)


def queued(store, campaign, person):
    queue = find_queue(store, campaign.experiment_id, queue_name(campaign.name, person, 1))
    return statuses(store, queue) if queue else {}


def test_finished_queues_are_complete(demo):
    """Each annotator has a queue with exactly the items they reviewed, all done."""
    campaigns = Campaigns(demo)
    wanted = Counter(row[0] for _, answer in ANSWERS for row in answer["ratings"])
    for name in (REVIEW, SPOT):
        campaign = campaigns.get(name)
        assert (campaign.status, sorted(campaign.reviewers)) == ("closed", sorted(wanted))
        assert campaign.closed_at_ms > 0
        planned = Counter(t.reviewer for p in campaigns.plan(campaign) for t in p.assigned)
        assert name == SPOT or planned == wanted
        for person, count in planned.items():
            assert Counter(queued(demo, campaign, person).values()) == {"complete": count}


def test_the_spot_check_is_a_random_sample_of_each_version(demo, stored):
    """60 of the 159 answers of each version, with that probability on the plan and each answer."""
    plan = Campaigns(demo).plan(Campaigns(demo).get(SPOT))
    assert Counter(p.stratum for p in plan) == dict.fromkeys(DATA["models"], 60)
    assert {p.probability for p in plan} == {60 / 159}
    planned = {p.trace_id for p in plan}
    people = labels(stored[SPOT], "HUMAN")
    assert {float(a.metadata["review.probability"]) for a in people} == {60 / 159}
    answered = {i for i, f in stored[SPOT].items() if labels({i: f}, "HUMAN")}
    assert answered == planned
    assert not {a.assessment_id for a in people} & {
        a.assessment_id for a in labels(stored[REVIEW], "HUMAN")
    }


def test_anybody_can_try_the_open_campaign(demo, stored):
    """A visitor joins by link and has all items before them, of every collection and version."""
    campaigns = Campaigns(demo)
    campaign = campaigns.get(TRY)
    assert (campaign.status, campaign.join, campaign.reviewers) == ("open", "anyone", ())
    kinds = [(q.kind, q.expectation) for q in campaign.questions]
    assert kinds[0] == ("pass_fail", False)
    assert kinds[-1] == ("text", True)
    assert campaign.questions[0].ask_why_on_fail
    assert campaign.questions[0].passed_example
    assert campaign.questions[0].failed_example
    joined = campaigns.join(campaign, Person("visitor"))
    assert joined.reviewers == ("visitor",)
    assert Counter(queued(demo, campaign, "visitor").values()) == {"pending": 29}
    ours = [f.record for f in stored[TRY].values() if f.record.tags.get("collection")]
    assert Counter(r.tags["collection"] for r in ours) == dict.fromkeys(
        ("clapnq", "fiqa", "govt", "ibmcloud"), 5
    )
    assert len({r.metadata["mlflow.modelId"] for r in ours}) == 3
    assert labels(stored[TRY], "HUMAN") == []


def test_agent_traces_leave_their_ids_free(demo):
    """The recorded traces can still be imported under their own ids."""
    files = [
        File(p.name, p.read_bytes()) for p in sorted((ROOT / "examples/traces").glob("*.json"))
    ]
    experiment_id = demo.experiment_id("samples", create=True)
    assert import_files(demo, experiment_id, files, now_ms=0).added == 9


def test_versions_are_logged_models(demo, stored):
    """Each of the three versions is one LoggedModel of its experiment, and its traces name it."""
    experiment_id = Campaigns(demo).get(REVIEW).experiment_id
    models = list(demo.tracking.search_logged_models([experiment_id]))
    assert sorted(m.name for m in models) == ["gpt-4o", "llama-3-1-405b-instruct", "reference"]
    named = Counter(f.record.metadata["mlflow.modelId"] for f in stored[REVIEW].values())
    assert named == {m.model_id: 159 for m in models}


def test_sessions_are_conversations_in_order(stored):
    """A conversation of a version is a session whose turns follow each other in one week."""
    records = [fetched.record for fetched in stored[REVIEW].values()]
    sessions = defaultdict(list)
    for record in sorted(records, key=lambda r: r.requested_at_ms):
        sessions[record.session].append((record.requested_at_ms, int(record.tags["turn"])))
    assert len(sessions) == 60
    for turns in sessions.values():
        assert [turn for _, turn in turns] == list(range(1, len(turns) + 1))
        assert len({when for when, _ in turns}) == len(turns)
    times = [r.requested_at_ms for r in records]
    assert max(times) - min(times) < 7 * 24 * 3600 * 1000


def test_live_traffic_ends_when_the_demo_was_begun(stored):
    """All of it lies in the two weeks before the first loading, though it was finished later."""
    times = [f.record.requested_at_ms for f in stored[FIRST].values()]
    assert now_ms() - 14 * DAY_MS - 3600 * 1000 < min(times)
    assert now_ms() - DAY_MS < max(times) < now_ms()


def test_end_users_vote_on_the_live_traffic(demo, stored):
    """About one answer in four has a thumb of the person who asked, and no judge has scored it."""
    voted = {i: a for i, f in stored[FIRST].items() for a in f.assessments if a.name == VOTE}
    assert 0.2 < len(voted) / 220 < 0.3
    for trace_id, vote in voted.items():
        record = stored[FIRST][trace_id].record
        assert vote.source == record.metadata["mlflow.trace.user"]
        assert record.requested_at_ms < vote.created_ms < now_ms()
    down = [vote for vote in voted.values() if vote.value is False]
    assert 20 <= len(down) <= 30
    assert labels(stored[FIRST], "LLM_JUDGE") == []
    experiment = demo.tracking.get_experiment_by_name(LIVE)
    assert "made up" in experiment.tags["mlflow.note.content"]


def test_the_first_look_is_finished_and_carries_its_context(demo, stored):
    """Three people are done with the same items of the first week, with all that a rate needs."""
    campaign = Campaigns(demo).get(FIRST)
    assert (campaign.status, sorted(campaign.reviewers)) == ("closed", list(READERS))
    plan = Campaigns(demo).plan(campaign)
    assert len(plan) >= 12
    for person in READERS:
        assert Counter(queued(demo, campaign, person).values()) == {"complete": len(plan)}
    given = {i: [a for a in f.assessments if a.name != VOTE] for i, f in stored[FIRST].items()}
    assert {i for i, found in given.items() if found} == {item.trace_id for item in plan}
    week_ago = now_ms() - 7 * DAY_MS
    for item in plan:
        assert stored[FIRST][item.trace_id].record.requested_at_ms < week_ago
        for a in given[item.trace_id]:
            assert a.metadata["review.campaign"] == campaign.run_id
            assert a.metadata["review.frame"] in Campaigns(demo).frames(campaign)
            assert a.metadata["review.probability"] == "1.0"
            assert week_ago < a.created_ms == int(a.metadata["review.answered_at"]) < now_ms()
    assert Counter(a.source for found in given.values() for a in found).keys() == set(READERS)


def test_a_lead_can_plan_the_next_review_on_it(demo):
    """All thumbs-down plus 60 random of the last week, three people, with gold and repeats."""
    home = Campaigns(demo)
    planning = Planning(home, CampaignWriting(home), read_settings({}))
    pool = Pool(LIVE, last_days=7)
    found = planning.scan(pool, now_ms=now_ms())
    down = {c.trace_id for c in found.candidates if c.thumbs is False}
    assert len(found.candidates) >= 60 + len(down) > 70
    others = [c.trace_id for c in found.candidates if c.thumbs is None]
    first_look = {item.trace_id for item in home.plan(home.get(FIRST))}
    assert not first_look & {c.trace_id for c in found.candidates}
    design = Design(
        "Last week",
        pool,
        questions=("faithfulness", "completeness"),
        reviewers=READERS,
        sample=Sample("mixed", n=60, always=("thumbs_down",)),
        sharing=Sharing(common=30, people=3),
        gold=tuple(Gold(one, {"faithfulness": "Yes"}) for one in others[:6]),
        repeats=Repeats(each=4, campaign=FIRST),
        time_box_minutes=30,
    )
    prepared = planning.prepare(design, found)
    assert prepared.problems == ()
    items = {item.trace_id for item in prepared.part.items}
    assert down <= items
    assert len(first_look & items) >= 4


def test_a_store_with_something_else_is_left_alone(store):
    """--if-empty loads into an empty store only: somebody's own traces are enough to stop it."""
    assert may_load(store)
    experiment_id = store.experiment_id("own", create=True)
    assert may_load(store)
    text = json.dumps({"id": 1, "messages": [{"role": "user", "content": "Hi"}]})
    import_files(store, experiment_id, [File("own", text.encode())], now_ms=1)
    assert not may_load(store)
