"""What the tests of scoring share: traces, a judge of them, and a model on this machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from review_app.answers import Assessment
from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question
from services.judges import Judges
from services.scoring import Scoring
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
READS = "Is it good?\n{{ inputs }}\n{{ outputs }}"
SIZE = 30


@pytest.fixture
def scoring(store, judge_stub):
    """What scores, with a model that answers on this machine."""
    settings = Settings(tracking_uri=store.uri, judge_base_url=judge_stub.base_url)
    return Scoring(Judges(store, settings))


@pytest.fixture
def work(store, make_campaign):
    """An experiment with traces."""
    return make_campaign(store, SIZE, questions=(GOOD,))


@pytest.fixture
def judge(scoring, work) -> Judge:
    """A registered judge of the question."""
    wanted = Judge(GOOD.name, 0, "", model="openai:/gpt-4o-mini", instructions=READS)
    return scoring._judges.create(LEAD, work.campaign.experiment_id, GOOD, wanted)


@pytest.fixture
def scores(work) -> Callable[[], dict[str, list[Assessment]]]:
    """All valid scores by trace, as they are at each call."""

    def read() -> dict[str, list[Assessment]]:
        return {
            trace_id: [one for one in work.stored(trace_id) if one.source_type == "LLM_JUDGE"]
            for trace_id in work.traces
        }

    return read
