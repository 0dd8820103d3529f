"""Wishing for labels: the campaign that begins where a version was not reviewed enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from review_app.design import Sample
from review_app.inbox import day_at
from review_app.pool import Pool
from review_app.quality.values import Quality

WISHED = 30  # items of a version that nobody reviewed


def campaign_for(quality: Quality, address: Mapping[str, str]) -> dict[str, Any]:
    """Return what a new campaign begins with: random traces of the window, with no other filter.

    Only such a sample gives a rate of the version.

    Args:
        quality: experiment and window.
        address: version, question and n, each as far as it is named.
    """
    version, n = address.get("version", ""), address.get("n", "")
    given: dict[str, Any] = {
        "pool": Pool(
            quality.experiment,
            since=day_at(quality.since_ms).isoformat(),
            until=day_at(quality.until_ms).isoformat(),
            versions=(version,) if version else (),
        ),
        "sample": Sample("random", n=int(n) if n.isdecimal() else WISHED),
        "goal": "rate of a version",
    }
    return {**given, "question": address["question"]} if address.get("question") else given
