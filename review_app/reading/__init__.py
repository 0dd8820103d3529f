"""What a person reads of a trace: the conversation, the steps between, the facts.

``read_trace`` turns span data of any framework into a ``Reading``, ``read_session`` those of a
whole session; nothing here draws.
"""

from review_app.reading.facts import facts_of, facts_together, version_of
from review_app.reading.reading import read_trace
from review_app.reading.session import read_session

__all__ = ["facts_of", "facts_together", "read_session", "read_trace", "version_of"]
