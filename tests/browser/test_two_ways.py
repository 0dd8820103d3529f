"""MLflow's own Review tab and the desk see each other's answers, over real servers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from review_app.questions import DEFAULT_QUESTIONS, Question
from services.queues import find_queue, queue_name
from services.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.server]

QUALITY, NOTE = DEFAULT_QUESTIONS
EXPECTED = Question("expected", "text", expectation=True, required=False)
TONE = Question("tone", "choice", options=("Kind", "Rude"), required=False)
FLAWS = Question("flaws", "choices", options=("Wrong", "Late"), required=False)
SCORE = Question("score", "number", minimum=1, maximum=5, required=False)
PASSWORDS = {"kim": "kim-Pass-1234", "service": "service-Pass-1234", "ana": "ana-Pass-1234"}


class ReviewTab:
    """MLflow's Review tab in the hands of one person: the calls that its JavaScript makes."""

    def __init__(self, address: str, person: str = "default", password: str = "") -> None:
        """Without sign-in the tab writes ``default``."""
        self.person = person
        self._api = f"{address}/api/3.0/mlflow"
        self._auth = (person, password) if password else None

    def answer(self, trace_id: str, name: str, value: Any, *, overrides="", **more) -> str:
        """Submit one answer; a change is a new assessment that overrides the own one before."""
        kind = "expectation" if more.pop("expectation", False) else "feedback"
        assessment = {
            "assessment_name": name,
            "trace_id": trace_id,
            "source": {"source_type": "HUMAN", "source_id": self.person},
            kind: {"value": value},
            **({"overrides": overrides} if overrides else {}),
            **more,
        }
        made = self._call("POST", f"traces/{trace_id}/assessments", {"assessment": assessment})
        return str(made["assessment"]["assessment_id"])

    def complete(self, queue_id: str, trace_id: str) -> None:
        """Mark the item as done, which is a call of its own after all answers."""
        done = {"queue_id": queue_id, "item_id": trace_id, "status": "COMPLETE"}
        by = {"completed_by": self.person}
        self._call("POST", "review-queues/items/set-status", {**done, **by})

    def shows(self, trace_id: str) -> dict[str, dict[str, Any]]:
        """What the tab fills its form with: the own valid answers by name."""
        info = self._call("GET", f"traces/{trace_id}")["trace"]["trace_info"]
        return {
            a["assessment_name"]: a
            for a in info.get("assessments", [])
            if a.get("valid", True) and a["source"]["source_id"].lower() == self.person.lower()
        }

    def queue(self, queue_id: str) -> dict[str, str]:
        """The items of a reviewer queue and their status, as the tab lists them."""
        answer = self._call("GET", f"review-queues/items/list?queue_id={queue_id}")
        return {item["item_id"]: item["status"].lower() for item in answer["items"]}

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        url = f"{self._api}/{path}"
        answer = requests.request(method, url, json=body, auth=self._auth, timeout=30)
        assert answer.ok, answer.text
        return answer.json()


def database_of(store: Store) -> Path:
    return Path(store.uri.removeprefix("sqlite:///"))


def queue_of(made, person: str = "ana") -> str:
    name = queue_name(made.name, person, 1)
    return find_queue(made.store, made.campaign.experiment_id, name) or ""


@pytest.fixture(scope="module")
def server(module_store, module_programs):
    """A real MLflow server, where nobody signs in."""
    return module_programs.mlflow(database_of(module_store))


@pytest.fixture(scope="module")
def app(server, module_programs):
    """The app on that server."""
    return module_programs.app(server.address)


def test_my_answers_are_in_mlflows_tab(app, server, module_store, make_campaign, visit):
    """What I answer on the desk fills MLflow's own form, with the item done in its queue."""
    questions = (QUALITY, TONE, FLAWS, SCORE, EXPECTED)
    made = make_campaign(module_store, 2, questions=questions)
    desk = visit(app, "ana").open(made.name)
    desk.press("2", "w").type("wrong parcel").press("Escape", "ArrowDown", "2")
    desk.press("ArrowDown", "1", "2", "ArrowDown", "4", "Escape", "ArrowDown", "Enter")
    desk.question("expected").locator("textarea").fill("P-0001")
    desk.answer("Control+Enter")
    desk.is_saved()
    tab = ReviewTab(server.address, "ana")
    shown = tab.shows(made.traces[0])
    values = {n: (a.get("feedback") or a["expectation"])["value"] for n, a in shown.items()}
    assert values == {
        "quality": False,
        "tone": "Rude",
        "flaws": ["Wrong", "Late"],
        "score": 4,
        "expected": "P-0001",
    }
    assert "expectation" in shown["expected"]
    assert shown["quality"]["rationale"] == "wrong parcel"
    assert {type(v) for a in shown.values() for v in a["metadata"].values()} == {str}
    statuses = tab.queue(queue_of(made))
    assert [statuses[t] for t in made.traces] == ["complete", "pending"]


def test_answers_of_mlflows_tab_are_on_my_desk(app, server, module_store, make_campaign, visit):
    """What I answered in MLflow's tab is in my form and counts as done; my change overrides it."""
    made = make_campaign(module_store, 3, questions=(QUALITY, EXPECTED))
    tab = ReviewTab(server.address, "Ana")
    first = tab.answer(made.traces[0], "quality", value=False, rationale="too slow")
    tab.answer(made.traces[0], "expected", "P-0001", expectation=True)
    tab.complete(queue_of(made), made.traces[0])
    desk = visit(app, "ana").open(made.name, made.traces[0])
    expect(desk.progress.locator(".count")).to_have_text("1 of 3")
    expect(desk.form.get_by_role("radio", name="Fail")).to_have_attribute("aria-checked", "true")
    expect(desk.question("quality").locator("textarea")).to_have_value("too slow")
    expect(desk.question("expected").locator("textarea")).to_have_value("P-0001")
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    stored = {a.assessment_id: a for a in made.stored(made.traces[0])}
    mine = made.answers(made.traces[0])["quality"]
    assert (mine.value, mine.overrides, stored[first].valid) == (True, first, False)
    assert tab.shows(made.traces[0])["quality"]["feedback"]["value"] is True


def test_a_change_in_mlflows_tab_reaches_my_desk(app, server, module_store, make_campaign, visit):
    """What I change in MLflow's tab later is what my desk shows, and both keep the history."""
    made = make_campaign(module_store, 2)
    desk = visit(app, "ana").open(made.name)
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    ours = made.answers(made.traces[0])["quality"].assessment_id
    tab = ReviewTab(server.address, "ana")
    theirs = tab.answer(made.traces[0], "quality", value=False, overrides=ours)
    desk.open(made.name, made.traces[0])
    expect(desk.form.get_by_role("radio", name="Fail")).to_have_attribute("aria-checked", "true")
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    stored = {a.assessment_id: a for a in made.stored(made.traces[0])}
    assert len(stored) == 3
    assert [stored[i].valid for i in (ours, theirs)] == [False, False]
    assert made.answers(made.traces[0])["quality"].overrides == theirs


def test_without_sign_in_the_tab_is_a_reviewer_of_its_own(
    app, server, module_store, make_campaign, visit
):
    """The tab's answers as “default” are nobody else's: my form is empty, and both stand."""
    made = make_campaign(module_store, 1, ("ana", "default"))
    ReviewTab(server.address).answer(made.traces[0], "quality", value=False)
    desk = visit(app, "ana").open(made.name)
    expect(desk.form.locator("[aria-checked=true]")).to_have_count(0)
    desk.press("1", "Control+Enter")
    desk.is_saved()
    stored = {a.source: (a.value, a.valid) for a in made.stored(made.traces[0])}
    assert stored == {"default": (False, True), "ana": (True, True)}
    theirs = visit(app, "default").open(made.name)
    expect(theirs.form.get_by_role("radio", name="Fail")).to_have_attribute("aria-checked", "true")


@pytest.fixture
def guarded(store, programs, tmp_path):
    """An MLflow server with basic-auth, and its people: ana, and the app's own account."""
    users = tmp_path / "users.db"
    auth = {"database_uri": f"sqlite:///{users}", "admin_username": "kim"}
    auth |= {"default_permission": "EDIT", "auth_cache_ttl_seconds": "60"}
    auth["authorization_function"] = "mlflow.server.auth:authenticate_request_basic_auth"
    config = tmp_path / "basic_auth.ini"
    config.write_text("[mlflow]\n" + "".join(f"{k} = {v}\n" for k, v in auth.items()))
    server = programs.mlflow(
        database_of(store),
        *("--app-name", "basic-auth"),
        MLFLOW_AUTH_CONFIG_PATH=str(config),
        MLFLOW_AUTH_ADMIN_PASSWORD=PASSWORDS["kim"],
        MLFLOW_FLASK_SERVER_SECRET_KEY="a-secret-for-this-test",
    )
    for name in ("ana", "service"):
        answer = requests.post(
            f"{server.address}/api/2.0/mlflow/users/create",
            json={"username": name, "password": PASSWORDS[name]},
            auth=("kim", PASSWORDS["kim"]),
            timeout=30,
        )
        assert answer.ok, answer.text
    return server


@pytest.mark.slow
def test_with_basic_auth_both_ways(guarded, store, make_campaign, programs, visit, monkeypatch):
    """With MLflow's own sign-in the app writes through its account, and still under my name."""
    account = {
        "MLFLOW_TRACKING_USERNAME": "service",
        "MLFLOW_TRACKING_PASSWORD": PASSWORDS["service"],
    }
    for name, value in account.items():
        monkeypatch.setenv(name, value)
    made = make_campaign(Store(guarded.address), 3)
    made.store.tracking.delete_traces(made.campaign.experiment_id, trace_ids=made.traces[2:])
    app = programs.app(guarded.address, **account)
    tab = ReviewTab(guarded.address, "ana", PASSWORDS["ana"])
    first = tab.answer(made.traces[0], "quality", value=False)
    tab.complete(queue_of(made), made.traces[0])
    desk = visit(app, "ana").open(made.name, made.traces[0])
    expect(desk.form.get_by_role("radio", name="Fail")).to_have_attribute("aria-checked", "true")
    desk.answer("1", "Control+Enter")
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    told, traces = replace(made, store=store), made.traces[:2]
    assert told.answers(traces[0])["quality"].overrides == first
    assert {told.answers(t)["quality"].source for t in traces} == {"ana"}
    assert {told.status(t) for t in traces} == {"complete"}
    assert tab.shows(made.traces[1])["quality"]["feedback"]["value"] is False
