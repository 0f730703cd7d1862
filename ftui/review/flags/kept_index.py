"""The index of training answers as files in `.ftui`, named by what the data files are; mapped, not read."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.review.flags import grams
from ftui.rules.reading import Run
from ftui.rules.row_index.shingles import U64
from ftui.store.fingerprint import fingerprint
from ftui.store.location import prepare

FORMAT = 1
FOLDER = "training-answers"
KEPT_FROM = 20_000
"""Rows below which building takes less than a second."""
_PARTS = ("answers", "pairs")
_OURS = re.compile(rf"[0-9a-f]{{16}}\.(?:{'|'.join(_PARTS)})\.npy")


def place(dataset: Dataset, parts: Sequence[Run], project: Project, every: int) -> Path | None:
    """Where the index of these rows is or goes, without its ending; None where it is not worth keeping."""
    if sum(part.rows for part in parts) < KEPT_FROM:
        return None
    if any(dataset.documents[part.file].overlay for part in parts):
        return None  # edits that are not saved yet
    key = blake2b(repr((FORMAT, grams.SIZE, grams.WINDOW, every)).encode(), digest_size=8)
    try:
        for part in parts:
            path = dataset.documents[part.file].path
            size, changed, _, ends = fingerprint(path)
            key.update(repr((str(path), size, changed, ends, part.start, part.stop)).encode())
        folder = prepare(project.root).folder / FOLDER
        if folder.is_symlink():
            return (
                None  # the data may be anybody's, and it may lead anywhere: files of the folder are removed
            )
        folder.mkdir(exist_ok=True)
    except (OSError, FtuiError):
        return None
    return folder / key.hexdigest()


def load(at: Path) -> tuple[U64, U64] | None:
    """The two arrays, mapped; None where they are not there or not what they should be."""
    found: list[U64] = []
    for name in _PARTS:
        try:
            held = np.load(at.with_suffix(f".{name}.npy"), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        if held.dtype != np.uint64 or held.ndim != 1:
            return None
        found.append(held)
    return found[0], found[1]


def save(at: Path, answers: U64, pairs: U64) -> tuple[U64, U64]:
    """Write both, whole or not at all, in place of those of an earlier version of the files; the arrays, mapped."""
    with suppress(OSError):  # a full disk: the index is held in memory then
        for old in at.parent.glob("*.npy"):
            if _OURS.fullmatch(old.name) and not old.name.startswith(at.name):
                old.unlink(missing_ok=True)
        for name, held in zip(_PARTS, (answers, pairs), strict=True):
            part = at.with_suffix(f".{name}.{os.getpid()}")
            try:
                with part.open("xb") as file:
                    np.save(file, held, allow_pickle=False)
                part.replace(at.with_suffix(f".{name}.npy"))
            finally:
                part.unlink(missing_ok=True)
    return load(at) or (answers, pairs)
