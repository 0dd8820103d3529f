"""``python cli.py report judge-check``: how a judge does against people, at full precision."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import click

from commands.console import json_text, lead_here, plainly
from commands.report import gathered_wanted, labels_wanted
from review_app.errors import Conflict, NotFound, ReviewError
from review_app.given import UNKNOWN, Given
from review_app.judge_check.alt_test import EPSILONS, Scoring, alt_test, duels
from review_app.judge_check.check import check
from review_app.judge_check.eligible import CANNOT_JUDGE, LEARNED, OF_SESSIONS
from review_app.judge_check.items import (
    Asked,
    CheckItem,
    as_said,
    clusters_among,
    items_of_labels,
)
from review_app.judge_check.rates import overall, right_of
from review_app.judge_check.values import Limits, check_json
from review_app.judges import JudgeKey, lacks_line
from review_app.labeled_rows import counted_votes
from review_app.labels import Labels, guessed
from review_app.part_done import plan_so_far
from review_app.question_rules import can_fail
from review_app.questions import Question
from services.app import services_for
from services.judge_said import said_by_judges
from services.labeled_sets import LabeledSets
from services.lessons import GONE, lessons_of
from services.settings import read_settings

NEITHER = "answers that neither pass nor fail"
NO_LINE = (
    "{} says numbers outside 0 to 1, and nobody said from where on they pass. Name it with"
    " --threshold."
)
_SCALES = click.Choice(["nominal", "ordinal", "interval"])


@click.command(
    "judge-check",
    short_help="How a judge does against people.",
    epilog="Example: python cli.py report judge-check --experiment support --question good"
    " --judge good@2 --json",
)
@click.option("--campaign", metavar="NAME", help="Its items and the chances they were drawn with.")
@click.option("--experiment", metavar="NAME", help="All labels there, whatever wrote them.")
@click.option("--question", metavar="NAME", required=True, help="Of the answers and the scores.")
@click.option("--judge", metavar="SOURCE", required=True, help="Source of the scores: good@2.")
@click.option("--threshold", type=float, help="Numbers of the judge from there on pass.")
@click.option("--scale", type=_SCALES, help="Alt-test on the answers as given: equal, or by RMSE.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for scripts.")
@plainly
def judge_check(
    campaign: str | None,
    experiment: str | None,
    question: str,
    judge: str,
    threshold: float | None,
    scale: str | None,
    *,
    as_json: bool,
) -> None:
    """Rates with intervals, kappas, the alt-test at each epsilon, the guard, the constant judge.

    No look is counted and nothing is stored: what a judge may do is decided on the Judges page.
    """
    labels = labels_wanted(campaign, experiment, question)
    labels, out = _of_single_traces(labels, question)
    key = JudgeKey(question, judge).stored
    chances = _chances(campaign, question) if campaign else {}
    asked = Asked(_question(labels, question), threshold)
    said = _Said(labels, asked, key, chances, out, _lessons(campaign, experiment, key))
    found = said.found(scale)
    if as_json:
        click.echo(json_text(found))
        return
    click.echo(found["sentence"])
    for row in found["tests"]:
        click.echo(f"{row['name']}: {row['outcome']}. {row['why']} {row['settle']}".strip())
    for note in found["notes"]:
        click.echo(note)
    if found["blindness_not_known"]:
        click.echo(f"Blindness not known: {found['blindness_not_known']:,} answers.")


class _Said:
    """What people and the judge said, ready to be counted."""

    def __init__(
        self,
        labels: Labels,
        asked: Asked,
        key: JudgeKey,
        chances: dict[str, float],
        left_out: dict[str, int],
        lessons: frozenset[str],
    ) -> None:
        self.labels = labels
        self.asked = asked
        self.key = key
        self.given: Sequence[Given] = labels.answers.get(key.question, ())
        settings = read_settings(os.environ)
        person, store = lead_here(settings), services_for(settings).store
        traces = dict.fromkeys(one.turn.trace_id for one in self.given)
        theirs = said_by_judges(person, store, traces, key.question)
        if key not in theirs:
            known = ", ".join(sorted(one.source for one in theirs)) or "none"
            raise NotFound(f"{key.source} scored none of the labeled traces; judges: {known}.")
        scores = {trace: one.score for trace, one in theirs[key].items()}
        if can_fail(asked.question) and lacks_line(
            asked.question, scores.values(), asked.threshold
        ):
            raise ReviewError(NO_LINE.format(key.source))
        every = items_of_labels(labels, asked, scores, chances)
        self.left_out = {**left_out, **self._unsaid(set(traces) - {one.trace_id for one in every})}
        self.items = self._unlearned(every, lessons)
        self.raw = as_said(self.items, labels, asked.question) or self._only_as_said(scores)

    def _unlearned(self, items: list[CheckItem], lessons: frozenset[str]) -> list[CheckItem]:
        """Return the items that the judge did not learn from, nor from one that hangs with them."""
        taught = {one.cluster for one in items if one.trace_id in lessons}
        found = [one for one in items if one.cluster not in taught]
        self.left_out |= {LEARNED: len(items) - len(found)} if taught else {}
        return found

    def _unsaid(self, unlabeled: Iterable[str]) -> dict[str, int]:
        """Return why traces that somebody answered about have no label -> how many."""
        said: dict[str, bool] = dict.fromkeys(unlabeled, False)
        for one in self.given:
            if one.turn.trace_id in said and one.value is not None:
                said[one.turn.trace_id] = True
        found = Counter(NEITHER if words else CANNOT_JUDGE for words in said.values())
        return dict(found)

    def _only_as_said(self, scores: dict[str, Any]) -> list[CheckItem]:
        """Return the items where answers are neither pass nor fail."""
        clusters = clusters_among(self.labels)
        traces = dict.fromkeys(one.turn.trace_id for one in self.given)
        bare = [
            CheckItem(trace, None, {}, None, scores[trace], 1.0, clusters.get(trace, trace))
            for trace in traces
            if trace in scores
        ]
        return as_said(bare, self.labels, self.asked.question)

    def found(self, scale: str | None) -> dict[str, Any]:
        """Return all numbers as JSON values."""
        unknown = sum(one.seen == UNKNOWN for one in self.given)
        found = self._binary() if self.items else self._no_line()
        scoring: Scoring = "rmse" if scale == "interval" else "accuracy"
        as_given = scale is not None or not self.items
        return {
            **found,
            "answers": len(self.given),
            "blindness_not_known": unknown,
            "wordings": dict(Counter(one.wording for one in self.given)),
            "alt_as_said": self._alt(scoring) if as_given else None,
        }

    def _binary(self) -> dict[str, Any]:
        done = check(self.items, self.key, self.asked, Limits(), left_out=self.left_out)
        settled = [replace(one, label=bool(one.label)) for one in self.items]
        strict = {
            "tpr": right_of(settled, 0, 0.05, label=True).share.value,
            "tnr": right_of(settled, 0, 0.05, label=False).share.value,
            **asdict(overall(settled)),
        }
        found = check_json(done)
        found["sentence"] = f"With the usual limits, and no look counted: {done.sentence}"
        found["tpr"], found["tnr"] = found["accepts"], found["catches"]
        found["confusion_counts"] = {cell: len(ids) for cell, ids in done.confusion.items()}
        found["ties"], found["missing"] = _counts(self.items)
        return {**found, "line": self.asked.line, "ties_as_fails": strict}

    def _no_line(self) -> dict[str, Any]:
        sentence = (
            f"“{self.key.question}” has no line between pass and fail, so only the alt-test can be"
            " told."
        )
        return {"question": self.key.question, "source": self.key.source, "sentence": sentence,
                "tests": [], "notes": []}  # fmt: skip

    def _alt(self, scoring: Scoring) -> dict[str, Any]:
        try:
            fought = duels(self.raw, scoring)
        except (TypeError, ValueError) as error:
            raise ReviewError("These answers are no numbers: use --scale nominal.") from error
        return {
            "scoring": scoring,
            "items": len(self.raw),
            "people": {one.reviewer: len(one.lead) for one in fought},
            "alt": [asdict(alt_test(fought, epsilon)) for epsilon in EPSILONS],
        }


def _counts(items: Sequence[CheckItem]) -> tuple[int, int]:
    ties = sum(one.label is None for one in items if one.judged is not None)
    return ties, sum(one.judged is None for one in items)


def _chances(campaign: str, question: str) -> dict[str, float]:
    """Return trace id -> the chance of having been drawn and answered by now, of a campaign."""
    gathered = gathered_wanted(campaign)
    plan = plan_so_far(gathered, counted_votes(question, gathered))
    return {one.trace_id: one.probability for one in plan if one.probability}


def _lessons(campaign: str | None, experiment: str | None, key: JudgeKey) -> frozenset[str]:
    """Return the traces that a judge which is registered there learned from.

    Raises:
        Conflict: when nobody knows any more what it learned from.
    """
    services = services_for(read_settings(os.environ))
    place = (
        services.campaigns.get(campaign).experiment_id
        if campaign
        else services.store.experiment_id(experiment or "")
    )
    known = services.judges.every(place)
    judge = next((one for one in known if one.key.stored == key), None)
    if judge is None or not judge.was_aligned:
        return frozenset()
    lessons = lessons_of(LabeledSets(services.campaigns), judge.learned_sets)
    if lessons is None:
        raise Conflict(GONE.format(key.source))
    return lessons


def _of_single_traces(labels: Labels, question: str) -> tuple[Labels, dict[str, int]]:
    """Return the labels without those of whole conversations, and how many traces these are at."""
    given = labels.answers.get(question, ())
    single = tuple(one for one in given if one.turn.unit == "trace")
    sessions = {one.turn.trace_id for one in given if one.turn.unit != "trace"}
    out = {OF_SESSIONS: len(sessions)} if sessions else {}
    return replace(labels, answers={**labels.answers, question: single}), out


def _question(labels: Labels, name: str) -> Question:
    """Return the question as it is known, or as its answers read where it has no line.

    Raises:
        NotFound: when nobody answered it.
    """
    known = next((one for one in labels.questions if one.name == name), None)
    if known is None or not labels.answers.get(name):
        raise NotFound(f"Nobody answered “{name}” there.")
    read = guessed(name, labels.answers[name])
    return read if can_fail(read) and not can_fail(known) else known
