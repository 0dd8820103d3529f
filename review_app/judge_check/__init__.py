"""The check of a judge: what may be said of it, from answers that it never learned from."""
