"""What every screen is given: the settings, the person, and the services of one store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from review_app.people import Person
from services.adjudication import Adjudication
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.check_runs import CheckRuns
from services.effects import Effects
from services.jobs import Jobs
from services.judges import Judges
from services.labeled_sets import LabeledSets
from services.overview import Overviews
from services.planning import Planning
from services.quality import Qualities
from services.readings import Readings
from services.reassigning import Reassigning
from services.rechecks import Rechecks
from services.scoring import Scoring
from services.settings import Settings
from services.sittings import Sittings
from services.store import Store
from services.version_list import VersionLists
from services.writer import Writer

MODEL_THREADS = 8  # scorings, alignments and tries at once


@dataclass(frozen=True)
class Services:
    """The services of one store, shared by all sessions of the process.

    What waits for models runs in ``model_jobs``, so that it never holds up what ``jobs`` reads and
    writes.
    """

    store: Store
    campaigns: Campaigns
    sittings: Sittings
    writer: Writer
    readings: Readings
    adjudication: Adjudication
    overviews: Overviews
    planning: Planning
    reassigning: Reassigning
    jobs: Jobs
    model_jobs: Jobs
    qualities: Qualities
    version_lists: VersionLists
    judges: Judges
    scoring: Scoring
    rechecks: Rechecks
    effects: Effects


@lru_cache(maxsize=4)
def services_for(settings: Settings) -> Services:
    """Return the services of these settings, made once; nothing is read from MLflow yet."""
    store = Store(settings.tracking_uri)
    campaigns = Campaigns(store, settings.experiments)
    sittings = Sittings(campaigns)
    writing = CampaignWriting(campaigns)
    overviews = Overviews(store, campaigns)
    adjudication = Adjudication(campaigns, overviews)
    judges = Judges(store, settings)
    sets = LabeledSets(campaigns)
    jobs = Jobs()
    return Services(
        store=store,
        campaigns=campaigns,
        sittings=sittings,
        writer=Writer(sittings, adjudication),
        readings=Readings(store, settings),
        adjudication=adjudication,
        overviews=overviews,
        planning=Planning(campaigns, writing, settings),
        reassigning=Reassigning(campaigns, writing),
        jobs=jobs,
        model_jobs=Jobs(MODEL_THREADS),
        qualities=Qualities(store, campaigns, overviews, settings),
        version_lists=VersionLists(store, campaigns, overviews, jobs),
        judges=judges,
        scoring=Scoring(judges),
        rechecks=Rechecks(writing),
        effects=Effects(sets, judges, CheckRuns(store, sets)),
    )


@dataclass(frozen=True)
class App:
    """One run of the app for one person.

    Attributes:
        settings: as read at the start.
        person: who is signed in.
        services: the store and what stands on it.
        zone: the time zone of the dates on screen.
        now: the clock.
        screens: name -> Streamlit's page, to go to or link to.
    """

    settings: Settings
    person: Person
    services: Services
    zone: tzinfo
    now: Callable[[], datetime]
    screens: Mapping[str, Any]
