"""The traces of an item: one, or those of a whole session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.campaigns import Item, PlanItem
from services.assessments import create_assessment
from services.sessions import Session, sessions_of


def of(trace_id: str, unit="session") -> Item:
    return Item(f"{unit} {trace_id}", PlanItem(trace_id, "all", "random", unit=unit), 1, 1)


@pytest.fixture
def talks(store, make_campaign):
    """Two sessions of three turns in turn, and a trace of none."""
    names = iter(["it's a", "b", "it's a", "b", "it's a", "b", ""])

    def talking(record):
        name = next(names)
        return replace(record, metadata={"mlflow.trace.session": name} if name else {})

    return make_campaign(store, 7, change=talking)


def test_a_session_is_all_its_traces_in_order(store, talks):
    """A conversation is all its turns, oldest first, with what was said about each of them."""
    create_assessment(store, talks.traces[2], Assessment("quality", value=True, source="ana"))
    first, other, alone, single = (
        *(of(talks.traces[0]), of(talks.traces[1]), of(talks.traces[6])),
        of(talks.traces[2], "trace"),
    )
    found = sessions_of(store, [first, other, alone, single, of("tr-gone"), of("tr-no", "trace")])
    assert found.keys() == {item.key for item in (first, other, alone, single)}
    assert found[first.key].traces == tuple(talks.traces[0:6:2])
    assert found[other.key].traces == tuple(talks.traces[1:6:2])
    assert found[alone.key] == Session({talks.traces[6]: []})
    said = [len(rows) for rows in found[first.key].assessments.values()]
    assert said == [0, 1, 0]
    assert found[single.key].traces == (talks.traces[2],)


def test_a_long_session_is_cut(store, talks, monkeypatch):
    """Of a very long conversation the first turns are read, and it is known that it goes on."""
    monkeypatch.setattr("services.sessions.MOST_TURNS", 2)
    item = of(talks.traces[0])
    whole = sessions_of(store, [item])[item.key]
    assert (whole.traces, whole.is_cut) == ((talks.traces[0], talks.traces[2]), True)
    monkeypatch.setattr("services.sessions.MOST_TURNS", 3)
    assert not sessions_of(store, [item])[item.key].is_cut
    monkeypatch.setattr("services.sessions.MOST_TURNS", 1)
    late = of(talks.traces[4])
    assert sessions_of(store, [late])[late.key].traces == (talks.traces[4],)
