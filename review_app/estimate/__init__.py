"""Estimates: what a sample of labels says about all of the traffic, and how sure that is."""
