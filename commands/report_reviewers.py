"""``python cli.py report reviewers``: how each reviewer does, at full precision."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from commands.console import json_text, plainly
from commands.report import gathered_wanted, labels_wanted
from review_app.agreement.clusters import clusters_of
from review_app.agreement.reviewers import (
    alpha_without,
    estimated_errors,
    halves,
    hasty_turns,
    with_majority,
)
from review_app.checks import Tally
from review_app.intervals import Interval, newcombe, wilson
from review_app.labels import Labels
from review_app.questions import Question
from review_app.reviewer_numbers import ReviewerNumbers, reviewer_numbers


@click.command(
    short_help="How each reviewer does.",
    epilog="Example: python cli.py report reviewers --campaign 'MT-RAG expert review' --json",
)
@click.option("--campaign", metavar="NAME", help="What its page shows.")
@click.option("--experiment", metavar="NAME", help="All labels there, whatever wrote them.")
@click.option("--question", metavar="NAME", default="", help="Only this one.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for scripts.")
@plainly
def reviewers(
    campaign: str | None, experiment: str | None, question: str, *, as_json: bool
) -> None:
    """Agreement with the majority of the others, alpha without each, gold, consistency, halves."""
    labels = labels_wanted(campaign, experiment, question)
    gathered = gathered_wanted(campaign) if campaign else None
    found: dict[str, Any] = {
        "questions": [_question(asked, labels) for asked in labels.questions],
        "reviewers": [_work(one) for one in reviewer_numbers(gathered)] if gathered else [],
    }
    if as_json:
        click.echo(json_text(found))
        return
    for one in found["questions"]:
        for who in one["reviewers"]:
            items, same = who["majority"]["items"], who["majority"]["same"]
            click.echo(f"{one['question']}: {who['reviewer']} agrees on {same} of {items} items")


def _question(asked: Question, labels: Labels) -> dict[str, Any]:
    given = labels.answers.get(asked.name, ())
    clusters = clusters_of(labels.about)
    whole, without = alpha_without(asked, given, clusters)
    others, parts = with_majority(asked, given), halves(asked, given)
    errors = estimated_errors(asked, given)
    answers = {name: sum(g.turn.reviewer == name for g in given) for name in others}
    rows = []
    for name, one in others.items():
        share = one.same / one.items if one.items else None
        half = parts.get(name)
        rows.append(
            {
                "reviewer": name,
                "answers": answers[name],
                "majority": {
                    **asdict(one),
                    "share": share,
                    "interval": _ends(wilson(share, one.items) if share is not None else None),
                },
                "alpha_without": asdict(without[name]) if name in without else None,
                "first_half": half.first if half else None,
                "second_half": half.second if half else None,
                "change": _ends(newcombe(half.second, half.first) if half else None),
                "estimated_errors": asdict(errors[name]) if name in errors else None,
            }
        )
    return {"question": asked.name, "alpha": asdict(whole), "reviewers": rows}


def _work(one: ReviewerNumbers) -> dict[str, Any]:
    return {
        "reviewer": one.reviewer,
        "done": len(one.done),
        "open": len(one.open),
        "skipped": len(one.skipped),
        "median_seconds": one.median_seconds,
        "hasty": len(hasty_turns(one)),
        "gold": _tally(one.gold),
        "repeats": _tally(one.repeats),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "right": tally.right,
        "answers": tally.answers,
        "items": tally.items,
        "interval": _ends(tally.interval),
    }


def _ends(interval: Interval | None) -> dict[str, float] | None:
    return None if interval is None else asdict(interval)
