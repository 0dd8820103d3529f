"""What a labeled set comes to: counts, what changed, and what a judge verdict still lacks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from review_app.labeled_rows import LabeledRow
from review_app.splits import TEST_OF_EACH, TRAIN_OF_EACH, missing_for_a_verdict

HUMANS, ITEMS_EACH = 3, 30  # the alt-test: people, and test items of each that others answered too
MOST_MORE = 100_000  # items of a top-up; more is no advice


@dataclass(frozen=True)
class SetNumbers:
    """Counts of a labeled set.

    Attributes:
        items: rows.
        bases: basis -> rows.
        labels: split -> label in words -> rows.
        base_rate: share that passes; None where nothing can fail or nothing is there.
        dissent: rows in which somebody said otherwise than the label.
        cannot_judge: rows in which somebody could not judge, and there is a label all the same.
    """

    items: int
    bases: dict[str, int]
    labels: dict[str, dict[str, int]]
    base_rate: float | None
    dissent: int
    cannot_judge: int


@dataclass(frozen=True)
class Changed:
    """An item whose label is another one than in the version before."""

    before: LabeledRow
    after: LabeledRow


@dataclass(frozen=True)
class Difference:
    """What is different between two versions.

    Attributes:
        added: items that only the newer one has.
        removed: items that only the older one has.
        changed: items with another label.
        moved: how many items are in another split.
        same: how many items have the same label.
    """

    added: tuple[LabeledRow, ...]
    removed: tuple[LabeledRow, ...]
    changed: tuple[Changed, ...]
    moved: int
    same: int


def numbers_of(rows: Sequence[LabeledRow]) -> SetNumbers:
    """Count the rows."""
    labels: dict[str, Counter[str]] = {"train": Counter(), "test": Counter()}
    for row in rows:
        labels[row.split][in_short(row.label)] += 1
    judged = [row.label for row in rows if isinstance(row.label, bool)]
    return SetNumbers(
        items=len(rows),
        bases=dict(sorted(Counter(row.basis for row in rows).items())),
        labels={name: dict(sorted(found.items())) for name, found in labels.items()},
        base_rate=sum(judged) / len(judged) if judged else None,
        dissent=sum(_has_dissent(row) for row in rows),
        cannot_judge=sum(row.cannot_judge > 0 for row in rows),
    )


def difference(before: Sequence[LabeledRow], after: Sequence[LabeledRow]) -> Difference:
    """Return what is different; items are the same by trace and unit."""
    old, new = ({row.place: row for row in rows} for rows in (before, after))
    both = [(old[place], new[place]) for place in sorted(old.keys() & new.keys())]
    changed = [Changed(one, other) for one, other in both if text_of(one) != text_of(other)]
    return Difference(
        added=tuple(new[place] for place in sorted(new.keys() - old.keys())),
        removed=tuple(old[place] for place in sorted(old.keys() - new.keys())),
        changed=tuple(changed),
        moved=sum(one.split != other.split for one, other in both),
        same=len(both) - len(changed),
    )


def missing_in_words(rows: Sequence[LabeledRow]) -> list[str]:
    """Say what a judge verdict still lacks, and what would bring it; [] when nothing does."""
    test = [row for row in rows if row.split == "test"]
    if not any(isinstance(row.label, bool) for row in rows):
        return [
            "No judge verdict: no item passes or fails. Labels lack, or this question has no line."
        ]
    lacking = missing_for_a_verdict(row.label for row in test)
    said = []
    if any(lacking.values()):
        parts = [f"{n} more {word} {_items(n)}" for word, n in lacking.items() if n]
        said.append(
            f"A judge verdict needs {TEST_OF_EACH} failed and {TEST_OF_EACH} passed items in the"
            f" test split: {' and '.join(parts)} {'is' if sum(lacking.values()) == 1 else 'are'}"
            f" missing. {_top_up(rows)}"
        )
    humans = _humans(test)
    if humans < HUMANS:
        said.append(
            f"The comparison with people needs {HUMANS} who each answered {ITEMS_EACH} test items"
            f" that others answered too; {humans or 'nobody'} so far"
            f" {'do' if humans > 1 else 'does'}."
        )
    return said


def top_up_size(failed: int, passed: int) -> int | None:
    """Return how many more items fill the test split at the present rate; None when none would.

    Train takes its part of the new items first, so more are needed than are missing.

    >>> top_up_size(90, 90), top_up_size(45, 135), top_up_size(0, 50)
    (0, 180, None)
    """
    if not failed or not passed:
        return None
    rate = failed / (failed + passed)
    low, high = 0, MOST_MORE
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _suffices(failed, passed, rate, middle) else (middle + 1, high)
    return low if _suffices(failed, passed, rate, low) else None


def in_short(label: Any) -> str:
    """Return a label in words.

    >>> in_short(True), in_short("Yes"), in_short(["a", "b"])
    ('pass', 'Yes', 'a, b')
    """
    if isinstance(label, bool):
        return "pass" if label else "fail"
    if isinstance(label, list):
        return ", ".join(map(str, label))
    return str(label)


def text_of(row: LabeledRow) -> str:
    """Return the label as text that is equal for equal labels."""
    label = row.label
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    return json.dumps(label, sort_keys=True, ensure_ascii=False)


def _suffices(failed: int, passed: int, rate: float, more: int) -> bool:
    fails = failed + int(more * rate + 1e-9)
    passes = passed + int(more * (1 - rate) + 1e-9)
    room = min(TRAIN_OF_EACH, min(fails, passes) // 2)
    return min(fails, passes) - room >= TEST_OF_EACH


def _top_up(rows: Sequence[LabeledRow]) -> str:
    labels = [row.label for row in rows]
    failed, passed = labels.count(False), labels.count(True)
    more = top_up_size(failed, passed)
    if more is None:
        rare = "failed" if failed <= passed else "passed"
        return (
            f"Nothing has {rare} so far, so nobody can tell how many more items that takes. A"
            " top-up by strata brings them, e.g. all thumbs-down and a random part of the rest."
        )
    rate = f"{100 * failed / (failed + passed):.0f} % failed"
    return (
        f"At the present rate of {rate}, about {more:,} more"
        " labeled items bring them; a top-up by strata with more of the rare ones needs fewer."
    )


def _humans(test: Sequence[LabeledRow]) -> int:
    each: Counter[str] = Counter()
    for row in test:
        voters = [one.reviewer for one in row.who if one.value is not None]
        if len(voters) > 1:
            each.update(voters)
    return sum(n >= ITEMS_EACH for n in each.values())


def _has_dissent(row: LabeledRow) -> bool:
    return any(text != text_of(row) for text in row.votes)


def _items(number: int) -> str:
    return "item" if number == 1 else "items"
