"""A file that is there in full or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ftui.project.errors import FtuiError


def write_whole(path: Path, text: str) -> None:
    """Write a text file in one step; raises FtuiError, and leaves nothing behind then."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[-100:]}.")
        try:
            with open(handle, "w", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - a descriptor
                file.write(text)
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(0o666 & ~umask)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror}", "name a file that can be written") from error
