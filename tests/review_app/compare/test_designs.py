"""Which comparison of two versions their traffic allows, and what it comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.compare.comparing import (
    OF_FIRST,
    OF_SECOND,
    ONLY_FIRST,
    ONLY_SECOND,
    UNPAIRED,
    compare,
    mark,
)
from review_app.compare.designs import ALONE, MIXED, OTHER_TIME, Asked, design_of
from review_app.compare.sentence import points, sentence
from review_app.compare.versions import window_of
from review_app.frames import Frame
from review_app.intervals import Interval
from review_app.quality.labels import LabeledItem
from review_app.quality.samples import NARROWED, Reach, Sample, Weighted

NOBODY: dict[str, str] = {}


def traffic(name, times, *, questions=(), sessions=()):
    """Return the traces of a version."""
    asked = dict(enumerate(questions))
    said = dict(enumerate(sessions))
    return [
        Asked(f"{name}{n}", time, said.get(n, ""), asked.get(n, 0)) for n, time in enumerate(times)
    ]


def labeled(name, values, **more):
    """Return the labels of the first traces of a version."""
    return Sample(
        tuple(
            Weighted(f"{name}{n}", 1.0, {"Ann": value}, 0, value) for n, value in enumerate(values)
        ),
        **more,
    )


def test_the_same_questions_are_replayed():
    """Versions that were asked the same questions are compared question by question, no others."""
    first = traffic("a", range(20), questions=[*range(1, 16), 99, 99, 50, 51, 52])
    second = traffic("b", range(1000, 1018), questions=[*range(1, 16), 99, 60, 61])

    design = design_of(first, second)

    assert design.kind == "replayed"
    assert design.pairs["a3"] == "b3"
    assert len(design.pairs) == 15
    assert len(design.left_out[ALONE]) == 8


def test_a_few_equal_questions_are_no_replay():
    """Nine equal questions, or a tenth of all, do not make a replay of live traffic."""
    nine = (
        traffic("a", range(9), questions=range(1, 10)),
        traffic("b", range(9), questions=range(1, 10)),
    )
    some = (
        traffic("a", range(200), questions=range(1, 201)),
        traffic("b", range(200), questions=range(181, 381)),
    )

    assert design_of(*nine).kind == "split"
    assert design_of(*some).kind == "split"


def test_a_replay_takes_labels_of_both_answers():
    """Where most labels have no partner, versions at work at once are a split; others stay."""
    first = traffic("a", range(40), questions=range(1, 41))
    at_once = traffic("b", range(40), questions=range(1, 41))
    later = traffic("b", range(500, 540), questions=range(1, 41))
    alone = frozenset([f"a{n}" for n in range(20)] + [f"b{n}" for n in range(15, 35)])
    both = frozenset(f"{name}{n}" for name in "ab" for n in range(20))

    assert design_of(first, at_once, both).kind == "replayed"
    assert design_of(first, at_once, alone).kind == "split"
    assert design_of(first, later, alone).kind == "replayed"


def test_side_by_side_is_a_split_of_the_common_time():
    """Of versions at work at once only the common time counts; mixed conversations stay out."""
    first = traffic("a", range(100), sessions=["mixed", "", "own"])
    second = traffic("b", range(40, 140), sessions=["mixed", "mixed"])

    design = design_of(first, second)

    assert design.kind == "split"
    assert (design.since_ms, design.until_ms) == (42, 99)
    assert set(design.left_out[MIXED]) == {"a0", "b0", "b1"}
    assert {"a41", "b61"} < set(design.left_out[OTHER_TIME])
    assert design.first == {f"a{n}" for n in range(42, 100)}


@pytest.mark.parametrize("later", [range(100, 200), range(80, 180), ()])
def test_one_after_the_other_is_before_and_after(later):
    """Where the two hardly shared any time, it is before and after."""
    design = design_of(traffic("a", range(100)), traffic("b", later))

    assert design.kind == "before and after"
    assert not design.pairs


def replay(first, second):
    """Compare labels of questions that both versions answered."""
    n = max(len(first), len(second))
    ones = traffic("a", range(n), questions=range(1, n + 1))
    others = traffic("b", range(n), questions=range(1, n + 1))
    return compare(
        "good", design_of(ones, others), labeled("a", first), labeled("b", second), NOBODY
    )


def test_a_replay_comes_to_the_published_numbers():
    """Reference against gpt-4o: 24 to 3 pairs, .1321 (.0744 to .1991), better."""
    found = replay(
        [1] * 24 + [0] * 3 + [1] * 124 + [0] * 8, [0] * 24 + [1] * 3 + [1] * 124 + [0] * 8
    )

    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.0744, 0.1991)
    assert (len(found.groups[ONLY_FIRST]), len(found.groups[ONLY_SECOND])) == (48, 6)
    assert found.groups[ONLY_FIRST][:2] == ("a0", "b0")
    assert sentence(found, "reference", "gpt-4o") == (
        "reference is better than gpt-4o: 93 % pass against 80 %, 13 points more (7 to 20)."
    )


def test_an_open_comparison_says_what_it_takes():
    """12 against 12 pairs is undecided at a margin of 5 points, and says how many pairs more."""
    same = [1] * 12 + [0] * 12 + [1] * 115 + [0] * 20, [0] * 12 + [1] * 12 + [1] * 115 + [0] * 20

    found = replay(*same)

    assert found.outcome == "undecided"
    assert sentence(found, "gpt-4o", "llama").startswith(
        "Undecided: gpt-4o 80 % pass against 80 %, "
    )
    assert f"About {found.more:,} more pairs may settle it." in sentence(found, "gpt-4o", "llama")
    assert 300 < found.more < 500


def test_labels_without_a_partner_stay_out_and_are_named():
    """In a replay only questions with two labels count; the others are counted as left out."""
    found = replay([1] * 30, [1] * 20)
    nothing = replay([1] * 30, [])

    assert found.pairs.n == 20
    assert len(found.left_out[UNPAIRED]) == 10
    assert nothing.outcome == "no labels"
    assert "of no question both answers have a label yet" in sentence(nothing, "a", "b")


def test_reviewers_ties_are_half_a_pass():
    """Where two reviewers were divided, the answer is half a pass on either side."""
    found = replay([0.5] * 10 + [1] * 20, [0] * 10 + [1] * 20)

    assert found.pairs.only_first == 5
    assert found.difference == pytest.approx(5 / 30)


def split(first, second, sample=labeled, **more):
    """Compare labels of versions that were at work at the same time."""
    ones, others = traffic("a", range(400)), traffic("b", range(400))
    return compare(
        "good", design_of(ones, others), sample("a", first), sample("b", second), NOBODY, **more
    )


def test_separate_items_have_newcombes_interval():
    """Plain labels of a split have the published interval, and each side opens its traces."""
    found = split([1] * 56 + [0] * 14, [1] * 48 + [0] * 32)

    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.0524, 0.3339)
    assert found.outcome == "better"
    assert found.groups[OF_FIRST][0] == "a56"
    assert len(found.groups[OF_SECOND]) == 80
    assert "the traces do not say" in found.notes[0]


def test_no_difference_needs_a_narrow_interval():
    """Only where the whole interval lies within the margin there is no difference that matters."""
    same = [1] * 360 + [0] * 40

    assert split(same, same).outcome == "no larger difference"
    assert sentence(split(same, same), "new", "old").startswith(
        "No difference larger than 5 points: new 90 % pass against 90 %, no difference ("
    )
    assert split(same, same, margin=0.02).outcome == "undecided"


def test_before_and_after_is_no_proof():
    """Versions of different weeks are said to be of different weeks, whatever the numbers are."""
    ones, others = traffic("a", range(100)), traffic("b", range(500, 600))

    found = compare(
        "good", design_of(ones, others), labeled("a", [1] * 90), labeled("b", [0] * 90), NOBODY
    )

    assert sentence(found, "v2", "v1") == (
        "v2 passed more often in its weeks than v1 in its own: 100 % pass against 0 %, 100 points"
        " more (94 to 100). Different weeks, not proof."
    )
    assert "not proof" in found.notes[0]


def test_labels_that_may_not_speak_are_named():
    """Labels of a filtered pool stay out of the comparison, with the reason of the rate page."""
    why = NARROWED.format(pool="all thumbs-down")
    out = LabeledItem("b7", "trace", "b", {"Ann": 0.0}, 0, ("run", "frame"))
    ones, others = traffic("a", range(40)), traffic("b", range(40))

    found = compare(
        "good",
        design_of(ones, others),
        labeled("a", [1] * 9),
        Sample(left_out={why: (out,)}),
        NOBODY,
    )

    assert found.left_out[f"are {why}"] == ("b7",)
    assert sentence(found, "a", "b") == ("Nothing can be said yet: no labels that may speak for b.")


def test_who_read_one_version_more_is_named():
    """A reviewer who read one version more than others did is named: strictness differs."""

    def by(who, name):
        values = [1.0] * len(who)
        items = labeled(name, values).items
        return Sample(tuple(replace(i, by={w: 1.0}) for i, w in zip(items, who, strict=True)))

    design = design_of(traffic("a", range(40)), traffic("b", range(40)))
    first, second = by(["Ann"] * 12 + ["Bo"] * 8, "a"), by(["Ann"] * 2 + ["Bo"] * 8, "b")

    assert compare("good", design, first, second, NOBODY).unequal == {}
    third = by(["Ann"] * 2 + ["Bo"] * 18, "b")
    assert compare("good", design, first, third, NOBODY).unequal == {"Ann": (12, 2)}


def test_labels_still_coming_in_are_said():
    """While a campaign runs, the comparison says to decide at the end."""

    def running(name, values):
        return labeled(name, values, running=True)

    clear = split([1] * 80 + [0] * 20, [1] * 40 + [0] * 60, running)

    assert any("still coming in" in note for note in clear.notes)
    assert clear.outcome == "undecided"
    assert sentence(clear, "v2", "v1").endswith(
        "Labels are still coming in, so it is decided at the end."
    )


def test_better_takes_interval_and_test():
    """Seven pairs to one leave out 0 and have an exact p of .07: that is no “better”."""
    found = replay([1] * 7 + [0] + [1] * 22 + [0] * 10, [0] * 7 + [1] + [1] * 22 + [0] * 10)

    assert found.interval.low > 0
    assert found.outcome == "undecided"
    assert sentence(found, "v2", "v1").endswith(
        "So few pairs differ that chance alone may do that (exact test: p = 0.07)."
    )


def test_marks_stand_among_all_questions():
    """Of many questions only those are marked that stand when all of them are counted."""
    clear = split([1] * 80 + [0] * 20, [1] * 40 + [0] * 60)
    thin = split([1] * 80 + [0] * 20, [1] * 67 + [0] * 33)
    none = split([1] * 20, [])

    assert thin.p_value < 0.05
    assert [one.marked for one in mark([thin])] == [True]
    found = mark([clear, none, thin, thin])
    assert [one.marked for one in found] == [True, False, False, False]
    assert [one.outcome for one in found] == ["better", "no labels", "undecided", "undecided"]
    assert "among 3 questions one like it may be chance" in sentence(found[2], "a", "b")


@pytest.mark.parametrize(
    "difference, low, high, words",
    [
        (0.1321, 0.0744, 0.1991, "13 points more (7 to 20)"),
        (-0.02, -0.0635, 0.0235, "2 points less (\N{MINUS SIGN}6 to 2)"),
        (0.001, -0.05, 0.05, "no difference (\N{MINUS SIGN}5 to 5)"),
        (-0.01, -0.02, -0.001, "1 point less (\N{MINUS SIGN}2 to 0)"),
    ],
)
def test_differences_in_words(difference, low, high, words):
    """A difference is said in points, with the sign in words."""
    assert points(difference, Interval(low, high)) == words


def test_labels_speak_for_the_time_they_were_drawn_from():
    """Traffic after a sample was drawn is not spoken for: the time is that of most labels."""
    whole = Frame("all", "all traces", since_ms=10, until_ms=90, whole_traffic=True)
    reaches = {
        ("one", "all"): Reach(("one", "all"), "One", whole),
        ("two", "all"): Reach(("two", "all"), "Two", Frame("all", "thumbs-down", until_ms=500)),
    }
    items = [LabeledItem(f"t{n}", "trace", "a", {}, 0, ("one", "all")) for n in range(3)]
    others = [LabeledItem(f"u{n}", "trace", "a", {}, 0, ("two", "all")) for n in range(9)]

    assert window_of([*items, *others], reaches) == (10, 90)
    assert window_of(others, reaches) == (0, 0)
