"""A campaign at work: three reviewers, gold, practice, repeats, skips, and what else happens."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from review_app.answers import Assessment
from review_app.campaigns import Assignment, Campaign, Item, PlanItem, PlanPart, Role, items_of
from review_app.people import Person
from review_app.questions import Question
from services.app import Services, services_for
from services.assessments import create_assessment
from services.campaign_writing import CampaignWriting
from services.settings import Settings
from services.store import Store
from tests.screens import Screen, screen

REVIEWERS = ("ana", "bo", "cy")
STARTED_MS = 1_795_000_000_000
QUESTIONS = (
    Question("quality", "pass_fail", "Is this answer good enough?", options=("Pass", "Fail")),
    Question(
        "complete",
        "choice",
        "Is everything in it?",
        options=("No", "Mostly no", "Mostly yes", "Yes"),
        scale="ordinal",
        pass_cut="Mostly yes",
    ),
    Question(
        "what_is_wrong",
        "choices",
        "What is wrong with it?",
        options=("A fact is wrong", "Something is missing", "The tone is not right"),
        required=False,
    ),
    Question("minutes_saved", "number", "How many minutes does it save?", required=False),
    Question("note", "text", "Note", comment=False, required=False),
)
PACE = {"ana": 60.0, "bo": 50.0, "cy": 6.0}  # active seconds of an item, about


@pytest.fixture(scope="session", name="screen")
def _screen() -> Callable[..., Screen]:
    """Draw a page of a store for a person."""
    return screen


@dataclass(frozen=True)
class AtWork:
    """The campaign, and the services that it was worked on with."""

    services: Services
    campaign: Campaign


@pytest.fixture(scope="session")
def set_to_work(make_campaign) -> Callable[..., AtWork]:
    """Let three people review ``size`` traces; ``share`` of everybody's list is worked through."""

    def make(store: Store, size: int, *, share: float = 0.7, seed: int = 1) -> AtWork:
        drawn = make_campaign(store, size, people=())
        services = services_for(Settings(tracking_uri=store.uri))
        wanted = Campaign(
            f"At work {size}",
            QUESTIONS,
            experiment_id=drawn.campaign.experiment_id,
            owner="lea",
            introduce=False,
            reviewers=REVIEWERS,
        )
        part = PlanPart(tuple(plan(drawn.traces, random.Random(seed))))
        campaign = CampaignWriting(services.campaigns).create(wanted, part)
        Hands(services, campaign, random.Random(seed)).work(share)
        return AtWork(services, campaign)

    return make


def plan(traces: list[str], chance: random.Random) -> Iterator[PlanItem]:
    """One practice item, a sixth of gold, the rest sampled, two thirds of it read by one person."""
    gold = max(2, len(traces) // 6)
    for n, trace_id in enumerate(traces):
        people = REVIEWERS if n <= gold or n % 3 == 0 else (REVIEWERS[n % 3],)
        role: Role = "practice" if n == 0 else "gold" if n <= gold else "reviewer"
        right = {"quality": n % 2 == 0, "complete": "Yes" if n % 2 == 0 else "No"}
        turns = [Assignment(p, n + 1 if n == 0 else chance.randrange(2, 4_000)) for p in people]
        if role == "reviewer" and n % 4 == 0:
            turns += [Assignment(p, chance.randrange(3_000, 5_000), 2) for p in people]
        yield PlanItem(
            trace_id,
            "all",
            "random sample",
            0.5,
            "orders",
            role=role,
            assigned=tuple(turns),
            right=right if role != "reviewer" else {},
        )


class Hands:
    """Does what people do on the desk, by the entries that a browser sends."""

    def __init__(self, services: Services, campaign: Campaign, chance: random.Random) -> None:
        self.services, self.campaign, self.chance = services, campaign, chance
        self.seq, self.clock = count(1), STARTED_MS

    def work(self, share: float) -> None:
        """Let everybody answer the first part of their list, now and then in a special way."""
        whole = self.services.campaigns.plan(self.campaign)
        for name in REVIEWERS:
            mine = list(items_of(name, self.campaign.run_id, whole).values())
            for n, item in enumerate(mine[: round(share * len(mine))]):
                self.answer(name, item, n)

    def answer(self, name: str, item: Item, n: int) -> None:
        """Submit; every seventh is skipped, others revised, taken back, or answered elsewhere."""
        if n % 7 == 5:
            self.send(name, item, "skip", skip_reason=self.chance.choice(["", "Not my field"]))
            return
        first = self.send(name, item, "submit", answers=self.said(n))
        base = {question.name: first for question in QUESTIONS}
        if n % 11 == 3:
            self.send(
                name, item, "submit", answers=self.said(n + 1), base=base, seen=["facts", "others"]
            )
        elif n % 11 == 6:
            self.send(name, item, "undo", base=base)
        elif n % 11 == 8:
            elsewhere = Assessment("quality", value=False, source=name, created_ms=self.clock + 9)
            create_assessment(self.services.store, item.trace_id, elsewhere)
        elif n % 11 == 9:
            older = {
                "review.campaign": self.campaign.run_id,
                "review.question_version": "0123456789ab",
                "review.seen": "nothing",
            }
            said = Assessment("complete", "Yes", name, metadata=older, created_ms=STARTED_MS - 9)
            create_assessment(self.services.store, item.trace_id, said)

    def said(self, n: int) -> list[dict[str, Any]]:
        chance = self.chance
        unjudged = {"cannot_judge": chance.choice(["source_missing", "not_my_field"])}
        good = chance.random() < 0.7
        answers: list[dict[str, Any]] = [
            {"question": "quality", **({"value": good} if n % 9 != 4 else unjudged)},
            {"question": "complete", "value": chance.choice(QUESTIONS[1].options[2 * good :][:2])},
        ]
        if not good:
            answers[0]["rationale"] = "The parcel had not left yet."
            answers.append(
                {"question": "what_is_wrong", "value": [chance.choice(QUESTIONS[2].options)]}
            )
        if chance.random() < 0.5:
            answers.append({"question": "minutes_saved", "value": chance.randrange(40)})
        if chance.random() < 0.2:
            answers.append({"question": "note", "value": "See what the warehouse wrote."})
        return answers

    def send(self, name: str, item: Item, kind: str, **more: Any) -> str:
        """Send one entry and return its id."""
        self.clock += 60_000
        seq = next(self.seq)
        entry = {
            "id": f"{seq:08d}-0000-4000-8000-000000000000:1",
            "kind": kind,
            "campaign": self.campaign.run_id,
            "item": item.key,
            "answers": [],
            "failure_span": "",
            "skip_reason": "",
            "seconds": 0 if kind == "undo" else PACE[name] * self.chance.uniform(0.5, 1.6),
            "answered_at": self.clock,
            "base": {},
            "seen": [],
            **more,
        }
        delivery = self.services.writer.deliver(Person(name), [entry], wait=30)
        assert [receipt.outcome for receipt in delivery.receipts] == ["saved"], delivery
        return str(entry["id"])
