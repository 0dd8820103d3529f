"""Rows of a labeled set: what people together say about each item, and who said what.

Votes are independent answers only. Practice, gold, repeats, look-alikes and what was said after a
reveal are never among them; a gold item that was sampled too counts by its known answer. Dissent
stays beside each label, so that soft labels can be made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from review_app.adjudication import decisions
from review_app.campaigns import PlanItem
from review_app.consensus import Basis, Rule, Verdict, follows, verdict
from review_app.gathered import About, Gathered
from review_app.given import Given
from review_app.part_done import plan_so_far
from review_app.passing import passes
from review_app.question_rules import can_fail
from review_app.questions import Question
from review_app.splits import Split

Place = tuple[str, str]  # trace id, unit
NOTHING_KNOWN = About()
TIE, CANNOT_JUDGE, UNANSWERED = "tie", "cannot judge", "not answered yet"
OUTSIDE_THE_RULE = "not enough for the rule"
NEVER_LABELED: Mapping[str, str] = {
    "practice": "practice",
    "gold": "gold, not sampled",
    "look_alike": "look-alike",
    "adjudication": "adjudication only",
}


@dataclass(frozen=True)
class Voter:
    """What one person said of an item, independently.

    Attributes:
        reviewer: the person.
        value: the answer as it was given; None for "cannot judge".
        rationale: why; "" when nothing was said.
        assessment: id of the answer in MLflow.
        cannot_judge: why it could not be judged; "" when it was.
        wording: version of the question that was answered.
        because: ``judge_disagreement`` where a judge that said otherwise made it be asked; else "".
    """

    reviewer: str
    value: Any
    rationale: str
    assessment: str
    cannot_judge: str = ""
    wording: str = ""
    because: str = ""


@dataclass(frozen=True)
class Drawn:
    """How a campaign came to the item; the chance to be drawn from its frame, and done; or None."""

    campaign: str
    frame: str
    stratum: str
    probability: float | None
    group: int
    reason: str = ""


@dataclass(frozen=True)
class LabeledRow:
    """One item of a labeled set.

    Attributes:
        trace_id: the trace; of a session its first one.
        unit: whether it is one trace or a whole session.
        question: name of the question.
        label: pass (True) or fail where the question has a line between them, else the consensus.
        label_raw: the consensus on the question's own scale; None where there is none.
        basis: what the label stands on.
        votes: label as JSON text -> how many people said so.
        votes_raw: the same on the question's own scale.
        share: of the votes that are for the label.
        who: all who answered independently, "cannot judge" among them, by name.
        adjudication: id of the lead's decision; "" for none.
        cannot_judge: how many said that it cannot be judged.
        wordings: versions of the question that were answered.
        drawn: the campaigns it was drawn in, in the order of the recipe.
        session: its conversation; "" for none.
        duplicates: the trace that names its group of near-duplicates; "" where it has no text.
        text: MLflow's preview of what the app was asked.
        version: what produced it.
        split: ``train`` or ``test``.
        because: of the lead's decision, as of a voter.
    """

    trace_id: str
    unit: str
    question: str
    label: Any
    label_raw: Any
    basis: Basis
    votes: Mapping[str, int]
    votes_raw: Mapping[str, int]
    share: float
    who: tuple[Voter, ...]
    adjudication: str
    cannot_judge: int
    wordings: tuple[str, ...]
    drawn: tuple[Drawn, ...]
    session: str = ""
    duplicates: str = ""
    text: str = ""
    version: str = ""
    split: Split = "test"
    because: str = ""

    @property
    def place(self) -> Place:
        """What names the item in a set."""
        return self.trace_id, self.unit


@dataclass
class _Item:
    """What is gathered of one item over the campaigns."""

    drawn: list[tuple[str, PlanItem]] = field(default_factory=list)
    votes: dict[str, Given] = field(default_factory=dict)
    decided: Given | None = None

    def known(self, question: str) -> Any:
        """Return the known answer of a gold item that was sampled too; None for none."""
        right = (p.right for _, p in self.drawn if p.role == "gold" and p.probability is not None)
        return next((r[question] for r in right if question in r), None)


def rows_of(
    question: Question,
    sources: Sequence[Gathered],
    rule: Rule,
    duplicates: Mapping[str, str],
) -> tuple[list[LabeledRow], dict[str, list[Place]]]:
    """Return one row for each item that the rule labels, and those it leaves out by reason.

    Args:
        question: which answers pass.
        sources: the campaigns, in the order of the recipe.
        rule: which consensus becomes a label.
        duplicates: trace id -> name of its group of near-duplicates.
    """
    rows: list[LabeledRow] = []
    left_out: dict[str, list[Place]] = {}
    for why, row in _judged(question, sources, rule, duplicates):
        if why:
            left_out.setdefault(why, []).append(row.place)
        else:
            rows.append(row)
    return rows, left_out


def unsettled_rows(
    question: Question,
    sources: Sequence[Gathered],
    rule: Rule,
    duplicates: Mapping[str, str],
) -> list[LabeledRow]:
    """Return what people answered and the rule does not label: ties, mostly; see ``rows_of``."""
    return [
        replace(row, label=None, label_raw=None)
        for why, row in _judged(question, sources, rule, duplicates)
        if why in (TIE, OUTSIDE_THE_RULE)
    ]


def _judged(
    question: Question,
    sources: Sequence[Gathered],
    rule: Rule,
    duplicates: Mapping[str, str],
) -> Iterator[tuple[str, LabeledRow]]:
    """Yield each item as a row, with why the rule leaves it out."""
    about = about_all(sources)
    for place, item in sorted(_items(question.name, sources).items()):
        found = _verdict(question, item)
        known = about.get(place[0], NOTHING_KNOWN)
        row = _row(question, place, item, found, known, duplicates.get(place[0], ""))
        yield _why_left_out(question, item, found, rule), row


def about_all(sources: Iterable[Gathered]) -> dict[str, About]:
    """Return what is known of every trace of the campaigns that somebody worked on."""
    return {trace_id: about for source in sources for trace_id, about in source.about.items()}


def counted_votes(question: str, source: Gathered) -> list[Given]:
    """Return the independent answers of a campaign that count, "cannot judge" among them."""
    found = source.first.items()
    return [one for at, one in found if at.question == question and source.counted(one)]


def _items(question: str, sources: Sequence[Gathered]) -> dict[Place, _Item]:
    items: dict[Place, _Item] = {}
    for source in sources:
        if question not in source.versions:
            continue
        for planned in plan_so_far(source, votes := counted_votes(question, source)):
            item = items.setdefault(planned.place, _Item())
            item.drawn.append((source.campaign.run_id, planned))
        for one in votes:
            found = items.get((one.turn.trace_id, one.turn.unit))
            if found is not None:
                _newer(found.votes, one)
        for decision in _decisions(question, source):
            found = items.get((decision.turn.trace_id, decision.turn.unit))
            if found and (found.decided is None or found.decided.order < decision.order):
                found.decided = decision
    return items


def _newer(votes: dict[str, Given], one: Given) -> None:
    """Keep one vote a person, the newest over all campaigns."""
    before = votes.get(one.turn.reviewer)
    if before is None or before.order < one.order:
        votes[one.turn.reviewer] = one


def _decisions(question: str, source: Gathered) -> list[Given]:
    """Return what leads decided in the campaign, of its wording."""
    return [
        one
        for spot, one in decisions(source).items()
        if spot.question == question and one.wording in ("", source.versions[question])
    ]


def _verdict(question: Question, item: _Item) -> Verdict:
    """Return the consensus of the labels: pass or fail answer by answer where there is a cut."""
    decided = item.decided.value if item.decided else None
    values = [item.votes[name].value for name in sorted(item.votes)]
    known = item.known(question.name)
    if can_fail(question):
        values = [passes(question, value) for value in values]
        decided, known = passes(question, decided), passes(question, known)
    return verdict(values, decided, known)


def _why_left_out(question: Question, item: _Item, found: Verdict, rule: Rule) -> str:
    roles = [planned.role for _, planned in item.drawn]
    if "reviewer" not in roles and item.known(question.name) is None:
        return NEVER_LABELED[roles[0]]
    if item.decided is not None and item.decided.cannot_judge:
        return CANNOT_JUDGE
    if follows(rule, found):
        return ""
    if found.basis == "nobody":
        return CANNOT_JUDGE if item.votes else UNANSWERED
    return TIE if found.basis == "tie" else OUTSIDE_THE_RULE


def _row(
    question: Question, place: Place, item: _Item, found: Verdict, about: About, duplicates: str
) -> LabeledRow:
    votes = [item.votes[name] for name in sorted(item.votes)]
    raw = verdict(
        [one.value for one in votes],
        item.decided.value if item.decided else None,
        item.known(question.name),
    )
    wordings = {one.wording for one in votes} | ({item.decided.wording} if item.decided else set())
    return LabeledRow(
        *place,
        question.name,
        label=found.value,
        label_raw=raw.value,
        basis=found.basis,
        votes=dict(sorted(found.votes.items())),
        votes_raw=dict(sorted(raw.votes.items())),
        share=found.share,
        who=tuple(map(_voter, votes)),
        adjudication=item.decided.id if found.basis == "adjudicated" and item.decided else "",
        cannot_judge=sum(bool(one.cannot_judge) for one in votes),
        wordings=tuple(sorted(wordings - {""})),
        drawn=tuple(
            Drawn(run_id, p.frame, p.stratum, p.probability, p.group, p.reason)
            for run_id, p in item.drawn
        ),
        session=about.session,
        duplicates=duplicates if about.text.strip() else "",
        text=about.text,
        version=about.version,
        because=item.decided.because if found.basis == "adjudicated" and item.decided else "",
    )


def _voter(one: Given) -> Voter:
    about = (one.id, one.cannot_judge, one.wording, one.because)
    return Voter(one.turn.reviewer, one.value, one.rationale, *about)
