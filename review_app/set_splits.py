"""Splits of a labeled set: what a judge may learn from, over versions, and what would leak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from review_app.labeled_rows import LabeledRow, Place
from review_app.splits import TRAIN_OF_EACH, Split, Splittable, split, together

Cluster = list[Splittable]


def splits_of(
    rows: Sequence[LabeledRow], seed: str, before: Mapping[Place, Split]
) -> dict[Place, Split]:
    """Return the split of each row.

    Args:
        rows: in any order.
        seed: what chance begins with.
        before: item -> split in the version before; {} for the first one. Items keep theirs, and
            new ones join train only while there is room: what a judge learned from never becomes
            part of its test.
    """
    places = {_key(row.place): row.place for row in rows}
    items = sorted(map(_splittable, rows), key=lambda item: item.key)
    clusters = together(items)
    fresh = split(items, seed)
    if "train" not in fresh.values():
        fresh |= {item.key: "train" for item in _fits_best(clusters)}
    if before:
        fresh = _kept(clusters, fresh, {_key(place): where for place, where in before.items()})
    return {places[key]: where for key, where in fresh.items()}


def leaks(rows: Sequence[LabeledRow]) -> list[tuple[LabeledRow, LabeledRow]]:
    """Return pairs that share a session or question but not the split; [] when nothing leaks."""
    by_key = {_key(row.place): row for row in rows}
    found = []
    for cluster in together(list(map(_splittable, rows))):
        members = [by_key[item.key] for item in cluster]
        other = next((row for row in members if row.split != members[0].split), None)
        if other is not None:
            found.append((members[0], other))
    return found


def _fits_best(clusters: Sequence[Cluster]) -> Cluster:
    """Return the cluster that a judge learns from where all are too uneven; [] where none fits.

    Long sessions make few large clusters, none of which has as many failed as passed items.
    """
    every = _labels([item for cluster in clusters for item in cluster])
    room = {label: min(TRAIN_OF_EACH, n // 2) for label, n in every.items()}
    fitting = [
        cluster
        for cluster in clusters
        if all(0 < n <= room[label] for label, n in _labels(cluster).items())
    ]
    return min(fitting, key=_unevenness, default=[])


def _unevenness(cluster: Cluster) -> tuple[int, int, str]:
    labels = _labels(cluster)
    answers = max(item.answers for item in cluster)
    return abs(labels[True] - labels[False]), answers, cluster[0].key


def _kept(
    clusters: Sequence[Cluster], fresh: Mapping[str, Split], before: Mapping[str, Split]
) -> dict[str, Split]:
    """Return the splits with those of the version before kept."""
    found: dict[str, Split] = {}
    taken = {True: 0, False: 0}
    old = [(cluster, {before[i.key] for i in cluster if i.key in before}) for cluster in clusters]
    for cluster, was in sorted(old, key=lambda pair: not pair[1]):
        adds = _labels(cluster)
        has_room = all(taken[label] + adds[label] <= TRAIN_OF_EACH for label in taken)
        learns = "train" in was or (not was and has_room and fresh[cluster[0].key] == "train")
        if learns:
            taken = {label: taken[label] + adds[label] for label in taken}
        found |= {item.key: "train" if learns else "test" for item in cluster}
    return found


def _labels(items: Sequence[Splittable]) -> dict[bool, int]:
    return {label: sum(item.passed is label for item in items) for label in (True, False)}


def _key(place: Place) -> str:
    return "\n".join(place)


def _splittable(row: LabeledRow) -> Splittable:
    joins = [("trace", row.trace_id)]
    joins += [("session", row.session)] if row.session else []
    joins += [("duplicates", row.duplicates)] if row.duplicates else []
    passed = row.label if isinstance(row.label, bool) else None
    return Splittable(_key(row.place), passed, sum(row.votes.values()), tuple(joins))
