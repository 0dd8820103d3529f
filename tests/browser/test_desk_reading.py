"""Reading a trace: find, jump, unfold, and links that open only on purpose."""
