"""The settings: read once, from the environment, into one frozen value.

A name or value that cannot be used is an error with a sentence, never a silent default.
``python -m services.settings > docs/SETTINGS.md`` writes the page that people read.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from review_app.errors import InvalidSetting
from services import setting_values
from services.setting_values import SignIn

Dialect = Literal["oss", "databricks"]

_PAGE = """# Settings

Every setting is an environment variable, read once when the app starts. An empty one counts as not
set; an unknown `REVIEW_` name or a value that cannot be used stops the start with a sentence that
says what would be right. Lists are separated by commas; people are compared without case.

Written by `python -m services.settings > docs/SETTINGS.md`.

"""


@dataclass(frozen=True)
class _About:
    """What a person needs to know about one setting, and how its text becomes a value."""

    name: str
    meaning: str
    default: str
    example: str
    parse: Callable[[str], Any]


def _about(
    name: str, meaning: str, default: str, example: str, parse: Callable[[str], Any]
) -> dict[str, _About]:
    return {"about": _About(name, meaning, default, example, parse)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set, checked; ``read_settings`` makes it from the environment.

    ``""`` and ``()`` mean "not set". What may hold a password is left out of the repr.
    """

    tracking_uri: str = field(
        default=setting_values.store("sqlite:///mlflow.db"),
        repr=False,
        metadata=_about(
            "MLFLOW_TRACKING_URI",
            "Where MLflow keeps the traces and the answers: a SQLite file (a relative path counts "
            "from the project folder), an MLflow server, its database, or `databricks`.",
            "`sqlite:///mlflow.db` in the project folder",
            "http://mlflow.example.com:5000",
            setting_values.store,
        ),
    )
    experiments: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "REVIEW_EXPERIMENTS",
            "Names or ids of the experiments to work in.",
            "every experiment that holds a campaign",
            "support-bot, 12",
            setting_values.words,
        ),
    )
    sign_in: SignIn = field(
        default="local",
        metadata=_about(
            "REVIEW_SIGN_IN",
            "How people sign in. `local`: by picking or typing a name, on this machine only; "
            "`databricks`: by the headers of Databricks Apps, and only there; `proxy`: by a header "
            "of your own proxy.",
            "`local`; `databricks` on Databricks Apps",
            "local",
            setting_values.sign_in,
        ),
    )
    person: str = field(
        default="",
        metadata=_about(
            "REVIEW_PERSON",
            "With `local`: who is signed in as long as nobody has picked a name.",
            "nobody",
            "ana",
            setting_values.person,
        ),
    )
    leads: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "REVIEW_LEADS",
            "Who runs campaigns and sees everybody's answers.",
            "nobody; with `local` and no admins either, everybody",
            "bo@example.com, eva@example.com",
            setting_values.people,
        ),
    )
    admins: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "REVIEW_ADMINS",
            "Who may do what a lead may, in every campaign.",
            "nobody",
            "kim@example.com",
            setting_values.people,
        ),
    )
    proxy_header: str = field(
        default="",
        metadata=_about(
            "REVIEW_PROXY_HEADER",
            "With `proxy`: the header in which the proxy names the person.",
            "none; `proxy` needs one",
            "X-Auth-Email",
            setting_values.header,
        ),
    )
    proxy_secret: str = field(
        default="",
        repr=False,
        metadata=_about(
            "REVIEW_PROXY_SECRET",
            "With `proxy`: the secret by which the app knows its proxy; it is never shown.",
            "none; `proxy` needs one",
            "a long random text",
            setting_values.line,
        ),
    )
    mlflow_ui: str = field(
        default="",
        metadata=_about(
            "REVIEW_MLFLOW_UI",
            "Where MLflow's own pages are, for links to a trace.",
            "the tracking address when it is a web address, else no links",
            "https://mlflow.example.com",
            setting_values.web_address,
        ),
    )
    user_feedback: tuple[str, ...] = field(
        default=("user_feedback",),
        metadata=_about(
            "REVIEW_USER_FEEDBACK",
            "Names of the assessments that are the thumbs of end users, not answers of reviewers.",
            "`user_feedback`",
            "user_feedback, thumbs",
            setting_values.words,
        ),
    )
    judge_models: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "REVIEW_JUDGE_MODELS",
            "The only models that this app runs judges with, as MLflow names them; the first is "
            "proposed. A judge of any other model, wherever it was registered, is not run.",
            "any model",
            "openai:/gpt-4o-mini, anthropic:/claude-sonnet-4-5",
            setting_values.models,
        ),
    )
    judge_base_url: str = field(
        default="",
        metadata=_about(
            "REVIEW_JUDGE_BASE_URL",
            "Which OpenAI-compatible server answers `openai:/` models (key: `OPENAI_API_KEY`).",
            "OpenAI’s own address, or `OPENAI_API_BASE`",
            "http://llm.example.com:8000/v1",
            setting_values.web_address,
        ),
    )
    contact: str = field(
        default="the person who invited you",
        metadata=_about(
            "REVIEW_CONTACT",
            "Whom to ask when something is wrong; it is shown in sentences.",
            "the person who invited you",
            "Bo (bo@example.com)",
            setting_values.line,
        ),
    )
    frame_ancestors: str = field(
        default="'none'",
        metadata=_about(
            "REVIEW_FRAME_ANCESTORS",
            "Which sites may show the app inside a page of their own.",
            "`none`",
            "https://portal.example.com",
            setting_values.frame_ancestors,
        ),
    )
    time_zone: str = field(
        default="",
        metadata=_about(
            "REVIEW_TIME_ZONE",
            "The time zone of the dates on screen.",
            "that of the person's browser",
            "Europe/Berlin",
            setting_values.time_zone,
        ),
    )

    @property
    def dialect(self) -> Dialect:
        """Which MLflow answers: the open-source one or that of Databricks."""
        return "databricks" if self.tracking_uri.partition("://")[0] == "databricks" else "oss"


_ABOUT: dict[str, _About] = {one.name: one.metadata["about"] for one in fields(Settings)}
_UNSHOWN = {one.name for one in fields(Settings) if not one.repr}


def read_settings(env: Mapping[str, str]) -> Settings:
    """Read and check all settings.

    Args:
        env: the environment, such as ``os.environ``; empty values count as not set.

    Raises:
        InvalidSetting: for an unknown name, a wrong value, or settings that do not go together.
    """
    _refuse_unknown(env)
    on_databricks = bool(env.get("DATABRICKS_APP_NAME"))
    given = {
        key: _parsed(key, text)
        for key, about in _ABOUT.items()
        if (text := env.get(about.name, "").strip())
    }
    given.setdefault("sign_in", "databricks" if on_databricks else "local")
    settings = Settings(**given)
    if not settings.mlflow_ui and settings.tracking_uri.startswith("http"):
        settings = replace(settings, mlflow_ui=setting_values.web_address(settings.tracking_uri))
    _refuse_misfits(settings, on_databricks=on_databricks)
    return settings


def _refuse_unknown(env: Mapping[str, str]) -> None:
    known = [about.name for about in _ABOUT.values()]
    for name in sorted(env):
        if name.startswith("REVIEW_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
            raise InvalidSetting(f"{name} is not a setting. Did you mean {near}?")


def _parsed(key: str, text: str) -> Any:
    about = _ABOUT[key]
    try:
        return about.parse(text)
    except ValueError as error:
        shown = "" if key in _UNSHOWN else f", not “{text}”"
        raise InvalidSetting(f"{about.name} must be {error}{shown}.") from error


def _refuse_misfits(settings: Settings, *, on_databricks: bool) -> None:
    if settings.sign_in == "databricks" and not on_databricks:
        raise InvalidSetting(
            "REVIEW_SIGN_IN=databricks works on Databricks Apps only: elsewhere anybody could send "
            "the headers that it trusts."
        )
    if settings.sign_in == "local" and on_databricks:
        raise InvalidSetting(
            "REVIEW_SIGN_IN=local lets everybody in under any name; on Databricks Apps leave "
            "REVIEW_SIGN_IN out."
        )
    if settings.person and settings.sign_in != "local":
        raise InvalidSetting(
            "REVIEW_PERSON signs in without asking: it needs REVIEW_SIGN_IN=local."
        )
    proxied = settings.sign_in == "proxy"
    if {bool(settings.proxy_header), bool(settings.proxy_secret)} != {proxied}:
        raise InvalidSetting(
            "REVIEW_SIGN_IN=proxy, REVIEW_PROXY_HEADER and REVIEW_PROXY_SECRET go together: set "
            "all three or none."
        )


def settings_table() -> str:
    """Return what every setting means, its default and an example, as a Markdown table."""
    row = "| `{0.name}` | {0.meaning} | {0.default} | `{0.example}` |\n"
    rows = [row.format(about) for about in _ABOUT.values()]
    return "".join(["| Setting | What it does | Default | Example |\n|---|---|---|---|\n", *rows])


def settings_page() -> str:
    """Return docs/SETTINGS.md as it must be."""
    return _PAGE + settings_table()


if __name__ == "__main__":
    sys.stdout.write(settings_page())
