"""Campaign files: what a lead writes is what is made, and a slip of the pen is a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.design_file import design_from, design_from_json, design_json, design_yaml, rule_of
from review_app.errors import InvalidDesign
from review_app.pool import AnswerFilter, Pool, ScoreFilter

WHOLE = Design(
    name="November",
    pool=Pool(
        "support bot",
        last_days=7,
        versions=("v1", "v2"),
        tags={"team": "billing"},
        max_cost=0.5,
        thumbs="down",
        score=ScoreFilter("good@judge", at_most=0.4),
        answered=AnswerFilter("good", present=False),
    ),
    questions=("good", "tone"),
    reviewers=("ana", "bo@example.com", "cy"),
    goal="judge",
    sample=Sample("mixed", n=60, always=("thumbs_down",), distinct=True),
    sharing=Sharing(common=30),
    purpose="To learn **why**.",
    instructions="Read.\n\n1. First\n2. Then\n",
    gold=(Gold("tr-1", {"good": True, "tone": "Kind"}, "Because."),),
    practice=1,
    repeats=Repeats(5, "October"),
    reveal=True,
    notes=False,
    time_box_minutes=30,
    seed="0042",
)


def test_a_design_comes_back_from_its_file():
    """The file of a campaign makes the same design again."""
    assert design_from(design_yaml(WHOLE)) == WHOLE
    assert design_from_json(design_json(WHOLE)) == WHOLE


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=15)


@given(texts, texts, st.lists(texts, max_size=3), st.dictionaries(texts, texts, max_size=3))
def test_any_words_survive_the_file(name, text, versions, tags):
    """Whatever language or sign a name or filter holds, the file gives it back."""
    pool = Pool("e", text=text, versions=tuple(versions), tags=tags)
    design = replace(WHOLE, name=name, pool=pool)
    assert design_from(design_yaml(design)) == design


def test_the_file_says_only_what_was_decided():
    """What is as it is by default is not in the file, so that a person can read it."""
    small = Design("Nov", Pool("bot"), ("good",), ("ana",))
    assert design_yaml(small) == (
        "name: Nov\npool:\n  experiment: bot\nquestions:\n- good\nreviewers:\n- ana\n"
    )
    assert rule_of(small) == {"pool": {"experiment": "bot"}}


def test_people_write_names_and_days_as_they_like():
    """Reviewers are known without case; days and seeds need no quotes."""
    design = design_from(
        "name: Nov\npool: {experiment: 12, since: 2026-11-01}\nreviewers: [' Ana  Lopez ']\nseed: 7"
    )
    assert design.reviewers == ("ana lopez",)
    assert (design.pool.since, design.pool.experiment, design.seed) == ("2026-11-01", "12", "7")


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("name: [", "is no YAML. Look at line 1"),
        ("- a", "begins with"),
        ("", "begins with"),
        ("name: x", "lacks “pool”"),
        ("name: x\npool: {}", "lacks “pool.experiment”"),
        (
            "name: x\npool: {experiment: e, last_day: 7}",
            "“pool.last_day”. Did you mean “last_days”",
        ),
        ("name: x\npool: {experiment: e}\ngoal: fun", "“goal” takes one of"),
        ("name: x\npool: {experiment: e}\nsample: {n: many}", "“sample.n” cannot be “many”"),
        ("name: x\npool: {experiment: e}\nreviewers: ana", "“reviewers” cannot be “ana”"),
        ("name: x\npool: {experiment: e}\nfoo: 1", "does not know “foo”"),
        ("name: x\npool: {experiment: e}\ngold: [{answers: {}}]", "lacks “gold.0.trace_id”"),
    ],
)
def test_a_slip_of_the_pen_is_a_sentence(text, sentence):
    """A file that says something else than a campaign is told where and what."""
    with pytest.raises(InvalidDesign) as caught:
        design_from(text)
    assert sentence in caught.value.sentence
    assert "pydantic" not in caught.value.sentence
