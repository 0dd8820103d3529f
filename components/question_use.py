"""Where a question is asked, which answers it has, and what a change means for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.question_list import say, say_touched
from components.words import counted
from review_app.answers import Assessment
from review_app.questions import Question
from review_app.rewording import may_touch, values_lost

_STAYS = (
    "Campaigns that run keep the wording they began with, and each answer carries the wording that "
    "it answered."
)


@dataclass(frozen=True)
class Use:
    """How a question is used.

    Attributes:
        campaigns: names of those that ask it.
        answers: trace id -> the standing answers of people.
        more: True when there are more answers than these.
        again: ids of the traces whose answers an earlier change may touch.
    """

    campaigns: Sequence[str] = ()
    answers: Mapping[str, Sequence[Assessment]] | None = None
    more: bool = False
    again: Sequence[str] = ()

    @property
    def given(self) -> list[Assessment]:
        """All answers."""
        return [answer for answers in (self.answers or {}).values() for answer in answers]

    @property
    def in_use(self) -> bool:
        """Whether answers or campaigns know the question by its name."""
        return bool(self.answers or self.campaigns)


def show_use(use: Use, *, can_ask: bool) -> bool:
    """Say where the question is asked and answered; True when its items are to be asked again."""
    if not use.in_use:
        return False
    say(f"{_asked(use)}{_answered(use)} {_STAYS}")
    if not use.again:
        return False
    many = len(use.again)
    were = "was" if many == 1 else "were"
    say_touched(
        f"{counted(many, 'item')} {were} answered under an earlier wording, and the change may "
        "touch those answers."
    )
    words = "Ask this one again" if many == 1 else f"Ask these {many:,} again"
    return can_ask and st.button(words, key="ask-again")


def show_change(before: Question, after: Question, use: Use) -> None:
    """Say what the change would mean for the answers that are there; nothing without a change."""
    if before.version == after.version or not use.answers:
        return
    touched = sum(may_touch(before, after, answer) for answer in use.given)
    sentence = (
        f"This change may touch {touched:,} of {counted(len(use.given), 'answer')}. Once it is "
        "saved, you can have those items asked again."
        if touched
        else "This change touches none of the answers that are there."
    )
    lost = values_lost(before, after, use.given)
    gone = f"{counted(lost, 'answer')} chose something that would no longer be offered."
    say_touched(sentence, *([gone] if lost else []))


def _asked(use: Use) -> str:
    names = ", ".join(f"“{name}”" for name in use.campaigns)
    return f"Asked in {names}. " if names else ""


def _answered(use: Use) -> str:
    if not use.answers:
        return "It has no answers yet."
    least = "at least " if use.more else ""
    answers, items = counted(len(use.given), "answer"), counted(len(use.answers), "item")
    return f"It has {least}{answers} on {items}."
