"""Agreement: how far people say the same about the same items, and how sure that is."""
