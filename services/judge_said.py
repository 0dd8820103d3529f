"""What judges said about traces: their scores with the reasons, read from MLflow."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from review_app.judge_check.sides import Spoken
from review_app.judges import JudgeKey
from services.assessments import assessments_from
from services.store import Store

BATCH = 200  # traces a call
_SOURCES = ("LLM_JUDGE", "CODE")
Tell = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


def said_by_judges(
    store: Store, trace_ids: Iterable[str], question: str, tell: Tell = _quiet
) -> dict[JudgeKey, dict[str, Spoken]]:
    """Return what each judge of a question said last about each of the traces.

    Args:
        store: where the traces are.
        trace_ids: those to look at.
        question: name of the scores.
        tell: is called with the traces read and all; what it raises stops the reading.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    wanted = list(dict.fromkeys(trace_ids))
    found: dict[JudgeKey, dict[str, Spoken]] = {}
    for start in range(0, len(wanted), BATCH):
        tell(start, len(wanted))
        for info in store.trace_infos(wanted[start : start + BATCH]):
            for one in assessments_from(info.assessments):
                if one.name != question or one.source_type not in _SOURCES:
                    continue
                if (
                    one.span_id
                    or not one.valid
                    or not isinstance(one.value, (bool, int, float, str))
                ):
                    continue
                theirs = found.setdefault(JudgeKey(question, one.source), {})
                before = theirs.get(info.trace_id)
                if before is None or before.created_ms <= one.created_ms:
                    theirs[info.trace_id] = Spoken(one.value, one.rationale, one.created_ms)
    tell(len(wanted), len(wanted))
    return found
