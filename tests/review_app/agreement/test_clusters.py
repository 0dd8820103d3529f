"""What hangs together."""

from __future__ import annotations

from review_app.agreement.clusters import clusters_of, same_questions
from review_app.gathered import About


def test_traces_of_which_nobody_knows_the_question_are_alone():
    """Without a session and without a text, nothing says that two traces hang together."""
    about = {"t1": About(), "t2": About(text=" "), "t3": About(), "t4": About(text="Hi"),
             "t5": About(text="hi!")}  # fmt: skip
    assert len(set(clusters_of(about).values())) == 4
    assert len(set(same_questions(about).values())) == 4
    assert clusters_of(about)["t5"] == "t4"
