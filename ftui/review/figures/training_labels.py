"""How often training has each class: what a model that reads no prompt would always say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.review.planning.survey import Planning

ROWS = 20_000
"""Of more rows, so many are looked at, chosen by what they say."""


def training_labels(
    project: Project, dataset: Dataset, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, int]:
    """Class to rows of the training split; empty where the rows have no labels."""
    planning = Planning.of(project, dataset, 0, None, (), cancelled)
    counts: Counter[str] = Counter()
    for candidate in planning.some_rows(planning.training, ROWS):
        found = planning.task.read(candidate)
        if found is not None and found.label is not None:
            counts[found.label.strip()] += 1
    return dict(counts)
