"""``python cli.py report labeled-set``: what a labeled set of a campaign would hold."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from commands.console import json_text, plainly
from commands.report import gathered_wanted
from review_app.consensus import RULES, Rule
from review_app.labeled_sets import LabeledSet, Recipe, build
from review_app.set_numbers import missing_in_words, numbers_of
from review_app.set_splits import leaks


@click.command(
    "labeled-set",
    short_help="What a labeled set would hold.",
    epilog="Example: python cli.py report labeled-set --campaign Nov --question good --json",
)
@click.option("--campaign", "campaigns", metavar="NAME", multiple=True, required=True)
@click.option("--question", metavar="NAME", required=True)
@click.option("--rule", type=click.Choice(list(RULES)), default="majority", show_default=True)
@click.option("--seed", default="1", show_default=True, help="What the split begins with.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for scripts.")
@plainly
def labeled_set(
    campaigns: tuple[str, ...], question: str, rule: Rule, seed: str, *, as_json: bool
) -> None:
    """Labels by a named rule, ties and exclusions counted, with splits; nothing is frozen."""
    sources = [gathered_wanted(name) for name in campaigns]
    runs = tuple(source.campaign.run_id for source in sources)
    found = build(Recipe("report", runs, question, rule, seed), sources)
    said = _said(found)
    if as_json:
        click.echo(json_text(said))
        return
    click.echo(f"{said['numbers']['items']} items have a label.")
    for why, count in said["left_out"].items():
        click.echo(f"{count} left out: {why}")
    for sentence in said["missing"]:
        click.echo(sentence)


def _said(found: LabeledSet) -> dict[str, Any]:
    return {
        "question": found.question.name,
        "rule": found.recipe.rule,
        "numbers": asdict(numbers_of(found.rows)),
        "left_out": {why: len(places) for why, places in found.left_out.items()},
        "answers_left_out": found.answers_left_out,
        "leaks": len(leaks(found.rows)),
        "missing": missing_in_words(found.rows),
        "rows": [asdict(row) for row in found.rows],
    }
