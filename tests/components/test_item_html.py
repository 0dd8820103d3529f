"""The HTML of an item: everything a trace holds is on screen or one key away, and only shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.review_desk.block_text import as_json
from components.review_desk.item_html import render_facts, render_item, render_markdown
from components.review_desk.sql_layout import laid_out
from review_app.reading.model import (
    Block,
    Code,
    Facts,
    Fields,
    Media,
    Part,
    Passage,
    Passages,
    Problem,
    Prose,
    Reading,
    Step,
    Table,
    ToolCall,
    Turn,
)

VOID = {"br", "hr"}
ATTRIBUTES = {
    *("class", "type", "aria-expanded", "data-span", "data-part", "hidden", "dir", "title"),
    *("role", "tabindex", "data-href", "value", "colspan", "scope"),
}
NEVER = {"script", "style", "img", "iframe", "svg", "math", "form", "input", "link", "base", "meta"}
EMPTY = Reading("tr-1", 0, False, "", (), (), None, (), None, None, (), "", 0, None)


def user(*blocks):
    return Turn("user", blocks)


def app(*blocks):
    return Turn("assistant", blocks)


def step(*parts, problem=None, title="Called get_order", **more):
    return Step("s1", title, "", "tool", 2900, problem, parts, **more)


def draw(**changes):
    return render_item(replace(EMPTY, **changes), zone=UTC)


def with_parts(item):
    """The HTML with every part put where the desk puts it."""
    html = item.html
    while found := re.search(r'<(?:div|li|tr) class="(?:rest|later)".*?</(?:div|li|tr)>', html):
        part = found.group().partition('data-part="')[2].partition('"')[0]
        html = html[: found.start()] + item.parts[part] + html[found.end() :]
    return html


class Page(HTMLParser):
    """Reads HTML as strictly as it was written: tags must close, attributes must be known."""

    def __init__(self, html):
        super().__init__()
        self.words: list[str] = []
        self.open: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        assert not self.open
        html.encode("utf-8")

    @property
    def text(self):
        return "".join(self.words)

    def handle_starttag(self, tag, attributes):
        assert tag not in NEVER
        assert {name for name, _ in attributes} <= ATTRIBUTES
        if tag not in VOID:
            self.open.append((tag, dict(attributes).get("class")))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if ("span", "mark") not in self.open:
            self.words.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)


def test_an_item_is_read_from_top_to_bottom():
    """Earlier turns, instructions, question, steps and answer stand in that order, without ids."""
    item = draw(
        instructions="Be brief.",
        session_turns=(user(Prose("first")), app(Prose("second"))),
        earlier=(user(Prose("third")),),
        question=user(Prose("Why?")),
        steps=(step(), step()),
        answer=app(Prose("Because.")),
        all_steps=(step(),) * 3,
        raw="{}",
        duration_ms=2900,
    )
    words = (
        "Earlier in this conversation|3 turns|In earlier questions of this session|first|second|"
        "Sent along with this question|third|The app’s instructions|2 words|Be brief.|Question|"
        "Why?|What the app did|2 steps, 2.9 s|All steps|3|Raw data|2 characters|Answer|Because."
    )
    at = 0
    for word in words.split("|"):
        at = item.html.index(word, at)
    assert item.html.startswith('<article class="item">')
    assert item.html.endswith("</article>")
    assert " id=" not in item.html


def test_every_fold_is_a_button_followed_by_what_it_holds():
    """A line says that it is closed, and what it opens stands right behind it."""
    item = draw(steps=(step(Part("Input", Prose("x"))),), all_steps=(step(),), raw="{}")
    lines = re.findall(r'<button type="button" class="ln[^>]*>.*?</button>\n(.{24})', item.html)
    assert lines == ['<div class="det" hidden>\n'[:24]] * 3
    assert item.html.count('aria-expanded="false"') == 3
    assert item.html.count('data-span="s1"') == 1
    assert '<div class="later" data-part="steps"></div>' in item.html
    assert '<div class="later" data-part="raw"></div>' in item.html
    assert 'data-span="s1"' in item.parts["steps"]


@pytest.mark.parametrize(
    "changes",
    [
        {"earlier": (user(Prose("one")), app(Prose("PLANTED")))},
        {"question": user(Prose("PLANTED"))},
        {"answer": app(Prose("word " * 600 + "PLANTED"))},
        {"steps": (step(Part("Output", Fields((("a", Fields((("b", Prose("PLANTED")),))),)))),)},
        {"steps": (step(Part("SQL", Code("SELECT PLANTED FROM t", "sql"))),)},
        {"steps": (step(Part("Result", Table(("a", "b"), (("1", "PLANTED"),)))),)},
        {
            "steps": (
                step(
                    Part(
                        "P", Passages(tuple(Passage(i, "PLANTED" * (i == 5)) for i in range(1, 6)))
                    )
                ),
            )
        },
        {"steps": (step(problem=Problem("no " * 99 + "PLANTED")),)},
        {"steps": (step(problem=Problem("no", "ValueError", "File 1\nPLANTED")),)},
        {"steps": (step(title="x " * 300 + "PLANTED"),)},
        {"steps": (step(),) * 40 + (step(Part("x", Prose("PLANTED"))),)},
        {"instructions": "PLANTED"},
        {"answer": app(ToolCall("PLANTED", Prose("")))},
        {"answer": app(Media("image", "PLANTED"))},
        {"problem": Problem("PLANTED")},
    ],
)
def test_a_planted_error_is_on_screen_or_one_key_away(changes):
    """Whatever is wrong in a trace of usual size is in the item that was sent."""
    assert "PLANTED" in draw(**changes).html


def test_a_failed_step_says_so_in_words():
    """The line says what failed, the whole error is inside, the stack trace one fold further."""
    html = draw(steps=(step(problem=Problem("timed out", "TimeoutError", "File x")),)).html
    assert 'class="ln bad"' in html
    assert '<span class="x">Failed: timed out</span>' in html
    assert "1 step, 1 failed" in html
    assert html.index('class="problem"') < html.index("Technical details") < html.index("File x")
    assert "TimeoutError" not in html[: html.index("Technical details")]


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"problem": Problem("it timed out.")}, "gave no answer: it failed with “it timed out”."),
        ({"problem": Problem("a\nb")}, "The app gave no answer: it failed."),
        ({"problem": Problem("")}, "It failed without saying why."),
        (
            {"running": True, "requested_at_ms": 1_762_956_180_000},
            "still running when this was recorded. It was asked on 12 Nov, 14:03.",
        ),
        ({}, "No answer was recorded."),
        ({"answer": app(Prose("Partly")), "problem": Problem("cut off")}, "reported a failure"),
        ({"answer": app()}, "Nothing was recorded here."),
        ({"answer": app(Prose(" "))}, "Empty text."),
    ],
)
def test_no_answer_is_explained_in_a_sentence(changes, sentence):
    """Where there is no answer, a plain sentence says why."""
    assert sentence in draw(**changes).html


def test_an_empty_trace_is_a_page_of_sentences():
    """A trace that holds nothing at all can be read, too."""
    text = Page(with_parts(draw())).text
    for sentence in ("No question was recorded.", "no steps in between", "No answer was recorded."):
        assert sentence in text


@pytest.mark.parametrize(
    "line", ["A line of text & <more>.\n", "no breaks at all ", "x", "字", "a\u0301"]
)
def test_a_very_long_answer_is_folded_and_never_cut_away(line):
    """5 MB of text: the beginning is shown, the rest comes in parts, and together they are it."""
    text = (line * 5_000_000)[:5_000_000] + "END"
    item = draw(answer=app(Code(text)))
    assert len(item.html) < 200_000
    assert "Show all (5.0 MB)" in item.html
    assert all(len(part) < 2_000_000 for part in item.parts.values())
    shown = re.sub(r"<h3>.*?</h3>|Show the rest \(.*?\)", "", with_parts(item).partition("ans")[2])
    page = Page(f'<section class="{shown.removesuffix("</article>")}')
    assert page.text.strip("\n").replace("\n", "") == text.replace("\n", "")


def test_a_long_answer_in_markdown_loses_nothing_either():
    """The beginning is laid out as Markdown, the rest is the text itself."""
    text = "".join(f"**Paragraph** {number} ends.\n\n" for number in range(8_000))
    shown = Page(with_parts(draw(answer=app(Prose(text))))).text
    assert [int(n) for n in re.findall(r"(\d+) ends\.", shown)] == list(range(8_000))


def test_many_marks_do_not_blow_up_the_page():
    """A text of hidden characters is folded by the size of its HTML, and no part is too large."""
    item = draw(answer=app(Prose("\x01\x02" * 50_000)))
    assert len(item.html) < 2_000_000
    assert all(len(part) < 3_000_000 for part in item.parts.values())
    assert with_parts(item).count('class="mark"') == 100_000


def test_a_long_table_shows_fifty_rows_and_offers_the_others():
    """4,000 rows: the first fifty are there, all are offered, none is lost or out of order."""
    rows = tuple((f"{number:,}", f"name {number}") for number in range(4_000))
    item = draw(answer=app(Table(("total", "name"), rows)))
    assert item.html.count("<tr>") == 51
    assert "Show all 4,000 rows" in item.html
    names = re.findall(r"name (\d+)", with_parts(item))
    assert [int(number) for number in names] == list(range(4_000))


def test_tables_are_shown_as_the_app_received_them():
    """Numbers stand at the right, odd rows keep their cells, and missing rows are mentioned."""
    table = Table(("n", "text"), (("1,200.5", "x" * 500), ("-3", "b", "extra"), ("",)), 90)
    html = draw(answer=app(table)).html
    assert html.count(' class="n"') == 4
    assert "x" * 500 in html
    assert "extra" in html
    assert "The app received 3 of 90 rows." in html
    assert "No rows." in draw(answer=app(Table(("a",), ()))).html


def test_passages_name_their_number_source_score_and_chunk():
    """Each passage says where it comes from; a long one is shortened to the eye only."""
    long = Passage(2, "word " * 400 + "END", "b.pdf", "Book", "c-7", 0.8312)
    html = draw(answer=app(Passages((Passage(1, "short"), long)))).html
    assert html.count('class="clipbox"') == 1
    for words in ("No source recorded", "Book", "b.pdf", "score 0.831", "chunk c-7", "END"):
        assert words in html
    many = tuple(Passage(number, f"text {number}.") for number in range(120))
    assert "text 119." in with_parts(draw(answer=app(Passages(many))))


def test_what_is_hidden_until_the_answer_is_counted():
    """A blind reviewer is told how many fields are kept back, not what they are."""
    item = draw(all_steps=(step(hidden_fields=1),), raw="{}", hidden_fields=3)
    assert "1 field is shown after your answer." in item.parts["steps"]
    assert "3 fields are shown after your answer." in item.parts["raw"]


def test_deep_nesting_and_many_steps_can_be_read():
    """900-deep fields become JSON below some depth, and 400 steps leave the answer in sight."""
    deep: Block = Prose("DEEPEST")
    call: Block = Prose("INNERMOST")
    for level in range(900):
        deep = Fields(((f"level {level}", deep),))
        call = ToolCall("again", call)
    steps = tuple(
        step(Part("Input", Prose(f"input {n}")), title=f"Step {n}", depth=n) for n in range(400)
    )
    item = draw(answer=app(deep, call), steps=steps, all_steps=steps)
    assert "DEEPEST" in item.html
    assert "INNERMOST" in item.html
    assert "The next 388 steps" in item.html
    assert len(item.html) < 200_000
    everything = with_parts(item)
    for number in range(400):
        assert everything.count(f"input {number}<") == 2


def test_json_of_what_lies_too_deep_is_whole_and_in_order():
    """Below the depth that is laid out, the fields are proper JSON in the order recorded."""
    leaf = Fields((("a", Prose("1")), ("b", Code("2")), ("t", Table(("c",), (("3",),)))))
    told = ToolCall("find", leaf)
    expected = {"a": "1", "b": "2", "t": {"columns": ["c"], "rows": [["3"]], "total_rows": None}}
    assert json.loads(as_json(told)) == {"tool": "find", "arguments": expected}
    assert as_json(leaf).index('"a"') < as_json(leaf).index('"b"') < as_json(leaf).index('"t"')


def test_a_great_deal_of_folded_text_waits_until_it_is_asked_for():
    """A conversation of many long turns does not make the item heavy."""
    turns = tuple(user(Prose(f"turn {number} " + "word " * 2_000)) for number in range(200))
    item = draw(session_turns=turns, steps=(step(Part("x", Prose("short"))),))
    assert len(item.html) < 5_000
    assert "short" in item.html
    assert "turn 199 " in with_parts(item)


def test_parts_keep_their_names_when_an_item_is_drawn_again():
    """A part can be had from a server that drew the item anew; a strange name gets nothing."""
    text = "word " * 1_000_000
    names = list(draw(answer=app(Prose(text))).parts)
    again = draw(answer=app(Prose(text))).parts
    assert names[-1].count(".") == 4
    assert again[names[-1]]
    assert again.get("p1.1.1.1")
    for strange in ("", ".", "p1.", "p9", "p1.7", "steps", "p1." + "1." * 9_999, "\ud800"):
        assert again.get(strange) is None


HOSTILE = (
    "</div></article><script>x</script><img src=http://e.example onerror=x>\u202e\x00\ud800"
    "\" onclick='x' ${x} {{ 7*7 }} {% raw %} [a](javascript:x) END"
)


def test_hostile_text_is_harmless_wherever_it_stands():
    """The same text in every place that a trace has: it is shown everywhere, and only shown."""
    prose, code = Prose(HOSTILE), Code(HOSTILE, HOSTILE)
    blocks = (
        *(prose, code, Code(HOSTILE, "sql"), Code(HOSTILE, "json"), Media(HOSTILE, HOSTILE)),
        Table((HOSTILE,), ((HOSTILE,), (HOSTILE * 9,))),
        Passages((Passage(1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, float("nan")),)),
        ToolCall(HOSTILE, Fields(((HOSTILE, prose), (HOSTILE, Fields(((HOSTILE, code),)))))),
    )
    turn = Turn("other", blocks, HOSTILE)
    problem = Problem(HOSTILE, HOSTILE, HOSTILE)
    parts = tuple(Part(HOSTILE, block) for block in blocks)
    one = Step(HOSTILE, HOSTILE, HOSTILE, "tool", 5, None, parts)
    steps = (one, replace(one, problem=problem))
    item = render_item(
        Reading(
            *(HOSTILE, 0, False, HOSTILE, (turn,), (turn,), turn, steps, turn, problem, steps),
            *(HOSTILE, 1, 9),
        ),
        zone=UTC,
    )
    html = with_parts(item)
    page = Page(html)
    assert page.text.count("<script>x</script>") == page.text.count("END") > 60
    assert " href=" not in html
    Page(render_facts(facts_of(HOSTILE), reason=HOSTILE, mlflow_url="javascript:x"))
    Page(render_markdown(HOSTILE))


def facts_of(text):
    return Facts(
        text, text, text, text, 2900, 1234, 0.0312, ((True, text), (False, ""), (False, text))
    )


TEXTS = st.text(st.characters(exclude_categories=[]), max_size=40)
BLOCKS = st.recursive(
    st.one_of(
        st.builds(Prose, TEXTS),
        st.builds(Code, TEXTS, st.sampled_from(["sql", "json", "python", ""])),
        st.builds(Media, TEXTS, TEXTS),
        st.builds(
            Table, st.lists(TEXTS).map(tuple), st.lists(st.lists(TEXTS).map(tuple)).map(tuple)
        ),
        st.builds(Passages, st.lists(st.builds(Passage, st.integers(), TEXTS, TEXTS)).map(tuple)),
    ),
    lambda inner: st.one_of(
        st.builds(ToolCall, TEXTS, inner),
        st.builds(Fields, st.lists(st.tuples(TEXTS, inner), max_size=4).map(tuple)),
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.lists(BLOCKS, max_size=3).map(tuple), TEXTS)
def test_any_reading_becomes_well_formed_html(blocks, text):
    """Whatever the reading holds, the HTML closes its tags and knows its attributes."""
    one = step(*(Part(text, block) for block in blocks), title=text, problem=Problem(text))
    item = draw(answer=Turn("assistant", blocks, text), steps=(one,), all_steps=(one,))
    assert "What the app did" in Page(with_parts(item)).text


def test_why_it_was_chosen_is_said_in_words():
    """An item that was sent because a judge disagreed says so in words, after the answer."""
    html = render_facts(facts_of("v"), reason="judge_disagreement", mlflow_url=None)

    assert "chosen because: a judge said otherwise" in Page(html).text


def test_the_facts_line_leaves_out_what_is_unknown():
    """After the answer the facts are read in words; unknown ones are not shown as zeros."""
    html = render_facts(
        replace(facts_of("v"), user="ana", session="s-1", model="gpt"),
        reason="random sample",
        mlflow_url="http://127.0.0.1:5000/#/experiments/1",
    )
    text = Page(html).text
    for words in (
        *("version v", "gpt", "1 thumbs up", "2 thumbs down", "2.9 s", "1,234 tokens", "$0.031"),
        *("user ana", "session s-1", "chosen because: random sample", "Open in MLflow"),
        *("Thumbs up: “v”", "Thumbs down: “v”"),
    ):
        assert words in text
    assert 'data-href="http://127.0.0.1:5000/#/experiments/1"' in html
    assert "Nothing more is known" in render_facts(Facts(), reason="", mlflow_url=None)
    assert "tokens" not in render_facts(Facts(version="2"), reason="", mlflow_url=None)


def test_instructions_of_a_lead_go_through_the_same_door():
    """Markdown of a lead is laid out like that of a trace."""
    html = render_markdown("# Title\n\n[x](https://a.example) <b>no</b>")
    assert "<h4>Title</h4>" in html
    assert 'data-href="https://a.example"' in html
    assert "&lt;b&gt;" in html


def test_sql_on_one_line_is_broken_before_its_clauses():
    """A query can be read at a glance, and not one token of it is changed."""
    sql = (
        "WITH c AS (SELECT a, sum(b) OVER (PARTITION BY d ORDER BY e) FROM t WHERE x = 'a FROM b')"
        " SELECT extract(year FROM f) FROM c LEFT OUTER JOIN u ON c.a = u.a GROUP BY 1 -- FROM"
    )
    assert laid_out(sql).split("\n") == [
        "WITH c AS (SELECT a, sum(b) OVER (PARTITION BY d ORDER BY e)",
        "  FROM t",
        "  WHERE x = 'a FROM b')",
        "SELECT extract(year FROM f)",
        "FROM c",
        "LEFT OUTER JOIN u ON c.a = u.a",
        "GROUP BY 1 -- FROM",
    ]
    assert laid_out("SELECT '  FROM  ' FROM t") == "SELECT '  FROM  '\nFROM t"
    assert laid_out("SELECT 1\n  FROM t WHERE a") == "SELECT 1\n  FROM t WHERE a"


SQL_WORDS = [
    *("SELECT", "FROM", "WHERE", "LEFT", "JOIN", "ORDER", "BY", "a", "é", "\x00", ","),
    *("'", '"', "(", ")", "--", "/*", "*/"),
]


@given(st.lists(st.sampled_from(SQL_WORDS)))
def test_laying_out_sql_changes_blanks_only(words):
    """Nothing but blanks between tokens ever differs from what was recorded."""
    sql = " ".join(words)
    assert laid_out(sql).split() == sql.split()
