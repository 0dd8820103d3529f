"""The Jinja templates of the review desk, compiled once, escaping on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a template as a function: values are escaped, Markup is kept."""
    found: Callable[..., Markup] = getattr(_TEMPLATES.get_template(template).module, name)
    return found
