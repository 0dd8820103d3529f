"""How is this computed: the methods page, opened inside the app."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.how_computed import method_sections

ROOT = Path(__file__).resolve().parents[2]


def headings_asked_for():
    """Every heading that a screen names, with the file that names it."""
    return [
        (path.name, arg.value)
        for folder in ("pages", "components")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "how_computed"
        for arg in node.args
        if isinstance(arg, ast.Constant)
    ]


def test_every_screen_opens_a_section_that_there_is():
    """No “How is this computed” leads to a section that docs/METHODS.md does not have."""
    assert not [one for one in headings_asked_for() if one[1] not in method_sections()]


def test_a_section_is_shown_with_its_formulas():
    """What opens beside a number is the section of the methods page, all of it."""

    def screen():
        from components.how_computed import how_computed

        how_computed("Intervals", "Agreement")

    app = AppTest.from_function(screen).run()
    text = "".join(one.proto.body for one in app.get("html"))

    assert not app.exception
    assert "Wilson (1927)" in text
    assert "Krippendorff" in text
    assert "anaesthetists" not in text


def test_an_unknown_section_is_a_mistake_of_ours():
    """A heading that was renamed is found by the tests, not by a reader."""
    with pytest.raises(KeyError):
        method_sections()["No such section"]
