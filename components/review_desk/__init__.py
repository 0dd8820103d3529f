"""The review desk: reader and form in one component, which holds the next items ahead."""

from components.review_desk.answers_html import render_lesson, render_others
from components.review_desk.desk import (
    BUILD,
    DeskAnswer,
    Wishes,
    review_courier,
    review_desk,
    turn_again,
    wishes_before,
)
from components.review_desk.item_html import (
    RenderedItem,
    render_facts,
    render_item,
    render_markdown,
)
from components.review_desk.session_html import render_session

__all__ = [
    "BUILD",
    "DeskAnswer",
    "RenderedItem",
    "Wishes",
    "render_facts",
    "render_item",
    "render_lesson",
    "render_markdown",
    "render_others",
    "render_session",
    "review_courier",
    "review_desk",
    "turn_again",
    "wishes_before",
]
