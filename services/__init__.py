"""The outside world: each file hides one MLflow object and speaks in review_app values."""
