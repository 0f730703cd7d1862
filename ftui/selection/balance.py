"""`ftui balance`: rows copied or left out until classes have wanted shares, or weights that do so for the loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules import meta_columns, reading
from ftui.rules.balance.classes import is_held_out
from ftui.rules.balance.production import named, read_production
from ftui.rules.row_index.shingles import I64
from ftui.selection.row_columns import Coded, coded
from ftui.selection.write import check_free, targets, write_rows

Method = Literal["over", "under", "weights"]
MANY = 10
"""Copies of a row from which a model rather learns the row by heart."""


@dataclass
class Classes:
    """The rows of the training splits and their classes."""

    column: str
    """What names the classes: `label`, or the topic column."""
    places: list[tuple[int, int]]
    """(file, row) of every row, in file order."""
    found: Coded
    """The class of each; -1 for a row without one."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by class, in the order of the names."""
        held = np.bincount(self.found.codes[self.found.codes >= 0], minlength=len(self.found.names))
        return dict(sorted(zip(self.found.names, held.tolist(), strict=True)))


@dataclass
class Balanced:
    """What came of it."""

    column: str
    method: Method
    before: dict[str, int]
    after: dict[str, int]
    shares: dict[str, float]
    weights: dict[str, float]
    rows: int = 0
    path: str = ""
    seed: int = 0
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report, with the weights in the forms that trainers take."""
        names = list(self.weights)
        weights = [self.weights[name] for name in names]
        return {
            "classes_by": self.column,
            "method": self.method,
            "seed": self.seed,
            "target": {name: round(share, 6) for name, share in self.shares.items()},
            "before": self.before,
            "after": self.after,
            "output": {"path": self.path, "rows": self.rows} if self.path else None,
            "weights": {
                "sklearn": self.weights,
                "torch": weights,
                "huggingface": {
                    "class_weights": weights,
                    "id2label": {str(number): name for number, name in enumerate(names)},
                    "label2id": {name: number for number, name in enumerate(names)},
                },
            },
            "notes": self.notes,
        }


def classes_of(dataset: Dataset, project: Project) -> Classes:
    """The classes of all rows that are not held out; raises FtuiError where rows name none."""
    for document in dataset.documents:
        document.build_index(lambda _done, _total: None, lambda: False)
    runs = reading.runs(dataset)
    columns = meta_columns.find(reading.sample(dataset, runs), project)
    training = [run for run in runs if not is_held_out(run.split)]
    if not training:
        raise FtuiError("all files are validation or test splits", "name the training file")
    rows: dict[int, I64] = {}
    for run in training:
        document = dataset.documents[run.file]
        section = next(
            each for each in document.sections if each.start == run.start and each.stop == run.stop
        )
        own = np.array(document.order(section), np.int64)
        rows[run.file] = np.concatenate([rows.get(run.file, own[:0]), own])

    def told(_: Any, example: Example | None) -> str | None:
        return example.label if example is not None else None

    (found,) = coded(dataset, rows, told)
    column = "label"
    topic = columns.topic or columns.domain
    if not found.names and topic is not None:
        column = topic
        (found,) = coded(dataset, rows, _by_column(topic))
    if len(found.names) < 2:
        raise FtuiError(
            "the rows have no classes to balance", "a label column, or topic under [data.meta], names them"
        )
    places = [(file, row) for file, chosen in sorted(rows.items()) for row in chosen.tolist()]
    return Classes(column, places, found)


def _by_column(column: str) -> Callable[[Any, Example | None], str | None]:
    return lambda value, _: named(meta_columns.value(value, column))


def shares_wanted(to: str, counts: Mapping[str, int], project: Project) -> tuple[dict[str, float], list[str]]:
    """The share that each class shall have, and what is to be said about it; raises FtuiError.

    `to` is equal, production, a file whose rows have the wanted shares, or LABEL=SHARE[,LABEL=SHARE …], where the
    classes not named share the rest as they do now.
    """
    names = list(counts)
    if to == "equal":
        return dict.fromkeys(names, 1 / len(names)), []
    if to == "production":
        if not project.production:
            raise FtuiError(
                "no production rows are named", "set production under [data] in ftui.toml, or name a file"
            )
        return _as_in(project.production, counts, project)
    if "=" in to and not Path(to).exists():
        return _as_said(to, counts), []
    if not Path(to).is_file():
        raise FtuiError(f"--to {to}: no such file", "equal, production, FILE or LABEL=SHARE")
    return _as_in([Path(to).absolute()], counts, project)


def _as_in(
    paths: Sequence[Path], counts: Mapping[str, int], project: Project
) -> tuple[dict[str, float], list[str]]:
    sample = read_production(paths, project, project.meta, most=1_000_000)
    held = sample.counts("label") or sample.counts("topic")
    known = {name: held[name] for name in counts}
    total = sum(known.values())
    if not total:
        raise FtuiError(
            f"{paths[0]}: no row has one of the classes", f"the classes are {', '.join([*counts][:5])} …"
        )
    notes = []
    if strange := sorted(set(held) - set(counts)):
        notes.append(
            f"{len(strange)} classes there have no row here ({', '.join(strange[:3])}): left out of the shares"
        )
    return {name: count / total for name, count in known.items()}, notes


def _as_said(to: str, counts: Mapping[str, int]) -> dict[str, float]:
    said: dict[str, float] = {}
    for part in to.split(","):
        name, _, share = part.rpartition("=")
        try:
            number = float(share.strip().removesuffix("%")) / (100 if share.strip().endswith("%") else 1)
        except ValueError:
            raise FtuiError(
                f"--to {part}: {share} is no share", "for example --to refund=0.3,billing=0.2"
            ) from None
        if name.strip() not in counts:
            raise FtuiError(
                f"--to {part}: no class is called {name.strip()}", f"they are {', '.join([*counts][:8])}"
            )
        said[name.strip()] = number
    left = 1 - sum(said.values())
    rest = {name: count for name, count in counts.items() if name not in said}
    if not math.isfinite(left) or min(said.values()) < 0 or left < -1e-9 or (left > 1e-9 and not rest):
        raise FtuiError(
            f"--to {to}: the shares do not come to 1", "shares are parts of 1, or per cent with %"
        )
    total = sum(rest.values())
    return {name: said.get(name, max(left, 0.0) * rest.get(name, 0) / max(total, 1)) for name in counts}


def sizes(counts: Mapping[str, int], shares: Mapping[str, float], method: Method) -> dict[str, int]:
    """Rows of each class afterwards: with `over` no class loses any, with `under` none gets copies."""
    fits = {name: counts[name] / shares[name] for name in counts if shares[name] > 0 and counts[name]}
    if not fits:
        raise FtuiError("no class has both rows and a share", "look at --to")
    if method == "under":
        total = min(fits.values())
        return {name: min(counts[name], int(total * shares[name] + 1e-9)) for name in counts}
    total = max(fits.values())
    return {name: max(counts[name], round(total * shares[name])) for name in counts}


def weights(counts: Mapping[str, int], shares: Mapping[str, float]) -> dict[str, float]:
    """A weight for each class: its wanted share over the one it has, 1 on the mean over all rows.

    With equal shares these are the weights that scikit-learn calls "balanced".
    """
    total = sum(counts.values())
    return {name: round(shares[name] * total / counts[name], 6) if counts[name] else 0.0 for name in counts}


def draw(found: Classes, wanted: Mapping[str, int], seed: int) -> list[tuple[int, int]]:
    """The rows in file order, each as often as it is to stand; rows without a class stand once."""
    rng = np.random.default_rng(seed)
    times = np.ones(len(found.places), np.int64)
    for code, name in enumerate(found.found.names):
        rows = np.flatnonzero(found.found.codes == code)
        whole, more = divmod(wanted[name], max(len(rows), 1))
        times[rows] = whole
        times[rng.permutation(rows)[:more]] += 1
    return [place for place, count in zip(found.places, times.tolist(), strict=True) for _ in range(count)]


def balance(
    dataset: Dataset, project: Project, to: str, method: Method, seed: int, output: Path | None
) -> Balanced:
    """Balance the classes of a dataset; rows are written for `over` and `under`. Raises FtuiError."""
    if method != "weights":
        if output is None:
            raise FtuiError(f"--method {method} writes a file", "--output FILE")
        check_free([output])
    found = classes_of(dataset, project)
    counts = found.counts
    shares, notes = shares_wanted(to, counts, project)
    result = Balanced(
        found.column, method, counts, counts, shares, weights(counts, shares), seed=seed, notes=notes
    )
    if missing := int((found.found.codes < 0).sum()):
        few = "1 row has no class and stays as it is"
        result.notes.append(few if missing == 1 else f"{missing:,} rows have no class and stay as they are")
    if method == "weights" or output is None:
        return result
    result.after = sizes(counts, shares, method)
    if zero := [name for name, share in shares.items() if not share and method == "over"]:
        result.notes.append(
            f"{len(zero)} classes have no share ({', '.join(zero[:3])}): their rows stand once"
        )
    most = max(result.after, key=lambda name: result.after[name] / max(counts[name], 1))
    times = result.after[most] / max(counts[most], 1)
    if times > MANY:
        result.notes.append(
            f"rows of “{most}” stand {times:.0f} times: a model learns them by heart; weights do not copy"
        )
    rows = draw(found, result.after, seed)
    if not rows:
        raise FtuiError("no row would be left", "look at --to")
    files = sorted({file for file, _ in rows})
    if len(files) > 1 and len(targets(dataset, output.parent, "x")) > 1:
        raise FtuiError("these files cannot be written as one", "balance them one by one")
    result.rows = write_rows(dataset, files, rows, output).rows
    result.path = str(output)
    return result
