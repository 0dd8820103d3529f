"""The export command: a frozen set as a file, whole or not at all."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from commands.export import export
from review_app.answers import Assessment
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status


@pytest.fixture
def frozen(store, make_campaign, monkeypatch):
    """A set of one item, frozen twice."""
    made = make_campaign(store, 1)
    question, trace = made.campaign.questions[0], made.traces[0]
    recorded = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    said = Assessment("quality", value=True, source="ana", metadata=recorded, created_ms=1)
    create_assessment(store, trace, said)
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1))
    set_status(store, queue or "", trace, "complete", "ana")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.uri)
    sets = LabeledSets(Campaigns(store))
    recipe = Recipe("Orders", (made.campaign.run_id,), "quality")
    for _ in range(2):
        found = sets.freeze(Person("lea", is_lead=True), recipe, lambda *_: None)
    return found


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet", "openai"])
def test_a_set_becomes_a_file(frozen, tmp_path, kind):
    """Each format is written to the file that was named, of the version that was asked for."""
    file = tmp_path / f"set.{kind}"
    words = ["orders", "--version", "1", "--format", kind, "--output", str(file)]
    done = CliRunner().invoke(export, words)

    assert done.exit_code == 0, done.output
    assert "1 item of “Orders” version 1" in done.output
    assert file.stat().st_size > 0
    assert [one.name for one in tmp_path.iterdir() if "set" in one.name] == [file.name]


def test_what_cannot_be_exported_leaves_no_file(frozen, store, tmp_path):
    """A set that is not there, or was changed, is refused with a sentence, and no file is made."""
    file = tmp_path / "out"
    missing = CliRunner().invoke(export, ["Nothing", "--output", str(file)])
    store.write_artifact(frozen.run_id, "labels.jsonl", "{}")
    changed = CliRunner().invoke(export, ["Orders", "--output", str(file)])
    nowhere = CliRunner().invoke(
        export, ["Orders", "--version", "1", "--output", str(tmp_path / "no" / "out")]
    )

    assert (missing.exit_code, changed.exit_code, nowhere.exit_code) == (1, 1, 1)
    assert "There is no labeled set" in missing.output
    assert "no longer what was frozen" in changed.output
    assert "cannot be written" in nowhere.output
    assert not file.exists()
