"""What would sway a reviewer is not in the browser before the answer is given."""
