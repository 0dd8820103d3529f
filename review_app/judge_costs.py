"""What asking a model will cost, before it is asked: calls, tokens, money where prices are known.

A forecast, and said to be one: a token is taken as four characters (of English; other languages
need more), an answer as 80 tokens.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Aligner = Literal["MemAlign", "SIMBA", "GEPA"]
CHARACTERS_A_TOKEN = 4
FRAME_TOKENS = 350  # what MLflow adds to the instructions: the form of the answer
ANSWER_TOKENS = 80  # value and reason
GUIDELINE_TOKENS = 800  # what one look at the labels writes
LABELS_A_CALL = 50  # MemAlign reads at most so many at once
SIMBA_STEPS, SIMBA_BATCH, SIMBA_CANDIDATES = 8, 10, 6  # as MLflow and dspy set them
GEPA_ROUNDS = 4  # MLflow lets GEPA judge each item about so many times

ALIGNERS: Mapping[Aligner, str] = {
    "MemAlign": "Reads all labels once and writes guidelines. Quick and cheap; begin with it.",
    "SIMBA": "Tries many wordings on small batches, and adds examples and rules.",
    "GEPA": "Rewrites the instructions again and again from what it got wrong.",
}


@dataclass(frozen=True)
class Forecast:
    """What work with a model will come to, at most.

    Attributes:
        calls: to the model.
        input_tokens: that it reads.
        output_tokens: that it writes.
        usd: at list prices; None where they are not known.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    usd: float | None = None


@dataclass(frozen=True)
class Prices:
    """US dollars for a token, where they are known."""

    input_usd: float | None = None
    output_usd: float | None = None


def aligning_forecast(
    by: Aligner, items: int, characters: float, told: int, prices: Prices
) -> Forecast:
    """Return what aligning a judge costs at most.

    Args:
        by: how.
        items: of the train split.
        characters: what the judge reads of an item, on average.
        told: characters of its instructions.
        prices: of its model.

    >>> aligning_forecast("MemAlign", 40, 2000, 600, Prices(1e-6, 4e-6))
    Forecast(calls=1, input_tokens=23700, output_tokens=800, usd=0.0269)
    >>> aligning_forecast("SIMBA", 40, 2000, 600, Prices()).calls
    1376
    >>> aligning_forecast("GEPA", 40, 2000, 600, Prices()).calls
    240
    """
    item = characters / CHARACTERS_A_TOKEN
    if by == "MemAlign":
        calls = math.ceil(items / LABELS_A_CALL)
        read = items * (item + ANSWER_TOKENS) + calls * (FRAME_TOKENS + told / CHARACTERS_A_TOKEN)
        return _forecast(calls, read, calls * GUIDELINE_TOKENS, prices)
    judged, thought = _judged_and_thought(by, items)
    each = FRAME_TOKENS + item + told / CHARACTERS_A_TOKEN
    read = judged * each + thought * 3 * each
    wrote = judged * ANSWER_TOKENS + thought * GUIDELINE_TOKENS
    return _forecast(judged + thought, read, wrote, prices)


def _judged_and_thought(by: Aligner, items: int) -> tuple[int, int]:
    """Return how often the judge is run, and how often the model is asked for better words."""
    if by == "SIMBA":
        tried = SIMBA_CANDIDATES + 1
        each_step = SIMBA_BATCH * (SIMBA_CANDIDATES + tried)
        return SIMBA_STEPS * each_step + tried * items, SIMBA_STEPS * tried
    return (GEPA_ROUNDS + 1) * items, items


def _forecast(calls: int, read: float, wrote: float, prices: Prices) -> Forecast:
    usd = None
    if prices.input_usd is not None and prices.output_usd is not None:
        usd = read * prices.input_usd + wrote * prices.output_usd
    return Forecast(calls, round(read), round(wrote), usd)
