"""An error reads as a sentence; its type and its stack trace stand apart."""

from __future__ import annotations

import pytest

from review_app.reading.problems import NO_REASON, in_plain_words, own_problems
from review_app.reading.tree import tree_of


@pytest.mark.parametrize(
    "message,said,kind",
    [
        ("RuntimeError: model endpoint timed out", "model endpoint timed out", "RuntimeError"),
        ("openai.RateLimitError: Too many", "Too many", "RateLimitError"),
        ("ToolException('no such id')", "no such id", "ToolException"),
        ("ValueError: KeyError: 'city'", "city", "ValueError"),
        ("Timeout while reading", "Timeout while reading", ""),
        ("ValueError:", NO_REASON, "ValueError"),
        ("", NO_REASON, ""),
    ],
)
def test_no_class_names(message, said, kind):
    """The name of a class is not part of what happened."""
    problem = in_plain_words(message)
    assert (problem.message, problem.kind) == (said, kind)


def test_a_failure_is_told_where_it_began(span):
    """A span that only passes a failure on tells nothing; one that adds something does."""
    spans = (
        span("root", failed=True, message="ValueError: no rows"),
        span("chain", parent="root", failed=True, message="gave up after 3 tries: no rows"),
        span("tool", parent="chain", failed=True, message="no rows"),
        span("silent", parent="root", failed=True),
    )
    told = own_problems(tree_of(spans))
    assert {spans[index].name: problem.message for index, problem in told.items()} == {
        "chain": "gave up after 3 tries: no rows",
        "tool": "no rows",
        "silent": NO_REASON,
    }
