"""From "nobody knows how good it is" to a rate: what the page asks for gives what it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.design import Design
from review_app.people import Person
from review_app.quality.wishing import campaign_for
from review_app.questions import Question
from review_app.traces import TraceRecord
from services.app import services_for
from services.assessments import create_assessment
from services.bulk import write_traces
from services.parcels import parcel_from_record
from services.questions import save_question
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings

LEA = Person("lea", is_lead=True)
NOW = 1_796_040_000_000  # Monday 30 Nov 2026, noon
HOUR = 3_600_000
LONG = 90
GOOD = Question("good", "pass_fail", options=("Pass", "Fail"))


@pytest.fixture
def bot(store):
    """Forty answers of last week and ten of this one, every fourth bad; one judge scored them."""
    experiment = store.experiment_id("bot", create=True)
    times = [NOW - 7 * 24 * HOUR + n * HOUR for n in range(40)] + [
        NOW - n * HOUR for n in range(10)
    ]
    parcels = [
        parcel_from_record(
            TraceRecord(f"tr-{n}", experiment, requested_at_ms=at, tags={"app_version": "v1"}),
            experiment,
            [Assessment("good", n % 4 > 0, "tool", "LLM_JUDGE")],
        )
        for n, at in enumerate(times)
    ]
    write_traces(store, experiment, parcels)
    save_question(store, experiment, GOOD)
    return services_for(Settings(tracking_uri=store.uri))


def quality(bot):
    bot.qualities.of("bot", NOW, anew=True, wait=0)
    while (sight := bot.qualities.of("bot", NOW, wait=LONG)).counting:
        pass
    assert sight.trouble == ""
    assert sight.quality is not None
    return sight.quality


def reviewed(bot, wished, name: str, n: int):
    """Make the campaign that was asked for, and answer all of it truly."""
    sample = replace(wished["sample"], n=n)
    design = Design(name, wished["pool"], ("good",), ("ana",), sample=sample, seed=name)
    found = bot.planning.scan(design.pool, now_ms=NOW)
    campaign = bot.planning.write(LEA, bot.planning.prepare(design, found), found)
    queue = find_queue(bot.store, campaign.experiment_id, queue_name(name, "ana", 1)) or ""
    about = {
        "review.campaign": campaign.run_id,
        "review.question_version": campaign.questions[0].version,
        "review.seen": "nothing",
    }
    for planned in bot.campaigns.plan(campaign):
        good = int(planned.trace_id.removeprefix("tr-")) % 4 > 0
        said = Assessment("good", good, "ana", metadata=about, created_ms=NOW)
        create_assessment(bot.store, planned.trace_id, said)
        set_status(bot.store, queue, planned.trace_id, "complete", "ana")
    return campaign


def test_what_the_page_asks_for_gives_a_rate_and_more_of_it_a_better_one(bot):
    """The campaign behind the button covers the window; while it runs the interval says so."""
    before = quality(bot)
    assert before.headline.sentence.startswith("Nobody knows yet how good “v1” is: only judges")
    assert before.cells[0].judge.value == 0.75

    wished = campaign_for(before, before.headline.address)
    first = reviewed(bot, wished, "First", 24)
    running = quality(bot).cells[0]
    assert (running.labels, running.unusable, running.running) == (24, 0, True)
    wide = running.human.interval

    bot.campaigns.set_status(first, "closed")
    closed = quality(bot)
    cell = closed.cells[0]
    assert not cell.running
    assert cell.human.interval.high - cell.human.interval.low < wide.high - wide.low
    assert (cell.failed >= 5) == (cell.combined.value is not None)

    second = reviewed(bot, campaign_for(closed, {"version": "v1"}), "Second", 20)
    bot.campaigns.set_status(second, "closed")
    more = quality(bot).cells[0]
    assert cell.labels < more.labels <= 40
    assert more.unusable == 0
    assert more.human.value == pytest.approx(0.75, abs=0.15)


def test_a_campaign_on_all_time_says_nothing_of_later_traces(bot):
    """What came after the draw is not covered: then the time last reviewed is offered."""
    before = quality(bot)
    wished = campaign_for(before, before.headline.address)
    campaign = reviewed(bot, wished, "Only", 24)
    bot.campaigns.set_status(campaign, "closed")
    bot.qualities.of("bot", NOW, period="all", wait=LONG)
    while (sight := bot.qualities.of("bot", NOW, period="all", wait=LONG)).counting:
        pass
    assert sight.quality is not None
    cell = sight.quality.cells[0]
    assert cell.human.value is None
    assert cell.shown.n == 24
    assert sight.quality.headline.address["time"] == "reviewed"
