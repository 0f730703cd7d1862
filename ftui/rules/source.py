"""How another process opens the same rows: the same files, and the edits that are not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project


@dataclass(frozen=True, slots=True)
class Source:
    """What a worker process is told; small and picklable."""

    paths: tuple[str, ...]
    project: Project
    cursor: int = 0
    """The journal's cursor: with 0, the files as they are on disk."""
    bases: Mapping[str, str] = field(default_factory=dict)
    """Path to other bytes to read as that file: those it had before a save of this session."""

    @classmethod
    def of(
        cls, dataset: Dataset, project: Project, cursor: int = 0, bases: Mapping[str, str] | None = None
    ) -> Source:
        """The source of a dataset that is open here."""
        paths = tuple(str(document.path) for document in dataset.documents)
        return cls(paths, project, cursor, dict(bases or {}))

    def open(self) -> Dataset:
        """The dataset with every record found and the edits up to the cursor laid over it."""
        dataset = Dataset.open(self.paths, self.project, self.bases)
        for document in dataset.documents:
            document.build_index(lambda _done, _total: None, lambda: False)
        if self.cursor:
            from ftui.dataset.session import Session

            Session.at(dataset, self.cursor)
        return dataset
