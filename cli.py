"""The command line: ``python cli.py COMMAND``; each command has --help with an example.

Progress and what went wrong are written to stderr, results to stdout. The exit code is 0 when all
went well, 1 when something did not, 2 when the command was not understood.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from urllib.parse import quote

import click

from commands.campaign import campaign
from commands.console import open_store, plainly, progress
from commands.export import export
from commands.judge import judge
from commands.report import report
from commands.report_judge_check import judge_check
from commands.report_labeled_set import labeled_set
from commands.report_quality import quality
from commands.report_reviewers import reviewers
from review_app.errors import InvalidImport
from review_app.people import normal_name
from services.campaigns import Campaigns
from services.demo import load_demo, may_load
from services.doctor import examine
from services.imports import File, Imported, check_campaign, import_files, queue_up
from services.log_secrets import hide_secrets
from services.settings import read_settings

REVIEW_PAGE = "/review?campaign="
_IMPORT_HELP = """Import traces and chats, with the labels that were made elsewhere.

FILES hold traces as MLflow's Trace.to_json writes them (one, a list, or one a line), or one chat
a line:

\b
{"id": "chat-1", "messages": [OpenAI chat messages, tool calls included],
 "session": "...", "version": "...", "time": "2026-11-12T14:03:00Z",
 "tags": {"team": "..."},
 "assessments": [{"name": "thumbs", "value": true, "rationale": "...",
                  "source": "...", "source_type": "HUMAN|LLM_JUDGE|CODE",
                  "kind": "feedback|expectation", "time": "..."}]}

A line that cannot be imported is named with its reason; the others are imported. Importing the same
file again only adds what is new. With --campaign and --reviewer the traces can be read at once.
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Review traces of GenAI apps in MLflow: what the app's pages do not do, for scripts.

    The MLflow that is used is that of MLFLOW_TRACKING_URI, else mlflow.db in the project folder.
    """
    hide_secrets(os.environ)


@main.command(
    short_help="Load the demo: real conversations and answers.",
    epilog="Example: python cli.py demo --if-empty",
)
@click.option("--if-empty", is_flag=True, help="Do nothing when there are traces or campaigns.")
@plainly
def demo(*, if_empty: bool) -> None:
    """Load the demo: real conversations with the answers of seven annotators.

    Four experiments, whose names begin with "Demo", with three finished campaigns and one that
    anybody may try; the fourth has the traffic of the last two weeks with end users' thumbs.
    Loading it again adds nothing; one that was interrupted is finished.
    """
    settings = read_settings(os.environ)
    store = open_store(settings)
    if if_empty and not may_load(store):
        progress("This store holds traces or campaigns already, so the demo was not loaded.")
        return
    started = time.monotonic()
    loaded = load_demo(store, time.time_ns() // 1_000_000, tell=progress)
    took = f"{time.monotonic() - started:.0f} s"
    click.echo(
        f"The demo is loaded: {loaded.added} new traces in {took}."
        if loaded.added
        else "The demo is there already; nothing was added."
    )


@main.command(
    "import",
    help=_IMPORT_HELP,
    short_help="Import traces and chats from files.",
    epilog="Example: python cli.py import chats.jsonl --experiment support",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--experiment", required=True, metavar="NAME", help="Made when there is none.")
@click.option("--campaign", metavar="NAME", help="Puts the traces into this campaign, too.")
@click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="May be repeated.")
@click.option(
    "--seen",
    type=click.Choice(["nothing"]),
    help="Declares that the people whose labels come along had been shown nothing before.",
)
@plainly
def import_(
    files: tuple[str, ...],
    experiment: str,
    campaign: str | None,
    reviewers: tuple[str, ...],
    seen: str | None,
) -> None:
    """Import files into an experiment and, where asked, into people's queues."""
    if bool(campaign) != bool(reviewers):
        raise click.UsageError("--campaign and --reviewer go together.")
    people = [normal_name(name) for name in reviewers]
    settings = read_settings(os.environ)
    store = open_store(settings)
    campaigns = Campaigns(store)
    experiment_id = store.experiment_id(experiment, create=True)
    if campaign:
        check_campaign(campaigns, campaign, experiment_id)
    done = import_files(
        store,
        experiment_id,
        (File(name, _content(name)) for name in files),
        now_ms=time.time_ns() // 1_000_000,
        seen=seen or "",
        tell=_Teller(),
    )
    click.echo(_result(done, experiment))
    if campaign and done.trace_ids:
        items = queue_up(campaigns, campaign, people, experiment_id, done.trace_ids)
        click.echo(
            f"{items} new {_noun(items, 'item')} in “{campaign}” for {', '.join(people)};"
            f" they are read at {REVIEW_PAGE}{quote(campaign)}"
        )
    if done.failures:
        sys.exit(1)


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InvalidImport(f"{name} cannot be read: {error.strerror}.") from error


class _Teller:
    """Writes each failure once, and how far the import is."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, done: Imported) -> None:
        for failure in done.failures[self._told :]:
            click.echo(failure.sentence, err=True)
        self._told = len(done.failures)
        progress(f"{done.added + done.known} traces so far …")


def _result(done: Imported, experiment: str) -> str:
    parts = [f"{done.added} new {_noun(done.added, 'trace')} in “{experiment}”"]
    if done.known:
        got = f"{done.assessments} new {_noun(done.assessments, 'assessment')}"
        parts.append(f"{done.known} known {_noun(done.known, 'trace')} with {got}")
    if done.failures:
        count = len(done.failures)
        parts.append(f"{count} {_noun(count, 'line')} not imported")
    return f"{'; '.join(parts)}."


def _noun(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


@main.command(
    short_help="Check the settings and the connection to MLflow.",
    epilog="Example: python cli.py doctor",
)
def doctor() -> None:
    """Check the settings, the connection to MLflow, what the app may do there, and its scope."""
    well = True
    for finding in examine(os.environ):
        click.echo(f"{'ok     ' if finding.ok else 'wrong  '}{finding.sentence}")
        well = well and finding.ok
    if not well:
        sys.exit(1)


main.add_command(campaign)
main.add_command(export)
main.add_command(judge)
report.add_command(judge_check)
report.add_command(labeled_set)
report.add_command(quality)
report.add_command(reviewers)
main.add_command(report)

if __name__ == "__main__":
    main()
