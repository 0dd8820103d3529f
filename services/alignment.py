"""Aligning a judge with what people say, by MLflow's optimizers; nothing is registered here.

MLflow's ``align`` counts answers that were overridden, answers to single steps, and each agreeing
person as an example of its own. So it gets copies of traces that hold one consensus and nothing
else. Of MemAlign only the guidelines are kept (decision 0009).
"""

from __future__ import annotations

import copy
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Lock
from typing import Any
from uuid import uuid4

from review_app.access import require_lead
from review_app.alignment import (
    Aligned,
    AlignmentPlan,
    Lesson,
    check_lessons,
    lessons_of,
    passed_and_failed,
)
from review_app.errors import Conflict, InvalidDesign, ReviewError
from review_app.frozen_sets import Content, Frozen
from review_app.judge_costs import Aligner, Prices, aligning_forecast
from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question, question_from
from services.jobs import stoppable
from services.judge_models import NEEDS_DSPY, lacks, make_ready, price_of
from services.judges import Judges
from services.optimizers import Tell, Told, guided, tuned
from services.store import Store, plain_errors

LOG = logging.getLogger(__name__)
AT_ONCE = 20  # traces a call, each with all its spans


class Outcome:
    """What came of an alignment, the same in all windows: registered once, or thrown away.

    Attributes:
        aligned: what was learned.
        token: names it among all outcomes.
        made: the version that it was registered as; None while it is not.
    """

    def __init__(self, aligned: Aligned) -> None:
        """Nobody has decided yet."""
        self.aligned, self.token = aligned, uuid4().hex
        self.made: Judge | None = None
        self._dropped, self._lock = False, Lock()

    @property
    def is_open(self) -> bool:
        """Whether it can still be registered."""
        return self.made is None and not self._dropped

    def register(self, make: Callable[[Aligned], Judge]) -> Judge:
        """Return the version that ``make`` registers.

        Raises:
            Conflict: when it is registered or thrown away already.
        """
        with self._lock:
            if self.made is not None:
                raise Conflict(f"This is registered already, as version {self.made.version}.")
            if self._dropped:
                raise Conflict("This was thrown away meanwhile, perhaps in another window.")
            self.made = make(self.aligned)
            return self.made

    def drop(self) -> None:
        """Throw it away."""
        with self._lock:
            self._dropped = True


class Alignment:
    """Aligns the judges of one store."""

    def __init__(self, judges: Judges) -> None:
        """Bind to the judges; nothing is read yet."""
        self._judges = judges
        self._store = judges.store

    def plan(
        self, person: Person, judge: Judge, learned: tuple[Frozen, Content], by: Aligner
    ) -> AlignmentPlan:
        """Return what would be learned from and what it would cost, without asking a model.

        Args:
            person: the lead who asks.
            judge: a registered version.
            learned: the labeled set version, and what it holds.
            by: how.

        Raises:
            NotAllowed: when the person is no lead.
            InvalidDesign: when there is not enough to learn from, or too much is known already.
            StoreUnavailable: when MLflow did not answer.
        """
        require_lead(person)
        frozen, content = learned
        question, lessons, left_out = _lessons(judge, content)
        check_lessons(by, question, judge, lessons)
        self._check_seen(judge, frozen)
        sample = _traces(self._store, [one.trace_id for one in lessons[:AT_ONCE]])
        read = [_characters(trace) for trace in sample]
        average = sum(read) / len(read) if read else 0.0
        price = price_of(judge.model)
        prices = Prices(price.input_usd, price.output_usd) if price else Prices()
        told = len(judge.instructions)
        forecast = aligning_forecast(by, len(lessons), average, told, prices)
        passed, failed = passed_and_failed(question, lessons)
        return AlignmentPlan(len(lessons), passed, failed, dict(left_out), forecast)

    def align(
        self,
        person: Person,
        judge: Judge,
        learned: tuple[Frozen, Content],
        by: Aligner,
        tell: Tell,
    ) -> Aligned:
        """Let a judge learn from the train split of a labeled set.

        Args:
            person: the lead who does it.
            judge: a registered version.
            learned: the labeled set version, and what it holds.
            by: how.
            tell: is called with the calls to the model and how many there may be; what it raises
                stops the work.

        Raises:
            Cancelled: what ``tell`` raised.
            ReviewError: when it cannot be done, or the model failed.
        """
        require_lead(person)
        self._make_ready(judge)
        told = Told(tell, self.plan(person, judge, learned, by).forecast.calls)
        frozen, content = learned
        _, lessons, _ = _lessons(judge, content)
        told.beat()
        traces = _copies(self._store, judge, lessons)
        before = self._registered(judge)
        work = guided if by == "MemAlign" else partial(tuned, by)
        started = time.monotonic()
        after = stoppable(lambda: work(before, traces, told), told.beat)
        seconds = time.monotonic() - started
        return Aligned(
            judge, after, by, frozen.run_id, told.read, told.done, seconds, told.failed, told.lost
        )

    def register(self, person: Person, content: Content, aligned: Aligned, text: str) -> Judge:
        """Register the next version of the judge with the text that the lead agreed to.

        Raises:
            InvalidDesign: when a judge cannot be told this.
            StoreUnavailable: when MLflow did not answer.
        """
        before = aligned.before
        wanted = Judge(
            before.name,
            0,
            before.experiment_id,
            model=before.model,
            instructions=text,
            threshold=before.threshold,
            aligned_by=aligned.by,
            learned_from=aligned.learned_from,
            learned_before=before.learned_sets,
        )
        question = question_from(dict(content.sheet["question"]))
        return self._judges.create(person, before.experiment_id, question, wanted)

    def _make_ready(self, judge: Judge) -> None:
        try:
            import dspy  # noqa: F401 - what the optimizers stand on
        except ImportError as error:
            LOG.warning("dspy cannot be imported", exc_info=error)
            raise ReviewError(NEEDS_DSPY) from error
        lacking = lacks(self._judges.settings, judge.model)
        if lacking:
            raise ReviewError(lacking)
        make_ready(self._judges.settings)

    def _check_seen(self, judge: Judge, frozen: Frozen) -> None:
        """Let a judge learn from one labeled set only, of whatever versions."""
        if not judge.learned_from:
            return
        with plain_errors():
            run = self._store.tracking.get_run(judge.learned_from)
        if run.data.tags.get("review.set", "").casefold() != frozen.name.casefold():
            raise InvalidDesign(
                f"{judge.source} has learned from another labeled set already. Begin with a version"
                " that has not, so that it stays clear what it has seen."
            )

    def _registered(self, judge: Judge) -> Any:
        from mlflow.genai.scorers import Scorer

        with plain_errors():
            stored = self._store.tracking.get_scorer(judge.experiment_id, judge.name, judge.version)
            return Scorer.model_validate(stored.serialized_scorer)


def _lessons(judge: Judge, content: Content) -> tuple[Question, list[Lesson], Counter[str]]:
    question = question_from(dict(content.sheet["question"]))
    if question.name != judge.name:
        raise InvalidDesign(f"This set answers “{question.name}”, and the judge “{judge.name}”.")
    return (question, *lessons_of(question, judge, content.rows))


def _copies(store: Store, judge: Judge, lessons: Sequence[Lesson]) -> list[Any]:
    """Return copies of the traces that hold exactly one assessment: what people together say."""
    from mlflow.entities import AssessmentSource, Feedback, Trace

    by_id = {one.trace_id: one for one in lessons}
    copies = []
    for trace in _traces(store, list(by_id)):
        lesson, info = by_id[trace.info.trace_id], copy.copy(trace.info)
        consensus = Feedback(
            judge.name,
            lesson.value,
            source=AssessmentSource("HUMAN", "consensus"),
            rationale=lesson.rationale,
            trace_id=lesson.trace_id,
        )
        kept = [one for one in info.assessments or () if one.expectation is not None]
        info.assessments = [consensus, *kept]
        copies.append(Trace(info, trace.data))
    if not copies:
        raise ReviewError("The traces of this labeled set are no longer in MLflow.")
    return copies


def _traces(store: Store, trace_ids: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(trace_ids), AT_ONCE):
        with plain_errors():
            found = store.tracking.batch_get_traces(list(trace_ids[start : start + AT_ONCE]))
        yield from found


def _characters(trace: Any) -> int:
    from mlflow.genai.utils.trace_utils import extract_request_from_trace as asked
    from mlflow.genai.utils.trace_utils import extract_response_from_trace as answered

    return len(asked(trace) or "") + len(answered(trace) or "")
