"""The SHA-256 of each file, computed in a thread while the rules run: hashlib lets go of the interpreter lock."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

_BLOCK = 1 << 20


class Hashes:
    """The digests of some files, in the background from the moment of construction."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = list(paths)
        self._found: list[str | None] = [None] * len(self._paths)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sha256", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for number, path in enumerate(self._paths):
            self._found[number] = self._digest(path)

    def _digest(self, path: Path) -> str | None:
        digest = hashlib.sha256()
        try:
            with path.open("rb", buffering=0) as file:
                while block := file.read(_BLOCK):
                    if self._stop.is_set():
                        return None
                    digest.update(block)
        except (
            OSError
        ):  # moved or removed since it was opened: the check itself goes on with the file as opened
            return None
        return digest.hexdigest()

    def result(self) -> list[str | None]:
        """One hexadecimal digest a file, None where the file is not there any more; waits for the thread."""
        self._thread.join()
        return self._found

    def stop(self) -> None:
        """Give up."""
        self._stop.set()
