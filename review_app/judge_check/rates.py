"""How often the judge is right: about good answers, about bad ones, and in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from review_app.estimate.share import Share, weighted_share
from review_app.intervals import Interval, wilson
from review_app.judge_check.items import CheckItem
from review_app.judge_check.kappas import cohen

Cell = Literal["caught", "missed", "rejected", "accepted"]
CELLS: tuple[Cell, ...] = ("caught", "missed", "rejected", "accepted")


@dataclass(frozen=True)
class RightOf:
    """How often the judge is right about items of one label.

    Attributes:
        share: weighted and clustered, with a 95 % interval.
        bounds: the same interval at the level of this look.
        plain: Wilson's 95 % interval as if all items were independent and weighed the same.
        right: items about which it is right.
        worst: the share if everything that is left out or missing went against the judge.
    """

    share: Share
    bounds: Interval | None
    plain: Interval | None
    right: int
    worst: float | None


@dataclass(frozen=True)
class Overall:
    """Accuracy, kappa with the label and area under the curve; None where undefined."""

    accuracy: float | None
    kappa: float | None
    auc: float | None


def cell_of(item: CheckItem) -> Cell | None:
    """Return the cell of the confusion table that an item is in; None without label or score.

    >>> cell_of(CheckItem("t", False, {}, True))
    'missed'
    """
    if item.label is None or item.judged is None:
        return None
    if item.label:
        return "accepted" if item.judged else "rejected"
    return "missed" if item.judged else "caught"


def confusion(items: Sequence[CheckItem]) -> dict[Cell, list[str]]:
    """Return the trace ids of each cell."""
    found: dict[Cell, list[str]] = {cell: [] for cell in CELLS}
    for one in items:
        cell = cell_of(one)
        if cell is not None:
            found[cell].append(one.trace_id)
    return found


def right_of(items: Sequence[CheckItem], left_out: int, alpha: float, *, label: bool) -> RightOf:
    """Return how often the judge is right about the items of a label.

    Args:
        items: all of the check.
        left_out: ties, items that nobody could judge and items without a score; each counts as a
            mistake about an item of this label in ``worst``.
        alpha: what both tails of ``bounds`` hold together.
        label: True for good answers (TPR), False for bad ones (TNR).
    """
    mine = [one for one in items if one.label is label and one.judged is not None]
    right = [float(one.judged is label) for one in mine]
    weights, clusters = [one.weight for one in mine], [one.cluster for one in mine]
    share = weighted_share(right, weights, clusters)
    if share.value is None:
        return RightOf(share, None, None, 0, None)
    total = sum(weights)
    lost = left_out * _mean_weight(items)
    return RightOf(
        share=share,
        bounds=weighted_share(right, weights, clusters, alpha=alpha).interval,
        plain=wilson(sum(right) / len(right), len(right)),
        right=int(sum(right)),
        worst=share.value * total / (total + lost),
    )


def overall(items: Sequence[CheckItem]) -> Overall:
    """Return how the judge does on all items that have a label and a score."""
    import numpy as np

    mine = [one for one in items if cell_of(one) is not None]
    if not mine:
        return Overall(None, None, None)
    table = np.zeros(4)
    for one in mine:
        table[2 * bool(one.label) + bool(one.judged)] += one.weight
    kappa = float(cohen(table))
    accuracy = float((table[0] + table[3]) / table.sum())
    return Overall(accuracy, kappa if np.isfinite(kappa) else None, _auc(mine))


def _mean_weight(items: Sequence[CheckItem]) -> float:
    return sum(one.weight for one in items) / len(items)


def _auc(mine: Sequence[CheckItem]) -> float | None:
    """Return how often a good answer has a higher score than a bad one; a tie counts a half.

    Wilcoxon, Mann and Whitney; weighted by the chances of having been drawn.
    """
    import numpy as np

    if any(isinstance(one.score, (bool, str)) or one.score is None for one in mine):
        return None
    sides = []
    for label in (True, False):
        theirs = [one for one in mine if one.label is label]
        scores = np.array([float(one.score) for one in theirs])  # type: ignore[arg-type] # numbers, as seen above
        sides.append((scores, np.array([one.weight for one in theirs])))
    (good, w_good), (bad, w_bad) = sides
    if not len(good) or not len(bad):
        return None
    order = np.argsort(bad)
    below = np.concatenate([[0.0], np.cumsum(w_bad[order])])
    ranked = bad[order]
    left, right = np.searchsorted(ranked, good, "left"), np.searchsorted(ranked, good, "right")
    won = (below[left] + below[right]) / 2
    return float(w_good @ won / (w_good.sum() * w_bad.sum()))
