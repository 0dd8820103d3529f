"""``python cli.py export``: a frozen labeled set as a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click

from commands.console import counted, open_store, plainly, progress
from review_app.errors import ReviewError
from review_app.set_files import Format
from services import exports
from services.app import services_for
from services.labeled_sets import LabeledSets
from services.settings import read_settings

TELL_EVERY = 1_000  # rows between two lines of progress


@click.command(
    short_help="Write a frozen labeled set to a file.",
    epilog='Example: python cli.py export "Faithfulness" --format csv --output faithfulness.csv',
)
@click.argument("set_name", metavar="SET")
@click.option("--version", type=click.IntRange(1), help="Which one; the newest when left out.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(get_args(Format))),
    default="jsonl",
    show_default=True,
    help="openai: a line for OpenAI's evals, with what was asked and answered.",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; it is there whole or not at all.",
)
@plainly
def export(set_name: str, version: int | None, kind: Format, output: Path) -> None:
    """Write a frozen version of a labeled set, after verifying that it is what was frozen."""
    settings = read_settings(os.environ)
    store = open_store(settings)
    sets = LabeledSets(services_for(settings).campaigns)
    frozen = sets.get(set_name, version or 0)
    content = sets.load(frozen)
    _write(output, exports.export(store, content, kind, _tell))
    rows = counted(len(content.rows), "item")
    click.echo(f"{rows} of “{frozen.name}” version {frozen.version} are in {output}.")


def _write(output: Path, pieces: Iterator[bytes]) -> None:
    """Write beside the file first, so that a half-written one never has its name."""
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(output)
    except OSError as error:
        raise ReviewError(f"{output} cannot be written.") from error
    finally:
        part.unlink(missing_ok=True)


def _tell(done: int, total: int) -> None:
    if done and (done % TELL_EVERY == 0 or done == total):
        progress(f"{done:,} of {total:,} items …")
