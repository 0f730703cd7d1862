"""Guesses the splits: by the names of files and folders, and what is held out from what."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ftui.dataset.dataset import guess_split
from ftui.discover.data_files import SAMPLE, DataFile
from ftui.discover.proposal import Reason
from ftui.project.split_names import split_rank, usual_split

SHARDS = 3
"""So many files of one split in one folder are written as a pattern."""
UNUSUAL = (
    "its name says no usual split, so it is one of its own: correct that where it belongs to train or test"
)


def propose_splits(
    found: list[DataFile], folder: Path, toml: dict[str, dict[str, Any]], reasons: list[Reason]
) -> None:
    """The splits with their files, shards as a pattern."""
    splits: dict[str, list[DataFile]] = {}
    whys: dict[str, str] = {}
    for data in found:
        name, why = _split_of(data, folder, alone=len(found) == 1)
        splits.setdefault(name, []).append(data)
        whys.setdefault(name, why)
    _name_training(splits, whys)
    toml["splits"] = {}
    for name in sorted(splits, key=lambda each: (split_rank(each), each)):
        files = splits[name]
        named = _named([data.path for data in files], folder)
        toml["splits"][name] = named[0] if len(named) == 1 else named
        rows = sum(data.rows for data in files)
        more = " or more" if any(data.rows >= SAMPLE for data in files) else ""
        reasons.append(Reason("split", name, f"{', '.join(named)} ({rows}{more} rows): {whys[name]}"))


def _name_training(splits: dict[str, list[DataFile]], whys: dict[str, str]) -> None:
    """Beside held-out files the largest one without a usual name is what they are held out from."""
    odd = [name for name, why in whys.items() if why == UNUSUAL]
    if odd and "train" not in splits and {"validation", "test"} & splits.keys():
        name = max(odd, key=lambda each: sum(data.path.stat().st_size for data in splits[each]))
        splits["train"] = splits.pop(name)
        whys["train"] = "no file is named for training, and of the others this is the largest"


def _split_of(data: DataFile, folder: Path, *, alone: bool) -> tuple[str, str]:
    """The split of a file and why: by its name, by its folder's name, by its sections, or as the only one."""
    stem = guess_split(data.path)
    usual = usual_split(stem)
    if usual:
        return usual, "by the file name"
    for part in reversed(data.path.relative_to(folder).parts[:-1]):
        if usual_split(part):
            return str(usual_split(part)), "by the folder name"
    if len(data.sections) > 1:
        return stem, f"the file holds {len(data.sections)} splits itself: {', '.join(data.sections)}"
    if alone:
        return "train", "the only data file"
    return stem, UNUSUAL


def _named(paths: list[Path], folder: Path) -> list[str]:
    """The files relative to the folder; shards as one pattern where it stands for exactly these files."""
    names = [path.relative_to(folder).as_posix() for path in paths]
    parent = paths[0].parent
    if len(paths) < SHARDS or any(path.parent != parent for path in paths):
        return names
    stem = os.path.commonprefix([path.name for path in paths])  # noqa: RUF071 - of names, by character
    pattern = f"{stem}*{''.join(paths[0].suffixes)}"
    if stem and sorted(parent.glob(pattern)) == sorted(paths):
        return [(parent.relative_to(folder) / pattern).as_posix()]
    return names
