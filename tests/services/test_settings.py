"""The settings: what may be set, what is refused, and what the person reads then."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.errors import InvalidSetting
from services.settings import Settings, read_settings, settings_table

PROJECT = Path(__file__).resolve().parents[2]
PROXY = {
    "REVIEW_SIGN_IN": "proxy",
    "REVIEW_PROXY_HEADER": "X-Auth-Email",
    "REVIEW_PROXY_SECRET": "s3cret-of-the-proxy",
}


def test_nothing_set():
    """Without any setting the app reads the project's own store and lets people pick a name."""
    settings = read_settings({"PATH": "/bin", "HOME": "/home/ana"})
    assert settings == Settings()
    assert settings.tracking_uri == f"sqlite:///{PROJECT}/mlflow.db"
    assert (settings.sign_in, settings.dialect, settings.mlflow_ui) == ("local", "oss", "")
    assert settings.user_feedback == ("user_feedback",)


def test_empty_counts_as_not_set():
    """A setting that is there but empty changes nothing."""
    names = [line.split("`")[1] for line in settings_table().splitlines()[2:]]
    assert read_settings(dict.fromkeys(names, " ")) == Settings()


@pytest.mark.parametrize(
    "name,text,field,value",
    [
        ("REVIEW_EXPERIMENTS", "support bot, 12,", "experiments", ("support bot", "12")),
        ("REVIEW_PERSON", " Ana  Lopez ", "person", "ana lopez"),
        ("REVIEW_LEADS", "Bo@Example.com, eva", "leads", ("bo@example.com", "eva")),
        ("REVIEW_ADMINS", "KIM", "admins", ("kim",)),
        ("REVIEW_MLFLOW_UI", "https://u:p@ml.example.com/x/", "mlflow_ui", "https://ml.example.com/x"),
        ("REVIEW_USER_FEEDBACK", "thumbs", "user_feedback", ("thumbs",)),
        ("REVIEW_JUDGE_MODELS", "openai:/a, b_c:/d", "judge_models", ("openai:/a", "b_c:/d")),
        ("REVIEW_JUDGE_BASE_URL", "http://k:s@llm:8000/v1/", "judge_base_url", "http://llm:8000/v1"),
        ("REVIEW_CONTACT", "Bo (bo@example.com)", "contact", "Bo (bo@example.com)"),
        ("REVIEW_FRAME_ANCESTORS", "self", "frame_ancestors", "'self'"),
        ("REVIEW_FRAME_ANCESTORS", "https://a.example https://*.b.example:8443", "frame_ancestors",
         "https://a.example https://*.b.example:8443"),
        ("REVIEW_TIME_ZONE", "Europe/Berlin", "time_zone", "Europe/Berlin"),
    ],
)  # fmt: skip
def test_each_setting(name, text, field, value):
    """What is set arrives, trimmed, with people in lower case and passwords left out of links."""
    assert getattr(read_settings({name: text}), field) == value


@pytest.mark.parametrize(
    "text,uri,dialect",
    [
        ("sqlite:///other.db", f"sqlite:///{PROJECT}/other.db", "oss"),
        ("sqlite:////srv/mlflow.db", "sqlite:////srv/mlflow.db", "oss"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000", "oss"),
        ("postgresql+psycopg2://u:p@db/mlflow", "postgresql+psycopg2://u:p@db/mlflow", "oss"),
        ("databricks", "databricks", "databricks"),
        ("databricks://profile", "databricks://profile", "databricks"),
    ],
)
def test_tracking_uri(text, uri, dialect):
    """The same app points at a file, a server, a database or Databricks by one setting."""
    settings = read_settings({"MLFLOW_TRACKING_URI": text})
    assert (settings.tracking_uri, settings.dialect) == (uri, dialect)


def test_links_lead_to_the_server():
    """With an MLflow server, links go to it, unless its pages are said to be elsewhere."""
    server = {"MLFLOW_TRACKING_URI": "https://u:p@ml.example.com/"}
    assert read_settings(server).mlflow_ui == "https://ml.example.com"
    elsewhere = server | {"REVIEW_MLFLOW_UI": "https://pages.example.com"}
    assert read_settings(elsewhere).mlflow_ui == "https://pages.example.com"


@pytest.mark.parametrize(
    "name,nearest",
    [
        ("REVIEW_LEDS", "REVIEW_LEADS"),
        ("REVIEW_EXPERIMENT", "REVIEW_EXPERIMENTS"),
        ("REVIEW_SIGNIN", "REVIEW_SIGN_IN"),
        ("REVIEW_TIMEZONE", "REVIEW_TIME_ZONE"),
    ],
)
def test_unknown_name(name, nearest):
    """A misspelt setting stops the start and names the one that was meant."""
    with pytest.raises(InvalidSetting, match=f"^{name} is not a setting. .*{nearest}"):
        read_settings({name: "x"})


@pytest.mark.parametrize(
    "name,text,allowed",
    [
        ("MLFLOW_TRACKING_URI", "./mlruns", "sqlite:///"),
        ("MLFLOW_TRACKING_URI", "http://", "http://"),
        ("MLFLOW_TRACKING_URI", "sqlite://", "sqlite:///"),
        ("REVIEW_SIGN_IN", "lokal", "one of local, databricks, proxy, not “lokal”"),
        ("REVIEW_PERSON", "ana, bo", "one name without a comma"),
        ("REVIEW_LEADS", "a\x00b", "a name or an e-mail address"),
        ("REVIEW_PROXY_HEADER", "X Auth", "letters, digits and hyphens"),
        ("REVIEW_MLFLOW_UI", "javascript:alert(1)", "starts with http"),
        ("REVIEW_CONTACT", "Bo\nEva", "one line"),
        ("REVIEW_FRAME_ANCESTORS", "'self'; script-src *", "none, self, or addresses"),
        ("REVIEW_TIME_ZONE", "Europe/Berln", "Europe/Berlin"),
    ],
)
def test_wrong_value(name, text, allowed):
    """A value that cannot be used stops the start and says what would be right."""
    with pytest.raises(InvalidSetting) as caught:
        read_settings({name: text})
    assert caught.value.sentence.startswith(f"{name} must be ")
    assert allowed in caught.value.sentence


def test_databricks_sign_in():
    """The headers of Databricks Apps are trusted there, by default, and nowhere else."""
    there = {"DATABRICKS_APP_NAME": "review", "MLFLOW_TRACKING_URI": "databricks"}
    assert read_settings(there).sign_in == "databricks"
    with pytest.raises(InvalidSetting, match="Databricks Apps only"):
        read_settings({"REVIEW_SIGN_IN": "databricks"})
    with pytest.raises(InvalidSetting, match="under any name"):
        read_settings(there | {"REVIEW_SIGN_IN": "local"})


@pytest.mark.parametrize("missing", list(PROXY))
def test_proxy_needs_all_three(missing):
    """A proxy's header is trusted only when header, secret and mode are all set."""
    assert read_settings(PROXY).proxy_header == "X-Auth-Email"
    with pytest.raises(InvalidSetting, match="go together"):
        read_settings({name: text for name, text in PROXY.items() if name != missing})


def test_nobody_is_signed_in_by_a_setting_behind_a_real_sign_in():
    """REVIEW_PERSON never signs anybody in where people have accounts."""
    with pytest.raises(InvalidSetting, match="REVIEW_PERSON"):
        read_settings(PROXY | {"REVIEW_PERSON": "ana"})


def test_secrets_are_never_shown():
    """A printed settings object and an error hold neither the proxy's secret nor a password."""
    env = PROXY | {"MLFLOW_TRACKING_URI": "postgresql://u:hunter2@db/mlflow"}
    shown = repr(read_settings(env))
    assert "s3cret" not in shown
    assert "hunter2" not in shown
    with pytest.raises(InvalidSetting) as caught:
        read_settings({"MLFLOW_TRACKING_URI": "postgres://u:hunter2@db/mlflow"})
    assert "hunter2" not in caught.value.sentence


@given(text=st.text(min_size=1, max_size=40))
def test_no_text_breaks_the_security_header(text):
    """Whatever is set as frame ancestors, nothing but sites gets into the security header."""
    try:
        value = read_settings({"REVIEW_FRAME_ANCESTORS": text}).frame_ancestors
    except InvalidSetting:
        return
    assert not set(value) & set(';,\r\n"')
