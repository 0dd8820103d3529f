"""Versions, drawn on a real store: which is better, and what the traces of each say."""

from __future__ import annotations

import re

import pytest

from pages.versions import render
from review_app.people import Person

MTRAG, SPOT = "Demo: MT-RAG answers", "Demo: spot check"
REFERENCE = {"experiment": MTRAG, "first": "reference", "second": "gpt-4o"}


def test_two_versions_of_the_demo(demo, screen):
    """One sentence in large type says which is better, with the numbers and the design."""
    page = screen(render, demo, **REFERENCE, question="faithfulness")

    (sentence,) = re.findall(r'<p class="v-says">(.*?)</p>', page.html)
    assert sentence.startswith("reference is better than gpt-4o: 95 % pass against 81 %, 14 points")
    said = page.words
    assert "compared in pairs" in said
    assert "n = 157 pairs, differs" in said
    assert "4 labeled answers are left out: they answer a question" in said
    assert "nan" not in said.lower()


def test_the_sample_of_the_demo_is_a_split(demo, screen):
    """Where few answers have a labeled partner, the versions are compared as separate samples."""
    page = screen(
        render, demo, experiment=SPOT, first="reference", second="gpt-4o", question="faithfulness"
    )

    said = page.words
    assert "at work at the same time" in said
    assert "n = 36 and 60 labels" in said
    assert "24 labeled answers are left out: they are from a time when only one of the" in said
    assert re.search(r"Undecided: reference \d+ % pass against \d+ %, .*more labels of each", said)


def test_every_version_is_listed_with_counts_that_open(demo, screen):
    """Traces, errors and prompts of each version stand in a table, and counts are links."""
    page = screen(render, demo, experiment="Demo: try it")

    said = page.words
    assert "sys_prompt@1" in said
    assert "show=failed" in page.html
    opened = screen(render, demo, experiment="Demo: try it", version="unknown", show="failed")
    assert "unknown: ended in an error" in opened.words
    assert opened.html.count("<article>") == 2


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
def test_a_number_opens_its_traces(demo, screen, show, title, traces):
    """Each count of a comparison opens the traces behind it, with what people said of them."""
    page = screen(render, demo, **REFERENCE, question="faithfulness", show=show)

    said = page.words
    assert title in said
    assert page.html.count("<article>") == min(traces, 20)
    assert not traces or "annotator-" in said


def test_a_new_store_says_what_a_version_is(store, screen):
    """Without traces the page says how versions come to be."""
    assert "set_active_model" in screen(render, store).words


def test_a_name_from_a_trace_is_text(store, make_campaign, screen):
    """A version called like HTML is shown as its letters."""
    from dataclasses import replace

    evil = "<img src=x onerror=alert(1)>"
    made = make_campaign(store, 2, change=lambda one: replace(one, metadata={"app_version": evil}))

    page = screen(render, store, experiment=made.name)

    assert "<img" not in page.html
    assert "&lt;img src=x" in page.html


def test_reviewers_do_not_see_versions(demo, screen):
    """A reviewer would read differently, knowing which version is thought to be better."""
    page = screen(render, demo, Person("ana"), experiment=MTRAG)

    assert "gpt-4o" not in page.words
    assert not re.findall("v-table", page.html)
