"""The runs at the paths that a person named, by the names they are shown under; those that are not there yet, too."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftui.training.finding.find_runs import FoundRun
    from ftui.training.readers.reader import Reader

STDIN = Path("-")


def runs_at(paths: Iterable[Path], losses: Sequence[str] = ()) -> dict[str, FoundRun | Path]:
    """Name → run; a path where nobody knows (yet) what it is stands for itself. Never raises for what lies there.

    `losses` are the names that a person gave to the columns of a loss.
    """
    found: dict[str, FoundRun | Path] = {}
    for path in paths:
        for name, each in _at(path, losses):
            found[_free(name, found)] = each
    return found


def same_run(one: FoundRun | Path, other: FoundRun | Path) -> bool:
    """Whether one follower serves both; a file that is recognised now was recognised by its follower too."""
    if isinstance(one, Path) or isinstance(other, Path):
        paths = [each if isinstance(each, Path) else each.path for each in (one, other)]
        more = [each for each in (one, other) if not isinstance(each, Path) and each.parts]
        return paths[0] == paths[1] and not more
    return (one.path, one.parts) == (other.path, other.parts)


def siblings_of(found: FoundRun | Path) -> list[tuple[Path, type[Reader]]]:
    """The other logs of the same run."""
    return [] if isinstance(found, Path) else [(each.path, each.reader) for each in found.siblings]


def _at(path: Path, losses: Sequence[str]) -> Iterator[tuple[str, FoundRun | Path]]:
    """The runs of a folder or of a database; a file is one run, called as it was named."""
    from ftui.training.finding.find_runs import find_runs  # 40 ms, which a screen does not wait for

    runs: list[FoundRun] = []
    if path != STDIN:
        with suppress(OSError):
            runs = find_runs([path], losses)
    if os.path.isdir(path) or len(runs) > 1:  # noqa: PTH112 - of a folder that may not be entered, too
        yield from ((each.name, each) for each in runs)
    else:
        yield "stdin" if path == STDIN else os.fspath(path), runs[0] if runs else path


def _free(name: str, taken: Iterable[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} #{number}"
    return free
