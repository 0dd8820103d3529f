"""Which judge is to be checked on which labeled set, with all that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from review_app.frozen_sets import Content, Frozen
from review_app.judge_check.items import Asked
from review_app.judges import Judge, JudgeKey
from review_app.questions import Question, question_from
from services.judges import Judges
from services.labeled_sets import LabeledSets


@dataclass(frozen=True)
class Wanted:
    """Which judge is to be checked on what.

    Attributes:
        frozen: the labeled set version.
        content: what it holds.
        key: names the judge.
        judge: the judge where it is registered in MLflow; None for one of another tool.
        threshold: a score from there on passes; None for the judge's own, or the question's.
    """

    frozen: Frozen
    content: Content
    key: JudgeKey
    judge: Judge | None = None
    threshold: float | None = None

    @property
    def question(self) -> Question:
        """What was asked, as the set asks it."""
        return question_from(dict(self.content.sheet["question"]))

    @property
    def asked(self) -> Asked:
        """How answers and scores become pass or fail."""
        own = self.judge.threshold if self.judge else None
        return Asked(self.question, own if own is not None else self.threshold)

    @property
    def address(self) -> dict[str, str]:
        """The address of its page."""
        about = {"question": self.key.question, "set": self.frozen.name}
        found = {"judge": self.key.source, **about, "version": str(self.frozen.version)}
        given = {} if self.threshold is None else {"threshold": repr(self.threshold)}
        return found | given


def wanted_from(sets: LabeledSets, judges: Judges, address: Mapping[str, str]) -> Wanted | None:
    """Return what an address asks for; None while it names no set or no judge.

    Args:
        sets: the labeled sets.
        judges: the judges that are registered.
        address: ``judge`` (its source), ``set``, ``version`` and ``threshold``.

    Raises:
        NotFound: when there is no such set.
    """
    name, source = address.get("set", ""), address.get("judge", "").lower()
    if not name or not source:
        return None
    version, cut = address.get("version", ""), address.get("threshold", "")
    frozen = sets.get(name, int(version) if version.isdecimal() else 0)
    named = (frozen.question, source)
    registered = judges.every(frozen.experiment_id)
    judge = next((j for j in registered if (j.name, j.source.lower()) == named), None)
    key = judge.key if judge else JudgeKey(*named)
    return Wanted(frozen, sets.load(frozen), key, judge, line_in(cut))


def line_in(text: str) -> float | None:
    """Return the line that an address names; None where it names none.

    >>> line_in("-0.25"), line_in("1e-05"), line_in("nan"), line_in("²")
    (-0.25, 1e-05, None, None)
    """
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) else None
