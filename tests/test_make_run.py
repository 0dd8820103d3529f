"""The first command of a newcomer, on a fresh clone."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WITHIN = 400  # seconds, on a machine that must fetch its packages first


@pytest.fixture
def fresh_clone(tmp_path):
    """The project as somebody else gets it: what is committed, and nothing else."""
    place = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--local", ROOT, place], check=True)
    return place


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_one_command_shows_the_first_item(fresh_clone, chromium, capsys):
    """`make run` on a fresh clone ends at an item that can be read, with the demo loaded."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = ("REVIEW_", "MLFLOW_", "VIRTUAL_ENV", "DATABRICKS_", "STREAMLIT_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    begin = time.monotonic()
    command = ["make", "run", f"PORT={port}"]
    log = (fresh_clone / "log").open("w")
    run = subprocess.Popen(
        command, cwd=fresh_clone, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        tab = chromium.new_page()
        _open_when_up(tab, f"http://127.0.0.1:{port}", run, begin, Path(log.name))
        tab.get_by_label("Your name").fill("Newcomer")
        tab.keyboard.press("Enter")
        tab.get_by_role("button", name="Try it").click()
        tab.locator("[data-testid=desk-trace][data-trace-id] .held.on").wait_for()
        took = time.monotonic() - begin
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        log.close()

    with capsys.disabled():
        sys.stdout.write(f"\nmake run -> first item readable: {took:.0f} s (bar: 60 s, warm)\n")
    assert took < WITHIN


def _open_when_up(tab, address, run, begin, log):
    while time.monotonic() - begin < WITHIN:
        assert run.poll() is None, log.read_text()[-2000:]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0:
                tab.goto(address)
                return
        time.sleep(0.5)
    pytest.fail(log.read_text()[-2000:])
