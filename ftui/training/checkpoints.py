"""Checkpoints on disk beside a log: at which step each was written."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ftui.training.diagnosis.inputs import Checkpoint
from ftui.training.metrics import TRAIN_LOSS
from ftui.training.run import Run

_MOST_ENTRIES = 10_000
_INSIDE = ("checkpoints", "ckpt", "ckpts", "weights")
_OF_LOGS = frozenset(("runs", "logs", "tensorboard", "tb_logs", "logging"))
"""Folders of logs inside an output folder: TensorBoard's lie two or three levels deep."""
_STEP = re.compile(
    r"(?:checkpoint|ckpt|global_step|steps?|iters?|batch|ba)[-_=]?(\d{1,12})(?!\d)"
    r"|^(\d{5,12})_adapters(?=\.)",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(?:epoch|ep)[-_=]?(\d{1,6})(?!\d)", re.IGNORECASE)
_NAMED_AS_ONE = re.compile(
    r"checkpoint|ckpt|^(?:global_)?steps?[-_=]?\d|^iters?[-_=]\d|epoch|^ep\d|adapter|ba\d", re.IGNORECASE
)
_ENDINGS = (".ckpt", ".pt", ".pth", ".bin", ".safetensors", ".gguf", ".h5", ".hdf5", ".keras", ".npz")


def checkpoints_of(run: Run) -> tuple[Checkpoint, ...]:
    """The checkpoints in the folder of a run's log, in its `checkpoints/`, or in the output folder above; by step.

    A name tells the step (`checkpoint-500`, `step_500`, `iter-000500-ckpt.pth`, `epoch=1-step=49.ckpt`), or the epoch
    (`epoch_2`), which the log's own epochs turn into a step. Folders that cannot be read hold none.
    """
    found: dict[int, Path] = {}
    logged: list[tuple[float, float]] | None = None
    for folder in output_folders(run.path):
        named = [(path, step, epoch) for path in _entries(folder) for step, epoch in [_told(path.name)]]
        epochs = [epoch for _, step, epoch in named if step is None and epoch is not None]
        for path, step, epoch in named:
            if step is None and epoch is not None:
                logged = _logged_epochs(run) if logged is None else logged
                # torchtune and Lightning count from 0: `epoch_0` is there after the first epoch.
                step = _step_after(logged, epoch + (1 if 0 in epochs else 0))
            if step is not None:
                found.setdefault(step, path)
    return tuple(Checkpoint(step, found[step]) for step in sorted(found))


def nearest(checkpoints: Sequence[Checkpoint], step: float) -> Checkpoint | None:
    """The checkpoint with the least distance to a step, of two the earlier; None where there are none."""
    return min(checkpoints, key=lambda each: (abs(each.step - step), each.step), default=None)


def output_folders(log: Path) -> list[Path]:
    """Where what belongs to a run may lie: in its log's folder, and in the output folder above; nowhere for stdin."""
    if str(log) == "-":
        return []
    folder = log if log.is_dir() else log.parent
    if folder.is_file():
        folder = folder.parent  # a run inside a database: `metrics.db/a-run`
    folders = [folder]
    if re.fullmatch(r"checkpoint[-_]\d+", folder.name):
        folders.append(folder.parent)
    if log.suffix and (own := log.with_suffix("")).is_dir():
        folders.append(own)  # `run.log` beside `run/`
    above = [folder, *list(folder.parents)[:2]]
    folders += [each.parent for each in above if each.name in _OF_LOGS]
    return list(dict.fromkeys(folders))


def _entries(folder: Path) -> Iterator[Path]:
    for place in (folder, *(folder / name for name in _INSIDE)):
        try:
            with os.scandir(place) as entries:
                names = sorted(each.name for each in islice(entries, _MOST_ENTRIES))
        except OSError:
            continue
        for name in names:
            if _NAMED_AS_ONE.search(name) and (name.lower().endswith(_ENDINGS) or (place / name).is_dir()):
                yield place / name


def _told(name: str) -> tuple[int | None, int | None]:
    """The step and the epoch that a name tells."""
    step, epoch = _STEP.search(name), _EPOCH.search(name)
    return (
        int(step[1] or step[2]) if step else None,
        int(epoch[1]) if epoch else None,
    )


def _logged_epochs(run: Run) -> list[tuple[float, float]]:
    """Epoch and step of every point of the training loss that tells its epoch."""
    series = run.series.get(TRAIN_LOSS)
    if series is None:
        return []
    return [(epoch, step) for epoch, step in zip(series.epoch, series.step, strict=True) if epoch == epoch]


def _step_after(logged: Sequence[tuple[float, float]], epoch: int) -> int | None:
    """The step at which so many epochs were over, by the log; None where it does not tell."""
    place = bisect_left(logged, (epoch - 1e-9, 0.0))
    if place < len(logged):
        return int(logged[place][1])
    return int(logged[-1][1]) if logged and logged[-1][0] > epoch - 0.1 else None
