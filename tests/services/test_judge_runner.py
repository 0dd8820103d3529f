"""Running a judge: what it said and what that cost, or which kind of trouble it met."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from review_app.answers import Assessment
from review_app.errors import NotFound, ReviewError
from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question
from services.assessments import create_assessment
from services.judge_models import lacks, price_of
from services.judge_runner import trouble_of
from services.judges import Judges
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
READS = "Is it good?\n{{ inputs }}\n{{ outputs }}"


@pytest.fixture
def judges(store, judge_stub):
    """The judges of the store, whose models answer on this machine."""
    return Judges(store, Settings(tracking_uri=store.uri, judge_base_url=judge_stub.base_url))


@pytest.fixture
def work(store, make_campaign):
    """A campaign of three traces."""
    return make_campaign(store, 3, questions=(GOOD,))


def traces_of(work):
    return work.store.tracking.batch_get_traces(work.traces)


def made(judges, work, question=GOOD, told=READS, model="openai:/gpt-4o-mini"):
    wanted = Judge(question.name, 0, "", model=model, instructions=told)
    return judges.create(LEAD, work.campaign.experiment_id, question, wanted)


def test_a_judge_says_what_and_why(judges, work, judge_stub):
    """A registered judge reads question and answer, and tells value, reason, tokens and cost."""
    run = judges.runner(LEAD, made(judges, work))
    judge_stub.judge = lambda text, _: "P-" not in text

    scored = run(traces_of(work)[0])

    assert (scored.value, scored.rationale, scored.trouble) == (True, "The stub says True.", "")
    assert (scored.input_tokens, scored.output_tokens) == (100, 20)
    price = price_of("openai:/gpt-4o-mini")
    assert scored.cost_usd == pytest.approx(100 * price.input_usd + 20 * price.output_usd)
    (call,) = judge_stub.calls
    assert "Where is order" in call["messages"][1]["content"]
    assert judge_stub.keys == {"Bearer key-of-the-tests"}


@pytest.mark.parametrize(
    "met,trouble,calls",
    [
        (429, "rate limit", 3),
        (500, "no answer", 3),
        (401, "not allowed", 1),
        (404, "unknown model", 1),
        ("garbage", "unreadable answer", 1),
    ],
)
def test_trouble_has_a_kind(judges, work, judge_stub, met, trouble, calls):
    """A call that fails is named by its kind, and tried again only where that can help."""
    run = judges.runner(LEAD, made(judges, work))
    judge_stub.always = met

    scored = run(traces_of(work)[0])

    assert (scored.value, scored.trouble, len(judge_stub.calls)) == (None, trouble, calls)
    assert scored.sentence.endswith(".")


@pytest.mark.parametrize(
    "said",
    [
        "[true]",
        "true",
        f'{{"result": {"9" * 5000}}}',
        '{"verdict": true}',
        "The answer is too long.",
    ],
)
def test_an_answer_in_another_form(judges, work, judge_stub, said):
    """An answer in another form than was asked for is called just that."""
    run = judges.runner(LEAD, made(judges, work))
    judge_stub._content = lambda _: said

    assert run(traces_of(work)[0]).trouble == "unreadable answer"


@pytest.mark.parametrize(
    "status,said,trouble",
    [
        (400, "prompt is too long: 210000 tokens > 200000 maximum", "too long"),
        (400, "The input token count (1200000) exceeds the maximum number of tokens", "too long"),
        (400, "This model's maximum context length is 8192 tokens.", "too long"),
        (400, "Unknown parameter.", "failed"),
        (429, "Too many tokens this minute.", "rate limit"),
    ],
)
def test_a_trace_too_long(status, said, trouble):
    """A trace that is too long for the model is called so, whatever the server calls it."""
    from mlflow.genai.judges.adapters.utils import ChatCompletionError

    assert trouble_of(ChatCompletionError(status, said)) == trouble


def test_a_hiccup_is_no_trouble(judges, work, judge_stub):
    """A server that is busy for a moment is asked again."""
    run = judges.runner(LEAD, made(judges, work))
    judge_stub.trouble = [429, 503]

    assert run(traces_of(work)[0]).trouble == ""


def test_nobody_there(judges, work, judge_stub):
    """A server that is not there is no answer, not a crash."""
    run = judges.runner(LEAD, made(judges, work))
    judge_stub.close()

    assert run(traces_of(work)[0]).trouble == "no answer"


def test_a_slow_model(judges, work, judge_stub, monkeypatch):
    """A model that takes too long counts as no answer."""
    run = judges.runner(LEAD, made(judges, work))
    monkeypatch.setenv("MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS", "1")
    judge_stub.always = 1.5

    assert run(traces_of(work)[0]).trouble == "no answer"


@pytest.mark.parametrize(
    "question,said,value",
    [
        (GOOD, "false", False),
        (GOOD, "perhaps", None),
        (Question("tone", "choice", options=("No", "Yes")), "yes", "Yes"),
        (Question("tone", "choice", options=("No", "Yes")), "Sometimes", None),
        (Question("grade", "number", minimum=1, maximum=5), "4", 4.0),
        (Question("grade", "number"), "four", None),
        (Question("grade", "number"), 10**400, None),
        (Question("kinds", "choices", options=("a", "b")), ["b"], ["b"]),
        (Question("kinds", "choices", options=("a", "b")), "b", None),
    ],
)
def test_only_what_was_asked_for_is_a_score(judges, work, judge_stub, question, said, value):
    """Pass or fail, an option, a number: anything else that a model says is unreadable."""
    run = judges.runner(LEAD, made(judges, work, question))
    judge_stub.judge = lambda *_: said

    scored = run(traces_of(work)[0])

    assert scored.value == value
    assert scored.trouble == ("" if value is not None else "unreadable answer")


def test_a_judge_is_blind(judges, work, judge_stub):
    """A judge that reads every step with tools never sees what people said about the trace."""
    said = Assessment("good", False, "ana", rationale="A secret of Ana’s.", assessment_id="a-1")
    create_assessment(work.store, work.traces[0], said)
    judge = made(judges, work, told="Is it good?\n{{ trace }}")
    content = judge_stub._content
    judge_stub._content = lambda asked: content(asked) if len(asked["messages"]) > 2 else "{}"
    tool = {
        "id": "1",
        "type": "function",
        "function": {"name": "get_trace_info", "arguments": "{}"},
    }
    answer = judge_stub.answer

    def asks_first(path, asked):
        status, body = answer(path, asked)
        if len(asked["messages"]) == 2:
            body["choices"][0]["message"] |= {"content": None, "tool_calls": [tool]}
        return status, body

    judge_stub.answer = asks_first

    scored = judges.runner(LEAD, judge)(traces_of(work)[0])

    assert scored.value is not None
    assert work.traces[0] in json.dumps(judge_stub.calls[1])
    assert "secret" not in json.dumps(judge_stub.calls)


def test_many_at_once(judges, work, judge_stub):
    """A judge may be run from several threads."""
    run = judges.runner(LEAD, made(judges, work))
    traces = traces_of(work) * 8

    with ThreadPoolExecutor(8) as pool:
        scored = list(pool.map(run, traces))

    assert {one.trouble for one in scored} == {""}
    assert len({(t.info.trace_id, s.value) for t, s in zip(traces, scored, strict=True)}) == 3


def test_what_cannot_be_run(judges, work):
    """Who is not there, or is told nothing in words, is refused with a sentence."""
    place = work.campaign.experiment_id
    with pytest.raises(NotFound):
        judges.runner(LEAD, Judge("nobody", 1, place))
    from mlflow.genai.scorers import Safety

    work.store.tracking.register_scorer(place, "safety", json.dumps(Safety().model_dump()))
    with pytest.raises(ReviewError, match="not told in words"):
        judges.runner(LEAD, judges.get(place, "safety"))


def test_a_key_that_lacks(monkeypatch):
    """Whoever chooses a model reads which key is missing; of others nothing is claimed."""
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    assert "ANTHROPIC_API_KEY is not set" in lacks(Settings(), "anthropic:/claude")
    assert lacks(Settings(), "bedrock:/claude") == ""
    assert price_of("openai:/a-model-of-our-own") is None
