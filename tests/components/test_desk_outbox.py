"""The outbox in a real browser's storage: nothing is lost, nothing is taken from a living tab."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.browser

TAB = {letter: f"{letter * 8}-0000-4000-8000-000000000000" for letter in "abc"}
START = """
  const [tab, person = "ana"] = given;
  window.outbox = new Outbox(new Box(indexedDB, navigator.locks), person, { tab, seq: 0 });
  await outbox.box.hold(tab);
"""
ENTRY = """
  const made = (item, extra = {}) => ({
    id: outbox.nextId(), item, kind: "submit", campaign: "run-1", answers: [], base: {}, seen: [],
    failure_spans: [], skip_reason: "", seconds: 1, answered_at: Date.now(), person: outbox.person,
    ...extra,
  });
"""
ADOPT = "await outbox.adopt(); return outbox.entries.map((entry) => entry.id);"
STORED = "return (await outbox.box.all('entries')).map((entry) => entry.id);"


@pytest.fixture
def tabs(new_tabs):
    """The tabs of one browser."""
    return new_tabs()


def open_tab(tabs, letter="a", person="ana"):
    tab = tabs.open("state", "outbox")
    tab.run(START, TAB[letter], person)
    return tab


def add(tab, *items, **extra) -> list[str]:
    body = ENTRY + "for (const i of given[0]) await outbox.add(made(i, given[1])); "
    return tab.run(body + "return outbox.entries.map((e) => e.id);", items, extra)


def ids(letter, *numbers) -> list[str]:
    return [f"{TAB[letter]}:{number}" for number in numbers]


def until(holds, seconds=5.0) -> None:
    """Wait for what the browser does a moment after a tab was closed."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end


def test_an_entry_survives_a_reload(tabs):
    """What I answered is still there after a reload, in the order in which I answered."""
    tab = open_tab(tabs)
    assert add(tab, "x", "y", "x") == ids("a", 1, 2, 3)
    tab.load()
    tab.run(START, TAB["b"])
    assert tab.run(ADOPT) == ids("a", 1, 2, 3)


def test_a_living_tab_keeps_its_entries(tabs):
    """A second tab leaves the entries of the first alone while it lives, and takes them after."""
    first = open_tab(tabs)
    add(first, "x")
    second = open_tab(tabs, "b")
    add(second, "y")
    assert second.run(ADOPT) == ids("b", 1)
    first.page.close()
    until(lambda: len(second.run(ADOPT)) == 2)
    assert sorted(second.run(ADOPT)) == [*ids("a", 1), *ids("b", 1)]


def test_of_two_tabs_one_adopts(tabs):
    """What a closed tab has left is sent by one of the others, not by both."""
    gone, second, third = (open_tab(tabs, letter) for letter in "abc")
    add(gone, "x", "y")
    gone.page.close()
    until(lambda: len(second.run(ADOPT) + third.run(ADOPT)) == 2)
    assert sorted(second.run(ADOPT) + third.run(ADOPT)) == ids("a", 1, 2)


def test_what_is_settled_is_gone_for_good(tabs):
    """What MLflow holds is not kept and not sent again, also not after a reload."""
    tab = open_tab(tabs)
    add(tab, "x", "y")
    settled = tab.run("return outbox.settle(given[0]).map((e) => e.item);", ids("a", 1, 7))
    assert settled == ["x"]
    assert tab.run(STORED) == ids("a", 2)
    tab.load()
    tab.run(START, TAB["b"])
    assert tab.run(ADOPT) == ids("a", 2)


def test_settled_before_the_disk_had_it(tabs):
    """An answer that is saved before this browser's disk has it does not come back later."""
    tab = open_tab(tabs)
    body = (
        ENTRY
        + """
      const kept = outbox.add(made("x"));
      outbox.settle(outbox.entries.map((e) => e.id));
      await kept;
      await new Promise((done) => setTimeout(done, 50));
      return [outbox.entries.length, outbox.unsafe, (await outbox.box.all("entries")).length];
    """
    )
    assert tab.run(body) == [0, 0, 0]


def test_people_of_one_browser_stay_apart(tabs):
    """On a shared computer nobody sends another person's answers; they wait for their owner."""
    ana = open_tab(tabs)
    add(ana, "x")
    ana.page.close()
    bo = open_tab(tabs, "b", "bo")
    assert bo.run(ADOPT) == []
    assert bo.run("return outbox.others;") == 1
    again = open_tab(tabs, "c")
    until(lambda: again.run(ADOPT) == ids("a", 1))


def test_the_person_is_not_on_the_wire(tabs):
    """Who I am the server knows by itself; the browser's word for it is not even sent."""
    tab = open_tab(tabs)
    add(tab, "x")
    [sent] = tab.run("return outbox.wire();")
    assert sent["id"] == ids("a", 1)[0]
    assert "person" not in sent


def test_unsafe_until_the_disk_has_it(tabs):
    """“Saving” is shown until this browser holds the answer safely."""
    tab = open_tab(tabs)
    body = (
        ENTRY
        + """
      const kept = outbox.add(made("x"));
      const before = outbox.unsafe;
      await kept;
      return [before, outbox.unsafe, outbox.broken];
    """
    )
    assert tab.run(body) == [1, 0, False]


def test_a_browser_that_keeps_nothing_is_told(tabs):
    """Where the browser refuses to store anything, answers go out all the same, and it is said."""
    tab = open_tab(tabs)
    body = (
        ENTRY
        + """
      const refuses = { open() { throw new DOMException("no", "SecurityError"); } };
      outbox = new Outbox(new Box(refuses, undefined), "ana", { tab: given[0], seq: 0 });
      await outbox.adopt();
      await outbox.add(made("x"));
      outbox.settle([]);
      return [outbox.broken, outbox.unsafe, outbox.entries.length];
    """
    )
    assert tab.run(body, TAB["a"]) == [True, 0, 1]


def test_many_answers_at_once_are_all_kept(tabs):
    """A hundred answers in one moment are a hundred records, each with a number of its own."""
    tab = open_tab(tabs)
    body = (
        ENTRY
        + """
      await Promise.all([...Array(100).keys()].map((i) => outbox.add(made(String(i)))));
      return [outbox.unsafe, outbox.entries.map((e) => e.id)];
    """
    )
    unsafe, kept = tab.run(body)
    assert (unsafe, kept) == (0, ids("a", *range(1, 101)))
    assert len(tab.run(STORED)) == 100


NOTES = """
  const [person, campaign] = given;
  const state = newState(campaign, person, [], false);
  const notes = new Notes(new Box(indexedDB, navigator.locks), state);
"""
WRITE = (
    NOTES
    + """
  state.drafts.b = { answers: { ok: { value: given[2], rationale: "" } }, failure_spans: {} };
  state.seconds.b = 12.5;
  state.seen.b = ["facts"];
  notes.draft("b");
  notes.flush();
  notes.begin();
  await notes.box.all("notes");
"""
)
READ = (
    NOTES
    + """
  await notes.read();
  const { value } = state.drafts.b?.answers.ok ?? {};
  return [value ?? null, state.seconds.b ?? null, state.seen.b ?? null, notes.begun];
"""
)


@pytest.mark.parametrize("person", ["ana", "a|b", "ana@example.com", "李 娜"])
def test_a_draft_is_there_after_a_reload(tabs, person):
    """A half-given answer, its time and what was shown are there again after a reload."""
    tab = tabs.open("state", "outbox")
    tab.run(WRITE, person, "run-1", "half")
    tab.load()
    assert tab.run(READ, person, "run-1") == ["half", 12.5, ["facts"], True]


def test_drafts_of_others_and_other_campaigns_stay_apart(tabs):
    """A draft is mine, in this campaign, and in no other."""
    tab = tabs.open("state", "outbox")
    tab.run(WRITE, "ana", "run-1", "half")
    assert tab.run(READ, "bo", "run-1") == [None, None, None, False]
    assert tab.run(READ, "ana", "run-2") == [None, None, None, False]


def test_a_saved_item_has_no_draft(tabs):
    """Once an item is saved its draft is forgotten, also one that was about to be noted."""
    tab = tabs.open("state", "outbox")
    tab.run(WRITE, "ana", "run-1", "half")
    body = (
        NOTES
        + """
      state.drafts.b = { answers: {}, failure_spans: {} };
      notes.draft("b");
      notes.forget("b");
      await new Promise((done) => setTimeout(done, NOTE_MS + 100));
    """
    )
    tab.run(body, "ana", "run-1")
    assert tab.run(READ, "ana", "run-1")[0] is None


def test_text_size_is_remembered(tabs):
    """The text size that I chose holds for every campaign in this browser."""
    tab = tabs.open("state", "outbox")
    tab.run(NOTES + "notes.resized(1.25); await notes.box.all('notes');", "ana", "run-1")
    tab.load()
    assert tab.run(NOTES + "await notes.read(); return notes.size;", "bo", "run-2") == 1.25
