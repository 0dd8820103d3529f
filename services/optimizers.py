"""MLflow's optimizers of judges, with every call to the model counted and the work stoppable."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from types import FunctionType
from typing import Any

from review_app.errors import Cancelled, ReviewError
from review_app.judge_costs import Aligner
from review_app.judge_scores import TROUBLES, Trouble
from services.judge_models import TRIES_AGAIN
from services.judge_runner import blind, trouble_of

LOG = logging.getLogger(__name__)
NO_GUIDELINE = (
    "The model wrote no guideline: it found nothing to learn in these labels, or it did not"
    " answer. The judge stays as it is."
)
Tell = Callable[[int, int], None]


class Told:
    """Counts the calls to the model, from any thread, and stops them once somebody asked to.

    Attributes:
        done: calls that were made.
        total: calls that there may be.
        failed: sentence of a trouble -> how many calls met it, and nothing made up for that.
        read: items that were read.
        lost: items that were not read, because their call failed.
        stopped: what somebody stopped the work with; None while it runs.
    """

    def __init__(self, tell: Tell, total: int) -> None:
        """Begin at no call of so many."""
        self._tell, self._lock = tell, Lock()
        self.done = self.read = self.lost = 0
        self.total = total
        self.failed: Counter[str] = Counter()
        self.stopped: Cancelled | None = None

    def beat(self) -> None:
        """Hear whether somebody asked to stop.

        Raises:
            Cancelled: when somebody did, now or before.
        """
        self._call(0)

    def hear(self, ask: Callable[[], Any]) -> Any:
        """Return what a call comes to; it is counted, and whether it failed.

        Raises:
            Cancelled: instead of the call, when somebody asked to stop.
        """
        self._call(1)
        try:
            return ask()
        except Exception as error:  # counted and handed on, whatever the model’s client raised
            self.fails(trouble_of(error))
            raise

    def fails(self, trouble: Trouble) -> None:
        """Count a call that came to nothing."""
        with self._lock:
            self.failed[TROUBLES[trouble]] += 1

    def check(self) -> None:
        """Let through only what most calls succeeded for.

        Raises:
            Cancelled: when somebody stopped the work, also where an optimizer went on regardless.
            ReviewError: when most calls failed.
        """
        self.beat()
        failed = sum(self.failed.values())
        if failed * 2 > self.done:
            ((kind, _),) = self.failed.most_common(1)
            raise ReviewError(
                f"{failed} of {self.done} calls to the model failed, so nothing was learned. {kind}"
            )

    def _call(self, more: int) -> None:
        with self._lock:
            if self.stopped is None:
                try:
                    self._tell(self.done + more, max(self.done + more, self.total))
                except Cancelled as stopped:
                    self.stopped = stopped
            if self.stopped is not None:
                raise self.stopped
            self.done += more


def guided(before: Any, traces: Sequence[Any], told: Told) -> str:
    """Return the instructions with the guidelines that MemAlign distills from the labels.

    Args:
        before: MLflow's judge.
        traces: each holds one consensus.
        told: counts the calls.

    Raises:
        Cancelled: when somebody stopped the work.
        ReviewError: when no guideline came back.
    """
    _keep_nothing_on_disk()
    from mlflow.genai.judges.optimizers.dspy_utils import construct_dspy_lm, trace_to_dspy_example

    examples = [one for trace in traces for one in trace_to_dspy_example(trace, before)]
    model = _heard_model(construct_dspy_lm(before.model), told)
    batches = _batches(before, examples)
    told.total = len(batches)
    found = [text for batch in batches for text in _distilled(before, batch, model, told)]
    if not told.read:
        told.check()
    texts = list(dict.fromkeys(" ".join(text.split()) for text in found))
    if not texts:
        raise ReviewError(NO_GUIDELINE)
    lines = "\n".join(f"- {text.replace('{{', '{ {')}" for text in texts)
    return f"{before.instructions.rstrip()}\n\nGuidelines, learned from people’s labels:\n{lines}"


def _batches(before: Any, examples: Sequence[Any]) -> list[list[Any]]:
    """Return the examples in the parts that MemAlign reads with one call each."""
    from mlflow.genai.judges.optimizers.memalign import utils

    texts = utils._make_json_serializable([dict(one) for one in examples])  # noqa: SLF001 - as MLflow does
    parts = utils._create_batches(  # noqa: SLF001 - so that the calls can be told before
        texts,
        list(range(len(examples))),
        before.instructions,
        [],
        before.model,
    )
    return [[examples[number] for number in part] for part in parts]


def _distilled(before: Any, batch: list[Any], model: Any, told: Told) -> list[str]:
    """Return the guidelines of one batch; [] where its call failed, which is counted.

    MLflow makes its own model, with an endless wait, and keeps what fails to itself. So its
    function runs with our model, and tells what it could read.
    """
    from mlflow.genai.judges.optimizers.memalign import utils

    told.beat()
    failed, read = told.failed.copy(), []

    def parsed(**given: Any) -> Any:
        try:
            read.append(utils._parse_batch_response(**given))  # noqa: SLF001 - see above
        except Exception:  # counted and handed on, whatever MLflow’s reading stumbles over
            told.fails("unreadable answer")
            raise
        return read[-1]

    ours = {"construct_dspy_lm": lambda _: model, "_parse_batch_response": parsed}
    distill = FunctionType(utils.distill_guidelines.__code__, {**vars(utils), **ours})
    found = distill(batch, before.instructions, before.model, [])
    told.beat()
    if read:
        told.read += len(batch)
        told.failed = failed  # the second way to ask made up for the first
    else:
        told.lost += len(batch)
    return [str(one.guideline_text) for one in found]


def tuned(by: Aligner, before: Any, traces: Sequence[Any], told: Told) -> str:
    """Return the instructions that SIMBA or GEPA arrive at.

    Args:
        by: which of them.
        before: MLflow's judge.
        traces: each holds one consensus.
        told: counts the calls.

    Raises:
        Cancelled: when somebody stopped the work.
        ReviewError: when the model failed too often.
    """
    _keep_nothing_on_disk()
    from mlflow.exceptions import MlflowException
    from mlflow.genai.judges import optimizers

    optimizer = getattr(optimizers, f"{by}AlignmentOptimizer")(model=before.model)
    _listen(optimizer, told)
    try:
        found = optimizer.align(before, list(traces))
    except MlflowException as error:
        told.check()
        LOG.warning("%s failed", by, exc_info=error)
        raise ReviewError(f"{by} could not align this judge. {TROUBLES[trouble_of(error)]}") from (
            error
        )
    told.check()
    return str(found.instructions)


def _listen(optimizer: Any, told: Told) -> None:
    """Hear of every call before it is made, and keep the label from a judge that reads steps."""
    make, optimize = optimizer._create_judge_from_dspy_program, optimizer._dspy_optimize  # noqa: SLF001 - the two places where custom optimizers differ

    def heard(*args: Any, **kwargs: Any) -> Any:
        return _Heard(make(*args, **kwargs), told)

    def blinded(program: Any, examples: Sequence[Any], metric: Any) -> Any:
        import dspy

        for example in examples:
            if "trace" in example:
                example["trace"] = blind(example["trace"])
        told.read = len(examples)
        with dspy.context(lm=_heard_model(dspy.settings.lm, told), disable_history=True):
            return optimize(program, examples, _with_reasons(metric))

    optimizer._create_judge_from_dspy_program = heard  # noqa: SLF001 - see above
    optimizer._dspy_optimize = blinded  # noqa: SLF001 - see above


def _with_reasons(metric: Any) -> Any:
    """Tell what people say and why; by itself MLflow tells only whether the judge was right."""
    import dspy

    def judged(example: Any, said: Any, trace: Any = None) -> Any:
        feedback = f"People say {example['result']}. {example['rationale']}".strip()
        return dspy.Prediction(score=float(metric(example, said, trace)), feedback=feedback)

    return judged


def _heard_model(model: Any, told: Told) -> Any:
    """Return the same model of dspy, whose calls are counted and do not wait for ever."""
    import dspy
    from mlflow.environment_variables import MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS as WAITS

    class Heard(dspy.LM):  # type: ignore[misc]  # dspy ships no types
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return told.hear(lambda: super(Heard, self).__call__(*args, **kwargs))

    given = {key: value for key, value in model.kwargs.items() if value is not None}
    return Heard(model.model, cache=False, num_retries=TRIES_AGAIN, timeout=WAITS.get(), **given)


class _Heard:
    """A judge whose calls are counted, and whose troubles are."""

    def __init__(self, judge: Any, told: Told) -> None:
        self._judge, self._told = judge, told
        self.instructions = judge.instructions

    def __call__(self, **read: Any) -> Any:
        return self._told.hear(lambda: self._judge(**read))


def _keep_nothing_on_disk() -> None:
    """Switch off dspy's cache: it would keep what it reads of traces in the home folder."""
    import dspy

    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
