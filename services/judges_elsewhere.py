"""Judges of other tools: whose scores came with the traces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

from review_app.judges import Elsewhere, JudgeKey
from services.assessments import assessments_from
from services.candidates import scores_in
from services.pool import every_info
from services.settings import Settings
from services.store import Store
from services.trace_counts import FAR_MS

LOOKED_AT = 2_000  # of the newest traces: enough to meet every judge that is at work


def judges_elsewhere(
    store: Store, settings: Settings, experiment_id: str, registered: Iterable[JudgeKey]
) -> list[Elsewhere]:
    """Return who else scored the newest traces of an experiment, by name.

    Args:
        store: where the traces are.
        settings: they say which assessments are votes of end users.
        experiment_id: of the traces.
        registered: judges that are known here already.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    known = {one.stored for one in registered}
    found: Counter[JudgeKey] = Counter()
    looked_at = 0
    pages = every_info(store, experiment_id, 0, FAR_MS)
    for info in islice((info for page in pages for info in page), LOOKED_AT):
        looked_at += 1
        found.update(_who_scored(info, settings.user_feedback))
    others = sorted((key, n) for key, n in found.items() if key not in known)
    return [Elsewhere(key, scores, looked_at) for key, scores in others]


def _who_scored(info: Any, votes: tuple[str, ...]) -> list[JudgeKey]:
    stored = assessments_from(info.assessments)
    whole = (a for a in stored if a.valid and not a.span_id and a.name not in votes)
    return list(scores_in(whole))
