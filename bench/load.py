"""Reviewers at work without browsers: clients that speak Streamlit's protocol as the desk does.

    python -m bench.load ADDRESS CAMPAIGN SECONDS PERSON…

Each opens the desk, holds the next items ahead and answers every 2 to 4 seconds. The figures are
printed as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

AHEAD = 11  # items held, as in state.js
BATCH = 4  # of these asked for together, as in state.js
AT_ONCE = 5  # items asked for in a message, as in wire.js
PAUSE = (2.0, 4.0)  # seconds between two answers of a reviewer
RETRIES = (0.5, 3.0)  # seconds until an unsaved answer is sent again, as in wire.js
PATIENCE = 60  # seconds until a silent server is given up


@dataclass(frozen=True)
class Label:
    """One answer: whose, on which trace, what, and seconds until it was durable."""

    person: str
    trace_id: str
    value: bool
    seconds: float


@dataclass
class Reviewer:
    """One person at the desk."""

    address: str
    campaign: str
    person: str
    tab: str = field(default_factory=lambda: str(uuid.uuid4()))
    labels: list[Label] = field(default_factory=list)
    seq: int = 0
    order: str = ""
    status: dict[str, str] = field(default_factory=dict)
    held: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    unsaved: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    async def open(self) -> None:
        """Open the desk and wait until the next items are in hand."""
        host = urlsplit(self.address).netloc
        self._socket: ClientConnection = await connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": f"review_person={quote(self.person, safe='')}"},
            origin=Origin(self.address),
            max_size=None,
            compression=None,
        )
        self._news = asyncio.Condition()
        self._desk = self._fragment = ""
        self._frame: Mapping[str, Any] = {}
        self._page = ""
        self._cached: deque[str] = deque(maxlen=16)
        self._tick = 0
        await self._rerun()
        self._reading = asyncio.create_task(self._read())
        await self._until(lambda: bool(self.status))
        while self._wanted():
            held = len(self.held)
            await self._send()
            await self._until(lambda held=held: len(self.held) > held)

    async def work(self, seconds: float, chance: random.Random) -> None:
        """Answer one item after the other until the time is over or all are answered."""
        until = time.monotonic() + seconds
        await asyncio.sleep(chance.uniform(0, PAUSE[1]))
        while time.monotonic() < until and (key := self._next()):
            await self._answer(key, value=chance.random() < 0.7)
            await asyncio.sleep(chance.uniform(*PAUSE))

    async def close(self) -> None:
        """Leave."""
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        await self._socket.close()

    def _pending(self) -> Iterable[str]:
        return (key for key, status in self.status.items() if status == "pending")

    def _next(self) -> str | None:
        return next((key for key in self._pending() if key in self.held), None)

    def _wanted(self) -> list[str]:
        near = [key for key, _ in zip(self._pending(), range(AHEAD + 1), strict=False)]
        missing = [key for key in near if key not in self.held]
        is_due = len(missing) >= BATCH or not set(missing) <= set(near[-BATCH:])
        return missing[:AT_ONCE] if is_due else []

    async def _answer(self, key: str, *, value: bool) -> None:
        self.seq += 1
        entry_id = f"{self.tab}:{self.seq}"
        question = self._frame["questions"][0]["name"]
        own = self.held[key]["own"]["base"]
        answer = {"question": question, "value": value, "rationale": "", "cannot_judge": None}
        self.unsaved[entry_id] = {
            "id": entry_id, "kind": "submit", "item": key, "campaign": self._frame["campaign"],
            "answers": [answer], "failure_spans": [], "skip_reason": "", "seconds": 3.0,
            "answered_at": int(time.time() * 1000), "base": own, "seen": [],
        }  # fmt: skip
        self.status[key] = "complete"
        start = time.perf_counter()
        for wait in (*RETRIES, *[RETRIES[-1]] * (PATIENCE // 3)):
            await self._send()
            with suppress(TimeoutError):
                await self._until(lambda: entry_id not in self.unsaved, wait)
                break
        taken = time.perf_counter() - start
        self.labels.append(Label(self.person, self.held[key]["trace_id"], value, taken))

    async def _until(self, true: Any, seconds: float = PATIENCE) -> None:
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(true)

    # ---- the protocol ------------------------------------------------------------------------

    async def _send(self) -> None:
        self._tick += 1
        wire = {
            "tick": self._tick, "tab": self.tab, "entries": list(self.unsaved.values()),
            "want": self._wanted(), "parts": [], "facts": [], "titles": False, "order": self.order,
        }  # fmt: skip
        await self._rerun(json.dumps({"wire": wire}))

    async def _rerun(self, state: str = "") -> None:
        message = BackMsg()
        client = message.rerun_script
        client.query_string = f"campaign={quote(self.campaign)}"
        client.page_name = "" if self._page else "review"
        client.page_script_hash = self._page
        client.fragment_id = self._fragment
        client.cached_message_hashes.extend(self._cached)
        client.context_info.timezone = "UTC"
        client.context_info.url = f"{self.address}/review"
        if state:
            client.widget_states.widgets.add(id=self._desk, json_value=state)
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        async for raw in self._socket:
            message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            if message.metadata.cacheable:
                self._cached.append(message.hash)
            if message.HasField("new_session"):
                self._page = message.new_session.page_script_hash or self._page
            component = message.delta.new_element.bidi_component
            if component.component_name.endswith("review_desk"):
                self._desk = component.id
                self._fragment = message.delta.fragment_id
                await self._take(json.loads(component.json)[0])

    async def _take(self, data: Mapping[str, Any]) -> None:
        self._frame = (
            {name: data[name] for name in ("questions", "campaign")}
            if not self._frame
            else self._frame
        )
        if data["order"]:
            self.order = data["order"]["version"]
            self.status = {key: self.status.get(key, s) for key, s in data["order"]["keys"]}
        for key, item in data["items"].items():
            self.held[key] = {name: item[name] for name in ("trace_id", "own")}
        for receipt in data["receipts"]:
            if self.unsaved.pop(receipt["id"], None) and receipt["outcome"] != "saved":
                self.refused.append(receipt["sentence"])
        async with self._news:
            self._news.notify_all()


async def opened(address: str, campaign: str, people: Iterable[str]) -> list[Reviewer]:
    """Return reviewers who have opened the desk, one after the other."""
    reviewers = [Reviewer(address, campaign, person) for person in people]
    for reviewer in reviewers:
        await reviewer.open()
    return reviewers


async def work(reviewers: list[Reviewer], seconds: float, seed: int = 1) -> list[Label]:
    """Let all reviewers answer at the same time and return what they answered."""
    jobs = [r.work(seconds, random.Random(seed + n)) for n, r in enumerate(reviewers)]
    await asyncio.gather(*jobs)
    refused = [sentence for r in reviewers for sentence in r.refused]
    if refused:
        sys.exit(f"{len(refused)} answers were refused: {refused[0]}")
    return [label for r in reviewers for label in r.labels]


async def _main(address: str, campaign: str, seconds: float, people: list[str]) -> None:
    reviewers = await opened(address, campaign, people)
    print("ready", flush=True)
    labels = await work(reviewers, seconds)
    for reviewer in reviewers:
        await reviewer.close()
    print(json.dumps([asdict(label) for label in labels]), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4:]))
