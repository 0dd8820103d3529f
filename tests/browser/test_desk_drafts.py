"""What was chosen or typed but not sent survives, and belongs to one person."""
