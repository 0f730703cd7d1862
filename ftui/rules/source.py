"""How another process opens the same rows: the same files, and the edits that are not saved yet."""

from __future__ import annotations

from dataclasses import dataclass

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import never, no_progress
from ftui.dataset.mirror import Mirror, Ticket
from ftui.project.settings import Project


@dataclass(frozen=True, slots=True)
class Source:
    """What a worker process is told; small and picklable."""

    paths: tuple[str, ...]
    project: Project
    ticket: Ticket | None = None
    """Which edits to lay over the files; None: the files as they are on disk."""

    @classmethod
    def of(cls, dataset: Dataset, project: Project, ticket: Ticket | None = None) -> Source:
        """The source of a dataset that is open here."""
        return cls(tuple(str(document.path) for document in dataset.documents), project, ticket)

    def open(self) -> Dataset:
        """The dataset with every record found and the edits of the ticket laid over it."""
        dataset = Dataset.open(self.paths, self.project, self.ticket.bases if self.ticket else None)
        for document in dataset.documents:
            document.build_index(no_progress, never)
        if self.ticket is not None:
            Mirror(dataset, self.ticket).close()
        return dataset
