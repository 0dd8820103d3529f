"""What an entry writes about a whole session: pins on its turns, answers on the first one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.answers import FIRST_FAILURE, LATE_ANSWER, Assessment, own_of_item
from review_app.campaigns import Campaign, Item, PlanItem
from review_app.desk import own_answers
from review_app.errors import InvalidAnswer
from review_app.outbox import Answer, Entry, Pin
from review_app.people import Person
from review_app.questions import Question
from review_app.writes import UNKNOWN_STEP, Writes, writes_for

QUALITY = Question("quality", "pass_fail", options=("Pass", "Fail"))
CAMPAIGN = Campaign("Orders", (QUALITY,), run_id="run-1")
ITEM = Item("key-1", PlanItem("tr-1", "all", "random", unit="session"), 1, 1)
TURNS = ("tr-1", "tr-2", "tr-3")
SPANS = {"tr-1": {"s1", "s2"}, "tr-2": {"s1", "s3"}, "tr-3": {"s4"}}
TABS = ("a" * 36, "b" * 36)


@dataclass
class Ledger:
    """MLflow's rules for the traces of one session."""

    rows: dict[str, list[Assessment]] = field(default_factory=lambda: {t: [] for t in TURNS})
    clock: int = 1_000_000

    def apply(self, entry: Entry) -> Writes:
        writes = writes_for(
            entry,
            person=Person("ana"),
            campaign=CAMPAIGN,
            item=ITEM,
            stored=self.rows,
            spans=SPANS,
        )
        known = {row.assessment_id for rows in self.rows.values() for row in rows}
        for one in writes.create:
            assert one.assessment_id not in known, "MLflow answers 500 to an id that it has"
            self.create(one)
        return writes

    def create(self, one: Assessment) -> None:
        rows = self.rows[one.trace_id]
        self.clock += 1
        if one.overrides:
            [at] = [n for n, row in enumerate(rows) if row.assessment_id == one.overrides]
            rows[at] = replace(rows[at], valid=False)
        rows.append(replace(one, valid=True, created_ms=one.created_ms or self.clock))

    def pins(self) -> dict[str, str]:
        """The pinned step of each turn, as the desk is told."""
        found: dict[str, str] = own_answers(CAMPAIGN, ITEM, "ana", self.rows)["failure_spans"]
        return found


@dataclass
class Tab:
    """A tab that sees what MLflow holds, and builds on it."""

    ledger: Ledger
    name: str = TABS[0]
    base: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    def look(self) -> None:
        self.base = dict(own_answers(CAMPAIGN, ITEM, "ana", self.ledger.rows)["base"])

    def does(self, kind: Any, *pins: Pin) -> Entry:
        self.sent += 1
        answers = (Answer("quality", value=True),) if kind == "submit" else ()
        entry = Entry(
            f"{self.name}:{self.sent}",
            "run-1",
            "key-1",
            kind,
            answers,
            pins,
            base=dict(self.base),
            answered_at_ms=self.ledger.clock,
        )
        if kind == "submit":
            places = [f"{FIRST_FAILURE} {pin.trace_id}" for pin in pins]
            self.base |= dict.fromkeys([*self.base, "quality", *places], entry.id)
        return entry


def test_pins_go_to_the_traces_that_hold_the_steps():
    """One step of each turn is pinned on the trace that holds it, as part of the conversation."""
    ledger = Ledger()
    tab = Tab(ledger)
    writes = ledger.apply(tab.does("submit", Pin("s1", "tr-1"), Pin("s1", "tr-2")))
    written = {(a.name, a.trace_id, a.span_id) for a in writes.create}
    assert written == {
        ("quality", "tr-1", ""),
        (FIRST_FAILURE, "tr-1", "s1"),
        (FIRST_FAILURE, "tr-2", "s1"),
    }
    assert {a.metadata["review.sample_unit"] for a in writes.create} == {"session"}
    assert ledger.pins() == {"tr-1": "s1", "tr-2": "s1"}


def test_a_pin_moves_within_its_turn():
    """Another step of a turn replaces its pin; a pin taken off is cleared; other turns stay."""
    ledger = Ledger()
    tab = Tab(ledger)
    ledger.apply(tab.does("submit", Pin("s1", "tr-1"), Pin("s3", "tr-2")))
    ledger.apply(tab.does("submit", Pin("s2", "tr-1"), Pin("s3", "tr-2")))
    assert ledger.pins() == {"tr-1": "s2", "tr-2": "s3"}
    ledger.apply(tab.does("submit", Pin("s2", "tr-1")))
    assert ledger.pins() == {"tr-1": "s2"}
    [cleared] = [a for a in ledger.rows["tr-2"] if a.valid]
    assert (cleared.says_nothing, cleared.span_id) == (True, "s3")


def test_a_late_pin_is_history_on_its_own_trace():
    """A pin from an older tab is kept beside the newer one of its turn, and does not stand."""
    ledger = Ledger()
    old, new = Tab(ledger, TABS[0]), Tab(ledger, TABS[1])
    late = old.does("submit", Pin("s1", "tr-1"), Pin("s3", "tr-2"))
    ledger.apply(new.does("submit", Pin("s2", "tr-1"), Pin("s1", "tr-2")))
    assert ledger.apply(late).late
    assert ledger.pins() == {"tr-1": "s2", "tr-2": "s1"}
    for trace_id in ("tr-1", "tr-2"):
        assert [a.name for a in ledger.rows[trace_id] if a.valid].count(FIRST_FAILURE) == 1
        assert LATE_ANSWER in [a.name for a in ledger.rows[trace_id]]


pins = st.lists(
    st.builds(
        Pin,
        st.sampled_from(["s1", "s2", "s3", "s4", "s9"]),
        st.sampled_from(["", *TURNS, "tr-elsewhere"]),
    ),
    max_size=4,
)
deeds = st.one_of(
    st.tuples(st.just("look"), st.integers(0, 1)),
    st.tuples(st.just("submit"), st.integers(0, 1), pins),
    st.tuples(st.sampled_from(["undo", "skip", "reopen"]), st.integers(0, 1)),
)


@given(st.lists(deeds, max_size=15))
@settings(max_examples=300)
def test_an_entry_never_writes_outside_its_item(told):
    """Whatever a browser sends, nothing is written but on the item's own traces and real steps."""
    ledger = Ledger()
    tabs = [Tab(ledger, name) for name in TABS]
    for what, number, *rest in told:
        tab = tabs[number]
        if what == "look":
            tab.look()
            continue
        wanted = rest[0] if rest else []
        entry = tab.does(what, *wanted)
        wrong = [p for p in wanted if p.span_id not in SPANS.get(p.trace_id or "tr-1", ())]
        if wrong:
            with pytest.raises(InvalidAnswer, match=UNKNOWN_STEP):
                ledger.apply(entry)
            continue
        writes = ledger.apply(entry)
        assert {a.trace_id for a in writes.create} <= set(TURNS)
        assert not ledger.apply(entry).create
    for trace_id, rows in ledger.rows.items():
        assert {a.span_id for a in rows} <= {"", *SPANS[trace_id]}
        valid = [a.name for a in rows if a.valid and a.name != LATE_ANSWER]
        assert len(valid) == len(set(valid))
    current = own_of_item(ledger.rows, "ana", ITEM)
    assert {a.trace_id for a in current.values()} <= set(TURNS)
