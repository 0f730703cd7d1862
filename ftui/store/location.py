"""Where `.ftui/` is: beside the project or the file, or in the state folder where neither can be written."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.project.locations import state_dir

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
    return state_dir() / sha256(os.fsencode(folder.absolute())).hexdigest()[:16]


def _create(folder: Path) -> None:
    """Make the folder, closed to all but its owner and group: the journal holds texts of files that may be private."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o770, exist_ok=True)
    for name in ("backups", "locks"):
        (folder / name).mkdir(exist_ok=True)
    with suppress(FileExistsError), (folder / ".gitignore").open("x") as ignore:
        ignore.write("*\n")
    probe = folder / f".probe-{os.getpid()}"
    with suppress(FileExistsError):
        probe.open("xb").close()
    probe.unlink(missing_ok=True)
