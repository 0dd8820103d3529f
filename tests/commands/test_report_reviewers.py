"""report reviewers: how each reviewer does, as the pages say and as it was published."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cli import main


def _report(monkeypatch, uri, *words):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    return CliRunner().invoke(main, ["report", "reviewers", *words])


@pytest.mark.slow
def test_the_annotators_of_the_benchmark(demo, monkeypatch):
    """MT-RAG's annotators against the majority of the others, and alpha without each."""
    words = ("--campaign", "MT-RAG expert review", "--question", "faithfulness", "--json")
    done = _report(monkeypatch, demo.uri, *words)
    found = json.loads(done.stdout)
    (asked,) = found["questions"]
    assert asked["alpha"]["value"] == pytest.approx(0.4897, abs=5e-5)
    shares = sorted(row["majority"]["share"] for row in asked["reviewers"])
    best = max(asked["reviewers"], key=lambda row: row["majority"]["share"])["majority"]
    worst = min(asked["reviewers"], key=lambda row: row["majority"]["share"])["majority"]
    assert (round(shares[-1], 3), round(best["kappa"], 3)) == (0.977, 0.868)
    assert [round(best["interval"][end], 3) for end in ("low", "high")] == [0.936, 0.992]
    assert (round(shares[0], 3), round(worst["kappa"], 3)) == (0.797, 0.450)
    without = [round(row["alpha_without"]["value"], 3) for row in asked["reviewers"]]
    assert {0.509, 0.470} <= set(without)
    assert sum(one["done"] for one in found["reviewers"]) == 1420
    assert "NaN" not in done.stdout


def test_a_small_campaign_counts_without_shares(store, make_campaign, monkeypatch):
    """Nobody answered yet: everybody is there with nothing, and nothing fails."""
    made = make_campaign(store, 2, ("ana", "bo"))
    found = json.loads(_report(monkeypatch, store.uri, "--campaign", made.name, "--json").stdout)
    assert [row["reviewer"] for row in found["reviewers"]] == ["ana", "bo"]
    assert [row["open"] for row in found["reviewers"]] == [2, 2]
    assert found["questions"][0]["reviewers"] == []
