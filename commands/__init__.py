"""The parts of the command line that have commands of their own beneath them."""
