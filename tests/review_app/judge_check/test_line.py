"""The line of a scoring judge: chosen on the train split, told by items that did not choose it."""

from __future__ import annotations

import numpy as np
import pytest

from review_app.judge_check.line import best_line
from review_app.judge_check.values import Seen


def seen(scores, labels, clusters=None, weights=None):
    size = len(scores)
    names = [str(n) for n in range(size)] if clusters is None else [str(c) for c in clusters]
    return [
        Seen(str(n), labels[n], None, scores[n], 1.0 if weights is None else weights[n], names[n])
        for n in range(size)
    ]


def test_the_line_that_parts_good_from_bad_is_found():
    """Where scores part good answers from bad ones at .62, the line lies in that gap."""
    scores = [0.55, 0.57, 0.58, 0.6, 0.61, 0.5, 0.63, 0.7, 0.8, 0.9, 0.95, 0.99]
    found = best_line(seen(scores, [False] * 6 + [True] * 6))
    assert found.threshold == pytest.approx(0.62)
    assert found.catches.share.n == found.accepts.share.n == 6


def test_what_is_told_of_it_was_not_seen_when_it_was_chosen():
    """Scores that are chance alone: a line's own items flatter it, the held-out ones do not."""
    told, own = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        labels = [bool(n % 2) for n in range(24)]
        scores = [float(one) for one in rng.random(24)]
        found = best_line(seen(scores, labels))
        told.append(found.balanced)
        right = [
            (score >= found.threshold) is label for score, label in zip(scores, labels, strict=True)
        ]
        own.append(sum(right) / len(right))
    assert np.mean(own) > 0.6
    assert np.mean(told) == pytest.approx(0.5, abs=0.05)


def test_a_session_is_never_on_both_sides():
    """Where each session has its own scale, a line that saw the session would look right."""
    clusters = [n // 6 for n in range(36)]
    labels = [bool(n % 2) for n in range(36)]
    scores = [clusters[n] * 10 + 5.0 * labels[n] for n in range(36)]
    found = best_line(seen(scores, labels, clusters))
    assert found.accepts.share.clusters == 6
    assert found.balanced <= 0.6


def test_a_weight_counts_as_often_as_it_stands_for():
    """Bad answers drawn one in ten weigh ten times as much when the line is chosen."""
    scores = [0.2] * 5 + [0.6] + [0.4] * 3 + [0.8] * 5
    labels = [False] * 6 + [True] * 8
    assert best_line(seen(scores, labels)).threshold == pytest.approx(0.3)
    heavy = [10.0 if score == 0.6 else 1.0 for score in scores]
    assert best_line(seen(scores, labels, weights=heavy)).threshold == pytest.approx(0.7)


@pytest.mark.parametrize(
    "scores, labels",
    [
        ([True, False] * 8, [True, False] * 8),
        (["Yes", "No"] * 8, [True, False] * 8),
        ([0.1, 0.9] * 8, [True] * 12 + [False] * 4),
        ([0.5] * 16, [True, False] * 8),
        ([], []),
    ],
    ids=["says pass or fail", "says words", "four bad answers", "scores all alike", "nothing"],
)
def test_where_no_line_can_be_chosen_none_is(scores, labels):
    """Without numbers, with too few of a label or no spread, no line is suggested."""
    assert best_line(seen(scores, labels)) is None
