"""Versions, drawn on a real store: which is better, and what the traces of each say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from review_app.people import Person
from services.app import App, services_for
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
MTRAG, SPOT = "Demo: MT-RAG answers", "Demo: spot check"
REFERENCE = {"experiment": MTRAG, "first": "reference", "second": "gpt-4o"}


def _screen(app):
    from pages.versions import render

    render(app)


@pytest.fixture
def shown():
    """Draw the page of a store at an address; returns the page as it stands."""

    def show(store, person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri, mlflow_ui="https://mlflow.example.com")
        services = services_for(settings)
        app = App(settings, person, services, UTC, lambda: datetime.now(UTC), {})
        if "experiment" in address and person.is_lead:
            services.version_lists.of(address["experiment"], wait=60)
        at = AppTest.from_function(_screen, args=(app,), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception
        return at

    return show


def html(at: AppTest) -> str:
    """Everything that our own components drew."""
    return "\n".join(e.proto.body for e in at.get("html") if "<style>" not in e.proto.body)


def words(at: AppTest) -> str:
    """Everything that can be read on the page."""
    plain = [str(e.value) for kind in (at.title, at.subheader, at.text) for e in kind]
    text = re.sub(r"<[^>]+>", " ", "\n".join([*plain, html(at)]))
    return re.sub(r" +", " ", unescape(text))


def test_two_versions_of_the_demo(demo, shown):
    """One sentence in large type says which is better, with the numbers and the design."""
    at = shown(demo, **REFERENCE, question="faithfulness")

    (sentence,) = re.findall(r'<p class="v-says">(.*?)</p>', html(at))
    assert sentence.startswith("reference is better than gpt-4o: 95 % pass against 81 %, 14 points")
    said = words(at)
    assert "compared in pairs" in said
    assert "n = 157 pairs, differs" in said
    assert "4 labeled answers are left out: they answer a question" in said
    assert "nan" not in said.lower()


def test_the_sample_of_the_demo_is_a_split(demo, shown):
    """Where few answers have a labeled partner, the versions are compared as separate samples."""
    at = shown(demo, experiment=SPOT, first="reference", second="gpt-4o", question="faithfulness")

    said = words(at)
    assert "at work at the same time" in said
    assert "n = 36 and 60 labels" in said
    assert "24 labeled answers are left out: they are from a time when only one of the" in said
    assert re.search(r"Undecided: reference \d+ % pass against \d+ %, .*more labels of each", said)


def test_every_version_is_listed_with_counts_that_open(demo, shown):
    """Traces, errors and prompts of each version stand in a table, and counts are links."""
    at = shown(demo, experiment="Demo: try it")

    said = words(at)
    assert "sys_prompt@1" in said
    assert "show=failed" in html(at)
    opened = shown(demo, experiment="Demo: try it", version="unknown", show="failed")
    assert "unknown: ended in an error" in words(opened)
    assert html(opened).count("<article>") == 2


@pytest.mark.parametrize(
    "show, title, traces",
    [
        ("only first", "Passed: only reference", 48),
        ("only second", "Passed: only gpt-4o", 6),
        ("out 0", "Left out: they answer a question", 4),
        ("out 9", "no traces behind this number any more", 0),
        ("else", "no traces behind this number any more", 0),
    ],
)
def test_a_number_opens_its_traces(demo, shown, show, title, traces):
    """Each count of a comparison opens the traces behind it, with what people said of them."""
    at = shown(demo, **REFERENCE, question="faithfulness", show=show)

    said = words(at)
    assert title in said
    assert html(at).count("<article>") == min(traces, 20)
    assert not traces or "annotator-" in said


def test_a_new_store_says_what_a_version_is(store, shown):
    """Without traces the page says how versions come to be."""
    assert "set_active_model" in words(shown(store))


def test_a_name_from_a_trace_is_text(store, make_campaign, shown):
    """A version called like HTML is shown as its letters."""
    from dataclasses import replace

    evil = "<img src=x onerror=alert(1)>"
    made = make_campaign(store, 2, change=lambda one: replace(one, metadata={"app_version": evil}))

    at = shown(store, experiment=made.name)

    assert "<img" not in html(at)
    assert "&lt;img src=x" in html(at)


def test_reviewers_do_not_see_versions(demo, shown):
    """A reviewer would read differently, knowing which version is thought to be better."""
    at = shown(demo, Person("ana"), experiment=MTRAG)

    assert "gpt-4o" not in words(at)
    assert not re.findall("v-table", html(at))
