"""The command line: what a person types, reads and gets back as an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from services.campaigns import Campaigns

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = [str(path) for path in sorted((ROOT / "examples" / "traces").glob("*.json"))]
CHATS = str(ROOT / "examples" / "chats.jsonl")


@pytest.fixture
def cli(store):
    """Type a command; settings of the machine that runs the tests do not count."""
    clean = {name: None for name in os.environ if name.startswith("REVIEW_")}

    def run(*words, **env):
        env = {**clean, "MLFLOW_TRACKING_URI": store.uri, **env}
        return CliRunner().invoke(main, list(words), env=env)

    return run


def test_every_command_has_help_with_an_example(cli):
    """--help says what a command does and shows one that works."""
    for name in main.commands:
        text = cli(name, "--help").stdout
        assert f"Example: python cli.py {name}" in text
    listed = cli("--help").stdout
    assert all(name in listed for name in ("demo", "import", "doctor"))


def test_own_traces_can_be_read_one_command_after_the_clone(cli, store):
    """One command puts traces into a person's queue and says where they are read."""
    words = ["import", *SAMPLES, "--experiment", "samples", "--campaign", "my samples"]
    done = cli(*words, "--reviewer", "Ana")
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "9 new traces in “samples”.\n"
        "9 new items in “my samples” for ana; they are read at /review?campaign=my%20samples\n"
    )
    assert done.stderr == "9 traces so far …\n"
    assert Campaigns(store).get("my samples").reviewers == ("ana",)
    assert cli(*words, "--reviewer", "Ana").stdout.startswith("0 new traces")


def test_bad_lines_are_named_and_change_the_exit_code(cli, tmp_path):
    """FILE, line N: reason on stderr, the rest imported, exit code 1."""
    file = tmp_path / "mixed.jsonl"
    file.write_text(Path(CHATS).read_text("utf-8") + '{"id": 5}\n', "utf-8")
    done = cli("import", str(file), "--experiment", "x")
    assert done.exit_code == 1
    assert f"{file}, line 5: is neither a trace" in done.stderr
    assert done.stdout == "4 new traces in “x”; 1 line not imported.\n"


@pytest.mark.parametrize(
    "words",
    [
        ["import", "no such file", "--experiment", "x"],
        ["import", CHATS],
        ["import", "--experiment", "x"],
        ["import", CHATS, "--experiment", "x", "--campaign", "c"],
        ["import", CHATS, "--experiment", "x", "--reviewer", "ana"],
        ["import", CHATS, "--experiment", "x", "--seen", "facts"],
        ["dance"],
    ],
)
def test_what_is_not_understood_is_exit_code_2(cli, words):
    """A script can tell a typing error from a failed import."""
    done = cli(*words)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_labels_can_be_declared_independent(cli, store):
    """--seen nothing reaches the labels."""
    cli("import", CHATS, "--experiment", "x", "--seen", "nothing")
    infos, _ = store.tracking.search_traces(locations=store.experiment_ids())
    people = [a for i in infos for a in i.assessments if a.source.source_type == "HUMAN"]
    assert {a.metadata["review.seen"] for a in people} == {"nothing"}


@pytest.mark.parametrize(
    "words, env, sentence",
    [
        (["demo"], {"REVIEW_LEEDS": "x"}, "Did you mean REVIEW_LEADS?"),
        (["demo"], {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}, "MLflow does not answer"),
        (
            ["import", CHATS, "--experiment", "x", "--campaign", "c", "--reviewer", "\u200b"],
            {},
            "cannot be shown",
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence(cli, words, env, sentence):
    """No traceback, exit code 1."""
    done = cli(*words, **env)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().split("\n")) == 1


def test_a_campaign_that_cannot_take_traces_stops_before_the_import(cli, store):
    """A wrong campaign is noticed before anything is written."""
    cli("import", CHATS, "--experiment", "a", "--campaign", "mine", "--reviewer", "ana")
    done = cli("import", *SAMPLES, "--experiment", "b", "--campaign", "mine", "--reviewer", "ana")
    assert done.exit_code == 1
    assert "another experiment" in done.stderr
    infos, _ = store.tracking.search_traces(locations=[store.experiment_id("b")])
    assert list(infos) == []


def test_the_demo_leaves_a_used_store_alone(cli):
    """--if-empty does nothing where somebody works already, and says so."""
    cli("import", CHATS, "--experiment", "own")
    done = cli("demo", "--if-empty")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "already" in done.stderr


def test_the_doctor_tells_by_its_exit_code(cli):
    """A script learns from the exit code whether the app can start."""
    assert cli("doctor").exit_code == 0
    ill = cli("doctor", REVIEW_EXPERIMENTS="nowhere")
    assert ill.exit_code == 1
    assert "wrong  There is no experiment called “nowhere”." in ill.stdout


def test_it_runs_as_a_program(store):
    """It works from the project folder by python cli.py, with results on stdout alone."""
    env = {**os.environ, "MLFLOW_TRACKING_URI": store.uri}
    words = [sys.executable, "cli.py", "import", "examples/chats.jsonl", "--experiment", "x"]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "4 new traces in “x”.\n")
    assert done.stderr == "4 traces so far …\n"
