"""What the app did: one line a step, which opens to what went in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from components.review_desk.amounts import duration_words
from components.review_desk.block_text import step_weight
from components.review_desk.blocks_html import block_html, code_html, plain_html
from components.review_desk.macros import macro
from components.review_desk.parts import Branch, Maker, Series
from components.safe_pieces import joined
from components.safe_text import marked, without_hidden
from components.words import counted
from review_app.reading.model import Problem, Step

_MOST_LINES = 24
_LINES_OF_MANY = 12
_DEEPEST_INDENT = 8
_LONGEST_TITLE = 300
_LONGEST_REASON_BESIDE = 36
_LONGEST_REASON = 160
_NOTHING = Markup()

_FOLD = macro("folds.html", "fold")
_INDENTED = macro("folds.html", "indented")
_LABELLED = macro("folds.html", "labelled")
_LATER = macro("folds.html", "later")
_NOTE = macro("folds.html", "note")
_PROBLEM = macro("folds.html", "problem")


@dataclass(frozen=True)
class Line:
    """The line of a fold: what it holds, what is said at its right end, and how it looks."""

    title: Markup
    extra: Markup = _NOTHING
    look: str = ""
    span_id: str = ""


def fold_html(line: Line, weight: int, draw: Maker, branch: Branch) -> Markup:
    """A line that opens. What it holds is drawn at once when it fits, else when it is opened."""
    body = draw(branch) if branch.takes(weight) else _LATER(branch.defer(draw))
    return _fold(line, body)


def deferred_fold_html(line: Line, part: str, draw: Maker, branch: Branch) -> Markup:
    """A line that opens to a part of that name, drawn when it is opened."""
    return _fold(line, _LATER(branch.defer(draw, part)))


def _fold(line: Line, body: Markup) -> Markup:
    look = f" {line.look}" if line.look else ""
    return _FOLD(look, without_hidden(line.span_id), line.title, line.extra, body)


def step_lines_html(steps: Sequence[Step], branch: Branch) -> Markup:
    """The steps as lines; where there are very many, the later ones under one line."""
    if len(steps) <= _MOST_LINES:
        return joined(step_html(step, branch) for step in steps)
    lines = [step_html(step, branch) for step in steps[:_LINES_OF_MANY]]
    others = steps[_LINES_OF_MANY:]
    failed = sum(step.problem is not None for step in others)
    line = Line(
        title=marked(f"The next {len(others):,} steps"),
        extra=marked(f"{failed:,} failed" if failed else ""),
        look="bad" if failed else "",
    )
    size = sum(step_weight(step) for step in others)

    def draw(where: Branch) -> Markup:
        return _series(others, step_html).start(where, len(others))

    return joined([*lines, fold_html(line, size, draw, branch)])


def step_tree_html(steps: Sequence[Step], branch: Branch) -> Markup:
    """Every span as a line, indented as it was called."""

    def draw(step: Step, where: Branch) -> Markup:
        return _INDENTED(min(step.depth, _DEEPEST_INDENT), step_html(step, where))

    return _series(steps, draw).start(branch, len(steps))


def step_html(step: Step, branch: Branch) -> Markup:
    """One step: its line, and what it opens to."""
    line = Line(
        title=marked(_shortened(step.title or "A step without a name", _LONGEST_TITLE)),
        extra=marked(_at_the_end(step)),
        look=_look(step),
        span_id=step.span_id,
    )
    return fold_html(line, step_weight(step), lambda where: _details(step, where), branch)


def problem_html(problem: Problem, branch: Branch) -> Markup:
    """The whole error, its type and stack trace only on demand."""
    message = plain_html(problem.message or "It failed without saying why.", branch)
    return _PROBLEM(message) + technical_html(problem, branch)


def technical_html(problem: Problem, branch: Branch) -> Markup:
    """The type and the stack trace of an error, folded."""
    technical = "\n".join(text for text in (problem.kind, problem.stack) if text)
    if not technical:
        return Markup()
    line = Line(marked("Technical details"), look="quiet")
    return fold_html(line, len(technical), lambda where: code_html(technical, "", where), branch)


def hidden_note(count: int) -> Markup:
    """Says that fields are kept back; nothing when none are."""
    if not count:
        return Markup()
    verb = "is" if count == 1 else "are"
    return _NOTE(f"{counted(count, 'field')} {verb} shown after your answer.")


def _series(steps: Sequence[Step], draw: Callable[[Step, Branch], Markup]) -> Series:
    return Series(
        len(steps),
        lambda number, where: draw(steps[number], where),
        lambda shown: f"Show the other {counted(len(steps) - shown, 'step')}",
    )


def _details(step: Step, branch: Branch) -> Markup:
    pieces = [problem_html(step.problem, branch)] if step.problem else []
    if len(step.title) > _LONGEST_TITLE:
        pieces.append(plain_html(step.title, branch))
    pieces += [_LABELLED(marked(part.label), block_html(part.block, branch)) for part in step.parts]
    if not pieces:
        pieces.append(_NOTE("Nothing was recorded for this step."))
    if step.duration_ms is not None:
        pieces.append(_NOTE(f"Took {duration_words(step.duration_ms)}."))
    return joined([*pieces, hidden_note(step.hidden_fields)])


def _at_the_end(step: Step) -> str:
    if step.problem:
        reason = _reason(step.problem)
        return f"Failed: {reason}" if reason else "Failed"
    if step.result:
        return _shortened(step.result, _LONGEST_REASON)
    return "" if step.duration_ms is None else duration_words(step.duration_ms)


def _reason(problem: Problem) -> str:
    first_line = problem.message.strip().partition("\n")[0]
    return _shortened(first_line, _LONGEST_REASON)


def _look(step: Step) -> str:
    if step.problem:
        is_long = len(_reason(step.problem)) > _LONGEST_REASON_BESIDE
        return "bad two" if is_long else "bad"
    return "quiet" if step.plumbing else ""


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} …"
