"""Sentences around a check: what a look costs, and when and how it was made."""

from __future__ import annotations

from datetime import tzinfo

from components.words import counted, moment
from review_app.judge_check.values import Check, Checked, Limits


def asked(limits: Limits) -> str:
    """Return what a judge must reach, in words."""
    return (
        f"surely catch {100 * limits.tnr:.0f} % of the bad and accept {100 * limits.tpr:.0f} % of"
        f" the good answers, epsilon {limits.epsilon:g}"
    )


def what_a_look_costs(look: int, limits: Limits) -> str:
    """Say what the next final check asks for, and that it counts."""
    if look == 1:
        return f"Asked: {asked(limits)}. It opens the test split; it is the first look at this set."
    return (
        f"Asked: {asked(limits)}. It would be look {look} at this set: it asks for more"
        " certainty than those before: whoever looks often enough finds something green."
    )


def how_it_was_made(checked: Checked, check: Check, zone: tzinfo) -> str:
    """Say which look it was, when, by whom, and what was asked."""
    cut = "" if check.threshold is None else f" · numbers pass from {check.threshold:g} on"
    return (
        f"Look {checked.look} at this set, {moment(checked.checked_ms, zone)}, by {checked.owner}"
        f" · {counted(check.items, 'item')} · asked: {asked(check.limits)}{cut}"
    )
