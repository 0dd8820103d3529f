"""Checks of judges in MLflow: limits first, then final checks, each of them a look that counts.

Limits and checks are runs of their own. A look is claimed (``services.looks``) before anything is
computed, so that a check that broke off has been a look all the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from review_app.access import require_lead
from review_app.errors import Conflict, ReviewError
from review_app.frozen_sets import Frozen
from review_app.judge_check.check import check
from review_app.judge_check.eligible import (
    NOTHING_LEARNED,
    OF_SESSIONS,
    WITHOUT_TRAIN,
    Eligible,
    Learned,
    Part,
    eligible,
    refusal,
    without_score,
    without_train,
)
from review_app.judge_check.items import Asked, items_of_rows
from review_app.judge_check.line import chose
from review_app.judge_check.values import Check, Checked, Limits, check_json
from review_app.judges import Judge, lacks_line, name_and_version
from review_app.labeled_rows import OUTSIDE_THE_RULE, TIE
from review_app.people import Person
from review_app.pool import Score
from review_app.question_rules import can_fail
from services.campaigns import set_tags
from services.check_runs import CHECK, CheckRuns, checked_of
from services.judge_limits import limits_of, store_limits
from services.judge_said import said_by_judges
from services.judge_wanted import Wanted
from services.kept_runs import begin_run, end_run, now_ms
from services.labeled_sets import LabeledSets
from services.lessons import GONE
from services.looks import claim_look, looks
from services.store import Store, plain_errors

NO_LINE = "{} says numbers outside 0 to 1. Say first from where on they pass."
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class _Material:
    """What a check is computed from; ``left_out`` is why -> items."""

    found: Eligible
    scores: Mapping[str, Score]
    asked: Asked
    left_out: Mapping[str, int]


class JudgeChecks:
    """Checks judges on labeled sets, and finds the checks that were made."""

    def __init__(self, store: Store, sets: LabeledSets) -> None:
        """Bind to the labeled sets of one store; nothing is read yet."""
        self._store = store
        self._sets = sets
        self._runs = CheckRuns(store, sets)

    def every(self, person: Person) -> list[Checked]:
        """Return all final checks of judges that are there, the newest first.

        Raises:
            NotAllowed: when the person is no lead.
            StoreUnavailable: when MLflow did not answer.
        """
        require_lead(person)
        return self._runs.standing()

    def newest(self, person: Person, wanted: Wanted) -> Checked | None:
        """Return the newest check of this judge, line and set version; None for none."""
        about = (*wanted.key, wanted.frozen.run_id, wanted.asked.threshold)
        found = ((c, (c.question, c.source, c.set_run, c.threshold)) for c in self.every(person))
        return next((one for one, its in found if its == about), None)

    def load(self, person: Person, checked: Checked) -> Check:
        """Return all of a check.

        Raises:
            NotAllowed: when the person is no lead.
            NotFound: when its file is gone.
        """
        require_lead(person)
        return self._runs.load(checked)

    def other_versions(self, person: Person, checked: Checked) -> dict[str, Check]:
        """Return the newest checks of the judge's other versions on the same set, by source."""
        name = name_and_version(checked.source)[0]
        found = {
            one.source: one
            for one in reversed(self.every(person))
            if one.set_run == checked.set_run and name_and_version(one.source)[0] == name
        }
        others = {source: one for source, one in found.items() if source != checked.source}
        return {source: self._runs.load(one) for source, one in others.items()}

    def limits(self, frozen: Frozen) -> Limits | None:
        """Return the limits of a labeled set, those that were stored first; None for none."""
        return limits_of(self._sets, frozen)

    def store_limits(self, person: Person, frozen: Frozen, limits: Limits) -> None:
        """Store the limits of a labeled set, once and for all its versions and judges.

        Raises:
            Conflict: when others are stored already.
        """
        store_limits(self._store, self._sets, person, frozen, limits)

    def looks(self, frozen: Frozen) -> int:
        """Return how many final checks the answers of the set have had, of whatever judge."""
        return looks(self._store, self._sets, frozen)

    def develop(self, person: Person, wanted: Wanted) -> Check:
        """Return how the judge does on the train split: for developing, no verdict, no look.

        Raises:
            NotAllowed: when the person is no lead.
            ReviewError: when there is nothing to look at.
        """
        require_lead(person)
        material = self._material(person, wanted, "development", _quiet)
        return _computed(wanted, material, self.limits(wanted.frozen) or Limits(), 0)

    def before(self, person: Person, wanted: Wanted) -> str:
        """Return why there can be no final check; "" where there can.

        Raises:
            NotAllowed: when the person is no lead.
            StoreUnavailable: when MLflow did not answer.
        """
        require_lead(person)
        try:
            self._eligible(wanted, "final")
        except Conflict as error:
            return error.sentence
        return ""

    def final(self, person: Person, wanted: Wanted, tell: Tell) -> Checked:
        """Check a judge, and keep what came of it; the same check again is no further look.

        Args:
            person: the lead who looks.
            wanted: which judge, on what.
            tell: is called with the traces read and all; what it raises stops the check.

        Raises:
            ReviewError: when no limits are stored, or the judge cannot be checked on this set.
        """
        require_lead(person)
        limits = self.limits(wanted.frozen)
        if limits is None:
            raise ReviewError("Store the limits first: a judge is measured by what was set before.")
        material = self._material(person, wanted, "final", tell)
        if lacks_line(wanted.question, material.scores.values(), wanted.asked.threshold):
            raise ReviewError(NO_LINE.format(wanted.key.source))
        inputs = _hash(wanted, material, limits)
        same = inputs, wanted.frozen.run_id
        found = next((one for one in self.every(person) if (one.inputs, one.set_run) == same), None)
        if found is not None:
            return found
        run_id = self._new_run(person, wanted, inputs)
        look = claim_look(self._store, self._sets, wanted.frozen, run_id)
        done = _computed(wanted, material, limits, look)
        self._store.write_artifact(run_id, CHECK, json.dumps(check_json(done)))
        return self._finish(run_id, done)

    def _material(self, person: Person, wanted: Wanted, part: Part, tell: Tell) -> _Material:
        content, found = wanted.content, self._eligible(wanted, part)
        scores = self._scores(person, wanted, found, tell)
        if part == "final" and _chosen_on_train(wanted, found, scores):
            found = _not_empty(without_train(found), wanted)
        out = dict(without_score(found, scores).left_out)
        if part == "final":
            held = {TIE, OUTSIDE_THE_RULE} if content.unsettled else set[str]()
            out |= {why: n for why, n in content.sheet["left_out"].items() if why not in held}
        mine = {row.trace_id: scores[row.trace_id] for row in found.rows if row.trace_id in scores}
        return _Material(found, mine, wanted.asked, out)

    def _eligible(self, wanted: Wanted, part: Part) -> Eligible:
        content = wanted.content
        learned = self._learned(wanted.judge)
        name, campaigns = wanted.frozen.name, content.sheet["campaigns"]
        rows = (*content.rows, *content.unsettled)
        fitting = [row for row in rows if wanted.judge is None or row.unit == "trace"]
        found = eligible(fitting, name, campaigns, wanted.key, learned, part)
        if len(fitting) < len(rows):
            out = {**found.left_out, OF_SESSIONS: len(rows) - len(fitting)}
            found = replace(found, left_out=out)
        return _not_empty(found, wanted)

    def _learned(self, judge: Judge | None) -> Learned:
        """Return what a judge was aligned on, and what those that it was made from were.

        Raises:
            Conflict: when that is not known.
        """
        if judge is None or not judge.was_aligned:
            return NOTHING_LEARNED
        known = {one.run_id: one for one in self._sets.every()}
        sets = [known[one] for one in judge.learned_sets if one in known]
        if not sets or len(sets) < len(judge.learned_sets):
            raise Conflict(GONE.format(judge.source))
        rows = (row for one in sets for row in self._sets.load(one).rows)
        return Learned(sets[0].name, tuple(row for row in rows if row.split == "train"))

    def _scores(
        self, person: Person, wanted: Wanted, found: Eligible, tell: Tell
    ) -> Mapping[str, Score]:
        traces = [row.trace_id for row in (*found.rows, *found.not_again)]
        said = said_by_judges(person, self._store, traces, wanted.key.question, tell)
        theirs = said.get(wanted.key.stored, {})
        if not theirs:
            raise ReviewError(
                f"{wanted.key.source} has scored none of these {len(traces):,} items. Let it score"
                " them first."
            )
        return {trace_id: one.score for trace_id, one in theirs.items()}

    def _new_run(self, person: Person, wanted: Wanted, inputs: str) -> str:
        frozen, key = wanted.frozen, wanted.key
        tags = {
            "question": key.question,
            "judge": key.source,
            "set": frozen.name,
            "set_version": str(frozen.version),
            "set_run": frozen.run_id,
            "owner": person.name,
            "learned_from": wanted.judge.learned_from if wanted.judge else "",
            "threshold": "" if wanted.asked.threshold is None else repr(wanted.asked.threshold),
            "inputs": inputs,
        }
        return begin_run(self._store, "judge_check", person, frozen.experiment_id, key.source, tags)

    def _finish(self, run_id: str, done: Check) -> Checked:
        tags = {
            "look": str(done.look),
            "sentence": done.sentence,
            "checked_ms": str(now_ms()),
            "verdict": done.verdict,
            "splits": "all" if done.left_out.keys().isdisjoint(WITHOUT_TRAIN) else "test",
        }
        set_tags(self._store, run_id, {f"review.{key}": value for key, value in tags.items()})
        end_run(self._store, run_id, f"{done.source}: {done.verdict}")
        with plain_errors():
            return checked_of(self._store.tracking.get_run(run_id))


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


def _not_empty(found: Eligible, wanted: Wanted) -> Eligible:
    why = refusal(found, wanted.key, can_fail=can_fail(wanted.question))
    if why:
        raise Conflict(why)
    return found


def _chosen_on_train(wanted: Wanted, found: Eligible, scores: Mapping[str, Score]) -> bool:
    """Tell whether the line that the page was given may have been chosen on the train split."""
    registered = wanted.judge is not None and wanted.judge.threshold is not None
    if registered or wanted.threshold is None:
        return False
    train = [row for row in found.rows if row.split == "train"]
    return chose(items_of_rows(train, wanted.asked, scores), wanted.threshold)


def _computed(wanted: Wanted, material: _Material, limits: Limits, look: int) -> Check:
    items = items_of_rows(material.found.rows, material.asked, material.scores)
    return check(items, wanted.key, material.asked, limits, look, material.left_out)


def _hash(wanted: Wanted, material: _Material, limits: Limits) -> str:
    """Return what is the same for a check that would come out the same."""
    parts = [*wanted.key, wanted.frozen.sha256, repr(material.asked.threshold), repr(limits)]
    parts += [f"{trace_id} {score!r}" for trace_id, score in sorted(material.scores.items())]
    parts += [row.trace_id for row in material.found.rows]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
