"""Questions about an answer, what was found for it, and what it should have been."""

from __future__ import annotations

from review_app.question_library.shelf import LOWEST_PASSING, YES_OR_NO, Shelf
from review_app.questions import Question

ALL_OF_IT = "All of it"  # the lowest passing answer

ANSWERS = Shelf(
    "Every assistant",
    "Begin with these three: a verdict, what is wrong, and a note in free words.",
    (
        Question(
            name="good_enough",
            kind="pass_fail",
            title="Is this answer good enough to send?",
            instruction="Would you be content if it had been sent in your name? Judge what the "
            "person reads: a failed step does not matter when the answer is right all the same, "
            "and a fine style does not make up for a wrong fact. In doubt, ask whether you would "
            "correct it.",
            options=("Pass", "Fail"),
            ask_why_on_fail=True,
            passed_example="*When does my contract end?*\n\n“On 31 March. You can cancel until 31 "
            "January.”\n\nRight, short, and it names the date that matters next.",
            failed_example="*When does my contract end?*\n\n“Contracts usually run for two "
            "years.”\n\nTrue, but the person asked about theirs.",
        ),
        Question(
            name="what_is_wrong",
            kind="choices",
            title="What is wrong with it?",
            instruction="Choose all that apply, the answer as a whole in mind. Leave it empty "
            "when nothing is wrong; what is missing here belongs in the note.",
            options=(
                "A fact is wrong",
                "Something important is missing",
                "Not supported by what was found",
                "Does not answer the question",
                "Out of date",
                "Too long or hard to read",
                "The tone is not right",
            ),
            comment=False,
            required=False,
        ),
        Question(
            name="note",
            kind="text",
            title="Note",
            instruction="What would a colleague need to know to fix it? One sentence is enough: "
            "what happened, and where it went wrong first.",
            comment=False,
            required=False,
        ),
        Question(
            name="answers_the_question",
            kind="pass_fail",
            title="Does it answer what was asked?",
            instruction="Only whether it addresses the request, not whether it is right. “I "
            "cannot find this” answers a question that has no answer; a general text about the "
            "subject does not.",
            options=("Yes", "No"),
            ask_why_on_fail=True,
            passed_example="*How many days of leave do I have left?*\n\n“You have 12 days left.”",
            failed_example="*How many days of leave do I have left?*\n\n“Full-time staff have 30 "
            "days of leave a year.”\n\nNot what was asked, though it is true.",
        ),
        Question(
            name="correct",
            kind="pass_fail",
            title="Are all facts in it right?",
            instruction="By what you know of the field, whatever the app found. One wrong fact "
            "that somebody could act on is enough to fail; a rounded number is not. If you would "
            "have to look it up and cannot, choose “cannot judge”.",
            options=("All right", "Something is wrong"),
            ask_why_on_fail=True,
            passed_example="“The notice period is three months to the end of a quarter.”\n\nIt is.",
            failed_example="“The notice period is three months.”\n\nThe clause says to the end of "
            "a quarter: who relies on this cancels too late.",
        ),
        Question(
            name="complete",
            kind="choice",
            title="Is everything important in it?",
            instruction="Important is what the person needs in order to act without asking again. "
            "More than that earns nothing here.",
            options=YES_OR_NO,
            scale="ordinal",
            pass_cut=LOWEST_PASSING,
            passed_example="*Mostly yes*: all conditions of a refund are named, but not the form.",
            failed_example="*Mostly no*: one of three conditions is named.",
        ),
    ),
)
LOOKING_UP = Shelf(
    "Answers from documents (RAG)",
    "Ask about the search and about the answer separately: they are fixed in different places.",
    (
        Question(
            name="faithful",
            kind="choice",
            title="Does what was found support the answer?",
            instruction="Compare each statement with the passages, tables and results above it, "
            "not with what you know. What everybody knows needs no support. Where nothing was "
            "looked up, choose “cannot judge”.",
            options=YES_OR_NO,
            scale="ordinal",
            pass_cut=LOWEST_PASSING,
            passed_example="*Yes*: the answer names three fees, and the second passage lists the "
            "same three.",
            failed_example="*No*: the answer gives a phone number that is in none of the "
            "passages, even if it is the right one.",
        ),
        Question(
            name="passages_sufficient",
            kind="choice",
            title="Did the search find what the answer needs?",
            instruction="Look at the passages only. Could a careful colleague answer from them "
            "alone? Passages that are of no use do no harm as long as the needed ones are there.",
            options=("Nothing of use", "A part of it", ALL_OF_IT),
            scale="ordinal",
            pass_cut=ALL_OF_IT,
            passed_example="*All of it*: the third of eight passages holds the clause.",
            failed_example="*A part of it*: the rule was found, the exception two lines below was "
            "not.",
        ),
        Question(
            name="sources_right",
            kind="pass_fail",
            title="Do the sources that it names say so?",
            instruction="Open each source that the answer names. It fails when one does not say "
            "what it is named for, or is not the one in force. Without any named source, choose "
            "“cannot judge”.",
            options=("They do", "They do not"),
            ask_why_on_fail=True,
            passed_example="“30 days (travel policy, 4.2).” Section 4.2 says 30 days.",
            failed_example="“30 days (travel policy, 4.2).” Section 4.2 is about hotels.",
        ),
        Question(
            name="answer_or_decline",
            kind="choice",
            title="Was it right to answer, or to decline?",
            instruction="For questions that the documents may not cover. “Decline” means that it "
            "says it does not know, asks back, or sends the person to somebody.",
            options=(
                "Answered, rightly",
                "Declined, rightly",
                "Answered, but should have declined",
                "Declined, but should have answered",
            ),
        ),
    ),
)
OWN_WORDS = Shelf(
    "In the expert's own words",
    "What should have been: these become expectations, the reference for tests and judges.",
    (
        Question(
            name="expected_answer",
            kind="text",
            title="What should the answer have been?",
            instruction="Only where you know it: the one or two sentences that you would have "
            "sent. State the facts it must hold; the style is free.",
            expectation=True,
            comment=False,
            required=False,
        ),
        Question(
            name="expected_source",
            kind="text",
            title="Which document holds the answer?",
            instruction="Title and section, as a colleague would find it. Leave it empty when the "
            "search found it.",
            expectation=True,
            comment=False,
            required=False,
        ),
    ),
)
