"""What the quality page is about: experiment, time and judges, all in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from review_app.judges import JudgeKey
from review_app.quality.windows import PERIODS, Period

_JUDGE = "judge."  # and the question's name: a parameter of the address
_USUAL: Period = "week"


def period_in(address: Mapping[str, str]) -> Period:
    """Return the time that an address names.

    >>> period_in({"time": "all"}), period_in({"time": "long ago"})
    ('all', 'week')
    """
    return next((one for one in PERIODS if one == address.get("time")), _USUAL)


def judges_in(address: Mapping[str, str]) -> dict[str, JudgeKey]:
    """Return question -> the judge that an address names.

    >>> judges_in({"judge.good": "good@2", "time": "all"})
    {'good': JudgeKey(question='good', source='good@2')}
    """
    named = (one for one in address.items() if one[0].startswith(_JUDGE))
    return {name.removeprefix(_JUDGE): JudgeKey(name[len(_JUDGE) :], by) for name, by in named}


def address_of(experiment: str, period: Period, judges: Mapping[str, JudgeKey]) -> dict[str, str]:
    """Return the address of the page with these choices.

    >>> address_of("bot", "all", {"good": JudgeKey("good", "good@2")})
    {'experiment': 'bot', 'time': 'all', 'judge.good': 'good@2'}
    """
    time = {} if period == _USUAL else {"time": period}
    return {"experiment": experiment, **time, **{_JUDGE + q: k.source for q, k in judges.items()}}


def pick_experiment(names: Sequence[str], here: Mapping[str, str]) -> None:
    """Draw the choice of an experiment; another one begins anew."""
    chosen = here["experiment"]
    picked = st.selectbox(
        "Experiment", names, names.index(chosen), key=f"quality experiment {chosen}", width=280
    )
    _follow(picked, chosen, {"experiment": picked})


def pick_period(here: Mapping[str, str]) -> None:
    """Draw the choice of the time."""
    chosen, periods = period_in(here), list(PERIODS)
    picked = st.selectbox(
        "Time",
        periods,
        periods.index(chosen),
        format_func=PERIODS.__getitem__,
        key=f"quality time {chosen}",
        width=200,
    )
    _follow(picked, chosen, {**here, "time": picked})


def pick_judge(judges: Sequence[JudgeKey], here: Mapping[str, str]) -> None:
    """Draw the choice of a question's judge, where there are several; the first one is shown."""
    if len(judges) < 2:
        return
    sources = [one.source for one in judges]
    name = judges[0].question
    picked = st.selectbox("Judge", sources, key=f"quality judge {name} {sources[0]}", width=200)
    _follow(picked, sources[0], {**here, _JUDGE + name: picked})


def _follow(picked: str, chosen: str, to: Mapping[str, str]) -> None:
    if picked != chosen:
        st.query_params.from_dict(dict(to))
        st.rerun()
