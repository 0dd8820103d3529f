"""What the annotators and the judges said, as answers, scores and plans.

The same response lives in several experiments under different ids: the current answer of a person
is found by trace and question, and two campaigns over one trace would override each other.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence

from review_app.answers import Assessment, assessment_id
from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.demo.campaigns import BY_HAND, OPTIONS
from review_app.demo.responses import TURN_EVERY, Rating, Response, milliseconds
from review_app.questions import Question

JUDGED = "faithfulness"  # the question that the judges' scores are about
SPOT_CHECK_SIZE = 60  # items of each version
TRY_OF_A_COLLECTION = 5  # responses of each collection in the campaign to try
_NAMESPACE = uuid.UUID("c0b7a9f4-52cf-5b0e-9d0a-6f2f8f5a4f2e")


def scores_of(response: Response, place: str) -> list[Assessment]:
    """Return the judges' scores of the response, as scores of the question that they judge."""
    return [
        Assessment(
            name=JUDGED,
            value=float(score),
            source=f"{judge}@1",
            source_type="LLM_JUDGE",
            assessment_id=assessment_id(response.trace_id(place), judge),
            created_ms=milliseconds(response.asked_at + TURN_EVERY),
        )
        for judge, score in response.scores.items()
    ]


def answers_of(
    response: Response, place: str, campaign: Campaign, planned: PlanItem
) -> Iterator[Assessment]:
    """Yield the answers of those whose turn it was, with everything that answers given here carry.

    The annotators worked apart from each other, from the judges and from the models' names, so
    the demo declares that they had seen nothing.
    """
    turns = {turn.reviewer: turn.position for turn in planned.assigned}
    for rating in response.ratings:
        if rating.annotator in turns:
            tab = uuid.uuid5(_NAMESPACE, f"{place}\n{rating.annotator}")
            said = zip(campaign.questions, rating.values, strict=True)
            submission = f"{tab}:{turns[rating.annotator]}"
            yield from _answers(rating, submission, planned, campaign, [*said])


def _answers(
    rating: Rating,
    submission: str,
    planned: PlanItem,
    campaign: Campaign,
    said: Sequence[tuple[Question, int | None]],
) -> Iterator[Assessment]:
    given_ms = rating.time * 1000
    context = {
        "review.campaign": campaign.run_id,
        "review.frame": planned.frame,
        "review.sample_unit": planned.unit,
        "review.probability": repr(planned.probability),
        "review.stratum": planned.stratum,
        "review.reason": planned.reason,
        "review.round": "1",
        "review.seen": "nothing",
        "review.role": planned.role,
        "review.seconds": f"{rating.seconds:.1f}",
        "review.submission": submission,
        "review.answered_at": str(given_ms),
    }
    for question, value in said:
        if value is not None:
            yield Assessment(
                name=question.name,
                value=OPTIONS[value - 1],
                source=rating.annotator,
                metadata={**context, "review.question_version": question.version},
                assessment_id=assessment_id(submission, question.name),
                created_ms=given_ms,
            )


def spot_check(found: Iterable[Response]) -> list[Response]:
    """Return the items of the spot check: a random sample of each version, always the same."""
    by_version: dict[str, list[Response]] = {}
    for response in found:
        by_version.setdefault(response.version, []).append(response)
    return [
        response
        for version, theirs in by_version.items()
        for response in random.Random(f"spot check {version}").sample(theirs, SPOT_CHECK_SIZE)
    ]


def finished_plan(
    chosen: Iterable[Response], place: str, frame: str, reason: str, probability: float
) -> list[PlanItem]:
    """Return the plan of a campaign whose items were reviewed by the annotators.

    Each annotator's list is in the order in which they worked.
    """
    chosen = list(chosen)
    order: dict[str, list[tuple[int, str]]] = {}
    for response in chosen:
        for rating in response.ratings:
            order.setdefault(rating.annotator, []).append((rating.time, response.trace_id(place)))
    assigned: dict[str, list[Assignment]] = {}
    for annotator, theirs in sorted(order.items()):
        for position, (_, trace_id) in enumerate(sorted(theirs), 1):
            assigned.setdefault(trace_id, []).append(Assignment(annotator, position))
    return [
        PlanItem(
            trace_id=response.trace_id(place),
            frame=frame,
            reason=reason,
            probability=probability,
            stratum=response.version,
            assigned=tuple(assigned.get(response.trace_id(place), ())),
        )
        for response in chosen
    ]


def to_try(found: Iterable[Response]) -> list[Response]:
    """Return responses to try the app with: all collections and versions, some of them doubtful.

    Of each collection two are responses that an annotator found unfaithful.
    """
    pool = list(found)
    random.Random("try it").shuffle(pool)
    chosen: list[Response] = []
    for collection in sorted({response.collection for response in pool}):
        theirs = [response for response in pool if response.collection == collection]
        picked: list[Response] = []
        for doubtful, until in ((True, 2), (False, TRY_OF_A_COLLECTION)):
            for response in theirs:
                if (
                    len(picked) < until
                    and _doubtful(response) is doubtful
                    and _fresh(response, picked)
                ):
                    picked.append(response)
        chosen += picked
    return chosen


def _doubtful(response: Response) -> bool:
    """Tell whether somebody answered the last question, faithfulness, with No or Mostly no."""
    return any((rating.values[-1] or 4) <= 2 for rating in response.ratings)


def _fresh(response: Response, picked: list[Response]) -> bool:
    """Tell whether it adds another question, and a version that is not in twice already."""
    same = [p for p in picked if (p.conversation, p.turn) == (response.conversation, response.turn)]
    return not same and sum(p.version == response.version for p in picked) < 2


def try_plan(trace_ids: Iterable[str]) -> list[PlanItem]:
    """Return the plan of the campaign to try: for whoever joins, chosen by hand, for no rate."""
    return [PlanItem(trace_id, frame=BY_HAND, reason="to try the app") for trace_id in trace_ids]
