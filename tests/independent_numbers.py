"""Compute the numbers of a campaign's page from MLflow alone: nothing of this app is imported.

    python tests/independent_numbers.py sqlite:///mlflow.db "Name of the campaign"

It follows the written rules (what counts as an answer, what is left out), not the app's code, and
prints JSON. The tests hold the page against it.
"""

from __future__ import annotations

import hashlib
import json
import math
import statistics
import sys
from collections import Counter, defaultdict
from typing import Any

import mlflow
from mlflow.genai import review_queues

NOT_READ = {"schema_id", "required", "scale", "pass_cut", "ask_why_on_fail"}
Z = 1.959963984540054


def main() -> None:
    """Print the numbers of one campaign."""
    uri, name = sys.argv[1:3]
    mlflow.set_tracking_uri(uri)
    run, design, plan = read_campaign(name)
    people = json.loads(run.data.tags["review.reviewers"])
    turns = read_turns(run, design, plan, people)
    rows = read_rows(run, design, plan, turns)
    others = read_rows(run, design, plan, turns, elsewhere=True)
    found = numbers(design, plan, turns, rows, others)
    sys.stdout.write(json.dumps(found, indent=1, sort_keys=True) + "\n")


# ------------------------------------------------------------------------------------- reading
def read_campaign(name):
    """Return the run, its design and the newest line of each planned item."""
    experiments = [e.experiment_id for e in mlflow.search_experiments()]
    runs = mlflow.search_runs(
        experiments, "tags.`review.kind` = 'campaign'", output_format="list", max_results=5000
    )
    run = next(r for r in runs if r.info.run_name.lower() == name.lower())
    home = f"runs:/{run.info.run_id}"
    design = json.loads(mlflow.artifacts.load_text(f"{home}/campaign.json"))
    plan = {}
    for part in range(1, int(run.data.tags["review.plan_parts"]) + 1):
        for line in mlflow.artifacts.load_text(f"{home}/plan-{part:04d}.jsonl").split("\n"):
            item = json.loads(line) if line.strip() else {"frame": {}}
            if "trace_id" in item:
                plan[item["trace_id"], item["unit"]] = item
    return run, design, plan


def read_turns(run, design, plan, people):
    """Return (person, round, trace, unit) -> status of the queue item."""
    every, token = [], None
    while True:
        page = review_queues.list_review_queues(
            experiment_id=run.info.experiment_id, page_token=token
        )
        every += page
        token = page.token
        if not token:
            break
    queues = {queue.name: queue.queue_id for queue in every}
    turns, kept = {}, {}
    for (trace, unit), item in plan.items():
        assigned = [(t["reviewer"], t["round"]) for t in item["assigned"]]
        for person, round_ in assigned or [(person, 1) for person in people]:
            name = f"{design['name']} / {person}" + (f" / {round_}" if round_ > 1 else "")
            if name not in kept:
                kept[name] = queue_items(queues[name]) if name in queues else None
            items = kept[name]
            status = "pending" if items is None else items.get(trace)
            if status:
                turns[person, round_, trace, unit] = status
    return turns


def queue_items(queue_id):
    found: dict[str, str] = {}
    token = None
    while True:
        page = review_queues.list_review_queue_items(queue_id, page_token=token)
        found |= {item.item_id: item.status.value.lower() for item in page}
        token = page.token
        if not token:
            return found


def read_rows(run, design, plan, turns, elsewhere=False):
    """Return what people said in this campaign (or elsewhere), drafts left out, oldest first."""
    asked = {question["name"] for question in design["questions"]} | {"skip_reason"}
    traces = mlflow.search_traces(
        locations=[run.info.experiment_id],
        run_id=run.info.run_id,
        include_spans=False,
        return_type="list",
    )
    rows = []
    for trace in traces:
        for one in trace.info.assessments:
            said = one.metadata or {}
            value = one.feedback.value if one.feedback else one.expectation.value
            turn = (
                one.source.source_id.lower(),
                int(said.get("review.round", "1")),
                trace.info.trace_id,
                said.get("review.sample_unit", "trace"),
            )
            campaign = said.get("review.campaign", "")
            ours = campaign == run.info.run_id or (not campaign and turn in turns)
            if one.source.source_type != "HUMAN" or one.span_id or one.name not in asked:
                continue
            if elsewhere and campaign in ("", run.info.run_id):
                continue
            if not elsewhere and (not ours or turns.get(turn) == "pending"):
                continue
            rows.append(
                {
                    "turn": turn,
                    "name": one.name,
                    "value": value,
                    "why": said.get("review.cannot_judge", ""),
                    "said": value is not None or "review.cannot_judge" in said,
                    "seen": said.get("review.seen", "unknown"),
                    "wording": said.get("review.question_version", ""),
                    "role": said.get("review.role", "reviewer"),
                    "seconds": float(said.get("review.seconds", 0)),
                    "submission": said.get("review.submission", ""),
                    "rationale": one.rationale or said.get("review.rationale", ""),
                    "at": (one.create_time_ms, int(said.get("review.answered_at", 0))),
                }
            )
    return sorted(rows, key=lambda row: row["at"])


# ------------------------------------------------------------------------------------ counting
def numbers(design, plan, turns, rows, others):
    first, again = blind(design, rows, later=False), blind(design, rows, later=True)
    before = blind(design, others, later=False) | first
    newest = {(row["name"], row["turn"]): row for row in rows}
    newest = {key: row for key, row in newest.items() if row["said"]}
    questions = {question["name"]: question for question in design["questions"]}
    people = list(dict.fromkeys(turn[0] for turn in turns))
    return {
        "done": sum(status != "pending" for status in turns.values()),
        "all": len(turns),
        "reviewers": {
            p: reviewer(p, questions, plan, turns, rows, first, (before, again)) for p in people
        },
        "questions": {
            name: question(questions[name], plan, turns, first, newest) for name in questions
        },
        "skips": sorted(
            [*turn, newest[("skip_reason", turn)]["value"]]
            for turn, status in turns.items()
            if status == "declined"
        ),
        "notes": sorted(
            [*turn, name]
            for (name, turn), row in newest.items()
            if name != "skip_reason" and turns.get(turn) != "declined" and written(row, questions)
        ),
    }


def written(row, questions):
    asked = questions[row["name"]]
    return row["rationale"] or (asked["kind"] == "text" and not asked["expectation"])


def blind(design, rows, *, later):
    """Return (wording, name, turn) -> the newest that was said before anything was shown."""
    may = {"nothing", "facts"} if design["open"] else {"nothing"}
    rows = [r for r in rows if set(r["seen"].split("+")) <= may and (r["turn"][1] > 1) is later]
    skips = {r["turn"]: r["at"] for r in rows if r["name"] == "skip_reason" and r["said"]}
    found = {(r["wording"], r["name"], r["turn"]): r for r in rows if r["name"] != "skip_reason"}
    return {
        key: row
        for key, row in found.items()
        if row["said"] and row["at"] > skips.get(row["turn"], (-1, -1))
    }


def version(asked):
    read = {key: value for key, value in asked.items() if key not in NOT_READ}
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:12]


def side(asked, value):
    """Return what an answer is compared by: its side of the pass cut, else the answer itself."""
    if asked["kind"] == "choices":
        return sorted(value)
    cut = asked["pass_cut"]
    if cut is None:
        return value
    if asked["kind"] == "choice":
        return asked["options"].index(value) >= asked["options"].index(cut)
    return value >= cut


def reviewer(person, questions, plan, turns, rows, first, twice):
    earlier, again = twice
    mine = {turn: status for turn, status in turns.items() if turn[0] == person}
    sent = {(r["turn"], r["submission"]): r["seconds"] for r in rows if r["submission"]}
    seconds: dict[Any, float] = defaultdict(float)
    for (turn, _), spent in sent.items():
        if mine.get(turn, "pending") != "pending":
            seconds[turn] += spent
    timed = [spent for spent in seconds.values() if spent > 0]
    gold, repeats = [], []
    for (wording, name, turn), row in first.items():
        asked, item = questions[name], plan[turn[2], turn[3]]
        known = item["role"] == "gold" and name in item["right"] and wording == version(asked)
        if turn[0] == person and known and comparable(asked, row):
            gold.append((turn[2], side(asked, row["value"]) == side(asked, item["right"][name])))
    for (wording, name, turn), row in again.items():
        asked = questions[name]
        before = earlier.get((wording, name, (turn[0], 1, turn[2], turn[3])))
        if turn[0] == person and comparable(asked, row) and before and comparable(asked, before):
            repeats.append((turn[2], side(asked, row["value"]) == side(asked, before["value"])))
    return {
        "done": sum(status != "pending" for status in mine.values()),
        "open": sum(status == "pending" for status in mine.values()),
        "skipped": sum(status == "declined" for status in mine.values()),
        "median_seconds": statistics.median(timed) if timed else None,
        "items_an_hour": 3600 * len(timed) / sum(timed) if timed else None,
        "gold": tally(gold),
        "repeats": tally(repeats),
    }


def comparable(asked, row):
    return asked["kind"] != "text" and row["value"] is not None


def tally(checks):
    right, items = sum(hit for _, hit in checks), len({trace for trace, _ in checks})
    found = {"right": right, "answers": len(checks), "items": items, "interval": None}
    if items >= 10:
        share = right / len(checks)
        centre, whole = share + Z * Z / (2 * items), 1 + Z * Z / items
        half = Z * math.sqrt(share * (1 - share) / items + Z * Z / (4 * items * items))
        found["interval"] = [(centre - half) / whole, (centre + half) / whole]
    return found


def question(asked, plan, turns, first, newest):
    name, wording = asked["name"], version(asked)

    def counts(row):
        line = plan.get((row["turn"][2], row["turn"][3]), {"role": "reviewer"})
        return row["role"] == "reviewer" and line["role"] == "reviewer"

    mine = [r for (w, n, _), r in first.items() if n == name and w == wording and counts(r)]
    judged = [r for r in mine if r["value"] is not None]
    cannot: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for row in mine:
        if row["value"] is None:
            cannot[row["why"]] += 1
    for (other, _), row in newest.items():
        why = reason(row, plan, first, wording) if other == name else ""
        if why:
            left_out[why] += 1
    due = [t for t in turns if t[1] == 1 and plan[t[2], t[3]]["role"] == "reviewer"]
    heard = {r["turn"] for r in mine} | {turn for other, turn in newest if other == name}
    return {
        "answers": len(judged),
        "items": len({row["turn"][2:] for row in judged}),
        "due": len(due),
        "values": {} if asked["kind"] == "text" else values(asked, judged),
        "cannot_judge": dict(cannot),
        "missing": sum(turns[t] == "complete" and t not in heard for t in due),
        "left_out": dict(left_out),
    }


def values(asked, judged):
    """Return answer -> how often; each choice of several is an answer."""
    found: Counter[str] = Counter()
    for row in judged:
        several = row["value"] if isinstance(row["value"], list) else [row["value"]]
        for value in several:
            words = value
            if asked["kind"] == "pass_fail":
                words = asked["options"][0 if value else 1]
            found[str(words)] += 1
    return dict(found)


def reason(row, plan, first, wording):
    role = row["role"]
    if role == "reviewer":
        role = plan.get((row["turn"][2], row["turn"][3]), {"role": role})["role"]
    if role != "reviewer":
        return role
    if row["turn"][1] > 1:
        return "repeat"
    if row["seen"] == "unknown":
        return "unknown"
    if row["wording"] != wording:
        return "wording"
    return "" if (row["wording"], row["name"], row["turn"]) in first else "seen"


if __name__ == "__main__":
    main()
