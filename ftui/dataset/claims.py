"""What a session claims for itself among ftui processes: its place in the journal, and the right to save a file."""

from __future__ import annotations

from pathlib import Path

from ftui.dataset.document import Document
from ftui.dataset.save import Conflict
from ftui.store.lock import HeldElsewhereError, Lock, data_lock, session_lock


class Claims:
    """The locks of one session; `folder` is where lock files are. The kernel frees them when the process dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, Lock] = {}
        self._session: Lock | None = None

    def hold_session(self, session: int) -> None:
        """Hold a session of the journal, so that nobody else takes it up; the one held before is let go."""
        lock = Lock.acquire(session_lock(self.folder, session))
        self.take_over(lock)

    def take_over(self, lock: Lock | None) -> None:
        """Hold a session through a lock taken already."""
        if self._session:
            self._session.release()
        self._session = lock

    def holder(self, document: Document) -> int:
        """Claim the right to save a file; the process that has it (-1: unknown), 0 when it is ours."""
        path = str(document.path)
        if path not in self._files:
            try:
                self._files[path] = Lock.acquire(data_lock(self.folder, document.path))
            except HeldElsewhereError as error:
                return error.pid or -1
        return 0

    def require(self, document: Document) -> None:
        """Claim the right to save a file; raises Conflict when another process has it."""
        holder = self.holder(document)
        if holder:
            who = f"process {holder}" if holder > 0 else "another process"
            why = f"{document.display_path} is open in another ftui with edits ({who})"
            raise Conflict("held-elsewhere", [document.path], why)

    def forget_session(self, session: int) -> None:
        """Remove the lock file of a session that is over; its number is never used again."""
        session_lock(self.folder, session).unlink(missing_ok=True)

    def release(self) -> None:
        """Let everything go."""
        self.take_over(None)
        for lock in self._files.values():
            lock.release()
        self._files.clear()
