"""Effects: what came of people's answers, from the labeled sets, judges and checks in MLflow."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from review_app.access import require_lead
from review_app.effects import Effect, Used, effects_of, used_by_person
from review_app.errors import ReviewError, StoreUnavailable
from review_app.frozen_sets import Frozen
from review_app.people import Person
from services.check_runs import CheckRuns
from services.judges import Judges
from services.labeled_sets import LabeledSets

LOG = logging.getLogger(__name__)


class Effects:
    """Tells what came of people's answers in one store.

    What a frozen version holds never changes, so it is read once.
    """

    def __init__(self, sets: LabeledSets, judges: Judges, checks: CheckRuns) -> None:
        """Bind to the services of one store; nothing is read yet."""
        self._sets = sets
        self._judges = judges
        self._checks = checks
        self._used: dict[str, Mapping[str, Used]] = {}

    def mine(self, person: Person) -> list[Effect]:
        """Return what came of one's own answers.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        return self._of([person.name])[person.name]

    def of_all(self, lead: Person, people: Iterable[str]) -> dict[str, list[Effect]]:
        """Return person -> what came of their answers.

        Raises:
            NotAllowed: when ``lead`` is none.
            StoreUnavailable: when MLflow did not answer.
        """
        require_lead(lead)
        return self._of(people)

    def _of(self, people: Iterable[str]) -> dict[str, list[Effect]]:
        wanted = list(people)
        sets = {frozen: self._counted(frozen) for frozen in self._sets.every()}
        touched = {f: used for f, used in sets.items() if not used.keys().isdisjoint(wanted)}
        where = sorted({frozen.experiment_id for frozen in touched})
        judges = [judge for one in where for judge in self._judges.every(one)]
        checks = self._checks.every() if touched else []
        return {person: effects_of(person, sets, judges, checks) for person in wanted}

    def _counted(self, frozen: Frozen) -> Mapping[str, Used]:
        if frozen.run_id not in self._used:
            self._used[frozen.run_id] = self._read(frozen)
        return self._used[frozen.run_id]

    def _read(self, frozen: Frozen) -> Mapping[str, Used]:
        """Return the answers of a version; of one that was damaged, none: it has no effect."""
        try:
            return used_by_person(self._sets.load(frozen).rows)
        except StoreUnavailable:
            raise
        except ReviewError as error:
            LOG.warning("%s is left out of what labels did: %s", frozen.title, error.sentence)
            return {}
