"""The answers that a question has, read in bounded pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from review_app.answers import Assessment
from review_app.questions import Question
from review_app.rewording import is_answer
from services.assessments import assessments_from
from services.store import Store, plain_errors

PAGE = 500  # traces a page
MOST_TRACES = 2_000  # traces that are read; about a second


@dataclass(frozen=True)
class Answered:
    """The standing answers of people to one question.

    Attributes:
        by_trace: trace id -> its answers, the newest trace first.
        more: True when traces beyond these were not read.
    """

    by_trace: Mapping[str, tuple[Assessment, ...]]
    more: bool = False

    @property
    def count(self) -> int:
        """How many answers were found."""
        return sum(map(len, self.by_trace.values()))


def answers_to(
    store: Store, experiment_id: str, question: Question, most: int = MOST_TRACES
) -> Answered:
    """Return the answers to the question on the newest ``most`` traces that have any.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    kind = "expectation" if question.expectation else "feedback"
    found: dict[str, tuple[Assessment, ...]] = {}
    read, token = 0, None
    while read < most:
        with plain_errors():
            infos, token = store.tracking.search_traces(
                experiment_ids=None,
                filter_string=f"{kind}.`{question.name}` IS NOT NULL",
                max_results=min(PAGE, most - read),
                page_token=token,
                locations=[experiment_id],
            )
        read += len(infos)
        for info in infos:
            given = [a for a in assessments_from(info.assessments) if is_answer(question, a)]
            if given:
                found[info.trace_id] = tuple(given)
        if not token:
            break
    return Answered(found, more=bool(token))
