"""What is known of judges when quality is counted."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from cli import main
from review_app.answers import Assessment
from review_app.gathered import Gathered
from review_app.judge_check.eligible import LEARNED
from review_app.judge_check.values import Limits
from review_app.judges import Judge, JudgeKey
from review_app.labeled_sets import Recipe
from review_app.people import Person
from review_app.pool import Pool
from review_app.quality.traffic import traffic_of
from review_app.questions import Question
from review_app.scoring import ScoreDesign, ScoreFrame
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.judge_checks import JudgeChecks
from services.judge_wanted import wanted_from
from services.judges import Judges
from services.labeled_sets import LabeledSets
from services.labels import gathered_of
from services.quality_known import KnownReader
from services.queues import find_queue, queue_name, set_status
from services.score_runs import ScoreRuns
from services.settings import Settings

LEA = Person("lea", is_lead=True)
GOOD = Question("Good", "pass_fail", options=("Pass", "Fail"))
SETTINGS = Settings()


@pytest.fixture
def answered(store, make_campaign):
    """A campaign of twelve answered traces; every third failed."""
    made = make_campaign(store, 12, questions=(GOOD,))
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1)) or ""
    about = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": made.campaign.questions[0].version,
        "review.seen": "nothing",
    }
    for number, trace in enumerate(made.traces):
        said = Assessment("Good", number % 3 > 0, "ana", metadata=about, created_ms=number + 1)
        create_assessment(store, trace, said)
        set_status(store, queue, trace, "complete", "ana")
    return made


def known_of(made):
    campaigns = Campaigns(made.store)

    def gather(campaign) -> Gathered:
        return gathered_of(campaigns, campaign)

    reader = KnownReader(campaigns, SETTINGS, gather)
    chosen = {"Good": JudgeKey("Good", "Good@1")}
    return reader.read(made.campaign.experiment_id, traffic_of(()), chosen)


def register(made, learned_from: str, *before: str) -> Judge:
    wanted = Judge(
        "Good", 0, made.campaign.experiment_id,
        model="openai:/small", instructions="Is {{ outputs }} good?", learned_from=learned_from,
        learned_before=before,
    )  # fmt: skip
    judges = Judges(made.store, SETTINGS)
    return judges.create(LEA, made.campaign.experiment_id, GOOD, wanted)


def test_labels_of_the_train_split_are_known(answered):
    """A judge is known with the traces that it was aligned on, whatever the case of its name."""
    sets = LabeledSets(Campaigns(answered.store))
    recipe = Recipe("Set", (answered.campaign.run_id,), "Good", "majority", "1")
    frozen = sets.freeze(LEA, recipe, lambda *_: None)
    register(answered, frozen.run_id)
    known = known_of(answered)
    about = known.judges[JudgeKey("Good", "good@1")]
    train = {row.trace_id for row in sets.load(frozen).rows if row.split == "train"}
    assert train
    assert about.trained == train
    assert about.rank == 1
    assert known.chosen == {"Good": JudgeKey("Good", "good@1")}
    assert list(known.questions) == ["Good"]
    assert len(known.sources) == 1


def test_a_report_leaves_out_what_the_judge_learned_from(answered, monkeypatch):
    """Whoever asks for numbers without a check gets none on labels that the judge has seen."""
    sets = LabeledSets(Campaigns(answered.store))
    recipe = Recipe("Set", (answered.campaign.run_id,), "Good", "majority", "1")
    frozen = sets.freeze(LEA, recipe, lambda *_: None)
    judge = register(answered, frozen.run_id)
    for trace in answered.traces:
        score = Assessment("Good", True, judge.source, "LLM_JUDGE")
        create_assessment(answered.store, trace, score)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", answered.store.uri)
    asked = ["--campaign", answered.name, "--question", "Good", "--judge", "Good@1", "--json"]

    done = CliRunner().invoke(main, ["report", "judge-check", *asked])

    found = json.loads(done.stdout)
    train = sum(row.split == "train" for row in sets.load(frozen).rows)
    assert found["left_out"] == {LEARNED: train}
    assert found["items"] == len(answered.traces) - train


def test_what_an_earlier_version_learned_is_known_too(answered):
    """A judge that was aligned twice has seen the labels of both times."""
    sets = LabeledSets(Campaigns(answered.store))
    campaigns = (answered.campaign.run_id,)
    frozen = [
        sets.freeze(
            LEA, Recipe(f"Set {seed}", campaigns, "Good", "majority", seed), lambda *_: None
        )
        for seed in "12"
    ]
    register(answered, *(one.run_id for one in frozen))
    trained = [
        {row.trace_id for row in sets.load(one).rows if row.split == "train"} for one in frozen
    ]
    assert trained[0] != trained[1]
    assert known_of(answered).judges[JudgeKey("Good", "good@1")].trained == trained[0] | trained[1]


def test_a_set_that_is_gone_makes_the_labels_unknown(answered):
    """Where nobody can tell what a judge was aligned on, nobody pretends that it was nothing."""
    register(answered, "f" * 32)
    assert known_of(answered).judges[JudgeKey("Good", "good@1")].trained is None


def test_a_judge_that_was_aligned_elsewhere_has_seen_nobody_knows_what(answered):
    """That nobody recorded what it was aligned on does not mean that it was nothing."""
    wanted = Judge(
        "Good", 0, "", model="openai:/m", instructions="Is {{ outputs }} good?", aligned_by="GEPA"
    )
    judges = Judges(answered.store, SETTINGS)
    judges.create(LEA, answered.campaign.experiment_id, GOOD, wanted)

    assert known_of(answered).judges[JudgeKey("Good", "good@1")].trained is None


def test_a_judge_that_was_never_aligned_has_seen_no_label(answered):
    """All labels may be put beside the scores of a judge that learned from none."""
    register(answered, "")
    assert known_of(answered).judges[JudgeKey("Good", "good@1")].trained == frozenset()


def test_a_final_check_is_known_at_the_line_it_was_made_with(answered):
    """How often a judge was right in its check counts; one with another line says nothing of it."""
    for number, trace in enumerate(answered.traces):
        score = Assessment("Good", 0.6 if number % 3 else 0.1, "Tool@1", "LLM_JUDGE")
        create_assessment(answered.store, trace, score)
    sets = LabeledSets(Campaigns(answered.store))
    recipe = Recipe("Set", (answered.campaign.run_id,), "Good", "majority", "1")
    frozen = sets.freeze(LEA, recipe, lambda *_: None)
    checks = JudgeChecks(answered.store, sets)
    checks.store_limits(LEA, frozen, Limits())
    address = {"judge": "Tool@1", "set": "Set", "version": "1"}
    for given in ({}, {"threshold": "0.7"}):
        wanted = wanted_from(sets, Judges(answered.store, SETTINGS), {**address, **given})
        assert wanted is not None
        checks.final(LEA, wanted, lambda *_: None)

    errors = known_of(answered).judges[JudgeKey("Good", "tool@1")].errors

    assert errors.title == "Set@v1"
    assert (errors.accepts.value, errors.accepts.n) == (1.0, 8)
    assert (errors.catches.value, errors.catches.n) == (1.0, 4)


def test_a_new_judge_stands_on_no_run_of_a_dead_one(answered):
    """What a deleted judge scored of a pool says nothing of the one that has its name now."""
    place = answered.campaign.experiment_id
    judge = register(answered, "")
    design = ScoreDesign(Pool(answered.name))
    frame = ScoreFrame("all", len(answered.traces), whole_traffic=True)
    ScoreRuns(answered.store).begin(LEA, place, judge.key, design, frame)
    assert len(known_of(answered).judges[judge.key.stored].runs) == 1

    answered.store.tracking.delete_scorer(place, "Good")
    time.sleep(0.002)  # MLflow tells moments in milliseconds
    assert register(answered, "").source == judge.source

    assert known_of(answered).judges[judge.key.stored].runs == ()
