"""What a file holds, line by line, and the plan of imported items."""

from __future__ import annotations

import json

import pytest

from review_app.campaigns import Assignment, PlanItem
from review_app.errors import InvalidImport
from review_app.imports import Bad, Line, check_trace, import_plan, kind_of, read_lines


def read(content: str | bytes):
    return list(read_lines(content if isinstance(content, bytes) else content.encode()))


def numbers(content: str | bytes):
    return [one.number for one in read(content)]


@pytest.mark.parametrize(
    "content",
    ['{"id": 1}\n{"id": 2}\n', '[{"id": 1}, {"id": 2}]', '\ufeff{"id": 1}\r\n\r\n{"id": 2}'],
)
def test_objects_a_line_and_lists_are_read(content):
    """A file of one object a line, or a list, as any tool writes it, is read whole."""
    assert [one.data for one in read(content)] == [{"id": 1}, {"id": 2}]


def test_one_object_over_many_lines_is_read():
    """A trace that was saved nicely indented is one trace."""
    [only] = read("\n\n" + json.dumps({"info": {"a": [1, 2]}}, indent=2))
    assert (only.number, only.data) == (3, {"info": {"a": [1, 2]}})


def test_elements_of_an_indented_list_know_their_line():
    """A bad trace in a long list can be found by its line."""
    text = json.dumps([{"a": 1}, 5, {"b": 2}], indent=1)
    assert [type(one) for one in read(text)] == [Line, Bad, Line]
    assert numbers(text) == [2, 5, 6]


def test_a_bad_line_does_not_stop_the_others():
    """The rest of a file is imported, and the bad line is named with its reason."""
    found = read('{"id": 1}\n{"id": \nnot JSON\n[1]\n{"id": 2}')
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert [one.data["id"] for one in found if isinstance(one, Line)] == [1, 2]
    assert all(one.reason.startswith("is no") for one in found if isinstance(one, Bad))


def test_a_broken_object_over_many_lines_is_one_failure():
    """One broken file is one sentence, not one for each of its thousand lines."""
    text = json.dumps({"info": {str(n): n for n in range(50)}}, indent=1)[:-1]
    [only] = read(text)
    assert isinstance(only, Bad)
    assert only.number == 54


def test_a_list_that_breaks_off_keeps_what_came_before():
    """What stands before the break of a list is imported."""
    found = read('[{"a": 1},\n{"b": 2},\n{"c": ')
    assert [type(one) for one in found] == [Line, Line, Bad]
    assert found[-1].number == 3


def test_line_separators_inside_texts_do_not_split_lines():
    """Texts may hold characters that some programs take for line ends."""
    [only] = read('{"text": "one\u2028two\u0085three"}\n')
    assert only.data["text"] == "one\u2028two\u0085three"


@pytest.mark.parametrize(
    "content, number",
    [
        (b'{"id": 1}\n{"id": "\xff"}\n{"id": 2}', 2),
        (b'[{"id": 1},\n{"id": "\xff"}]', 2),
        ('{"id": 1}'.encode("utf-16"), 1),
    ],
)
def test_other_encodings_are_named(content, number):
    """A file that is not UTF-8 says so, at the line where it begins not to be."""
    bad = [one for one in read(content) if isinstance(one, Bad)]
    assert bad[0].number == number
    assert "UTF-8" in bad[0].reason


@pytest.mark.parametrize("content", ["", " \n\t\n", "\ufeff"])
def test_an_empty_file_says_so(content):
    """An empty file is a mistake that somebody wants to hear about."""
    assert read(content) == [Bad(1, "is empty")]


def test_deep_json_is_read_or_named():
    """Nesting that a program can hold is read; deeper nesting is a reason, never a crash."""
    assert isinstance(read('{"a": ' + "[" * 800 + "]" * 800 + "}")[0], Line)
    assert isinstance(read('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}")[0], Bad)
    assert isinstance(read("[" * 100_000)[0], Bad)
    assert isinstance(read('{"n": ' + "9" * 10_000 + "}")[0], Bad)


def test_what_no_database_takes_becomes_visible():
    """Half an emoji and NUL are kept as text that can be stored and seen; whole emoji stay."""
    [only] = read(r'{"a": "\ud83d \u0000 \ud83d\ude00 \\ud83d \\\u0000 \udc00"}')
    assert only.data["a"] == r"\ud83d \u0000 😀 \ud83d \\u0000 \udc00"


def test_a_surrogate_inside_an_attribute_keeps_its_value():
    """An attribute is JSON in a JSON text: decoded it is the same as before."""
    inner = json.dumps({"x": "\ud83d and \x00"})
    broken = inner.replace(r"\ud83d", "\ud83d")
    [only] = read(json.dumps({"attribute": broken}))
    assert json.loads(only.data["attribute"]) == {"x": "\ud83d and \x00"}


def test_kinds_are_told_apart():
    """A trace and a chat are recognised by what they hold; anything else is named."""
    assert kind_of({"info": {}, "data": {}}) == "trace"
    assert kind_of({"id": 1, "messages": []}) == "chat"
    with pytest.raises(InvalidImport, match="neither"):
        kind_of({"info": {}})


def trace(**info):
    return {"info": {"trace_id": "tr-1", **info}, "data": {"spans": []}}


@pytest.mark.parametrize("trace_id", ["tr-1", "a/b:c", "x" * 50, " spaces and ümlaut "])
def test_every_id_that_mlflow_stores_is_kept(trace_id):
    """Ids of other systems, with slashes and colons, stay as they are."""
    assert check_trace(trace(trace_id=trace_id)) == trace_id


@pytest.mark.parametrize(
    "data, word",
    [
        (trace(trace_id="x" * 51), "51 characters"),
        (trace(trace_id=""), "without an id"),
        (trace(trace_id=7), "without an id"),
        ({"info": [], "data": {}}, "no object"),
        ({"info": {"trace_id": "a"}, "data": {"spans": [1]}}, "no list of objects"),
        ({"info": {"trace_id": "a"}, "data": {"spans": [{"span_id": "1"}] * 2}}, "same id"),
        (trace(tags={"t": 5}), "no text"),
        (trace(tags=["t"]), "no object"),
        (trace(tags={"t": "x" * 8001}), "too long"),
        (trace(trace_metadata={"k" * 251: "x"}), "too long"),
    ],
)
def test_what_mlflow_would_refuse_or_cut_is_named(data, word):
    """Nothing is cut or lost silently: what cannot be stored as it is has a reason."""
    with pytest.raises(InvalidImport, match=word):
        check_trace(data)


def test_one_reviewer_reads_in_the_order_of_the_file():
    """Whoever imports their own traces finds them in their own order."""
    plan = import_plan([], ["c", "a", "b", "a"], ["ana"], "mine")
    assert [(p.trace_id, p.assigned) for p in plan] == [
        ("c", (Assignment("ana", 1),)),
        ("a", (Assignment("ana", 2),)),
        ("b", (Assignment("ana", 3),)),
    ]
    assert {(p.frame, p.reason, p.probability) for p in plan} == {("imported", "imported", 1.0)}


def test_several_reviewers_each_have_an_order_of_their_own():
    """Two people do not tire at the same items; the same import gives the same orders."""
    ids = [f"tr-{n}" for n in range(30)]
    plan = import_plan([], ids, ["ana", "bo"], "mine")
    orders = [
        [p.trace_id for p in sorted(plan, key=lambda p: p.assigned[at].position)] for at in (0, 1)
    ]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(ids)
    assert len({tuple(ids), tuple(orders[0]), tuple(orders[1])}) == 3
    assert plan == import_plan([], ids, ["ana", "bo"], "mine")


def test_later_imports_only_add_what_is_new():
    """Items keep their place, new ones come after them, and nobody gets an item twice."""
    first = import_plan([], ["a", "b"], ["ana"], "mine")
    later = import_plan(first, ["b", "c"], ["ana", "bo"], "mine")
    assert import_plan([*first, *later], ["a", "b", "c"], ["ana"], "mine") == []
    of = {
        person: {p.trace_id: t.position for p in later for t in p.assigned if t.reviewer == person}
        for person in ("ana", "bo")
    }
    assert of["ana"] == {"b": 2, "c": 3}
    assert sorted(of["bo"]) == ["b", "c"]
    assert sorted(of["bo"].values()) == [1, 2]
    assert all(isinstance(p, PlanItem) for p in later)
