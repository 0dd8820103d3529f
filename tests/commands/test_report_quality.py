"""The report of quality: every number at full precision, for any labels and scores."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cli import main
from review_app.answers import Assessment
from review_app.traces import TraceRecord
from services.assessments import create_assessment
from services.bulk import write_traces
from services.parcels import parcel_from_record


def report_on(store, monkeypatch):
    """Run the report on a store and give what it printed."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.uri)

    def run(*words: str):
        return CliRunner().invoke(main, ["report", "quality", *words])

    return run


def test_the_demo_at_full_precision(demo, monkeypatch):
    """A campaign's rates, those of the chosen judge, and both together, by version."""
    report = report_on(demo, monkeypatch)
    words = ("--campaign", "Spot check", "--question", "faithfulness", "--judge", "rl_f@1")
    said = json.loads(report(*words, "--json").stdout)
    assert said["judges"]["faithfulness"][0] == "rl_f@1"
    cells = {cell["version"]: cell for cell in said["cells"]}
    assert len(cells) == 3
    gpt = cells["gpt-4o"]
    assert gpt["usable"]
    assert gpt["human"]["value"] == pytest.approx(0.8166667, abs=1e-6)
    assert gpt["judge"]["value"] == pytest.approx(132 / 159)
    assert 0.1 < gpt["saved"] < 0.3
    assert "traces" not in gpt["human"]
    plain = report(*words).stdout.splitlines()
    assert plain[0].startswith("faithfulness, gpt-4o: people 0.8167 [")


def test_any_labels_and_scores_of_an_experiment(store, monkeypatch):
    """Labels of another tool give no rate, and it is said why; scores count as what they are."""
    experiment = store.experiment_id("elsewhere", create=True)
    parcels = [
        parcel_from_record(
            TraceRecord(f"tr-{n}", experiment, requested_at_ms=1000 + n),
            experiment,
            [
                Assessment("ok", n > 2, "ana"),
                Assessment("ok", n % 2 == 0, "tool", "LLM_JUDGE"),
            ],
        )
        for n in range(8)
    ]
    write_traces(store, experiment, parcels)
    report = report_on(store, monkeypatch)
    (cell,) = json.loads(report("--experiment", "elsewhere", "--json").stdout)["cells"]
    assert not cell["usable"]
    assert "outside any campaign" in cell["reason"]
    assert cell["human"]["value"] is None
    assert (cell["shown"]["value"], cell["shown"]["n"]) == (0.625, 8)
    assert (cell["judge"]["value"], cell["judge"]["n"]) == (0.5, 8)
    assert report("--experiment", "elsewhere").stdout == (
        "ok, unknown: judge 0.5000, n = 8; 8 labeled items kept out\n"
    )


def test_a_campaign_has_no_labels_from_outside(store, make_campaign, monkeypatch):
    """What was said in the experiment outside any campaign is none of a campaign's labels."""
    made = make_campaign(store, 4)
    create_assessment(store, made.traces[0], Assessment("tone", True, "eve"))
    report = report_on(store, monkeypatch)
    campaign = report("--campaign", made.campaign.name, "--json").stdout
    experiment = report("--experiment", made.name, "--json").stdout
    assert "tone" not in {cell["question"] for cell in json.loads(campaign)["cells"]}
    assert "tone" in {cell["question"] for cell in json.loads(experiment)["cells"]}


@pytest.mark.parametrize(
    "words,sentence",
    [
        ((), "Name either --campaign or --experiment."),
        (("--experiment", "nothing"), "There is no experiment called “nothing”."),
        (("--experiment", "empty", "--judge", "me@1"), "“me@1” has scored nothing in “empty”."),
        (
            ("--experiment", "empty", "--question", "ok"),
            "Nobody has answered or scored “ok” there.",
        ),
    ],
)
def test_what_is_not_there_ends_with_a_sentence(store, monkeypatch, words, sentence):
    """Scripts get a code other than 0, people a sentence."""
    store.experiment_id("empty", create=True)
    result = report_on(store, monkeypatch)(*words)
    assert result.exit_code != 0
    assert sentence in result.output


def test_what_labels_would_say_if_they_were_a_random_sample(store, monkeypatch):
    """Who knows that labels of another tool were drawn at random finds their rates beside."""
    experiment = store.experiment_id("drawn elsewhere", create=True)
    parcels = []
    for n in range(200):
        good, scored = n % 4 > 0, n % 4 > 0 or n % 8 == 0
        said = [Assessment("ok", scored, "tool", "LLM_JUDGE")]
        said += [Assessment("ok", good, "ana")] if n < 100 else []
        record = TraceRecord(f"tr-{n}", experiment, requested_at_ms=1000 + n)
        parcels.append(parcel_from_record(record, experiment, said))
    write_traces(store, experiment, parcels)
    report = report_on(store, monkeypatch)
    (cell,) = json.loads(report("--experiment", "drawn elsewhere", "--json").stdout)["cells"]
    assert not cell["usable"]
    assert cell["human"]["value"] is None
    supposed = cell["if_random"]
    assert supposed["human"]["value"] == pytest.approx(0.75)
    assert supposed["human"]["n"] == 100
    assert supposed["combined"]["value"] == pytest.approx(0.75, abs=0.02)
    width = {
        name: supposed[name]["interval"]["high"] - supposed[name]["interval"]["low"]
        for name in ("human", "combined")
    }
    assert width["combined"] < width["human"]
    assert supposed["saved"] > 0.1
