"""From which number on a scoring judge had better pass: chosen on the train split, held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from review_app.judge_check.items import CheckItem
from review_app.judge_check.rates import RightOf, right_of
from review_app.judge_check.values import Seen

FOLDS = 5
FEWEST = 5  # labels of each kind; below, a line follows single items


@dataclass(frozen=True)
class Line:
    """A threshold, and how it does on items that it was not chosen on.

    Attributes:
        threshold: numbers from there on pass.
        catches: about bad answers, each by the line that the other folds chose.
        accepts: the same about good answers.
        balanced: mean of both shares, the number that chose the line.
    """

    threshold: float
    catches: RightOf
    accepts: RightOf
    balanced: float


def best_line(seen: Sequence[Seen]) -> Line | None:
    """Return the line with the best balanced accuracy, cross-validated over sessions.

    The threshold is chosen on all items; what is told of it comes from five folds of whole
    sessions, each judged by the line that does best on the other four. That is the number to
    expect of it: on the items that chose it, any line looks better than it is.

    Args:
        seen: the items of the train split.

    Returns:
        None where the judge says no numbers, or where there are fewer than five good or bad
        answers, or too few sessions to hold some out.

    >>> train = [Seen(str(n), n % 2 == 0, None, 0.9 if n % 2 == 0 else 0.6, 1.0, str(n))
    ...          for n in range(20)]
    >>> found = best_line(train)
    >>> found.threshold, found.balanced, found.catches.share.n
    (0.75, 1.0, 10)
    """
    items = [one for one in seen if one.label is not None and _is_number(one.score)]
    labels = Counter(bool(one.label) for one in items)
    if min(labels[True], labels[False]) < FEWEST:
        return None
    table = _Table(items)
    folds = _folds(items)
    held_out: list[CheckItem] = []
    for fold in sorted(set(folds)):
        threshold = table.best(np.array([one != fold for one in folds]))
        if threshold is None:
            return None
        mine = (one for one, its in zip(items, folds, strict=True) if its == fold)
        held_out += [_judged(one, threshold) for one in mine]
    threshold = table.best(np.ones(len(items), dtype=bool))
    catches, accepts = (right_of(held_out, 0, 0.05, label=label) for label in (False, True))
    if threshold is None or catches.share.value is None or accepts.share.value is None:
        return None
    return Line(threshold, catches, accepts, (catches.share.value + accepts.share.value) / 2)


def chose(train: Sequence[CheckItem], threshold: float) -> bool:
    """Tell whether a line does on the train split what the one does that is suggested there.

    Then it was chosen there, or might as well have been.

    Args:
        train: the items of the train split.
        threshold: the line.
    """
    seen = [
        Seen(one.trace_id, one.label, None, one.score, one.weight, str(one.cluster))
        for one in train
    ]
    found = best_line(seen)
    scores = (float(one.score or 0) for one in seen if _is_number(one.score))
    return found is not None and all(
        (score >= threshold) is (score >= found.threshold) for score in scores
    )


def says_numbers(seen: Sequence[Seen]) -> bool:
    """Tell whether a judge says numbers, so that a line is needed.

    >>> says_numbers([Seen("a", True, True, 0.7, 1.0, "a")])
    True
    """
    return any(_is_number(one.score) for one in seen)


class _Table:
    """Scores, labels and weights of all items, to try lines on some of them."""

    def __init__(self, items: Sequence[Seen]) -> None:
        self._scores = np.array([float(one.score or 0) for one in items])
        self._good = np.array([bool(one.label) for one in items])
        self._weights = np.array([one.weight for one in items])

    def best(self, among: np.ndarray) -> float | None:
        """Return the line, half way between two scores, that does best; the middle one of several.

        None where the items among which it is chosen are all good, all bad or scored alike.
        """
        scores, good, weights = self._scores[among], self._good[among], self._weights[among]
        known = np.unique(scores)
        lines = (known[1:] + known[:-1]) / 2
        if not len(lines) or good.all() or not good.any():
            return None
        passed = scores[:, None] >= lines
        accepts = weights[good] @ passed[good] / weights[good].sum()
        catches = weights[~good] @ ~passed[~good] / weights[~good].sum()
        balanced = (accepts + catches) / 2
        found = np.flatnonzero(balanced >= balanced.max() - 1e-12)
        return float(lines[found[len(found) // 2]])


def _folds(items: Sequence[Seen]) -> list[int]:
    """Return each item's fold: whole sessions, good and bad answers spread over all of them."""
    sizes: dict[str, Counter[bool]] = {}
    for one in items:
        sizes.setdefault(one.cluster, Counter())[bool(one.label)] += 1
    held = [Counter[bool]() for _ in range(min(FOLDS, len(sizes)))]
    chosen: dict[str, int] = {}
    for name in sorted(sizes, key=lambda one: (-sizes[one].total(), one)):
        alike = [sum(its[label] * n for label, n in sizes[name].items()) for its in held]
        chosen[name] = min(range(len(held)), key=lambda n: (alike[n], held[n].total()))
        held[chosen[name]] += sizes[name]
    return [chosen[one.cluster] for one in items]


def _judged(one: Seen, threshold: float) -> CheckItem:
    passed = float(one.score or 0) >= threshold
    return CheckItem(one.trace_id, one.label, {}, passed, one.score, one.weight, one.cluster)


def _is_number(score: object) -> bool:
    return isinstance(score, (int, float)) and not isinstance(score, bool) and isfinite(score)
