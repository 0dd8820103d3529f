"""Asking again is not a step of its own: polls stand in the query that they belong to."""

from __future__ import annotations

import json

from review_app.reading import model, read_trace

SQL = "SELECT n FROM t"
HEX = "0123456789abcdef0123456789abcdef"


def genie(status, *, sql=SQL, rows=((1,), (2,)), text="", message="m1"):
    attachment = {
        "query": sql,
        "statement_response": {
            "status": {"state": "SUCCEEDED"},
            "manifest": {"schema": {"columns": [{"name": "n"}]}, "total_row_count": len(rows)},
            "result": {"data_array": [list(row) for row in rows]},
        },
    }
    content = {"queryAttachments": [attachment], "textAttachments": [text]} if sql else text
    answer = {"content": content, "conversationId": "c1", "messageId": message, "status": status}
    return {"content": [{"type": "text", "text": json.dumps(answer)}], "type": "tool", "name": "x"}


def read(trace, span, *tools):
    root = span("app", "AGENT", inputs="Why?", outputs="So.")
    made = [
        span(name, "TOOL", parent="app", id=f"t{n}", start_ns=n * 10**9, inputs=inputs, outputs=out)
        for n, (name, inputs, out) in enumerate(tools)
    ]
    return read_trace(trace(root, *made), blind=True)


def test_genie_polls_are_one_step(span, trace, part):
    """A question to Genie with two polls is one line with the SQL, the rows and Genie's words."""
    ids = {"conversation_id": "c1", "message_id": "m1"}
    reading = read(
        trace,
        span,
        (f"query_space_{HEX}", {"query": "how many?"}, genie("ASKING_AI", sql="", text="Thinking")),
        (f"poll_response_{HEX}", ids, genie("EXECUTING_QUERY", sql="")),
        (f"poll_response_{HEX}", ids, genie("COMPLETED", text="Two rows.")),
    )
    assert [(step.title, step.result) for step in reading.steps] == [
        ("Asked Genie: how many?", "SQL, 2 rows")
    ]
    step = reading.steps[0]
    assert part(step, "SQL") == model.Code(SQL, "sql")
    assert part(step, "Result").rows == (("1",), ("2",))
    assert part(step, "Genie said") == model.Prose("Two rows.")
    assert part(step, "Said meanwhile") == model.Prose("Thinking")
    assert len(reading.all_steps) == 4


def test_two_questions_keep_their_polls(span, trace):
    """Polls of two questions to Genie go to the question they name."""
    reading = read(
        trace,
        span,
        (f"query_space_{HEX}", {"query": "one"}, genie("ASKING_AI", sql="", message="m1")),
        (f"query_space_{HEX}", {"query": "two"}, genie("ASKING_AI", sql="", message="m2")),
        (f"poll_response_{HEX}", {"message_id": "m2"}, genie("COMPLETED", message="m2")),
        (f"poll_response_{HEX}", {"message_id": "m1"},
         genie("COMPLETED", sql="SELECT 1", rows=((1,),), message="m1")),
    )  # fmt: skip
    assert [(step.title, step.result) for step in reading.steps] == [
        ("Asked Genie: one", "SQL, 1 row"),
        ("Asked Genie: two", "SQL, 2 rows"),
    ]


def test_a_statement_and_its_result(span, trace, load):
    """SQL in the argument and rows in a later poll are one step; another statement is another."""
    pending = {"statement_id": "s1", "status": {"state": "PENDING"}}
    rows = {"statement_id": "s1", "columns": ["n"], "rows": [[7]]}
    reading = read(
        trace,
        span,
        ("execute_sql", {"statement": SQL}, pending),
        ("execute_sql", {"statement": "SELECT m FROM t"}, {"columns": ["m"], "rows": [[1], [2]]}),
        ("poll_sql_result", {"statement_id": "s1"}, rows),
    )
    assert [(step.title, step.result) for step in reading.steps] == [
        ("Ran SQL", "SQL, 1 row"),
        ("Ran SQL", "SQL, 2 rows"),
    ]


def test_the_same_tool_asked_again_while_it_runs(span, trace):
    """A job that is asked for until it is done is one step; a second job is not."""
    asked = {"job": 5}
    reading = read(
        trace,
        span,
        ("export", asked, {"status": "RUNNING"}),
        ("export", asked, {"status": "done", "file": "x.csv"}),
        ("export", asked, {"status": "done", "file": "y.csv"}),
    )
    assert len(reading.steps) == 2
