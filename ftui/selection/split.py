"""`ftui split`: training, validation and test rows with nothing in common, and with what is known about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, RuleSettings
from ftui.rules import engine, meta_columns, reading
from ftui.rules.balance.production import named
from ftui.rules.leakage import groups as group_leak
from ftui.rules.leakage import temporal as temporal_leak
from ftui.rules.leakage.groups import GroupColumns, groups_of
from ftui.rules.leakage.temporal import TimeColumn
from ftui.rules.row_index.shingles import I64
from ftui.rules.rule import Context
from ftui.selection.assign import BETWEEN, COPY, assign, by_hash, by_time, copies, group_keys
from ftui.selection.row_columns import Coded, coded
from ftui.selection.ties import Ties, ties_of
from ftui.selection.write import check_free, targets, write_rows
from ftui.text.dates import shown

By = Literal["stratified", "time", "group"]
NAMES = ("train", "validation", "test")
THRESHOLD = 0.75
"""Shingle Jaccard from which rows stay together: below LEK002's, as each file has template words of its own."""


@dataclass(frozen=True)
class Wanted:
    """How to split."""

    shares: tuple[float, ...]
    """Of training, validation and test; a share of 0 makes no such file."""
    by: By = "stratified"
    seed: int = 0


@dataclass
class Part:
    """One split that was made."""

    name: str
    rows: int
    classes: Counter[str]
    paths: list[str] = field(default_factory=list)
    first: str = ""
    """Of dated rows, the oldest and the newest moment."""
    last: str = ""


@dataclass
class Splitting:
    """What a split came to."""

    by: str
    seed: int
    rows: int
    unreadable: int
    parts: list[Part]
    copies: int
    between: int
    """Rows left out because they are tied to rows of two splits."""
    groups: int
    """How many ties of several rows there are: copies, near copies, one prompt, one group."""
    crossing: int
    """Ties between rows of two splits that were written: always 0."""
    left_out: list[dict[str, Any]] = field(default_factory=list)
    """Each row that is in no split, with the reason."""
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report."""
        return {
            "by": self.by,
            "seed": self.seed,
            "rows": self.rows,
            "unreadable": self.unreadable,
            "duplicates": self.copies,
            "between_splits": self.between,
            "tied_rows": self.groups,
            "overlap": self.crossing,
            "splits": [
                {
                    "name": part.name,
                    "rows": part.rows,
                    "share": round(part.rows / max(sum(each.rows for each in self.parts), 1), 4),
                    "files": part.paths,
                    "classes": dict(part.classes.most_common()),
                    **({"first": part.first, "last": part.last} if part.first else {}),
                }
                for part in self.parts
            ],
            "notes": self.notes,
        }


@dataclass
class Seen:
    """What is known of all readable rows, in file order."""

    ties: Ties
    labels: Coded
    groups: list[Coded]
    times: NDArray[np.float64] | None
    group_columns: GroupColumns | None
    time_column: TimeColumn | None
    total: int


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
    seen = look(dataset, project, wanted, jobs, progress)
    shares = [share for share in wanted.shares if share > 0]
    placed = _place(seen, wanted, shares)
    found = _report(dataset, seen, placed, names, wanted)
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(found.parts):
        chosen = np.flatnonzero(placed == number)
        rows = list(zip(seen.ties.file[chosen].tolist(), seen.ties.row[chosen].tolist(), strict=True))
        for of, path in files[part.name].items():
            own = rows if len(of) == len(dataset.documents) else [each for each in rows if each[0] in of]
            if own:
                write_rows(dataset, of, own, path)
                part.paths.append(str(path))
    return found


def look(
    dataset: Dataset, project: Project, wanted: Wanted, jobs: int, progress: engine.Progress | None
) -> Seen:
    """Read all rows: what ties them, and what their columns say."""
    options = {**project.rules.options, "DUP002": {"threshold": THRESHOLD}}
    plain = replace(project, rules=RuleSettings(options=options), production=(), benchmarks=())
    done = engine.check(dataset, plain, select=("DUP001", "DUP002"), jobs=jobs, progress=progress, debug=True)
    try:
        index = done.context.shared["rows"]
        order = np.lexsort((index.row, index.file))
        file, row = index.file[order], index.row[order].astype(np.int64)
        rows: dict[int, I64] = {int(each): row[file == each] for each in np.unique(file)}
        sample = reading.sample(dataset, reading.runs(dataset))
        context = Context(project, ())
        groups = group_leak.survey(sample, context)
        time = temporal_leak.survey(sample, context)
        if groups is not None and not groups.named and _is_class(sample, groups):
            groups = None
        if wanted.by == "group" and groups is None:
            raise FtuiError("no column says whose a row is", "set group under [data.meta] in ftui.toml")
        if wanted.by == "time" and time is None:
            raise FtuiError("no column says when a row was made", "set time under [data.meta] in ftui.toml")
        asked: list[Callable[[Any, Example | None], str | None]] = [_label]
        columns = groups.names if groups else ()
        asked += [_group(groups, name) for name in columns if groups]
        times = time if wanted.by == "time" else None
        if times is not None:
            asked.append(lambda value, _: None if (at := times.of(value)) is None else str(at))
        plain_labels = bool(index.labelled.any())
        answers = (
            coded(dataset, rows, *asked)
            if plain_labels or len(asked) > 1
            else [Coded([], np.full(len(row), -1, np.int64))]
        )
        moments = None
        if times is not None:
            held = answers.pop()
            known = np.array([float(name) for name in held.names] or [0.0])
            moments = np.where(held.codes >= 0, known[np.maximum(held.codes, 0)], np.nan)
        ties = ties_of(index, [each.codes for each in answers[1:]])
        return Seen(ties, answers[0], answers[1:], moments, groups, time, done.row_count)
    finally:
        done.close()


def _is_class(sample: Sequence[Any], groups: GroupColumns) -> bool:
    """Whether a column found by its name has so few values that they are classes, as LEK005 sees it."""
    values = [
        key for chunk in sample for parsed in chunk.parsed for _, _, key in groups_of(parsed.value, groups)
    ]
    return len(set(values)) < 10 and len(values) >= 100


def _label(_: Any, example: Example | None) -> str | None:
    return example.label if example else None


def _group(groups: GroupColumns, column: str) -> Callable[[Any, Example | None], str | None]:
    one = GroupColumns((column,), groups.named)

    def told(value: Any, _: Example | None) -> str | None:
        return next((said for _, said, _ in groups_of(value, one)), None)

    return told


def _place(seen: Seen, wanted: Wanted, shares: Sequence[float]) -> NDArray[np.int8]:
    ties = seen.ties
    if seen.times is not None:
        preferred = by_time(seen.times, ~copies(ties.content), shares)
        return assign(ties, preferred, fixed=True)
    keys = ties.content
    if seen.groups:
        keys = group_keys(keys, seen.groups[0].codes, seen.groups[0].names)
    return assign(ties, by_hash(keys, shares, wanted.seed), fixed=False)


def _report(
    dataset: Dataset, seen: Seen, placed: NDArray[np.int8], names: Sequence[str], wanted: Wanted
) -> Splitting:
    ties, labels = seen.ties, seen.labels
    parts = []
    for number, name in enumerate(names):
        codes = labels.codes[(placed == number) & (labels.codes >= 0)]
        counts = np.bincount(codes, minlength=len(labels.names)).tolist()
        classes = Counter({labels.names[at]: count for at, count in enumerate(counts) if count})
        part = Part(name, int((placed == number).sum()), classes)
        if seen.times is not None:
            held = seen.times[(placed == number) & ~np.isnan(seen.times)]
            if len(held):
                part.first, part.last = (shown(int(each)) for each in (held.min(), held.max()))
        parts.append(part)
    found = Splitting(
        by=wanted.by,
        seed=wanted.seed,
        rows=seen.total,
        unreadable=seen.total - len(ties),
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
    found.notes = _notes(found, seen, wanted)
    return found


def _notes(found: Splitting, seen: Seen, wanted: Wanted) -> list[str]:
    notes = []
    if seen.groups and seen.group_columns is not None:
        notes.append(f"rows of one group stay together ({', '.join(seen.group_columns.names)})")
    if seen.time_column is not None and wanted.by != "time":
        notes.append(f"rows are dated ({seen.time_column.name}): --by time keeps the newest for the test")
    if seen.times is not None and (undated := int(np.isnan(seen.times).sum())):
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


def separate(
    dataset: Dataset, by: Literal["language", "domain"], project: Project, folder: Path
) -> Splitting:
    """Write the rows of each language or domain into a file of its own, all of them; raises FtuiError."""
    from ftui.rules.row_languages import row_language

    for document in dataset.documents:
        document.build_index(lambda _done, _total: None, lambda: False)
    sample = reading.sample(dataset, reading.runs(dataset))
    columns = meta_columns.find(sample, project)
    column = columns.language if by == "language" else columns.domain or columns.topic
    if by == "domain" and column is None:
        raise FtuiError(
            "no column says of which domain a row is", "set domain under [data.meta] in ftui.toml"
        )

    def told(value: Any, example: Example | None) -> str | None:
        if column is not None:
            return named(meta_columns.value(value, column))
        return row_language(example.prompt, example.answer) if example else None

    rows = {number: np.array(document.order(), np.int64) for number, document in enumerate(dataset.documents)}
    (found,) = coded(dataset, rows, told)
    names = _file_names([*found.names, "unknown"])
    files = {at: targets(dataset, folder, name) for at, name in enumerate(names)}
    present = [at for at in range(len(found.names)) if (found.codes == at).any()]
    lost = (found.codes < 0).any()
    places = [*present, *([len(found.names)] if lost else [])]
    check_free(path for at in places for path in files[at].values())
    folder.mkdir(parents=True, exist_ok=True)
    every = [(file, row) for file, chosen in sorted(rows.items()) for row in chosen.tolist()]
    codes = np.where(found.codes < 0, len(found.names), found.codes)
    parts = []
    for at in places:
        own = [every[i] for i in np.flatnonzero(codes == at).tolist()]
        part = Part(names[at], len(own), Counter())
        for of, path in files[at].items():
            mine = [each for each in own if each[0] in of]
            if mine:
                write_rows(dataset, of, mine, path)
                part.paths.append(str(path))
        parts.append(part)
    parts.sort(key=lambda part: -part.rows)
    how = (
        f"column {column}"
        if column
        else "found from the texts; a row that is short, mixed or code is unknown"
    )
    return Splitting(by, 0, len(every), 0, parts, 0, 0, 0, 0, notes=[f"{by}: {how}; no row is left out"])


def _file_names(names: Sequence[str]) -> list[str]:
    """A name of letters, digits, `-` and `_` for each, no two the same."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = (
            "".join(c if c.isalnum() or c in "-_" else "-" for c in name.lower()).strip("-")[:60] or "other"
        )
        free, number = plain, 2
        while free in taken:
            free, number = f"{plain}-{number}", number + 1
        taken.add(free)
        found.append(free)
    return found
