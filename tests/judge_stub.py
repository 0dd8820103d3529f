"""A model that judges: an OpenAI-compatible server on this machine, with answers known before.

It answers chat completions in the shape that was asked for, and embeddings; it can be told to
refuse, to fail, to be slow, or to talk nonsense. It keeps every call, and needs no key.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

PROMPT_TOKENS, ANSWER_TOKENS = 100, 20
GUIDELINE = "Fail an answer that names no order number."


def says(text: str, schema: dict[str, Any]) -> Any:
    """Answer by the text alone, so that the same question always gets the same answer."""
    number = hashlib.sha256(text.encode()).digest()[0]
    if "enum" in schema:
        return schema["enum"][number % len(schema["enum"])]
    known = {"boolean": number % 4 != 0, "integer": number % 5, "number": number / 255}
    return known.get(schema.get("type", ""), [])


class JudgeStub:
    """The server and what it was asked.

    ``judge`` gets the text of all messages and the wanted JSON schema, and returns the judgement.
    ``trouble`` are what the next calls meet instead of an answer, one each: a status
    such as 429, "garbage", or seconds to wait as a float; ``always`` is what all of them meet.
    """

    def __init__(self) -> None:
        """Start on a free port."""
        self.judge: Callable[[str, dict[str, Any]], Any] = says
        self.trouble: list[int | float | str] = []
        self.always: int | float | str = 0
        self.calls: list[dict[str, Any]] = []
        self.keys: set[str] = set()
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def env(self) -> dict[str, str]:
        """The environment of a program that shall use it."""
        models = "openai:/stub,openai:/gpt-4o-mini"
        return {"REVIEW_JUDGE_BASE_URL": self.base_url, "REVIEW_JUDGE_MODELS": models}

    def answer(self, path: str, asked: dict[str, Any]) -> tuple[int, Any]:
        """Return the status and the body for a call."""
        with self._lock:
            self.calls.append(asked)
            met = self.trouble.pop(0) if self.trouble else self.always
        if isinstance(met, float):
            time.sleep(met)
        elif isinstance(met, int) and met:
            return met, {"error": {"message": f"The stub answers {met}.", "type": "stub"}}
        if path.endswith("/embeddings"):
            return 200, _embeddings(asked)
        return 200, _completion("no JSON at all" if met == "garbage" else self._content(asked))

    def _content(self, asked: dict[str, Any]) -> str:
        text = "\n".join(_text(message) for message in asked["messages"])
        schema = asked.get("response_format", {}).get("json_schema", {}).get("schema", {})
        wanted = schema.get("properties", {})
        if "guidelines" in wanted or '"guidelines": [' in text:
            return json.dumps(
                {"guidelines": [{"guideline_text": GUIDELINE, "source_trace_ids": [0, 1]}]}
            )
        if "result" in wanted:
            said = self.judge(text, wanted["result"])
            return json.dumps({"result": said, "rationale": f"The stub says {said}."})
        return _fields(asked["messages"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.keys.add(self.headers.get("Authorization", ""))
                status, body = stub.answer(self.path, asked)
                sent = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_request(self, code: Any = "-", size: Any = "-") -> None:
                """Print nothing."""

        return Handler


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else json.dumps(content)


def _fields(messages: list[dict[str, Any]]) -> str:
    """Fill in the fields that a prompt of dspy asks for, as JSON or under headings."""
    wanted = _text(messages[-1]).rpartition("Respond with")[2]
    if wanted.lstrip().startswith("a JSON object"):
        asked = re.findall(r"`(\w+)`( \(must be formatted as a valid Python dict)?", wanted)
        return json.dumps(
            {name: {"self": GUIDELINE} if many else GUIDELINE for name, many in asked}
        )
    names = re.findall(r"\[\[ ## (\w+) ## \]\]", wanted)
    return "\n\n".join(f"[[ ## {name} ## ]]\n{GUIDELINE}" for name in names)


def _completion(content: str) -> dict[str, Any]:
    return {
        "id": "stub",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content},
            }
        ],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": ANSWER_TOKENS,
            "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
        },
    }


def _embeddings(asked: dict[str, Any]) -> dict[str, Any]:
    texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    size = asked.get("dimensions", 8)
    return {
        "object": "list",
        "model": "stub",
        "data": [
            {
                "object": "embedding",
                "index": n,
                "embedding": [byte / 255 for byte in hashlib.shake_256(text.encode()).digest(size)],
            }
            for n, text in enumerate(texts)
        ],
        "usage": {"prompt_tokens": len(texts), "total_tokens": len(texts)},
    }
