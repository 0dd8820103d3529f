"""Frozen versions of labeled sets: what names one, and the bytes that never change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from review_app.labeled_rows import Drawn, LabeledRow, Voter
from review_app.labeled_sets import Recipe


@dataclass(frozen=True)
class Frozen:
    """A frozen version: an MLflow run with the tag ``review.kind=labeled_set``.

    Attributes:
        run_id: the run.
        experiment_id: the experiment of its traces.
        name: of the set; compared without case.
        version: 1 and up.
        sha256: of labels.jsonl.
        sha256_set: of set.json.
        owner: who froze it.
        frozen_ms: when, milliseconds since the epoch.
        question: name of its question.
        items: how many rows it has.
        started: when its writing began, to tell who was first; milliseconds since the epoch.
        dataset_id: the native evaluation dataset it was published as; "" when it was not.
        merged: records that the dataset's key merged; 0 when none, or not published.
        sha256_unsettled: of unsettled.jsonl; "" where the version keeps none.
    """

    run_id: str
    experiment_id: str
    name: str
    version: int
    sha256: str
    sha256_set: str
    owner: str
    frozen_ms: int
    question: str
    items: int
    started: int = 0
    dataset_id: str = ""
    merged: int = 0
    sha256_unsettled: str = ""

    @property
    def title(self) -> str:
        """The name of its evaluation dataset and of its files."""
        return f"{self.name}@v{self.version}"


@dataclass(frozen=True)
class Content:
    """What a frozen version holds.

    Attributes:
        rows: the items with a label.
        sheet: its datasheet (set.json).
        unsettled: items that people answered without a label coming of it; older sets kept none.
    """

    rows: tuple[LabeledRow, ...]
    sheet: Mapping[str, Any]
    unsettled: tuple[LabeledRow, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """What it was built from."""
        made = self.sheet["recipe"]
        return Recipe(**{**made, "campaigns": tuple(made["campaigns"])})


def labels_jsonl(rows: Iterable[LabeledRow]) -> str:
    """Return the rows as JSON lines: labels.jsonl."""
    return "".join(
        json.dumps(row_json(row), sort_keys=True, ensure_ascii=False) + "\n" for row in rows
    )


def rows_from(text: str) -> tuple[LabeledRow, ...]:
    """Return the rows that ``labels_jsonl`` wrote."""
    return tuple(row_from(json.loads(line)) for line in text.split("\n") if line)


def row_json(row: LabeledRow) -> dict[str, Any]:
    """Return the row as JSON values."""
    return asdict(row)


def row_from(data: Mapping[str, Any]) -> LabeledRow:
    """Return the row that ``row_json`` wrote."""
    known = {k: v for k, v in data.items() if k in LabeledRow.__dataclass_fields__}
    known["who"] = tuple(Voter(**one) for one in data["who"])
    known["drawn"] = tuple(Drawn(**one) for one in data["drawn"])
    known["wordings"] = tuple(data["wordings"])
    return LabeledRow(**known)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def first_of_each(found: Iterable[Frozen]) -> list[Frozen]:
    """Return one run a version, by set and the newest version first.

    Of two leads who froze the same version at once, the one who began first has it.
    """
    firsts: dict[tuple[str, int], Frozen] = {}
    for one in sorted(found, key=lambda f: (f.started, f.run_id)):
        firsts.setdefault((one.name.casefold(), one.version), one)
    return sorted(firsts.values(), key=lambda f: (f.name.casefold(), -f.version))


def versions_of(found: Sequence[Frozen], name: str) -> list[Frozen]:
    """Return the versions of a set, newest first."""
    return [one for one in found if one.name.casefold() == name.strip().casefold()]
