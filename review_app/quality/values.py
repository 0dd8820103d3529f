"""What the quality page shows: for each question and version a human, a judge and a combined rate.

A rate that cannot be said is None with the reason in words; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from review_app.intervals import Interval
from review_app.judges import JudgeKey

Mark = Literal["human", "judge", "combined"]
WHOLE = ""  # the week of a cell that covers the whole window


@dataclass(frozen=True)
class Rate:
    """One mark of a chart.

    Attributes:
        value: 0 to 1; None where it cannot be said.
        interval: 95 %; None where there is none.
        n: how many items it stands on: labels, or scored traces.
        why: where there is no value, or no interval: the reason, as a sentence; "" else.
        traces: what the mark opens: ids of the traces behind it, failing ones first.
    """

    value: float | None = None
    interval: Interval | None = None
    n: int = 0
    why: str = ""
    traces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One question and one version, in the whole window or in one week of it.

    Attributes:
        question: its name.
        version: what produced the traces.
        week: Monday of the week as ``2026-11-23``; "" for the whole window.
        traffic: how many traces of the version are in the window.
        human: from labels alone.
        judge: share of scored traces that the judge passes; a count of what it said, no quality.
        combined: labels and scores together (PPI++).
        labels: how many labeled items of usable frames there are.
        failed: how many of them failed; a tie counts as a half in the rate and here as neither.
        passed: how many passed.
        unusable: labels that are shown and kept out, because their frame does not allow a rate.
        saved: share of the labels that the judge's scores saved; None where they add nothing yet.
        more: how many more labels bring the interval to +- ``Quality.goal_width``; None: unknown.
        running: True while a campaign of it runs; then the interval may be looked at every day.
        by_reviewer: reviewer -> their own rate, where several people answered.
        unjudged: share of the answers that say "cannot judge" or are missing.
        bounds: the rate if all of those failed, and if all passed; None below 10 % of them.
        notes: what else has to be said, one sentence each.
        shown: share among the labeled items of ``unusable``: about these items only, no rate of the
            version; ``why`` says the reason that keeps them out.
        carried: of a version that nobody labeled: its rate if the judge errs on it as it did on the
            labeled set that ``why`` names. An assumption, no measurement.
        settled: the human rate after adjudication, where every disagreement was settled.
        changed: against the version before, kept honest over all comparisons of the page (Benjamini
            and Yekutieli); "" where nothing can be said.
    """

    question: str
    version: str
    week: str = WHOLE
    traffic: int = 0
    human: Rate = Rate()
    judge: Rate = Rate()
    combined: Rate = Rate()
    labels: int = 0
    failed: int = 0
    passed: int = 0
    unusable: int = 0
    saved: float | None = None
    more: int | None = None
    running: bool = False
    by_reviewer: Mapping[str, Rate] = field(default_factory=dict)
    unjudged: float = 0.0
    bounds: Interval | None = None
    notes: tuple[str, ...] = ()
    shown: Rate = Rate()
    carried: Rate = Rate()
    settled: Rate = Rate()
    changed: Literal["", "better", "worse"] = ""

    @property
    def best(self) -> Mark:
        """The mark that counts: combined where there is one, else human, else the judge alone."""
        if self.combined.value is not None:
            return "combined"
        return "human" if self.human.value is not None else "judge"


@dataclass(frozen=True)
class Headline:
    """The first line of the page.

    Attributes:
        sentence: what changed, with the numbers.
        todo: what to do, as the words of a button; "" for nothing.
        to: name of the screen that the button leads to.
        address: the query of that address; for ``new_campaign`` the version, question and n of a
            random sample in the window.
    """

    sentence: str
    todo: str = ""
    to: str = ""
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Votes:
    """End users' thumbs on one version: counts, never a quality."""

    version: str
    traffic: int
    up: int
    down: int
    traces_down: tuple[str, ...] = ()


@dataclass(frozen=True)
class StageRow:
    """Where failures of one stage start, by version.

    Attributes:
        stage: ``retrieval``, ``SQL``, ``tool``, ``generation``, ``other step`` or ``not pinned``.
        failed: version -> ids of the failed items whose first failing step is of the stage.
    """

    stage: str
    failed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Quality:
    """All of the page, at one moment.

    Attributes:
        experiment: its name.
        since_ms: start of the window, milliseconds since the epoch.
        until_ms: its end.
        window: the window in words: "last full week, 16 to 22 Nov".
        computed_ms: when it was counted.
        traffic: traces in the window.
        versions: the newest first.
        questions: name -> heading, those with labels or scores.
        judges: question -> the judges whose scores there are, the chosen one first.
        cells: question x version over the whole window.
        weeks: question x version x week, over the last weeks.
        headline: what changed and what to do.
        votes: a row for each version.
        stages: stage x version; () where nothing failed.
        failed: version -> failed items in all, the denominators of ``stages``.
        goal_width: half the width that ``Cell.more`` counts to.
        saved: share of the labels that judge scores saved over all cells; None for none.
    """

    experiment: str
    since_ms: int
    until_ms: int
    window: str
    computed_ms: int
    traffic: int
    versions: tuple[str, ...]
    questions: Mapping[str, str]
    judges: Mapping[str, tuple[JudgeKey, ...]]
    cells: tuple[Cell, ...]
    weeks: tuple[Cell, ...]
    headline: Headline
    votes: tuple[Votes, ...] = ()
    stages: tuple[StageRow, ...] = ()
    failed: Mapping[str, int] = field(default_factory=dict)
    goal_width: float = 0.05
    saved: float | None = None
