"""The campaign commands: the same rules as the page, for scripts and schedulers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from review_app.design_file import design_from
from review_app.questions import DEFAULT_QUESTIONS
from review_app.traces import TraceRecord
from services.bulk import write_traces
from services.campaigns import Campaigns
from services.parcels import parcel_from_record
from services.questions import ensure_questions

FILE = """\
name: Week
pool: {experiment: bot}
sample: {kind: random, n: 8}
questions: [quality]
reviewers: [ana, bo]
sharing: {common: 4, people: 2}
seed: 7
"""


@pytest.fixture
def run(store, tmp_path, monkeypatch):
    """Run a command against a store with 20 traces; give its result and the campaign file."""
    experiment_id = store.experiment_id("bot", create=True)
    records = [TraceRecord(f"tr-{n}", experiment_id, requested_at_ms=1000 + n) for n in range(20)]
    write_traces(store, experiment_id, [parcel_from_record(r, experiment_id) for r in records])
    ensure_questions(store, experiment_id, DEFAULT_QUESTIONS[:1])
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.uri)
    monkeypatch.setenv("REVIEW_PERSON", "lea")
    file = tmp_path / "week.yaml"
    file.write_text(FILE)

    def command(*words: str, text: str = FILE):
        file.write_text(text)
        return CliRunner().invoke(main, ["campaign", *words])

    command.file = str(file)  # type: ignore[attr-defined]  # what a test names in its command
    return command


def test_a_file_becomes_a_campaign(run, store):
    """What the file says is made, opened, and its address printed; the owner is who ran it."""
    done = run("create", run.file)
    assert done.exit_code == 0, done.output
    assert "“Week” is open: 8 items for 2 reviewers." in done.stdout
    assert "/review?campaign=Week" in done.stdout
    campaign = Campaigns(store).get("week")
    assert (campaign.owner, campaign.reviewers) == ("lea", ("ana", "bo"))
    shared = [i for i in Campaigns(store).plan(campaign) if len(i.assigned) == 2]
    assert len(shared) == 4


def test_the_same_file_gives_the_same_plan(run, store):
    """Two campaigns from one file and seed hold the same items for the same people, in order."""
    run("create", run.file)
    assert run("create", run.file, text=FILE.replace("Week", "Again")).exit_code == 0
    campaigns = Campaigns(store)
    plans = [campaigns.plan(campaigns.get(name)) for name in ("Week", "Again")]
    assert plans[0] == plans[1]
    run("create", run.file, text=FILE.replace("Week", "Other").replace("seed: 7", "seed: 8"))
    assert campaigns.plan(campaigns.get("Other")) != plans[0]


def test_a_dry_run_writes_nothing(run, store):
    """A dry run says what would be drawn and what can be concluded, and leaves MLflow alone."""
    done = run("create", run.file, "--dry-run")
    assert done.exit_code == 0
    assert "all: 8 of 20" in done.stderr
    assert "Nothing was written" in done.stdout
    assert Campaigns(store).every() == []


@pytest.mark.parametrize(
    "text, sentence",
    [
        (FILE.replace("n: 8", "n: 80"), "sample.n: The pool holds 20 items and 80"),
        (FILE.replace("[quality]", "[tone]"), "no question “tone”"),
        (FILE.replace("bot", "boat"), "no experiment called “boat”"),
        (FILE.replace("name: Week", "nam: Week"), "does not know “nam”. Did you mean “name”?"),
        ("{", "is no YAML"),
    ],
)
def test_a_file_that_cannot_be_made_is_a_sentence(run, store, text, sentence):
    """Whatever is wrong with a file is said in a sentence, with exit code 1, nothing written."""
    done = run("create", run.file, text=text)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.output
    assert list(Campaigns(store).runs()) == []


def test_status_says_who_has_how_much_left(run):
    """The status names each reviewer with what is done and left, for people and for scripts."""
    run("create", run.file)
    said = run("status", run.file)
    assert "ana: 0 answered, 0 skipped, 6 left" in said.stdout
    as_json = json.loads(run("status", "WEEK", "--json").stdout)
    assert as_json["status"] == "open"
    assert [row["pending"] for row in as_json["reviewers"]] == [6, 6]
    assert run("status", "nothing").exit_code == 1


def test_a_scheduler_tops_up(run, store):
    """New traces are drawn by the campaign's rule; when nothing is new that is said."""
    run("create", run.file)
    nothing = run("top-up", run.file)
    assert (nothing.exit_code, "nothing new" in nothing.stderr) == (1, True)
    more = run("top-up", "Week", "--more", "3")
    assert "3 new items in “Week”." in more.stdout
    assert len(Campaigns(store).plan(Campaigns(store).get("Week"))) == 11


def test_the_example_is_a_campaign():
    """The file in docs/examples can be made as it stands."""
    example = Path(__file__).parents[2] / "docs" / "examples" / "campaign.yaml"
    design = design_from(example.read_text(encoding="utf-8"))
    assert (design.sample.n, design.sharing.common, design.repeats.campaign) == (
        60,
        30,
        "First look",
    )
