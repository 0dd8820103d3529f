"""The files that start the app: what they may and may not set."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

from services.settings import read_settings, settings_table

ROOT = Path(__file__).resolve().parent.parent
PLATFORM = ("server.address", "server.port", "server.headless", "server.enableCORS")


def options(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from options(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@pytest.fixture(scope="module")
def streamlit_options() -> dict[str, Any]:
    """What .streamlit/config.toml sets."""
    return dict(options(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))))


def test_streamlit_knows_every_option(streamlit_options):
    """An option that the installed Streamlit does not know would be ignored in silence."""
    known = config.get_config_options(force_reparse=True)
    assert not [key for key in streamlit_options if key not in known]
    assert {key: known[key].value for key in streamlit_options} == streamlit_options


def test_the_platform_sets_address_and_port(streamlit_options):
    """The same file serves a laptop and Databricks Apps, which set address and port themselves."""
    assert not [key for key in streamlit_options if key in PLATFORM]
    assert "server.enableXsrfProtection" not in streamlit_options


def test_both_looks_are_complete(streamlit_options):
    """Light and dark are both designed: a colour of one has its counterpart in the other."""
    light, dark = (
        {key.rpartition(".")[2] for key in streamlit_options if key.startswith(f"theme.{mode}.")}
        for mode in ("light", "dark")
    )
    assert light == dark
    assert {"blueTextColor", "orangeTextColor", "redTextColor", "grayTextColor"} <= light
    assert not [key for key in streamlit_options if re.fullmatch(r"theme\.\w*[cC]olors?", key)]


def app_yaml_env() -> dict[str, str]:
    """The env list of app.yaml, a resource standing as ``<its name>``."""
    text = (ROOT / "app.yaml").read_text("utf-8")
    pair = r"^  - name: (\w+)\n    (value|valueFrom): \"?(.+?)\"?$"
    found = re.findall(pair, text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^  - ", text, re.MULTILINE))
    return {name: f"<{text}>" if kind == "valueFrom" else text for name, kind, text in found}


def test_app_yaml_starts_the_app_as_people_do():
    """Databricks Apps starts the same server as `make run`, without address and port."""
    text = (ROOT / "app.yaml").read_text("utf-8")
    assert 'command: ["streamlit", "run", "app.py"]' in text
    assert not re.search(r"(?i)server_address|server_port|--server", text)


def test_app_yaml_settings_are_accepted():
    """What app.yaml sets is accepted on Databricks Apps, where the platform adds the app's name."""
    env = app_yaml_env()
    settings = read_settings(env | {"DATABRICKS_APP_NAME": "review"})
    assert (settings.dialect, settings.sign_in) == ("databricks", "databricks")
    assert settings.experiments == ("<experiment>",)


def test_app_yaml_names_only_real_settings():
    """Every setting of ours in app.yaml, also a commented one, is in the settings table."""
    ours = set(re.findall(r"name: (REVIEW_\w+)", (ROOT / "app.yaml").read_text("utf-8")))
    assert ours
    assert all(f"`{name}`" in settings_table() for name in ours)


def test_make_explains_itself():
    """`make` alone lists what a newcomer can do."""
    goals = set(
        re.findall(r"^(\w+):.*## .+$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    assert {"help", "setup", "run", "test", "check", "bench", "demo", "screenshots"} <= goals
