"""The desk's state and keys: pure functions, run in the browser that they are written for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.answers import Assessment, own_current
from review_app.campaigns import Campaign, Item, PlanItem
from review_app.desk import own_answers, question_card
from review_app.outbox import read_entry
from review_app.people import Person
from review_app.questions import DEFAULT_QUESTIONS, Question
from review_app.writes import writes_for

pytestmark = pytest.mark.browser

QUALITY, NOTE = DEFAULT_QUESTIONS
TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"), pass_cut="Plain")
FLAWS = Question("flaws", "choices", options=("Wrong", "Late"))
SCORE = Question("score", "number", minimum=1, maximum=5, pass_cut=3.0)
ALL = (QUALITY, TONE, FLAWS, SCORE, NOTE)
TAB = "0b0e4a3c-9a53-4b7e-8f0f-3f1f2a9f7a10"
START = """
  const [questions, ...more] = given;
  const state = newState("run-1", "ana", questions, false);
  state.order = ["a", "b", "c", "d"];
  state.status = { a: "complete", b: "pending", c: "pending", d: "declined" };
"""


@pytest.fixture(scope="module")
def run(new_tabs):
    """Runs JavaScript beside the desk's state and keys."""
    return new_tabs().open("state", "keys").run


def cards(*questions) -> list[dict[str, Any]]:
    return [question_card(q) for q in questions]


def test_the_next_item_is_the_next_open_one(run):
    """After an item comes the next open one in my order, from the top after the end, else none."""
    body = (
        START
        + """
      const turn = [nextPending(state, "a"), nextPending(state, "b"), nextPending(state, "c")];
      state.status.c = "complete";
      return [...turn, nextPending(state, "b"), nextPending(state, null)];
    """
    )
    assert run(body, []) == ["b", "c", "b", None, "b"]


def test_the_next_ones_are_in_hand(run):
    """The browser holds the item on screen, the next eleven open ones and the one before."""
    body = (
        START
        + """
      state.order = [...Array(30).keys()].map(String);
      for (const item of state.order) state.status[item] = "pending";
      state.status["7"] = "complete";
      state.at = "5";
      return wanted(state);
    """
    )
    assert run(body, []) == [*"568", *map(str, range(9, 18)), "4"]


@pytest.mark.parametrize(
    "missing, due",
    [
        ([], False),
        (["14", "15", "16"], False),
        (["13", "14", "15", "16"], True),
        (["12"], True),
        (["4"], True),
        (["29"], True),
    ],
)
def test_items_far_ahead_are_asked_for_together(run, missing, due):
    """A near item, the one before or one jumped to is asked for at once; far ones by four."""
    body = (
        START
        + """
      state.order = [...Array(30).keys()].map(String);
      for (const item of state.order) state.status[item] = "pending";
      state.at = "5";
      return isDue(state, more[0]);
    """
    )
    assert run(body, [], missing) is due


@pytest.mark.parametrize(
    "pace, minutes", [([60] * 4, None), ([60] * 5, 2), ([600] * 30 + [90] * 20, 3), ([1] * 5, 1)]
)
def test_the_remaining_time_is_my_own_pace(run, pace, minutes):
    """The time left comes from my own latest items; before five of them none is shown."""
    body = START + "state.pace = more[0]; return progress(state);"
    assert run(body, [], pace) == {"done": 2, "all": 4, "minutes": minutes}


def test_nothing_left_needs_no_time(run):
    """When everything is done no remaining time is shown."""
    body = (
        START
        + """
      state.pace = [9, 9, 9, 9, 9, 9];
      for (const item of state.order) state.status[item] = "complete";
      return progress(state);
    """
    )
    assert run(body, []) == {"done": 4, "all": 4, "minutes": None}


def test_digits_choose_options(run):
    """The digit beside an option chooses it; a digit beside none chooses nothing."""
    body = "return given[0].map((q) => [1, 2, 3, 9].map((n) => valueOfDigit(q, n) ?? null));"
    assert run(body, cards(QUALITY, TONE, FLAWS, SCORE, NOTE)) == [
        [True, False, None, None],
        ["Rude", "Plain", "Kind", None],
        ["Wrong", "Late", None, None],
        [None] * 4,
        [None] * 4,
    ]


def test_choices_toggle_and_keep_their_reason(run):
    """Several choices go on and off one by one, and what I wrote beside them stays."""
    body = (
        START
        + """
      const [flaws] = questions;
      explain(state, "b", flaws, "because");
      const seen = [];
      for (const value of ["Late", "Wrong", "Late"]) {
        choose(state, "b", flaws, value);
        seen.push(draftOf(state, "b").answers.flaws.value);
      }
      return [seen, draftOf(state, "b").answers.flaws.rationale];
    """
    )
    assert run(body, cards(FLAWS)) == [[["Late"], ["Late", "Wrong"], ["Wrong"]], "because"]


def test_cannot_judge_takes_the_value_away(run):
    """“Cannot judge” stands in place of an answer, and an answer takes it away again."""
    body = (
        START
        + """
      const [q] = questions;
      choose(state, "b", q, true);
      cannotJudge(state, "b", q, "not_my_field");
      const first = { ...draftOf(state, "b").answers.quality };
      choose(state, "b", q, false);
      return [first, draftOf(state, "b").answers.quality];
    """
    )
    unjudged, judged = run(body, cards(QUALITY))
    assert unjudged == {"value": None, "rationale": "", "cannot_judge": "not_my_field"}
    assert judged == {"value": False, "rationale": "", "cannot_judge": None}


@pytest.mark.parametrize(
    "question, answered, sentence",
    [
        (QUALITY, None, "still needs an answer"),
        (QUALITY, {"value": False}, ""),
        (replace(QUALITY, required=False), None, ""),
        (replace(QUALITY, ask_why_on_fail=True), {"value": False}, "Please say why"),
        (replace(QUALITY, ask_why_on_fail=True), {"value": False, "rationale": "x"}, ""),
        (replace(QUALITY, ask_why_on_fail=True), {"value": True}, ""),
        (replace(TONE, ask_why_on_fail=True), {"value": "Rude"}, "Please say why"),
        (replace(TONE, ask_why_on_fail=True), {"value": "Plain"}, ""),
        (replace(SCORE, ask_why_on_fail=True), {"value": 2}, "Please say why"),
        (FLAWS, {"value": []}, "still needs an answer"),
        (SCORE, {"value": 0.5}, "takes a number from 1 to 5"),
        (SCORE, {"value": 6}, "takes a number from 1 to 5"),
        (SCORE, {"value": 5}, ""),
        (replace(NOTE, required=True), {"value": "  "}, "still needs an answer"),
        (replace(NOTE, max_length=3), {"value": "four"}, "at most 3 characters"),
        (QUALITY, {"value": None, "cannot_judge": "not_my_field"}, ""),
    ],
)
def test_what_is_missing_is_said_before_saving(run, question, answered, sentence):
    """What still keeps an item from being saved is said in a sentence; what is fine is not."""
    given_ = answered and {"rationale": "", "cannot_judge": None, **answered}
    said = run(
        "return problemOf(given[0], given[1] ?? undefined);", question_card(question), given_
    )
    assert said == "" if not sentence else sentence in said


def test_what_is_no_number_is_said(run):
    """A text in a number field is said to be none, also where the number is optional."""
    body = "return problemOf(given[0], { value: NaN, rationale: '', cannot_judge: null });"
    assert "takes a number" in run(body, question_card(replace(SCORE, required=False)))


def test_a_refused_entry_becomes_the_draft_again(run):
    """What the server refuses is in the form again, with the item open, and nothing is lost."""
    body = (
        START
        + """
      const [q] = questions;
      choose(state, "b", q, false);
      explain(state, "b", q, "why");
      pin(state, "b", "", "span-1");
      const entry = makeEntry(state, "submit", "b", "t:1", 5);
      const done = state.status.b;
      delete state.drafts.b;
      takeBack(state, entry);
      return [done, state.status.b, state.drafts.b, state.past.length];
    """
    )
    done, status, draft, past = run(body, cards(QUALITY))
    assert (done, status, past) == ("complete", "pending", 0)
    assert draft == {
        "answers": {"quality": {"value": False, "rationale": "why", "cannot_judge": None}},
        "failure_spans": {"": "span-1"},
        "skip_reason": "",
    }


def test_what_this_browser_kept_of_an_older_desk_is_read(run):
    """A draft or an answer of before, when an item had a single pin, keeps that pin."""
    body = (
        START
        + """
      const old = { answers: {}, failure_span: "s1", skip_reason: "" };
      takeBack(state, { item: "b", answers: [], failure_span: "s2" });
      const kept = [keptDraft(old), keptDraft({ ...old, failure_span: "" }), keptDraft({})];
      return [...kept.map((d) => d.failure_spans), state.drafts.b.failure_spans];
    """
    )
    assert run(body, []) == [{"": "s1"}, {}, {}, {"": "s2"}]


def test_each_turn_has_a_pin_of_its_own(run):
    """In a conversation one step of each turn is pinned; pinning it again takes the pin off."""
    body = (
        START
        + """
      const said = [["t1", "s1"], ["t2", "s2"], ["t2", "s3"], ["t1", "s1"], ["t3", ""]]
        .map(([trace, span]) => pin(state, "b", trace, span));
      const entry = makeEntry(state, "submit", "b", "t:1", 5);
      return [said, entry.failure_spans, state.base.b];
    """
    )
    assert run(body, []) == [
        [True, True, True, False, False],
        [{"trace": "t2", "span": "s3"}],
        {"first_failure t2": "t:1"},
    ]


def test_undo_brings_the_item_back_as_it_was(run):
    """Undo returns to the last saved item with its answers, and again to the one before."""
    body = (
        START
        + """
      const [q] = questions;
      for (const [n, item] of [[1, "b"], [2, "c"]]) {
        choose(state, item, q, n === 1);
        makeEntry(state, "submit", item, `t:${n}`, n);
        state.drafts[item] = emptyDraft();
      }
      const back = [undoLast(state), undoLast(state), undoLast(state)];
      return [back, state.drafts.b.answers.quality.value, state.drafts.c.answers.quality.value];
    """
    )
    assert run(body, cards(QUALITY)) == [["c", "b", None], True, False]


def test_pauses_are_cut_off(run):
    """A pause counts as at most a minute, and a clock that jumps back as nothing."""
    body = (
        START
        + """
      for (const ms of [1500, 3600000, -5]) addTime(state, "b", ms);
      return state.seconds.b;
    """
    )
    assert run(body, []) == 61.5


deeds = st.lists(
    st.one_of(
        st.tuples(st.just("choose"), st.sampled_from([0, 1]), st.integers(1, 2)),
        st.tuples(st.just("cannot"), st.sampled_from([0, 1])),
        st.tuples(st.just("clear"), st.just(1)),
        st.tuples(st.just("pin"), st.sampled_from(["", "s1", "s2"])),
        st.tuples(st.sampled_from(["submit", "skip", "undo", "reopen"])),
    ),
    max_size=14,
)
DO = (
    START
    + """
  const item = "b", entries = [];
  state.base.b = {};
  for (const [what, x, n] of more[0]) {
    if (what === "choose") choose(state, item, questions[x], valueOfDigit(questions[x], n));
    else if (what === "cannot") cannotJudge(state, item, questions[x], "source_missing");
    else if (what === "clear") clearAnswer(state, item, questions[x]);
    else if (what === "pin") draftOf(state, item).failure_spans = x ? { "": x } : {};
    else if (what !== "submit" || !firstProblem(state, item)) {
      if (what === "undo" && undoLast(state) === null) continue;
      if (what === "skip") draftOf(state, item).skip_reason = "broken";
      entries.push(makeEntry(state, what, item, `${more[1]}:${entries.length + 1}`, 1000));
    }
  }
  return [entries, state.status.b, state.drafts.b ?? emptyDraft()];
"""
)


@given(deeds)
@settings(max_examples=150)
def test_the_server_agrees_with_the_desk(run, told):
    """Whatever one person does on an item, MLflow ends with what the desk last saved of it."""
    campaign = Campaign("Orders", (QUALITY, replace(FLAWS, required=False)), run_id="run-1")
    item = Item("b", PlanItem("tr-1", "all", "random"), 1, 1)
    entries, status, _ = run(DO, cards(*campaign.questions), told, TAB)
    rows: dict[str, Assessment] = {}
    stored_status = "pending"
    for number, raw in enumerate(entries):
        entry = read_entry(raw)
        writes = writes_for(
            entry,
            person=Person("ana"),
            campaign=campaign,
            item=item,
            stored={"tr-1": rows.values()},
            spans={"tr-1": {"s1", "s2"}},
        )
        assert not writes.late
        stored_status = writes.status or stored_status
        for one in writes.create:
            if one.overrides:
                rows[one.overrides] = replace(rows[one.overrides], valid=False)
            rows[one.assessment_id] = replace(one, created_ms=2000 + number)
        if entry.kind == "submit":
            said = own_answers(campaign, item, "ana", {"tr-1": rows.values()})
            assert said["answers"].keys() == {a.question for a in entry.answers}
            assert said["failure_spans"] == {p.trace_id: p.span_id for p in entry.pins}
            assert said["skip_reason"] == ""
    assert stored_status == status
    current = own_current(rows.values(), "ana", 1, "trace")
    assert {a.name for a in rows.values() if a.valid} == current.keys()
    assert len([a for a in rows.values() if a.valid]) == len(current)


KEYS = {
    "1": {"do": "digit", "digit": 1},
    "0": {"do": "digit", "digit": 0},
    "ArrowUp": {"do": "questionBefore"},
    "ArrowDown": {"do": "questionNext"},
    "ArrowLeft": {"do": "itemBefore"},
    "ArrowRight": {"do": "itemNext"},
    "Enter": {"do": "questionNext"},
    "s": {"do": "skip"},
    "S": {"do": "skip"},
    "n": {"do": "note"},
    "f": {"do": "find"},
    "p": {"do": "pin"},
    "u": {"do": "undo"},
    "?": {"do": "sheet"},
    "+": {"do": "larger"},
    "-": {"do": "smaller"},
    "l": {"do": "list"},
    "Escape": {"do": "escape"},
    "r": None,
    "c": None,
    "Tab": None,
    "F5": None,
    "x": None,
}
ACT = "return actionOf({ key: given[0], ...given[1] }, given[2] ?? false);"


@pytest.mark.parametrize("key", KEYS)
def test_every_key_does_what_the_sheet_says(run, key):
    """Each key does what the key sheet says, and the browser's own keys stay the browser's."""
    assert run(ACT, key, {}) == KEYS[key]


@pytest.mark.parametrize(
    "key, with_, typing, action",
    [
        ("Enter", {"ctrlKey": True}, False, {"do": "save"}),
        ("Enter", {"metaKey": True}, True, {"do": "save"}),
        ("Enter", {"ctrlKey": True, "repeat": True}, False, None),
        ("Enter", {"ctrlKey": True, "isComposing": True}, True, None),
        ("1", {"repeat": True}, False, None),
        ("ArrowRight", {"repeat": True}, False, {"do": "itemNext"}),
        ("u", {"repeat": True}, False, None),
        ("1", {}, True, None),
        ("u", {}, True, None),
        ("Escape", {}, True, {"do": "escape"}),
        ("s", {"ctrlKey": True}, False, None),
        ("f", {"metaKey": True}, False, None),
        ("1", {"altKey": True}, False, None),
        ("1", {"keyCode": 229}, False, None),
    ],
)
def test_keys_with_others_held_and_while_typing(run, key, with_, typing, action):
    """While I type only Ctrl+Enter and Esc work; held keys and half-typed letters save nothing."""
    assert run(ACT, key, with_, typing) == action
