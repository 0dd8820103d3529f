"""The HTML of one item: the conversation, what the app did, the answer under review, its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from markupsafe import Markup

from components.review_desk.amounts import cost_words, duration_words, size_words
from components.review_desk.block_text import turns_weight, weight
from components.review_desk.blocks_html import (
    blocks_html,
    code_html,
    prose_html,
    turn_html,
    turn_name,
)
from components.review_desk.macros import macro
from components.review_desk.parts import Branch, Maker, Parts, Series
from components.review_desk.steps_html import (
    Line,
    deferred_fold_html,
    fold_html,
    hidden_note,
    problem_html,
    step_lines_html,
    step_tree_html,
    technical_html,
)
from components.safe_pieces import joined
from components.safe_text import link, markdown, marked, web_address
from components.words import counted, moment
from review_app.answers import JUDGE_DISAGREEMENT
from review_app.reading.model import Facts, Prose, Reading, Turn

ROOM = 60_000  # characters of folded text that are sent along with an item
_SHORT_QUESTION = 280
_SHORT_REASON = 200

_ABSENT = macro("item.html", "absent")
_DID = macro("item.html", "did")
_FACTS = macro("item.html", "facts")
_FAILED = macro("item.html", "failed")
_GROUP = macro("item.html", "group")
_ITEM = macro("item.html", "item")
_PROSE = macro("blocks.html", "prose")
_TURN = macro("item.html", "turn")


@dataclass(frozen=True)
class RenderedItem:
    """An item as HTML.

    Attributes:
        html: what is sent at once.
        parts: part name -> HTML of the folded rest, drawn when it is read.
        size: how many characters it keeps in memory, about.
    """

    html: str
    parts: Mapping[str, str]
    size: int


def render_item(reading: Reading, *, zone: tzinfo) -> RenderedItem:
    """Draw an item. zone is where the person is, for the times."""
    parts = Parts()
    branch = Branch(parts, "p", room=ROOM)
    html = _ITEM(_earlier(reading, branch), trace_html(reading, branch, zone))
    return RenderedItem(str(html), parts, len(html) + 2 * len(reading.raw))


def trace_html(reading: Reading, branch: Branch, zone: tzinfo, turn: str = "") -> Markup:
    """One trace: what was asked, done and answered. ``turn`` tells those of a session apart."""
    return joined(
        [
            _instructions(reading.instructions, branch),
            _question(reading.question, branch),
            _did(reading, branch, turn),
            _answer(reading, branch, zone),
        ]
    )


def render_facts(facts: Facts, *, reason: str, mlflow_url: str | None) -> str:
    """The facts line, for after the person's own answer; empty values are left out."""
    values = [marked(value) for value in _known(facts, reason)]
    address = web_address(mlflow_url) if mlflow_url else None
    if address:
        values.append(link(address, marked("Open in MLflow")))
    if not values:
        values.append(marked("Nothing more is known about this trace."))
    comments = [
        marked(f"Thumbs {'up' if good else 'down'}: “{said}”")
        for good, said in facts.thumbs
        if said
    ]
    return str(_FACTS(values, comments))


def render_markdown(text: str) -> Markup:
    """Markdown that a lead wrote: instructions, examples. Headings come out as h4 to h6."""
    return _PROSE(markdown(text))


_REASONS = {JUDGE_DISAGREEMENT: "a judge said otherwise"}


def _known(facts: Facts, reason: str) -> list[str]:
    up = sum(good for good, _ in facts.thumbs)
    down = len(facts.thumbs) - up
    known = [
        (facts.version, f"version {facts.version}"),
        (facts.model, facts.model),
        (up, f"{up:,} thumbs up"),
        (down, f"{down:,} thumbs down"),
        (facts.duration_ms is not None, duration_words(facts.duration_ms or 0)),
        (facts.total_tokens is not None, f"{facts.total_tokens or 0:,} tokens"),
        (facts.cost_usd is not None, cost_words(facts.cost_usd or 0)),
        (facts.user, f"user {facts.user}"),
        (facts.session, f"session {facts.session}"),
        (reason, f"chosen because: {_REASONS.get(reason, reason)}"),
    ]
    return [words for is_known, words in known if is_known]


def _earlier(reading: Reading, branch: Branch) -> Markup:
    groups = [
        ("In earlier questions of this session", reading.session_turns),
        ("Sent along with this question", reading.earlier),
    ]
    spoken = [(label, turns) for label, turns in groups if turns]
    if not spoken:
        return Markup()

    def draw(where: Branch) -> Markup:
        if len(spoken) == 1:
            return _turns(spoken[0][1], where)
        return joined(_GROUP(label, _turns(turns, where)) for label, turns in spoken)

    every = [turn for _, turns in spoken for turn in turns]
    return _turns_fold("Earlier in this conversation", every, draw, branch)


def sent_along_html(turns: Sequence[Turn], branch: Branch) -> Markup:
    """What came with a question of a session and was not told before, folded."""
    if not turns:
        return Markup()
    words = "Sent along with this question"
    return _turns_fold(words, turns, lambda where: _turns(turns, where), branch)


def _turns_fold(words: str, turns: Sequence[Turn], draw: Maker, branch: Branch) -> Markup:
    line = Line(marked(words), marked(counted(len(turns), "turn")))
    return fold_html(line, turns_weight(turns), draw, branch)


def _turns(turns: Sequence[Turn], branch: Branch) -> Markup:
    return Series(
        len(turns),
        lambda number, where: turn_html(turns[number], where),
        lambda shown: f"Show the other {counted(len(turns) - shown, 'turn')}",
    ).start(branch, len(turns))


def _instructions(text: str, branch: Branch) -> Markup:
    if not text:
        return Markup()
    line = Line(marked("The app’s instructions"), marked(counted(len(text.split()), "word")))
    return fold_html(line, len(text), lambda where: prose_html(text, where), branch)


def _question(turn: Turn | None, branch: Branch) -> Markup:
    if turn is None:
        return _TURN("q", "Question", _ABSENT("No question was recorded."))
    is_short = weight(turn.blocks) <= _SHORT_QUESTION and all(
        isinstance(block, Prose) for block in turn.blocks
    )
    look = "q" if is_short else "q long"
    return _TURN(look, _heading("Question", turn, "user"), blocks_html(turn.blocks, branch))


def _answer(reading: Reading, branch: Branch, zone: tzinfo) -> Markup:
    if reading.answer is None:
        return _TURN("ans", "Answer", _no_answer(reading, branch, zone))
    body = blocks_html(reading.answer.blocks, branch)
    if reading.problem:
        failed = _ABSENT("The app reported a failure all the same:")
        body += failed + problem_html(reading.problem, branch)
    return _TURN("ans", _heading("Answer", reading.answer, "assistant"), body)


def _heading(words: str, turn: Turn, expected_role: str) -> Markup:
    if turn.name or turn.role != expected_role:
        return Markup("{} · {}").format(words, turn_name(turn))
    return marked(words)


def _no_answer(reading: Reading, branch: Branch, zone: tzinfo) -> Markup:
    if reading.problem:
        message = reading.problem.message.strip()
        if message and len(message) <= _SHORT_REASON and "\n" not in message:
            return _FAILED(marked(message.rstrip("."))) + technical_html(reading.problem, branch)
        return _ABSENT("The app gave no answer: it failed.") + problem_html(reading.problem, branch)
    if reading.running:
        asked = moment(reading.requested_at_ms, zone)
        since = f" It was asked on {asked}." if asked else ""
        return _ABSENT(f"The app was still running when this was recorded.{since}")
    return _ABSENT("No answer was recorded.")


def _did(reading: Reading, branch: Branch, turn: str) -> Markup:
    summary = [counted(len(reading.steps), "step") if reading.steps else "no steps in between"]
    failed = sum(step.problem is not None for step in reading.steps)
    if failed:
        summary.append(f"{failed:,} failed")
    if reading.duration_ms is not None:
        summary.append(duration_words(reading.duration_ms))
    lines = step_lines_html(reading.steps, branch)
    more = _all_steps(reading, branch, turn) + _raw(reading, branch, turn)
    return _DID(", ".join(summary), lines + more)


def _all_steps(reading: Reading, branch: Branch, turn: str) -> Markup:
    if not reading.all_steps:
        return Markup()
    line = Line(marked("All steps"), marked(f"{len(reading.all_steps):,}"), "quiet")
    return deferred_fold_html(
        line, f"{turn}steps", lambda where: step_tree_html(reading.all_steps, where), branch
    )


def _raw(reading: Reading, branch: Branch, turn: str) -> Markup:
    if not reading.raw:
        return Markup()

    def draw(where: Branch) -> Markup:
        return hidden_note(reading.hidden_fields) + code_html(reading.raw, "", where)

    line = Line(marked("Raw data"), marked(size_words(len(reading.raw))), "quiet")
    return deferred_fold_html(line, f"{turn}raw", draw, branch)
