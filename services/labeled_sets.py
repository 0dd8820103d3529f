"""Labeled sets in MLflow: built, frozen as a run, verified at every load.

A version counts only once its run is tagged ``frozen``, which is the last thing that is written: a
freeze that broke off leaves the versions as they were.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from review_app.access import require_lead
from review_app.datasheet import datasheet, datasheet_markdown
from review_app.errors import Conflict, NotFound, ReviewError
from review_app.frozen_sets import (
    Content,
    Frozen,
    digest,
    first_of_each,
    labels_jsonl,
    rows_from,
    versions_of,
)
from review_app.gathered import Gathered
from review_app.labeled_rows import LabeledRow, Place
from review_app.labeled_sets import LabeledSet, Recipe, build, check_name
from review_app.people import Person
from review_app.set_splits import leaks
from review_app.splits import Split
from services.campaigns import KIND, Campaigns, set_tags
from services.claims import claim
from services.gathering import Gathering
from services.store import Store, plain_errors

LABELS, SET, DATASHEET = "labels.jsonl", "set.json", "datasheet.md"
UNSETTLED = "unsettled.jsonl"
STATUS = "review.status"
LINK_AT_ONCE = 100  # MLflow's own limit of a call
PAGE = 1000  # runs a page
Tell = Callable[[int, int], None]


class LabeledSets:
    """Finds, builds and freezes the labeled sets of one store."""

    def __init__(self, campaigns: Campaigns) -> None:
        """Bind to the campaigns of one store; nothing is read yet."""
        self._campaigns = campaigns
        self._store = campaigns.store

    def every(self) -> list[Frozen]:
        """Return all frozen versions, by name and the newest first."""
        return first_of_each(_frozen(run) for run in self.runs() if _tag(run, STATUS) == "frozen")

    def get(self, name: str, version: int = 0) -> Frozen:
        """Return a version of a set; 0 is the newest.

        Raises:
            NotFound: when there is none.
        """
        found = versions_of(self.every(), name)
        if not found:
            raise NotFound(f"There is no labeled set called “{name}”.")
        chosen = next((one for one in found if version in (0, one.version)), None)
        if chosen is None:
            raise NotFound(f"“{name}” has no version {version}. The newest is {found[0].version}.")
        return chosen

    def load(self, frozen: Frozen) -> Content:
        """Return what a version holds, after verifying that it is what was frozen.

        Raises:
            Conflict: when the bytes are not those that were frozen.
            StoreUnavailable: when MLflow did not answer.
        """
        labels = self._verified(frozen, LABELS, frozen.sha256)
        sheet = json.loads(self._verified(frozen, SET, frozen.sha256_set))
        if not frozen.sha256_unsettled:
            return Content(_rows(labels), sheet)
        unsettled = self._verified(frozen, UNSETTLED, frozen.sha256_unsettled)
        return Content(_rows(labels), sheet, rows_from(unsettled))

    def gather(self, recipe: Recipe, tell: Tell) -> list[Gathered]:
        """Read the campaigns of a recipe as they are now.

        Args:
            recipe: names them.
            tell: is called with the traces read and all that are to be read.

        Raises:
            NotFound: when one is gone.
        """
        found = []
        for run_id in recipe.campaigns:
            campaign, gathering = self._campaigns.by_run(run_id), Gathering(self._campaigns)
            gathering.queues(campaign, tell)
            found.append(gathering.answers(campaign, tell))
        return found

    def build(self, recipe: Recipe, tell: Tell) -> LabeledSet:
        """Build the next version from what is in MLflow now; items keep the split they had.

        Raises:
            ReviewError: when the recipe cannot be followed.
        """
        check_name(recipe.name)
        return self.next_of(recipe, self.gather(recipe, tell))

    def next_of(self, recipe: Recipe, sources: list[Gathered]) -> LabeledSet:
        """Build the next version from what was gathered."""
        return build(recipe, sources, self._splits(recipe.name))

    def _splits(self, name: str) -> dict[Place, Split]:
        """Return the split that each item had last, also of those that newer versions left out.

        Raises:
            Conflict: when the newest version is not what was frozen; older ones tell nothing then.
        """
        versions, rows = versions_of(self.every(), name), list[LabeledRow]()
        for older in reversed(versions[1:]):
            with suppress(Conflict):
                rows += _rows(self._verified(older, LABELS, older.sha256))
        for newest in versions[:1]:
            rows += self.load(newest).rows
        return {row.place: row.split for row in rows}

    def freeze(self, person: Person, recipe: Recipe, tell: Tell) -> Frozen:
        """Build and freeze the next version of a set.

        Args:
            person: the lead who does it.
            recipe: what it is built from.
            tell: is called with the steps done and all steps; what it raises stops the freezing,
                and then no version is there.

        Raises:
            ReviewError: when the recipe cannot be followed or gives no labels.
            Cancelled: what ``tell`` raised.
        """
        require_lead(person)
        found = self.build(recipe, tell)
        if not found.rows:
            raise ReviewError("No item has a label by this rule, so there is nothing to freeze.")
        if leaks(found.rows):
            raise Conflict("Train and test share a session or a question, so nothing was frozen.")
        run_id = self._new_run(person, found)
        try:
            self._write(run_id, found, tell)
            return self._publish(run_id, recipe.name)
        except ReviewError:
            with plain_errors():
                self._store.tracking.delete_run(run_id)
            raise

    def _new_run(self, person: Person, found: LabeledSet) -> str:
        from mlflow.entities import RunTag

        name = found.recipe.name
        tags = {
            KIND: "labeled_set",
            STATUS: "building",
            "review.set": name,
            "review.owner": person.name,
            "review.question": found.question.name,
            "review.items": str(len(found.rows)),
        }
        experiment = found.sources[0].campaign.experiment_id
        with plain_errors():
            run = self._store.tracking.create_run(
                experiment, person.name, _now(), [RunTag(k, v) for k, v in tags.items()], name
            )
        return str(run.info.run_id)

    def _write(self, run_id: str, found: LabeledSet, tell: Tell) -> None:
        """Write the artifacts, their digests, and the links to the traces."""
        sheet = datasheet(
            found,
            {one.campaign.run_id: self._campaigns.frames(one.campaign) for one in found.sources},
        )
        texts = {
            LABELS: labels_jsonl(found.rows),
            UNSETTLED: labels_jsonl(found.unsettled),
            SET: json.dumps(sheet, indent=1, sort_keys=True, ensure_ascii=False),
            DATASHEET: datasheet_markdown(sheet),
        }
        traces = list(dict.fromkeys(row.trace_id for row in found.rows))
        for name, text in texts.items():
            tell(0, len(traces))
            self._store.write_artifact(run_id, name, text)
        for start in range(0, len(traces), LINK_AT_ONCE):
            tell(start, len(traces))
            with plain_errors():
                self._store.tracking.link_traces_to_run(
                    traces[start : start + LINK_AT_ONCE], run_id
                )
        digests = {
            "review.sha256": digest(texts[LABELS]),
            "review.sha256_set": digest(texts[SET]),
            "review.sha256_unsettled": digest(texts[UNSETTLED]),
        }
        set_tags(self._store, run_id, digests)
        tell(len(traces), len(traces))

    def _publish(self, run_id: str, name: str) -> Frozen:
        """Give the run the next version that nobody has claimed, and let it count."""
        from mlflow.entities import RunStatus

        number = max((one.version for one in versions_of(self.every(), name)), default=0) + 1
        home = self.home(name)
        while claim(self._store, home, f"review.version.{number:04d}", run_id) != run_id:
            number += 1
        with plain_errors():
            self._store.tracking.update_run_info(
                run_id, RunStatus.FINISHED, _now(), f"{name}@v{number}"
            )
        tags = {"review.version": str(number), "review.frozen_ms": str(_now()), STATUS: "frozen"}
        set_tags(self._store, run_id, tags)
        with plain_errors():
            return _frozen(self._store.tracking.get_run(run_id))

    def home(self, name: str) -> str:
        """Return the set's oldest run: where what holds for all its versions is claimed."""
        runs = (r for r in self.runs() if _tag(r, "review.set").casefold() == name.casefold())
        return min((int(r.info.start_time), str(r.info.run_id)) for r in runs)[1]

    def _verified(self, frozen: Frozen, name: str, sha256: str) -> str:
        try:
            text = self._store.read_artifact(frozen.run_id, name)
        except (NotFound, UnicodeDecodeError):
            text = ""
        if digest(text) != sha256:
            raise Conflict(
                f"“{frozen.name}” version {frozen.version} is no longer what was frozen: {name} was"
                " changed or is gone. Do not use it; freeze a new version."
            )
        return text

    def runs(self, kind: str = "labeled_set") -> Iterator[Any]:
        """Yield MLflow's runs of a kind in the experiments in scope, unfinished ones too."""
        from mlflow.entities import ViewType

        ids = self._store.experiment_ids(self._campaigns.experiments)
        wanted, token = f"tags.`{KIND}` = '{kind}'", None
        while ids:
            with plain_errors():
                page = self._store.tracking.search_runs(
                    ids, wanted, ViewType.ACTIVE_ONLY, max_results=PAGE, page_token=token
                )
            yield from page
            token = page.token
            if not token:
                return


def note_published(store: Store, frozen: Frozen, dataset_id: str, merged: int) -> None:
    """Keep on the version's run what it was published as."""
    tags = {"review.merged": str(merged), "review.dataset_id": dataset_id}
    set_tags(store, frozen.run_id, tags)


@lru_cache(maxsize=4)
def _rows(labels: str) -> tuple[LabeledRow, ...]:
    return rows_from(labels)


def _frozen(run: Any) -> Frozen:
    return Frozen(
        run_id=run.info.run_id,
        experiment_id=run.info.experiment_id,
        name=_tag(run, "review.set"),
        version=int(_tag(run, "review.version") or 0),
        sha256=_tag(run, "review.sha256"),
        sha256_set=_tag(run, "review.sha256_set"),
        owner=_tag(run, "review.owner"),
        frozen_ms=int(_tag(run, "review.frozen_ms") or 0),
        question=_tag(run, "review.question"),
        items=int(_tag(run, "review.items") or 0),
        started=int(run.info.start_time or 0),
        dataset_id=_tag(run, "review.dataset_id"),
        merged=int(_tag(run, "review.merged") or 0),
        sha256_unsettled=_tag(run, "review.sha256_unsettled"),
    )


def _tag(run: Any, key: str) -> str:
    return str(run.data.tags.get(key, ""))


def _now() -> int:
    return time.time_ns() // 1_000_000
