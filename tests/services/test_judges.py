"""Judges in MLflow: versions, what is known of each, and who may make one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from review_app.answers import Assessment
from review_app.errors import InvalidDesign, NotAllowed, NotFound, StoreUnavailable
from review_app.judge_scores import Scored
from review_app.judges import Judge, JudgeKey
from review_app.people import Person
from review_app.questions import Question
from services.assessments import create_assessment
from services.judge_models import lacks
from services.judge_notes import JudgeNotes
from services.judge_tryout import try_on_newest
from services.judges import Judges
from services.judges_elsewhere import judges_elsewhere
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
GRADE = Question("grade", "number", minimum=1, maximum=5, pass_cut=4)
READS = "{{ inputs }} {{ outputs }}"


@pytest.fixture
def judges(store):
    """The judges of an empty store."""
    return Judges(store, Settings(tracking_uri=store.uri))


@pytest.fixture
def place(store):
    """An experiment."""
    return store.experiment_id("support", create=True)


def wanted(**fields):
    return Judge("", 0, "", **{"model": "openai:/x", "instructions": READS, **fields})


def test_versions_are_kept_with_what_is_known_of_them(judges, place):
    """Every version keeps its text, model, threshold, origin and owner."""
    first = judges.create(LEAD, place, GRADE, wanted())
    learned = wanted(aligned_by="SIMBA", learned_from="set-1", instructions=f"Better. {READS}")
    second = judges.create(Person("kim", is_admin=True), place, GRADE, learned)

    assert judges.every(place) == [second, first]
    assert judges.get(place, "grade") == second
    assert judges.get(place, "grade", 1) == first
    assert (first.source, first.key.column) == ("grade@1", "grade@grade@1")
    assert (first.value, first.threshold, first.owner) == ("a number", 4.0, "lea")
    assert (second.aligned_by, second.learned_from, second.owner) == ("SIMBA", "set-1", "kim")
    assert second.created_ms >= first.created_ms > 0


def test_a_version_whose_note_broke_off_has_learned_all_the_same(judges, place, monkeypatch):
    """Killed right after registering, an aligned judge still has learned."""

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(JudgeNotes, "end", killed)
    with pytest.raises(KeyboardInterrupt):
        judges.create(LEAD, place, GRADE, wanted(aligned_by="SIMBA", learned_from="set-1"))

    assert judges.get(place, "grade").learned_from == "set-1"


@pytest.fixture
def registering(store, monkeypatch):
    """Let MLflow break off while it registers a judge."""

    @contextmanager
    def breaks_off(error: type[BaseException]) -> Iterator[None]:
        def fail(*_: object) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(type(store.tracking), "register_scorer", fail)
            yield

    return breaks_off


def test_a_note_that_broke_off_says_nothing_of_another_judge(judges, place, registering, store):
    """Killed before registering, an aligned judge lends nothing to one registered elsewhere."""
    own = judges.make(LEAD, GRADE, f"Made elsewhere. {READS}", "openai:/x").model_dump()

    with registering(KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        judges.create(LEAD, place, GRADE, wanted(aligned_by="SIMBA", learned_from="set-1"))
    store.tracking.register_scorer(place, "grade", json.dumps(own))

    found = judges.get(place, "grade")
    assert (found.owner, found.threshold, found.was_aligned) == ("", None, False)


def test_a_judge_that_could_not_be_registered_leaves_no_note(judges, place, registering, store):
    """Where MLflow did not take a judge, nothing is left that a later one could be taken for."""
    with registering(TimeoutError), pytest.raises(StoreUnavailable):
        judges.create(LEAD, place, GRADE, wanted(aligned_by="SIMBA", learned_from="set-1"))

    assert store.tracking.search_runs([place], "tags.`review.kind` = 'judge_version'", 1) == []


def test_an_answer_that_was_lost_lends_only_what_was_learned(judges, place, monkeypatch, store):
    """Registered, but the answer lost: it still has learned; nobody stands for its threshold."""
    register = store.tracking.register_scorer

    def lost(*given):
        register(*given)
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(store.tracking, "register_scorer", lost)
        with pytest.raises(StoreUnavailable):
            judges.create(LEAD, place, GRADE, wanted(aligned_by="SIMBA", learned_from="set-1"))

    found = judges.get(place, "grade")
    assert (found.learned_from, found.aligned_by) == ("set-1", "SIMBA")
    assert (found.owner, found.threshold) == ("", None)


@pytest.mark.parametrize("deleted", [None, 1])
def test_a_judge_of_the_same_name_is_another_one(judges, place, store, deleted):
    """Deleted and registered anew, version 1 has not learned what the dead version 1 had."""
    judges.create(LEAD, place, GRADE, wanted(aligned_by="SIMBA", learned_from="set-1"))
    store.tracking.delete_scorer(place, "grade", deleted)
    own = judges.make(LEAD, GRADE, READS, "openai:/x").model_dump()
    store.tracking.register_scorer(place, "grade", json.dumps(own))

    found = judges.get(place, "grade")
    assert (found.version, found.owner, found.was_aligned) == (1, "", False)


def test_the_run_beside_a_version_can_be_found(judges, place, store):
    """A version's run names judge, version, question and its wording."""
    judges.create(LEAD, place, GRADE, wanted())
    (run,) = store.tracking.search_runs([place], "tags.`review.kind` = 'judge_version'", 1)
    tags = run.data.tags
    assert (tags["review.judge"], tags["review.judge_version"]) == ("grade", "1")
    assert tags["review.question_version"] == GRADE.version
    assert run.info.run_name == "grade@1"


def test_a_number_may_pass_where_the_lead_says(judges, place):
    """A threshold of the lead's own is kept; a question that says pass or fail needs none."""
    free = Question("free", "number")
    assert judges.create(LEAD, place, free, wanted(threshold=0.7)).threshold == 0.7
    assert judges.create(LEAD, place, free, wanted()).threshold is None
    yes = Question("ok", "pass_fail", options=("Pass", "Fail"))
    assert judges.create(LEAD, place, yes, wanted(threshold=0.7)).threshold is None


def test_judges_made_elsewhere(judges, place, store):
    """MLflow's own judges and code are listed as such; their code is never run to list them."""
    from mlflow.genai.scorers import RelevanceToQuery

    code = {
        "name": "long",
        "call_source": "raise SystemExit",
        "call_signature": "(outputs)",
        "original_func_name": "long",
    }
    store.tracking.register_scorer(place, "long", json.dumps(code))
    own = json.dumps(RelevanceToQuery(name="relevant").model_dump())
    store.tracking.register_scorer(place, "relevant", own)

    found = {one.name: one for one in judges.every(place)}

    assert {name: one.kind for name, one in found.items()} == {
        "long": "code",
        "relevant": "built-in",
    }
    assert (found["long"].owner, found["long"].instructions) == ("", "")


def test_what_cannot_be_made(judges, place):
    """A reviewer makes no judge; a text without variables or without a model makes none either."""
    with pytest.raises(NotAllowed):
        judges.create(Person("ana"), place, GRADE, wanted())
    with pytest.raises(InvalidDesign, match="what the judge reads"):
        judges.create(LEAD, place, GRADE, wanted(instructions="Good?"))
    with pytest.raises(InvalidDesign, match="choose a model"):
        judges.create(LEAD, place, GRADE, wanted(model=""))
    with pytest.raises(NotFound):
        judges.get(place, "grade")
    assert judges.every(place) == []


def test_a_reviewer_asks_no_model(judges, place, store):
    """What costs money is for leads, whatever service a reviewer asks."""
    ana = Person("ana")
    for asked in (
        lambda: judges.make(ana, GRADE, READS, "openai:/x"),
        lambda: judges.tryout(ana, GRADE, READS, "openai:/x"),
        lambda: judges.runner(ana, Judge("grade", 1, place, model="openai:/x")),
        lambda: try_on_newest(ana, store, place, Scored, lambda: None),
    ):
        with pytest.raises(NotAllowed):
            asked()


def test_only_models_on_the_list_are_run(store, place):
    """Where models are listed, no other one is asked, wherever its judge was registered."""
    anything = Judges(store, Settings(tracking_uri=store.uri))
    judge = anything.create(LEAD, place, GRADE, wanted(model="openai:/x"))
    listed = Judges(store, Settings(tracking_uri=store.uri, judge_models=("openai:/y",)))
    sentence = "This app does not run openai:/x; whoever runs it can add it to REVIEW_JUDGE_MODELS."

    assert listed.get(place, "grade").model == "openai:/x"
    assert lacks(listed.settings, "openai:/x") == sentence
    for asked in (
        lambda: listed.runner(LEAD, judge),
        lambda: listed.tryout(LEAD, GRADE, READS, "openai:/x"),
        lambda: listed.create(LEAD, place, GRADE, wanted()),
    ):
        with pytest.raises(NotAllowed) as refused:
            asked()
        assert refused.value.sentence == sentence
    assert listed.create(LEAD, place, GRADE, wanted(model="openai:/y")).version == 2
    assert callable(anything.runner(LEAD, judge))


def test_scores_of_other_tools(demo):
    """Judges whose scores came with the traces are found with how many they scored."""
    settings = Settings(tracking_uri=demo.uri)
    place = demo.experiment_id("Demo: spot check")
    found = judges_elsewhere(demo, settings, place, [])
    assert {one.key.source for one in found} == {"rl_f@1", "rb_llm@1", "rb_agg@1"}
    assert {one.key.question for one in found} == {"faithfulness"}
    known = [JudgeKey("faithfulness", "faithfulness@1")]
    assert judges_elsewhere(demo, settings, place, known) == found


def test_names_with_an_at_sign_stay_whole(store, make_campaign):
    """A judge is listed under its own name, and never twice for its capitals."""
    made = make_campaign(store, 1)
    for name, source in (("precision@10", "ragas"), ("Goodness", "Goodness@1")):
        create_assessment(store, made.traces[0], Assessment(name, 0.5, source, "LLM_JUDGE"))

    found = judges_elsewhere(
        store,
        Settings(tracking_uri=store.uri),
        made.campaign.experiment_id,
        [JudgeKey("Goodness", "Goodness@1")],
    )

    assert [(*one.key, one.scores) for one in found] == [("precision@10", "ragas", 1)]
