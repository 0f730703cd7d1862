"""New checkpoints in a folder: each is sampled once, with the prompts with which the review was begun."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ftui.model.gguf import read_header
from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.backends.llama.guard import check_adapter, check_model
from ftui.review.sampling.job_events import Finished
from ftui.review.store import ReviewStore

INTERVAL = 2.0
"""Seconds between two looks; a checkpoint takes longer to write and minutes to make."""
DEEPEST = 3
"""Folders below the watched one in which checkpoints lie: out/checkpoint-500/adapter.gguf."""
_NOTE = "watched"
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?!.*\d)")
_LATER_PART = re.compile(r"-(?!00001)\d{5}-of-\d{5}\.gguf$")
Identity = tuple[int, int, int]


class Checkpoint(NamedTuple):
    """A file that stood still for two looks."""

    path: Path
    name: str
    """Relative to the watched folder, without .gguf."""
    identity: Identity
    """Size, time of the last change in nanoseconds, inode."""


class Watch:
    """Looks for checkpoints; what a review has seen of them is kept in the review."""

    def __init__(self, folder: Path, store: ReviewStore) -> None:
        self._folder = folder
        self._store = store
        self._last: dict[Path, Identity] = {}
        held: dict[str, dict[str, Any]] = store.note(_NOTE) or {}
        self._seen = held
        """Page to the file, its identity and its hash."""
        self._refused: dict[Path, Identity] = {}

    def poll(self) -> list[Checkpoint]:
        """Checkpoints that are new or changed and stood still since the last look, in the order of their numbers.

        Files that vanish, and a folder that is not there yet, are nothing to speak of.
        """
        now = dict(_files(self._folder))
        still = [path for path, identity in now.items() if self._last.get(path) == identity]
        self._last = now
        done = [each for each in self._seen.values() if each["done"]]
        known = {(each["path"], *each["identity"]) for each in done}
        found = [
            Checkpoint(path, self._name(path), now[path])
            for path in still
            if self._refused.get(path) != now[path] and (str(path), *now[path]) not in known
        ]
        return sorted(found, key=lambda each: (_number(each.name), each.identity[1], each.name))

    def page(self, checkpoint: Checkpoint, sha256: str) -> str | None:
        """The page of a checkpoint, another one for a file that was written over; None: the same bytes are done."""
        for page, each in self._seen.items():
            if each["sha256"] == sha256:
                return None if each["done"] else page
        page, number = checkpoint.name, 1
        while page in self._seen:
            number += 1
            page = f"{checkpoint.name} #{number}"
        return page

    def keep(self, checkpoint: Checkpoint, page: str, sha256: str, *, done: bool) -> None:
        """Remember whose page it is, and whether all of it is sampled."""
        self._seen[page] = {
            "path": str(checkpoint.path),
            "identity": [*checkpoint.identity],
            "sha256": sha256,
            "done": done,
        }
        self._store.set_note(_NOTE, self._seen)

    def refuse(self, checkpoint: Checkpoint) -> None:
        """Not to be looked at again before it changes."""
        self._refused[checkpoint.path] = checkpoint.identity

    def _name(self, path: Path) -> str:
        name = path.relative_to(self._folder).as_posix()[: -len(".gguf")]
        # A name that is no UTF-8 could neither be stored nor shown.
        return os.fsencode(name).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Following:
    """What a watch does with a checkpoint."""

    watch: Watch
    name: str
    """The checkpoints' name among the models."""
    base: ReviewModel | None
    sha256: Callable[[Path], str]
    sample: Callable[[ReviewModel, str], Finished]
    """A job with one model, for one page."""
    tell: Callable[[str], None]

    def follow(self, wait: Callable[[float], bool]) -> None:
        """Sample checkpoints as they come, until a job is cancelled or `wait(seconds)` says that it is to end."""
        while True:
            for checkpoint in self.watch.poll():
                if not self._one(checkpoint):
                    return
            if wait(INTERVAL):
                return

    def _one(self, checkpoint: Checkpoint) -> bool:
        """Whether to go on."""
        try:
            model = model_of(checkpoint.path, self.name, self.base)
            digest = self.sha256(checkpoint.path)
        except FtuiError as error:
            self.watch.refuse(checkpoint)
            if checkpoint.path.exists():
                self.tell(f"{error.message}; it is looked at again when it changes")
            return True
        page = self.watch.page(checkpoint, digest)
        if page is None:
            self.watch.refuse(checkpoint)
            return True
        self.watch.keep(checkpoint, page, digest, done=False)
        done = self.sample(model, page)
        if done.cancelled:
            return False
        if self.name in done.empty:
            self.watch.refuse(checkpoint)
        else:
            self.watch.keep(checkpoint, page, digest, done=True)
        return True


def model_of(checkpoint: Path, name: str, base: ReviewModel | None) -> ReviewModel:
    """What to load for a checkpoint: a model, or an adapter on its base.

    Raises FtuiError for a file whose weights are not all there, and for an adapter without a base that fits.
    """
    header = read_header(checkpoint)
    if header.metadata.get("general.type") != "adapter":
        check_model(checkpoint)
        return ReviewModel(name, gguf=checkpoint)
    if base is None or base.gguf is None:
        raise FtuiError(
            f"{checkpoint} is an adapter, and no base is named", "--model base=FILE.gguf names it"
        )
    check_adapter(checkpoint, read_header(base.gguf))
    return ReviewModel(name, gguf=base.gguf, adapter=checkpoint)


def _files(folder: Path) -> Iterator[tuple[Path, Identity]]:
    """Every GGUF file that is there now; of a model in parts the first."""
    for path in _gguf(folder, DEEPEST):
        try:
            stat = path.stat()
        except OSError:
            continue
        yield path, (stat.st_size, stat.st_mtime_ns, stat.st_ino)


def _gguf(folder: Path, deep: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.name.lower().endswith(".gguf") and not _LATER_PART.search(entry.name):
            if entry.is_file():
                yield entry
        elif deep and entry.is_dir() and not entry.is_symlink():
            yield from _gguf(entry, deep - 1)


def _number(name: str) -> float:
    """The last number in the name: step-100, checkpoint-500/adapter, epoch_2.5; -1 without one."""
    found = _NUMBER.search(name)
    return float(found[1]) if found else -1.0
