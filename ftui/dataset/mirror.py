"""A dataset as another process has it open, unsaved edits included: what a worker reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ftui.dataset.dataset import Dataset
from ftui.dataset.in_force import InForce
from ftui.project.errors import FtuiError
from ftui.store.fingerprint import Fingerprint
from ftui.store.journal import Journal


class Ticket(NamedTuple):
    """What another process needs to see the same rows; plain values, so that it travels as JSON."""

    journal: str
    """Empty while nothing was ever edited or accepted."""
    session: int
    cursor: int
    bases: dict[str, str]
    """Path to the file whose bytes the row numbers refer to; for Dataset.open."""
    versions: dict[str, str]
    """Path to the fingerprint of these bytes. Where it changes, the worker opens its dataset anew."""


class Mirror:
    """A dataset that follows the session of another process; nothing is written."""

    def __init__(self, dataset: Dataset, ticket: Ticket) -> None:
        """Raises FtuiError when the dataset does not hold the bytes that the ticket speaks of."""
        for document in dataset.documents:
            version = ticket.versions.get(str(document.path))
            if version and not document.base.same_content(Fingerprint.load(version)):
                raise FtuiError(f"{document.display_path} changed on disk", "reload it and replay your edits")
        self.dataset = dataset
        self._force = InForce(dataset)
        self._journal: Journal | None = None
        self.follow(ticket)

    @property
    def accepted(self) -> Mapping[str, str]:
        """Accepted findings: key to reason."""
        return self._force.accepted

    def follow(self, ticket: Ticket) -> None:
        """Lay the steps over the rows that are in force there now."""
        if not ticket.journal:
            return
        if self._journal is None:
            self._journal = Journal(Path(ticket.journal), read_only=True)
            self._force.load(self._journal)
        fresh = self._journal.heads(ticket.session, ticket.cursor)
        while (newest := self._force.entries[-1:]) and (newest[0].sequence, newest[0].at) not in fresh:
            self._force.pop()
        for entry in self._journal.entries(ticket.session, self._force.cursor, ticket.cursor):
            self._force.push(entry)
        self._force.load_accepted(self._journal)

    def close(self) -> None:
        """Let go of the journal; the dataset stays open."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
