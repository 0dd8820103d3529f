"""MLflow's optimizers of judges, with every call to the model counted and the work stoppable."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from review_app.errors import Cancelled, ReviewError
from review_app.judge_costs import Aligner
from review_app.judge_scores import TROUBLES
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
        failed: sentence of a trouble -> how many calls met it.
        stopped: what somebody stopped the work with; None while it runs.
    """

    def __init__(self, tell: Tell, total: int) -> None:
        """Begin at no call of so many."""
        self._tell, self._total, self._lock = tell, total, Lock()
        self.done = 0
        self.failed: Counter[str] = Counter()
        self.stopped: Cancelled | None = None

    def call(self, more: int = 1) -> None:
        """Note a call that is about to be made."""
        with self._lock:
            self.done += more
            try:
                self._tell(min(self.done, self._total), self._total)
            except Cancelled as stopped:
                self.stopped = stopped
                raise

    def end(self) -> None:
        """Raise what stopped the work, also where an optimizer went on regardless."""
        if self.stopped is not None:
            raise self.stopped
        self.call(0)
        failed = sum(self.failed.values())
        if failed * 2 > self.done:
            ((kind, _),) = self.failed.most_common(1)
            raise ReviewError(
                f"{failed} of {self.done} calls to the model failed, so nothing was learned. {kind}"
            )


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
    from mlflow.genai.judges.optimizers.dspy_utils import trace_to_dspy_example
    from mlflow.genai.judges.optimizers.memalign.utils import distill_guidelines

    examples = [one for trace in traces for one in trace_to_dspy_example(trace, before)]
    told.call()
    found = distill_guidelines(examples, before.instructions, before.model, [])
    told.end()
    texts = list(dict.fromkeys(" ".join(one.guideline_text.split()) for one in found))
    if not texts:
        raise ReviewError(NO_GUIDELINE)
    lines = "\n".join(f"- {text.replace('{{', '{ {')}" for text in texts)
    return f"{before.instructions.rstrip()}\n\nGuidelines, learned from people’s labels:\n{lines}"


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
        told.end()
        LOG.warning("%s failed", by, exc_info=error)
        raise ReviewError(f"{by} could not align this judge. {TROUBLES[trouble_of(error)]}") from (
            error
        )
    told.end()
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
    """Return the same model of dspy, whose calls are counted."""
    import dspy

    class Heard(dspy.LM):  # type: ignore[misc]  # dspy ships no types
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            told.call()
            return super().__call__(*args, **kwargs)

    return Heard(model.model, cache=False, num_retries=TRIES_AGAIN, **model.kwargs)


class _Heard:
    """A judge whose calls are counted, and whose troubles are."""

    def __init__(self, judge: Any, told: Told) -> None:
        self._judge, self._told = judge, told
        self.instructions = judge.instructions

    def __call__(self, **read: Any) -> Any:
        self._told.call()
        try:
            return self._judge(**read)
        except Exception as error:  # counted and handed on, whatever the model’s client raised
            self._told.failed[TROUBLES[trouble_of(error)]] += 1
            raise


def _keep_nothing_on_disk() -> None:
    """Switch off dspy's cache: it would keep what it reads of traces in the home folder."""
    import dspy

    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
