"""Quality, drawn on a real store: rates with their reasons, and the traces behind a mark."""

from __future__ import annotations

import re

import pytest

from pages.quality import render
from review_app.people import Person
from review_app.quality.values import Headline
from tests.screens import Screen, in_words

SPOT = "Demo: spot check"


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


def panel(page: Screen, question: str) -> str:
    """What the panel of a question shows, in words."""
    _, _, rest = page.html.partition(f">{question}<")
    drawn = rest.partition('<div class="y-panel">')[2].partition("\n")[0]
    return in_words(drawn)


def test_a_version_is_shown_with_what_its_rate_stands_on(demo, screen):
    """On the spot check each rate has its interval and n, and the judge's help is named."""
    page = screen(render, demo, experiment=SPOT)

    faithful = panel(page, "Is it faithful to what was found?")
    assert len(re.findall(r"Combined, \S+: \d+ % \(\d+–\d+\), n = 60 labels", faithful)) == 3
    assert len(re.findall(r"Judge scores saved \d+ % of the labels\.", faithful)) == 3
    assert len(re.findall(r"n = 60 labels, of 159 traces", faithful)) == 3
    natural = panel(page, "Does the answer read naturally?")
    assert "Combined" not in natural
    assert len(re.findall(r"Human, \S+: \d+ % \(\d+–\d+\), n = 60 labels", natural)) == 3
    assert "nan" not in page.words.lower().split()


def test_the_traces_behind_a_mark(demo, screen):
    """A mark opens its traces, failing ones first, each with what people and judges said."""
    asked = {"experiment": SPOT, "show": "human", "version": "gpt-4o", "question": "faithfulness"}
    page = screen(render, demo, **asked)

    assert "Labeled by people: Is it faithful to what was found?" in page.words
    assert "60 traces · gpt-4o" in page.words
    rows = re.findall(r"<article>.*?</article>", page.html, re.DOTALL)
    assert len(rows) == 20
    for row in rows:
        said = re.findall(r'class="who">([^<]+)</span> <b class="(\w*)"', row)
        people = [who for who, _ in said if who.startswith("annotator")]
        assert people
        assert [who for who, _ in said[: len(people)]] == people
        assert {"Judge rl_f@1", "Judge rb_llm@1", "Judge rb_agg@1"} <= {who for who, _ in said}
        assert "https://mlflow.example.com/#/experiments/" in row
    assert 'class="fail"' in rows[0]


def test_labels_of_a_part_of_the_traffic_are_no_rate(demo, screen):
    """Labels from a special pool are named with the reason; no figure stands for the version."""
    page = screen(render, demo, experiment="Demo: live traffic", time="all")
    assert "kept out of the rate" in page.words
    assert "Counts, never a quality" in page.words
    assert not re.search(r'<div class="y-sum"><b>', page.html)


def test_the_button_of_the_first_line_leads_to_another_time(store, make_campaign, screen, led):
    """Where labels are of another time, one press shows that time, at an address of its own."""
    name = led(make_campaign(store, 2))
    page = screen(render, store, experiment=name, time="week", do="headline")
    assert page.at.query_params["time"] in ("reviewed", ["reviewed"])
    assert "do" not in page.at.query_params
    assert "last reviewed" in page.words


def test_first_use_and_strangers(store, make_campaign, screen):
    """Without traces the page says what it is for; a reviewer never sees it."""
    assert "No traces yet" in screen(render, store).words
    made = make_campaign(store, 2)
    name = store.tracking.get_experiment(made.campaign.experiment_id).name
    page = screen(render, store, Person("ana"), experiment=name)
    assert "Have 2 random" not in page.words
    assert "How good is each version" not in page.words


def test_a_version_that_nobody_reviewed(store, make_campaign, screen):
    """Where nobody has answered yet the page says so and gives no number."""
    made = make_campaign(store, 2)
    name = store.tracking.get_experiment(made.campaign.experiment_id).name
    page = screen(render, store, experiment=name, time="all")
    assert "Nobody knows yet how good" in page.words
    assert 'class="y-row' not in page.html
