"""Loading the demo: four experiments with traces, answers, scores, votes and campaigns.

Whatever is interrupted is finished by the next call: ids follow from the data, a campaign counts as
there only once everything of it is stored, and all four are begun before anything else is written.
The one that a visitor tries comes first, so that it can be opened while the rest is loading. Only
the live traffic follows the clock; the moment that it was first loaded at stays in its experiment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from review_app.answers import Assessment
from review_app.campaigns import Campaign, PlanItem, PlanPart, Status
from review_app.demo import answers, campaigns, live
from review_app.demo.responses import Response, copied, digest, responses, trace_of
from review_app.errors import ReviewError
from review_app.frames import Frame
from services.bulk import write_traces
from services.campaign_writing import CampaignWriting, Revision
from services.campaigns import KIND, Campaigns
from services.parcels import Parcel, parcel_from_json, parcel_from_record
from services.queues import set_status, statuses
from services.store import Store, plain_errors

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
BATCH = 50  # traces written at a time
TELL_EVERY = 250  # items between two lines of progress
MOMENT = "review.demo_moment"  # the experiment's tag with the end of the live traffic's two weeks


@dataclass(frozen=True)
class Loaded:
    """What loading the demo added: ``added`` new traces."""

    added: int


@dataclass(frozen=True)
class _Part:
    """One experiment of the demo with its campaign, and the status that it ends with.

    ``labels`` gives what judges or end users said of a response.
    """

    experiment: str
    campaign: Campaign
    status: Status
    frame: Frame
    responses: list[Response]
    plan: list[PlanItem]
    labels: Callable[[Response], list[Assessment]] = lambda _: []
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
    ours = {campaign.name for campaign in campaigns.ALL}
    for run in _campaign_runs(store, ids, "tags.`review.status` = 'building'"):
        yield run.info.run_name in ours


def _campaign_runs(store: Store, ids: list[str], query: str) -> list[Any]:
    from mlflow.entities import ViewType

    with plain_errors():
        return list(store.tracking.search_runs(ids, query, ViewType.ACTIVE_ONLY, max_results=100))


def load_demo(store: Store, now_ms: int, tell: Callable[[str], None] = lambda _: None) -> Loaded:
    """Load what is missing of the demo; a second call adds nothing, whenever it comes.

    Args:
        store: where to.
        now_ms: when the two weeks of live traffic end, milliseconds since the epoch; a demo that
            was begun before keeps its own.
        tell: is called with a line of progress.

    Raises:
        StoreUnavailable: when MLflow does not answer; the call may be repeated.
    """
    home = Campaigns(store)
    there = {campaign.name for campaign in home.every()}
    if there >= {campaign.name for campaign in campaigns.ALL}:
        return Loaded(0)
    missing = [part for part in _parts(_moment(store, now_ms)) if part.campaign.name not in there]
    unfinished = {campaign.name: campaign for campaign in home.unfinished()}
    begun = [(part, _begin(home, part, unfinished)) for part in missing]
    added = 0
    for part, campaign in begun:
        added += _load(home, part, campaign, tell)
        home.set_status(campaign, part.status)
    return Loaded(added)


def _moment(store: Store, now_ms: int) -> datetime:
    """Return when the live traffic ends, as the first call noted it in the experiment."""
    from mlflow.entities import ExperimentTag

    experiment_id = store.experiment_id(live.PLACE, create=True)
    with plain_errors():
        tags = store.tracking.get_experiment(experiment_id).tags
        noted = tags.get(MOMENT, str(now_ms))
        for key, value in {MOMENT: noted, "mlflow.note.content": live.ABOUT}.items():
            if key not in tags:
                store.tracking.set_experiment_tag(experiment_id, ExperimentTag(key, value))
    return datetime.fromtimestamp(int(noted) / 1000, UTC)


def _parts(moment: datetime) -> list[_Part]:
    data = json.loads((EXAMPLES / "data" / "mtrag" / "conversations.json").read_text("utf-8"))
    found = responses(data)
    return [_try_it(found), _review(found), _spot_check(found), _live(found, moment)]


def _try_it(found: list[Response]) -> _Part:
    place, tried, agents = "Demo: try it", answers.to_try(found), tuple(_agents())
    ids = [r.trace_id(place) for r in tried] + [a["info"]["trace_id"] for a in agents]
    return _Part(
        place,
        campaigns.TRY_IT,
        "open",
        campaigns.TRY_IT_FRAME,
        tried,
        answers.try_plan(ids),
        agents=agents,
    )


def _review(found: list[Response]) -> _Part:
    place, frame = "Demo: MT-RAG answers", campaigns.REVIEW_FRAME
    plan = answers.finished_plan(found, place, frame.id, "all answers", 1.0)
    scores = partial(answers.scores_of, place=place)
    return _Part(place, campaigns.REVIEW, "closed", frame, found, plan, scores)


def _spot_check(found: list[Response]) -> _Part:
    place, frame = "Demo: spot check", campaigns.SPOT_CHECK_FRAME
    share = answers.SPOT_CHECK_SIZE / 159
    sample = answers.spot_check(found)
    plan = answers.finished_plan(sample, place, frame.id, "random sample", share)
    scores = partial(answers.scores_of, place=place)
    return _Part(place, campaigns.SPOT_CHECK, "closed", frame, found, plan, scores)


def _live(found: list[Response], moment: datetime) -> _Part:
    asked = live.traffic(found, moment)
    chosen = [response for response in asked if live.in_first_look(response, moment)]
    frame = live.frame_of(chosen, moment)
    plan = answers.finished_plan(chosen, live.PLACE, frame.id, "read by all three", 1.0)
    return _Part(live.PLACE, campaigns.FIRST_LOOK, "closed", frame, asked, plan, live.votes_of)


def _agents() -> Iterator[dict[str, Any]]:
    """Yield the recorded agent traces under ids of the demo's own."""
    for path in sorted((EXAMPLES / "traces").glob("*.json")):
        trace = json.loads(path.read_text("utf-8"))
        yield copied(trace, f"tr-{digest('demo', trace['info']['trace_id'])[:32]}")


def _begin(home: Campaigns, part: _Part, unfinished: dict[str, Campaign]) -> Campaign:
    """Return the campaign; that of an interrupted call goes on, because answers name it already."""
    experiment_id = home.store.experiment_id(part.experiment, create=True)
    left = unfinished.get(part.campaign.name)
    if left is not None and left.experiment_id == experiment_id:
        return left
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
    whole = Revision(PlanPart(tuple(part.plan), (part.frame,)))
    _complete(home, CampaignWriting(home).change(campaign, lambda *_: whole))
    return added


def _versions(part: _Part) -> list[str]:
    return list(dict.fromkeys(response.version for response in part.responses))


def _parcels(part: _Part, campaign: Campaign, models: dict[str, str]) -> Iterator[Parcel]:
    planned = {item.trace_id: item for item in part.plan}
    place = part.experiment
    for response in part.responses:
        record = trace_of(response, place, models[response.version])
        labels = part.labels(response)
        if item := planned.get(record.trace_id):
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
