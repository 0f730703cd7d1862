"""What the last check saw, kept under .ftui/: `ftui check --changed` tells only what is new since then.

Eight bytes a row (a hash of its bytes), and the same for each row that a rule hit. Rows are known by what they say, not
by their place, so that a row that moved is not a new one; of equal rows, as many as there were before are old.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ftui import __version__
from ftui.project.errors import FtuiError
from ftui.rules.acceptance import Acceptances
from ftui.store.location import locate, prepare

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.project.settings import Project, Severity
    from ftui.rules.check import Check

SCHEMA = 1
_FOLDER = "checks"
_BLOCK = 20_000
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]


@dataclass(slots=True)
class Seen:
    """What one check saw of each file, by its path."""

    stamps: dict[str, str] = field(default_factory=dict)
    """Size and time of each file, settings and model files too."""
    rows: dict[str, U64] = field(default_factory=dict)
    hits: dict[str, dict[str, U64]] = field(default_factory=dict)
    """Path and rule code to the hashes of the rows that the rule hit."""
    whole: tuple[str, ...] = ()
    """Keys of the findings about files and the project."""
    report: dict[str, Any] = field(default_factory=dict)
    """The parts of the report that stay true while nothing changes: files, skipped."""


def place_of(dataset: Dataset, options: Iterable[str]) -> Path:
    """Where the state of checks of these files with these options is; it need not be there."""
    told = [str(document.path) for document in dataset.documents] + sorted(options)
    name = hashlib.blake2b("\0".join(told).encode(errors="surrogatepass"), digest_size=8).hexdigest()
    return locate(dataset.root).folder / _FOLDER / f"{name}.npz"


def stamps(dataset: Dataset, project: Project) -> dict[str, str]:
    """Size and time of the last change of every file that a check reads; ftui itself counts as one."""
    files = [document.path for document in dataset.documents]
    models = [
        path for name in project.model.__slots__ if isinstance(path := getattr(project.model, name), Path)
    ]
    files += [inner for path in models for inner in (sorted(path.iterdir()) if path.is_dir() else [path])]
    files += [*project.production, *project.benchmarks, *([project.config] if project.config else [])]
    found = {"ftui": __version__}
    for path in files:
        try:
            stat = path.stat()
            found[str(path)] = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"
        except OSError:
            found[str(path)] = "not there"
    return found


def read(path: Path) -> Seen | None:
    """The state of the last check; None where there is none that this version can read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            about = json.loads(held["about"].tobytes())
            if about["schema"] != SCHEMA:
                return None
            report = {name: about["report"][name] for name in ("files", "skipped")}
            seen = Seen(about["stamps"], whole=tuple(about["whole"]), report=report)
            for number, name in enumerate(about["files"]):
                seen.rows[name] = held[f"rows-{number}"]
                seen.hits[name] = {code: held[f"{code}-{number}"] for code in about["codes"][number]}
            return seen
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile, zlib.error):
        return None


def write(path: Path, seen: Seen, root: Path) -> None:
    """Keep the state; raises FtuiError where there is no place for it."""
    prepare(root)
    arrays: dict[str, Any] = {}
    files = list(seen.rows)
    for number, file in enumerate(files):
        arrays[f"rows-{number}"] = seen.rows[file]
        arrays |= {f"{code}-{number}": rows for code, rows in seen.hits[file].items()}
    about = {
        "schema": SCHEMA,
        "stamps": seen.stamps,
        "files": files,
        "codes": [list(seen.hits[file]) for file in files],
        "whole": seen.whole,
        "report": seen.report,
    }
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    new = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as target:
            np.savez(target, **arrays)
        new.replace(path)
    except OSError as error:
        raise FtuiError(
            f"cannot keep what this check saw in {path}: {error.strerror}", "make the folder writable"
        ) from error
    finally:
        new.unlink(missing_ok=True)


def see(check: Check, before: Mapping[str, str], report: dict[str, Any]) -> Seen:
    """What a check saw; `before` are the stamps from before it began."""
    seen = Seen(dict(before), whole=tuple(each.key for each in check.whole), report=report)
    for number, document in enumerate(check.dataset.documents):
        path = str(document.path)
        rows = hashes(check.dataset, number)
        seen.rows[path] = rows
        seen.hits[path] = {code: rows[hit] for code, hit in check.hits[number].items() if len(hit)}
    return seen


def hashes(dataset: Dataset, file: int) -> U64:
    """A hash of the bytes of each record of a file, in order."""
    document = dataset.documents[file]
    many = max((view.section.stop for view in dataset.splits if view.file == file), default=0)
    found = bytearray()
    for start in range(0, many, _BLOCK):
        raws = document.raws(range(start, min(start + _BLOCK, many)))
        found += b"".join(hashlib.blake2b(raw.strip(), digest_size=8).digest() for raw in raws)
    return np.frombuffer(bytes(found), np.uint64)


def keep_news(check: Check, last: Seen, now: Seen) -> int:
    """Take out of a check what the last one told: what is left is findings of changed rows, and new ones.

    Returns how many rows are new or were changed.
    """
    changed_rows = 0
    kept: dict[str, list[tuple[int, I64]]] = {}
    for number, document in enumerate(check.dataset.documents):
        path = str(document.path)
        changed = _more(now.rows[path], last.rows.get(path))
        changed_rows += int(changed.sum())
        before = last.hits.get(path, {})
        for code, rows in list(check.hits[number].items()):
            new = changed[rows] | _more(now.rows[path][rows], before.get(code))
            check.hits[number][code] = rows[new]
            if new.any():
                kept.setdefault(code, []).append((number, rows[new]))
            else:
                del check.hits[number][code]
    settings = {path for path in now.stamps.keys() | last.stamps.keys() if path not in now.rows}
    if all(now.stamps.get(path) == last.stamps.get(path) for path in settings):
        check.whole = [each for each in check.whole if each.key not in last.whole]
    _count(check, kept)
    reasons = check.accepted.reasons
    check.accepted = Acceptances(check)
    check.accept(reasons)
    return changed_rows


def _more(rows: U64, before: U64 | None) -> NDArray[np.bool_]:
    """Of equal rows, those beyond as many as there were before."""
    if before is None:
        return np.ones(len(rows), np.bool_)
    known, often = np.unique(before, return_counts=True)
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = np.searchsorted(ordered, ordered)
    ordinal = np.empty(len(rows), np.int64)
    ordinal[order] = np.arange(len(rows)) - starts
    at = np.minimum(np.searchsorted(known, rows), max(len(known) - 1, 0))
    there = np.where(known[at] == rows, often[at], 0) if len(known) else np.zeros(len(rows), np.int64)
    more: NDArray[np.bool_] = ordinal >= there
    return more


def _count(check: Check, kept: Mapping[str, Sequence[tuple[int, I64]]]) -> None:
    """The true numbers of the findings that are left: their rows are inspected."""
    counts: dict[str, Counter[Severity]] = {}
    for code, places in kept.items():
        family = next(each for each in check.families if each.name == check.rules[code].family)
        for file, rows in places:
            for row, _ in check.blocks(file, rows.tolist()):
                for finding in check.findings_of(family, row):
                    if finding.code == code:
                        own = finding.severity or check.rules[code].severity
                        counts.setdefault(code, Counter())[own] += 1
    for each in check.whole:
        counts.setdefault(each.code, Counter())[each.severity] += 1
    check.counts = {code: found.total() for code, found in sorted(counts.items())}
    for held in check.combined.values():
        for code in held.severities:
            held.severities[code] = dict(counts.get(code, Counter()))
