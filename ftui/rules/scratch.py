"""A check's folder for large arrays, held by a lock; those of killed checks are removed by the next one."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.store.lock import HeldElsewhereError, Lock

_PREFIX = "ftui-check-"
_LOCK = "lock"


class Scratch:
    """A folder that goes with `remove`, or with the process: then the next check finds that nobody holds it."""

    def __init__(self) -> None:
        _remove_abandoned(Path(tempfile.gettempdir()))
        while True:
            self.path = tempfile.mkdtemp(prefix=_PREFIX)
            lock = Path(self.path) / _LOCK
            with suppress(HeldElsewhereError):
                self._lock = Lock.acquire(lock)
                if self._lock.is_of(lock):
                    return
                self._lock.release()
            # Another check found the file before we held it, and took the folder for abandoned.

    def remove(self) -> None:
        """Remove the folder with all that is in it; a second call does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()


def _remove_abandoned(folder: Path) -> None:
    for lock in folder.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            if lock.parent.stat().st_uid != os.getuid():
                continue
            held = Lock.acquire(lock)
        except (OSError, FtuiError, HeldElsewhereError):
            continue
        shutil.rmtree(lock.parent, ignore_errors=True)
        held.release()
