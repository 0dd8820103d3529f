"""Assignment: fair shares, common items, gold and repeats, in an order of everybody's own."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from review_app.assignment import BLOCK, REPEAT_AFTER, Again, Extras, assign
from review_app.campaigns import PlanItem, items_of
from review_app.design import Sharing


def _items(count: int, strata: int = 2) -> list[PlanItem]:
    return [PlanItem(f"t{n}", "pool-1", "random", 0.5, f"v{n % strata}") for n in range(count)]


def _lists(plan, people):
    """Return each reviewer's list as they read it: (trace, round)."""
    return {p: [(i.trace_id, i.round) for i in items_of(p, "run", plan).values()] for p in people}


people = st.integers(1, 6).map(lambda n: [f"p{i}" for i in range(n)])


@given(people, st.integers(1, 60), st.integers(1, 4), st.integers(1, 3), st.text(max_size=3))
@settings(max_examples=60)
def test_every_item_has_its_reviews_and_shares_are_equal(who, count, strata, each, seed):
    """Each item has as many different reviewers as asked, and nobody reads much more than others.

    Within every stratum shares differ by one at most: nobody reads mostly one version.
    """
    each = min(each, len(who))
    plan = assign(_items(count, strata), who, Sharing(each), Extras(), seed)
    for item in plan:
        assert len({t.reviewer for t in item.assigned}) == len(item.assigned) == each
    for stratum in {item.stratum for item in plan}:
        got = Counter(t.reviewer for i in plan if i.stratum == stratum for t in i.assigned)
        shares = [got[p] for p in who]
        assert max(shares) - min(shares) <= 1
    for person, mine in _lists(plan, who).items():
        positions = sorted(t.position for i in plan for t in i.assigned if t.reviewer == person)
        assert positions == list(range(1, len(mine) + 1))


@given(people, st.integers(40, 120), st.integers(0, 120), st.text(max_size=3))
@settings(max_examples=40)
def test_common_items_are_read_by_the_same_people_in_blocks(who, count, common, seed):
    """Common items have their three people, each team on at least 30 of them, the rest one."""
    wanted = min(common, count)
    team = min(3, len(who))
    plan = assign(_items(count), who, Sharing(1, wanted, team), Extras(), seed)
    teams = Counter(frozenset(t.reviewer for t in i.assigned) for i in plan if len(i.assigned) > 1)
    if team > 1:
        assert sum(teams.values()) == wanted
        assert all(len(members) == team for members in teams)
        assert len(teams) <= 1 or min(teams.values()) >= BLOCK
    assert {len(i.assigned) for i in plan} <= {1, team}


def test_common_items_come_from_every_stratum():
    """The common items are a random part of each stratum, by its share."""
    items = [PlanItem(f"t{n}", "f", "r", 0.5, "down" if n < 20 else "rest") for n in range(100)]
    plan = assign(items, ["a", "b", "c"], Sharing(common=30), Extras(), "1")
    shared = Counter(i.stratum for i in plan if len(i.assigned) == 3)
    assert shared == {"down": 6, "rest": 24}


def test_orders_differ_by_reviewer_and_stay_by_seed():
    """Everybody has an order of their own, and the same seed gives it again."""
    who = ["a", "b"]
    plan = assign(_items(30), who, Sharing(2), Extras(), "7")
    lists = _lists(plan, who)
    assert lists["a"] != lists["b"]
    assert sorted(lists["a"]) == sorted(lists["b"])
    assert assign(_items(30), who, Sharing(2), Extras(), "7") == plan
    assert assign(_items(30), who, Sharing(2), Extras(), "8") != plan


def test_the_first_half_is_a_random_part():
    """What is answered early is no special part: items of each stratum are spread over the list."""
    plan = assign(_items(400), ["a"], Sharing(), Extras(), "1")
    first = _lists(plan, ["a"])["a"][:200]
    share = sum(int(trace[1:]) % 2 for trace, _ in first) / 200
    assert abs(share - 0.5) < 0.12


@given(st.integers(1, 150), st.integers(0, 12), st.integers(0, 4), st.text(max_size=3))
@settings(max_examples=60)
def test_practice_comes_first_and_gold_is_spread(count, golds, practice, seed):
    """Practice items come first; gold items lie evenly among the others, for everybody."""
    practice = min(practice, golds)
    gold = [
        PlanItem(f"g{n}", "gold", "known", role="practice" if n < practice else "gold")
        for n in range(golds)
    ]
    plan = assign(_items(count), ["a", "b"], Sharing(), Extras(gold), seed)
    for mine in _lists(plan, ["a", "b"]).values():
        names = [trace for trace, _ in mine]
        assert names[:practice] == [f"g{n}" for n in range(practice)]
        rest = names[practice:]
        places = [i for i, name in enumerate(rest) if name.startswith("g")]
        assert len(places) == golds - practice
        stretch = len(rest) / max(1, len(places))
        assert all(b - a <= 2 * stretch + 1 for a, b in pairwise(places))


@given(st.integers(REPEAT_AFTER + 1, 160), st.integers(1, 12), st.text(max_size=3))
@example(52, 3, "")
@settings(max_examples=60)
def test_a_repeat_comes_fifty_items_later(count, repeats, seed):
    """What is asked twice comes at least 50 items after the first time, in a second round."""
    plan = assign(_items(count), ["a"], Sharing(), Extras(repeats=repeats), seed)
    mine = _lists(plan, ["a"])["a"]
    second = [(trace, place) for place, (trace, round_) in enumerate(mine) if round_ == 2]
    assert len(second) == min(repeats, count - REPEAT_AFTER)
    for trace, place in second:
        assert place - mine.index((trace, 1)) >= REPEAT_AFTER


def test_repeats_of_an_earlier_campaign_are_asked_again():
    """Each reviewer gets their own earlier items again, as a second round that enters no rate."""
    again = {
        "a": [Again("old1", "trace", 2), Again("old2", "trace", 2)],
        "b": [Again("old2", "trace", 2)],
    }
    plan = assign(_items(20), ["a", "b"], Sharing(), Extras(again=again), "1")
    lists = _lists(plan, ["a", "b"])
    assert sorted(i for i in lists["a"] if i[1] == 2) == [("old1", 2), ("old2", 2)]
    assert ("old2", 2) in lists["b"]
    assert ("old1", 2) not in lists["b"]
    assert {i.probability for i in plan if i.trace_id.startswith("old")} == {None}


def test_everybody_who_joins_reviews_everything():
    """A campaign without named reviewers has no turns: all who join read all, practice first."""
    gold = [PlanItem("g", "gold", "known", role="practice")]
    plan = assign(_items(5), [], Sharing(), Extras(gold), "1")
    assert all(not item.assigned for item in plan)
    assert _lists(plan, ["zoe"])["zoe"][0] == ("g", 1)


@pytest.mark.parametrize("reviewers", [1, 25])
def test_large_plans_are_shared_out(reviewers):
    """Two thousand items for twenty-five people come to equal lists."""
    who = [f"p{i}" for i in range(reviewers)]
    plan = assign(_items(2000), who, Sharing(each=reviewers), Extras(), "1")
    assert {len(mine) for mine in _lists(plan, who).values()} == {2000}
