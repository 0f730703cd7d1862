"""Fixing until nothing is left to fix, in memory or in a session, and what that did to each row."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ftui.cli.output import Output, Style
from ftui.cli.parser import codes
from ftui.cli.row_diff import row_diff, text_diff
from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.report.as_json import without_surrogates
from ftui.rules import engine, fixes, project_fixes
from ftui.rules.fixes import FixPlan, Removal
from ftui.rules.project_fixes import ProjectPlan
from ftui.store.entry import Change, Raw, Splices
from ftui.text.visible import visible

if TYPE_CHECKING:
    from ftui.dataset.mirror import Ticket
    from ftui.dataset.session import Session

ROUNDS = 6
"""A fix may bring up another finding (rows that become equal); samples and real files need one or two rounds."""


@dataclass
class Mended:
    """What all rounds together did."""

    by_rule: Counter[str] = field(default_factory=Counter)
    edited: set[tuple[int, int]] = field(default_factory=set)
    """(file, row) of every row edited and not removed."""
    removals: list[Removal] = field(default_factory=list)
    unsafe: dict[str, int] = field(default_factory=dict)
    """Findings left, by rule, whose fix is unsafe."""
    by_hand: dict[str, int] = field(default_factory=dict)
    """Findings left, by rule, that no program can fix."""
    project: ProjectPlan = field(default_factory=ProjectPlan)
    """What to write into the project's own files (a Modelfile), judged after all rows were mended."""

    @property
    def changes(self) -> bool:
        """Whether anything changed at all."""
        return bool(self.edited or self.removals)

    def take(self, plan: FixPlan, dataset: Dataset) -> None:
        """Add a round; what is left is what the last round left."""
        self.by_rule.update(plan.by_rule)
        self.removals += plan.removals
        numbers = {str(document.path): number for number, document in enumerate(dataset.documents)}
        for change in plan.changes:
            if isinstance(change, Splices):
                self.edited |= {(numbers[change.path], row) for row in change.touched()}
            elif isinstance(change, Raw):
                self.edited.add((numbers[change.path], change.row))
        self.edited -= {(removal.file, removal.row) for removal in plan.removals}
        self.unsafe, self.by_hand = dict(plan.skipped_unsafe), dict(plan.unfixable)


def in_memory(dataset: Dataset, options: argparse.Namespace, output: Output) -> Mended:
    """Fix the rows as this process sees them; nothing is written anywhere."""

    def apply(plan: FixPlan) -> None:
        for change in plan.changes:
            _document(dataset, change).overlay.push(change)

    # Worker processes would not see these edits: from the second round on this process looks alone.
    return _mend(dataset, options, output, apply, lambda: None, later_jobs=1)


def in_session(session: Session, options: argparse.Namespace, output: Output) -> Mended:
    """Fix the rows in a session: every round is a step of its journal."""

    def apply(plan: FixPlan) -> None:
        session.apply(plan.title, plan.changes, "fix", next(iter(plan.by_rule), ""))

    return _mend(session.dataset, options, output, apply, lambda: session.ticket, later_jobs=options.jobs)


def _mend(
    dataset: Dataset,
    options: argparse.Namespace,
    output: Output,
    apply: Callable[[FixPlan], None],
    ticket: Callable[[], Ticket | None],
    later_jobs: int,
) -> Mended:
    from ftui.cli.data import left_behind

    mended = Mended()
    accepted = left_behind(dataset).accepted
    for number in range(ROUNDS):
        check = engine.check(
            dataset,
            dataset.project,
            select=codes(options.select),
            ignore=codes(options.ignore),
            jobs=later_jobs if number else options.jobs,
            progress=output.progress,
            accepted=accepted,
            ticket=ticket() if number else None,
            debug=options.debug,
        )
        plan = fixes.plan(
            check,
            check.rules,
            unsafe=options.unsafe,
            progress=lambda done, total: output.progress("fixing", done, total),
        )
        check.close()
        mended.take(plan, dataset)
        mended.project = project_fixes.plan(check, check.rules, unsafe=options.unsafe)
        if not plan.changes:
            break
        apply(plan)
    output.progress.clear()
    return mended


def difference(document: Document, row: int, style: Style) -> str:
    """A row before and after, field by field; its bytes where it could not be read."""
    lines = [style.bold(_place(document, row))]
    before = document.parse(document.base_raw(row)).value
    after = document.parsed(row).value
    if before is None or after is None:
        old, new = document.base_raw(row), document.raw(row)
        lines += text_diff(old.decode(errors="replace"), new.decode(errors="replace"), style)
    else:
        lines += row_diff(dict(_texts(before)), dict(_texts(after)), style)
    return "\n".join(lines) + "\n"


def removal_line(dataset: Dataset, removal: Removal, style: Style) -> str:
    """A row that goes, and why."""
    place = _place(dataset.documents[removal.file], removal.row)
    return f"{style.bold(place)}\n    {style.bad('- the row')}  {removal.code}: {visible(removal.message)}\n"


def project_diff(project: ProjectPlan, style: Style) -> str:
    """The edits of project files as unified diffs."""
    lines: list[str] = []
    for edit in project.edits:
        for line in project_fixes.unified(edit, shown(Path(edit.path))).splitlines():
            paint = {"+": style.good, "-": style.bad, "@": style.dim}.get(line[:1], str)
            lines.append(f"{paint(visible(line))}\n")
    return "".join(lines)


def reject(dataset: Dataset, removal: Removal) -> str:
    """A removed row as a line of the rejects file; its text, where it could not be read."""
    document = dataset.documents[removal.file]
    raw = document.base_raw(removal.row)
    value = document.parse(raw).value
    record = {
        "reason": removal.message,
        "code": removal.code,
        "path": document.display_path,
        "row": removal.row,
        "line": document.line(removal.row),
        "record": raw.decode(errors="replace") if value is None else value,
    }
    return orjson.dumps(without_surrogates(record)).decode() + "\n"


def shown(path: Path) -> str:
    """A path as a person sees it from here."""
    return visible(os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path))


def _place(document: Document, row: int) -> str:
    line = document.line(row)
    return visible(
        f"{document.display_path} row {row}" if line is None else f"{document.display_path}:{line}"
    )


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record with its field path; numbers and the like as JSON."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}[{number}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def _document(dataset: Dataset, change: Change) -> Document:
    path = getattr(change, "path", "")
    return next(document for document in dataset.documents if str(document.path) == path)
