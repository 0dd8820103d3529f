"""Effects: which labeled sets, judges and decisions a person's answers went into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from review_app.frozen_sets import Frozen
from review_app.judge_check.values import Checked
from review_app.judges import Judge
from review_app.labeled_rows import LabeledRow


@dataclass(frozen=True)
class Used:
    """How many answers of a person are among the votes of a labeled set, by split."""

    train: int = 0
    test: int = 0

    @property
    def all(self) -> int:
        """In both splits."""
        return self.train + self.test


@dataclass(frozen=True)
class Taught:
    """A judge that was aligned on answers of the person: on so many of them."""

    judge: Judge
    answers: int


@dataclass(frozen=True)
class Decided:
    """A judge that was checked against answers of the person: against so many of them."""

    checked: Checked
    answers: int


@dataclass(frozen=True)
class Effect:
    """What one version of a labeled set holds of a person's answers, and what came of it.

    Attributes:
        frozen: the version.
        used: how many answers are in it.
        taught: judges that were aligned on its train split.
        decided: judges that were checked on it, the newest check first.
    """

    frozen: Frozen
    used: Used
    taught: tuple[Taught, ...] = ()
    decided: tuple[Decided, ...] = ()


def used_by_person(rows: Iterable[LabeledRow]) -> dict[str, Used]:
    """Return person -> how many of their answers are votes of a labeled set.

    "Cannot judge" is no vote.
    """
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        for one in row.who:
            if one.value is not None:
                theirs = counts.setdefault(one.reviewer, {})
                theirs[row.split] = theirs.get(row.split, 0) + 1
    return {person: Used(**theirs) for person, theirs in counts.items()}


def effects_of(
    person: str,
    sets: Mapping[Frozen, Mapping[str, Used]],
    judges: Sequence[Judge],
    checks: Sequence[Checked],
) -> list[Effect]:
    """Return what a person's answers did, the newest set first.

    Of each set there is the newest version that holds answers of the person, and every other one
    that a judge learned from or was checked on. A judge that was aligned on a set is checked on its
    test split alone, and so is one whose line was chosen on the train split; every other one, also
    one that was aligned on another set, on all of it.

    Args:
        person: whose answers.
        sets: frozen version -> person -> how many of their answers it holds.
        judges: registered versions.
        checks: final checks.
    """
    names = {one.run_id: one.name.casefold() for one in sets}
    found: list[Effect] = []
    seen: set[str] = set()
    for frozen in sorted(sets, key=lambda one: (-one.frozen_ms, one.name, -one.version)):
        used = sets[frozen].get(person, Used())
        if not used.all:
            continue
        decided = _decided(frozen, used, checks, names)
        effect = Effect(frozen, used, _taught(frozen, used, judges), decided)
        if frozen.name.casefold() not in seen or effect.taught or effect.decided:
            found.append(effect)
        seen.add(frozen.name.casefold())
    return found


def _taught(frozen: Frozen, used: Used, judges: Iterable[Judge]) -> tuple[Taught, ...]:
    if not used.train:
        return ()
    theirs = [one for one in judges if one.learned_from == frozen.run_id]
    return tuple(Taught(one, used.train) for one in theirs)


def _decided(
    frozen: Frozen, used: Used, checks: Iterable[Checked], names: Mapping[str, str]
) -> tuple[Decided, ...]:
    theirs = sorted(
        (one for one in checks if one.set_run == frozen.run_id), key=lambda c: -c.checked_ms
    )
    counted = ((one, used.test if _on_test(one, frozen, names) else used.all) for one in theirs)
    return tuple(Decided(one, answers) for one, answers in counted if answers)


def _on_test(one: Checked, frozen: Frozen, names: Mapping[str, str]) -> bool:
    """Tell whether a check left the train split out; of older checks by what was learned from."""
    if one.splits:
        return one.splits == "test"
    return names.get(one.learned_from) == frozen.name.casefold()
