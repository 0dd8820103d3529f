"""Screens: one file is one menu entry is one ``render(app)``: read, draw, save."""
