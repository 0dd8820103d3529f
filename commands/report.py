"""``python cli.py report``: every number of the leads' pages at full precision, for scripts."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any, cast

import click

from commands.console import json_text, open_store, plainly, progress
from review_app.agreement.clusters import clusters_of
from review_app.agreement.summary import Agreement, agreements, as_pass_fail
from review_app.errors import NotFound
from review_app.gathered import Gathered
from review_app.labels import Labels, labels_of
from review_app.question_rules import can_fail
from review_app.questions import Question, Scale
from services.app import services_for
from services.labels import gathered_of, labels_in
from services.settings import read_settings

TELL_EVERY = 2000  # traces between two lines of progress
_SCALES = click.Choice(["nominal", "ordinal", "interval"])


@click.group(
    short_help="Every number of the leads' pages, for scripts.",
    epilog="Example: python cli.py report agreement --campaign 'MT-RAG expert review' --json",
)
def report() -> None:
    """Print numbers at full precision, of a campaign or of any labels in an experiment."""


@report.command(
    short_help="How far people agree.",
    epilog="Example: python cli.py report agreement --experiment support --question good --json",
)
@click.option("--campaign", metavar="NAME", help="What its page shows.")
@click.option("--experiment", metavar="NAME", help="All labels there, whatever wrote them.")
@click.option("--question", metavar="NAME", default="", help="Only this one.")
@click.option("--scale", type=_SCALES, help="How answers are compared, instead of the question's.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for scripts.")
@plainly
def agreement(
    campaign: str | None, experiment: str | None, question: str, scale: str | None, *, as_json: bool
) -> None:
    """Percent, Krippendorff's alpha with intervals, Gwet's AC1 and AC2, base rate and n."""
    labels = labels_wanted(campaign, experiment, question)
    clusters = clusters_of(labels.about)
    found = [
        {**asdict(row), "pass_fail": _binary(asked, labels, row, clusters)}
        for asked in labels.questions
        for row in agreements(
            asked, labels.answers[asked.name], clusters, cast("Scale | None", scale)
        )
    ]
    if as_json:
        click.echo(json_text({"questions": found}))
        return
    for one in found:
        click.echo(_line(one))


def gathered_wanted(name: str) -> Gathered:
    """Return all that is known of the campaign of that name.

    Raises:
        NotFound: when there is none.
    """
    settings = read_settings(os.environ)
    open_store(settings)
    campaigns = services_for(settings).campaigns
    return gathered_of(campaigns, campaigns.get(name), _tell)


def labels_wanted(campaign: str | None, experiment: str | None, question: str) -> Labels:
    """Return the labels of the campaign or the experiment; only one question where one is named.

    Raises:
        UsageError: when not exactly one of the two is named.
        NotFound: when there is none of that name.
    """
    if bool(campaign) == bool(experiment):
        raise click.UsageError("Name either --campaign or --experiment.")
    settings = read_settings(os.environ)
    open_store(settings)
    services = services_for(settings)
    if experiment:
        return labels_in(services.campaigns, settings, experiment, question, _tell)
    gathered = gathered_wanted(campaign or "")
    labels = labels_of(gathered)
    asked = tuple(q for q in labels.questions if not question or q.name == question)
    if not asked:
        raise NotFound(f"“{gathered.campaign.name}” does not ask “{question}”.")
    return Labels(asked, labels.answers, labels.about)


def _binary(
    asked: Question, labels: Labels, row: Agreement, clusters: dict[str, str]
) -> dict[str, Any] | None:
    """Return the same as pass and fail, where the question has a cut on a scale."""
    if asked.kind == "pass_fail" or not can_fail(asked):
        return None
    given = [one for one in labels.answers[asked.name] if one.wording == row.wording]
    as_question = Question(asked.name, "pass_fail", options=("Pass", "Fail"))
    found = agreements(as_question, as_pass_fail(asked, given), clusters)
    return asdict(found[0]) if found else None


def _line(one: dict[str, Any]) -> str:
    name = f"{one['question']} ({one['option']})" if one["option"] else one["question"]
    value = one["alpha"]["value"]
    said = "undefined" if value is None else f"{value:.4f}"
    return f"{name}: alpha {said} ({one['scale']}), {one['items']} items. {one['sentence']}"


def _tell(done: int, total: int) -> None:
    if done and done % TELL_EVERY == 0:
        progress(f"{done:,}{f' of {total:,}' if total else ''} read …")
