"""What an entry writes, replayed against MLflow's own rules in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.answers import (
    FIRST_FAILURE,
    LATE_ANSWER,
    SKIP_REASON,
    Assessment,
    assessment_id,
    own_current,
)
from review_app.campaigns import Campaign, Item, PlanItem
from review_app.desk import own_answers
from review_app.errors import InvalidAnswer
from review_app.outbox import Answer, Entry, Pin
from review_app.people import Person
from review_app.questions import Question
from review_app.writes import UNKNOWN_STEP, Writes, writes_for

ANA = Person("ana")
QUALITY = Question("quality", "pass_fail", options=("Pass", "Fail"))
TONE = Question("tone", "choice", options=("Kind", "Plain", "Rude"), required=False)
CAMPAIGN = Campaign("Orders", (QUALITY, TONE), run_id="run-1")
PLANNED = PlanItem("tr-1", "frame-1", "random sample", 0.25, "orders")
ITEM = Item("key-1", PLANNED, 1, 1)
NAMES = ("quality", "tone", FIRST_FAILURE, SKIP_REASON)
TABS = ("a" * 36, "b" * 36)
SPANS = {"tr-1": {"span-1", "span-2"}}


@dataclass
class Ledger:
    """MLflow's rules: a created one is valid; what it overrides becomes invalid; ids are unique."""

    rows: dict[str, Assessment] = field(default_factory=dict)
    status: str = "pending"
    clock: int = 1_000_000

    def create(self, one: Assessment) -> None:
        assert one.assessment_id not in self.rows, "MLflow answers 500 to an id that it has"
        self.clock += 1
        if one.overrides:
            self.rows[one.overrides] = replace(self.rows[one.overrides], valid=False)
        stored = replace(one, valid=True, created_ms=one.created_ms or self.clock)
        self.rows[one.assessment_id] = stored

    def apply(self, entry: Entry, stop_after: int | None = None, item: Item = ITEM) -> Writes:
        """Write what the entry comes to; a kill after some of it leaves the rest and the status."""
        writes = written_by(entry, self.rows.values(), item=item)
        for one in writes.create[:stop_after]:
            self.create(one)
        if stop_after is None and writes.status:
            self.status = writes.status
        return writes

    def valid(self, name: str) -> list[Assessment]:
        return [a for a in self.rows.values() if a.valid and a.name == name]

    def answer_in_mlflow(self, value: bool) -> None:
        """Answer as MLflow's own Review tab does: a new one that overrides the own newest."""
        before = own_current(self.rows.values(), "ana", 1, "trace").get("quality")
        self.create(
            Assessment(
                "quality",
                value,
                "Ana",
                assessment_id=f"mlflow-{len(self.rows)}",
                overrides=before.assessment_id if before else "",
            )
        )


@dataclass
class Tab:
    """A tab of the browser as the desk behaves: it builds on what it saw and on what it sent."""

    ledger: Ledger
    name: str
    base: dict[str, str] = field(default_factory=dict)
    outbox: list[Entry] = field(default_factory=list)
    sent: int = 0

    def look(self) -> None:
        """Take the item anew; while own entries are on their way the desk keeps what it has."""
        if not self.outbox:
            own = own_answers(CAMPAIGN, ITEM, "ana", {"tr-1": self.ledger.rows.values()})
            self.base = dict(own["base"])

    def does(self, kind: Any, **fields: Any) -> Entry:
        self.sent += 1
        self.ledger.clock += 1
        entry = Entry(
            f"{self.name}:{self.sent}",
            "run-1",
            "key-1",
            kind,
            base=dict(self.base),
            answered_at_ms=self.ledger.clock,
            seconds=3.0,
            **fields,
        )
        self.outbox.append(entry)
        written = [a.question for a in entry.answers]
        written += [FIRST_FAILURE] if entry.pins else []
        written += [SKIP_REASON] if kind == "skip" else []
        written += list(self.base) if kind == "submit" else []
        self.base |= dict.fromkeys(written, entry.id)
        return entry

    def submit(self, value: Any = True, **fields: Any) -> Entry:
        return self.does("submit", answers=(Answer("quality", value),), **fields)


def written_by(
    entry: Entry, rows: Iterable[Assessment] = (), *, campaign=CAMPAIGN, item: Item = ITEM
) -> Writes:
    """What the entry comes to on a trace that holds these rows."""
    stored, who = {"tr-1": rows}, {"person": ANA, "campaign": campaign}
    return writes_for(entry, **who, item=item, stored=stored, spans=SPANS)


def pinned(span: str) -> tuple[Pin, ...]:
    return (Pin(span),) if span else ()


def submitted(value: Any, **fields: Any) -> Entry:
    return Tab(Ledger(), TABS[0]).submit(value, **fields)


def one_of(writes: Writes, name: str = "quality") -> Assessment:
    [found] = [a for a in writes.create if a.name == name]
    return found


submits = st.builds(
    lambda quality, tone, span: {
        "answers": (Answer("quality", quality), *(() if tone is None else (Answer("tone", tone),))),
        "pins": pinned(span),
    },
    st.booleans(),
    st.sampled_from([None, *TONE.options]),
    st.sampled_from(["", "span-1", "span-2"]),
)
tabs = st.integers(0, 1)
deeds = st.one_of(
    st.tuples(st.just("look"), tabs),
    st.tuples(st.just("submit"), tabs, submits),
    st.tuples(st.just("skip"), tabs),
    st.tuples(st.sampled_from(["undo", "reopen"]), tabs),
    st.tuples(st.just("deliver"), tabs),
    st.tuples(st.just("killed"), tabs, st.integers(0, 3)),
    st.tuples(st.just("mlflow"), st.booleans()),
)


@dataclass
class Story:
    """Two tabs of one person and MLflow's own tab, on one item."""

    ledger: Ledger = field(default_factory=Ledger)
    applied: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tabs = [Tab(self.ledger, name) for name in TABS]

    def tell(self, deed: tuple[Any, ...]) -> None:
        what, *rest = deed
        if what == "mlflow":
            self.ledger.answer_in_mlflow(rest[0])
            return
        tab = self.tabs[rest[0]]
        if what == "look":
            tab.look()
        elif what == "submit":
            tab.does("submit", **rest[1])
        elif what == "skip":
            tab.does("skip", skip_reason="not mine")
        elif what in ("undo", "reopen"):
            tab.does(what)
        elif tab.outbox and what == "killed":
            self.ledger.apply(tab.outbox[0], stop_after=rest[1])
        elif tab.outbox:
            self.deliver(tab)

    def deliver(self, tab: Tab) -> None:
        """Apply the oldest entry; a newer answer that the tab had not seen must stand."""
        entry = tab.outbox.pop(0)
        before = own_current(self.ledger.rows.values(), "ana", 1, "trace")
        unseen = {
            name: now
            for name, now in before.items()
            if name in NAMES
            and not now.says_nothing
            and now.token not in (entry.id, entry.base.get(name))
        }
        status = self.ledger.status
        writes = self.ledger.apply(entry)
        self.applied.append(entry)
        after = own_current(self.ledger.rows.values(), "ana", 1, "trace")
        assert {name: after[name].value for name in unseen} == {
            name: now.value for name, now in unseen.items()
        }
        if writes.late:
            assert self.ledger.status == status

    def finish(self) -> None:
        for tab in self.tabs:
            while tab.outbox:
                self.deliver(tab)


@given(st.lists(deeds, max_size=25))
@settings(max_examples=400)
def test_any_order_of_tabs_leaves_one_answer(told):
    """However two tabs, kills and MLflow's own tab mix, each question has exactly one answer."""
    story = Story()
    for deed in told:
        story.tell(deed)
    story.finish()
    for name in NAMES:
        ever = [a for a in story.ledger.rows.values() if a.name == name]
        assert len(story.ledger.valid(name)) == min(1, len(ever)), name


@given(st.lists(deeds, max_size=20))
@settings(max_examples=200)
def test_a_repeated_entry_writes_nothing(told):
    """An entry that is sent again, also much later, adds no second answer and changes none."""
    story = Story()
    for deed in told:
        story.tell(deed)
    story.finish()
    before = dict(story.ledger.rows)
    for entry in story.applied:
        assert not story.ledger.apply(entry).create
    assert story.ledger.rows == before


@given(st.lists(deeds, max_size=15), st.integers(0, 3), submits)
@settings(max_examples=200)
def test_a_kill_in_the_middle_is_finished(told, written, fields):
    """When the app dies between two answers of one item, sending it again completes the item."""
    story = Story()
    for deed in told:
        story.tell(deed)
    story.finish()
    tab = story.tabs[0]
    tab.look()
    entry = tab.does("submit", **fields)
    story.ledger.apply(entry, stop_after=written)
    writes = story.ledger.apply(entry)
    current = own_current(story.ledger.rows.values(), "ana", 1, "trace")
    assert {a.question: a.value for a in entry.answers}.items() <= {
        name: a.value for name, a in current.items()
    }.items()
    assert (writes.late, story.ledger.status) == (False, "complete")


def test_undo_of_an_older_tab_reopens_nothing():
    """Undo in a tab that had not seen my newer answer leaves that answer and the item done."""
    ledger = Ledger()
    old, new = Tab(ledger, TABS[0]), Tab(ledger, TABS[1])
    ledger.apply(old.does("skip", skip_reason="broken"))
    new.look()
    ledger.apply(new.submit())
    writes = ledger.apply(old.does("undo"))
    assert (writes.late, ledger.status) == (True, "complete")


def test_undo_then_submit_overrides():
    """After undo, my next answer replaces the one before, which stays as history."""
    ledger = Ledger()
    tab = Tab(ledger, TABS[0])
    first = one_of(ledger.apply(tab.submit(value=True)))
    ledger.apply(tab.does("undo"))
    assert ledger.status == "pending"
    second = one_of(ledger.apply(tab.submit(value=False)))
    assert second.overrides == first.assessment_id
    assert [a.value for a in ledger.valid("quality")] == [False]
    assert ledger.status == "complete"


def test_a_late_answer_is_history_and_not_valid():
    """What an older tab sends late is kept, dated before the newer answer, and not valid."""
    ledger = Ledger()
    old, new = Tab(ledger, TABS[0]), Tab(ledger, TABS[1])
    late = old.submit(value=False)
    ledger.apply(new.submit(value=True))
    writes = ledger.apply(late)
    kept = ledger.rows[assessment_id(late.id, "quality")]
    [stands] = ledger.valid("quality")
    assert writes.late
    assert writes.status is None
    assert (kept.value, kept.valid, kept.metadata["review.late"]) == (False, False, "true")
    assert kept.created_ms < stands.created_ms
    note = ledger.rows[assessment_id(late.id, LATE_ANSWER, "quality")]
    assert note.metadata["review.stands"] == stands.assessment_id


def test_an_answer_of_the_review_tab_is_built_upon():
    """What I answered in MLflow's own tab is what I see here, and my change overrides it."""
    ledger = Ledger()
    ledger.answer_in_mlflow(True)
    tab = Tab(ledger, TABS[0])
    tab.look()
    assert own_answers(CAMPAIGN, ITEM, "ana", {"tr-1": ledger.rows.values()})["answers"]["quality"][
        "value"
    ]
    assert one_of(ledger.apply(tab.submit(value=False))).overrides == "mlflow-0"


def test_an_answer_left_out_is_cleared():
    """An answer that I take out of a done item no longer counts, and its history stays."""
    ledger = Ledger()
    tab = Tab(ledger, TABS[0])
    ledger.apply(tab.does("submit", answers=(Answer("quality", True), Answer("tone", "Kind"))))
    ledger.apply(tab.submit())
    [now] = ledger.valid("tone")
    assert now.says_nothing
    assert now.value is None
    assert (
        "tone" not in own_answers(CAMPAIGN, ITEM, "ana", {"tr-1": ledger.rows.values()})["answers"]
    )


def test_a_skip_keeps_the_reason():
    """A skipped item is declined, and its reason is a feedback called skip_reason."""
    tab = Tab(Ledger(), TABS[0])
    writes = tab.ledger.apply(tab.does("skip", skip_reason="not my field"))
    assert writes.status == "declined"
    assert one_of(writes, SKIP_REASON).value == "not my field"
    unsaid = Tab(Ledger(), TABS[0])
    assert one_of(unsaid.ledger.apply(unsaid.does("skip")), SKIP_REASON).value == "no reason given"


def test_everything_that_cannot_be_added_later_is_on_the_answer():
    """An answer alone is enough to compute an honest rate later; all of it is text."""
    written = one_of(Ledger().apply(submitted(True, seen=frozenset({"facts"}))))
    assert written.source == "ana"
    assert written.metadata == {
        "review.campaign": "run-1",
        "review.frame": "frame-1",
        "review.sample_unit": "trace",
        "review.probability": "0.25",
        "review.stratum": "orders",
        "review.reason": "random sample",
        "review.round": "1",
        "review.seen": "facts",
        "review.role": "reviewer",
        "review.seconds": "3.0",
        "review.question_version": QUALITY.version,
        "review.submission": f"{TABS[0]}:1",
        "review.answered_at": "1000001",
    }


def test_what_was_seen_once_stays_seen():
    """A change after the facts line was shown says so, also when its tab did not know."""
    ledger = Ledger()
    tab = Tab(ledger, TABS[0])
    assert one_of(ledger.apply(tab.submit())).metadata["review.seen"] == "nothing"
    seen = frozenset({"judge", "facts"})
    assert one_of(ledger.apply(tab.submit(seen=seen))).metadata["review.seen"] == "facts+judge"
    assert one_of(ledger.apply(tab.submit())).metadata["review.seen"] == "facts+judge"


def test_an_open_campaign_has_always_shown_the_facts():
    """In an open campaign the facts line stands there from the start, and the answer says so."""
    writes = written_by(submitted(True), campaign=replace(CAMPAIGN, open=True))
    assert one_of(writes).metadata["review.seen"] == "facts"


def test_cannot_judge_has_no_value():
    """“Cannot judge” is a feedback without a value, for expectations too, and says why."""
    expected = Question("expected", "text", expectation=True)
    campaign = replace(CAMPAIGN, questions=(expected,))
    answer = Answer("expected", None, "no access", "source_missing")
    entry = Entry(f"{TABS[0]}:1", "run-1", "key-1", "submit", answers=(answer,))
    writes = written_by(entry, campaign=campaign)
    written = one_of(writes, "expected")
    assert (written.value, written.expectation, written.rationale) == (None, False, "no access")
    assert written.metadata["review.cannot_judge"] == "source_missing"


def test_a_pin_is_replaced_by_another_span():
    """Pinning another step moves the pin: one first failure, at the span pinned last."""
    ledger = Ledger()
    tab = Tab(ledger, TABS[0])
    ledger.apply(tab.submit(value=False, pins=pinned("span-1")))
    ledger.apply(tab.submit(value=False, pins=pinned("span-2")))
    assert [a.span_id for a in ledger.valid(FIRST_FAILURE)] == ["span-2"]
    ledger.apply(tab.submit(value=True))
    assert [a.value for a in ledger.valid(FIRST_FAILURE)] == [None]


def test_a_step_that_is_not_there_cannot_be_pinned():
    """A pin on a step that the trace does not hold, or on another trace, is refused whole."""
    for pin in (Pin("span-9"), Pin("span-1", "tr-2"), Pin("span-1", "x")):
        with pytest.raises(InvalidAnswer, match=UNKNOWN_STEP):
            written_by(submitted(False, pins=(pin,)))
    written = written_by(submitted(False, pins=(Pin("span-1", "tr-1"),)))
    assert one_of(written, FIRST_FAILURE).span_id == "span-1"


def test_rounds_and_people_stay_apart():
    """A repeat is an answer of its own; nobody else's answer is ever overridden."""
    ledger = Ledger()
    ledger.apply(Tab(ledger, TABS[0]).submit())
    ledger.create(Assessment("quality", value=False, source="bo", assessment_id="bo-1"))
    repeat = replace(ITEM, key="key-2", round=2)
    assert own_answers(CAMPAIGN, repeat, "ana", {"tr-1": ledger.rows.values()})["answers"] == {}
    again = Tab(ledger, TABS[1])
    assert not one_of(ledger.apply(again.submit(value=False), item=repeat)).overrides
    assert len(ledger.valid("quality")) == 3


@pytest.mark.parametrize(
    "answers",
    [
        (),
        (Answer("quality", "Pass"),),
        (Answer("quality", None),),
        (Answer("quality", True), Answer("tone", "Sour")),
        (Answer("quality", True), Answer("colour", "red")),
        (Answer("tone", "Kind"),),
    ],
    ids=["nothing", "no such label", "no value", "outside", "not asked", "required missing"],
)
def test_what_is_not_allowed_writes_nothing(answers):
    """An answer outside what is allowed is refused with a sentence, and none is written."""
    entry = Entry(f"{TABS[0]}:1", "run-1", "key-1", "submit", answers=answers)
    with pytest.raises(InvalidAnswer, match=r"\.$"):
        Ledger().apply(entry)


def test_a_failing_answer_may_need_its_reason():
    """Where the lead asks why, a failing answer without a reason is refused."""
    asks = replace(CAMPAIGN, questions=(replace(QUALITY, ask_why_on_fail=True),))
    with pytest.raises(InvalidAnswer, match="say why"):
        written_by(submitted(False), campaign=asks)
    answer = (Answer("quality", False, "wrong order"),)
    entry = Entry(f"{TABS[0]}:1", "run-1", "key-1", "submit", answers=answer)
    assert written_by(entry, campaign=asks).create


def test_an_answer_twice_in_one_entry_is_written_once():
    """A damaged entry that names a question twice comes to one answer, not two."""
    answers = (Answer("quality", True), Answer("quality", False))
    entry = Entry(f"{TABS[0]}:1", "run-1", "key-1", "submit", answers=answers)
    assert [a.value for a in Ledger().apply(entry).create] == [False]


def test_ids_fit_and_differ():
    """Every answer of every submission has an id of its own that MLflow can hold."""
    ids = {
        assessment_id(f"{t}:{n}", name, s)
        for t in TABS
        for n in range(50)
        for name in NAMES
        for s in ("", "x")
    }
    assert len(ids) == 2 * 50 * 4 * 2
    assert {len(i) <= 50 for i in ids} == {True}
