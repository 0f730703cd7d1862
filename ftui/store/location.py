"""Where `.ftui/` is: beside the project or the file, or in the state folder where neither can be written."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ftui.project.errors import FtuiError

FOLDER = ".ftui"


@dataclass(frozen=True, slots=True)
class Location:
    """One `.ftui/` folder and what stands where in it."""

    folder: Path

    @property
    def journal(self) -> Path:
        return self.folder / "journal.db"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"


def locate(folder: Path) -> Location:
    """The `.ftui/` of a folder: its own if there, else the one in the state folder; creates nothing."""
    beside, away = folder / FOLDER, state_folder(folder)
    usable = beside.is_dir() and os.access(beside, os.W_OK)
    return Location(away if not usable and away.is_dir() else beside)


def prepare(folder: Path) -> Location:
    """The `.ftui/` of a folder, created with a .gitignore inside; raises FtuiError without a place."""
    failures: list[OSError] = []
    for candidate in (folder / FOLDER, state_folder(folder)):
        try:
            _create(candidate)
            return Location(candidate)
        except OSError as error:
            failures.append(error)
    raise FtuiError(
        f"no place to keep edits: {failures[0].strerror} ({folder / FOLDER}), {failures[1].strerror}",
        "make the folder writable, or set XDG_STATE_HOME to a folder that is",
    )


def state_folder(folder: Path) -> Path:
    """The stand-in for a folder that cannot be written, named by a hash of its path."""
    home = os.environ.get("XDG_STATE_HOME")
    base = Path(home) if home else Path("~/.local/state").expanduser()
    return base / "ftui" / sha256(os.fsencode(folder.absolute())).hexdigest()[:16]


def _create(folder: Path) -> None:
    for name in ("backups", "locks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(b"")
    finally:
        with suppress(FileNotFoundError):
            probe.unlink()
