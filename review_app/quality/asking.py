"""Asking: for each question, what people and one judge said of all traffic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from review_app.agreement.clusters import clusters_of
from review_app.gathered import About
from review_app.judges import JudgeKey, judged, lacks_line
from review_app.labels import guessed
from review_app.pool import Score
from review_app.quality.carrying import Errors
from review_app.quality.cells import Asked
from review_app.quality.combining import Judging, Scoring
from review_app.quality.labels import FrameKey, LabeledItem, Source, labeled_items, loose_items
from review_app.quality.samples import Reach
from review_app.quality.traffic import Traffic
from review_app.question_rules import can_fail
from review_app.questions import Question
from review_app.scoring import ScoreRun

_OPEN = 1 << 62  # later than every end
FEWEST = 10  # labels from which judges are told apart by them


@dataclass(frozen=True)
class KnownJudge:
    """What is known of a judge beside its scores.

    Attributes:
        threshold: numbers from there on pass; None for the default.
        trained: traces that it was aligned on; None where that can no longer be told.
        runs: its runs over pools.
        rank: what puts judges in order; the highest is chosen where nobody chose.
        errors: how often it was right in its newest final check; None where there was none.
    """

    threshold: float | None = None
    trained: frozenset[str] | None = frozenset()
    runs: tuple[ScoreRun, ...] = ()
    rank: int = 0
    errors: Errors | None = None


@dataclass(frozen=True)
class Known:
    """Everything that was read of an experiment.

    Attributes:
        traffic: every trace.
        questions: name -> question, in the order they are shown.
        sources: the campaigns, oldest first.
        judges: what is known of judges; one that is missing came with the traces.
        chosen: question -> the judge that somebody chose.
        loose_is_random: whether what was said outside any campaign is taken as a random sample of
            each version's traffic. Nobody knows that it is; whoever asks takes it on themselves.
    """

    traffic: Traffic
    questions: Mapping[str, Question] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    judges: Mapping[JudgeKey, KnownJudge] = field(default_factory=dict)
    chosen: Mapping[str, JudgeKey] = field(default_factory=dict)
    loose_is_random: bool = False


def asked_all(known: Known) -> tuple[Asked, ...]:
    """Return the questions with labels or scores that have a pass and a fail.

    What only judges speak of, and nobody asked, is among them where it says pass or fail.
    """
    clusters = clusters_of(_about(known))
    wanted = dict(known.questions)
    for one in known.traffic.loose:
        if one.question not in wanted:
            said = [other for other in known.traffic.loose if other.question == one.question]
            wanted[one.question] = guessed(one.question, said)
    for key, column in known.traffic.columns.items():
        if key.question not in wanted and _mostly_sided(column.values):
            wanted[key.question] = Question(key.question, "pass_fail", options=("Pass", "Fail"))
    found = (
        _asked(question, known, clusters) for question in wanted.values() if can_fail(question)
    )
    return tuple(one for one in found if one.labeled or one.loose or one.judging)


def _mostly_sided(scores: Sequence[Score]) -> bool:
    """Tell whether most scores of a judge without a question are plainly a pass or a fail.

    Others, such as an error that was written down as a score, are no verdict.
    """
    asked = Question("", "text")
    sided = sum(judged(asked, score) is not None for score in scores)
    return 2 * sided > len(scores) and not lacks_line(asked, scores, None)


def last_reviewed(asked: Iterable[Asked]) -> tuple[int, int] | None:
    """Return the time of the newest frame whose labels may enter a rate; None where there is none.

    The end is 0 where the frame has none.
    """
    reaches = {r.key: r for one in asked for r in one.reaches.values() if not r.why_not and r.frame}
    times = [(r.frame.until_ms, r.frame.since_ms) for r in reaches.values() if r.frame]
    newest = max(times, key=lambda time: (time[0] or _OPEN, time[1]), default=None)
    return (newest[1], newest[0]) if newest else None


def judges_of(question: Question, known: Known, values: Mapping[str, float]) -> list[JudgeKey]:
    """Return the judges whose scores of a question there are, the chosen one first.

    Where nobody chose: one that scored about as much as any other; among these the newest version
    registered here, else the one whose scores go best with all labels there are (ours).

    Args:
        question: that they score.
        known: everything that was read.
        values: trace id -> what people say of it, 0 to 1.
    """
    columns = known.traffic.columns
    theirs = [key for key in columns if key.question == question.name]
    most = max((int(columns[key].there.sum()) for key in theirs), default=1)
    chosen = known.chosen.get(question.name)

    def order(key: JudgeKey) -> tuple[bool, float, int, float, str]:
        covered = round(int(columns[key].there.sum()) / most, 1)
        rank = known.judges.get(key, KnownJudge()).rank
        return key != chosen, -covered, -rank, -_goes_with(question, known, key, values), key.source

    return sorted(theirs, key=order)


def _goes_with(
    question: Question, known: Known, key: JudgeKey, values: Mapping[str, float]
) -> float:
    """Return the correlation of a judge's verdicts with labels; 0 where there are too few."""
    rows = [known.traffic.place[trace_id] for trace_id in values]
    verdicts = _passed(question, known, key)[rows]
    both = np.isfinite(verdicts)
    labels = np.asarray(list(values.values()))[both]
    verdicts = verdicts[both]
    if len(labels) < FEWEST or not np.ptp(labels) or not np.ptp(verdicts):
        return 0.0
    return float(np.corrcoef(labels, verdicts)[0, 1])


def _passed(question: Question, known: Known, key: JudgeKey) -> NDArray[np.float64]:
    """Return a judge's verdicts; none where nobody knows from where on its numbers pass."""
    threshold = known.judges.get(key, KnownJudge()).threshold
    column = known.traffic.columns[key]
    if lacks_line(question, column.values, threshold):
        return np.full(len(column.at), np.nan)
    return column.passes(lambda score: judged(question, score, threshold))


def _judging(question: Question, known: Known, key: JudgeKey) -> Judging:
    about = known.judges.get(key, KnownJudge())
    scorings = tuple(Scoring(run, known.traffic) for run in about.runs)
    has_line = not lacks_line(question, known.traffic.columns[key].values, about.threshold)
    return Judging(_passed(question, known, key), about.trained, scorings, has_line)


def _asked(question: Question, known: Known, clusters: Mapping[str, str]) -> Asked:
    labeled: dict[str, list[LabeledItem]] = {}
    reaches: dict[FrameKey, Reach] = {}
    newest = _newest_wording(question, known.sources)
    for source in known.sources:
        asked = source.gathered.campaign.question(question.name)
        if asked is None or not can_fail(asked):
            continue
        items = labeled_items(asked, source)
        reaches |= _reaches(source, items, reworded=asked.version != newest)
        for item in items:
            row = known.traffic.place.get(item.trace_id)
            if row is not None:
                version = known.traffic.versions[known.traffic.version[row]]
                labeled.setdefault(version, []).append(item)
    loose = loose_items(question, known.traffic.loose)
    judges = tuple(judges_of(question, known, _values(labeled, loose)))
    judging = _judging(question, known, judges[0]) if judges else None
    errors = known.judges.get(judges[0], KnownJudge()).errors if judges else None
    return Asked(
        question,
        labeled,
        reaches,
        clusters,
        loose,
        judges,
        judging,
        errors=errors,
        loose_is_random=known.loose_is_random,
    )


def _values(
    labeled: Mapping[str, Sequence[LabeledItem]], loose: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return trace id -> the mean of all that was said of it."""
    means = {trace_id: sum(by.values()) / len(by) for trace_id, by in loose.items()}
    for items in labeled.values():
        for item in items:
            if item.mean is not None:
                means[item.trace_id] = item.mean
    return means


def _newest_wording(question: Question, sources: Sequence[Source]) -> str:
    asked = [source.gathered.campaign.question(question.name) for source in sources]
    return next((one.version for one in reversed(asked) if one is not None), question.version)


def _reaches(
    source: Source, items: Iterable[LabeledItem], *, reworded: bool
) -> dict[FrameKey, Reach]:
    campaign = source.gathered.campaign
    done: dict[FrameKey, set[str]] = {}
    for item in items:
        done.setdefault(item.frame, set()).add(item.stratum)
    return {
        key: Reach(
            key,
            campaign.name,
            source.frames.get(key[1]),
            frozenset(strata),
            running=campaign.status != "closed",
            opened=campaign.open,
            reworded=reworded,
        )
        for key, strata in done.items()
    }


def _about(known: Known) -> dict[str, About]:
    """Return what is known of every labeled trace, to tell what hangs together."""
    loose = {trace_id: About(text=text) for trace_id, text in known.traffic.texts.items()}
    labeled = [source.gathered.about for source in known.sources]
    return loose | {trace_id: about for one in labeled for trace_id, about in one.items()}
