"""Files of a labeled set: spreadsheets that compute nothing, lines that other tools read."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from review_app.labeled_rows import Drawn, LabeledRow, Voter
from review_app.set_files import COLUMNS, csv_cell, csv_lines, openai_line

SPECIAL = '=HYPERLINK("http://x")'


def row(text="Where is it?", rationale="") -> LabeledRow:
    return LabeledRow(
        *("tr-1", "trace", "ok", True, "Yes", "majority", {"true": 2, "false": 1}, {'"Yes"': 2}),
        *(2 / 3, (Voter("ana", "Yes", rationale, "a-1"),), "", 0, ("w1",)),
        (Drawn("run", "all", "-5", 0.25, 1),),
        text=text,
    )


def read(rows) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(rows)), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    """A spreadsheet that opens the file computes nothing that somebody typed."""
    (found,) = read([row(f"{start}1+1")])

    assert found["text"] == f"'{start}1+1"
    assert found["stratum"] == "'-5"
    assert (found["probability"], found["label"]) == ("0.25", "true")


@holds_for(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_every_text_comes_back(text):
    """Whatever was asked: the cell holds it, after at most one apostrophe, and no cell is lost."""
    (found,) = read([row(text)])

    assert list(found) == list(COLUMNS)
    assert found["text"] in (text, f"'{text}")
    assert not found["text"].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_stay_numbers():
    """A negative number is no formula."""
    assert (csv_cell(-1), csv_cell(0.5), csv_cell(False)) == ("-1", "0.5", "false")


def test_openai_lines_hold_what_was_asked_and_answered():
    """Chat messages stay messages, other inputs become one, a gone trace has its preview."""
    chat = {"messages": [{"role": "user", "content": "Hi"}]}
    item = json.loads(openai_line(row(), chat, {"answer": "Hello"}))["item"]

    assert item["input"] == [{"role": "user", "content": "Hi"}]
    assert (item["output"], item["ideal"], item["label"]) == ("Hello", "true", True)
    assert item["votes"] == {"true": 2, "false": 1}
    plain = json.loads(openai_line(row(), {"question": "Why?"}, None))["item"]
    assert plain["input"] == [{"role": "user", "content": "Why?"}]
    gone = json.loads(openai_line(row(SPECIAL), None, None))["item"]
    assert gone["input"][0]["content"] == SPECIAL
