"""A pool as a person says it."""

from __future__ import annotations

import pytest

from review_app.pool import AnswerFilter, Pool, ScoreFilter
from review_app.pool_words import in_words


@pytest.mark.parametrize(
    "filters, words",
    [
        ({}, ""),
        ({"last_days": 1}, " of the last day"),
        ({"last_days": 7, "thumbs": "down"}, " of the last 7 days with a thumbs-down"),
        ({"since": "2026-11-01"}, " since 1 Nov 2026"),
        ({"since": "2026-11-01", "until": "2026-11-01"}, " of 1 Nov 2026"),
        ({"since": "2026-11-01", "until": "2026-11-30"}, " from 1 Nov 2026 until 30 Nov 2026"),
        ({"since": "soon"}, " since soon"),
        ({"versions": ("v1",)}, " of version v1"),
        ({"versions": ("v1", "v2")}, " of version v1 or v2"),
        ({"versions": ("1", "2", "3", "4")}, " of 4 versions"),
        ({"states": ("ERROR",)}, " that ended with an error"),
        ({"states": ("OK", "IN_PROGRESS")}, " in state OK or IN_PROGRESS"),
        ({"states": ("OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED")}, " in 4 states"),
        ({"sessions": ("s-1",)}, " of session s-1"),
        ({"tags": {"channel": "web"}}, " with the tag channel = web"),
        ({"text": " refund "}, " that say “refund”"),
        ({"min_cost": 0.01}, " that cost at least $0.01"),
        ({"max_seconds": 3}, " that took at most 3 s"),
        ({"min_seconds": 1, "max_seconds": 3}, " that took 1 s to 3 s"),
        ({"thumbs": "none"}, " without a vote"),
        ({"score": ScoreFilter("j@1")}, " with a score of j@1"),
        ({"score": ScoreFilter("j@1", at_most=0.5)}, " that j@1 scores at most 0.5"),
        ({"score": ScoreFilter("j@1", equals="fail")}, " where j@1 says “fail”"),
        ({"answered": AnswerFilter("right")}, " with an answer to “right”"),
        ({"answered": AnswerFilter("right", present=False)}, " without an answer to “right”"),
        ({"answered": AnswerFilter("right", equals="No")}, " with the answer “No” to “right”"),
        ({"traces": ("tr-1", "tr-2")}, " from a list of 2"),
        (
            {"last_days": 7, "versions": ("v2",), "thumbs": "up"},
            ", of the last 7 days, of version v2, with a thumbs-up",
        ),
    ],
)
def test_a_pool_reads_as_a_sentence(filters, words):
    """A lead reads in words what the filters let through."""
    assert in_words(Pool("bot", **filters)) == f"traces of “bot”{words}"
