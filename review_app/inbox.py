"""The inbox: what end users said of the answers, by version and over time.

Counts, never a quality: who votes is not a sample of those who ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from review_app.design import Sample
from review_app.desk import first_words
from review_app.pool import Candidate, Pool

Which = Literal["down", "up", "all"]
MOST_DAYS = 31  # a longer time is counted by weeks
MOST_WEEKS = 40  # and a still longer one by months
DRAWN = 60  # items of a campaign that is begun here


@dataclass(frozen=True)
class Tally:
    """Counts of traces.

    Attributes:
        traces: all of them.
        up: those whose newest vote is a thumbs-up.
        down: those whose newest vote is a thumbs-down.
        comments: those with a vote and a comment.
    """

    traces: int = 0
    up: int = 0
    down: int = 0
    comments: int = 0

    @property
    def voted(self) -> int:
        """Traces with a vote."""
        return self.up + self.down

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.traces + other.traces,
            self.up + other.up,
            self.down + other.down,
            self.comments + other.comments,
        )


@dataclass(frozen=True)
class Vote:
    """The newest vote on a trace.

    Attributes:
        trace_id: MLflow's id.
        requested_at_ms: when the app was asked, milliseconds since the epoch.
        version: see ``Candidate``.
        up: False for a thumbs-down.
        comment: "" when nothing was said.
        asked: MLflow's preview of what the app was asked.
        answered: MLflow's preview of what it answered.
    """

    trace_id: str
    requested_at_ms: int
    version: str
    up: bool
    comment: str
    asked: str
    answered: str

    @property
    def day(self) -> str:
        """The day of UTC on which the app was asked, e.g. ``2026-11-12``."""
        return day_at(self.requested_at_ms).isoformat()


@dataclass(frozen=True)
class Inbox:
    """Everything of one experiment in one stretch of time.

    Attributes:
        votes: newest first.
        tallies: (version, day of UTC) -> counts.
        as_of_ms: when it was looked through.
        complete: False when there are more traces than were looked at.
    """

    votes: tuple[Vote, ...] = ()
    tallies: Mapping[tuple[str, date], Tally] = field(default_factory=dict)
    as_of_ms: int = 0
    complete: bool = True

    @property
    def whole(self) -> Tally:
        """All counts together."""
        return sum(self.tallies.values(), Tally())


@dataclass(frozen=True)
class Period:
    """A day, week or month of UTC, cut to the time that was looked through."""

    first: date
    last: date
    tally: Tally


@dataclass(frozen=True)
class Wanted:
    """Which votes are shown.

    Attributes:
        which: thumbs-down, thumbs-up or all.
        commented: only those with a comment.
        version: "" for every version.
        since: first day, ``2026-11-12``; "" for the whole time.
        until: last day, included; "" for the whole time.
    """

    which: Which = "down"
    commented: bool = False
    version: str = ""
    since: str = ""
    until: str = ""


def day_at(milliseconds: int) -> date:
    """Return the day of UTC of a moment."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date()


def inbox_of(candidates: Iterable[Candidate], as_of_ms: int, *, complete: bool = True) -> Inbox:
    """Gather what the traces of one experiment say; they come newest first."""
    votes: list[Vote] = []
    tallies: dict[tuple[str, date], Tally] = defaultdict(Tally)
    for one in candidates:
        key = one.version, day_at(one.requested_at_ms)
        if one.thumbs is None:
            tallies[key] += Tally(traces=1)
            continue
        comment = one.comment.strip()
        tallies[key] += Tally(1, int(one.thumbs), int(not one.thumbs), int(bool(comment)))
        votes.append(
            Vote(
                one.trace_id,
                one.requested_at_ms,
                one.version,
                one.thumbs,
                comment,
                one.text,
                one.answer,
            )
        )
    return Inbox(tuple(votes), dict(tallies), as_of_ms, complete)


def in_short(preview: str, longest: int) -> str:
    """Return the first words of a preview; one that is cut in the middle of JSON as it is.

    >>> in_short('{"question": "Where is order 7?"}', 12), in_short('{"order": "7', 90)
    ('Where is or…', '{"order": "7')
    """
    text = " ".join(preview.split())
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return first_words(preview, longest) or cut


def by_version(inbox: Inbox) -> list[tuple[str, Tally]]:
    """Return the counts of each version, the one that came last first; "unknown" comes last."""
    counts: dict[str, Tally] = defaultdict(Tally)
    days: dict[str, list[date]] = defaultdict(list)
    for (version, day), tally in inbox.tallies.items():
        counts[version] += tally
        days[version].append(day)

    def place(row: tuple[str, Tally]) -> tuple[bool, int, int, str]:
        version, _ = row
        first, last = min(days[version]), max(days[version])
        return version == "unknown", -first.toordinal(), -last.toordinal(), version

    return sorted(counts.items(), key=place)


def by_time(inbox: Inbox, since: date | None) -> list[Period]:
    """Return the counts of each day, week or month, oldest first; those without traces, too.

    Args:
        inbox: the counts.
        since: the first day that was looked through; None begins with the first trace.
    """
    days: dict[date, Tally] = defaultdict(Tally)
    for (_, day), tally in inbox.tallies.items():
        days[day] += tally
    if not days:
        return []
    first, last = since or min(days), max(day_at(inbox.as_of_ms), *days)
    return [
        Period(begin, end, sum((t for d, t in days.items() if begin <= d <= end), Tally()))
        for begin, end in _periods(first, last)
    ]


def _periods(first: date, last: date) -> Iterator[tuple[date, date]]:
    length = (last - first).days + 1
    begin = first
    while begin <= last:
        if length <= MOST_DAYS:
            end = begin
        elif length <= 7 * MOST_WEEKS:
            end = begin + timedelta(days=6 - begin.weekday())
        else:
            end = (begin.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield begin, min(end, last)
        begin = end + timedelta(days=1)


def shown_votes(inbox: Inbox, wanted: Wanted) -> list[Vote]:
    """Return the votes that are wanted, newest first."""
    return [
        vote
        for vote in inbox.votes
        if wanted.which in ("all", "up" if vote.up else "down")
        and (vote.comment or not wanted.commented)
        and wanted.version in ("", vote.version)
        and (not wanted.since or wanted.since <= vote.day)
        and (not wanted.until or vote.day <= wanted.until)
    ]


def pool_of(time: Pool, wanted: Wanted, votes: Sequence[Vote]) -> Pool:
    """Return the pool of the votes shown: filters where they say it, else a list of traces.

    Args:
        time: the experiment and the time that was looked through.
        wanted: what is shown of it.
        votes: these.
    """
    listed = wanted.commented or wanted.which == "all"
    return Pool(
        time.experiment,
        since=wanted.since or time.since,
        until=wanted.until or time.until,
        versions=(wanted.version,) if wanted.version else (),
        thumbs="up" if wanted.which == "up" else "any" if wanted.which == "all" else "down",
        traces=tuple(vote.trace_id for vote in votes) if listed else (),
    )


def sample_of(votes: Sequence[Vote]) -> Sample:
    """Return how a campaign of these begins: all of them, or some where that would be too many."""
    return Sample("all") if len(votes) <= DRAWN else Sample("random", n=DRAWN)


DOWN_AND_RANDOM = Sample("mixed", n=DRAWN, always=("thumbs_down",))
