"""report labeled-set: what a set would hold, held against an independent count."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest
from click.testing import CliRunner

from cli import main
from services.campaigns import Campaigns
from services.traces import fetch


def _report(monkeypatch, uri, *words):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    return CliRunner().invoke(main, ["report", "labeled-set", *words])


@pytest.mark.slow
def test_the_set_of_the_finished_campaign(demo, monkeypatch):
    """Faithfulness of MT-RAG by majority: the labels are those that a plain count gives."""
    words = ("--campaign", "MT-RAG expert review", "--question", "faithfulness")
    found = json.loads(_report(monkeypatch, demo.uri, *words, "--json").stdout)
    campaigns = Campaigns(demo)
    plan = campaigns.plan(campaigns.get("MT-RAG expert review"))
    votes: dict[str, Counter[bool]] = defaultdict(Counter)
    for trace_id, fetched in fetch(demo, [item.trace_id for item in plan]).items():
        for one in fetched.assessments:
            if one.source_type == "HUMAN" and one.name == "faithfulness":
                votes[trace_id][one.value in ("Mostly yes", "Yes")] += 1
    plain = {t: v[True] > v[False] for t, v in votes.items() if v[True] != v[False]}
    assert {row["trace_id"]: row["label"] for row in found["rows"]} == plain
    assert found["left_out"] == {"tie": len(votes) - len(plain)}
    assert found["leaks"] == 0
    train = [row["label"] for row in found["rows"] if row["split"] == "train"]
    assert max(Counter(train).values()) <= 20
    said = _report(monkeypatch, demo.uri, *words).stdout
    assert "A judge verdict needs 70 failed and 70 passed items" in said


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("--campaign", "nothing", "--question", "x"), "no campaign called “nothing”"),
        (("--campaign", "nothing"), "--question"),
    ],
)
def test_what_is_not_there_is_said(store, monkeypatch, words, sentence):
    """A name that does not exist, or that is missing, is a sentence."""
    done = _report(monkeypatch, store.uri, *words)
    assert done.exit_code in (1, 2)
    assert sentence in done.stderr
