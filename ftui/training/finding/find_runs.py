"""Which runs lie at the paths that a person named: a file is a run, a folder is searched.

Files of one output folder tell of one run: a console log, the newest `trainer_state.json` of its checkpoints, the event
files under `runs/`, `trainer_log.jsonl`. One of them is followed, the others complete it (`following/follow.py`):

1. `trainer_log.jsonl`, a wandb file or TensorBoard events: full precision, and written as training goes on;
2. a table or JSON lines;
3. a console log: every line at once, but four digits;
4. `trainer_state.json`: full precision, but only as of the last checkpoint;
5. `wandb-summary.json`: the last values.

Of these the first is taken that has at least half as many loss values as the fullest one. Files of one kind in one
folder (`a.log`, `b.log`) are runs of their own; two loggers of one run in two folders are one (`same_values.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ftui.training.finding.event_folders import EventRun, event_runs
from ftui.training.finding.log_files import LogFile, log_files
from ftui.training.finding.loss_count import losses_in
from ftui.training.finding.same_values import same_values
from ftui.training.finding.short_names import natural, short_names
from ftui.training.readers.config import plain_yaml
from ftui.training.readers.database import DatabaseReader, run_path
from ftui.training.readers.reader import Reader
from ftui.training.readers.registry import reader_for

MOST_RUNS = 64
"""Of one folder, the newest; and of one database."""
_CHECKPOINT = re.compile(r"checkpoint-\d+")
_WANDB_RUN = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-\w+")
_EVENT_FOLDERS = ("runs", "logs", "tensorboard", "tb_logs", "logging")
"""Where trainers put event files, below their output folder."""
_RANKS = {
    "llama-factory": 0,
    "wandb": 0,
    "tensorboard": 1,
    "lightning-csv": 2,
    "keras-csv": 2,
    "csv": 2,
    "jsonl": 2,
    "hf-state": 4,
    "wandb-summary": 5,
}
_CONSOLE = 3
_ALONE = ("mlflow", "trackio", "mlflow-db")
_KNOWN_NAMES = (
    "trainer_state.json",
    "trainer_log.jsonl",
    "metrics.csv",
    "metrics.jsonl",
    "wandb-summary.json",
)
"""Files that a trainer writes into its output folder under this very name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder, and the reader that it is for."""

    path: Path
    reader: type[Reader]


@dataclass(frozen=True, slots=True)
class FoundRun:
    """One run, and the files that tell of it."""

    name: str
    """Short, and no two of a search are the same."""
    path: Path
    """What is followed: the newest file of the best source. May lead into a database (`metrics.db/a-run`)."""
    reader: type[Reader]
    parts: tuple[Source, ...] = ()
    """More files with points of this run, to be read in this order before `path`; they may still grow (the folders
    that TensorBoard's `add_scalars` makes)."""
    siblings: tuple[Source, ...] = ()
    """Other tellings of the same run: what they say of the whole run is taken, and metrics that `path` has not."""
    elsewhere: tuple[Path, ...] = ()
    """Those of them that lie in another folder: they belong to this run as their losses are the same."""


@dataclass(frozen=True, slots=True)
class _Telling:
    """One log, or the event files of one run, before it is known what else tells of that run."""

    path: Path
    reader: type[Reader]
    written: float
    size: int
    place: Path
    """What it is named by: the file, or the folder of the event files."""
    parts: tuple[Path, ...] = ()
    elsewhere: bool = False
    """It lies in another folder, and has the same losses."""

    @property
    def rank(self) -> int:
        return _RANKS.get(self.reader.format, _CONSOLE)


_Group = tuple[tuple[str, ...], list[_Telling]]
"""The name of a run in full, and what tells of it."""


def find_runs(paths: Sequence[Path], losses: Sequence[str] = ()) -> list[FoundRun]:
    """The runs at these paths; a folder without any gives none. Raises OSError for what cannot be read at all.

    `losses` are the names that a person gave to the columns of a loss.
    """
    found: list[tuple[FoundRun, tuple[str, ...]]] = []
    for path in paths:
        found += _in_folder(path, losses) if path.is_dir() else _of_file(path)
    names = short_names([name for _, name in found])
    return [replace(run, name=name) for (run, _), name in zip(found, names, strict=True)]


def _of_file(path: Path) -> Iterator[tuple[FoundRun, tuple[str, ...]]]:
    reader = reader_for(path)
    if reader is None:
        return
    stored = reader.runs(path) if issubclass(reader, DatabaseReader) else []
    for run in stored[:MOST_RUNS]:
        yield FoundRun(run.name, run_path(path, run.key), reader), (path.name, run.name)
    if not stored:
        yield FoundRun(path.name, path, reader), (path.name,)


def _in_folder(folder: Path, losses: Sequence[str]) -> list[tuple[FoundRun, tuple[str, ...]]]:
    files = log_files(folder, losses)
    alone = [file for file in files if file.reader.format in _ALONE]
    runs = [(each.written, each) for each in alone]
    found: list[tuple[float, FoundRun, tuple[str, ...]]] = []
    for written, file in runs:
        for run, name in _of_file(file.path):
            own = plain_yaml(file.path / "meta.yaml").get("run_name") if file.path.is_dir() else None
            found.append((written, run, (str(own),) if own else (*_below(folder, file.path)[:-1], *name)))
    groups = list(_grouped(folder, [file for file in files if file.reader.format not in _ALONE]))
    for name, tellings in _merged(groups):
        found.append((max(each.written for each in tellings), _run(tellings), name))
    newest = sorted(found, key=lambda each: -each[0])[:MOST_RUNS]
    return [(run, name) for _, run, name in sorted(newest, key=lambda each: natural(each[2]))]


def _grouped(folder: Path, files: Iterable[LogFile]) -> Iterator[tuple[tuple[str, ...], list[_Telling]]]:
    """What tells of one run, with the name of the run in full."""
    events = event_runs([file for file in files if file.reader.format == "tensorboard"])
    homes: defaultdict[Path, list[_Telling]] = defaultdict(list)
    for file in files:
        if file.reader.format != "tensorboard":
            homes[_home(file.path)].append(
                _Telling(file.path, file.reader, file.written, file.size, file.path)
            )
    for run in events:
        homes[_home_of_events(run, homes)].append(_of_events(run))
    beside = _take_in_consoles(homes)
    for home, tellings in homes.items():
        together, apart = _one_run(home, tellings)
        if together and home in beside:
            # Named as before its folder held anything: a run keeps its name while it grows.
            yield _below(folder, beside[home]), together
        elif together:
            yield _below(folder, home) or (folder.resolve().name or str(folder),), together
        for each in apart:
            yield _below(folder, each.place) or (folder.resolve().name, each.path.name), [each]


def _merged(groups: list[_Group]) -> list[_Group]:
    """Runs of which two loggers told into two folders, as one: it keeps the name of the better log.

    Only loggers of different kinds, as of one kind each is a run; and consoles round their losses.
    """
    if len(groups) > MOST_RUNS:
        return groups  # all of them would have to be read
    merged: list[_Group] = []
    for name, tellings in sorted(groups, key=lambda group: min(each.rank for each in group[1])):
        held = next((held for _, held in merged if _two_loggers(held, tellings)), None)
        if held is None:
            merged.append((name, tellings))
        else:
            held += [replace(each, elsewhere=True) for each in tellings]
    return merged


def _two_loggers(one: list[_Telling], other: list[_Telling]) -> bool:
    if {each.rank for each in one} & {each.rank for each in other}:
        return False
    first, second = (min(several, key=lambda each: each.rank) for several in (one, other))
    if _CONSOLE in (first.rank, second.rank) or first.parts or second.parts:
        return False
    return same_values(
        (str(first.path), first.reader, first.size), (str(second.path), second.reader, second.size)
    )


def _take_in_consoles(homes: defaultdict[Path, list[_Telling]]) -> dict[Path, Path]:
    """Move each console log beside the output folder that it is named after (`run.log`, `run/`) into that folder.

    Gives those consoles by folder; one that has a console of its own takes none.
    """
    moved: dict[Path, Path] = {}
    for home in list(homes):
        for each in [one for one in homes[home] if one.rank == _CONSOLE]:
            own = each.path.with_suffix("")
            inside = homes.get(own, [])
            if own == each.path or not inside or any(one.rank == _CONSOLE for one in inside):
                continue
            if not any(one.rank == _RANKS["hf-state"] for one in inside):
                continue
            homes[home].remove(each)
            inside.append(each)
            moved[own] = each.path
    return moved


def _home(path: Path) -> Path:
    """The output folder that a log belongs to."""
    parent = path.parent
    if _CHECKPOINT.fullmatch(parent.name) and path.name == "trainer_state.json":
        return parent.parent
    if parent.name == "files" and _WANDB_RUN.fullmatch(parent.parent.name):
        return parent.parent
    return parent


def _home_of_events(run: EventRun, homes: defaultdict[Path, list[_Telling]]) -> Path:
    """The output folder above `runs/`, where something else tells of a run there; else the folder of the events."""
    for above in (run.folder, *list(run.folder.parents)[:3]):
        if above in homes and (
            above == run.folder or run.folder.relative_to(above).parts[0] in _EVENT_FOLDERS
        ):
            return above
    return run.folder


def _of_events(run: EventRun) -> _Telling:
    last = run.files[-1]
    size = sum(file.size for file in run.files)
    written = max(file.written for file in run.files)
    # Renamed files of several runs may lie in one folder.
    place = run.folder if last.path.name.startswith("events.") else last.path
    return _Telling(last.path, last.reader, written, size, place, tuple(file.path for file in run.files[:-1]))


def _one_run(home: Path, tellings: list[_Telling]) -> tuple[list[_Telling], list[_Telling]]:
    """Those that tell of the one run of a folder, and those that are runs of their own."""
    kinds: defaultdict[int, list[_Telling]] = defaultdict(list)
    for each in sorted(tellings, key=lambda each: each.written):
        kinds[each.rank].append(each)
    together: list[_Telling] = []
    apart: list[_Telling] = []
    for rank, several in sorted(kinds.items()):
        *older, newest = several
        if rank == _RANKS["hf-state"]:
            states = [each for each in several if each.path.name == "trainer_state.json"]
            together += states[-1:]
            apart += [each for each in several if each not in states]
        elif rank == _RANKS["tensorboard"]:
            belongs = newest.path.name.startswith("events.")
            together += [newest] if belongs else []
            apart += older if belongs else several
        elif not older and (
            rank == _CONSOLE or newest.path.name in _KNOWN_NAMES or _WANDB_RUN.match(home.name)
        ):
            together.append(newest)
        else:
            apart += several
    if len(together) == 1 and not _CHECKPOINT.fullmatch(together[0].path.parent.name):
        # Nothing joins it: a run that is named by its file, as those beside it.
        alone_in_folder = not apart and together[0].path.name in _KNOWN_NAMES
        if not alone_in_folder and not _WANDB_RUN.match(home.name):
            return [], [*together, *apart]
    return together, apart


def _run(tellings: list[_Telling]) -> FoundRun:
    ranked = sorted(tellings, key=lambda each: each.rank)
    best = ranked[0]
    if len(ranked) > 1:
        losses = [losses_in(each.path, each.reader, each.size) for each in ranked]
        best = next(each for each, count in zip(ranked, losses, strict=True) if 2 * count >= max(losses))
    return FoundRun(
        best.path.name,
        best.path,
        best.reader,
        tuple(Source(path, best.reader) for path in best.parts),
        tuple(Source(each.path, each.reader) for each in ranked if each is not best),
        tuple(each.path for each in ranked if each.elsewhere),
    )


def _below(folder: Path, path: Path) -> tuple[str, ...]:
    return path.relative_to(folder).parts
