"""The numbers of a check are those that others computed from the same answers.

MT-RAG (Katsis et al., 2025), faithfulness, three automatic judges and one that passes everything;
the formulas of the alt-test reproduced 52 of 52 published pairs of omega and rho.
"""

from __future__ import annotations

import pytest

from review_app.judge_check.alt_test import alt_test, duels, guard
from review_app.judge_check.kappas import kappas
from review_app.judge_check.paired import exact
from review_app.judge_check.rates import confusion, overall, right_of

HALF_A_UNIT = 0.5001  # of the last digit that was published


def near(value, digits=4):
    return pytest.approx(value, abs=HALF_A_UNIT * 10**-digits)


def test_right_about_good_and_bad_answers(mt_rag):
    """rl_f accepts 94.28 % of the good answers and catches 62.67 % of the bad ones."""
    items = mt_rag("rl_f", tie=False)

    assert right_of(items, 0, 0.05, label=True).share.value == near(0.9428)
    assert right_of(items, 0, 0.05, label=False).share.value == near(0.6267)
    found = overall(items)
    assert found.kappa == near(0.5853)
    assert found.accuracy == near(0.8931)
    assert found.auc == near(0.8578)


def test_a_tie_is_left_out_and_bounded(mt_rag):
    """The one tie is in no cell; had it gone against the judge, it would catch 62.67 %."""
    items = mt_rag("rl_f")
    cells = {cell: len(ids) for cell, ids in confusion(items).items()}

    assert cells == {"caught": 47, "missed": 27, "rejected": 23, "accepted": 379}
    assert right_of(items, 1, 0.05, label=False).worst == near(0.6267)
    assert (
        right_of(items, 0, 0.05, label=False).share.interval
        == right_of(items, 0, 0.05, label=False).plain
    )


@pytest.mark.parametrize("judge, kappa", [("rl_f", 0.4885), ("rb_llm", 0.2414), ("rb_agg", 0.2452)])
def test_kappa_with_people_beside_people_with_each_other(mt_rag, judge, kappa):
    """People agree with each other at .4885; each judge agrees with them as was measured."""
    found = kappas(mt_rag(judge))

    assert found.people == near(0.4885)
    assert found.judge == near(kappa)
    assert found.interval.low < (found.difference or 0) < found.interval.high


ALT_TEST = {  # omega at epsilon .05, .10, .15, .20, and rho
    "always": ([0.0, 0.714, 1.0, 1.0], 0.918),
    "rb_llm": ([0.286, 0.857, 1.0, 1.0], 0.940),
    "rb_agg": ([0.0, 0.0, 0.0, 0.0], 0.790),
    "rl_f": ([0.857, 1.0, 1.0, 1.0], 0.977),
}
GUARD = {  # omega at epsilon .10, .15, .20, and rho
    "always": ([0.0, 0.0, 0.0], 0.591),
    "rb_llm": ([0.0, 0.0, 0.0], 0.710),
    "rb_agg": ([0.0, 0.0, 0.8], 0.835),
    "rl_f": ([0.8, 0.8, 0.8], 0.941),
}


@pytest.mark.parametrize("judge", ALT_TEST)
def test_the_alternative_annotator_test(mt_rag, judge):
    """Omega at each epsilon and rho, also of a judge that passes everything, are as measured."""
    omegas, rho = ALT_TEST[judge]
    found = [alt_test(duels(mt_rag(judge)), epsilon) for epsilon in (0.05, 0.1, 0.15, 0.2)]

    assert [one.omega for one in found] == [near(omega, 3) for omega in omegas]
    assert found[0].rho == near(rho, 3)
    assert len(found[0].people) == 7


@pytest.mark.parametrize("judge", GUARD)
def test_the_guard_sees_through_a_judge_that_passes_everything(mt_rag, judge):
    """With bad and good answers weighing the same, the constant judge replaces nobody."""
    omegas, rho = GUARD[judge]
    found = [guard(duels(mt_rag(judge)), epsilon) for epsilon in (0.1, 0.15, 0.2)]

    assert [one.omega for one in found] == [near(omega, 3) for omega in omegas]
    assert found[0].rho == near(rho, 3)
    assert len(found[0].people) == 5


def test_mcnemar():
    """24 won and 3 lost have an exact p of 4.9e-5."""
    assert exact(24, 3) == pytest.approx(4.9e-5, rel=0.01)
