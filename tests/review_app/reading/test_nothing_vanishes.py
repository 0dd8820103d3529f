"""Whatever a trace holds is on screen or one key away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from review_app.reading import read_trace

ROOT = Path(__file__).parents[3]
FILES = sorted(
    [*(ROOT / "examples" / "traces").glob("*.json"), *(ROOT / "tests/data/traces").glob("*.json")]
)
KEYS_OF_NO_INTEREST = """
    _id anthropic_version block_type body_id call_id class_name contentType conversationId
    conversation_id created_at detail email file_id finishReason finish_reason format
    generation_info goto id index isError kind lc llm_output message_id messageId metrics model
    modelId modelVersion model_name model_version models_usage null_value object output_type
    part_kind provider_name raw ResponseMetadata response_metadata role server_label service_tier
    signature state statement_id status stopReason stop_reason system_fingerprint timestamp
    toolCallId toolUseId tool_call_id tool_use_id type type_name type_text usage usage_metadata
    user_id attachment_id cache_control tools user tool_choice truncation
"""
BOOKKEEPING = {*KEYS_OF_NO_INTEREST.split()}
ROLES = {"user", "assistant", "human", "ai"}


def leaves(value, key=""):
    """The strings that a person could miss: longer than two characters, no ids, no settings."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in BOOKKEEPING:
                yield from leaves(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, key)
    elif isinstance(value, str):
        try:
            inner = json.loads(value) if value[:1] in "[{" and value else None
        except ValueError:
            inner = None
        if isinstance(inner, dict | list):
            yield from leaves(inner, key)
        elif len(value) > 2 and not value.startswith("data:") and value not in ROLES:
            yield value


def squeezed(text):
    return "".join(char for char in text if char not in ' \n"{}[]:')


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_word_of_every_span_is_shown(path, load, texts):
    """Every text of every input and output can be read without opening the raw data."""
    trace = load(path)
    shown = squeezed(texts(read_trace(trace, blind=False)))
    missing = [
        (span.name, leaf)
        for span in trace.spans
        for leaf in (*leaves(span.inputs), *leaves(span.outputs))
        if squeezed(leaf) not in shown
    ]
    assert not missing


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_string_is_in_the_raw_data(path, load):
    """The raw data of an open trace hold every input, output and event exactly as recorded."""
    trace = load(path)
    raw = json.loads(read_trace(trace, blind=False).raw)
    assert [entry["inputs"] for entry in raw] == [span.inputs for span in trace.spans]
    assert [entry["outputs"] for entry in raw] == [span.outputs for span in trace.spans]
    assert [len(entry["events"]) for entry in raw] == [len(span.events) for span in trace.spans]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_blind_reading_keeps_every_word_of_the_conversation(path, load, texts):
    """Hiding the model never hides what was asked, done or answered."""
    trace = load(path)
    hidden = read_trace(trace, blind=True)
    seen = read_trace(trace, blind=False)
    assert hidden.earlier == seen.earlier
    assert [step.title for step in hidden.steps] == [step.title for step in seen.steps]
    assert [step.result for step in hidden.steps] == [step.result for step in seen.steps]
    assert bool(hidden.answer) == bool(seen.answer)
    assert texts(hidden, lines_only=True)
