"""``python cli.py report quality``: how good each version is, at full precision."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import click

from commands.console import json_text, open_store, plainly, progress
from review_app.errors import NotFound
from review_app.judges import JudgeKey
from review_app.quality.page import quality_of
from review_app.quality.values import Cell, Quality, Rate
from review_app.quality.windows import PERIODS, Period
from services.app import Services, services_for
from services.labels import gathered_of
from services.quality_known import KnownReader
from services.quality_traffic import TrafficReader
from services.settings import Settings, read_settings
from services.stages import Stages

TELL_EVERY = 5000  # traces between two lines of progress
_PERIODS = click.Choice(list(PERIODS))


@click.command(
    short_help="How good each version is.",
    epilog="Example: python cli.py report quality --experiment support-bot --question good --json",
)
@click.option("--campaign", metavar="NAME", help="Only its labels, in its experiment.")
@click.option("--experiment", metavar="NAME", help="All labels and scores there.")
@click.option("--question", metavar="NAME", default="", help="Only this one.")
@click.option("--judge", metavar="SOURCE", default="", help="The judge, e.g. good@2.")
@click.option("--period", type=_PERIODS, default="all", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Everything, for scripts.")
@plainly
def quality(
    campaign: str | None,
    experiment: str | None,
    question: str,
    judge: str,
    period: Period,
    *,
    as_json: bool,
) -> None:
    """Rates of each version from labels, from judge scores, and from both together.

    Labels of which nobody knows what they were drawn from give no rate: "usable" is false, with
    the reason, and "shown" counts the labeled items alone. "if_random" has the rates that they
    would give if they were a random sample of their version's traffic.
    """
    if bool(campaign) == bool(experiment):
        raise click.UsageError("Name either --campaign or --experiment.")
    settings = read_settings(os.environ)
    open_store(settings)
    services = services_for(settings)
    found, if_random = _counted(
        services, settings, (campaign or "", experiment or ""), judge, period
    )
    cells = [cell for cell in found.cells if question in ("", cell.question)]
    if question and not cells:
        raise NotFound(f"Nobody has answered or scored “{question}” there.")
    if as_json:
        supposed = {(one.question, one.version): one for one in if_random.cells}
        click.echo(json_text(_said(found, cells, supposed)))
        return
    for cell in cells:
        click.echo(_line(cell))


def _counted(
    services: Services, settings: Settings, names: tuple[str, str], judge: str, period: Period
) -> tuple[Quality, Quality]:
    """Return the numbers, and those if labels from outside any campaign were a random sample."""
    campaigns, (campaign, experiment) = services.campaigns, names
    chosen = campaigns.get(campaign) if campaign else None
    name = services.overviews.experiment(chosen) if chosen else experiment
    experiment_id = chosen.experiment_id if chosen else services.store.experiment_id(name)
    traffic = TrafficReader(services.store, settings, experiment_id).read(_tell)
    traffic = replace(traffic, loose=()) if chosen else traffic
    columns = [key for key in traffic.columns if key.source == judge.lower()]
    if judge and not columns:
        raise NotFound(f"“{judge}” has scored nothing in “{name}”.")
    reader = KnownReader(campaigns, settings, lambda one: gathered_of(campaigns, one))
    judges: dict[str, JudgeKey] = {key.question: key for key in columns}
    known = reader.read(experiment_id, traffic, judges, campaign=chosen.run_id if chosen else "")
    stages = Stages(services.store).of(pin for pins in traffic.pins.values() for pin in pins)
    now_ms = time.time_ns() // 1_000_000
    supposing = replace(known, loose_is_random=True)
    return (
        quality_of(name, known, stages, period, now_ms),
        quality_of(name, supposing, stages, period, now_ms),
    )


def _said(
    found: Quality, cells: list[Cell], supposed: Mapping[tuple[str, str], Cell]
) -> dict[str, Any]:
    return {
        "experiment": found.experiment,
        "window": found.window,
        "since_ms": found.since_ms,
        "until_ms": found.until_ms,
        "traffic": found.traffic,
        "versions": found.versions,
        "judges": {name: [key.source for key in keys] for name, keys in found.judges.items()},
        "saved": found.saved,
        "cells": [_cell(cell, supposed[cell.question, cell.version]) for cell in cells],
        "votes": [_without_traces(asdict(one)) for one in found.votes],
        "stages": [
            {"stage": row.stage, "failed": {v: len(ids) for v, ids in row.failed.items()}}
            for row in found.stages
        ],
        "failed": dict(found.failed),
    }


def _cell(cell: Cell, supposed: Cell) -> dict[str, Any]:
    usable = cell.human.value is not None
    marks = {"human": supposed.human, "combined": supposed.combined}
    rates = {name: _without_traces(asdict(rate)) for name, rate in marks.items()}
    return {
        **_without_traces(asdict(cell)),
        "usable": usable,
        "reason": "" if usable else cell.shown.why or cell.human.why,
        "if_random": None if usable else {**rates, "saved": supposed.saved, "more": supposed.more},
    }


def _without_traces(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        key: _without_traces(one)
        for key, one in value.items()
        if key not in ("traces", "traces_down")
    }


def _line(cell: Cell) -> str:
    marks = {"people": cell.human, "judge": cell.judge, "both": cell.combined}
    said = [f"{name} {_rate(rate)}" for name, rate in marks.items() if rate.value is not None]
    if cell.unusable:
        said.append(f"{cell.unusable} labeled items kept out")
    return f"{cell.question}, {cell.version}: {'; '.join(said) or 'nothing known'}"


def _rate(rate: Rate) -> str:
    ends = rate.interval
    between = f" [{ends.low:.4f}, {ends.high:.4f}]" if ends else ""
    return f"{rate.value:.4f}{between}, n = {rate.n:,}"


def _tell(done: int, total: int) -> None:
    if done and done % TELL_EVERY == 0:
        progress(f"{done:,} of {total:,} traces read …")
