"""The campaign builder: seven steps and a live preview; values in, choices out."""

from components.builder.checks import checks_step
from components.builder.choices import Choices, choices_of
from components.builder.design_words import design_in_words
from components.builder.draft import Draft, begun
from components.builder.form import Form, forget
from components.builder.goal import goal_step
from components.builder.look import look
from components.builder.pool import pool_step
from components.builder.preview import Shown, looked_through, preview
from components.builder.questions import questions_step
from components.builder.reviewers import reviewers_step
from components.builder.sample import sample_step
from components.builder.summary import name_field, summary
from components.builder.written import working, written

__all__ = [
    "Choices",
    "Draft",
    "Form",
    "Shown",
    "begun",
    "checks_step",
    "choices_of",
    "design_in_words",
    "forget",
    "goal_step",
    "look",
    "looked_through",
    "name_field",
    "pool_step",
    "preview",
    "questions_step",
    "reviewers_step",
    "sample_step",
    "summary",
    "working",
    "written",
]
