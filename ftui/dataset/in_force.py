"""The steps in force: a stack of entries, laid over the documents, the acceptances and the reviewed marks."""

from __future__ import annotations

from collections.abc import Iterable

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.reviews import Reviews
from ftui.store.entry import Accepted, Change, Entry, Marked
from ftui.store.journal import Journal


class InForce:
    """What undo would take back, newest last. Only memory: the journal comes first."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.entries: list[Entry] = []
        self.accepted: dict[str, str] = {}
        """Accepted findings: key to reason."""
        self.reviews = Reviews(dataset)

    @property
    def cursor(self) -> int:
        """The number of the newest entry; 0 at the beginning."""
        return self.entries[-1].sequence if self.entries else 0

    @property
    def before(self) -> int:
        """The cursor once the newest entry is taken back."""
        return self.entries[-2].sequence if len(self.entries) > 1 else 0

    def push(self, entry: Entry) -> None:
        """Lay one more entry over what is there."""
        for change in entry.changes:
            document = self._document_of(change)
            if document:
                document.overlay.push(change)
            else:
                self._mark(change, undone=False)
        self.entries.append(entry)

    def pop(self) -> Entry:
        """Take the newest entry off."""
        entry = self.entries.pop()
        for change in reversed(entry.changes):
            document = self._document_of(change)
            if document:
                document.overlay.pop(change)
            else:
                self._mark(change, undone=True)
        return entry

    def start_over(self, journal: Journal, entries: Iterable[Entry]) -> None:
        """Lay these entries over documents without edits."""
        self.entries = []
        for document in self._dataset.documents:
            document.without_edits()
        self.reviews.forget_session()
        self.reviews.load(journal)
        for entry in entries:
            self.push(entry)
        self.load_accepted(journal)

    def load(self, journal: Journal) -> None:
        """Read what earlier sessions accepted and reviewed."""
        self.reviews.load(journal)
        self.load_accepted(journal)

    def load_accepted(self, journal: Journal) -> None:
        """Read the acceptances that hold now, whoever made them."""
        self.accepted.clear()
        self.accepted.update((key, acceptance.reason) for key, acceptance in journal.acceptances().items())

    def _document_of(self, change: Change) -> Document | None:
        """The open document whose rows a change touches; None for marks, and for files not open here."""
        if isinstance(change, Accepted | Marked):
            return None
        return next((d for d in self._dataset.documents if str(d.path) == change.path), None)

    def _mark(self, change: Change, *, undone: bool) -> None:
        if isinstance(change, Accepted):
            reason = change.previous if undone else change.reason
            if reason is None:
                self.accepted.pop(change.key, None)
            else:
                self.accepted[change.key] = reason
        elif isinstance(change, Marked):
            self.reviews.mark(change, undone=undone)
