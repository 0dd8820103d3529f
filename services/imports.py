"""Importing files: traces as MLflow writes them, and chats, into one experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from review_app.campaigns import Campaign, PlanItem, PlanPart
from review_app.chats import CONTENT, chat_from
from review_app.errors import Conflict, InvalidImport, NotFound
from review_app.frames import Frame
from review_app.imports import FRAME, Bad, Line, import_plan, kind_of, read_lines
from review_app.questions import DEFAULT_QUESTIONS
from services.bulk import Outcome, write_traces
from services.campaign_writing import CampaignWriting, Revision
from services.campaigns import Campaigns
from services.parcels import Parcel, parcel_from_json, parcel_from_record
from services.store import Store

BATCH_TRACES = 50  # traces written at a time; larger batches are no faster
BATCH_CHARACTERS = 20_000_000  # of the lines they came from, so that memory stays small

TOO_DEEP = "is nested too deeply to be stored"
CHANGED = "holds a chat that is there already with other messages; a changed chat needs a new id"


@dataclass(frozen=True)
class File:
    """A file to import: its name as the person wrote it, and what it holds."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Failure:
    """A line that was not imported."""

    file: str
    line: int
    reason: str

    @property
    def sentence(self) -> str:
        """Where, and why."""
        return f"{self.file}, line {self.line}: {self.reason}"


@dataclass
class Imported:
    """What an import came to.

    Attributes:
        added: traces that are new.
        known: traces that were there already.
        assessments: assessments that were added to known traces.
        trace_ids: all of these traces, in the order of the files.
        failures: lines that were not imported.
    """

    added: int = 0
    known: int = 0
    assessments: int = 0
    trace_ids: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class _Ready:
    """A line whose parcel can be written."""

    file: str
    line: int
    size: int
    parcel: Parcel


def import_files(
    store: Store,
    experiment_id: str,
    files: Iterable[File],
    *,
    now_ms: int,
    seen: str = "",
    tell: Callable[[Imported], None] = lambda _: None,
) -> Imported:
    """Import all lines that can be imported; a bad one never stops the others.

    A trace that is there already only gets the assessments that it lacks, so that importing the
    same file again changes nothing.

    Args:
        store: where to.
        experiment_id: the traces' new home.
        files: what to import.
        now_ms: the time of chats that say none; they follow each other by a millisecond.
        seen: what people had been shown before they answered, where the lead declares it.
        tell: is called after every batch with what was done so far.

    Raises:
        StoreUnavailable: when MLflow does not answer; the import may be repeated.
    """
    done = Imported()
    batch: list[_Ready] = []
    for ready in _ready(files, experiment_id, now_ms, seen, done):
        full = sum(r.size for r in batch) + ready.size > BATCH_CHARACTERS
        twice = any(r.parcel.trace_id == ready.parcel.trace_id for r in batch)
        if full or twice or len(batch) == BATCH_TRACES:
            _write(store, experiment_id, batch, done)
            tell(done)
            batch = []
        batch.append(ready)
    _write(store, experiment_id, batch, done)
    tell(done)
    return done


def _ready(
    files: Iterable[File], experiment_id: str, now_ms: int, seen: str, done: Imported
) -> Iterator[_Ready]:
    for file in files:
        for line in read_lines(file.content):
            if isinstance(line, Bad):
                done.failures.append(Failure(file.name, line.number, line.reason))
                continue
            try:
                parcel = _parcel(line, experiment_id, now_ms, seen)
            except InvalidImport as error:
                done.failures.append(Failure(file.name, line.number, error.sentence))
            except RecursionError:
                done.failures.append(Failure(file.name, line.number, TOO_DEEP))
            else:
                now_ms += 1
                yield _Ready(file.name, line.number, line.size, parcel)


def _parcel(line: Line, experiment_id: str, now_ms: int, seen: str) -> Parcel:
    if kind_of(line.data) == "trace":
        return parcel_from_json(line.data, experiment_id, seen)
    chat = chat_from(line.data, now_ms=now_ms, seen=seen)
    return parcel_from_record(chat.record, experiment_id, chat.assessments, chat.own_id)


def _write(store: Store, experiment_id: str, batch: list[_Ready], done: Imported) -> None:
    wanted = {r.parcel.trace_id: r.parcel for r in batch}
    changed = _changed(store, experiment_id, wanted)
    outcomes = write_traces(
        store, experiment_id, [p for trace_id, p in wanted.items() if trace_id not in changed]
    )
    found = {o.trace_id: o for o in outcomes}
    for ready in batch:
        trace_id = ready.parcel.trace_id
        outcome = found.get(trace_id, Outcome(trace_id, "failed", reason=CHANGED))
        if outcome.state == "failed":
            done.failures.append(Failure(ready.file, ready.line, outcome.reason))
            continue
        done.trace_ids.append(trace_id)
        done.added += outcome.state == "added"
        done.known += outcome.state == "known"
        done.assessments += outcome.assessments


def _changed(store: Store, experiment_id: str, wanted: dict[str, Parcel]) -> set[str]:
    """Return the ids of chats that are in this experiment already with other messages."""
    chats = {i: p.info.trace_metadata[CONTENT] for i, p in wanted.items() if _is_chat(p)}
    if not chats:
        return set()
    here = [
        info for info in store.trace_infos(list(chats)) if str(info.experiment_id) == experiment_id
    ]
    return {i.trace_id for i in here if i.trace_metadata.get(CONTENT) != chats[i.trace_id]}


def _is_chat(parcel: Parcel) -> bool:
    return CONTENT in parcel.info.trace_metadata


def check_campaign(campaigns: Campaigns, name: str, experiment_id: str) -> Campaign | None:
    """Return the campaign that imported traces are to join; None when it is yet to be made.

    Raises:
        Conflict: when it cannot take them.
    """
    try:
        campaign = campaigns.get(name)
    except NotFound:
        return None
    if campaign.experiment_id != experiment_id:
        raise Conflict(f"“{campaign.name}” reviews the traces of another experiment.")
    if campaign.status == "closed":
        raise Conflict(f"“{campaign.name}” is closed and takes no more items.")
    return campaign


def queue_up(
    campaigns: Campaigns, name: str, reviewers: list[str], experiment_id: str, trace_ids: list[str]
) -> int:
    """Put the traces into the reviewers' queues; those that are there stay as they are.

    Returns:
        How many items are new, over all reviewers.

    Raises:
        Conflict: when the campaign cannot take them.
    """
    campaign = check_campaign(campaigns, name, experiment_id)
    writing = CampaignWriting(campaigns)
    new: list[PlanItem] = []

    def part(_: object, planned: list[PlanItem]) -> Revision:
        new[:] = import_plan(planned, trace_ids, reviewers, seed=name.lower())
        return Revision(PlanPart(tuple(new)))

    if campaign is None:
        first = part(None, []).part
        frame = Frame(FRAME, "every imported trace", seed=name.lower())
        made = _campaign(name, reviewers[0], experiment_id)
        writing.create(made, replace(first, frames=(frame,)))
        return _turns(new)
    before = campaigns.plan(campaign)
    if not import_plan(before, trace_ids, reviewers, seed=name.lower()):
        return 0
    writing.change(campaign, part)
    return _turns(new) - _turns([p for p in before if p.trace_id in {n.trace_id for n in new}])


def _turns(plan: list[PlanItem]) -> int:
    return sum(len(item.assigned) for item in plan)


def _campaign(name: str, owner: str, experiment_id: str) -> Campaign:
    return Campaign(
        name=name,
        questions=DEFAULT_QUESTIONS,
        owner=owner,
        experiment_id=experiment_id,
        introduce=False,
    )
