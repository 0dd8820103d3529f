"""Answers to a question, counted in MLflow."""

from __future__ import annotations

from dataclasses import replace

from review_app.answers import Assessment
from review_app.questions import DEFAULT_QUESTIONS
from services.assessments import create_assessment
from services.question_answers import answers_to

QUALITY = DEFAULT_QUESTIONS[0]


def test_people_are_counted_and_nobody_else(store, make_campaign):
    """A lead reads how many people answered; scores of judges and other names do not count."""
    made = make_campaign(store, 4)
    for person in ("ana", "bo"):
        create_assessment(store, made.traces[0], Assessment("quality", value=True, source=person))
    create_assessment(store, made.traces[1], Assessment("quality", value=False, source="ana"))
    create_assessment(
        store, made.traces[2], Assessment("quality", True, "judge@1", source_type="LLM_JUDGE")
    )
    create_assessment(store, made.traces[3], Assessment("tone", value="Kind", source="ana"))

    found = answers_to(store, made.campaign.experiment_id, QUALITY)

    assert (found.count, found.more) == (3, False)
    assert set(found.by_trace) == set(made.traces[:2])


def test_expectations_are_found_by_their_kind(store, make_campaign):
    """An expected answer is counted for the question that asks for one, also with an odd name."""
    made = make_campaign(store, 1)
    asked = replace(QUALITY, name="What “should” it be? 50 %", kind="text", expectation=True)
    create_assessment(
        store, made.traces[0], Assessment(asked.name, "Monday", "ana", expectation=True)
    )

    found = answers_to(store, made.campaign.experiment_id, asked)

    assert found.count == 1
    assert (
        answers_to(store, made.campaign.experiment_id, replace(asked, expectation=False)).count == 0
    )


def test_only_so_many_are_read(store, make_campaign):
    """Where a question has very many answers the page counts the newest and says so."""
    made = make_campaign(store, 5)
    for trace in made.traces:
        create_assessment(store, trace, Assessment("quality", value=True, source="ana"))

    found = answers_to(store, made.campaign.experiment_id, QUALITY, most=3)

    assert (list(found.by_trace), found.more) == (made.traces[:1:-1], True)
