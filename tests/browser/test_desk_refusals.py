"""Whatever cannot be stored gets a sentence, and nothing that was given is lost."""
