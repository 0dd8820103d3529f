"""Many comparisons at once: which of them may be marked as changed."""

from __future__ import annotations

from collections.abc import Sequence

FALSE_MARKS = 0.05  # share of the marks that may be false, on average


def marked_as_changed(p_values: Sequence[float], *, q: float = FALSE_MARKS) -> list[bool]:
    """Return for each comparison whether it may be marked, whatever hangs together among them.

    Benjamini and Yekutieli (2001): the share of false marks stays below ``q``.

    Args:
        p_values: one a comparison: versions x questions x weeks x stages.
        q: share of the marks that may be false.

    >>> marked_as_changed([0.001, 0.2, 0.012, 0.04])
    [True, False, True, False]
    >>> marked_as_changed([])
    []
    """
    adjusted = adjusted_p_values(p_values)
    return [p <= q for p in adjusted]


def adjusted_p_values(p_values: Sequence[float]) -> list[float]:
    """Return the p-values that are compared with the share of false marks.

    >>> [round(p, 4) for p in adjusted_p_values([0.001, 0.2, 0.012, 0.04])]
    [0.0083, 0.4167, 0.05, 0.1111]
    """
    many = len(p_values)
    harmonic = sum(1 / rank for rank in range(1, many + 1))
    order = sorted(range(many), key=lambda i: p_values[i], reverse=True)
    found, smallest = [1.0] * many, 1.0
    for rank, i in zip(range(many, 0, -1), order, strict=True):
        smallest = min(smallest, p_values[i] * many * harmonic / rank)
        found[i] = smallest
    return found
