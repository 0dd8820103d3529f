"""Who is asking: the person behind a request, by the one way that the settings allow."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import quote, unquote

from review_app.errors import InvalidAnswer
from review_app.people import Person, normal_name
from services.settings import Settings

COOKIE = "review_person"
COOKIE_DAYS = 90
DATABRICKS_HEADER = "X-Forwarded-Email"
SECRET_HEADER = "X-Review-Proxy-Secret"  # noqa: S105 - the header's name, not a secret


def signed_in(
    settings: Settings, cookies: Mapping[str, str], headers: Mapping[str, str]
) -> Person | None:
    """Return the person behind a request; None when nobody has signed in.

    Headers are trusted only in the mode that names them: anybody can send any header.
    """
    name = _name(settings, cookies, headers)
    return person_called(settings, name) if name else None


def person_called(settings: Settings, name: str) -> Person:
    """Return the person of that name with the roles that the settings give."""
    nobody_leads = not settings.leads and not settings.admins
    everybody_leads = settings.sign_in == "local" and nobody_leads
    is_admin = name in settings.admins
    is_lead = everybody_leads or is_admin or name in settings.leads
    return Person(name, is_lead=is_lead, is_admin=is_admin)


def cookie_value(name: str) -> str:
    """Return the name as it stands in the cookie; any name fits."""
    return quote(normal_name(name), safe="")


def _name(settings: Settings, cookies: Mapping[str, str], headers: Mapping[str, str]) -> str:
    if settings.sign_in == "databricks":
        return _known(headers.get(DATABRICKS_HEADER, ""))
    if settings.sign_in == "proxy":
        sent = headers.get(SECRET_HEADER, "").encode()
        trusted = hmac.compare_digest(sent, settings.proxy_secret.encode())
        return _known(headers.get(settings.proxy_header, "")) if trusted else ""
    return _known(unquote(cookies.get(COOKIE, ""))) or settings.person


def _known(text: str) -> str:
    try:
        return normal_name(text)
    except InvalidAnswer:
        return ""
