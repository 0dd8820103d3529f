"""MLflow's own Review tab and the desk see each other's answers, over real servers."""
