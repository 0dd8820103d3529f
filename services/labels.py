"""Labels: everything that people said about the traces of a campaign or of a whole experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from review_app.answers import FIRST_FAILURE, LATE_ANSWER, SKIP_REASON
from review_app.campaigns import Campaign
from review_app.gathered import About, Gathered
from review_app.given import Given, given_by_people, without_drafts
from review_app.labels import Labels, labels_among
from review_app.questions import Question
from services.assessments import assessments_from
from services.campaigns import Campaigns
from services.gathering import Gathering
from services.questions import questions_of
from services.settings import Settings
from services.store import plain_errors
from services.versions import Versions

PAGE = 500  # traces a call
Tell = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


def gathered_of(campaigns: Campaigns, campaign: Campaign, tell: Tell = _quiet) -> Gathered:
    """Return all that is known of a campaign right now.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    gathering = Gathering(campaigns)
    gathering.queues(campaign, tell)
    return gathering.answers(campaign, tell)


def labels_in(
    campaigns: Campaigns, settings: Settings, name: str, asked: str = "", tell: Tell = _quiet
) -> Labels:
    """Return what people said about all traces of an experiment, whatever wrote it.

    Args:
        campaigns: of the store.
        settings: they say which names are votes of end users.
        name: of the experiment.
        asked: only this name; else every name that is an answer to something.
        tell: is called with the traces read so far.

    Raises:
        NotFound: when there is no such experiment.
        StoreUnavailable: when MLflow did not answer.
    """
    store, versions = campaigns.store, Versions(campaigns.store)
    experiment_id = store.experiment_id(name)
    none = {SKIP_REASON, FIRST_FAILURE, LATE_ANSWER, *settings.user_feedback}
    said: list[Given] = []
    about: dict[str, About] = {}
    for info in _infos(campaigns, experiment_id, tell):
        rows = given_by_people(info.trace_id, assessments_from(info.assessments))
        rows = [r for r in rows if (r.question == asked if asked else r.question not in none)]
        if rows:
            said += rows
            metadata, tags = dict(info.trace_metadata or {}), dict(info.tags or {})
            session = metadata.get("mlflow.trace.session", "")
            text = info.request_preview or ""
            about[info.trace_id] = About(session, text, versions.name(metadata, tags))
    here = [c for c in campaigns.every() if c.experiment_id == experiment_id]
    for campaign in here:
        status = Gathering(campaigns).queues(campaign, _quiet).status
        ours = [row for row in said if row.campaign == campaign.run_id]
        others = [row for row in said if row.campaign != campaign.run_id]
        said = others + without_drafts(ours, status)
    return labels_among(said, _known(campaigns, here, experiment_id), about)


def _known(campaigns: Campaigns, here: list[Campaign], experiment_id: str) -> dict[str, Question]:
    """Return the questions of the experiment by name; what a campaign froze comes first."""
    known = {q.name: q for q in questions_of(campaigns.store, experiment_id)}
    return known | {q.name: q for campaign in reversed(here) for q in campaign.questions}


def _infos(campaigns: Campaigns, experiment_id: str, tell: Tell) -> Iterator[Any]:
    token, done = None, 0
    while True:
        with plain_errors():
            page, token = campaigns.store.tracking.search_traces(
                experiment_ids=None,
                max_results=PAGE,
                page_token=token,
                locations=[experiment_id],
            )
        yield from page
        done += len(page)
        tell(done, 0)
        if not token:
            return
