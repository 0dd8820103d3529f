"""What quality is counted from, beside the traffic: campaigns, questions, judges and their runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial

from review_app.campaigns import Campaign
from review_app.errors import NotFound
from review_app.gathered import Gathered
from review_app.judge_check.values import Checked
from review_app.judges import JudgeKey
from review_app.quality.asking import Known, KnownJudge
from review_app.quality.carrying import Errors
from review_app.quality.labels import Source
from review_app.quality.traffic import Traffic
from review_app.questions import Question
from services.campaigns import Campaigns
from services.check_runs import CheckRuns
from services.judges import Judges
from services.labeled_sets import LabeledSets
from services.lessons import lessons_of
from services.questions import questions_of
from services.score_runs import ScoreRuns
from services.settings import Settings

Gather = Callable[[Campaign], Gathered]


class KnownReader:
    """Reads what is known of an experiment, again at each count: it is little."""

    def __init__(self, campaigns: Campaigns, settings: Settings, gather: Gather) -> None:
        """Bind to a store.

        Args:
            campaigns: of the store.
            settings: of the app.
            gather: gives what is known of a campaign.
        """
        self._campaigns = campaigns
        self._judges = Judges(campaigns.store, settings)
        self._runs = ScoreRuns(campaigns.store)
        self._sets = LabeledSets(campaigns)
        self._gather = gather
        self._checks = CheckRuns(campaigns.store, self._sets)
        self._checked = lru_cache(maxsize=64)(self._read_errors)
        self._trained = lru_cache(maxsize=64)(partial(lessons_of, self._sets))

    def read(
        self,
        experiment_id: str,
        traffic: Traffic,
        chosen: Mapping[str, JudgeKey],
        *,
        campaign: str = "",
    ) -> Known:
        """Return everything that quality is counted from.

        Args:
            experiment_id: of the experiment.
            traffic: all of it.
            chosen: question -> the judge that somebody chose.
            campaign: only this one's labels, by run id; "" for all labels there are.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        every = [one for one in self._campaigns.every() if one.experiment_id == experiment_id]
        here = [one for one in reversed(every) if campaign in ("", one.run_id)]
        sources = tuple(Source(self._gather(one), self._campaigns.frames(one)) for one in here)
        asked = {q.name: q for q in questions_of(self._campaigns.store, experiment_id)}
        frozen = {q.name: q for one in here for q in one.questions}
        questions: Mapping[str, Question] = frozen if campaign else {**asked, **frozen}
        picked = {name: key.stored for name, key in chosen.items()}
        return Known(traffic, questions, sources, self._known_judges(experiment_id), picked)

    def _known_judges(self, experiment_id: str) -> dict[JudgeKey, KnownJudge]:
        """Return what is known of judges; the newest registered version is the first choice."""
        registered = self._judges.every(experiment_id)
        since = {judge.key.stored: judge.created_ms for judge in registered}
        every = self._runs.every(experiment_id)
        runs = [one for one in every if one.started_ms >= since.get(one.judge.stored, 0)]
        found = {run.judge.stored: KnownJudge() for run in runs}
        for judge in registered:
            trained = self._trained(judge.learned_sets) if judge.was_aligned else frozenset[str]()
            found[judge.key.stored] = KnownJudge(judge.threshold, trained, rank=judge.version)
        for key, errors in self._errors(experiment_id, found).items():
            found[key] = replace(found.get(key, KnownJudge()), errors=errors)
        return {
            key: replace(known, runs=tuple(run for run in runs if run.judge.stored == key))
            for key, known in found.items()
        }

    def _errors(
        self, experiment_id: str, known: Mapping[JudgeKey, KnownJudge]
    ) -> dict[JudgeKey, Errors]:
        """Return how often judges were right in their newest final check, at the line they have."""
        newest: dict[JudgeKey, Checked] = {}
        for one in self._checks.standing():
            key = JudgeKey(one.question, one.source).stored
            line = known.get(key, KnownJudge()).threshold
            if one.experiment_id == experiment_id and one.threshold == line:
                newest.setdefault(key, one)
        found = {key: self._checked(one) for key, one in newest.items()}
        return {key: errors for key, errors in found.items() if errors is not None}

    def _read_errors(self, checked: Checked) -> Errors | None:
        """Return what a check came to; None where its file is gone."""
        try:
            check = self._checks.load(checked)
        except NotFound:
            return None
        title = f"{checked.set_name}@v{checked.set_version}"
        return Errors(title, check.accepts.share, check.catches.share)
