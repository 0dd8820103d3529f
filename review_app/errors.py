"""The one error tree, and the sentence that the person reads.

    ReviewError
    |-- NotAllowed         the person may not see or do this
    |-- NotFound           it is not there, or no longer
    |-- InvalidAnswer      an answer outside what the question allows
    |-- InvalidSetting     a setting with a wrong name or value
    |-- InvalidImport      a file or line that cannot be read
    |-- InvalidDesign      a campaign that cannot be made as it is described
    |-- Conflict           somebody or something was faster
    |-- Cancelled          the person stopped it
    `-- StoreUnavailable   MLflow did not answer; trying again may help

Every message is written for the person: what happened, and what to do.
It never holds a host, a token, a class name or a stack trace.
"""

from __future__ import annotations


class ReviewError(Exception):
    """A sentence for the person; the base of all errors that this app raises on purpose."""

    @property
    def sentence(self) -> str:
        """What happened and what to do, as it is shown on screen."""
        return str(self)


class NotAllowed(ReviewError):
    """The person may not see or do this."""


class NotFound(ReviewError):
    """What was asked for is not there, or no longer."""


class InvalidAnswer(ReviewError):
    """An answer that the question does not allow."""


class InvalidSetting(ReviewError):
    """A setting whose name or value cannot be used."""


class InvalidImport(ReviewError):
    """A file, or a line of it, that cannot be read."""


class InvalidDesign(ReviewError):
    """A campaign, or a file that describes one, that cannot be made like this."""


class Cancelled(ReviewError):
    """The person stopped a long piece of work; what it had begun was taken back."""


class Conflict(ReviewError):
    """The thing changed meanwhile, or its name is taken."""


class StoreUnavailable(ReviewError):
    """MLflow did not answer or failed; the same call may succeed later."""
