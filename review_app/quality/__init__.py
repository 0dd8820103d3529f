"""Quality: how good each version is as experts would judge it, from few labels and many scores."""
