"""Traces of every framework read as a conversation with the steps in between."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from review_app.reading import model, read_trace

ROOT = Path(__file__).parents[3]

# question, start of the answer, lines in between, earlier turns, instructions
READINGS = {
    "anthropic_thinking_loop": (
        "Is water damage covered?",
        "Reasoning\nPipes yes, floods no.\nBurst pipes are covered; floods are not.",
        ["Asked the model", "Called read_policy: section 4.2", "Called a tool"],
        [],
        "You are a claims clerk.",
    ),
    "autogen_agent": (
        "What is the weather in Paris?",
        "It is mild in Paris at 17 degrees.",
        ["Asked the model", "Called get_weather: city Paris"],
        [],
        "You are helpful with weather.",
    ),
    "bedrock_converse": (
        "Is invoice 12 paid?",
        "Reasoning\nThe ledger says unpaid.\nNot yet; a reminder went out on 3 May.",
        ["Asked the model", "Called ledger: invoice 12"],
        [],
        "You check invoices.",
    ),
    "bedrock_invoke_model": ("Translate good morning.", "Guten Morgen.", [], [], ""),
    "crewai_crew": (
        "alpine lakes",
        "A report on alpine lakes.",
        [
            "Agent Senior Researcher",
            "Asked the model",
            "Called search_web: question deepest alpine lake",
        ],
        [],
        "You are Senior Researcher.",
    ),
    "custom_functions": (
        "ticket\nsubject\nBroken kettle\nbody\nIt leaks at the base.\ncustomer id\n7",
        "decision\nreplace\nreason\nLeak within warranty.",
        ["classify", "lookup_warranty", "Looked up 1 passage"],
        [],
        "",
    ),
    "databricks_chat_agent": (
        "List open tickets\ncustom inputs\nregion\nEMEA",
        "Two tickets are open.\ncustom outputs\nticket count\ntwo tickets",
        ["Called list_tickets: state open"],
        [],
        "",
    ),
    "databricks_responses_agent_stream": (
        "2025",
        "The blue kettle.",
        ["Ran SQL"],
        ["Top product?", "For which year?"],
        "",
    ),
    "dspy_react": (
        "Population of Chur?",
        "About 38,000\nreasoning\nThe lookup says 38,000.",
        ["Asked the model", "Called search: query Chur population"],
        [],
        "Your input fields are: question",
    ),
    "gemini_chat_string": (
        "Name a lake near Zug.",
        "Lake Zug itself, or the Ägerisee.",
        [],
        [],
        "",
    ),
    "gemini_generate_content": (
        "Next train to Bern?",
        "Reasoning\nThinking about platforms.\n14:32 from platform 8.",
        ["Called timetable: to Bern"],
        [],
        "Be brief about trains.",
    ),
    "haystack_pipeline": (
        "Who wrote Dune?",
        "Frank Herbert wrote Dune.",
        ["Looked up 2 passages"],
        [],
        "",
    ),
    "langchain_serialised": (
        "Who signs leases?",
        "The landlord signs leases.",
        [],
        ["Hello clerk", "Hello, how can I help?"],
        "Answer as a clerk.",
    ),
    "langgraph_genie_polls": (
        "Orders per city?",
        "Toronto has 421 orders, Quebec 77.",
        ["Asked the model", "Asked Genie: orders per city"],
        ["Hi, who are you?", "I am the sales helper."],
        "You are the sales helper of Acme.",
    ),
    "langgraph_rag_state": (
        "How long is probation?",
        "Six months.\ngrade\ngrounded",
        ["Looked up 1 passage"],
        [],
        "",
    ),
    "langgraph_stream_updates": (
        "Cancel my plan",
        "Your gold plan ends on 1 June.",
        ["Called cancel: plan gold"],
        [],
        "",
    ),
    "llama_index_query": (
        "When do bees fly?",
        "Above twelve degrees.",
        ["Looked up 2 passages"],
        [],
        "You are an expert Q&A system.",
    ),
    "openai_agents_sdk": (
        "I want my money back for order 88.",
        "Refund of 40 dollars is on its way.",
        [
            "Triage agent",
            "Handed over to Refund agent",
            "Refund agent",
            "Called refund: order 88, reason late",
        ],
        [],
        "Route the customer.",
    ),
    "openai_chat_multi_turn": (
        "And what does this notice say?\nimage/png, 1 kB, embedded, high",
        "The notice asks for three months.\nAlternative 2\nIt gives notice of three months.",
        [],
        [
            "When does the Rivera lease end?",
            "find_lease\ntenant\nRivera",
            "tenant\nRivera\nends\n31 August 2026",
            "It ends on 31 August 2026.",
        ],
        "You answer questions about leases.",
    ),
    "openai_chat_stream": (
        "Is parking included?",
        "No, parking costs 80 euros a month.",
        ["Called price_list: item parking"],
        [],
        "",
    ),
    "openai_legacy_function_and_refusal": (
        "How do I pick a lock?",
        "I cannot help with that lock.",
        ["Called policy_check: topic locks"],
        [],
        "",
    ),
    "openai_responses_function_loop": (
        "Weather in Oslo?",
        "Minus four and snow in Oslo.",
        ["Called get_weather: city Oslo"],
        [],
        "",
    ),
    "openai_responses_tools": (
        "What is the notice period in the file?",
        "Ninety days.",
        [
            "Asked the model",
            "Looked up 1 passage",
            "Called web_search: type search, query statutory notice period",
            "Called code_interpreter: code import datetime print(datetime.date(202…",
            "Called lookup_tenant: id 5",
        ],
        [],
        "Use the files.",
    ),
    "otel_genai": (
        "Ferry to Hydra?",
        "The ferry leaves at nine.",
        ["Called ferries: to Hydra"],
        [],
        "Know all ferries.",
    ),
    "pydantic_ai": (
        "What is my balance?\ndeps\ncustomer id\n123",
        "Your balance is 123.45 francs.",
        ["Called balance: pending true"],
        [],
        "You are a bank teller.",
    ),
    "semantic_kernel": ("Is sushi okay for you?", "Sushi is fine.", [], [], ""),
    "smolagents": ("Square of 12?", "144", ["Asked the model"], [], "You write code."),
    "strands_agent": ("Convert 5 miles", "8.05 kilometres", ["Called convert: miles 5"], [], ""),
    "vercel_ai": ("Sum 2 and 3", "It is five.", ["Called add: a 2, b 3"], [], "Be exact."),
    "anthropic_tool_use": (
        "Where is order 7?",
        "Looking that up.\nget_order\norder id\n7",
        [],
        [],
        "",
    ),
    "error_exception": ("x\n1", "", [], [], ""),
    "langgraph_mcp_tool": (
        "how many orders?",
        "42 orders",
        ["Asked Genie: how many orders"],
        [],
        "",
    ),
    "langgraph_react_sql_rag": (
        "Revenue by region, and the refund rule?",
        "Revenue: US 20, EMEA 10. Refunds within 2 days.",
        ["Ran SQL", "Looked up 2 passages"],
        [],
        "",
    ),
    "langgraph_tool_error": ("break it", "", ["Called failing: x a"], [], ""),
    "manual_rag_genie_sql": (
        "What is A?",
        "Your order 7 shipped on **Monday**.",
        ["Looked up 1 passage", "Asked Genie: What is A?"],
        [],
        "",
    ),
    "openai_chat_tool_session_user_model": (
        "Where is order 7?",
        "Your order 7 shipped on **Monday**.",
        ["Called get_order: order id 7"],
        [],
        "You are a support agent.",
    ),
    "openai_responses": ("Capital of France?", "Paris.", [], [], ""),
    "prompt_linked": ("x", "Answer x", [], [], ""),
}


def path_of(name):
    places = (ROOT / "examples" / "traces", ROOT / "tests" / "data" / "traces")
    return next(place / f"{name}.json" for place in places if (place / f"{name}.json").exists())


@pytest.mark.parametrize("name", READINGS)
def test_a_trace_reads_as_a_conversation(name, load, words):
    """Question, answer, what came before and what the app did, from any framework."""
    question, answer, lines, earlier, instructions = READINGS[name]
    reading = read_trace(load(path_of(name)), blind=False)
    assert words(reading.question) == question
    assert (words(reading.answer) if reading.answer else "").startswith(answer)
    assert [step.title for step in reading.steps] == lines
    assert [words(turn) for turn in reading.earlier] == earlier
    assert reading.instructions == instructions


def test_every_recorded_shape_is_expected():
    """No file of the examples or of the tests' traces goes unread by the test above."""
    known = {*READINGS, "genie_conversation_api", "mcp_sql_server"}
    for folder in (ROOT / "examples" / "traces", ROOT / "tests" / "data" / "traces"):
        assert {path.stem for path in folder.glob("*.json")} <= known


def history(wrong):
    return [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "First?"},
        {"role": "assistant", "content": "One."},
        {"role": "user", "content": "Second?"},
        {"role": "assistant", "content": f"Two. {wrong}"},
        {"role": "user", "content": "Third?"},
    ]


@pytest.mark.parametrize("place", ["turn 2", "answer", "tool", "sql", "passage", "exception"])
@pytest.mark.parametrize("blind", [True, False])
def test_a_planted_error_is_found(place, blind, span, trace, texts):
    """An error in turn 2, late in the answer, a result, SQL, passage 5 or an exception is shown."""
    wrong = "the planted error"
    put = {place: wrong}.get
    answer = "x" * 3_000 + put("answer", "") + "y" * 100
    rows = {"rows": [{"city": "Bern", "note": put("tool", "fine")}]}
    passages = [
        {"page_content": f"Passage {n} {put('passage', '') if n == 5 else ''}", "metadata": {}}
        for n in range(1, 7)
    ]
    sql = f"SELECT * FROM t WHERE note = '{put('sql', '')}'"
    event = {
        "name": "exception",
        "timestamp_ns": 1,
        "attributes": {"exception.message": f"Timeout. {put('exception', '')}"},
    }
    one = trace(
        span(
            "root",
            "AGENT",
            inputs={"messages": history(put("turn 2", ""))},
            outputs={"choices": [{"message": {"role": "assistant", "content": answer}}]},
        ),
        span("list", "TOOL", parent="root", inputs={"n": 1}, outputs=json.dumps(rows)),
        span("run", "TOOL", parent="root", inputs={"query": sql}, outputs=[[1]]),
        span("search", "RETRIEVER", parent="root", inputs="q", outputs=passages),
        span("slow", "TOOL", parent="root", failed=True, message="Timeout", events=(event,)),
    )
    assert wrong in texts(read_trace(one, blind=blind), lines_only=True)


def test_words_in_between_stay(span, trace, words, part):
    """What the model said before it called a tool is a line of its own; the answer is not."""
    call = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    first = {"role": "assistant", "content": "I will look it up.", "tool_calls": [call]}
    messages = [{"role": "user", "content": "Where?"}]
    one = trace(
        span("app", "AGENT", inputs={"question": "Where?"}, outputs="Here."),
        span(
            "chat 1",
            "CHAT_MODEL",
            parent="app",
            inputs={"messages": messages},
            outputs={"choices": [{"message": first}]},
        ),
        span("look", "TOOL", parent="app", inputs={}, outputs="at home"),
        span(
            "chat 2",
            "CHAT_MODEL",
            parent="app",
            inputs={"messages": [*messages, first]},
            outputs={"choices": [{"message": {"role": "assistant", "content": "Here."}}]},
        ),
    )
    reading = read_trace(one, blind=True)
    assert [step.title for step in reading.steps] == ["Asked the model", "Called look"]
    assert words(part(reading.steps[0], "Said")) == "I will look it up."
    assert len(reading.all_steps) == 4


def test_history_that_only_the_model_saw(span, trace, words):
    """Earlier turns that the app kept in memory are shown, though its own input is one question."""
    one = trace(
        span("app", inputs={"question": "Third?"}, outputs="Three."),
        span(
            "chat",
            "CHAT_MODEL",
            parent="app",
            inputs={"messages": history("")},
            outputs={"choices": [{"message": {"role": "assistant", "content": "Three."}}]},
        ),
    )
    reading = read_trace(one, blind=True)
    assert [words(turn).strip() for turn in reading.earlier] == [
        "First?",
        "One.",
        "Second?",
        "Two.",
    ]
    assert reading.instructions == "Be kind."


def test_earlier_traces_of_the_session(span, trace, words):
    """Earlier traces come oldest first, without turns repeated here, failures included."""

    def turn(name, question, answer, when):
        made = trace(span("app", inputs={"q": question}, outputs=answer), trace_id=name)
        return replace(made, requested_at_ms=when)

    failed = replace(turn("tr-c", "Fourth?", None, 30), state="ERROR")
    now = trace(
        span("app", "AGENT", inputs={"messages": history("")}, outputs="Three."), trace_id="tr-z"
    )
    before = [failed, turn("tr-b", "Zero?", "Nought.", 10), turn("tr-a", "First?", "One.", 20), now]
    reading = read_trace(now, blind=True, earlier=before)
    assert [words(shown) for shown in reading.session_turns] == [
        "Zero?",
        "Nought.",
        "Fourth?",
        "No answer\nIt failed and left no reason.",
    ]


def test_a_failure_is_told_once(load, words):
    """A failure that travels upward stands at the step where it began, and explains the answer."""
    reading = read_trace(load(path_of("langgraph_tool_error")), blind=True)
    told = [step for step in reading.all_steps if step.problem is not None]
    assert [step.title for step in told] == ["Called failing: x a"]
    assert told[0].problem.message == "warehouse is down"
    assert told[0].problem.kind == "ValueError"
    assert "Traceback" in told[0].problem.stack
    assert reading.answer is None
    assert reading.problem.message == "warehouse is down"


def test_plumbing_is_folded(load):
    """Graph nodes and chains are only among all steps; nothing is missing there."""
    reading = read_trace(load(path_of("langgraph_react_sql_rag")), blind=True)
    assert len(reading.all_steps) == 24
    assert sum(step.plumbing for step in reading.all_steps) == 18
    assert not any(step.plumbing for step in reading.steps)
    assert isinstance(reading.steps[1].parts[1].block, model.Passages)
