"""The traces behind a number, as far as a list shows them, with all that was said of each."""

from __future__ import annotations

from collections.abc import Sequence

from review_app.access import require_lead
from review_app.opened import Opened
from review_app.people import Person
from services.assessments import assessments_from
from services.candidates import Candidates
from services.settings import Settings
from services.store import Store
from services.versions import Versions


def open_traces(
    person: Person, store: Store, settings: Settings, trace_ids: Sequence[str]
) -> list[Opened]:
    """Return the traces in the order of the ids; those that are gone are left out.

    Args:
        person: the lead who asks.
        store: where they are.
        settings: they say which assessments are votes of end users.
        trace_ids: some tens of them.

    Raises:
        NotAllowed: when the person is no lead.
        StoreUnavailable: when MLflow did not answer.
    """
    require_lead(person)
    make = Candidates(Versions(store), settings.user_feedback)
    found = {}
    for info in store.trace_infos(list(trace_ids)):
        said = [one for one in assessments_from(info.assessments) if one.valid and not one.span_id]
        said.sort(key=lambda one: (one.created_ms, one.assessment_id))
        found[info.trace_id] = Opened(make.of(info), tuple(said))
    return [found[one] for one in trace_ids if one in found]
