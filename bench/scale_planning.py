"""Planning at a size, without a browser: look through the pool, draw, share out, write."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from bench.scale_store import EXPERIMENT, REVIEWERS, Pace, Stopwatch
from bench.stage import QUESTION
from review_app.design import Design, Sample, Sharing
from review_app.people import Person
from review_app.planning import Prepared, Scan
from review_app.pool import Pool
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.planning import Planning
from services.settings import read_settings
from services.store import Store

LEAD = Person("lea", is_lead=True)
NAME = "Written by the bench"


@dataclass(frozen=True)
class Planned:
    """What planning took."""

    scan: Pace
    prepare: Pace


class Planner:
    """Plans campaigns in one store."""

    def __init__(self, store: Store) -> None:
        """Bind to the store."""
        campaigns = Campaigns(store)
        self._writing = CampaignWriting(campaigns)
        self._planning = Planning(campaigns, self._writing, read_settings({}))

    def plan(self) -> Planned:
        """Look through the pool; draw all that failed and half of the others, for 25 reviewers."""
        watch = Stopwatch()
        found = self._planning.scan(Pool(EXPERIMENT), watch.tell)
        scan = watch.pace(len(found.candidates))
        drawn = Sample("mixed", n=len(found.candidates) // 2, always=("errors",))
        start = time.perf_counter()
        prepared = self._prepared(drawn, Sharing(), found)
        taken = time.perf_counter() - start
        return Planned(scan, Pace(len(prepared.part.items), taken))

    def write(self, items: int) -> Pace:
        """Write a campaign of random items, each for all 25 reviewers, and take it away again."""
        found = self._planning.scan(Pool(EXPERIMENT))
        everybody = Sharing(each=len(REVIEWERS))
        prepared = self._prepared(Sample("random", n=items), everybody, found)
        watch = Stopwatch()
        campaign = self._planning.write(LEAD, prepared, found, watch.tell)
        pace = watch.pace(sum(len(item.assigned) for item in prepared.part.items))
        self._writing.discard(campaign)
        return pace

    def _prepared(self, sample: Sample, sharing: Sharing, found: Scan) -> Prepared:
        design = Design(
            NAME,
            Pool(EXPERIMENT),
            questions=(QUESTION.name,),
            reviewers=REVIEWERS,
            sample=sample,
            sharing=sharing,
            notes=False,
        )
        prepared = self._planning.prepare(design, found)
        if prepared.problems:
            sys.exit(f"The plan has a problem: {prepared.problems[0].sentence}")
        return prepared
