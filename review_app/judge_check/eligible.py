"""Which items of a labeled set a judge may be checked on, and why the others may not be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from review_app.agreement.clusters import same_questions
from review_app.answers import JUDGE_DISAGREEMENT
from review_app.gathered import About
from review_app.judge_check.chances import UNCLEAR, with_all_chances
from review_app.judges import JudgeKey, name_and_version
from review_app.labeled_rows import Drawn, LabeledRow
from review_app.rechecks import MIXED

Part = Literal["final", "development"]
LEARNED = "the judge learned from it, or from one of its session or like it"
TRAIN = "of the train split"
LINE_CHOSEN = "of the train split, on which the line between pass and fail was chosen"
WITHOUT_TRAIN = (TRAIN, LINE_CHOSEN)  # reasons for which the train split stays out
OPEN = "of an open campaign, where scores may have been seen"
CHOSEN = "chosen by what this judge said, without a probability"
TEST = "of the test split, which only a final check opens"
NOT_AGAIN = "not read again; what a mix of disagreements and agreements drew stands for them"
OF_SESSIONS = "about a whole conversation, of which the judge reads single answers"
NO_SCORE = "without a score of this judge"
CANNOT_JUDGE = "cannot judge"
AGAINST_THE_JUDGE = ("tie", CANNOT_JUDGE, "not enough for the rule", NO_SCORE)


@dataclass(frozen=True)
class Learned:
    """What a judge was aligned on.

    Attributes:
        set_name: name of the labeled set; "" where it was never aligned.
        rows: its train split.
    """

    set_name: str = ""
    rows: tuple[LabeledRow, ...] = ()


NOTHING_LEARNED = Learned()


@dataclass(frozen=True)
class Eligible:
    """The items of a check.

    Attributes:
        rows: those that may be used; how they were drawn is without the frames that may not count,
            and with those that could have drawn them, too.
        left_out: why -> how many are not among them.
        not_again: those that were not read again; one without a score was in no mix.
    """

    rows: tuple[LabeledRow, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    not_again: tuple[LabeledRow, ...] = ()


def eligible(
    rows: Sequence[LabeledRow],
    set_name: str,
    campaigns: Sequence[Mapping[str, Any]],
    key: JudgeKey,
    learned: Learned = NOTHING_LEARNED,
    part: Part = "final",
) -> Eligible:
    """Return the items that the judge may be checked on.

    A judge that was aligned on the set is checked on the test split only; one that never was, on
    all of it. While developing only the train split is looked at. Where disagreements were read
    again in a mix with random agreements, of the labels only what the mix drew counts: all
    disagreements have better labels now, and of the agreements only these. What had no label could
    not be in the mix, and stays.

    Args:
        rows: of the labeled set.
        set_name: its name.
        campaigns: of its datasheet: run id, whether open, frames.
        key: names the judge.
        learned: what it was aligned on.
        part: the final check, or a look while developing.
    """
    sorter = _Sorter(rows, set_name, campaigns, key, learned, part)
    kept: list[LabeledRow] = []
    why: Counter[str] = Counter()
    not_again: list[LabeledRow] = []
    for row in rows:
        fair = tuple(one for one in row.drawn if sorter.fair(one))
        reason = sorter.reason(row) or (CHOSEN if row.drawn and not fair else "")
        if reason:
            why[reason] += 1
            not_again += [row] if reason == NOT_AGAIN else []
        else:
            kept.append(replace(row, drawn=fair))
    kept, unclear = with_all_chances(kept, campaigns)
    if unclear:
        why[UNCLEAR] = len(unclear)
    return Eligible(tuple(kept), dict(why), tuple(not_again))


def without_train(found: Eligible) -> Eligible:
    """Return the items without those of the train split, on which a line was chosen."""
    rows = tuple(row for row in found.rows if row.split != "train")
    out = {**found.left_out, LINE_CHOSEN: len(found.rows) - len(rows)}
    return replace(found, rows=rows, left_out=out) if len(rows) < len(found.rows) else found


def without_score(found: Eligible, scored: Collection[str]) -> Eligible:
    """Return the items with those that no mix could draw counted as items without a score.

    Args:
        found: the items.
        scored: traces with a score of the judge.
    """
    count = sum(row.trace_id not in scored for row in found.not_again)
    if not count:
        return found
    out = {**found.left_out, NO_SCORE: count, NOT_AGAIN: found.left_out[NOT_AGAIN] - count}
    return replace(found, left_out={why: n for why, n in out.items() if n})


class _Sorter:
    """Tells why an item may not be used."""

    def __init__(
        self,
        rows: Sequence[LabeledRow],
        set_name: str,
        campaigns: Sequence[Mapping[str, Any]],
        key: JudgeKey,
        learned: Learned,
        part: Part,
    ) -> None:
        self._mixed = any(one.frame == MIXED for row in rows for one in row.drawn)
        self._open = {one["run_id"] for one in campaigns if one["open"]}
        self._chosen = {
            (one["run_id"], frame["id"])
            for one in campaigns
            for frame in one["frames"]
            if _filters_by(frame, key)
        }
        same = learned.set_name.casefold() == set_name.casefold()
        self._ours = same and bool(learned.set_name)
        self._traces = {row.trace_id for row in learned.rows}
        self._same = _same(rows, learned.rows)
        self._joins = {join for row in learned.rows for join in self._joins_of(row)}
        self._part = part

    def reason(self, row: LabeledRow) -> str:
        """Return why the item may not be used; "" where it may."""
        if self._part == "development" and row.split == "test":
            return TEST
        if self._part == "final" and self._ours and row.split == "train":
            return TRAIN
        if self._part == "final" and self._knows(row):
            return LEARNED
        if any(one.campaign in self._open for one in row.drawn):
            return OPEN
        again = any(one.frame == MIXED for one in row.drawn)
        return NOT_AGAIN if self._mixed and not again and row.label is not None else ""

    def fair(self, one: Drawn) -> bool:
        """Tell whether the item was drawn without a look at this judge's score."""
        by_hand = one.reason == JUDGE_DISAGREEMENT and one.probability is None
        return not by_hand and (one.campaign, one.frame) not in self._chosen

    def _knows(self, row: LabeledRow) -> bool:
        return row.trace_id in self._traces or bool(self._joins & set(self._joins_of(row)))

    def _joins_of(self, row: LabeledRow) -> list[tuple[str, str]]:
        same = self._same.get(row.trace_id, "")
        found = [("session", row.session), ("question", row.duplicates), ("same", same)]
        return [(kind, name) for kind, name in found if name]


def refusal(found: Eligible, key: JudgeKey, *, can_fail: bool) -> str:
    """Return why there can be no check at all; "" where there can.

    >>> refusal(Eligible((), {"of the train split": 3}), JudgeKey("q", "q@1"), can_fail=True)
    'q@1 cannot be checked on this set. No item is left: 3 of the train split.'
    """
    if not can_fail:
        return (
            f"“{key.question}” has no line between pass and fail, so there is no good or bad answer"
            " to be right about."
        )
    if found.rows:
        return ""
    reasons = ", ".join(f"{n:,} {why}" for why, n in found.left_out.items()) or "it is empty"
    return f"{key.source} cannot be checked on this set. No item is left: {reasons}."


def _filters_by(frame: Mapping[str, Any], key: JudgeKey) -> bool:
    """Tell whether the pool of a frame was filtered by a score of the judge, whatever its version.

    Versions say nearly the same, so what one of them chose is easy or hard for the next one, too.
    """
    score = frame.get("rule", {}).get("pool", {}).get("score") or {}
    by, mine = str(score.get("judge", "")).casefold(), key.column.casefold()
    return bool(by) and name_and_version(by)[0] == name_and_version(mine)[0]


def _same(rows: Sequence[LabeledRow], others: Sequence[LabeledRow]) -> dict[str, str]:
    """Return trace id -> the first trace of both that was asked the same.

    Labeled sets name their groups of near-copies each for itself, so two sets are looked at as one.
    """
    if not others:
        return {}
    every = (*rows, *others)
    same = same_questions({row.trace_id: About(text=row.text) for row in every})
    return {row.trace_id: same[row.trace_id] for row in every if row.text.strip()}
