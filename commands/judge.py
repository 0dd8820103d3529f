"""``python cli.py judge``: list the judges of an experiment, and let one score a pool."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from commands.console import counted, lead_here, plainly, progress, services_here
from review_app.judges import Judge
from review_app.pool import Pool
from review_app.pool_words import in_words
from review_app.scoring import ScoreDesign, ScoreFrame, ScoreRun, stop_by_budget
from services.app import Services
from services.scoring import NothingToScore

TELL_EVERY_SECONDS = 2.0


@click.group(
    short_help="List the judges of an experiment, and let one score its traces.",
    epilog="Example: python cli.py judge score faithfulness --experiment support --last-days 1",
)
def judge() -> None:
    """List the judges of an experiment, and let one score its traces."""


@judge.command(
    "list",
    short_help="List the judges of an experiment.",
    epilog="Example: python cli.py judge list --experiment support",
)
@click.option("--experiment", required=True, metavar="NAME")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@plainly
def list_(experiment: str, *, as_json: bool) -> None:
    """List every version of every judge that is registered in an experiment."""
    _, services = services_here()
    found = services.judges.every(services.store.experiment_id(experiment))
    if as_json:
        click.echo(json.dumps([{"source": one.source, **asdict(one)} for one in found]))
        return
    if not found:
        click.echo(f"No judge is registered in “{experiment}”.")
    for one in found:
        model = f", {one.model}" if one.model else ""
        click.echo(f"{one.source}: {one.value or 'not told in words'}{model}")


@judge.command(
    short_help="Let a judge score traces; what is scored already is skipped.",
    epilog="Example: python cli.py judge score faithfulness --experiment support --last-days 1"
    " --budget 5",
)
@click.argument("name", metavar="JUDGE")
@click.option("--experiment", required=True, metavar="NAME")
@click.option("--version", type=click.IntRange(1), metavar="N", help="Of the judge; else newest.")
@click.option("--last-days", type=click.IntRange(1), metavar="N", help="Only these traces.")
@click.option("--since", default="", metavar="DAY", help="Only traces from this day on.")
@click.option("--until", default="", metavar="DAY", help="Only traces up to this day.")
@click.option("--app-version", "versions", multiple=True, metavar="NAME", help="May be repeated.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="N of them, by chance.")
@click.option("--calls", type=click.IntRange(1), metavar="N", help="At most N calls of the model.")
@click.option("--budget", type=float, metavar="DOLLARS", help="At most so much, at list prices.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@plainly
def score(name: str, experiment: str, version: int | None, *, as_json: bool, **asked: Any) -> None:
    """Let the judge JUDGE, its name or a version such as good@2, score traces of an experiment.

    The traces are taken in an order that is random and always the same: where a budget ends the
    run, what is scored stays a random part, and the next run goes on behind it. Killed in the
    middle, start it again: nothing is scored twice. The exit code is 0 when all is scored, no trace
    came, or the budget is used up, 1 when a trace could not be scored or something failed.
    """
    settings, services = services_here()
    experiment_id = services.store.experiment_id(experiment)
    chosen = _judge(services, experiment_id, name, version or 0)
    lead, design = lead_here(settings), _design(experiment, asked)
    try:
        run = services.scoring.start(lead, chosen, design, _Teller(chosen))
    except NothingToScore as nothing:
        click.echo(json.dumps(_nothing(chosen, design)) if as_json else nothing.sentence)
        return
    click.echo(json.dumps(_told(run)) if as_json else "\n".join(_sentences(run)))
    cut_short = run.state == "stopped" and not stop_by_budget(run.design, run.tally)
    if run.tally.failures or cut_short:
        sys.exit(1)


def _judge(services: Services, experiment_id: str, name: str, version: int) -> Judge:
    """Return the judge of that name, or of that source, such as good@2."""
    registered = services.judges.every(experiment_id)
    by_source = next((one for one in registered if one.source == name), None)
    if by_source is not None and not version and name not in {one.name for one in registered}:
        return by_source
    return services.judges.get(experiment_id, name, version)


def _design(experiment: str, asked: Mapping[str, Any]) -> ScoreDesign:
    window = {name: asked[name] for name in ("last_days", "since", "until", "versions")}
    return ScoreDesign(Pool(experiment, **window), asked["sample"], asked["calls"], asked["budget"])


def _nothing(chosen: Judge, design: ScoreDesign) -> dict[str, Any]:
    frame = ScoreFrame(in_words(design.pool), 0)
    return {**_told(ScoreRun("", "", chosen.key, "", design, frame, state="done")), "run": None}


def _told(run: ScoreRun) -> dict[str, Any]:
    return {
        "run": run.run_id,
        "judge": run.judge.source,
        "state": run.state,
        "why": run.why,
        "pool": run.frame.words,
        "traces": run.frame.traces,
        "wanted": run.wanted,
        "part": run.part,
        **asdict(run.tally),
    }


def _sentences(run: ScoreRun) -> list[str]:
    tally = run.tally
    cost = f" for ${tally.dollars:,.2f}" if tally.dollars else ""
    through = f"{tally.taken:,} of {counted(run.wanted, 'trace')} gone through"
    through += ", after those that people labeled" if tally.scored > tally.taken else ""
    said = [f"{counted(tally.scored, 'new score')} of {run.judge.source}{cost}; {through}."]
    said += [f"{counted(n, 'trace')} without a score: {kind}." for kind, n in tally.failed.items()]
    return [*said, run.why] if run.why else said


class _Teller:
    """Says how far it is, now and then."""

    def __init__(self, chosen: Judge) -> None:
        self._name, self._told_s = chosen.source, 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done and (done == total or now - self._told_s >= TELL_EVERY_SECONDS):
            self._told_s = now
            progress(f"{self._name}: {done:,}{f' of {total:,}' if total else ''} traces …")
