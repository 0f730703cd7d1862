"""A file that is there in full or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from ftui.project.errors import FtuiError


def write_whole(path: Path, text: str) -> None:
    """Write a text file in one step, through a link to where that leads.

    A lone surrogate, which no file can carry, becomes a question mark. Raises FtuiError, and leaves nothing behind, for
    a file that cannot be written or is no plain one (a device).
    """
    from ftui.store.text_file import write_in_one_step

    if path.exists() and not path.is_file():
        raise FtuiError(f"{path}: not a plain file", "name a file that can be written")
    try:
        write_in_one_step(Path(os.path.realpath(path)), text.encode("utf-8", "replace"))
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror}", "name a file that can be written") from error
