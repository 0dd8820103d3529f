"""Values become text without loss, at any depth."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.reading.decode import decoded, from_json, pretty, shallow, shortened

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


@given(JSON)
@settings(max_examples=200, derandomize=True)
def test_pretty_json_is_json(value):
    """The raw data can be copied out and read back as they were."""
    assert json.loads(pretty(value)) == value
    assert shallow(value) == value


def test_pretty_json_is_indented():
    """Each entry stands on its own line, each level two spaces further in."""
    value = {"a": [1, {"b": None}], "c": {}, "d": []}
    assert pretty(value) == json.dumps(value, indent=2)


def test_json_in_strings_is_opened():
    """JSON in a string in JSON in a string is read; what only looks like it stays text."""
    inner = json.dumps({"rows": json.dumps([[1]])})
    assert decoded({"text": inner}) == {"text": {"rows": [[1]]}}
    for text in ("{not json}", "[1, 2", "{}x", "", "12", '"quoted"'):
        assert from_json(text) == text


def test_deep_values_keep_their_words():
    """What lies too deep to follow becomes text, and the text is still there."""
    value: object = "core"
    for _ in range(900):
        value = [value]
    flat = shallow(value)
    assert "core" in pretty(flat)
    assert from_json("[" * 900 + "]" * 900) == "[" * 900 + "]" * 900


def test_shortened_lines():
    """A long text becomes one line that says that more follows."""
    assert shortened("a\n b", 10) == "a b"
    assert shortened("abcdefgh", 5) == "abcd…"
