"""The datasheet of a labeled set: where its labels come from, and what they are good for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from review_app.campaigns import Campaign
from review_app.consensus import RULES
from review_app.frames import Frame, frame_json
from review_app.given import UNKNOWN
from review_app.labeled_sets import LabeledSet
from review_app.set_numbers import missing_in_words, numbers_of
from review_app.set_splits import leaks

Frames = Mapping[str, Mapping[str, Frame]]  # campaign's run id -> frame id -> frame
WHY_NOT_COUNTED: Mapping[str, str] = {
    "repeat": "repeats",
    "seen": "given after something of others, of a judge or of the facts was shown",
    "unknown": "blindness not known",
    "wording": "to an earlier wording",
    "gold": "to gold items",
    "practice": "to practice items",
    "adjudication": "adjudications, which are no votes",
    "look_alike": "confirmed look-alikes",
}


def datasheet(found: LabeledSet, frames: Frames) -> dict[str, Any]:
    """Return all that is known of a set as JSON values: set.json.

    Args:
        found: the set.
        frames: what the items of each campaign were drawn from.
    """
    when = [one.given_ms for one in found.answers if one.given_ms]
    return {
        "recipe": asdict(found.recipe),
        "question": {**asdict(found.question), "version": found.question.version},
        "campaigns": [_campaign(one.campaign, frames) for one in found.sources],
        "reviewers": dict(sorted(Counter(one.turn.reviewer for one in found.answers).items())),
        "wordings": dict(sorted(Counter(one.wording for one in found.answers).items())),
        "answers": len(found.answers),
        "cannot_judge": sum(bool(one.cannot_judge) for one in found.answers),
        "unknown": sum(one.seen == UNKNOWN for one in found.answers),
        "first_ms": min(when, default=0),
        "last_ms": max(when, default=0),
        "numbers": asdict(numbers_of(found.rows)),
        "left_out": {why: len(places) for why, places in sorted(found.left_out.items())},
        "left_out_items": {why: list(map(list, p)) for why, p in sorted(found.left_out.items())},
        "answers_left_out": found.answers_left_out,
        "agreement": [asdict(one) for one in found.agreements],
        "leaks": len(leaks(found.rows)),
        "missing": missing_in_words(found.rows),
    }


def datasheet_markdown(sheet: Mapping[str, Any]) -> str:
    """Return the datasheet as a person reads it, Markdown."""
    recipe, question = sheet["recipe"], sheet["question"]
    parts = [
        f"# {_plain(recipe['name'])}",
        f"{_plain(question['title'] or question['name'])}\n",
        _section("What it holds", _holds(sheet)),
        _section("Who and when", _who(sheet)),
        _section("Question and wording", _wording(sheet)),
        _section("Agreement", _agreement(sheet["agreement"])),
        _section("Left out", _left_out(sheet)),
        _section("How items were drawn", _sampling(sheet["campaigns"])),
        _section("Still missing for a judge verdict", sheet["missing"] or ["Nothing."]),
    ]
    return "\n".join(parts)


def interval_in_words(estimate: Mapping[str, Any]) -> str:
    """Return a number with its interval; a dash where it is undefined."""
    value, ends = estimate["value"], estimate["interval"]
    if value is None:
        return "– (no variation)"
    return f"{value:.3f}" + (f" ({ends['low']:.3f} to {ends['high']:.3f})" if ends else "")


def _campaign(campaign: Campaign, frames: Frames) -> dict[str, Any]:
    return {
        "run_id": campaign.run_id,
        "name": campaign.name,
        "goal": campaign.goal,
        "open": campaign.open,
        "each": campaign.each,
        "frames": [frame_json(one) for one in frames.get(campaign.run_id, {}).values()],
    }


def _holds(sheet: Mapping[str, Any]) -> list[str]:
    numbers = sheet["numbers"]
    lines = [
        f"{numbers['items']:,} items with a label, by the rule: {RULES[sheet['recipe']['rule']]}."
    ]
    for name, labels in numbers["labels"].items():
        parts = ", ".join(f"{n:,} {_plain(label)}" for label, n in labels.items()) or "nothing"
        lines.append(f"{name}: {parts}")
    lines += [f"{basis}: {n:,}" for basis, n in numbers["bases"].items()]
    if numbers["base_rate"] is not None:
        rate = f"{100 * numbers['base_rate']:.1f} % pass, n = {numbers['items']:,}"
        lines.append(f"Base rate of these items, not of the traffic: {rate}")
    lines.append(f"Items in which somebody said otherwise than the label: {numbers['dissent']:,}")
    lines.append(
        "No session and no question is in both splits"
        if not sheet["leaks"]
        else f"Sessions or questions in both splits: {sheet['leaks']:,}"
    )
    lines.append(f"Split seed: {_plain(sheet['recipe']['seed'])}")
    return lines


def _who(sheet: Mapping[str, Any]) -> list[str]:
    lines = [f"{_plain(who)}: {n:,} independent answers" for who, n in sheet["reviewers"].items()]
    if sheet["first_ms"]:
        lines.append(f"From {_day(sheet['first_ms'])} to {_day(sheet['last_ms'])}")
    if sheet["unknown"]:
        lines.append(f"Blindness not known: {sheet['unknown']:,} answers")
    return lines or ["Nobody answered yet."]


def _wording(sheet: Mapping[str, Any]) -> list[str]:
    question = sheet["question"]
    lines = [f"Name: {_plain(question['name'])}, kind: {question['kind']}"]
    lines += [f"Explanation: {_plain(question['instruction'])}"] if question["instruction"] else []
    lines += (
        [f"Answers: {', '.join(map(_plain, question['options']))}"] if question["options"] else []
    )
    if question["pass_cut"] is not None:
        lines.append(f"Passes from “{_plain(str(question['pass_cut']))}” on")
    lines += [f"Wording {wording}: {n:,} answers" for wording, n in sheet["wordings"].items()]
    if len(sheet["wordings"]) > 1:
        lines.append("Answers to different wordings were put together, as the lead asked for.")
    return lines


def _agreement(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for row in rows:
        what = " · ".join(filter(None, (row["option"], row["scale"], row["wording"])))
        lines.append(
            f"{_plain(what)}: percent {interval_in_words(row['percent'])}, Krippendorff's alpha"
            f" {interval_in_words(row['alpha'])}, Gwet's AC1 {interval_in_words(row['ac1'])},"
            f" {row['people']} people, {row['items']:,} items answered by two or more"
        )
    return lines or ["Nobody answered yet."]


def _left_out(sheet: Mapping[str, Any]) -> list[str]:
    lines = [f"Items, {why}: {n:,}" for why, n in sheet["left_out"].items()]
    lines += [
        f"Answers, {WHY_NOT_COUNTED.get(why, why)}: {n:,}"
        for why, n in sheet["answers_left_out"].items()
    ]
    lines.append(f"“Cannot judge”, no vote: {sheet['cannot_judge']:,} answers")
    return lines


def _sampling(campaigns: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for campaign in campaigns:
        shown = "facts shown from the start" if campaign["open"] else "blind"
        reviews = f"{campaign['each']} or more independent reviews an item"
        lines.append(f"{_plain(campaign['name'])}: {reviews}, {shown}")
        for frame in campaign["frames"]:
            strata = ", ".join(
                f"{_plain(name)} {size['n']:,} of {size['N']:,}"
                for name, size in frame["strata"].items()
            )
            lines.append(
                f"Drawn from: {_plain(frame['pool'])}" + (f" ({strata})" if strata else "")
            )
    lines.append("A probability is that of having been drawn, and done when the set was frozen.")
    if len(campaigns) > 1:
        lines.append("A probability holds within its own campaign's frame, not over all of them.")
    return lines


def _section(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n" + "\n".join(f"- {line}" for line in lines) + "\n"


def _day(milliseconds: int) -> str:
    when = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{when.day} {when:%b %Y}"


def _plain(text: str) -> str:
    """Return a text as one line of Markdown in which nothing has a meaning."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in " ".join(str(text).split()))
