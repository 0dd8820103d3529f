"""Judges: MLflow's registered scorers with their versions, and what this app knows about each.

A version is registered first; a run beside it keeps who made it, from what, and where it passes.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

from review_app.access import require_lead
from review_app.errors import InvalidDesign, NotFound, ReviewError
from review_app.judge_making import instructions_problem, value_in_words, value_type
from review_app.judges import Judge, JudgeKind
from review_app.people import Person
from review_app.question_rules import can_fail
from review_app.questions import Question
from services.judge_models import make_ready, require_listed
from services.judge_notes import ALIGNED, BEFORE, LEARNED, OWNER, PASSES, JudgeNotes, Noted
from services.judge_runner import Runner, run_with, runner
from services.registered import stored_versions
from services.settings import Settings
from services.store import Store, plain_errors


class Judges:
    """Finds, makes and runs the judges of one store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Bind to a store; nothing is read yet."""
        self.store = store
        self.settings = settings
        self._notes = JudgeNotes(store)

    def every(self, experiment_id: str) -> list[Judge]:
        """Return all versions of all judges that are registered, by name and the newest first.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        stored = stored_versions(self.store, experiment_id)
        noted = self._notes.every(experiment_id) if stored else Noted()
        return [_judge(one, noted) for one in stored]

    def get(self, experiment_id: str, name: str, version: int = 0) -> Judge:
        """Return a version of a judge; 0 is the newest.

        Raises:
            NotFound: when it is not registered.
        """
        found = [one for one in self.every(experiment_id) if one.name == name]
        chosen = next((one for one in found if version in (0, one.version)), None)
        if chosen is None:
            known = f" The newest is {found[0].version}." if found else ""
            raise NotFound(f"There is no judge called “{name}” of that version here.{known}")
        return chosen

    def make(self, person: Person, question: Question, instructions: str, model: str) -> Any:
        """Return MLflow's judge of a question, not registered yet: to be tried or aligned.

        Raises:
            NotAllowed: when the person is no lead, or this app does not run the model.
            InvalidDesign: when it cannot be made like this.
        """
        from mlflow.genai.judges import make_judge

        require_lead(person)
        problem = instructions_problem(instructions)
        if problem or not model:
            raise InvalidDesign(problem or "Please choose a model for the judge.")
        require_listed(self.settings, model)
        make_ready(self.settings)
        with plain_errors():
            return make_judge(
                question.name,
                instructions,
                model=model,
                description=question.heading,
                feedback_value_type=value_type(question),
            )

    def create(
        self,
        person: Person,
        experiment_id: str,
        question: Question,
        wanted: Judge,
    ) -> Judge:
        """Register the next version of a question's judge.

        Args:
            person: the lead who does it.
            experiment_id: where its traces are.
            question: gives its name and what it may say.
            wanted: instructions, model, threshold and what it was aligned on; the rest is set here.

        Raises:
            InvalidDesign: when it cannot be made like this.
            StoreUnavailable: when MLflow did not answer.
        """
        mlflows = self.make(person, question, wanted.instructions, wanted.model)
        serialized = json.dumps(mlflows.model_dump())
        made = replace(
            wanted,
            name=question.name,
            version=0,
            experiment_id=experiment_id,
            value=_value(json.loads(serialized)),
            threshold=_threshold(question, wanted.threshold),
            owner=person.name,
        )
        note = self._notes.begin(made, question.version)
        try:
            stored = self._register(made, serialized)
        except ReviewError:
            with suppress(ReviewError):
                self._forget(note, made)
            raise
        self._notes.end(note, stored)
        number, created_ms = int(stored.scorer_version), int(stored.creation_time or 0)
        return replace(made, version=number, created_ms=created_ms)

    def _register(self, made: Judge, serialized: str) -> Any:
        with plain_errors():
            return self.store.tracking.register_scorer(made.experiment_id, made.name, serialized)

    def runner(self, person: Person, judge: Judge) -> Runner:
        """Return what runs a registered judge over a trace of MLflow, from any thread.

        Raises:
            NotAllowed: when the person is no lead, or this app does not run its model.
            NotFound: when it is not registered.
            ReviewError: when it is no judge that can be run here.
        """
        require_lead(person)
        if judge.kind == "instructions":
            require_listed(self.settings, judge.model)
        make_ready(self.settings)
        return runner(self.store, judge)

    def tryout(self, person: Person, question: Question, instructions: str, model: str) -> Runner:
        """Return what runs a judge that is not registered yet.

        Raises:
            NotAllowed: when the person is no lead, or this app does not run the model.
            InvalidDesign: when it cannot be made like this.
        """
        return run_with(self.make(person, question, instructions, model))

    def _forget(self, note: str, made: Judge) -> None:
        """Take back the note of a judge, unless MLflow may have registered it all the same."""
        every = self.every(made.experiment_id)
        unnoted = [(one.name, one.instructions) for one in every if not one.owner]
        if (made.name, made.instructions) not in unnoted:
            self._notes.drop(note)


def _judge(stored: Any, noted: Noted) -> Judge:
    serialized = json.loads(stored._serialized_scorer)  # noqa: SLF001 - the property runs its code
    told = serialized.get("instructions_judge_pydantic_data") or {}
    tags = noted.of(stored, str(told.get("instructions", "")))
    return Judge(
        name=stored.scorer_name,
        version=int(stored.scorer_version),
        experiment_id=str(stored.experiment_id),
        kind=_kind(serialized),
        model=str(told.get("model", "")),
        instructions=str(told.get("instructions", "")),
        value=_value(serialized),
        threshold=float(tags[PASSES]) if tags.get(PASSES) else None,
        aligned_by=tags.get(ALIGNED, ""),
        learned_from=tags.get(LEARNED, ""),
        learned_before=tuple(tags.get(BEFORE, "").split()),
        created_ms=int(stored.creation_time or 0),
        owner=tags.get(OWNER, ""),
    )


def _kind(serialized: dict[str, Any]) -> JudgeKind:
    if serialized.get("instructions_judge_pydantic_data"):
        return "instructions"
    if serialized.get("memory_augmented_judge_data"):
        return "memory"
    return "built-in" if serialized.get("builtin_scorer_class") else "code"


def _value(serialized: dict[str, Any]) -> str:
    told = serialized.get("instructions_judge_pydantic_data") or {}
    return value_in_words(told.get("feedback_value_type") or {})


def _threshold(question: Question, given: float | None) -> float | None:
    """Return where a number passes: as given, else the question's own line."""
    if question.kind != "number" or given is not None or not can_fail(question):
        return given if question.kind == "number" else None
    return float(question.pass_cut or 0)
