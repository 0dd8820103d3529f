"""A verdict is green only where every test holds, and says what decides it."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace

import numpy as np
import pytest

from review_app.intervals import wilson
from review_app.judge_check.check import check, level
from review_app.judge_check.eligible import NOT_AGAIN
from review_app.judge_check.items import Asked, CheckItem
from review_app.judge_check.kappas import kappas
from review_app.judge_check.outcomes import kappa_row
from review_app.judge_check.values import Limits, check_from, check_json
from review_app.judges import JudgeKey
from review_app.questions import Question

KEY = JudgeKey("good", "good@1")
ASKED = Asked(Question("good", "pass_fail", options=("Pass", "Fail")))


def items_of(*, good, bad, people=3, says=lambda label, luck: label, seed=1):
    """Make items that people label nearly the same, and a judge that says what ``says`` tells."""
    luck = random.Random(seed)
    found = []
    for number in range(good + bad):
        label = number < good
        votes = {f"p{n}": label if luck.random() < 0.93 else not label for n in range(people)}
        if people > 2:
            label = sum(votes.values()) * 2 > people
        judged = says(label, luck)
        found.append(CheckItem(str(number), label, votes, judged, judged, 1.0, number))
    return found


def checked(items, **more):
    return check(items, KEY, ASKED, Limits(), look=1, **more)


def outcomes(found):
    return {row.name: row.outcome for row in found.tests}


def test_a_good_judge_may_stand_in():
    """A judge that nearly always says what people say holds all four tests."""
    found = checked(items_of(good=150, bad=90, says=lambda label, luck: label))

    assert set(outcomes(found).values()) == {"holds"}
    assert found.green
    assert found.sentence == "“good@1” may stand in for an expert on “good”: all four tests hold."


def test_one_conversation_decides_nothing():
    """Where everything is from one session, nobody is surely better or worse than the judge."""
    items = [replace(one, cluster=0) for one in items_of(good=120, bad=80)]

    found = checked(items)

    assert outcomes(found)["alt-test"] == "undecided"
    assert found.verdict == "undecided"


@pytest.mark.parametrize("bad", [0, 3, 12, 90])
def test_a_judge_that_passes_everything_is_never_green(bad):
    """However few bad answers there are, always passing earns no green verdict."""
    found = checked(items_of(good=300, bad=bad, says=lambda label, luck: True))

    assert not found.green
    assert found.verdict in ("undecided", "may not stand in")


@pytest.mark.parametrize("bad", [0, 1, 5])
def test_without_enough_failed_items_nothing_is_decided(bad):
    """A judge that was never shown enough bad answers is undecided, and told how many lack."""
    items = items_of(good=300, bad=0)
    items = [replace(one, label=True, judged=True) for one in items]
    items += [CheckItem(f"b{n}", False, {"p0": False, "p1": False}, False) for n in range(bad)]

    found = checked(items)

    assert found.verdict == "undecided"
    assert "nobody knows how many it catches" in found.sentence
    assert "bad ones are in" in found.tests[0].settle


def test_one_expert_ends_at_pre_screening():
    """With one expert nobody knows how people agree: sorting at best, whatever the rates are."""
    found = checked(items_of(good=150, bad=90, people=1))

    assert found.verdict == "may sort and pre-screen"
    assert outcomes(found)["kappa"] == outcomes(found)["alt-test"] == "not possible"


def test_the_constant_judge_stands_beside_every_test():
    """In each row one reads how the best constant judge would do."""
    found = checked(items_of(good=150, bad=90))

    assert found.constant is True
    assert [row.constant for row in found.tests[:2]] == [0.0, 1.0]
    assert [row.constant_outcome for row in found.tests[:2]] == ["fails", "holds"]


def test_too_many_ties_decide_nothing():
    """Above a tenth of ties and missing scores the verdict is open, with the bounds beside it."""
    items = items_of(good=150, bad=90)
    found = checked(items, left_out={"tie": 40})

    assert found.verdict == "undecided"
    assert "14 % of the items are ties or have no score" in found.sentence
    assert found.catches.worst < found.catches.share.value


def test_a_mix_that_was_read_again_hides_no_ties():
    """Forty ties beside sixty labels are two fifths of all, also where twelve labels stand for all.

    Nobody could read again what had no label, so it is still there and still decides nothing.
    """
    ties = [CheckItem(f"t{n}", None, {}, True) for n in range(40)]
    before = checked([*items_of(good=40, bad=20), *ties])
    after = checked([*items_of(good=8, bad=4), *ties], left_out={NOT_AGAIN: 48})

    assert (before.against, after.against, after.left_out["tie"]) == (40, 8, 40)
    assert before.sentence == after.sentence
    assert "40 % of the items are ties" in after.sentence


def test_every_look_spends_half_of_what_is_left():
    """A second look at the same set asks for more, and all looks together spend 5 %."""
    items = items_of(good=150, bad=90, says=lambda label, luck: label or luck.random() < 0.1)
    first, third = (check(items, KEY, ASKED, Limits(), look=look).tests[0] for look in (1, 3))

    assert (third.lower or 0) < (first.lower or 0)
    assert third.interval == first.interval
    assert sum(level(look) for look in range(1, 40)) == pytest.approx(0.05)


def test_looking_until_it_is_green_is_rarely_wrong():
    """A judge at the very floor, checked after every 30 labels, is green in at most 5 % of all."""
    luck = np.random.default_rng(3)
    looks = 6
    right = luck.random((2000, 30 * looks)) < Limits().tnr
    green = np.zeros(len(right), dtype=bool)
    for look in range(1, looks + 1):
        n = 30 * look
        for number, caught in enumerate(right[:, :n].mean(axis=1)):
            low = wilson(caught, n, alpha=2 * level(look)).low
            green[number] |= low >= Limits().tnr

    assert 0.01 < green.mean() <= 0.05


def test_sessions_widen_the_bounds():
    """Items of the same session are no independent pieces of evidence."""
    items = items_of(good=150, bad=90, says=lambda label, luck: label or luck.random() < 0.2)
    alone = checked(items).tests[0]
    together = checked([replace(one, cluster=int(one.trace_id) // 8) for one in items]).tests[0]

    assert (together.lower or 0) < (alone.lower or 0)


def test_weights_bring_back_what_was_drawn_rarely():
    """Bad answers that the judge caught were drawn ten times as often: weighing undoes it."""
    caught = [CheckItem(f"c{n}", False, {"a": False}, False, weight=1.0) for n in range(90)]
    missed = [CheckItem(f"m{n}", False, {"a": False}, True, weight=10.0) for n in range(9)]
    good = [CheckItem(f"g{n}", True, {"a": True}, True) for n in range(100)]

    assert checked(caught + missed + good).tests[0].value == pytest.approx(0.5)


def test_the_share_of_items_it_wins_lies_in_its_interval():
    """Where the items that it loses weigh next to nothing, the share and its interval say so."""
    items = items_of(good=100, bad=100, says=lambda label, luck: label)
    lost = [
        replace(
            one, judged=not one.label, weight=0.01, trace_id=f"l{one.trace_id}", cluster=f"l{n}"
        )
        for n, one in enumerate(items)
    ]
    why = {row.name: row.why for row in checked([*items, *lost]).tests}["alt-test"]
    share, low, high = map(float, re.search(r"On (\S+) %.*? \((\d+)–(\d+)\)", why).groups())

    assert low <= share <= high
    assert share > 90


def test_a_check_is_kept_as_it_was():
    """What is stored and read again is the same check."""
    found = checked(items_of(good=60, bad=40))

    assert check_from(json.loads(json.dumps(check_json(found)))) == found


def test_what_would_settle_it_is_said():
    """An open test says about how many more items would settle it, if all goes on as it is."""
    found = checked(
        items_of(good=60, bad=30, says=lambda label, luck: label or luck.random() < 0.2)
    )
    row = found.tests[0]

    assert row.outcome == "undecided"
    assert row.settle.startswith("About ")
    assert "more bad answers" in row.settle


def test_the_forecast_of_kappa_is_for_the_next_look():
    """Who looks again must show more, so more items are asked for than would do at this look."""
    found = kappas(items_of(good=40, bad=30, says=lambda label, luck: luck.random() < 0.9))
    row = kappa_row(replace(found, difference=-0.05, lower=-0.15, upper=0.05), Limits(), 0.025)

    assert row.outcome == "undecided"
    asked = int(re.search(r"About ([\d,]+) more", row.settle).group(1).replace(",", ""))
    assert found.items * 4 * 1.3 < asked + found.items < found.items * 4 * 1.32


def test_a_kappa_that_fails_says_how_far_it_surely_is():
    """Where kappa fails I read that the difference is surely at most so much, not at least."""
    found = kappas(items_of(good=40, bad=30, says=lambda label, luck: luck.random() < 0.9))
    row = kappa_row(replace(found, difference=-0.4, lower=-0.6, upper=-0.2), Limits(), 0.025)

    assert row.outcome == "fails"
    assert "surely at most \N{MINUS SIGN}0.200, and" in row.why


def test_mt_rag_has_no_green_judge(mt_rag):
    """On the real answers none of the judges may stand in, and the sentence names why."""
    verdicts = {}
    for judge in ("rl_f", "rb_llm", "rb_agg", "always"):
        key = JudgeKey("faithfulness", f"{judge}@1")
        found = check(mt_rag(judge, clustered=True), key, ASKED, Limits(), look=1)
        verdicts[judge] = found.verdict
        assert "%" in found.sentence

    assert verdicts == {
        "rl_f": "undecided",
        "rb_llm": "may not stand in",
        "rb_agg": "may not stand in",
        "always": "may not stand in",
    }


def test_kappas_are_compared_on_the_same_items():
    """Easy items that one person read do not lift the judge above people on the hard ones."""
    luck = random.Random(7)
    hard = items_of(good=50, bad=50, says=lambda label, _: label if luck.random() < 0.7 else True)
    easy = items_of(good=100, bad=100, people=1, seed=2)
    easy = [replace(one, trace_id=f"e{one.trace_id}", cluster=one.trace_id) for one in easy]

    assert kappas([*hard, *easy]) == kappas(hard)
    assert kappas(easy).judge is not None
    assert kappas(easy).difference is None


@pytest.mark.parametrize("sessions, turns", [(60, 1), (20, 8)])
def test_intervals_of_kappas_cover_what_they_promise(sessions, turns):
    """Of simulated 95 % intervals at least 93 % hold the true difference, clustered ones too."""
    true = kappas(drawn(np.random.default_rng(99), 12_000, 4), draws=50).difference or 0.0
    luck = np.random.default_rng(5)
    found = [kappas(drawn(luck, sessions, turns), draws=800).interval for _ in range(400)]

    held = [one is not None and one.low <= true <= one.high for one in found]
    assert sum(held) / len(held) >= 0.93


def drawn(luck, sessions, turns):
    """Three people and a judge who read items of sessions in which answers fail together."""
    items = []
    for session in range(sessions):
        share = luck.beta(0.8 * 7 / 3, 0.2 * 7 / 3)
        for turn in range(turns):
            good = luck.random() < share
            votes = {f"p{n}": bool(good) == bool(luck.random() < 0.88) for n in range(3)}
            judge = bool(good) == bool(luck.random() < 0.85)
            label = sum(votes.values()) > 1
            items.append(CheckItem(f"{session}-{turn}", label, votes, judge, judge, 1.0, session))
    return items
