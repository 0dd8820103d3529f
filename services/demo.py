"""Loading the demo: three experiments with traces, answers, scores and campaigns.

Whatever is interrupted is finished by the next call: ids follow from the data, a campaign counts as
there only once everything of it is stored, and all three are begun before anything else is written.
The one that a visitor tries comes first, so that it can be opened while the rest is loading.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from review_app.campaigns import Campaign, PlanItem, PlanPart, Status
from review_app.demo import answers, campaigns
from review_app.demo.responses import Response, copied, digest, responses, trace_of
from review_app.errors import ReviewError
from services.bulk import write_traces
from services.campaign_writing import CampaignWriting, Revision
from services.campaigns import KIND, Campaigns
from services.parcels import Parcel, parcel_from_json, parcel_from_record
from services.queues import set_status, statuses
from services.store import Store, plain_errors

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
BATCH = 50  # traces written at a time
TELL_EVERY = 250  # items between two lines of progress


@dataclass(frozen=True)
class Loaded:
    """What loading the demo added: ``added`` new traces."""

    added: int


@dataclass(frozen=True)
class _Part:
    """One experiment of the demo with its campaign, and the status that it ends with."""

    experiment: str
    campaign: Campaign
    status: Status
    responses: list[Response]
    plan: list[PlanItem]
    agents: tuple[dict[str, Any], ...] = ()


def may_load(store: Store) -> bool:
    """Tell whether the store is empty, or holds a demo that was interrupted."""
    ids = store.experiment_ids()
    if not ids:
        return True
    if any(_building(store, ids)):
        return True
    with plain_errors():
        traces, _ = store.tracking.search_traces(max_results=1, locations=ids)
        runs = _campaign_runs(store, ids, f"tags.`{KIND}` = 'campaign'")
    return not traces and not runs


def _building(store: Store, ids: list[str]) -> Iterator[bool]:
    ours = {c.name for c in (campaigns.REVIEW, campaigns.SPOT_CHECK, campaigns.TRY_IT)}
    for run in _campaign_runs(store, ids, "tags.`review.status` = 'building'"):
        yield run.info.run_name in ours


def _campaign_runs(store: Store, ids: list[str], query: str) -> list[Any]:
    from mlflow.entities import ViewType

    with plain_errors():
        return list(store.tracking.search_runs(ids, query, ViewType.ACTIVE_ONLY, max_results=100))


def load_demo(store: Store, tell: Callable[[str], None] = lambda _: None) -> Loaded:
    """Load what is missing of the demo; a second call adds nothing.

    Args:
        store: where to.
        tell: is called with a line of progress.

    Raises:
        StoreUnavailable: when MLflow does not answer; the call may be repeated.
    """
    home = Campaigns(store)
    there = {campaign.name for campaign in home.every()}
    missing = [part for part in _parts() if part.campaign.name not in there]
    begun = [(part, _begin(home, part)) for part in missing]
    added = 0
    for part, campaign in begun:
        added += _load(home, part, campaign, tell)
        home.set_status(campaign, part.status)
    return Loaded(added)


def _parts() -> list[_Part]:
    data = json.loads((EXAMPLES / "data" / "mtrag" / "conversations.json").read_text("utf-8"))
    found = responses(data)
    main, spot, trial = "Demo: MT-RAG answers", "Demo: spot check", "Demo: try it"
    sample, share = answers.spot_check(found), answers.SPOT_CHECK_SIZE / 159
    tried = answers.to_try(found)
    agents = tuple(_agents())
    ids = [r.trace_id(trial) for r in tried] + [a["info"]["trace_id"] for a in agents]
    whole = answers.finished_plan(found, main, campaigns.ALL_ANSWERS, "all answers", 1.0)
    part = answers.finished_plan(sample, spot, campaigns.RANDOM_SAMPLE, "random sample", share)
    return [
        _Part(trial, campaigns.TRY_IT, "open", tried, answers.try_plan(ids), agents),
        _Part(main, campaigns.REVIEW, "closed", found, whole),
        _Part(spot, campaigns.SPOT_CHECK, "closed", found, part),
    ]


def _agents() -> Iterator[dict[str, Any]]:
    """Yield the recorded agent traces under ids of the demo's own."""
    for path in sorted((EXAMPLES / "traces").glob("*.json")):
        trace = json.loads(path.read_text("utf-8"))
        yield copied(trace, f"tr-{digest('demo', trace['info']['trace_id'])[:32]}")


def _begin(home: Campaigns, part: _Part) -> Campaign:
    experiment_id = home.store.experiment_id(part.experiment, create=True)
    campaign = replace(part.campaign, experiment_id=experiment_id)
    return CampaignWriting(home).create(campaign, PlanPart(()))


def _load(home: Campaigns, part: _Part, campaign: Campaign, tell: Callable[[str], None]) -> int:
    store, added, done = home.store, 0, 0
    models = {name: _model(store, campaign.experiment_id, name) for name in _versions(part)}
    parcels = _parcels(part, campaign, models)
    while batch := list(islice(parcels, BATCH)):
        for outcome in write_traces(store, campaign.experiment_id, batch):
            if outcome.state == "failed":
                raise ReviewError(f"The demo could not be loaded: it {outcome.reason}.")
            added += outcome.state == "added"
        done += len(batch)
        if done % TELL_EVERY == 0:
            tell(f"{part.experiment}: {done} traces …")
    tell(f"{part.experiment}: {done} traces, now the reviewers' queues …")
    frame = campaigns.FRAMES[campaign.name]
    whole = Revision(PlanPart(tuple(part.plan), (frame,)))
    _complete(home, CampaignWriting(home).change(campaign, lambda *_: whole))
    return added


def _versions(part: _Part) -> list[str]:
    return list(dict.fromkeys(response.version for response in part.responses))


def _parcels(part: _Part, campaign: Campaign, models: dict[str, str]) -> Iterator[Parcel]:
    planned = {item.trace_id: item for item in part.plan}
    place = part.experiment
    for response in part.responses:
        record = trace_of(response, place, models[response.version])
        labels = [] if part.agents else answers.scores_of(response, place)
        if record.trace_id in planned and not part.agents:
            item = planned[record.trace_id]
            labels += answers.answers_of(response, place, campaign, item)
        yield parcel_from_record(record, campaign.experiment_id, labels)
    for agent in part.agents:
        yield parcel_from_json(agent, campaign.experiment_id)


def _model(store: Store, experiment_id: str, version: str) -> str:
    """Return the id of the version's LoggedModel; its name may hold no dots."""
    from mlflow.entities import LoggedModelStatus

    name = version.replace(".", "-")
    with plain_errors():
        found = store.tracking.search_logged_models([experiment_id], f"name = '{name}'")
        if found:
            return str(found[0].model_id)
        made = store.tracking.create_logged_model(experiment_id, name)
        store.tracking.finalize_logged_model(made.model_id, LoggedModelStatus.READY)
    return str(made.model_id)


def _complete(home: Campaigns, campaign: Campaign) -> None:
    """Mark every item of the reviewers' queues as reviewed."""
    for person in campaign.reviewers:
        queue = home.queue(campaign, person, 1)
        for trace_id, status in statuses(home.store, queue).items():
            if status == "pending":
                set_status(home.store, queue, trace_id, "complete", person)
