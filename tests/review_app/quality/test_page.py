"""The page as a whole: what is asked, which judge is first, what the first line says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.frames import Frame, Stratum
from review_app.gathered import About, Gathered
from review_app.given import Given, Turn
from review_app.intervals import Interval, wilson
from review_app.judges import JudgeKey
from review_app.labels import guessed
from review_app.quality.asking import Known, KnownJudge, asked_all
from review_app.quality.combining import NO_LINE
from review_app.quality.headline import Place, headline_of, with_changes
from review_app.quality.labels import Source
from review_app.quality.page import _at_once, quality_of
from review_app.quality.traffic import Pin, Scored, Seen, traffic_of
from review_app.quality.values import Cell, Rate
from review_app.quality.windows import DAY_MS, Window
from review_app.questions import Question

GOOD = Question("good", "pass_fail", options=("Pass", "Fail"))
NOTE = Question("note", "text")
NOW = 1_796_040_000_000  # Monday 30 Nov 2026, noon
DAY_OF_LAST_WEEK = NOW - 4 * DAY_MS
FIRST, SECOND, OTHER = (JudgeKey("good", f"good@{n}") for n in (1, 2, 3))


def seen(n: int, version: str = "v1", at: int = DAY_OF_LAST_WEEK, **more) -> Seen:
    return Seen(f"t{n}", at + n, version, **more)


def source(size: int, failed: int, **more: Any) -> Source:
    """A campaign on the first so many traces; the first of these failed."""
    campaign = Campaign(
        "C", (GOOD, NOTE), run_id="run", reviewers=("ana",), **{"status": "closed", **more}
    )
    ids = [f"t{n}" for n in range(size)]
    plan = [
        PlanItem(one, "f", "random sample", 0.5, "all", assigned=(Assignment("ana", n),))
        for n, one in enumerate(ids)
    ]
    said = [
        Given(f"a{n}", Turn("ana", 1, one), "good", n >= failed, "run", "reviewer", GOOD.version,
              "nothing", created_ms=n + 1)
        for n, one in enumerate(ids)
    ]  # fmt: skip
    status_of = {("ana", 1): dict.fromkeys(ids, "complete")}
    about = {one: About(one, version="v1") for one in ids}
    frame = Frame("f", "everything", strata={"all": Stratum(2 * size, size)}, whole_traffic=True)
    return Source(Gathered(campaign, tuple(plan), status_of, tuple(said), about), {"f": frame})


def test_the_page_speaks_of_last_week_and_of_each_version():
    """Traffic of last week, newest version first, with labels, votes and weeks."""
    traffic = traffic_of(
        [
            *(seen(n, thumbs=n > 1 if n < 4 else None) for n in range(40)),
            *(seen(n, "v2", DAY_OF_LAST_WEEK + DAY_MS) for n in range(40, 50)),
            seen(99, "v0", NOW - 30 * DAY_MS),
        ]
    )
    known = Known(traffic, {"good": GOOD, "note": NOTE}, (source(20, 6),))
    found = quality_of("bot", known, {}, "week", NOW)
    assert found.window == "last full week, 23 to 29 Nov 2026"
    assert found.versions == ("v2", "v1")
    assert found.traffic == 50
    assert found.questions == {"good": "good"}
    cells = {cell.version: cell for cell in found.cells}
    assert cells["v1"].human.value == pytest.approx(0.7)
    assert cells["v2"].human.value is None
    assert found.failed == {"v2": 0, "v1": 6}
    assert [(vote.version, vote.up, vote.down) for vote in found.votes] == [
        ("v2", 0, 0),
        ("v1", 2, 2),
    ]
    assert found.votes[1].traces_down == ("t1", "t0")
    assert {cell.week for cell in found.weeks} == {"2026-11-23"}
    assert found.headline.sentence.startswith("Nobody knows yet how good “v2” is")
    assert found.headline.todo == "Have 10 random ones reviewed"
    assert found.headline.address["since"] == "2026-11-23"
    assert found.headline.address["until"] == "2026-11-29"
    assert found.headline.address["question"] == "good"


def test_failures_start_where_people_pinned_them():
    """Each failed item is in one row, and the rows add up to the failures."""
    pin = Pin("t0", "s")
    traffic = traffic_of([seen(0, pins=(pin,)), *(seen(n) for n in range(1, 9))])
    known = Known(traffic, {"good": GOOD}, (source(5, 2),))
    found = quality_of("bot", known, {pin: "retrieval"}, "week", NOW)
    assert [(row.stage, dict(row.failed)) for row in found.stages] == [
        ("retrieval", {"v1": ("t0",)}),
        ("not pinned", {"v1": ("t1",)}),
    ]


def test_an_experiment_without_traces_is_no_trouble():
    """Nothing came yet: the first line says what quality begins with."""
    found = quality_of("bot", Known(traffic_of(())), {}, "week", NOW)
    assert (found.traffic, found.cells, found.weeks) == (0, (), ())
    assert found.headline.sentence.startswith("No traces yet")


def test_labels_of_an_open_campaign_are_shown_and_kept_out():
    """Who saw the version beforehand does not judge it for the comparison of versions."""
    traffic = traffic_of(seen(n) for n in range(20))
    known = Known(traffic, {"good": GOOD}, (source(5, 2, open=True),))
    cell = quality_of("bot", known, {}, "week", NOW).cells[0]
    assert cell.human.value is None
    assert (cell.unusable, cell.shown.value) == (5, 0.6)


def judged_traffic(first=True, second=True, other=True):
    """Twenty traces of which six fail; the first judge says so, the others do not."""
    columns = {FIRST: first, SECOND: second, OTHER: other}
    return traffic_of(
        seen(n, scores=tuple(
            Scored(key, n >= 6 if key == FIRST else n % 2 == 0)
            for key, whole in columns.items() if whole or n < 3
        ))
        for n in range(20)
    )  # fmt: skip


def first_judge(known: Known) -> JudgeKey:
    return asked_all(known)[0].judges[0]


def test_the_first_judge_is_the_chosen_one_else_the_best_known():
    """Chosen; else registered newest; else the one that goes best with the labels."""
    known = Known(judged_traffic(), {"good": GOOD}, (source(20, 6),))
    assert first_judge(known) == FIRST
    registered = {SECOND: KnownJudge(rank=2), OTHER: KnownJudge(rank=3)}
    assert first_judge(Known(known.traffic, known.questions, known.sources, registered)) == OTHER
    chosen = Known(known.traffic, known.questions, known.sources, registered, {"good": SECOND})
    assert first_judge(chosen) == SECOND


def test_a_judge_that_scored_hardly_anything_is_not_the_first():
    """A new version that scored three traces does not push away the one that scored them all."""
    known = Known(judged_traffic(other=False), {"good": GOOD}, (), {OTHER: KnownJudge(rank=9)})
    assert first_judge(known) != OTHER


def test_what_only_judges_speak_of_is_shown_where_it_says_pass_or_fail():
    """A score that nobody asked about is shown, not checked; a length or a topic is no quality."""
    said: dict[str, bool | float | str] = {
        "safe": "yes",
        "relevant": 0.7,
        "exact": True,
        "length": 311,
        "topic": "fees",
    }
    scores = tuple(Scored(JudgeKey(name, "tool"), value) for name, value in said.items())
    found = quality_of("bot", Known(traffic_of([seen(0, scores=scores)])), {}, "week", NOW)
    assert list(found.questions) == ["safe", "relevant", "exact"]
    assert {cell.best for cell in found.cells} == {"judge"}
    assert "only judges have scored" in found.headline.sentence


def test_an_error_among_scores_is_no_verdict_and_hides_none():
    """One score that says nothing, such as an error, is left out; the others count."""
    key = JudgeKey("safe", "tool")
    said = ["yes"] * 15 + ["no"] * 4 + ["error: timeout"]
    traces = [seen(n, scores=(Scored(key, one),)) for n, one in enumerate(said)]

    found = quality_of("bot", Known(traffic_of(traces)), {}, "week", NOW)

    assert [(cell.judge.value, cell.judge.n) for cell in found.cells] == [(15 / 19, 19)]


def test_numbers_without_a_line_pass_and_fail_nothing():
    """A judge that says 1 to 5 has no rate before somebody said from where on it passes."""
    traces = [seen(n, scores=(Scored(FIRST, 1 + n % 5),)) for n in range(20)]

    found = quality_of("bot", Known(traffic_of(traces), {"good": GOOD}), {}, "week", NOW)

    assert {(cell.judge.value, cell.judge.why) for cell in found.cells} == {(None, NO_LINE)}


def test_what_other_tools_call_pass_and_fail_has_a_rate():
    """Labels in everyday words, or 1 and 0, make a question of pass or fail where there is none."""
    asked = guessed(
        "good", [said_of(n, one) for n, one in enumerate(["Yes", "no", "unsure", "yes"])]
    )
    assert asked.kind == guessed("good", [said_of(0, 1), said_of(1, 0)]).kind == "pass_fail"
    assert guessed("good", [said_of(0, 1), said_of(1, 3)]).kind == "number"


def said_of(n: int, value: Any) -> Given:
    """What another tool recorded of a trace."""
    return Given(f"a{n}", Turn("ana", 1, f"t{n}"), "good", value)


def test_a_threshold_is_of_the_judge():
    """A number passes from the judge's own threshold on."""
    traffic = traffic_of(
        [seen(0, scores=(Scored(FIRST, 0.6),)), seen(1, scores=(Scored(FIRST, 0.9),))]
    )
    known = Known(traffic, {"good": GOOD}, judges={FIRST: KnownJudge(threshold=0.8)})
    assert asked_all(known)[0].judging.passed.tolist() == [0.0, 1.0]


# ----------------------------------------------------------------------------- the headline
def rated(question: str, version: str, value: float, n: int = 300) -> Cell:
    rate = Rate(value, wilson(value, n), n)
    return Cell(question, version, human=rate, labels=n, more=200, traffic=5000)


def place(*versions: str) -> Place:
    window = Window(0, DAY_MS, "last full week")
    return Place("bot", window, dict.fromkeys(versions, 5000), {"good": "Is it good?"})


def test_a_version_that_got_worse_comes_first():
    """What got worse is the first line, with both rates and the way to compare them."""
    cells = with_changes(
        [rated("good", "v2", 0.7), rated("good", "v1", 0.9), rated("kind", "v2", 0.6),
         rated("kind", "v1", 0.61)],
        ("v2", "v1"),
    )  # fmt: skip
    assert [cell.changed for cell in cells] == ["worse", "", "", ""]
    at_once = replace(place("v2", "v1"), at_once=frozenset({"v2"}))
    found = headline_of(cells, at_once)
    assert found.sentence == (
        "“v2” passes 70 % (65–75), n = 300 by “Is it good?”, “v1” 90 % (86–93), n = 300:"
        " worse by more than chance."
    )
    assert (found.todo, found.to) == ("Compare the two", "versions")
    assert (found.address["first"], found.address["second"]) == ("v2", "v1")


def test_different_weeks_are_no_proof():
    """Of versions that were at work one after the other the first line says that it proves nothing.

    Traces that name no version are no version before.
    """
    cells = with_changes(
        [rated("good", "v2", 0.7), rated("good", "unknown", 0.9)], ("v2", "unknown")
    )
    assert [cell.changed for cell in cells] == ["", ""]
    versions = ("v2", "unknown", "v1")
    cells = with_changes([rated("good", "v2", 0.7), rated("good", "v1", 0.9)], versions)
    found = headline_of(cells, place(*versions))
    assert found.sentence.endswith(
        "less often by more than chance, but in different weeks, which is no proof."
    )


def test_versions_at_work_at_once_are_told_from_those_one_after_the_other():
    """Half of the traffic of both must lie in the time of both."""
    later = DAY_OF_LAST_WEEK + DAY_MS
    said = {}
    for at in (DAY_OF_LAST_WEEK, later):
        traffic = traffic_of(
            [*(seen(n) for n in range(40)), *(seen(n, "v2", at) for n in range(40, 50))]
            + [seen(n, "v2", at - 40) for n in range(50, 60)]
        )
        inside = traffic.times > 0
        masks = {v: inside & traffic.of_version(v) for v in ("v2", "v1")}
        said[at] = _at_once(traffic, ("v2", "v1"), masks)
    assert said == {DAY_OF_LAST_WEEK: {"v2"}, later: set()}


def test_small_differences_are_not_marked():
    """Without a sure difference, the first line says so and asks for more labels."""
    cells = with_changes([rated("good", "v2", 0.84), rated("good", "v1", 0.86)], ("v2", "v1"))
    found = headline_of(cells, place("v2", "v1"))
    assert found.sentence.endswith("no sure difference.")
    assert found.todo == "Have 200 random ones reviewed"


def test_many_comparisons_mark_less():
    """A difference that is marked alone is not when twenty others are looked at, too."""
    one = [rated("q0", "v2", 0.80), rated("q0", "v1", 0.87)]
    assert with_changes(one, ("v2", "v1"))[0].changed == "worse"
    others = [rated(f"q{n}", v, 0.8) for n in range(1, 21) for v in ("v2", "v1")]
    assert with_changes([*one, *others], ("v2", "v1"))[0].changed == ""


def test_a_judge_alone_is_no_quality():
    """A version with scores and no labels is not rated, and never compared."""
    alone = Cell("good", "v2", judge=Rate(0.5, None, 5000), traffic=5000)
    cells = with_changes([alone, rated("good", "v1", 0.9)], ("v2", "v1"))
    assert cells[0].changed == ""
    found = headline_of(cells, place("v2", "v1"))
    assert "only judges have scored its 5,000 answers" in found.sentence
    assert found.todo == "Have 30 random ones reviewed"


def test_a_trace_without_a_version_is_not_the_first_line():
    """One newer trace that names no version does not push my versions off the first line."""
    cells = [rated("good", "v1", 0.9), Cell("good", "unknown", traffic=1)]
    found = headline_of(cells, replace(place("v1"), traffic={"unknown": 1, "v1": 300}))
    assert "“v1” passes 90 %" in found.sentence

    alone = headline_of(cells[1:], replace(place("v1"), traffic={"unknown": 1}))
    assert "its 1 answer (" in alone.sentence
    assert alone.todo == "Have one reviewed"


def test_a_single_version_stands_alone():
    """Without a version before it, the first line gives its rate."""
    found = headline_of([rated("good", "v1", 0.9)], place("v1"))
    assert found.sentence == "“v1” passes 90 % (86–93), n = 300 by “Is it good?”."


def test_a_running_campaign_needs_no_other_one():
    """While labels still come in, the first line asks for none."""
    cell = rated("good", "v1", 0.9)
    running = Cell(**{**cell.__dict__, "running": True})
    assert headline_of([running], place("v1")).todo == ""


def test_intervals_of_no_width_are_not_tested():
    """What has no width says nothing about chance."""
    sure = [
        Cell("good", v, human=Rate(value, Interval(value, value), 9), labels=9)
        for v, value in (("v2", 0.4), ("v1", 0.9))
    ]
    assert with_changes(sure, ("v2", "v1"))[0].changed == ""


def test_the_time_last_reviewed_is_one_click_away():
    """A campaign that covers another time than the week is named, and its time can be shown."""
    traffic = traffic_of([*(seen(n, at=NOW - 9 * DAY_MS) for n in range(20)), seen(99)])
    reviewed = source(20, 5)
    frame = reviewed.frames["f"]
    until = NOW - 8 * DAY_MS
    reviewed = Source(reviewed.gathered, {"f": replace(frame, until_ms=until)})
    known = Known(traffic, {"good": GOOD}, (reviewed,))
    week = quality_of("bot", known, {}, "week", NOW)
    assert week.headline.sentence.startswith("“v1” was reviewed, but not for all of this time")
    assert week.headline.address == {"experiment": "bot", "time": "reviewed"}
    then = quality_of("bot", known, {}, "reviewed", NOW)
    assert then.window == "the time last reviewed, 21 to 22 Nov 2026"
    assert then.cells[0].human.value == 0.75
    nothing = quality_of("bot", Known(traffic, {"good": GOOD}), {}, "reviewed", NOW)
    assert nothing.window.startswith("all there is")
