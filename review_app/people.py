"""Who is asking: a person and what they may be."""

from __future__ import annotations

from dataclasses import dataclass

from review_app.errors import InvalidAnswer

NAME_MAX_LENGTH = 250  # MLflow stores a source id of at most 250 characters


@dataclass(frozen=True)
class Person:
    """A signed-in person.

    Attributes:
        name: e-mail or chosen name, lower-cased: MLflow compares people without case.
        is_lead: may run campaigns and see everybody's answers.
        is_admin: may do everything a lead may, in every campaign.
    """

    name: str
    is_lead: bool = False
    is_admin: bool = False


def normal_name(text: str) -> str:
    """Return the name as it is stored: trimmed, lower-cased, inner spaces single.

    Raises:
        InvalidAnswer: when it is empty, too long, or holds characters that cannot be seen.

    >>> normal_name("  Ana  Lopez ")
    'ana lopez'
    """
    name = " ".join(text.split()).lower()
    if not name:
        raise InvalidAnswer("Please type your name or e-mail address.")
    if len(name) > NAME_MAX_LENGTH:
        raise InvalidAnswer(f"A name has at most {NAME_MAX_LENGTH} characters.")
    if not name.isprintable():
        raise InvalidAnswer("This name holds characters that cannot be shown. Please retype it.")
    return name
