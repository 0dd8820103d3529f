"""Clusters: which items are no independent pieces of evidence, because they come from one place."""

from __future__ import annotations

from collections.abc import Mapping

from review_app.duplicates import groups_of
from review_app.gathered import About
from review_app.joined import Joined

MOST = 2000  # different texts that are compared with each other; of more only equal ones belong


def clusters_of(about: Mapping[str, About]) -> dict[str, str]:
    """Return trace id -> what it is drawn together with: its session, else its near-duplicates.

    Traces of a session stay together; those without one stay with those that were asked the same,
    and alone where nobody knows what they were asked.
    The name of a cluster is the id of its first trace, so that a trace alone is its own cluster.

    >>> clusters_of({"t1": About("s"), "t2": About("s"), "t3": About(text="Hi")})
    {'t1': 't1', 't2': 't1', 't3': 't3'}
    """
    ids = sorted(about)
    joined, sessions = Joined(len(ids)), dict[str, int]()
    loose: list[int] = []
    for number, trace_id in enumerate(ids):
        session = about[trace_id].session
        if session:
            joined.join(sessions.setdefault(session, number), number)
        elif about[trace_id].text.strip():
            loose.append(number)
    for group in groups_of([("", about[ids[number]].text) for number in loose], MOST):
        for other in group[1:]:
            joined.join(loose[group[0]], loose[other])
    return {trace_id: ids[joined.root(number)] for number, trace_id in enumerate(ids)}


def same_questions(about: Mapping[str, About]) -> dict[str, str]:
    """Return trace id -> the first trace that was asked the same, whatever version answered.

    Traces of which nobody knows what they were asked are alone.

    >>> same_questions({"t1": About(text="Hi"), "t2": About(text="hi!"), "t3": About(text="Bye")})
    {'t1': 't1', 't2': 't1', 't3': 't3'}
    """
    ids = sorted(about)
    groups = groups_of([("" if about[one].text.strip() else one, about[one].text) for one in ids])
    return {ids[number]: ids[group[0]] for group in groups for number in group}
