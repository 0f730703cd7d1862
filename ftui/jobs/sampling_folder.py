"""Which review a run adds to: the newest with the same models under the same settings, else a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review import location
from ftui.review.sampling.job_tasks import Entry
from ftui.review.store import ReviewStore


def going_on(root: Path, entries: Sequence[Entry]) -> Path | None:
    """The newest review, if what it holds was sampled just as these models would be now.

    Samples of other settings in one review would be counted together.
    """
    try:
        folder = location.newest(root)
        store = ReviewStore.open(folder)
    except FtuiError:
        return None
    try:
        known = store.models()
    except FtuiError:
        return None
    finally:
        store.close()
    shared = [(entry, known[entry.model.name]) for entry in entries if entry.model.name in known]
    return folder if shared and all(_same(entry, record) for entry, record in shared) else None


def held(folder: Path | None) -> int:
    """Samples that a review holds."""
    if folder is None:
        return 0
    try:
        store = ReviewStore.open(folder)
    except FtuiError:
        return 0
    try:
        return len(store.finished())
    finally:
        store.close()


def _same(entry: Entry, record: Mapping[str, Any]) -> bool:
    model = entry.model
    files = {"gguf": model.gguf, "adapter": model.adapter, "shots": model.shots}
    return (
        record.get("settings") == entry.settings.plain()
        and all(record.get(name) == (None if path is None else str(path)) for name, path in files.items())
        and (record.get("server"), record.get("system")) == (model.server, model.system)
        and not record.get("page")
    )
