"""SHA-256 of model files, computed once: 40 GB take half a minute from a fast disk and ten from a slow one."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ftui.model.gguf_tensors import part_path
from ftui.project.errors import FtuiError

FILE = "file-hashes.json"
_BLOCK = 4 << 20
_MOST_KEPT = 1000
_MOST_PARTS = 1000

Stamp = tuple[int, ...]
"""Size, time of the last change in nanoseconds and inode, of every part of a model."""
OnBytes = Callable[[Path, int, int], None]
"""Called with the file, the bytes so far and in all; what it raises ends the hashing."""


def model_sha256(path: Path, on_bytes: OnBytes, folder: Path | None = None) -> str:
    """The hash of a model's file; of a model in several files the hash of their hashes. Raises FtuiError as below."""
    parts = _parts(path)
    if len(parts) == 1:
        return file_sha256(path, on_bytes, folder)
    hashes = [file_sha256(part, on_bytes, folder) for part in parts]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def stamp(path: Path) -> Stamp | None:
    """By what a model that was written over is told from the one that was hashed; None where it is gone."""
    try:
        return tuple(number for part in _parts(path) for number in _identity(part))
    except OSError:
        return None


def _parts(path: Path) -> list[Path]:
    """The files that a model is made of; asked before each prompt, so a file of its own is told by its name."""
    if part_path(path, 1) is None:
        return [path]
    parts = [part for number in range(1, _MOST_PARTS) if (part := part_path(path, number)) and part.is_file()]
    return parts if len(parts) > 1 else [path]


def file_sha256(path: Path, on_bytes: OnBytes, folder: Path | None = None) -> str:
    """The hash of a file as hexadecimal digits, remembered in `folder` by path, size, time, and inode.

    Raises FtuiError for a file that cannot be read, or that is still being written.
    """
    try:
        before = _identity(path)
        known = _read(folder)
        held = known.get(str(path.absolute()))
        if held is not None and held[:-1] == before:
            return str(held[-1])
        digest = _digest(path, on_bytes)
        if _identity(path) != before:
            raise FtuiError(
                f"{path} changed while it was being read", "wait until it is written, then sample again"
            )
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror}", "name a file that can be read") from error
    if folder is not None:
        _write(folder, {**known, str(path.absolute()): [*before, digest]})
    return digest


def _identity(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def _digest(path: Path, on_bytes: OnBytes) -> str:
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    block = bytearray(_BLOCK)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            digest.update(memoryview(block)[:count])
            done += count
            on_bytes(path, done, total)
    return digest.hexdigest()


def _read(folder: Path | None) -> dict[str, list[int | str]]:
    """What is remembered; a file that somebody broke is nothing remembered."""
    if folder is None:
        return {}
    try:
        found = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and all(isinstance(each, list) for each in found.values()) else {}


def _write(folder: Path, known: dict[str, list[int | str]]) -> None:
    """Whole or not at all; where it cannot be written the hash is computed again next time."""
    kept = dict([*known.items()][-_MOST_KEPT:])
    with suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}-")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(kept, file)
            Path(name).replace(folder / FILE)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
