"""The first visit by link: who asks, why, how long, what happens to the answers, each question."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from components.review_desk.item_html import render_markdown
from components.words import counted, minutes
from review_app.campaigns import SECONDS_AN_ITEM, Campaign
from review_app.questions import Question

_KEYS = Markup("<p>You can do all of it with the keyboard: press ? at any time.</p>")
WHAT_HAPPENS = (
    "Your answers are stored with each trace in MLflow, under your name. They show where the app "
    "fails, and they test the automatic judges that watch it."
)


def introduction_html(campaign: Campaign, items: int, contact: str) -> str:
    """Return what a person reads before the first item."""
    asker = campaign.owner or contact
    length = f"{counted(items, 'item')}, {minutes(items * SECONDS_AN_ITEM)} in all."
    pause = (
        "Stop whenever you like: every answer is saved at once, and you go on where you left off."
    )
    head = Markup("<h1>{}</h1><p>{} asks for your judgement. {} {}</p>").format(
        campaign.name, asker[:1].upper() + asker[1:], length, pause
    )
    purpose = Markup(render_markdown(campaign.purpose or WHAT_HAPPENS))  # noqa: S704 - made safe there
    questions = Markup("").join(Markup(question_html(q)) for q in campaign.questions)  # noqa: S704 - made safe there
    how = Markup(render_markdown(campaign.instructions))  # noqa: S704 - made safe there
    asked = Markup("<h2>What you are asked</h2>") + questions
    return str(head + purpose + how + asked + _KEYS)


def instructions_html(campaign: Campaign) -> str:
    """Return how to judge, and what each question means."""
    return _how_to_judge(campaign.name, campaign.instructions, campaign.questions)


@lru_cache(maxsize=256)
def _how_to_judge(name: str, instructions: str, questions: tuple[Question, ...]) -> str:
    text = Markup(render_markdown(instructions))  # noqa: S704 - made safe there
    meant = Markup("").join(Markup(question_html(q)) for q in questions)  # noqa: S704 - made safe there
    return str(Markup("<h1>{}</h1>").format(name) + text + meant)


def question_html(question: Question) -> str:
    """Return what a question means, with an example that passes and one that fails."""
    parts = [Markup("<h3>{}</h3>").format(question.heading)]
    if question.instruction:
        parts.append(Markup("<p>{}</p>").format(question.instruction))
    for text, word, kind in (
        (question.passed_example, "Passes", "p"),
        (question.failed_example, "Fails", "f"),
    ):
        if text:
            shown = Markup(render_markdown(text))  # noqa: S704 - made safe there
            box = Markup('<div class="example {}"><b>{}</b>{}</div>')
            parts.append(box.format(kind, word, shown))
    return str(Markup('<section class="ask">{}</section>').format(Markup("").join(parts)))
