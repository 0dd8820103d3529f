"""Questions as MLflow keeps them: native label schemas of an experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from review_app.errors import Conflict, NotFound
from review_app.questions import Question
from services.store import Store, plain_errors


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
        schema = None
    if schema is None:
        with plain_errors():
            schema = store.tracking.create_label_schema(
                experiment_id,
                name=question.name,
                type="expectation" if question.expectation else "feedback",
                input=_schema_input(question),
                instruction=question.instruction or None,
                enable_comment=question.comment,
            )
    elif type(schema.input) is not type(_schema_input(question)):
        raise Conflict(
            f"A question called “{question.name}” exists here and takes another kind of answer. "
            "Please use another name."
        )
    return replace(question, schema_id=schema.schema_id)


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
