"""Dawid and Skene's estimate of how reviewers err, when nobody knows the right answers.

A. P. Dawid and A. M. Skene, Maximum likelihood estimation of observer error-rates using the EM
algorithm, Applied Statistics 28 (1979). One person may answer an item more than once.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from review_app.agreement.ratings import Floats

ROUNDS = 200
CLOSE = 1e-8  # change of the log-likelihood that ends the estimate
_NEVER = 1e-12


@dataclass(frozen=True)
class ErrorEstimate:
    """What was estimated.

    Attributes:
        items: in the order of ``shares``.
        people: in the order of ``errors``.
        categories: in the order of all last axes.
        shares: items x categories, how likely each is the right answer.
        prevalence: of each category among the items.
        errors: people x right category x answered category, how often that is answered.
        log_likelihood: of the answers, at the end.
        rounds: of the algorithm.
    """

    items: tuple[Hashable, ...]
    people: tuple[str, ...]
    categories: tuple[Hashable, ...]
    shares: Floats
    prevalence: Floats
    errors: Floats
    log_likelihood: float
    rounds: int

    def error_matrix(self, person: str) -> Floats:
        """Return right category x answered category of one person; rows add up to 1."""
        return np.asarray(self.errors[self.people.index(person)])


def dawid_skene(answers: Sequence[tuple[Hashable, str, Hashable]]) -> ErrorEstimate:
    """Return the estimate from (item, person, answer) rows, starting at the shares of answers.

    >>> rows = [(i, p, i % 2 if p != "c" else 1) for i in range(20) for p in "abc"]
    >>> dawid_skene(rows).error_matrix("c").round(2).tolist()
    [[0.0, 1.0], [0.0, 1.0]]
    """
    items = tuple(dict.fromkeys(item for item, _, _ in answers))
    people = tuple(sorted({person for _, person, _ in answers}))
    categories = tuple(sorted({value for _, _, value in answers}, key=str))
    counts = np.zeros((len(people), len(items), len(categories)))
    row = {item: number for number, item in enumerate(items)}
    who = {person: number for number, person in enumerate(people)}
    what = {value: number for number, value in enumerate(categories)}
    for item, person, value in answers:
        counts[who[person], row[item], what[value]] += 1
    shares = counts.sum(axis=0)
    shares /= shares.sum(axis=1, keepdims=True)
    likelihood, before, rounds = 0.0, -np.inf, 0
    while rounds < ROUNDS:
        rounds += 1
        prevalence, errors = _maximise(counts, shares)
        shares, likelihood = _expect(counts, prevalence, errors)
        if abs(likelihood - before) < CLOSE:
            break
        before = likelihood
    return ErrorEstimate(items, people, categories, shares, prevalence, errors, likelihood, rounds)


def _maximise(counts: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Return prevalences and errors that make the answers likeliest, given the shares."""
    errors = np.einsum("it,pia->pta", shares, counts)
    whole = errors.sum(axis=2, keepdims=True)
    evenly = np.full_like(errors, 1 / counts.shape[2])  # of people who never met the category
    return shares.mean(axis=0), np.divide(errors, whole, out=evenly, where=whole > 0)


def _expect(counts: Floats, prevalence: Floats, errors: Floats) -> tuple[Floats, float]:
    """Return the shares given prevalences and errors, and the log-likelihood of the answers."""
    logs = np.einsum("pia,pta->it", counts, np.log(np.maximum(errors, _NEVER)))
    logs = logs + np.log(np.maximum(prevalence, _NEVER))
    most = logs.max(axis=1, keepdims=True)
    whole = np.exp(logs - most)
    total = whole.sum(axis=1, keepdims=True)
    return whole / total, float((np.log(total) + most).sum())
