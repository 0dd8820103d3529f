"""What judges said about traces: their scores with the reasons, read from MLflow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from review_app.access import require_lead
from review_app.answers import Assessment
from review_app.judge_check.sides import Spoken
from review_app.judges import JudgeKey
from review_app.people import Person
from services.assessments import assessments_from
from services.registered import Registered
from services.store import Store

BATCH = 200  # traces a call
_SOURCES = ("LLM_JUDGE", "CODE")
Tell = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


def said_by_judges(
    person: Person,
    store: Store,
    trace_ids: Iterable[str],
    question: str,
    tell: Tell = _quiet,
) -> dict[JudgeKey, dict[str, Spoken]]:
    """Return what each judge of a question said last about each of the traces.

    What a judge said that is gone does not count as said by another one of its name.

    Args:
        person: the lead who asks.
        store: where the traces are.
        trace_ids: those to look at.
        question: name of the scores.
        tell: is called with the traces read and all; what it raises stops the reading.

    Raises:
        NotAllowed: when the person is no lead.
        StoreUnavailable: when MLflow did not answer.
    """
    require_lead(person)
    wanted = list(dict.fromkeys(trace_ids))
    known = lru_cache(partial(Registered, store))
    found: dict[JudgeKey, dict[str, Spoken]] = {}
    for start in range(0, len(wanted), BATCH):
        tell(start, len(wanted))
        for info in store.trace_infos(wanted[start : start + BATCH]):
            counts = known(str(info.experiment_id)).has_its_scores_from
            for one in assessments_from(info.assessments):
                if one.name != question or not _is_score(one) or not counts(one):
                    continue
                theirs = found.setdefault(JudgeKey(question, one.source), {})
                before = theirs.get(info.trace_id)
                if before is None or before.created_ms <= one.created_ms:
                    theirs[info.trace_id] = Spoken(one.value, one.rationale, one.created_ms)
    tell(len(wanted), len(wanted))
    return found


def _is_score(one: Assessment) -> bool:
    whole = one.valid and not one.span_id
    return whole and one.source_type in _SOURCES and isinstance(one.value, (bool, int, float, str))
