"""Who is behind a request: by the one way that the settings allow, and by no other."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.errors import InvalidAnswer
from review_app.people import normal_name
from services.settings import read_settings
from services.sign_in import COOKIE, SECRET_HEADER, cookie_value, signed_in

LOCAL: dict[str, str] = {}
DATABRICKS = {"DATABRICKS_APP_NAME": "review", "MLFLOW_TRACKING_URI": "databricks"}
PROXY = {
    "REVIEW_SIGN_IN": "proxy",
    "REVIEW_PROXY_HEADER": "X-Auth-Email",
    "REVIEW_PROXY_SECRET": "s3cret",
}
FORWARDED = {"X-Forwarded-Email": "ana@example.com"}
PROXIED = {"X-Auth-Email": "ana@example.com"}


def name_of(env, cookies=None, headers=None) -> str | None:
    person = signed_in(read_settings(env), cookies or {}, headers or {})
    return person.name if person else None


@pytest.mark.parametrize(
    "env, cookies, headers, name",
    [
        (LOCAL, {}, {}, None),
        (LOCAL, {COOKIE: "ana"}, {}, "ana"),
        (LOCAL, {COOKIE: "%20Ana%20"}, {}, "ana"),
        (LOCAL, {COOKIE: "%00"}, {}, None),
        (LOCAL, {}, FORWARDED, None),
        (LOCAL, {}, PROXIED, None),
        ({"REVIEW_PERSON": "Bo"}, {}, {}, "bo"),
        ({"REVIEW_PERSON": "bo"}, {COOKIE: "ana"}, {}, "ana"),
        (DATABRICKS, {}, FORWARDED, "ana@example.com"),
        (DATABRICKS, {COOKIE: "eve"}, {}, None),
        (PROXY, {}, PROXIED, None),
        (PROXY, {}, {**PROXIED, SECRET_HEADER: "wrong"}, None),
        (PROXY, {}, {**PROXIED, SECRET_HEADER: "s3cret"}, "ana@example.com"),
        (PROXY, {}, {**FORWARDED, SECRET_HEADER: "s3cret"}, None),
        (PROXY, {COOKIE: "eve"}, {SECRET_HEADER: "s3cret"}, None),
    ],
)
def test_only_the_chosen_way_lets_in(env, cookies, headers, name):
    """Anybody can send any header or cookie: each counts only in the mode that names it."""
    assert name_of(env, cookies, headers) == name


@pytest.mark.parametrize(
    "env, name, roles",
    [
        (LOCAL, "ana", (True, False)),
        ({"REVIEW_LEADS": "lea, Kim"}, "ana", (False, False)),
        ({"REVIEW_LEADS": "lea, Kim"}, "kim", (True, False)),
        ({"REVIEW_ADMINS": "kim"}, "kim", (True, True)),
        ({"REVIEW_ADMINS": "kim"}, "ana", (False, False)),
    ],
)
def test_roles_come_from_the_settings(env, name, roles):
    """Leads and admins are those of the settings; with none set everybody here is lead."""
    person = signed_in(read_settings(env), {COOKIE: name}, {})
    assert person is not None
    assert (person.is_lead, person.is_admin) == roles


def test_on_databricks_nobody_leads_unasked():
    """Without leads in the settings nobody is lead where strangers can sign in."""
    person = signed_in(read_settings(DATABRICKS), {}, FORWARDED)
    assert person is not None
    assert not person.is_lead


def stored_or_none(name) -> str | None:
    try:
        return cookie_value(name)
    except InvalidAnswer:
        return None


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_name_fits_into_the_cookie(name):
    """A name with any letters survives the cookie, and none can smuggle in another cookie."""
    value = stored_or_none(name)
    if value is not None:
        assert unquote(value) == normal_name(name)
        jar = SimpleCookie(f"{COOKIE}={value}; other=1")
        assert jar[COOKIE].value == value
