"""The items behind each number of the campaign page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from review_app.answers import SKIP_REASON
from review_app.checks import Tally
from review_app.distribution import QuestionNumbers
from review_app.durations import duration
from review_app.errors import NotFound
from review_app.given import Given, Turn
from review_app.progress import NO_REASON, Progress
from review_app.questions import Question, in_words
from review_app.reviewer_numbers import ReviewerNumbers

Show = Literal[
    "done", "open", "skipped", "time", "gold", "repeats",
    "answers", "unjudged", "missing", "left-out", "notes",
]  # fmt: skip
CANNOT_JUDGE = {
    "not_my_field": "not my field",
    "source_missing": "source missing",
    "question_unclear": "question unclear",
}
LEFT_OUT = {
    "practice": "practice",
    "gold": "gold items",
    "repeat": "asked a second time",
    "seen": "given after something was shown",
    "unknown": "not known what had been seen",
    "wording": "given to an earlier wording",
    "adjudication": "settled by a lead",
    "look_alike": "confirmed for look-alikes",
}


@dataclass(frozen=True)
class Topic:
    """What somebody wants to see the items of.

    Attributes:
        show: the sort of number.
        reviewer: whose; "" for everybody's.
        question: which question; "" where none is meant.
        part: which bar (counted from 0), or which reason; "" for all.
    """

    show: Show
    reviewer: str = ""
    question: str = ""
    part: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Topic | None:
        """Return the topic of an address; None when it names none that there is."""
        show: Show | None = next((s for s in get_args(Show) if s == values.get("show")), None)
        if show is None:
            return None
        named = {key: values.get(key, "") for key in ("reviewer", "question", "part")}
        return cls(show, **named)

    @property
    def address(self) -> dict[str, str]:
        """What ``read`` reads."""
        named = {"reviewer": self.reviewer, "question": self.question, "part": self.part}
        return {"show": self.show, **{key: value for key, value in named.items() if value}}


@dataclass(frozen=True)
class Row:
    """One turn behind a number: what was said in it, and what is particular about it."""

    turn: Turn
    said: str
    particular: str = ""
    given_ms: int = 0


@dataclass(frozen=True)
class Behind:
    """The turns behind a number, as a sentence and a list; rows are made when they are shown.

    Attributes:
        title: what they have in common.
        turns: in the order to look at them.
        row: makes the row of one of them.
    """

    title: str
    turns: tuple[Turn, ...]
    row: Callable[[Turn], Row]


def behind(progress: Progress, topic: Topic) -> Behind:
    """Return the turns behind a number.

    Raises:
        NotFound: when the campaign has no such reviewer or question.
    """
    return _FINDERS[topic.show](_Finder(progress, topic))


class _Finder:
    def __init__(self, progress: Progress, topic: Topic) -> None:
        self.progress, self.topic = progress, topic
        self.gathered = progress.gathered

    @cached_property
    def who(self) -> ReviewerNumbers:
        found = [r for r in self.progress.reviewers if r.reviewer == self.topic.reviewer]
        if not found:
            raise NotFound(f"{self.topic.reviewer} does not review in this campaign.")
        return found[0]

    @cached_property
    def about(self) -> QuestionNumbers:
        found = [q for q in self.progress.questions if q.question.name == self.topic.question]
        if not found:
            raise NotFound(f"This campaign does not ask “{self.topic.question}”.")
        return found[0]

    def done(self) -> Behind:
        """Newest first."""
        turns = sorted(self.who.done, key=lambda turn: (-self.given_ms(turn), turn))
        return Behind(f"Done by {self.who.reviewer}", tuple(turns), self.row)

    def open(self) -> Behind:
        return Behind(f"Open for {self.who.reviewer}", self.who.open, self.row)

    def skipped(self) -> Behind:
        """Of one reviewer, or of all."""
        found = self.progress.skipped
        title = "Skipped"
        if self.topic.reviewer:
            title = f"Skipped by {self.who.reviewer}"
            found = tuple(one for one in found if one.turn.reviewer == self.who.reviewer)
        return Behind(title, tuple(one.turn for one in found), self.row)

    def time(self) -> Behind:
        """Quickest first."""
        seconds = self.who.seconds

        def row(turn: Turn) -> Row:
            return self.row(turn, duration(seconds[turn]))

        turns = tuple(sorted(seconds, key=lambda turn: (seconds[turn], turn)))
        return Behind(f"How long {self.who.reviewer} took, quickest first", turns, row)

    def gold(self) -> Behind:
        title = f"Gold items of {self.who.reviewer}, missed ones first"
        return Behind(title, self.who.gold.turns, self._gold_row)

    def repeats(self) -> Behind:
        title = f"Asked {self.who.reviewer} twice, changed answers first"
        return Behind(title, self.who.repeats.turns, self._repeat_row)

    def answers(self) -> Behind:
        """Of one bar, or of all."""
        given, title = self.about.judged, self.about.question.heading
        if self.topic.part:
            place = int(self.topic.part) if self.topic.part.isdecimal() else -1
            if not 0 <= place < len(self.about.bars):
                raise NotFound("There is no such answer.")
            bar = self.about.bars[place]
            given, title = bar.given, f"{title} {bar.words}"
        return self._given(title, given)

    def unjudged(self) -> Behind:
        """Of one reason, or of all."""
        chosen = {
            why: given
            for why, given in self.about.cannot_judge.items()
            if self.topic.part in ("", why)
        }
        why = {one.turn: CANNOT_JUDGE.get(why, why) for why, of in chosen.items() for one in of}

        def row(turn: Turn) -> Row:
            return self.row(turn, why[turn])

        return Behind(f"{self.about.question.heading} Could not be judged", tuple(why), row)

    def missing(self) -> Behind:
        title = f"{self.about.question.heading} Left without an answer"
        return Behind(title, self.about.missing, self.row)

    def left_out(self) -> Behind:
        why = LEFT_OUT.get(self.topic.part, self.topic.part)
        title = f"{self.about.question.heading} Not counted: {why}"
        return self._given(title, self.about.left_out.get(self.topic.part, ()))

    def notes(self) -> Behind:
        return self._given("What people wrote", self.progress.notes)

    def given_ms(self, turn: Turn) -> int:
        """When the newest that was said in the turn was given."""
        return max((one.given_ms for one in self._of_turn(turn)), default=0)

    def row(self, turn: Turn, particular: str = "") -> Row:
        skip = self.gathered.newest.get((SKIP_REASON, turn))
        status = self.gathered.turns.get(turn, "")
        if status == "declined":
            said = f"Skipped: {skip.value if skip else NO_REASON}"
        elif status == "pending":
            said = ""
        else:
            said = " · ".join(map(self._words, self._of_turn(turn)))
        return Row(turn, said, particular, self.given_ms(turn))

    def _given(self, title: str, given: Iterable[Given]) -> Behind:
        return Behind(title, tuple(dict.fromkeys(one.turn for one in given)), self.row)

    def _of_turn(self, turn: Turn) -> list[Given]:
        """Return what was said in the turn, in the order of the questions."""
        newest = self.gathered.newest
        names = [q.name for q in self._questions] + [SKIP_REASON] * (not self.topic.question)
        return [newest[name, turn] for name in names if (name, turn) in newest]

    @cached_property
    def _questions(self) -> tuple[Question, ...]:
        if self.topic.question:
            return (self.about.question,)
        return self.gathered.campaign.questions

    def _words(self, one: Given) -> str:
        question = self.gathered.campaign.question(one.question)
        if question is None:
            return ""
        words = f"can’t judge, {CANNOT_JUDGE.get(one.cannot_judge, one.cannot_judge)}"
        if one.value is not None:
            words = in_words(question, one.value)
        heading = "" if self.topic.question else f"{question.heading} "
        return f"{heading}{words}" + (f" ({one.rationale})" if one.rationale else "")

    def _gold_row(self, turn: Turn) -> Row:
        right = self.gathered.planned[turn.trace_id, turn.unit].right
        missed = _missed(self.who.gold, turn)
        told = [
            f"{question.heading} should be {in_words(question, right[question.name])}"
            for question in self.gathered.campaign.questions
            if question.name in missed
        ]
        return self.row(turn, ", ".join(told) or "right")

    def _repeat_row(self, turn: Turn) -> Row:
        changed = _missed(self.who.repeats, turn)
        before = [
            f"{question.heading} was {in_words(question, self._first_answer(question, turn))}"
            for question in self.gathered.campaign.questions
            if question.name in changed
        ]
        return self.row(turn, ", ".join(before) or "the same again")

    def _first_answer(self, question: Question, turn: Turn) -> object:
        again = self.gathered.newest[question.name, turn]
        return self.gathered.before[again.wording, question.name, turn._replace(round=1)].value


def _missed(tally: Tally, turn: Turn) -> set[str]:
    return {c.question for c in tally.checks if c.turn == turn and not c.right}


_FINDERS: dict[Show, Callable[[_Finder], Behind]] = {
    "done": _Finder.done,
    "open": _Finder.open,
    "skipped": _Finder.skipped,
    "time": _Finder.time,
    "gold": _Finder.gold,
    "repeats": _Finder.repeats,
    "answers": _Finder.answers,
    "unjudged": _Finder.unjudged,
    "missing": _Finder.missing,
    "left-out": _Finder.left_out,
    "notes": _Finder.notes,
}
