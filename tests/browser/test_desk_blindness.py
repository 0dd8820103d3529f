"""What would sway a reviewer is not in the browser before the answer is given."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import expect

from review_app.answers import Assessment
from review_app.campaigns import Assignment, Campaign, PlanItem, PlanPart
from review_app.traces import SpanRecord
from services.assessments import create_assessment
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns

pytestmark = pytest.mark.browser

UI = "https://mlflow.example.com"
VERSION, THUMB, REASON = "planted-version", "planted-thumb", "planted-reason"
HIDDEN = (
    *(VERSION, THUMB, REASON, "planted-model", "planted-tag", "planted-user", "planted-session"),
    *("planted-stratum", "planted-other", "planted-judge", "planted-prompt", "98765", "4.3210"),
    *("98,765", "mlflow.example.com", "gold", "planted-lesson"),
)
ASK_FOR_FACTS = """() => {
  const { reviewDesk } = document.querySelector("[data-testid=desk-host]").shadowRoot;
  reviewDesk.wire.wantFacts.add(reviewDesk.item);
  reviewDesk.wire.send();
}"""
NEVER = ("planted-other", "planted-judge", "planted-stratum", "gold", REASON, "planted-lesson")


@pytest.fixture(scope="module")
def app(module_store, module_programs):
    """The app, which knows where MLflow's own pages are."""
    return module_programs.app(module_store.uri, REVIEW_MLFLOW_UI=UI)


@dataclass
class Heard:
    """All that the server has sent to a tab over its websocket."""

    frames: list[bytes] = field(default_factory=list)

    def listen_to(self, page) -> Heard:
        """Listen from the next page on."""
        page.on("websocket", lambda socket: socket.on("framereceived", self._keep))
        return self

    def _keep(self, payload) -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)

    def of(self, *texts: str) -> list[str]:
        """Those of the texts that were sent."""
        everything = b"\n".join(self.frames).lower()
        return [text for text in texts if text.lower().encode() in everything]


def with_plants(record):
    """A trace that says everywhere by which version it was made, for whom, and at what price."""
    whole, step = record.spans
    usage = {"input_tokens": 98000, "output_tokens": 765, "total_tokens": 98765}
    model = SpanRecord(
        "9" * 16,
        whole.span_id,
        "ChatModel",
        kind="CHAT_MODEL",
        start_ns=step.start_ns,
        end_ns=step.end_ns,
        inputs={"model": "planted-model", "messages": [{"role": "user", "content": "Hello"}]},
        outputs={"choices": [{"message": {"role": "assistant", "content": "Hello back"}}]},
        attributes={"mlflow.llm.model": "planted-model", "mlflow.chat.tokenUsage": usage},
    )
    metadata = {
        "mlflow.trace.session": "planted-session",
        "mlflow.trace.user": "planted-user",
        "mlflow.trace.tokenUsage": json.dumps(usage),
        "mlflow.trace.cost": json.dumps({"total_cost": 4.321}),
        "planted_key": "planted-prompt",
    }
    tags = {"app_version": VERSION, "mood": "planted-tag"}
    spans = (replace(whole, attributes={"app_version": VERSION}), step, model)
    return replace(record, metadata=metadata, tags=tags, spans=spans)


def judged(made) -> None:
    """Others, a judge and an end user have said something about every trace."""
    said = (
        Assessment("quality", value=False, source="bo", rationale="planted-other"),
        Assessment("faithful", 0.25, "planted-judge@1", "LLM_JUDGE", rationale="planted-judge"),
        Assessment("user_feedback", value=False, source="someone", rationale=THUMB),
    )
    for trace_id in made.traces:
        for one in said:
            create_assessment(made.store, trace_id, one)


def planned(made, name: str) -> Campaign:
    """A campaign of gold items and one repeat over the same traces."""
    plan = [
        PlanItem(
            trace_id,
            "all",
            REASON,
            0.5,
            "planted-stratum",
            "gold",
            assigned=turns,
            right={"quality": True},
            why="planted-lesson",
        )
        for n, trace_id in enumerate(made.traces, 1)
        for turns in [(Assignment("ana", n), *((Assignment("ana", 9, 2),) if n == 1 else ()))]
    ]
    wanted = replace(made.campaign, run_id="", name=name, reviewers=("ana",), plan_parts=0)
    return CampaignWriting(Campaigns(made.store)).create(wanted, PlanPart(tuple(plan)))


def look_everywhere(desk) -> None:
    """Open all that can be opened: steps, raw data, list, find."""
    desk.press("e", "a", "j")
    expect(desk.reader.locator(".held.on .later[data-part=raw]")).to_contain_text("get_order")
    desk.press("l")
    expect(desk.page.locator(".row-item").first).to_contain_text("Where is order")
    desk.press("Escape", "f").type("warehouse").press("Escape", "Escape")


def test_nothing_that_sways_comes_before_the_answer(app, module_store, make_campaign, visit):
    """Before my answer the browser holds no version, price, thumb, score, reason or gold mark.

    Gold items are never marked, nor told from others by a reason, an answer or an explanation.
    """
    made = make_campaign(module_store, 2, ("zoe",), change=with_plants)
    judged(made)
    campaign = planned(made, "Blind orders")
    desk = visit(app, "ana")
    heard = Heard().listen_to(desk.page)
    desk.open(campaign.name)
    desk.page.evaluate(ASK_FOR_FACTS)
    look_everywhere(desk)
    expect(desk.reader).to_contain_text("shown after your answer")
    assert heard.of("left the warehouse", "get_order") == ["left the warehouse", "get_order"]
    assert heard.of(*HIDDEN) == []
    answered = desk.answer("2", "Control+Enter")
    desk.is_saved()
    desk.press("ArrowLeft").shows_item(answered)
    expect(desk.facts).to_contain_text(f"version {VERSION}")
    for text in ("planted-model", "1 thumbs down", THUMB, "98,765"):
        expect(desk.facts).to_contain_text(text)
    link = desk.facts.locator("a.ext", has_text="Open in MLflow").get_attribute("data-href") or ""
    experiment = made.campaign.experiment_id
    assert link == f"{UI}/#/experiments/{experiment}/traces?selectedEvaluationId={answered}"
    assert heard.of(*NEVER, "chosen because", "does not count") == []
    desk.press("ArrowRight")
    expect(desk.facts).to_have_text("")


def test_right_answers_and_others_come_after_mine(app, module_store, make_campaign, visit):
    """What is right and what others say is not in the browser before my own answer is saved."""

    def practice(n, planned):
        right = {"right": {"quality": False}, "why": "planted-lesson"}
        return replace(planned, role="practice", **right) if n == 1 else planned

    made = make_campaign(
        module_store, 2, ("ana", "bo"), change=with_plants, as_planned=practice, reveal=True
    )
    judged(made)
    desk = visit(app, "ana")
    heard = Heard().listen_to(desk.page)
    desk.open(made.name)
    expect(desk.form).to_contain_text("Practice 1 of 1 · does not count")
    desk.page.evaluate(ASK_FOR_FACTS)
    look_everywhere(desk)
    told = ("planted-lesson", "planted-other", "1 other answered", "You differ")
    assert heard.of(*told) == []
    desk.press("1", "Control+Enter")
    expect(desk.form).to_contain_text("planted-lesson")
    expect(desk.facts).to_contain_text("1 other answered")
    expect(desk.facts).to_contain_text("“planted-other”")
    assert heard.of("planted-judge") == []


def test_what_was_seen_is_on_the_answer(app, module_store, make_campaign, visit):
    """An answer before the facts says that nothing was seen; every change after them says so."""
    made = make_campaign(module_store, 2, change=with_plants)
    desk = visit(app, "ana").open(made.name)
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    blind = made.answers(made.traces[0])["quality"]
    desk.press("ArrowLeft").shows_item(made.traces[0])
    expect(desk.facts).to_contain_text(VERSION)
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    sighted = made.answers(made.traces[0])["quality"]
    seen = (blind.metadata["review.seen"], sighted.metadata["review.seen"])
    assert (seen, sighted.value) == (("nothing", "facts"), False)
    desk.press("u").shows_item(made.traces[0])
    expect(desk.facts).to_have_text("")
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    again = made.answers(made.traces[0])["quality"]
    assert (again.metadata["review.seen"], again.overrides) == ("facts", sighted.assessment_id)
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    assert made.answers(made.traces[1])["quality"].metadata["review.seen"] == "nothing"


def test_an_open_campaign_shows_all_from_the_start(app, module_store, make_campaign, visit):
    """In an open campaign the facts stand above the item, and each answer says that it saw them."""
    made = make_campaign(module_store, 2, change=with_plants, open=True, reason=REASON)
    judged(made)
    desk = visit(app, "ana")
    heard = Heard().listen_to(desk.page)
    desk.open(made.name)
    expect(desk.facts).to_contain_text(f"version {VERSION}")
    expect(desk.facts).to_contain_text(f"chosen because: {REASON}")
    expect(desk.reader).not_to_contain_text("shown after your answer")
    assert heard.of("planted-other", "planted-judge") == []
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    assert made.answers(made.traces[0])["quality"].metadata["review.seen"] == "facts"
