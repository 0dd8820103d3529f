"""Quality, drawn on a real store: rates with their reasons, and the traces behind a mark."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from review_app.people import Person
from review_app.quality.values import Headline
from services.app import App, services_for
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
SPOT = "Demo: spot check"


def _screen(app):
    from pages.quality import render

    render(app)


@pytest.fixture
def shown():
    """Draw the page of a store at an address; returns the page as it stands."""

    def show(store, person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri, mlflow_ui="https://mlflow.example.com")
        services = services_for(settings)
        app = App(settings, person, services, UTC, lambda: datetime.now(UTC), {})
        if "experiment" in address:
            now_ms = int(app.now().timestamp() * 1000)
            services.qualities.of(address["experiment"], now_ms, wait=60)
        at = AppTest.from_function(_screen, args=(app,), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception
        return at

    return show


@pytest.fixture
def led(monkeypatch):
    """Let the first line of the page lead to the time last reviewed; returns the experiment."""

    def lead(made) -> str:
        name: str = made.store.tracking.get_experiment(made.campaign.experiment_id).name
        address = {"experiment": name, "time": "reviewed"}
        line = Headline("It was reviewed at another time.", "See it", "quality", address)
        monkeypatch.setattr("review_app.quality.page.headline_of", lambda *_: line)
        return name

    return lead


def html(at: AppTest) -> str:
    """Everything that our own components drew."""
    return "\n".join(e.proto.body for e in at.get("html") if "<style>" not in e.proto.body)


def words(at: AppTest) -> str:
    """Everything that can be read on the page."""
    plain = [str(e.value) for kind in (at.title, at.subheader, at.text) for e in kind]
    return " ".join(unescape("\n".join([*plain, re.sub(r"<[^>]+>", " ", html(at))])).split())


def panel(at: AppTest, question: str) -> str:
    """What the panel of a question shows, in words."""
    _, _, rest = html(at).partition(f">{question}<")
    drawn = rest.partition('<div class="y-panel">')[2].partition("\n")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", drawn)).split())


def test_a_version_is_shown_with_what_its_rate_stands_on(demo, shown):
    """On the spot check each rate has its interval and n, and the judge's help is named."""
    at = shown(demo, experiment=SPOT)

    faithful = panel(at, "Is it faithful to what was found?")
    assert len(re.findall(r"Combined, \S+: \d+ % \(\d+–\d+\), n = 60 labels", faithful)) == 3
    assert len(re.findall(r"Judge scores saved \d+ % of the labels\.", faithful)) == 3
    assert len(re.findall(r"n = 60 labels, of 159 traces", faithful)) == 3
    natural = panel(at, "Does the answer read naturally?")
    assert "Combined" not in natural
    assert len(re.findall(r"Human, \S+: \d+ % \(\d+–\d+\), n = 60 labels", natural)) == 3
    assert "nan" not in words(at).lower().split()


def test_the_traces_behind_a_mark(demo, shown):
    """A mark opens its traces, failing ones first, each with what people and judges said."""
    asked = {"experiment": SPOT, "show": "human", "version": "gpt-4o", "question": "faithfulness"}
    at = shown(demo, **asked)

    assert "Labeled by people: Is it faithful to what was found?" in words(at)
    assert "60 traces · gpt-4o" in words(at)
    rows = re.findall(r"<article>.*?</article>", html(at), re.DOTALL)
    assert len(rows) == 20
    for row in rows:
        said = re.findall(r'class="who">([^<]+)</span> <b class="(\w*)"', row)
        people = [who for who, _ in said if who.startswith("annotator")]
        assert people
        assert [who for who, _ in said[: len(people)]] == people
        assert {"Judge rl_f@1", "Judge rb_llm@1", "Judge rb_agg@1"} <= {who for who, _ in said}
        assert "https://mlflow.example.com/#/experiments/" in row
    assert 'class="fail"' in rows[0]


def test_labels_of_a_part_of_the_traffic_are_no_rate(demo, shown):
    """Labels from a special pool are named with the reason; no figure stands for the version."""
    at = shown(demo, experiment="Demo: live traffic", time="all")
    assert "kept out of the rate" in words(at)
    assert "Counts, never a quality" in words(at)
    assert not re.search(r'<div class="y-sum"><b>', html(at))


def test_the_button_of_the_first_line_leads_to_another_time(store, make_campaign, shown, led):
    """Where labels are of another time, one press shows that time, at an address of its own."""
    name = led(make_campaign(store, 2))
    at = shown(store, experiment=name, time="week", do="headline")
    assert at.query_params["time"] in ("reviewed", ["reviewed"])
    assert "do" not in at.query_params
    assert "last reviewed" in words(at)


def test_first_use_and_strangers(store, make_campaign, shown):
    """Without traces the page says what it is for; a reviewer never sees it."""
    assert "No traces yet" in words(shown(store))
    made = make_campaign(store, 2)
    name = store.tracking.get_experiment(made.campaign.experiment_id).name
    assert "Have 2 random" not in words(shown(store, Person("ana"), experiment=name))
    assert "How good is each version" not in words(shown(store, Person("ana"), experiment=name))


def test_a_version_that_nobody_reviewed(store, make_campaign, shown):
    """Where nobody has answered yet the page says so and gives no number."""
    made = make_campaign(store, 2)
    name = store.tracking.get_experiment(made.campaign.experiment_id).name
    at = shown(store, experiment=name, time="all")
    assert "Nobody knows yet how good" in words(at)
    assert 'class="y-row' not in html(at)
