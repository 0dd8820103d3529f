"""The pages that people read say what is so: settings, dependencies, paths, changes."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from services.settings import settings_page

ROOT = Path(__file__).resolve().parent.parent
APP_FOLDERS = ("review_app", "services", "components", "pages", "commands")
NOT_IMPORTED = {"uvicorn": "Streamlit starts it"}


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: str) -> dict[str, str]:
    lines = [line for line in read(path).splitlines() if line and line[0] not in "#-"]
    return {normal(name): version for name, _, version in (line.partition("==") for line in lines)}


def imported_modules() -> dict[str, set[str]]:
    """Modules of others that the app imports, with the packages that bring them."""
    paths = [p for folder in APP_FOLDERS for p in (ROOT / folder).rglob("*.py")]
    modules = set()
    for path in [*paths, *ROOT.glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    foreign = modules - set(sys.stdlib_module_names) - set(APP_FOLDERS)
    installed = packages_distributions()
    return {module: {normal(name) for name in installed.get(module, ())} for module in foreign}


def test_settings_page_is_current():
    """Every setting is in docs/SETTINGS.md as it is in the code (python -m services.settings)."""
    assert read("docs/SETTINGS.md") == settings_page()


@pytest.mark.parametrize(
    "path", ["requirements.txt", "requirements-align.txt", "requirements-dev.txt"]
)
def test_every_dependency_has_its_reason(path):
    """Each pinned package has its line with reason and licence in docs/DEPENDENCIES.md."""
    page = read("docs/DEPENDENCIES.md")
    section = page.partition(f"({path})")[2].partition("\n## ")[0]
    listed = {
        normal(row[0])
        for row in re.findall(r"^\| ([\w.-]+) \| (.{8,}) \| (.+) \|$", section, re.MULTILINE)
    }
    assert listed == set(pins(path))


@pytest.mark.parametrize(
    "path",
    ["requirements.txt", "requirements-align.txt", "requirements-dev.txt", "constraints.txt"],
)
def test_every_version_is_exact(path):
    """Two machines get the same packages: each is pinned to one version, the same everywhere."""
    everything = pins("constraints.txt")
    assert pins(path)
    for name, version in pins(path).items():
        assert re.fullmatch(r"[\w.]+", version), name
        assert everything[name] == version, name


def test_what_the_app_imports_is_pinned():
    """No package is used because another one happens to bring it, and none is there in vain."""
    pinned = {*pins("requirements.txt"), *pins("requirements-align.txt")}
    imported = imported_modules()
    assert not [module for module, packages in imported.items() if not packages & pinned]
    assert not pinned - set().union(*imported.values()) - set(NOT_IMPORTED)


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/DEPENDENCIES.md", "NOTICE"])
def test_named_files_exist(document):
    """A file that a page sends its reader to is there."""
    named = re.findall(
        r"(?:`|^- )([\w./-]+/[\w./-]*|[\w-]+\.(?:py|md|txt))(?:`|:)", read(document), re.MULTILINE
    )
    assert not [path for path in named if not (ROOT / path).exists() and "0000-" not in path]


def test_changelog_says_what_is_new():
    """Whoever updates reads what they will notice: the newest version has at least one line."""
    newest = read("CHANGELOG.md").split("\n## ")[1]
    assert re.search(r"^- \S.+", newest, re.MULTILINE)


def test_decisions_are_numbered_and_complete():
    """Each decision can be found and weighed: its number, context, choice, reason, and its end."""
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(len(records)))
    for path in records:
        heads = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert heads == ["Context", "Choice", "Measured reason", "What would change it"], path.name


def test_readme_shows_the_two_commands():
    """A newcomer finds the two commands and the first five minutes in the README."""
    readme = read("README.md")
    assert "make run" in readme
    assert "make test" in readme
    for path in re.findall(r"\]\(((?:docs|bench)/[^)#]+)\)", readme):
        assert (ROOT / path).exists(), path


def test_reviewers_guide_names_every_key():
    """Every key of the desk is in the reviewers' guide, in the same words as on the key sheet."""
    row = re.compile(r'^  \["(.+)", "(.+)"\],$', re.MULTILINE)
    sheet = row.findall(read("components/review_desk/keys.js"))
    guide = read("docs/GUIDE-reviewer.md").lower()
    assert len(sheet) > 15
    for keys, what in sheet[:-1]:
        assert what.lower() in guide, keys
        assert f"`{keys.split()[0].lower()}" in guide, keys
