"""What a person reads of a trace: the conversation, the steps between, the facts.

``read_trace`` turns span data of any framework into a ``Reading``; nothing here draws.
"""
