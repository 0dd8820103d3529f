"""Widgets: they take values, draw, and return what the person chose; they never fetch or save."""
