"""`ftui split`: training, validation and test rows with nothing in common, and with what is known about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.selection.assign import BETWEEN, COPY, assign, by_hash, by_time, copies, group_keys
from ftui.selection.known_rows import By, KnownRows, look
from ftui.selection.splitting import Part, Splitting
from ftui.selection.write import check_free, targets, write_rows
from ftui.text.dates import shown

NAMES = ("train", "validation", "test")


@dataclass(frozen=True)
class Wanted:
    """How to split."""

    shares: tuple[float, ...]
    """Of training, validation and test; a share of 0 makes no such file."""
    by: By = "stratified"
    seed: int = 0


def split(
    dataset: Dataset,
    project: Project,
    wanted: Wanted,
    folder: Path,
    *,
    jobs: int = 0,
    progress: engine.Progress | None = None,
) -> Splitting:
    """Write the splits of a dataset into a folder; nothing is overwritten. Raises FtuiError."""
    names = [name for name, share in zip(NAMES, wanted.shares, strict=True) if share > 0]
    if len(names) < 2:
        raise FtuiError("one split takes everything", "give two or three shares: --ratio 80/10/10")
    files = {name: targets(dataset, folder, name) for name in names}
    check_free(path for each in files.values() for path in each.values())
    known = look(dataset, project, wanted.by, jobs, progress)
    shares = [share for share in wanted.shares if share > 0]
    placed = _place(known, wanted, shares)
    found = _report(dataset, known, placed, names, wanted)
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(found.parts):
        chosen = np.flatnonzero(placed == number)
        rows = list(zip(known.ties.file[chosen].tolist(), known.ties.row[chosen].tolist(), strict=True))
        for of, path in files[part.name].items():
            own = rows if len(of) == len(dataset.documents) else [each for each in rows if each[0] in of]
            if own:
                write_rows(dataset, of, own, path)
                part.paths.append(str(path))
    return found


def _place(known: KnownRows, wanted: Wanted, shares: Sequence[float]) -> NDArray[np.int8]:
    ties = known.ties
    if known.times is not None:
        preferred = by_time(known.times, ~copies(ties.content), shares)
        return assign(ties, preferred, fixed=True)
    keys = ties.content
    if known.groups:
        keys = group_keys(keys, known.groups[0].codes, known.groups[0].names)
    return assign(ties, by_hash(keys, shares, wanted.seed), fixed=False)


def _report(
    dataset: Dataset, known: KnownRows, placed: NDArray[np.int8], names: Sequence[str], wanted: Wanted
) -> Splitting:
    ties, labels = known.ties, known.labels
    parts = []
    for number, name in enumerate(names):
        codes = labels.codes[(placed == number) & (labels.codes >= 0)]
        counts = np.bincount(codes, minlength=len(labels.names)).tolist()
        classes = Counter({labels.names[at]: count for at, count in enumerate(counts) if count})
        part = Part(name, int((placed == number).sum()), classes)
        if known.times is not None:
            held = known.times[(placed == number) & ~np.isnan(known.times)]
            if len(held):
                part.first, part.last = (shown(int(each)) for each in (held.min(), held.max()))
        parts.append(part)
    found = Splitting(
        by=wanted.by,
        seed=wanted.seed,
        rows=known.total,
        unreadable=known.total - len(ties),
        parts=parts,
        copies=int((placed == COPY).sum()),
        between=int((placed == BETWEEN).sum()),
        groups=int((~ties.alone).sum()),
        crossing=ties.crossing(placed),
    )
    why = {COPY: "an earlier row says the same", BETWEEN: "it resembles rows of two splits"}
    for at in np.flatnonzero(placed < 0).tolist():
        path = dataset.documents[int(ties.file[at])].display_path
        found.left_out.append({"path": path, "row": int(ties.row[at]), "reason": why[int(placed[at])]})
    found.notes = _notes(found, known, wanted)
    return found


def _notes(found: Splitting, known: KnownRows, wanted: Wanted) -> list[str]:
    notes = []
    if known.groups and known.group_columns is not None:
        notes.append(f"rows of one group stay together ({', '.join(known.group_columns.names)})")
    if known.time_column is not None and wanted.by != "time":
        notes.append(f"rows are dated ({known.time_column.name}): --by time keeps the newest for the test")
    if known.times is not None and (undated := int(np.isnan(known.times).sum())):
        notes.append(f"{undated:,} rows without a readable date are in {found.parts[0].name}")
    total = sum(part.rows for part in found.parts)
    sizes = [share for share in wanted.shares if share > 0]
    for part, share in zip(found.parts, sizes, strict=True):
        lacking = [name for name in found.parts[0].classes if not part.classes[name]] if part.classes else []
        if lacking:
            some = ", ".join(lacking[:3]) + (" …" if len(lacking) > 3 else "")
            notes.append(
                f"{len(lacking)} classes have no row in {part.name} ({some}): too rare, or another --seed"
            )
        wanted_share = share / sum(sizes)
        if total >= 200 and abs(part.rows / total - wanted_share) > 0.05:
            notes.append(
                f"{part.name} has {part.rows / total:.0%} of the rows, not {wanted_share:.0%}: large groups stay whole"
            )
    return notes
