"""What the browser sends is read with distrust: an entry, or a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.errors import InvalidAnswer
from review_app.outbox import Answer, Entry, Pin, entry_id, read_entry

ID = "0b0e4a3c-9a53-4b7e-8f0f-3f1f2a9f7a10:7"
WHOLE = {
    "id": ID,
    "kind": "submit",
    "campaign": "run-1",
    "item": "key-1",
    "answers": [
        {"question": "quality", "value": True, "rationale": " clear ", "cannot_judge": None},
        {"question": "tone", "value": None, "rationale": "", "cannot_judge": "not_my_field"},
    ],
    "failure_spans": [{"trace": "tr-2", "span": "span-1"}],
    "skip_reason": "",
    "seconds": 12.34,
    "answered_at": 1_762_956_180_000,
    "base": {"quality": "x:1"},
    "seen": ["facts"],
}

numbers = st.one_of(st.integers(), st.floats(), st.just(10**400), st.just(-(10**400)))
texts = st.text(st.characters(exclude_categories=()), max_size=80)  # lone surrogates included
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts, inner, max_size=6),
    max_leaves=12,
)


def read_or_refused(data) -> Entry | None:
    try:
        return read_entry(data)
    except InvalidAnswer:
        return None


def test_a_whole_entry_is_read():
    """What a person did arrives as they did it."""
    assert read_entry(WHOLE) == Entry(
        id=ID,
        campaign="run-1",
        item="key-1",
        kind="submit",
        answers=(
            Answer("quality", value=True, rationale="clear"),
            Answer("tone", cannot_judge="not_my_field"),
        ),
        pins=(Pin("span-1", "tr-2"),),
        seconds=12.3,
        answered_at_ms=1_762_956_180_000,
        base={"quality": "x:1"},
        seen=frozenset({"facts"}),
    )


def test_a_pin_of_an_older_desk_is_read():
    """An answer that waited in my browser over a new version of the desk keeps its pinned step."""
    older = {k: v for k, v in WHOLE.items() if k != "failure_spans"}
    assert read_entry({**older, "failure_span": "span-7"}).pins == (Pin("span-7"),)
    assert read_entry({**older, "failure_span": ""}).pins == ()


def test_an_entry_knows_its_tab_and_number():
    """Entries of one tab are applied in the order in which they were made."""
    entry = read_entry(WHOLE)
    assert (entry.tab, entry.seq) == (ID[:36], 7)


@given(json_values)
@settings(max_examples=300)
def test_anything_is_an_entry_or_a_sentence(value):
    """Whatever a damaged or forged browser sends, the app says a sentence and never breaks."""
    data = value if isinstance(value, dict) else {"id": value}
    assert isinstance(read_or_refused(data), Entry | None)


@given(st.sampled_from(sorted(WHOLE)), json_values)
@settings(max_examples=1000)
def test_any_field_may_be_damaged(name, value):
    """One damaged field of an entry comes to a sentence, or to bounded, storable values."""
    read = read_or_refused({**WHOLE, name: value})
    if read is not None:
        assert 0 <= read.seconds <= 24 * 3600
        assert 0 <= read.answered_at_ms <= 8_640_000_000_000_000
        stored = [read.campaign, read.item, *(p.span_id for p in read.pins), read.skip_reason]
        stored += [text for a in read.answers for text in (a.question, a.rationale)]
        assert "".join(stored).encode("utf-8") is not None


@given(json_values)
@settings(max_examples=300)
def test_any_answer_may_be_damaged(value):
    """One damaged answer inside an entry comes to a sentence, or to an answer to be checked."""
    read = read_or_refused({**WHOLE, "answers": [value]})
    assert read is None or len(read.answers) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1"},
        {"id": ID.upper()},
        {"id": None},
        {"kind": "delete"},
        {"kind": ["submit"]},
        {"answers": "all"},
        {"answers": [{}] * 65},
        {"answers": [{"question": "tone", "cannot_judge": "too lazy"}]},
        {"seconds": "12"},
        {"seconds": True},
        {"seconds": float("nan")},
        {"answered_at": float("inf")},
        {"answered_at": None},
        {"failure_spans": [{"span": "s"}] * 101},
        {"failure_spans": [{"trace": "tr-1"}]},
        {"failure_spans": ["span-1"]},
        {"base": []},
        {"base": dict.fromkeys(map(str, range(165)), "x")},
        {"item": {"key": 1}},
        {"skip_reason": "x" * 20_001},
    ],
    ids=lambda change: f"{next(iter(change))}={str(next(iter(change.values())))[:20]}",
)
def test_damaged_entries_are_refused(change):
    """A missing, wrong or endless field is refused with a sentence."""
    with pytest.raises(InvalidAnswer, match=r"\.$"):
        read_entry({**WHOLE, **change})


def test_broken_letters_are_replaced():
    """Half of an emoji, as a cut text may hold it, is stored as a question mark."""
    sent = json.loads('{"question": "quality", "value": true, "rationale": "ok \\ud83d"}')
    assert read_entry({**WHOLE, "answers": [sent]}).answers[0].rationale == "ok ?"


@pytest.mark.parametrize("raw", [None, 7, "x", [], {}, {"id": 3}, {"id": f"{ID}0000000000"}])
def test_without_an_id_it_is_no_entry(raw):
    """Only what carries a well-formed id can be acknowledged, so only that is taken."""
    assert entry_id(raw) is None
