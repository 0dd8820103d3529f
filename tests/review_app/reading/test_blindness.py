"""Before the answer nothing tells which model, version, provider or user was behind a trace."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.reading import read_trace
from review_app.traces import SpanRecord, TraceRecord

ROOT = Path(__file__).parents[3]
FILES = sorted(
    [*(ROOT / "examples" / "traces").glob("*.json"), *(ROOT / "tests/data/traces").glob("*.json")]
)
MODELS = re.compile(
    r"(?:openai[:/])?(?:us\.)?(?:amazon\.|anthropic\.|databricks-)?"
    r"(?:gpt-[\w.-]+|claude-[\w.:-]+|gemini-[\w.-]+|llama-[\w.-]+|mistral-[\w.-]+|nova-[\w.:-]+"
    r"|text-embedding-[\w-]+)|faketool"
)
PLANTED = "zeta-9000-preview"
TELLING = re.compile(
    r"openai|anthropic|gemini|bedrock|databricks|mistral_ai|zeta-9000|total_?tokens|input_?tokens"
    r"|prompt_?tokens|total_?cost|fp_44709d6fcb|cust-77|u-900|u-31|ana@example|sys_prompt|app_version"
    r"|m-cd9f45da|latencyMs|token_?count|customer-9",
    re.IGNORECASE,
)


def planted(path, load, tmp_path):
    copy = tmp_path / path.name
    copy.write_text(MODELS.sub(PLANTED, path.read_text("utf-8")), "utf-8")
    return load(copy)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_no_model_is_named(path, load, texts, tmp_path):
    """A model's name leaks through no framework's shape: not in words, titles, or raw data."""
    trace = planted(path, load, tmp_path)
    reading = read_trace(trace, blind=True, earlier=[replace(trace, trace_id="tr-before")])
    assert PLANTED not in texts(reading) + reading.raw
    assert not TELLING.findall(texts(reading))
    assert not TELLING.findall(reading.raw)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_what_is_hidden_is_counted(path, load, tmp_path):
    """The reviewer is told how many fields come after the answer; an open reading hides none."""
    trace = planted(path, load, tmp_path)
    blind, seen = read_trace(trace, blind=True), read_trace(trace, blind=False)
    named = PLANTED in seen.raw
    assert not named or blind.hidden_fields > 0
    assert blind.hidden_fields == sum(step.hidden_fields for step in blind.all_steps)
    assert seen.hidden_fields == 0


SECRET = "zeta-9000-preview"


@pytest.mark.parametrize(
    "kind,inputs,outputs,attributes",
    [
        ("CHAT_MODEL", {"model": SECRET, "messages": [{"role": "user", "content": "x"}]}, None, {}),
        ("CHAT_MODEL", {"Model-Name": SECRET, "prompt": "Hi"}, None, {}),
        ("LLM", {"modelId": SECRET, "body": json.dumps({"model": SECRET, "p": "x"})}, None, {}),
        ("CHAT_MODEL", {"messages": [], "extra_body": {"a": {"deployment": SECRET}}}, None, {}),
        ("CHAT_MODEL", None, {"message": {"content": "Hi"}, "raw": {"model": SECRET}}, {}),
        ("CHAT_MODEL", None, [{"choices": [{"delta": {"content": "x"}}], "model": SECRET}], {}),
        ("CHAIN", None, json.dumps({"choices": [], "model": SECRET, "usage": {"tokens": 1}}), {}),
        ("CHAIN", {"llm_config": {"config_list": [{"model": SECRET}]}}, None, {}),
        ("CHAIN", {"config": {"configurable": {"model_name": SECRET}}}, None, {}),
        ("CHAIN", ["Send(AIMessage(content='', response_metadata={'model': 'zeta-9000-preview'}))"],
         None, {}),
        ("UNKNOWN", {"question": "Hi", "model": SECRET, "temperature": 0.1}, None, {}),
        ("UNKNOWN", {"question": "Hi", "model": "gpt-4o-zeta-9000-preview"}, None, {}),
        ("AGENT", None, {"answer": "Hi", "usage": {"tokens": SECRET}, "llm": SECRET}, {}),
        ("TOOL", None, {"choices": [{"message": {"content": "Hi"}}], "model": SECRET}, {}),
        ("TOOL", None, {"content": "Hi", "type": "tool", "response_metadata": {"m": SECRET}}, {}),
        ("TOOL", None, None, {"deep": [{"er": {"ls_model_name": SECRET}}]}),
        ("TOOL", None, None, {"invocation_params": {"anything": SECRET}}),
        ("TOOL", None, None, {"extra": json.dumps({"response_model": SECRET})}),
        ("TOOL", None, None, {"mlflow.traceTag.release": SECRET}),
        ("AGENT", None, None, {"gen_ai.system": SECRET, "mlflow.linkedPrompts": [SECRET]}),
    ],
)  # fmt: skip
def test_no_place_leaks(kind, inputs, outputs, attributes, span, trace, texts):
    """Wherever a framework writes the model's name, the blind reader does not find it."""
    one = trace(
        span("root", "CHAIN", inputs="Hi", outputs="Hello"),
        span("x", kind, parent="root", inputs=inputs, outputs=outputs, attributes=attributes),
    )
    reading = read_trace(one, blind=True)
    assert "zeta-9000" not in texts(reading) + reading.raw
    assert reading.hidden_fields > 0
    assert "zeta-9000" in read_trace(one, blind=False).raw


def test_names_in_titles_errors_and_logs_are_replaced(span, trace, texts):
    """A step named after its model, and an error that names it, say "the model" instead."""
    stack = 'File "site-packages/openai/_client.py", line 3, in zeta-9000-preview'
    event = {
        "name": "exception",
        "timestamp_ns": 1,
        "attributes": {
            "exception.message": "no quota for zeta-9000-preview",
            "exception.type": "openai.RateLimitError",
            "exception.stacktrace": stack,
        },
    }
    one = trace(
        span("root", "CHAIN", inputs="Hi", failed=True, message="no quota for zeta-9000-preview"),
        span(
            "zeta-9000-preview",
            "CHAT_MODEL",
            parent="root",
            inputs={"model": SECRET, "messages": [{"role": "user", "content": "Hi"}]},
            failed=True,
            message="no quota for zeta-9000-preview",
            events=(event,),
        ),
        span("call zeta-9000-preview", "TOOL", parent="root"),
        state="ERROR",
    )
    reading = read_trace(one, blind=True)
    shown = texts(reading) + reading.raw
    assert "zeta-9000" not in shown
    assert "openai" not in shown
    assert reading.problem.message == "no quota for the model"
    assert reading.steps[0].problem.kind == "RateLimitError"
    assert "Called call the model" in [step.title for step in reading.steps]


def test_words_of_people_models_and_tools_stay(span, trace, words, part):
    """What the user, the model and the tools said is never altered, also where it names models."""
    question = "Is zeta-9000-preview better than gpt-4o? My user_id is 7."
    car = {"model": "Corolla", "version": "1.8", "usage": "city", "cost": 21000, "user": "ana"}
    document = {"page_content": "The X1 model.", "metadata": {"model": "X1", "version": "2"}}
    one = trace(
        span("root", "CHAIN", inputs={"question": question}, outputs="zeta-9000-preview wins."),
        span(
            "chat",
            "CHAT_MODEL",
            parent="root",
            inputs={"model": SECRET, "messages": [{"role": "user", "content": question}]},
            outputs={"choices": [{"message": {"role": "assistant", "content": "Let me see."}}]},
        ),
        span("find_car", "TOOL", parent="root", inputs={"model": "Corolla"}, outputs=car),
        span("docs", "RETRIEVER", parent="root", inputs="x1", outputs=[document]),
    )
    reading = read_trace(one, blind=True)
    assert words(reading.question) == question
    assert words(reading.answer) == "zeta-9000-preview wins."
    by_title = {step.title: step for step in reading.steps}
    assert words(part(by_title["Called find_car: model Corolla"], "Model")) == "Corolla"
    shown = words(part(by_title["Called find_car: model Corolla"], "Result"))
    assert all(text in shown for text in ("Corolla", "1.8", "city", "21000", "ana"))
    assert "X1" in words(part(by_title["Looked up 1 passage"], "Details"))
    assert reading.all_steps[2].hidden_fields == 0


def test_names_inside_other_words_stay(span, trace):
    """A model called "base" takes nothing out of "database"."""
    one = trace(
        span("root", "CHAIN", inputs="Hi", failed=True, message="database base is down together"),
        span("x", "LLM", parent="root", inputs={"model": "base", "prompt": "Hi"}),
        state="ERROR",
    )
    problem = read_trace(one, blind=True).problem
    assert problem.message == "database the model is down together"


def test_own_data_of_an_app_stay(span, trace, words):
    """A car dealer's question about a model of car is not taken for a model of language."""
    one = trace(span("app", inputs={"question": "Price?", "model": "Corolla"}, outputs="21,000"))
    reading = read_trace(one, blind=True)
    assert "Corolla" in reading.raw
    assert reading.hidden_fields == 0


def test_metadata_and_tags_are_in_no_reading(span, trace, texts):
    """Version, session facts, tags and cost of the trace stay out of the reading altogether."""
    one = trace(
        span("app", inputs="Hi", outputs="Hello"),
        metadata={"mlflow.modelId": "m-secret-1", "mlflow.trace.cost": '{"total_cost": 0.77}'},
        tags={"app_version": "v-secret-2"},
    )
    reading = read_trace(one, blind=True)
    assert "secret" not in texts(reading) + reading.raw
    assert "0.77" not in reading.raw


def test_previews_are_blind_too(trace, texts):
    """A trace that has only previews, whole or cut, names no model either."""
    whole = json.dumps({"choices": [{"message": {"content": "Hello"}}], "model": SECRET})
    cut = '{"id": "msg_1", "model": "zeta-9000-preview", "content": [{"text": "Hel...'
    for preview in (whole, cut):
        reading = read_trace(trace(response_preview=preview), blind=True)
        assert "zeta-9000" not in texts(reading) + reading.raw
        assert "Hel" in texts(reading)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(tree=JSON, key=st.sampled_from(["model", "ls_model_name", "gen_ai.request.model"]))
@settings(max_examples=60, derandomize=True)
def test_a_name_planted_anywhere_in_attributes_is_hidden(tree, key):
    """However a framework nests its attributes, the model's name is not among them."""
    attributes = {"info": [{"more": tree, "inner": {key: {"name": [SECRET]}}}]}
    one = TraceRecord("tr", "1", spans=(SpanRecord("s", None, "x", attributes=attributes),))
    reading = read_trace(one, blind=True)
    assert "zeta-9000" not in reading.raw
    assert reading.hidden_fields >= 1


@pytest.mark.parametrize(
    "span",
    [
        SpanRecord("1", None, "call_zork-9b-x", attributes={"mlflow.llm.model": "zork-9b-x"}),
        SpanRecord("1", None, "f", inputs={"state": {"llm_config": {"model": "zork-9b-x"}}}),
        SpanRecord("1", None, "f", inputs={"config_list": [{"model": "zork-9b-x"}]}),
        SpanRecord("1", None, "f", inputs={"agent": {"llm": {"model": "zork-9b-x"}}}),
        SpanRecord("1", None, "f", outputs={"model_usage": {"zork-9b-x": 7}, "answer": "yes"}),
        SpanRecord("1", None, "f", attributes={"server.address": "zork-9b-x"}),
        SpanRecord("1", None, "f", failed=True, message="https://zork-9b-x.openai.azure.com/v1"),
    ],
    ids=["step name", "state", "list", "agent", "usage", "address", "host"],
)
def test_odd_places_do_not_tell_the_model(span):
    """A model's name in a step's name, nested settings, an address or an error stays hidden."""
    reading = read_trace(TraceRecord("tr-1", "1", spans=(span,)), blind=True)
    assert "zork-9b-x" not in repr(reading)
