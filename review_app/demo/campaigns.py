"""The campaigns of the demo: what was asked, why, and how to judge."""

from __future__ import annotations

from review_app.campaigns import Campaign
from review_app.frames import Frame, Stratum
from review_app.questions import Question

OPTIONS = ("No", "Mostly no", "Mostly yes", "Yes")
LOWEST_PASSING = "Mostly yes"
OWNER = "demo"
ALL_ANSWERS = "all answers"  # the frames that items are drawn from
RANDOM_SAMPLE = "random sample"
BY_HAND = "by hand"
FIRST_WEEK = "read by all three"


def _graded(name: str, title: str, instruction: str) -> Question:
    return Question(
        name=name,
        kind="choice",
        title=title,
        instruction=instruction,
        options=OPTIONS,
        scale="ordinal",
        pass_cut=LOWEST_PASSING,
    )


# The four questions of the benchmark, in the order of its ratings.
MT_RAG_QUESTIONS = (
    _graded(
        "naturalness",
        "Does the answer read naturally?",
        "The answer is coherent and natural, and it does not brush the person off.",
    ),
    _graded(
        "appropriateness",
        "Is it the right amount of information?",
        "The answer gives an appropriate amount of useful information.",
    ),
    _graded(
        "completeness",
        "Is everything in it that belongs there?",
        "The answer has all information of the passages that is relevant to the question.",
    ),
    _graded(
        "faithfulness",
        "Is it faithful to what was found?",
        "The answer is faithful to its context, the passages and the conversation, and grounded "
        "in it.",
    ),
)

TRY_QUESTIONS = (
    Question(
        name="good_enough",
        kind="pass_fail",
        title="Is this answer good enough?",
        instruction="Would you be content if this answer had been sent in your name? Judge what "
        "the person reads: a failed step does not matter when the answer is right all the same.",
        options=("Pass", "Fail"),
        ask_why_on_fail=True,
        passed_example="*Where is order 7?*\n\nYour order 7 shipped on Monday.\n\n"
        "Short, and the order system says the same.",
        failed_example="*Can I get a refund after 40 days?*\n\nYes, you can.\n\n"
        "The passage that was found says that refunds end after 30 days.",
    ),
    Question(
        name="grounded",
        kind="choice",
        title="Does what the app found support the answer?",
        instruction="Compare the answer with the passages, tables and tool results above it. What "
        "everybody knows needs no support. Where nothing was looked up, say “cannot judge”.",
        options=OPTIONS,
        scale="ordinal",
        pass_cut=LOWEST_PASSING,
        passed_example="The answer names three fees, and the second passage lists the same three.",
        failed_example="The answer gives a phone number that is in none of the passages.",
    ),
    Question(
        name="what_is_wrong",
        kind="choices",
        title="What is wrong with it?",
        instruction="Choose all that apply; leave it empty when nothing is wrong.",
        options=(
            "A fact is wrong",
            "Something important is missing",
            "Not supported by what was found",
            "Does not answer the question",
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
        instruction="What would a colleague need to know to fix it?",
        comment=False,
        required=False,
    ),
    Question(
        name="expected_answer",
        kind="text",
        title="What should the answer have been?",
        instruction="Only where you know it: one or two sentences that you would have sent.",
        expectation=True,
        comment=False,
        required=False,
    ),
)

_REVIEW_PURPOSE = """\
Seven annotators read every answer that three models gave in 20 conversations: are they natural, of
the right length, complete and faithful? These are the human evaluations of the **MT-RAG**
benchmark (Katsis et al., 2025, Apache-2.0), three opinions on nearly every answer.
"""
_REVIEW_INSTRUCTIONS = """\
Read the conversation and the passages, then judge the last answer by each of the four questions.

- **Yes** and **Mostly yes** pass; **Mostly no** and **No** fail.
- Each question stands for itself: a complete answer can be unfaithful.
- The annotators worked apart from each other and did not know which model had answered.
"""
_SPOT_PURPOSE = """\
How often is an answer good enough, for each of the three models? 60 answers of each were drawn at
random from its 159 and reviewed; the judges scored all of them.
"""
_FIRST_PURPOSE = """\
What do three people make of the new assistants after their **first week**? They read the answers
of that week that all three had rated in the MT-RAG benchmark: no random sample of the traffic, so
its rate is that of these answers alone.

The texts and the answers of the reviewers are real. The traffic around them is made up: who asked
and when, and the thumbs and comments of the end users, which were drawn from the reviewers'
judgements.
"""
_TRY_PURPOSE = """\
These answers come from assistants that look things up: in passages, in databases, with tools. The
builders want to know **which of them you would have sent**, and what is wrong with the others.

Your answers become assessments in MLflow, beside the traces; nobody is graded by them, and this is
only a demo.
"""
_TRY_INSTRUCTIONS = """\
1. **Read the question, then the answer.** What was said before is folded above.
2. **Open what the app did** when you doubt the answer: the passages it found, the tools it called.
3. **Pass or fail first.** If it fails, one sentence says why.
4. **Not your field?** “Cannot judge” is an honest answer and never counts as a failure.

Some items come from toy apps and are short, some end in an error: say what the person got.
"""


ANNOTATORS = tuple(f"annotator-{number}" for number in range(1, 8))
FIRST_READERS = ("annotator-2", "annotator-3", "annotator-6")  # they share most answers
_POOL = "every answer of the three versions in the experiment"
_VERSIONS = ("reference", "llama-3.1-405b-instruct", "gpt-4o")

# All are written as "building" and opened or closed when everything is stored.
REVIEW = Campaign(
    name="MT-RAG expert review",
    questions=MT_RAG_QUESTIONS,
    owner=OWNER,
    reviewers=ANNOTATORS,
    status="building",
    purpose=_REVIEW_PURPOSE,
    instructions=_REVIEW_INSTRUCTIONS,
)
SPOT_CHECK = Campaign(
    name="Spot check",
    questions=MT_RAG_QUESTIONS,
    owner=OWNER,
    reviewers=ANNOTATORS,
    status="building",
    purpose=_SPOT_PURPOSE,
    instructions=_REVIEW_INSTRUCTIONS,
)
FIRST_LOOK = Campaign(
    name="First look",
    questions=MT_RAG_QUESTIONS,
    owner=OWNER,
    reviewers=FIRST_READERS,
    status="building",
    purpose=_FIRST_PURPOSE,
    instructions=_REVIEW_INSTRUCTIONS,
    each=len(FIRST_READERS),
)
TRY_IT = Campaign(
    name="Try it: are these answers good enough?",
    questions=TRY_QUESTIONS,
    owner=OWNER,
    status="building",
    purpose=_TRY_PURPOSE,
    instructions=_TRY_INSTRUCTIONS,
    join="anyone",
)

REVIEW_FRAME = Frame(
    ALL_ANSWERS,
    _POOL,
    strata={one: Stratum(159, 159) for one in _VERSIONS},
    whole_traffic=True,
)
SPOT_CHECK_FRAME = Frame(
    RANDOM_SAMPLE,
    _POOL,
    strata={one: Stratum(159, 60) for one in _VERSIONS},
    seed="spot check",
    whole_traffic=True,
)
TRY_IT_FRAME = Frame(BY_HAND, "chosen by hand, to try the app")

ALL = (TRY_IT, REVIEW, SPOT_CHECK, FIRST_LOOK)
