"""What MLflow holds after an answer, an undo, a skip, a pin and a changed mind."""
