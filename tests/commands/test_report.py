"""The report command: every number at full precision, for campaigns and for any labels."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from review_app.answers import Assessment
from review_app.traces import TraceRecord
from services.bulk import write_traces
from services.parcels import parcel_from_record

TABLES = Path(__file__).parents[1] / "data" / "methods"


@pytest.fixture
def report(store, monkeypatch):
    """Run a report on the store and give what it printed."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.uri)

    def run(*words: str):
        return CliRunner().invoke(main, ["report", "agreement", *words])

    return run


def _import(store, name, rows, question="label"):
    """Write a table of (item, person, value) as labels that no app of ours wrote."""
    experiment_id = store.experiment_id(name, create=True)
    items = dict.fromkeys(item for item, _, _ in rows)
    parcels = []
    for number, item in enumerate(items):
        record = TraceRecord(f"tr-{name}-{item}", experiment_id, requested_at_ms=1000 + number)
        said = [Assessment(question, value, person) for at, person, value in rows if at == item]
        parcels.append(parcel_from_record(record, experiment_id, said))
    write_traces(store, experiment_id, parcels)


def _table(name):
    with (TABLES / name).open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return [
        (item, person, int(value))
        for item, *values in rows
        for person, value in zip(head[1:], values, strict=True)
        if value
    ]


@pytest.mark.parametrize(
    "scale, alpha, ac2",
    [("nominal", 0.7434, 0.77544), ("ordinal", 0.8154, 0.85874), ("interval", 0.8491, 0.91400)],
)
def test_a_published_table_comes_out_as_published(store, report, scale, alpha, ac2):
    """Labels of another tool, imported as they are, give the published numbers on each scale."""
    _import(store, "krippendorff", _table("krippendorff_canonical.csv"))
    done = report("--experiment", "krippendorff", "--scale", scale, "--json")
    assert done.exit_code == 0, done.output
    (row,) = json.loads(done.stdout)["questions"]
    assert row["alpha"]["value"] == pytest.approx(alpha, abs=5e-5)
    assert row["ac2"]["value"] == pytest.approx(ac2, abs=5e-6)
    assert row["percent"]["value"] == pytest.approx(0.8182, abs=5e-5)
    assert (row["items"], row["answers"], row["people"]) == (11, 40, 4)
    assert row["unknown"] == 41


def test_words_need_no_question(store, report):
    """Labels in words that nobody defined a question for are compared as different or the same."""
    rows = [
        (n, p, ["brief", "long"][(n + (p == "c" and n % 5 == 0)) % 2])
        for n in range(20)
        for p in "abc"
    ]
    _import(store, "words", rows)
    said = report("--experiment", "words")
    assert "label: alpha 0." in said.stdout
    (row,) = json.loads(report("--experiment", "words", "--json").stdout)["questions"]
    assert row["scale"] == "nominal"
    assert row["base"] in ("“brief”", "“long”")
    assert row["pass_fail"] is None


def test_no_variation_is_words_not_a_number(store, report):
    """When all say the same, alpha is undefined: null for scripts, a sentence for people."""
    _import(store, "same", [(n, p, True) for n in range(9) for p in "ab"])
    (row,) = json.loads(report("--experiment", "same", "--json").stdout)["questions"]
    assert row["alpha"] == {"value": None, "interval": None}
    assert "no variation" in row["sentence"]
    assert "NaN" not in report("--experiment", "same", "--json").stdout


@pytest.mark.parametrize(
    "words, sentence, code",
    [
        ([], "either --campaign or --experiment", 2),
        (["--campaign", "x", "--experiment", "y"], "either --campaign or --experiment", 2),
        (["--campaign", "nothing"], "no campaign called “nothing”", 1),
        (["--experiment", "nothing"], "no experiment called “nothing”", 1),
    ],
)
def test_what_is_not_there_is_said(report, words, sentence, code):
    """A name that does not exist is a sentence and an exit code."""
    done = report(*words)
    assert (done.exit_code, sentence in done.stderr) == (code, True)


@pytest.mark.slow
def test_the_demo_has_the_numbers_of_its_benchmark(demo, monkeypatch):
    """MT-RAG's four questions, ordinal and as pass or fail, to four digits."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", demo.uri)
    words = ["report", "agreement", "--campaign", "MT-RAG expert review", "--json"]
    rows = json.loads(CliRunner().invoke(main, words).stdout)["questions"]
    found = {
        row["question"]: (
            round(row["alpha"]["value"], 4),
            round(row["pass_fail"]["alpha"]["value"], 4),
        )
        for row in rows
    }
    assert found == {
        "faithfulness": (0.4700, 0.4897),
        "appropriateness": (0.0639, 0.0575),
        "completeness": (0.2635, 0.3573),
        "naturalness": (0.3178, 0.0596),
    }
    percent = {row["question"]: round(row["pass_fail"]["percent"]["value"], 4) for row in rows}
    assert percent["faithfulness"] == 0.8442
    assert percent["naturalness"] == 0.9413
