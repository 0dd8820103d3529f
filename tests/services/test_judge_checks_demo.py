"""The demo's three automatic judges, checked against a labeled set of its finished campaign."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from review_app.judge_check.values import Limits
from review_app.judges import JudgeKey
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.campaigns import Campaigns
from services.judge_checks import JudgeChecks
from services.judge_wanted import Wanted
from services.labeled_sets import LabeledSets
from services.store import Store

LEAD = Person("lea", is_lead=True)
KAPPAS = {"rl_f@1": 0.4885, "rb_llm@1": 0.2414, "rb_agg@1": 0.2452}
RHO = {"rl_f@1": 0.977, "rb_llm@1": 0.940, "rb_agg@1": 0.790}
OMEGAS = {
    "rl_f@1": [0.857, 1.0, 1.0, 1.0],
    "rb_llm@1": [0.286, 0.857, 1.0, 1.0],
    "rb_agg@1": [0.0, 0.0, 0.0, 0.0],
}


def quiet(done, total):
    """Tell nobody."""


@pytest.fixture(scope="module")
def checked(demo, tmp_path_factory):
    """Freeze a set in a copy of the demo and check the three judges, one after the other."""
    path = tmp_path_factory.mktemp("checks") / "mlflow.db"
    shutil.copy(Path(demo.uri.removeprefix("sqlite:///")), path)
    store = Store(f"sqlite:///{path}")
    campaigns = Campaigns(store)
    sets = LabeledSets(campaigns)
    run = campaigns.get("MT-RAG expert review").run_id
    frozen = sets.freeze(LEAD, Recipe("Faithful", (run,), "faithfulness"), quiet)
    checks = JudgeChecks(store, sets)
    checks.store_limits(LEAD, frozen, Limits())
    content = sets.load(frozen)
    found = {}
    for source in KAPPAS:
        wanted = Wanted(frozen, content, JudgeKey("faithfulness", source))
        done = checks.final(LEAD, wanted, quiet)
        found[source] = checks.load(LEAD, done)
    yield found
    store.tracking.engine.dispose()


def test_numbers_are_those_of_others(checked):
    """Kappas, omega, rho and rates on the page are those computed elsewhere from the same data."""
    for source, found in checked.items():
        assert found.kappas.people == pytest.approx(0.4885, abs=5e-5)
        assert found.kappas.judge == pytest.approx(KAPPAS[source], abs=5e-5)
        assert [one.omega for one in found.alt] == pytest.approx(OMEGAS[source], abs=5e-4)
        assert found.alt[0].rho == pytest.approx(RHO[source], abs=5e-4)
        assert found.left_out == {"tie": 1}
    best = checked["rl_f@1"]
    assert best.accepts.share.value == pytest.approx(0.9428, abs=5e-5)
    assert best.catches.worst == pytest.approx(0.6267, abs=5e-5)
    assert {cell: len(ids) for cell, ids in best.confusion.items()} == {
        "caught": 47,
        "missed": 27,
        "rejected": 23,
        "accepted": 379,
    }


def test_none_is_green_and_the_sentence_says_why(checked):
    """With the usual floors no judge may stand in; each sentence names the test that decides."""
    assert {source: found.verdict for source, found in checked.items()} == {
        "rl_f@1": "undecided",
        "rb_llm@1": "may not stand in",
        "rb_agg@1": "may not stand in",
    }
    assert "catches 64 % of the bad answers" in checked["rl_f@1"].sentence
    assert "catches 22 % of the bad answers" in checked["rb_llm@1"].sentence
    assert "accepts 66 % of the good answers" in checked["rb_agg@1"].sentence
    assert [found.look for found in checked.values()] == [1, 2, 3]


def test_the_constant_judge_stands_beside(checked):
    """One reads beside each test how a judge that passes everything would do."""
    rows = {row.name: row for row in checked["rl_f@1"].tests}

    assert checked["rl_f@1"].constant is True
    assert rows["catches"].constant == 0.0
    assert rows["catches"].constant_outcome == "fails"
    assert rows["alt-test"].constant == 1.0
    assert rows["guard"].constant == 0.0
