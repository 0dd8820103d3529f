"""Questions as MLflow keeps them: native label schemas of an experiment.

What a label schema lacks is a tag of the experiment, one for each question.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from review_app.errors import Conflict, NotFound, ReviewError
from review_app.question_tag import TAG_MAX_LENGTH, tag_name, tag_of, with_tag
from review_app.questions import Kind, Question
from services.store import Store, plain_errors

PAGE = 100  # label schemas a page


@dataclass(frozen=True)
class Kept:
    """A question as it is kept in MLflow.

    Attributes:
        question: with everything that its tag adds.
        reworded_at_ms: when its wording last changed here, milliseconds since the epoch; 0: never.
        mlflows_own: True for the one that MLflow gives every experiment; nobody can change it.
    """

    question: Question
    reworded_at_ms: int = 0
    mlflows_own: bool = False


def questions_of(store: Store, experiment_id: str) -> tuple[Question, ...]:
    """Return the questions that a campaign of the experiment may ask, oldest first.

    Raises:
        NotFound: when the experiment is gone.
        StoreUnavailable: when MLflow did not answer.
    """
    return tuple(k.question for k in kept_questions(store, experiment_id) if not k.mlflows_own)


def kept_questions(store: Store, experiment_id: str) -> tuple[Kept, ...]:
    """Return all questions of the experiment, oldest first, MLflow's own one too.

    Raises:
        NotFound: when the experiment is gone.
        StoreUnavailable: when MLflow did not answer.
    """
    schemas: list[Any] = []
    token = None
    with plain_errors():
        tags = store.tracking.get_experiment(experiment_id).tags
        while True:
            page = store.tracking.list_label_schemas(experiment_id, PAGE, token)
            schemas += page
            token = page.token
            if not token:
                break
    return tuple(_kept(schema, tags) for schema in reversed(schemas))


def save_question(
    store: Store, experiment_id: str, question: Question, *, before: Question | None = None
) -> Question:
    """Store the question and return it with its id; one that has an id is changed.

    The kind of answer, and whether it is feedback or an expectation, stay as they were made.

    Args:
        store: the store.
        experiment_id: the experiment it belongs to.
        question: without problems (``question_rules``).
        before: the question as the person read it; None saves whatever happened meanwhile.

    Raises:
        Conflict: when its name is taken, or somebody changed it after ``before`` was read.
        NotFound: when it, or the experiment, is gone.
        ReviewError: when it is longer than MLflow keeps.
        StoreUnavailable: when MLflow did not answer; then it may be stored in part.
    """
    _require_space(question)
    if not question.schema_id:
        return _create(store, experiment_id, question)
    now = _stored(store, experiment_id, question.schema_id)
    if before is not None and now.question != before:
        raise Conflict(
            f"Somebody changed “{now.question.name}” meanwhile. Please open it again and look."
        )
    with plain_errors():
        store.tracking.update_label_schema(
            question.schema_id,
            name=question.name,
            instruction=question.instruction,
            enable_comment=question.comment,
            input=_schema_input(question),
        )
    reworded = now.question.version != question.version
    at = time.time_ns() // 1_000_000 if reworded else now.reworded_at_ms
    _set_tag(store, experiment_id, question, at)
    return question


def _stored(store: Store, experiment_id: str, schema_id: str) -> Kept:
    for kept in kept_questions(store, experiment_id):
        if kept.question.schema_id == schema_id:
            return kept
    raise NotFound("This question is no longer in MLflow. It may have been deleted meanwhile.")


def delete(store: Store, experiment_id: str, question: Question) -> None:
    """Delete a question that nobody needs; safe to repeat. Answers to it would stay.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    with plain_errors():
        store.tracking.delete_label_schema(question.schema_id)
        if tag_name(question.schema_id) in store.tracking.get_experiment(experiment_id).tags:
            store.tracking.delete_experiment_tag(experiment_id, tag_name(question.schema_id))


def ensure_questions(
    store: Store, experiment_id: str, questions: tuple[Question, ...]
) -> tuple[Question, ...]:
    """Return the questions with the ids of their label schemas, creating those that are missing.

    A schema that exists already is used as it is; its wording is not touched.

    Raises:
        Conflict: when a schema of that name takes another kind of answer.
        StoreUnavailable: when MLflow did not answer.
    """
    return tuple(_ensure(store, experiment_id, question) for question in questions)


def _ensure(store: Store, experiment_id: str, question: Question) -> Question:
    try:
        with plain_errors():
            schema = store.tracking.get_label_schema_by_name(experiment_id, question.name)
    except NotFound:
        return _create(store, experiment_id, question)
    if _asks_for(schema) != (question.kind, question.expectation):
        raise Conflict(
            f"A question called “{question.name}” exists here and takes another kind of answer. "
            "Please use another name."
        )
    return replace(question, schema_id=schema.schema_id)


def _create(store: Store, experiment_id: str, question: Question) -> Question:
    with plain_errors():
        schema = store.tracking.create_label_schema(
            experiment_id,
            name=question.name,
            type="expectation" if question.expectation else "feedback",
            input=_schema_input(question),
            instruction=question.instruction or None,
            enable_comment=question.comment,
        )
    made = replace(question, schema_id=schema.schema_id)
    _set_tag(store, experiment_id, made, 0)
    return made


def _require_space(question: Question) -> None:
    if len(tag_of(question, time.time_ns())) > TAG_MAX_LENGTH:
        raise ReviewError("The examples are longer than MLflow keeps. Please shorten them.")


def _set_tag(store: Store, experiment_id: str, question: Question, reworded_at_ms: int) -> None:
    from mlflow.entities import ExperimentTag

    _require_space(question)
    text = tag_of(question, reworded_at_ms)
    with plain_errors():
        store.tracking.set_experiment_tag(
            experiment_id, ExperimentTag(tag_name(question.schema_id), text)
        )


def _kept(schema: Any, tags: dict[str, str]) -> Kept:
    question, reworded = with_tag(_question(schema), tags.get(tag_name(schema.schema_id), ""))
    return Kept(question, reworded, mlflows_own=bool(schema.is_default))


def _question(schema: Any) -> Question:
    """Return what the label schema itself says."""
    kind, expectation = _asks_for(schema)
    asked = schema.input
    return Question(
        name=schema.name,
        kind=kind,
        instruction=schema.instruction or "",
        options=_options(asked, kind),
        expectation=expectation,
        comment=bool(schema.enable_comment),
        minimum=asked.min_value if kind == "number" else None,
        maximum=asked.max_value if kind == "number" else None,
        max_length=asked.max_length if kind == "text" else None,
        schema_id=schema.schema_id,
    )


def _options(asked: Any, kind: Kind) -> tuple[str, ...]:
    if kind == "pass_fail":
        return (asked.positive_label, asked.negative_label)
    return tuple(asked.options) if kind in ("choice", "choices") else ()


def _asks_for(schema: Any) -> tuple[Kind, bool]:
    """Return the kind of answer, and whether it is an expectation."""
    kinds: dict[str, Kind] = {
        "InputPassFail": "pass_fail",
        "InputCategorical": "choices" if getattr(schema.input, "multi_select", False) else "choice",
        "InputNumeric": "number",
        "InputText": "text",
    }
    return kinds[type(schema.input).__name__], str(schema.type) == "expectation"


def _schema_input(question: Question) -> Any:
    from mlflow.genai.label_schemas import (
        InputCategorical,
        InputNumeric,
        InputPassFail,
        InputText,
    )

    if question.kind == "pass_fail":
        return InputPassFail(question.options[0], question.options[1])
    if question.kind in ("choice", "choices"):
        return InputCategorical(list(question.options), multi_select=question.kind == "choices")
    if question.kind == "number":
        return InputNumeric(question.minimum, question.maximum)
    return InputText(question.max_length)
