"""What a person reads of a trace: the conversation, the steps between, the facts.

``read_trace`` turns span data of any framework into a ``Reading``; nothing here draws.
"""

from review_app.reading.facts import facts_of, version_of
from review_app.reading.reading import read_trace

__all__ = ["facts_of", "read_trace", "version_of"]
