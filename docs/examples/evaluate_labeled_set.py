# ruff: noqa: INP001 - a script to be copied, no part of a package
"""Measure something against a published labeled set, with mlflow.genai.evaluate.

First freeze a labeled set and publish it (the page "Labeled sets"), then:

    MLFLOW_TRACKING_URI=sqlite:///mlflow.db python docs/examples/evaluate_labeled_set.py NAME@v1

Here a rule of thumb stands in for a judge: an answer passes when it is long enough. Put your own
scorer in its place. The records hold what the app was asked and answered, so nothing is run again.
"""

import os
import sys

# A SQLite file takes one writer at a time: with more workers MLflow loses results.
os.environ.setdefault("MLFLOW_GENAI_EVAL_MAX_WORKERS", "2")
os.environ.setdefault("MLFLOW_GENAI_EVAL_MAX_SCORER_WORKERS", "1")

import mlflow
from mlflow.genai.datasets import search_datasets
from mlflow.genai.scorers import scorer

ENOUGH = 200  # characters


@scorer
def agrees_with_people(outputs: object, expectations: dict[str, object]) -> bool:
    """Tell whether the rule of thumb says what people said."""
    passes = len(str(outputs)) >= ENOUGH
    return all(passes == label for label in expectations.values())


def main(title: str) -> None:
    """Evaluate the dataset of that title, and say the share of records that agree."""
    found = search_datasets(filter_string=f"name = '{title}'")
    if not found:
        sys.exit(f"There is no dataset “{title}”. Publish the labeled set first.")
    records = found[0].to_df()[["inputs", "outputs", "expectations"]]
    mlflow.set_experiment(experiment_id=found[0].experiment_ids[0])
    done = mlflow.genai.evaluate(data=records, scorers=[agrees_with_people])
    sys.stdout.write(f"{done.metrics}\n")


if __name__ == "__main__":
    main(sys.argv[1])
