"""The campaign builder: seven steps and a live preview; values in, choices out."""

from components.builder_checks import checks_step
from components.builder_choices import Choices, choices_of
from components.builder_draft import Draft, begun
from components.builder_form import Form, forget
from components.builder_goal import goal_step
from components.builder_look import look
from components.builder_pool import pool_step
from components.builder_preview import preview
from components.builder_questions import questions_step
from components.builder_reviewers import reviewers_step
from components.builder_sample import sample_step
from components.builder_summary import name_field, summary
from components.builder_words import design_in_words
from components.builder_written import written

__all__ = [
    "Choices",
    "Draft",
    "Form",
    "begun",
    "checks_step",
    "choices_of",
    "design_in_words",
    "forget",
    "goal_step",
    "look",
    "name_field",
    "pool_step",
    "preview",
    "questions_step",
    "reviewers_step",
    "sample_step",
    "summary",
    "written",
]
