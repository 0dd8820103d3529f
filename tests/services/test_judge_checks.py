"""Checks of judges in a real store: limits first, looks counted, learned items refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mlflow.exceptions import MlflowException

from review_app.answers import Assessment
from review_app.errors import Conflict, InvalidDesign, NotAllowed, ReviewError
from review_app.judge_check.eligible import LINE_CHOSEN
from review_app.judge_check.values import Limits
from review_app.judges import Judge, JudgeKey
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.judge_checks import JudgeChecks
from services.judge_said import said_by_judges
from services.judge_wanted import Wanted, wanted_from
from services.judges import Judges
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings

LEAD, REVIEWER = Person("lea", is_lead=True), Person("ana")
PEOPLE = ("ana", "bo", "cem")
SIZE = 12


def quiet(done, total):
    """Tell nobody."""


def say(made, n, source, value, *, judge=False, **more):
    """Let a person answer, or a judge score, trace n."""
    question = made.campaign.questions[0]
    recorded = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    kind = {"source_type": "LLM_JUDGE"} if judge else {"metadata": recorded}
    said = Assessment(question.name, value, source, created_ms=1_763_000_000_000, **kind, **more)
    create_assessment(made.store, made.traces[n], said)


@pytest.fixture
def made(store, make_campaign):
    """Twelve traces that three people read; they differ on the last one; a judge scored most."""
    found = make_campaign(store, SIZE, PEOPLE)
    for n in range(SIZE):
        for person in PEOPLE if n < SIZE - 1 else PEOPLE[:2]:
            value = n % 2 == 0 if n < SIZE - 1 else person == "ana"
            say(found, n, person, value)
            queue = find_queue(
                found.store, found.campaign.experiment_id, queue_name(found.name, person, 1)
            )
            set_status(found.store, queue or "", found.traces[n], "complete", person)
    for n in range(1, SIZE):
        say(found, n, "Rubric@1", 0.9 if n % 2 == 0 else 0.1, judge=True, rationale=f"why {n}")
    return found


@pytest.fixture
def sets(store):
    return LabeledSets(Campaigns(store))


@pytest.fixture
def checks(store, sets):
    return JudgeChecks(store, sets)


@pytest.fixture
def wanted(made, sets):
    frozen = sets.freeze(LEAD, Recipe("Orders", (made.campaign.run_id,), "quality"), quiet)
    return Wanted(frozen, sets.load(frozen), JudgeKey("quality", "rubric@1"))


def test_limits_come_first_and_stay(checks, wanted):
    """Without limits there is no check; once stored nobody can change them."""
    with pytest.raises(ReviewError, match="limits first"):
        checks.final(LEAD, wanted, quiet)
    checks.store_limits(LEAD, wanted.frozen, Limits(tnr=0.6))

    with pytest.raises(Conflict, match="stay as they are"):
        checks.store_limits(LEAD, wanted.frozen, Limits(tnr=0.1))
    assert checks.limits(wanted.frozen) == Limits(tnr=0.6)


@pytest.mark.parametrize("cut", [-0.25, 1e-05, 0.1234567])
def test_an_address_keeps_the_line(sets, made, wanted, cut):
    """The line that numbers pass from is checked as it was given: never rounded, never .5."""
    judges = Judges(made.store, Settings(tracking_uri=made.store.uri))

    found = wanted_from(sets, judges, replace(wanted, threshold=cut).address)

    assert found is not None
    assert found.asked.threshold == cut


@pytest.mark.parametrize(
    "limits", [Limits(tnr=0.0), Limits(tpr=0.3), Limits(epsilon=0.9), Limits(margin=float("nan"))]
)
def test_limits_that_a_judge_without_knowledge_reaches_are_refused(checks, wanted, limits):
    """Nobody can set limits so low that tossing a coin, or always saying pass, would do."""
    with pytest.raises(InvalidDesign):
        checks.store_limits(LEAD, wanted.frozen, limits)
    assert checks.limits(wanted.frozen) is None


def test_a_check_is_stored_and_counts_as_a_look(made, checks, wanted):
    """What came of a check is found again; the same once more is no look, a changed score is."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    checked = checks.final(LEAD, wanted, quiet)
    again = checks.final(LEAD, wanted, quiet)

    assert again == checked
    assert (checked.look, checked.source, checked.set_name) == (1, "rubric@1", "Orders")
    assert checks.looks(wanted.frozen) == 1
    found = checks.load(LEAD, checked)
    assert found.left_out == {"tie": 1, "without a score of this judge": 1}
    assert {cell: len(ids) for cell, ids in found.confusion.items()} == {
        "caught": 5,
        "missed": 0,
        "rejected": 0,
        "accepted": 5,
    }
    assert checked.verdict == "undecided"

    say(made, 0, "rubric@1", 0.2, judge=True)
    second = checks.final(LEAD, wanted, quiet)
    assert second.look == checks.looks(wanted.frozen) == 2
    assert [one.look for one in checks.every(LEAD)] == [2, 1]


def test_a_look_that_mlflow_did_not_take_is_none(checks, wanted, store, monkeypatch):
    """A check that MLflow refuses to count ends there, and the next one is the first look."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    with monkeypatch.context() as gone:
        gone.setattr(store.tracking, "log_param", refuse)
        with pytest.raises(ReviewError):
            checks.final(LEAD, wanted, quiet)

    assert checks.looks(wanted.frozen) == 0
    assert checks.final(LEAD, wanted, quiet).look == 1


def refuse(*args: object) -> None:
    """Refuse to write, as MLflow does where its store is read-only for a while."""
    raise MlflowException("read-only")


def test_numbers_that_nobody_drew_a_line_in_are_not_checked(made, checks, wanted):
    """A judge that says 1 to 5 costs no look before somebody said from where on it passes."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    for n in range(SIZE):
        say(made, n, "stars@1", 5 if n % 2 == 0 else 2, judge=True)
    stars = replace(wanted, key=JudgeKey("quality", "stars@1"))

    with pytest.raises(ReviewError, match="from where on they pass"):
        checks.final(LEAD, stars, quiet)

    assert checks.looks(wanted.frozen) == 0
    assert checks.final(LEAD, replace(stars, threshold=3.0), quiet).look == 1


def test_another_name_is_no_fresh_start(made, sets, checks, wanted):
    """The same answers under another name have been looked at before, and the look counts on."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    checks.final(LEAD, wanted, quiet)
    frozen = sets.freeze(LEAD, Recipe("Renamed", (made.campaign.run_id,), "quality"), quiet)
    renamed = replace(wanted, frozen=frozen, content=sets.load(frozen))
    checks.store_limits(LEAD, frozen, Limits())

    assert checks.looks(frozen) == 1
    assert checks.final(LEAD, renamed, quiet).look == 2
    assert checks.looks(wanted.frozen) == 2


def test_judges_without_a_version_are_no_versions_of_each_other(made, checks, wanted):
    """Scores of “gpt” and “rules”, or of two addresses, are judges of their own."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    found = []
    for source in ("gpt", "rules", "bot@a.test", "rubric@2"):
        say(made, 1, source, 0.9, judge=True)
        found.append(checks.final(LEAD, replace(wanted, key=JudgeKey("quality", source)), quiet))
    first = checks.final(LEAD, wanted, quiet)

    assert [list(checks.other_versions(LEAD, one)) for one in found[:3]] == [[], [], []]
    assert list(checks.other_versions(LEAD, first)) == ["rubric@2"]


def test_labels_of_conversations_do_not_check_a_judge_of_answers(checks, wanted):
    """A judge registered here reads one answer: what people said of the whole talk is another."""
    rows = tuple(replace(row, unit="session") for row in wanted.content.rows)
    talks = replace(wanted, content=replace(wanted.content, rows=rows, unsettled=()))
    ours = replace(talks, judge=Judge("quality", 1, wanted.frozen.experiment_id))

    assert "whole conversation" in checks.before(LEAD, ours)
    assert checks.before(LEAD, talks) == ""


def test_the_train_split_is_never_a_final_check(checks, sets, wanted):
    """A judge aligned on the set is checked on the test split only; of unknown lessons on none."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    aligned = Judge("quality", 1, "0", aligned_by="MemAlign", learned_from=wanted.frozen.run_id)
    final = Wanted(wanted.frozen, wanted.content, wanted.key, aligned)
    train = {row.trace_id for row in wanted.content.rows if row.split == "train"}
    assert train

    found = checks.load(LEAD, checks.final(LEAD, final, quiet))
    assert not train & {one.trace_id for one in found.seen}
    assert sum(n for why, n in found.left_out.items() if "train" in why) == len(train)
    developing = checks.develop(LEAD, final)
    assert {one.trace_id for one in developing.seen} <= train
    assert developing.look == 0

    unknown = Judge("quality", 2, "0", aligned_by="GEPA")
    assert "nobody recorded on what" in checks.before(
        LEAD, Wanted(wanted.frozen, wanted.content, wanted.key, unknown)
    )


def test_a_line_that_was_chosen_on_train_is_not_checked_on_train(made, checks, wanted, monkeypatch):
    """The line that the train split suggests is checked on the others; another line on all."""
    say(made, 0, "rubric@1", 0.9, judge=True)  # whichever items are in train, all have a score
    monkeypatch.setattr("review_app.judge_check.line.FEWEST", 2)
    checks.store_limits(LEAD, wanted.frozen, Limits())
    train = {row.trace_id for row in wanted.content.rows if row.split == "train"}

    both = [checks.final(LEAD, replace(wanted, threshold=line), quiet) for line in (0.5, 0.05)]
    suggested, given = (checks.load(LEAD, one) for one in both)

    assert [one.splits for one in both] == ["test", "all"]
    assert not train & {one.trace_id for one in suggested.seen}
    assert suggested.left_out[LINE_CHOSEN] == len(train)
    assert train <= {one.trace_id for one in given.seen}


def test_what_an_earlier_version_learned_counts_as_learned(checks, sets, made, wanted):
    """Made from a version that had learned, a judge is not checked on those lessons either."""
    again = sets.freeze(LEAD, Recipe("Other", (made.campaign.run_id,), "quality", seed="9"), quiet)
    known = {row.trace_id for row in wanted.content.rows if row.split == "train"}
    before = {row.trace_id for row in sets.load(again).rows if row.split == "train"} - known
    second = Judge("quality", 2, "0", aligned_by="MemAlign", learned_from=wanted.frozen.run_id)
    third = replace(second, learned_before=(again.run_id,))

    def read(judge):
        found = checks._eligible(replace(wanted, judge=judge), "final")
        return {row.trace_id for row in found.rows}

    assert before & read(second)
    assert not before & read(third)
    gone = replace(second, learned_before=("gone",))
    assert "nobody recorded" in checks.before(LEAD, replace(wanted, judge=gone))


def test_a_judge_that_scored_nothing_is_not_checked(checks, wanted):
    """It is asked to score first, and no look is spent."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    silent = Wanted(wanted.frozen, wanted.content, JudgeKey("quality", "other@1"))

    with pytest.raises(ReviewError, match="Let it score"):
        checks.final(LEAD, silent, quiet)
    assert checks.looks(wanted.frozen) == 0


def test_only_leads_look(checks, wanted):
    """A reviewer neither stores limits nor opens the test split."""
    with pytest.raises(NotAllowed):
        checks.store_limits(REVIEWER, wanted.frozen, Limits())
    with pytest.raises(NotAllowed):
        checks.final(REVIEWER, wanted, quiet)


def test_a_reviewer_reads_no_check(checks, wanted, store, made):
    """What judges said, and how they did, is for leads, whatever service a reviewer asks."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    checked = checks.final(LEAD, wanted, quiet)
    for asked in (
        lambda: checks.every(REVIEWER),
        lambda: checks.newest(REVIEWER, wanted),
        lambda: checks.load(REVIEWER, checked),
        lambda: checks.other_versions(REVIEWER, checked),
        lambda: checks.develop(REVIEWER, wanted),
        lambda: checks.before(REVIEWER, wanted),
        lambda: said_by_judges(REVIEWER, store, made.traces, "quality"),
    ):
        with pytest.raises(NotAllowed):
            asked()


def test_a_dead_judge_leaves_its_successor_nothing(checks, wanted, store, made):
    """Deleted and registered anew, a judge has neither the scores nor the check of the dead one."""
    checks.store_limits(LEAD, wanted.frozen, Limits())
    for n in range(SIZE):
        say(made, n, "quality@1", n % 2 == 0, judge=True)
    old = replace(wanted, key=JudgeKey("quality", "quality@1"))
    assert checks.final(LEAD, old, quiet).source == "quality@1"

    question = made.campaign.questions[0]
    about = Judge("", 0, "", model="openai:/x", instructions="Is {{ outputs }} good?")
    judges = Judges(store, Settings(tracking_uri=store.uri))
    judge = judges.create(LEAD, made.campaign.experiment_id, question, about)

    new = replace(old, judge=judge, key=judge.key)
    assert list(said_by_judges(LEAD, store, made.traces, "quality")) == [wanted.key]
    assert checks.newest(LEAD, new) is None
    assert [one.source for one in checks.every(LEAD)] == []
    with pytest.raises(ReviewError, match="Let it score"):
        checks.final(LEAD, new, quiet)


def test_what_judges_said_is_read_with_reasons(store, made):
    """The newest score of each judge counts, with its reason; people's answers are none."""
    found = said_by_judges(LEAD, store, made.traces, "quality", quiet)

    assert list(found) == [JudgeKey("quality", "rubric@1")]
    assert found[JudgeKey("quality", "rubric@1")][made.traces[3]].rationale == "why 3"
    assert made.traces[0] not in found[JudgeKey("quality", "rubric@1")]
