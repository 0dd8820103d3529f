"""The shape of the code base: what no linter asks, and what must hold for every file to come."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULES_AND_SERVICES = ("review_app", "services")
LAYERS = (*RULES_AND_SERVICES, "components", "pages")
FOLDERS = (*LAYERS, "commands", "tests", "bench")
READABLE = {".py", ".js", ".css", ".html", ".md", ".toml", ".yaml", ".yml", ".txt", ""}
OURS_THOUGH_HIDDEN = {".ci", ".streamlit", ".gitignore"}
NOT_OURS = {"__pycache__", "mlruns", "mlartifacts", "test-results", "htmlcov"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*suffixes: str, folders: tuple[str, ...] = FOLDERS) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in sorted((ROOT / folder).rglob("*")) if p.suffix in suffixes)
    if folders == FOLDERS:
        yield from (p for p in sorted(ROOT.glob("*")) if p.suffix in suffixes)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def roomy(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] in {"tests", "bench"}


def screens() -> dict[str, ast.Module]:
    """Every module of pages/ but the composition: main.py and whatever defines ``App``."""
    modules = {p.stem: tree(p) for p in files(".py", folders=("pages",)) if p.stem != "__init__"}
    return {
        stem: module
        for stem, module in modules.items()
        if stem != "main"
        and not any(isinstance(n, ast.ClassDef) and n.name == "App" for n in module.body)
    }


def test_files_are_short():
    """A file can be read in one sitting: 300 lines, and 500 for tests and measurements."""
    lines = {p: p.read_text("utf-8").count("\n") for p in files(".py", ".js", ".css", ".html")}
    long = {name(p): n for p, n in lines.items() if n > (500 if roomy(p) else 300)}
    assert not long


def test_functions_are_short():
    """A function fits on a screen: 40 lines, and 60 for a page, a test or a measurement."""
    long = {
        f"{name(path)}: {function.name}": size
        for path in files(".py")
        for function in functions(path)
        if (size := (function.end_lineno or 0) - function.lineno + 1)
        > (60 if roomy(path) or (path.parent.name, function.name) == ("pages", "render") else 40)
    }
    assert not long


def test_files_are_named_after_what_they_hold():
    """No file or folder is a drawer for whatever has no place."""
    drawers = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "lib", "stuff"}
    found = [p for p in files(".py", ".js", ".css", "") if {p.stem, p.parent.name} & drawers]
    assert not [name(p) for p in found]


def test_public_names_are_explained():
    """Whoever uses a rule or a service reads in its docstring what goes in and what comes out."""
    silent = []
    for path in files(".py", folders=RULES_AND_SERVICES):
        public: list[tuple[str, ast.AST]] = [("module", tree(path))]
        for node in tree(path).body:
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
                inner = node.body if isinstance(node, ast.ClassDef) else []
                methods = [n for n in inner if isinstance(n, Function) and n.name[0] != "_"]
                public += [(one.name, one) for one in (node, *methods)]
        silent += [f"{name(path)}: {what}" for what, node in public if not described(node)]
    assert not silent


def described(node: ast.AST) -> bool:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, documented) and bool(ast.get_docstring(node))


def test_every_page_is_one_render():
    """A screen is one function that a reader finds at once: render(app)."""
    odd = {}
    for stem, module in screens().items():
        public = [n for n in module.body if isinstance(n, Function) and n.name[0] != "_"]
        shape = [(n.name, [a.arg for a in n.args.args]) for n in public]
        if shape != [("render", ["app"])]:
            odd[stem] = shape
    assert not odd


def test_every_page_is_in_the_menu():
    """A screen that exists can be reached: pages/main.py names its render."""
    main = ROOT / "pages" / "main.py"
    text = main.read_text("utf-8") if screens() else ""
    assert not [stem for stem in screens() if not re.search(rf"\b{stem}\.render\b", text)]


def test_trace_text_has_one_door():
    """No text of a trace becomes HTML except through components/safe_text.py.

    Only a widget that takes its text from there draws HTML; a page may add our own style sheet.
    """
    always = re.compile(r"unsafe_allow_(html|javascript)|\|\s*safe\b|autoescape=False")
    html = re.compile(r"\bst\.html\((?!f?\"<style>)")
    open_ = []
    for path in files(".py", ".html", folders=LAYERS):
        text = path.read_text("utf-8")
        marks = path.parent.name == "components" and "from components.safe_text import" in text
        open_ += [
            f"{name(path)}:{number}"
            for number, line in enumerate(text.splitlines(), 1)
            if always.search(line) or (html.search(line) and not marks)
        ]
    assert not open_


def test_the_desk_has_one_door():
    """The browser's part takes the server's HTML at one place, and makes none itself."""
    doors = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|parseFromString|"
        r"createContextualFragment|document\.write|\beval\(|new Function\("
    )
    found = [
        f"{name(path)}: {line.strip()}"
        for path in files(".js")
        for line in path.read_text("utf-8").splitlines()
        if doors.search(line)
    ]
    assert len(found) <= 1


def test_suppressed_checks_have_reasons():
    """Whoever meets a silenced check reads beside it why it is silent."""
    silenced = re.compile(
        r"(# type: ignore(\[[\w, -]*\])?|# noqa(: [A-Z0-9, ]+)?|# pragma: no \w+)"
    )
    bare = [
        f"{name(path)}:{number}"
        for path in files(".py")
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (match := silenced.search(line)) and len(line[match.end() :].strip(" #-:")) < 4
    ]
    assert not bare


def claims_of(path: Path) -> Iterator[Function]:
    return (f for f in functions(path) if f.name.startswith("test_"))


def test_tests_say_what_must_hold():
    """Every test says in a sentence what a person may rely on."""
    silent = [
        f"{name(path)}: {test.name}"
        for path in files(".py", folders=("tests",))
        for test in claims_of(path)
        if not (ast.get_docstring(test) or "").rstrip().endswith((".", "?", "!"))
    ]
    assert not silent


def test_tests_can_fail():
    """Every test asserts something, or expects an error or a sight."""
    claim = re.compile(
        r"Assert\(|'raises'|'warns'|'expect'|'wait_for_function'|"
        r"(id|attr)='(assert|check|must|expect|has|shows|is)_\w*'"
    )
    harmless = [
        f"{name(path)}: {test.name}"
        for path in files(".py", folders=("tests",))
        for test in claims_of(path)
        if not claim.search(ast.dump(test))
    ]
    assert not harmless


def texts() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = set(path.relative_to(ROOT).parts)
        hidden = {part for part in parts if part.startswith(".")} - OURS_THOUGH_HIDDEN
        if path.suffix in READABLE and not hidden and not parts & NOT_OURS and path.is_file():
            yield path


# Written in two pieces, so that this file does not hold them either.
MACHINE = ["/wo" + "rk/", "/ro" + "ot/", "/home/" + "runner", "/tm" + "p/bash", "/fa" + "rm/"]
REGISTRIES = [
    "py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com",
    "deb." + "debian.org", "archive." + "ubuntu.com", "cdn.js" + "delivr.net", "unpkg" + ".com",
    "conda." + "anaconda.org", "index-" + "url", "find-" + "links",
]  # fmt: skip


@pytest.mark.parametrize("words", [MACHINE, REGISTRIES], ids=["machine", "registries"])
def test_no_machine_is_named(words):
    """The project runs anywhere: no file names a folder of one machine or a package registry."""
    named = [
        f"{name(path)}: {word}"
        for path in texts()
        for word in words
        if word in path.read_text("utf-8", errors="replace")
    ]
    assert not named
