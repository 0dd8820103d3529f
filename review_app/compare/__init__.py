"""Comparing two versions, by the one design that the data allow."""
