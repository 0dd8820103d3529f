"""``python cli.py campaign``: make campaigns from files, top them up, see how they go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import click

from commands.console import counted, lead_here, plainly, progress, services_here
from review_app.campaigns import Campaign
from review_app.design import Design
from review_app.design_file import design_from
from review_app.errors import InvalidDesign
from review_app.planning import Prepared
from services.app import Services

TELL_EVERY = 20  # steps between two lines of progress


@click.group(
    short_help="Make campaigns from files, top them up, see how they go.",
    epilog="Example: python cli.py campaign create docs/examples/campaign.yaml --dry-run",
)
def campaign() -> None:
    """Make campaigns from files, draw more items, and see how they go."""


@campaign.command(
    short_help="Make the campaign that a file describes.",
    epilog="Example: python cli.py campaign create docs/examples/campaign.yaml --dry-run",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@plainly
def create(file: str, *, dry_run: bool) -> None:
    """Draw the sample, share it out and open the campaign, by the same rules as the page.

    The same file with the same seed draws the same items, as long as the pool is the same.
    """
    settings, services = services_here()
    design = _design(file)
    found = services.planning.scan(design.pool, _teller("traces looked at"))
    prepared = services.planning.prepare(design, found)
    for line in _preview(prepared):
        progress(line)
    if prepared.problems:
        lines = "\n".join(f"  {p.field}: {p.sentence}" for p in prepared.problems)
        raise InvalidDesign(f"Nothing was written.\n{lines}")
    if dry_run:
        click.echo(f"“{design.name}” would hold {_amount(prepared)}. Nothing was written.")
        return
    made = services.planning.write(lead_here(settings), prepared, found, _teller("steps"))
    click.echo(f"“{made.name}” is open: {_amount(prepared)}.")
    click.echo(f"It is reviewed at /review?campaign={quote(made.name)}")


@campaign.command(
    "top-up",
    short_help="Draw more items by the campaign's own rule.",
    epilog="Example: python cli.py campaign top-up docs/examples/campaign.yaml",
)
@click.argument("campaign", metavar="FILE_OR_NAME")
@click.option(
    "--more", type=click.IntRange(1), metavar="N", help="N more of the pool as it was, instead."
)
@plainly
def top_up(campaign: str, *, more: int | None) -> None:
    """Draw from what came since the last draw, by the rule that the campaign was made by."""
    settings, services = services_here()
    found = _named(services, campaign)
    count = services.planning.top_up(lead_here(settings), found, more, _teller("traces looked at"))
    click.echo(f"{counted(count, 'new item')} in “{found.name}”.")


@campaign.command(
    short_help="Say how far a campaign is.",
    epilog="Example: python cli.py campaign status docs/examples/campaign.yaml --json",
)
@click.argument("campaign", metavar="FILE_OR_NAME")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@plainly
def status(campaign: str, *, as_json: bool) -> None:
    """Say how many items each reviewer has answered, skipped, and still has."""
    _, services = services_here()
    found = _named(services, campaign)
    rows = [
        {"reviewer": person, **services.reassigning.tally(found, person)}
        for person in found.reviewers
    ]
    if as_json:
        click.echo(json.dumps({"name": found.name, "status": found.status, "reviewers": rows}))
        return
    click.echo(f"“{found.name}” is {found.status}.")
    for row in rows:
        click.echo(
            f"{row['reviewer']}: {row['complete']} answered, {row['declined']} skipped,"
            f" {row['pending']} left"
        )


def _design(file: str) -> Design:
    try:
        return design_from(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDesign(f"{file} cannot be read as a text.") from error


def _named(services: Services, file_or_name: str) -> Campaign:
    """Return the campaign of that name, or of the file of that name."""
    is_file = Path(file_or_name).is_file()
    return services.campaigns.get(_design(file_or_name).name if is_file else file_or_name)


def _preview(prepared: Prepared) -> list[str]:
    strata = [f"  {name}: {s.n:,} of {s.N:,}" for name, s in prepared.strata.items()]
    each = [f"  {name}: {counted(n, 'item')}" for name, n in prepared.items_each.items()]
    can = [f"  + {sentence}" for sentence in prepared.can]
    cannot = [f"  - {sentence}" for sentence in prepared.cannot]
    time = [prepared.time] if prepared.time else []
    return ["Drawn:", *strata, "Reviewers:", *each, *time, "At the end:", *can, *cannot]


def _amount(prepared: Prepared) -> str:
    items = counted(len(prepared.part.items), "item")
    people = len(prepared.items_each)
    return f"{items} for {counted(people, 'reviewer')}" if people else f"{items} for everybody"


def _teller(what: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done and (done % TELL_EVERY == 0 or done == total):
            progress(f"{done:,}{f' of {total:,}' if total else ''} {what} …")

    return tell
