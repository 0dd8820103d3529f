"""Dawid and Skene's estimate, on their own table."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from review_app.dawid_skene import dawid_skene

TABLE = Path(__file__).parents[1] / "data" / "methods" / "dawid_skene_1979.csv"


def _rows():
    with TABLE.open(encoding="utf-8") as file:
        return [(row["patient"], row["observer"], row["label"]) for row in csv.DictReader(file)]


def test_the_anaesthetists_of_1979():
    """Five anaesthetists, 45 patients: the published marginals and likelihood."""
    found = dawid_skene(_rows())
    assert found.prevalence.round(3).tolist() == [0.4, 0.422, 0.112, 0.067]
    assert found.log_likelihood == pytest.approx(-192.891, abs=5e-4)
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(45))
    for person in found.people:
        assert found.error_matrix(person).sum(axis=1) == pytest.approx(np.ones(4))


def test_the_order_of_answers_does_not_matter():
    """Rows in another order give the same estimate."""
    one, other = dawid_skene(_rows()), dawid_skene(_rows()[::-1])
    assert other.log_likelihood == pytest.approx(one.log_likelihood)
    assert other.error_matrix("3") == pytest.approx(one.error_matrix("3"), abs=1e-6)


def test_somebody_who_raises_false_alarms_is_found():
    """Of three reviewers the one who fails every second good item shows so in their matrix."""
    chance = np.random.default_rng(5)
    truth = chance.random(200) < 0.7
    rows = []
    for item, good in enumerate(truth):
        careful = bool(good) if chance.random() < 0.97 else not good
        rows += [(item, "ana", careful), (item, "bo", bool(good))]
        rows.append((item, "cy", bool(good) and chance.random() < 0.5))
    found = dawid_skene(rows)
    good = found.categories.index(True)
    assert found.error_matrix("cy")[good, found.categories.index(False)] == pytest.approx(
        0.5, abs=0.1
    )
    assert found.error_matrix("bo")[good, good] > 0.95
