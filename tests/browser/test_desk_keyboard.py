"""Reviewing with the keyboard only, with the mouse only, and with both."""
