"""The judge check as a report: of any labels and scores in an experiment, at full precision."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cli import main
from commands.report_judge_check import NEITHER
from review_app.answers import Assessment
from review_app.traces import TraceRecord
from services.bulk import write_traces
from services.parcels import parcel_from_record

PEOPLE = ("ana", "bo", "cem")
UNABLE = {"review.cannot_judge": "It is in a language I do not read."}


@pytest.fixture
def report(store, monkeypatch):
    """Run the report on the store and give its JSON."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.uri)

    def run(*words: str):
        done = CliRunner().invoke(main, ["report", "judge-check", "--json", *words])
        return json.loads(done.stdout) if done.exit_code == 0 else done

    return run


def stored(store, name, answers, scores):
    """Write items with the answers of three people and the score of one judge."""
    experiment_id = store.experiment_id(name, create=True)
    parcels = []
    for number, (values, score) in enumerate(zip(answers, scores, strict=True)):
        record = TraceRecord(f"tr-{name}-{number:03d}", experiment_id, requested_at_ms=1 + number)
        said = [
            Assessment("good", v, p, metadata={} if v is not None else UNABLE)
            for p, v in zip(PEOPLE, values, strict=False)
        ]
        if score is not None:
            said.append(Assessment("good", score, "Rubric@3", source_type="LLM_JUDGE"))
        parcels.append(parcel_from_record(record, experiment_id, said))
    write_traces(store, experiment_id, parcels)


def test_every_number_of_foreign_labels(store, report):
    """Labels and scores of other tools: rates, kappas, omega and rho at each epsilon, constants."""
    sure = [(True,) * 3] * 40 + [(False,) * 3] * 20 + [(True, True, False)] * 4
    answers = [*sure, *[(True, False)] * 2]
    scores = [0.9] * 36 + [0.2] * 4 + [0.1] * 18 + [0.7] * 2 + [0.8] * 4 + [0.4, None]
    stored(store, "foreign", answers, scores)

    found = report("--experiment", "foreign", "--question", "good", "--judge", "rubric@3")

    assert found["confusion_counts"] == {"caught": 18, "missed": 2, "rejected": 4, "accepted": 40}
    assert found["tpr"]["share"]["value"] == pytest.approx(40 / 44)
    assert found["tnr"]["plain"]["low"] == pytest.approx(0.6990, abs=5e-5)
    assert (found["ties"], found["missing"]) == (1, 1)
    assert found["ties_as_fails"]["tnr"] == pytest.approx(19 / 21)
    assert [one["epsilon"] for one in found["alt"]] == [0.05, 0.1, 0.15, 0.2]
    assert set(found["alt"][0]["people"]) == set(PEOPLE)
    assert found["alt"][3]["omega"] == 1.0
    assert found["constant"] is True
    assert (found["answers"], found["blindness_not_known"]) == (196, 196)
    assert "no look counted" in found["sentence"]


def test_the_threshold_decides_what_passes(store, report):
    """A number passes from the threshold on that is given."""
    stored(store, "cut", [(True,)] * 5 + [(False,)] * 5, [0.9] * 5 + [0.6] * 5)
    asked = ("--experiment", "cut", "--question", "good", "--judge", "Rubric@3")

    assert report(*asked)["confusion_counts"]["caught"] == 0
    assert report(*asked, "--threshold", "0.8")["confusion_counts"]["caught"] == 5


def test_answers_without_a_line_have_the_alt_test(store, report):
    """Categories that neither pass nor fail are compared as they are, numbers by their distance."""
    stored(store, "words", [("red", "red", "red")] * 31, ["red"] * 31)
    found = report("--experiment", "words", "--question", "good", "--judge", "rubric@3")
    assert found["alt_as_said"]["alt"][0]["rho"] == 1.0
    assert "no line between pass and fail" in found["sentence"]

    stored(store, "numbers", [(1, 2, 3)] * 31, [2] * 31)
    asked = ("--experiment", "numbers", "--question", "good", "--judge", "rubric@3")
    assert report(*asked, "--scale", "interval")["alt_as_said"]["scoring"] == "rmse"


def test_who_does_not_score_is_named(store, report):
    """A judge that scored nothing is a sentence with the judges that did."""
    stored(store, "none", [(True,)], [0.3])
    done = report("--experiment", "none", "--question", "good", "--judge", "other")

    assert done.exit_code == 1
    assert "judges: rubric@3" in done.stderr


@pytest.mark.parametrize(
    "good, bad", [("Yes", "no"), (1, 0), ("true", "FALSE"), (1.0, 0.0)], ids=repr
)
def test_words_and_numbers_for_pass_and_fail_are_read(store, report, good, bad):
    """What other tools write for pass and fail counts as that; what is neither is counted apart."""
    answers: list[tuple[object, ...]] = [(good,) * 3] * 30 + [(bad,) * 3] * 20
    answers += [("unsure",)] if isinstance(good, str) else []
    stored(store, "spoken", answers, [True] * 33 + [False] * (len(answers) - 33))

    found = report("--experiment", "spoken", "--question", "good", "--judge", "rubric@3")

    assert found["confusion_counts"] == {"caught": 17, "missed": 3, "rejected": 0, "accepted": 30}
    assert found["left_out"] == ({NEITHER: 1} if isinstance(good, str) else {})


def test_a_scale_is_compared_with_itself_only(store, report):
    """Beside words nobody is compared with True or False, and no number is compared with a word."""
    stored(store, "mixed", [("red", "red", "blue")] * 31, [True] * 31)
    asked = ("--experiment", "mixed", "--question", "good", "--judge", "rubric@3")

    assert report(*asked)["alt_as_said"]["items"] == 0


def test_numbers_without_a_line_are_not_guessed(store, report):
    """Who says 1 to 5 passes nothing before somebody says from where on, in one sentence."""
    stored(store, "stars", [(True,)] * 5 + [(False,)] * 5, [5] * 5 + [2] * 5)
    asked = ("--experiment", "stars", "--question", "good", "--judge", "rubric@3")

    assert "from where on they pass" in report(*asked).stderr
    found = report(*asked, "--threshold", "3")
    assert (found["line"], found["confusion_counts"]["caught"]) == (3.0, 5)


def test_no_number_is_null(store, report):
    """A score that is no number counts as missing, and the JSON is one that every tool reads."""
    stored(store, "holes", [(1, 2, 3)] * 31, [float("nan")] * 31)
    asked = ("--experiment", "holes", "--question", "good", "--judge", "rubric@3")

    assert report(*asked, "--scale", "interval")["alt_as_said"]["items"] == 0


def test_what_nobody_could_judge_counts_against(store, report):
    """Items that nobody could judge are told, and count as the worst case as ties do."""
    answers = [(True,) * 3] * 20 + [(False,) * 3] * 10 + [(None,) * 3] * 5
    stored(store, "hard", answers, [True] * 20 + [False] * 10 + [True] * 5)

    found = report("--experiment", "hard", "--question", "good", "--judge", "rubric@3")

    assert (found["left_out"], found["against"]) == ({"cannot judge": 5}, 5)
