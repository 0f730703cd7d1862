"""The file that asks a training loop to stop, as the loop sees it. Imports nothing but the standard library."""

from __future__ import annotations

import os
from pathlib import Path

_MOST_READ = 4096
"""Bytes of the file that are read: a stop file is a line or a small JSON object, whoever wrote it."""


def stop_requested(path: str | os.PathLike[str]) -> bool:
    """Whether the file is there: `if stop_requested("run/stop"): break`.

    A loop that may be started again beside the file of its last run takes a `StopFile` instead.
    """
    return Path(path).exists()


class StopFile:
    """A stop file watched by one training run: what lay there before the run began is not meant for it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._before = self._state()

    def set_aside(self) -> Path | None:
        """Rename the file of an earlier run, so that it can be written for this one; where it went, None without one.

        Raises OSError.
        """
        if self._before is None:
            return None
        aside = self.path.with_name(f"{self.path.name}.earlier")
        self.path.replace(aside)
        self._before = None
        return aside

    def requested(self) -> bool:
        """Whether the file has come, or was written again, since the run began."""
        state = self._state()
        return state is not None and state != self._before

    def text(self) -> str:
        """What the file says, as one line; empty where it cannot be read."""
        try:
            with self.path.open("rb") as file:
                return " ".join(file.read(_MOST_READ).decode("utf-8", "replace").split())
        except OSError:
            return ""

    def _state(self) -> tuple[int, int, int] | None:
        """What tells one file from the next at this path: clocks of two machines are not compared."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
