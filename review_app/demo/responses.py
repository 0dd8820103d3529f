"""The data of the demo, MT-RAG's human evaluations, as responses and as traces.

Everything follows from the data (examples/data/mtrag) and the name of the place it is stored in, so
that loading it twice gives the same ids.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from review_app.traces import SpanRecord, TraceRecord

FIRST_DAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
SESSIONS_A_DAY = 15
SESSION_EVERY = timedelta(minutes=36)
TURN_EVERY = timedelta(minutes=2)
LATER = timedelta(days=767)  # moves the annotators' times behind the last question
JUDGES = ("rl_f", "rb_llm", "rb_agg")


@dataclass(frozen=True)
class Rating:
    """What one annotator said about one response.

    Attributes:
        annotator: their name here, e.g. ``"annotator-2"``.
        time: when, on the demo's calendar, seconds since the epoch.
        seconds: their share of the time of a sitting, which covers one to three responses.
        values: 1 to 4 for each question, in order; None where nothing was said.
    """

    annotator: str
    time: int
    seconds: float
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class Response:
    """The answer of one version to one question of a conversation.

    Attributes:
        conversation: id of the conversation in the source.
        collection: which body of documents it is about, e.g. ``"fiqa"``.
        turn: place of the question in the conversation, from 1.
        version: what answered, as named in the source.
        asked_at: when, on the demo's calendar.
        messages: the question and all that was said before, as OpenAI chat messages.
        passages: what was found for the question, ``{"id", "text"}`` and, where known, ``"title"``.
        tags: what the source says about the question.
        text: the answer.
        scores: judge -> score from 0 to 1.
        ratings: what the annotators said.
        user: who asked; "" where the demo names nobody.
    """

    conversation: str
    collection: str
    turn: int
    version: str
    asked_at: datetime
    messages: tuple[Mapping[str, str], ...]
    passages: tuple[Mapping[str, str], ...]
    tags: Mapping[str, str]
    text: str
    scores: Mapping[str, float]
    ratings: tuple[Rating, ...]
    user: str = ""

    def trace_id(self, place: str) -> str:
        """The id of its trace in an experiment."""
        return f"tr-{digest(place, self.conversation, str(self.turn), self.version)[:32]}"


def digest(*parts: str) -> str:
    """Return a hash of the parts, as hex digits."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def responses(data: Mapping[str, Any]) -> list[Response]:
    """Return all responses of the data, conversation by conversation, turn by turn."""
    starts = _starts([c["id"] for c in data["conversations"]], data["models"])
    found: list[Response] = []
    for conversation in data["conversations"]:
        history: list[Mapping[str, str]] = []
        for number, turn in enumerate(conversation["turns"], 1):
            history.append({"role": "user", "content": turn["question"]})
            sittings = _sittings(turn["answers"].values())
            for version, answer in turn["answers"].items():
                begun = starts[conversation["id"], version]
                found.append(
                    Response(
                        conversation=conversation["id"],
                        collection=conversation["collection"],
                        turn=number,
                        version=version,
                        asked_at=begun + TURN_EVERY * (number - 1),
                        messages=tuple(history),
                        passages=tuple({"id": i, **data["passages"][i]} for i in turn["passages"]),
                        tags=_tags(conversation, number, turn),
                        text=answer["text"],
                        scores={judge: answer["judges"][judge] for judge in JUDGES},
                        ratings=tuple(_rating(row, sittings) for row in answer["ratings"]),
                    )
                )
            history.append({"role": "assistant", "content": turn["answers"]["reference"]["text"]})
    return found


def _starts(conversations: list[str], versions: list[str]) -> dict[tuple[str, str], datetime]:
    """Lay the sessions into the days of the calendar, in a fixed shuffled order."""
    sessions = [(conversation, version) for conversation in conversations for version in versions]
    random.Random("mt-rag calendar").shuffle(sessions)
    return {
        session: FIRST_DAY
        + timedelta(days=at // SESSIONS_A_DAY)
        + SESSION_EVERY * (at % SESSIONS_A_DAY)
        for at, session in enumerate(sessions)
    }


def _tags(conversation: Mapping[str, Any], number: int, turn: Mapping[str, Any]) -> dict[str, str]:
    return {
        "conversation": conversation["id"],
        "collection": conversation["collection"],
        "turn": str(number),
        "question_type": ", ".join(turn["question_type"]),
        "multi_turn": ", ".join(turn["multi_turn"]) or "First question",
        "answerability": turn["answerability"],
    }


def _sittings(answers: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], int]:
    """Return (annotator, time) -> how many answers to this question one sitting covered."""
    counts: dict[tuple[str, int], int] = {}
    for row in (row for answer in answers for row in answer["ratings"]):
        counts[row[0], row[1]] = counts.get((row[0], row[1]), 0) + 1
    return counts


def _rating(row: list[Any], sittings: Mapping[tuple[str, int], int]) -> Rating:
    annotator, time, duration, *values = row
    seconds = duration / sittings[annotator, time]
    return Rating(annotator, time + round(LATER.total_seconds()), seconds, tuple(values))


def trace_of(response: Response, place: str, model_id: str) -> TraceRecord:
    """Return the response as the trace of an app that looks up passages and asks a model.

    Durations, tokens and costs are not in the source and stay out.
    """
    trace_id = response.trace_id(place)
    start_ms = milliseconds(response.asked_at)
    session = digest("session", response.conversation, response.version)[:12]
    user = {"mlflow.trace.user": response.user} if response.user else {}
    question = response.messages[-1]["content"]
    return TraceRecord(
        trace_id=trace_id,
        experiment_id="",
        requested_at_ms=start_ms,
        duration_ms=0,
        metadata={
            "mlflow.trace.session": f"mt-rag-{session}",
            "mlflow.modelId": model_id,
            **user,
        },
        tags={"mlflow.traceName": "mt_rag_assistant", **response.tags},
        request_preview=question,
        response_preview=response.text,
        spans=_spans(response, trace_id, start_ms * 1_000_000),
    )


def _spans(response: Response, trace_id: str, start_ns: int) -> tuple[SpanRecord, ...]:
    messages = {"messages": list(response.messages)}
    said = {"role": "assistant", "content": response.text}
    question = response.messages[-1]["content"]
    root = SpanRecord(
        span_id=digest(trace_id, "root")[:16],
        parent_id=None,
        name="mt_rag_assistant",
        kind="AGENT",
        start_ns=start_ns,
        end_ns=start_ns + 2,
        inputs=messages,
        outputs={"messages": [said]},
    )
    look_up = SpanRecord(
        span_id=digest(trace_id, "look up")[:16],
        parent_id=root.span_id,
        name="look_up_passages",
        kind="RETRIEVER",
        start_ns=start_ns + 1,
        end_ns=start_ns + 1,
        inputs={"query": question},
        outputs=[_passage(passage, response.collection) for passage in response.passages],
    )
    ask = SpanRecord(
        span_id=digest(trace_id, "ask")[:16],
        parent_id=root.span_id,
        name="chat_model",
        kind="CHAT_MODEL",
        start_ns=start_ns + 2,
        end_ns=start_ns + 2,
        inputs=messages,
        outputs={"choices": [{"index": 0, "message": said}]},
        attributes={"mlflow.llm.model": response.version, "mlflow.message.format": "openai"},
    )
    return (root, look_up, ask)


def _passage(passage: Mapping[str, str], collection: str) -> dict[str, Any]:
    document, *chunk = passage["id"].rsplit("-", 2)
    metadata = {"doc_uri": f"{collection}/{document}", "chunk_id": "-".join(chunk)}
    if title := passage.get("title"):
        metadata["title"] = title
    return {"page_content": passage["text"], "metadata": metadata}


def milliseconds(moment: datetime) -> int:
    """Return the moment as milliseconds since the epoch."""
    return round(moment.timestamp() * 1000)


def copied(trace: Mapping[str, Any], trace_id: str) -> dict[str, Any]:
    """Return the JSON of a trace under another id, so that the original can still be imported."""
    own = base64.b64encode(bytes.fromhex(trace_id.removeprefix("tr-"))).decode()
    spans = [
        {
            **span,
            "trace_id": own,
            "attributes": {**span["attributes"], "mlflow.traceRequestId": json.dumps(trace_id)},
        }
        for span in trace["data"]["spans"]
    ]
    return {
        "info": {**trace["info"], "trace_id": trace_id},
        "data": {**trace["data"], "spans": spans},
    }
