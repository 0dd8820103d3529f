"""The facts line names the version, the cost and who asked; absent is empty, never invented."""

from __future__ import annotations

from review_app.reading import facts_of

COMMIT = "0123456789abcdef"


def test_the_version_by_precedence(trace):
    """A logged model goes before a commit, a commit before a tag, and unknown is said."""
    model, commit = {"mlflow.modelId": "m-1"}, {"mlflow.source.git.commit": COMMIT}
    tag = {"app_version": "v3"}
    assert facts_of(trace(metadata={**model, **commit}, tags=tag)).version == "m-1"
    assert facts_of(trace(metadata=commit, tags=tag)).version == "01234567"
    assert facts_of(trace(metadata={"mlflow.source.git.commit": ""}, tags=tag)).version == "v3"
    assert facts_of(trace()).version == "unknown"


def test_what_it_took(trace, span):
    """Tokens and cost come from the trace, else from its model calls, each counted once."""
    usage, cost = {"input_tokens": 3, "output_tokens": 4}, {"total_cost": 0.5}
    attributes = {"mlflow.chat.tokenUsage": usage, "mlflow.llm.cost": cost, "model": "gpt-4o"}
    spans = (
        span("agent", "AGENT", attributes=attributes),
        span("one", "LLM", parent="agent", attributes=attributes),
        span("two", "CHAT_MODEL", parent="agent", inputs={"model": "small"}),
    )
    facts = facts_of(trace(*spans, duration_ms=12))
    assert (facts.total_tokens, facts.cost_usd, facts.duration_ms) == (7, 0.5, 12)
    assert facts.model == "gpt-4o, small"
    told = {
        "mlflow.trace.tokenUsage": '{"total_tokens": 99}',
        "mlflow.trace.cost": '{"total_cost": 1.5}',
        "mlflow.trace.session": "s",
        "mlflow.trace.user": "ana",
    }
    facts = facts_of(trace(*spans, metadata=told))
    assert (facts.total_tokens, facts.cost_usd, facts.session, facts.user) == (99, 1.5, "s", "ana")
    assert facts.thumbs == ()


def test_what_is_not_known(trace):
    """Broken or missing figures are absent, not zero."""
    facts = facts_of(trace(metadata={"mlflow.trace.cost": "{", "mlflow.trace.tokenUsage": "{}"}))
    assert (facts.total_tokens, facts.cost_usd, facts.model, facts.user) == (None, None, "", "")
