"""Judges of other tools: whose scores came with the traces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from review_app.judges import Elsewhere, Judge, JudgeKey
from review_app.pool import Pool
from services.pool import scan
from services.settings import Settings
from services.store import Store

LOOKED_AT = 2_000  # of the newest traces: enough to meet every judge that is at work


def judges_elsewhere(
    store: Store, settings: Settings, experiment: str, registered: Iterable[Judge]
) -> list[Elsewhere]:
    """Return who else scored the newest traces of an experiment, by name.

    Args:
        store: where the traces are.
        settings: they say which assessments are votes of end users.
        experiment: its name.
        registered: judges that are known here already.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    known = {one.key for one in registered}
    found: Counter[JudgeKey] = Counter()
    looked = scan(store, settings, Pool(experiment), limit=LOOKED_AT)
    for candidate in looked.candidates:
        found.update(JudgeKey(*column.split("@", 1)) for column in candidate.scores)
    others = sorted((key, n) for key, n in found.items() if key not in known)
    return [Elsewhere(key, scores, looked.looked_at) for key, scores in others]
