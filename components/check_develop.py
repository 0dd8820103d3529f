"""How a judge does on the train split, and from which number on it had better pass."""

from __future__ import annotations

from collections.abc import Mapping

from components.campaign_links import link
from components.campaign_list import heading, quiet
from components.check_verdict import outcome_rows
from review_app.judge_check.line import Line
from review_app.judge_check.rates import RightOf
from review_app.judge_check.values import Check
from review_app.judge_check.words import in_percent, share_of

NO_VERDICT = "The train split shows how the judge does so far. It is no verdict and no look."
ON_THESE = "It was aligned on these very items, so it looks better on them than it is."
TOO_FEW = (
    "The train split cannot tell: that takes 5 bad and 5 good answers, spread over enough sessions"
    " to hold some out."
)
ON_SUCH = "A judge that was aligned on these very items would look better on them than it is."


def development(done: Check, *, aligned_on_these: bool) -> None:
    """Draw the tests on the train split, with what they are worth."""
    quiet(f"{NO_VERDICT} {ON_THESE if aligned_on_these else ON_SUCH}")
    outcome_rows(done, developing=True)


def suggested_line(line: Line | None, now: float | None, address: Mapping[str, str]) -> None:
    """Say which line does best on the train split, with a link that takes it.

    Args:
        line: the one that does best; None where the split is too small to tell.
        now: the line that the page stands on; None for the usual one.
        address: of this page.
    """
    heading("From which number on should it pass?")
    if line is None:
        quiet(TOO_FEW)
        return
    cut = f"{line.threshold:.3g}"
    quiet(
        f"From {cut} on does best on the train split. Cross-validated over sessions, so on items"
        f" that did not choose it, it catches {_right(line.catches, 'bad')} and accepts"
        f" {_right(line.accepts, 'good')}: {in_percent(line.balanced)} when both weigh the same."
        " A line is chosen here, or given; never on the test split."
    )
    if now is None or f"{now:.3g}" != cut:
        quiet(link(f"Let it pass from {cut} on", {**address, "threshold": cut}))


def _right(one: RightOf, what: str) -> str:
    return share_of(one.share.value or 0.0, one.share.interval, one.share.n, f"the {what} answers")
