"""Who may see and do what: one rule per line, asked in the services on every read and write."""

from __future__ import annotations

from collections.abc import Mapping

from review_app.campaigns import Campaign, Item
from review_app.errors import NotAllowed
from review_app.people import Person


def may_lead(person: Person) -> bool:
    """Leads and admins run campaigns and see everybody's answers."""
    return person.is_lead or person.is_admin


def require_lead(person: Person) -> None:
    """Let through only who may run campaigns.

    Raises:
        NotAllowed: saying whom to ask.
    """
    if not may_lead(person):
        raise NotAllowed("This page is for the leads of the reviews. Please ask one of them.")


def may_open(person: Person, campaign: Campaign) -> bool:
    """A reviewer opens only campaigns they are invited to, or that anyone may join."""
    return person.name in campaign.reviewers or campaign.join == "anyone"


def require_open(person: Person, campaign: Campaign) -> None:
    """Let through only who may open the campaign.

    Raises:
        NotAllowed: saying whom to ask.
    """
    if not may_open(person, campaign):
        raise NotAllowed(
            f"“{campaign.name}” is reviewed by invited people only, and {person.name} is not one"
            f" of them. Please ask {campaign.owner or 'your lead'} to add you."
        )


def may_answer(campaign: Campaign, answered_at_ms: int) -> bool:
    """Answers are taken until the campaign is closed; those given before still count."""
    return campaign.status != "closed" or answered_at_ms <= campaign.closed_at_ms


def own_item(own: Mapping[str, Item], key: str) -> Item:
    """Return the person's own item of that key; nobody reaches an item of somebody else.

    Raises:
        NotAllowed: when the key is none of the person's own items.
    """
    if key not in own:
        raise NotAllowed(
            "This item is not in your list. Your lead can add it; nothing you wrote is lost."
        )
    return own[key]
