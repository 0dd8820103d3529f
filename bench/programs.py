"""The programs that are measured: the app and MLflow's own server, each in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ("REVIEW_", "MLFLOW_", "DATABRICKS_", "STREAMLIT_")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
STARTS_WITHIN = 90  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Program:
    """A running server.

    Attributes:
        address: where it answers.
        pid: its process, which is also its process group.
    """

    address: str
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor time that it and what it started have used."""
        fields = (_stat(pid) for pid in self._group())
        return sum(int(f[11]) + int(f[12]) for f in fields) / TICKS

    def memory_mb(self) -> float:
        """Return the memory that it holds (RSS)."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * PAGE / 1e6

    def _group(self) -> list[str]:
        found = []
        for place in Path("/proc").iterdir():
            if place.name.isdigit():
                with suppress(OSError, IndexError):
                    if int(_stat(place.name)[2]) == self.pid:
                        found.append(place.name)
        return found


def _stat(pid: str) -> list[str]:
    """Return the fields of /proc/PID/stat after the name, which may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def app(uri: str, folder: Path, port: int | None = None) -> Iterator[Program]:
    """Run the app on the store at ``uri``, warm; at the same port a browser keeps its cache."""
    command = ["-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", "--server.port=PORT"]
    log = folder / "app.log"
    with _running("/healthz", command, log, port or free_port(), MLFLOW_TRACKING_URI=uri) as found:
        yield found


# Of MLflow's server only what serves its pages: it sends nothing, and runs no jobs of its own.
WITHOUT_MORE = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


@contextmanager
def mlflow_server(database: Path, folder: Path) -> Iterator[Program]:
    """Run MLflow's own server with its pages on the same store, one worker."""
    command = ["-m", "mlflow", "server", "--workers", "1", "--host", "127.0.0.1", "--port", "PORT"]
    command += ["--backend-store-uri", f"sqlite:///{database}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    log = folder / "mlflow.log"
    port = free_port()
    with _running("/health", command, log, port, **WITHOUT_MORE) as program:
        yield program


@contextmanager
def _running(
    health: str, command: list[str], log: Path, port: int, **env: str
) -> Iterator[Program]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *(part.replace("PORT", str(port)) for part in command)],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith(OURS)} | env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address + health, process, log)
        yield Program(address, process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    sys.exit(f"A server did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def browser_path() -> str:
    """Return the Chromium of this machine."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or sys.exit("The measurements need Chromium or Google Chrome.")
