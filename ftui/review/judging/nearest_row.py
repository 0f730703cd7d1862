"""The training row nearest to an output, looked for while a person waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import never, no_progress
from ftui.project.errors import FtuiError
from ftui.project.settings import Project

if TYPE_CHECKING:
    from ftui.review.flags.training_answers import TrainingAnswers


class NearestRow:
    """Reads the training answers at the first question; a million rows take 15 s, later questions milliseconds."""

    def __init__(self, project: Project, dataset: Callable[[], Dataset]) -> None:
        self.project = project
        self._dataset = dataset
        self._index: TrainingAnswers | None = None
        self._lock = threading.Lock()

    def __call__(self, output: str, prompt: str) -> dict[str, str]:
        """Title to text: which row, how near, its prompt and its answer. Raises FtuiError where there is no data."""
        with self._lock:
            if self._index is None:
                self._index = self._read()
            near = self._index.nearest(output, prompt)
        if near is None:
            return {
                "none": "No training row shares a pair of words with this output that is not in very many rows."
            }
        return {
            "name": f"{near.path} row {near.row:,} ({near.split})",
            "how near": f"{near.similarity:.0%} of the words and pairs of words are the same.",
            "prompt": near.prompt,
            "answer": near.answer,
        }

    def _read(self) -> TrainingAnswers:
        from ftui.review.flags.training_answers import TrainingAnswers

        if not self.project.splits:
            raise FtuiError(
                "no training file is known to look in",
                "name it in ftui.toml, or run `ftui init` in the project",
            )
        dataset = self._dataset()
        for document in dataset.documents:
            if not document.complete:
                document.build_index(no_progress, never)
        return TrainingAnswers.of(dataset, self.project)
