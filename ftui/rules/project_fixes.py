"""Fixes of findings about the project: new texts of its small files, those of one file put together, then written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ftui.rules.check import Check
from ftui.rules.findings import Located
from ftui.rules.rule import FileEdit
from ftui.store.text_file import replace_text


class Written(NamedTuple):
    """A file that was written, and where the old one is kept (None: there was none)."""

    path: Path
    backup: Path | None


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """What to write, and which findings that mends."""

    edits: tuple[FileEdit, ...] = ()
    """One a file."""
    mended: tuple[Located, ...] = ()
    unsafe: tuple[Located, ...] = ()
    """Findings left alone because their fix is unsafe."""
    by_hand: tuple[Located, ...] = ()
    """Findings that only a person can mend."""
    waiting: tuple[Located, ...] = field(default=())
    """Findings whose edit meets another one in the same lines: the next run mends them."""


def plan(check: Check, codes: Iterable[str], *, unsafe: bool = False) -> ProjectPlan:
    """The edits that mend the findings about the project of some rules; accepted ones are left alone."""
    wanted = set(codes)
    open_ = [each for each in check.whole if each.code in wanted and each.accepted is None]
    fixable = [each for each in open_ if each.fix is not None and each.fix.files]
    usable = [each for each in fixable if unsafe or (each.fix and each.fix.safety == "safe")]
    texts: dict[str, FileEdit] = {}
    mended: list[Located] = []
    waiting: list[Located] = []
    for finding in usable:
        together = _together(texts, finding.fix.files if finding.fix else ())
        if together is None:
            waiting.append(finding)
        else:
            texts |= together
            mended.append(finding)
    return ProjectPlan(
        tuple(texts.values()),
        tuple(mended),
        tuple(each for each in fixable if each not in usable),
        tuple(each for each in open_ if each not in fixable),
        tuple(waiting),
    )


def _together(texts: dict[str, FileEdit], files: Sequence[FileEdit]) -> dict[str, FileEdit] | None:
    """The edits of a finding joined with those there are; None where they meet in the same lines."""
    found: dict[str, FileEdit] = {}
    for edit in files:
        other = texts.get(edit.path)
        if other is None:
            found[edit.path] = edit
            continue
        if other.before is None or edit.before != other.before:
            return None
        after = merged(other.before, other.after, edit.after)
        if after is None:
            return None
        found[edit.path] = FileEdit(edit.path, edit.before, after)
    return found


def merged(before: str, one: str, other: str) -> str | None:
    """Both edits of a text, line by line: lines added at one place stand one after the other.

    None where both change the same line.
    """
    lines = before.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        return None if one != other else one  # what is added at the end changes the last line
    changes = _changes(lines, one) + [
        each for each in _changes(lines, other) if each not in _changes(lines, one)
    ]
    changes.sort(key=lambda each: (each[0], each[1]))
    result: list[str] = []
    at = 0
    for start, end, new in changes:
        if start < at:
            return None
        result += lines[at:start]
        result += new
        at = end
    return "".join(result + lines[at:])


def _changes(lines: Sequence[str], after: str) -> list[tuple[int, int, list[str]]]:
    """What makes a text of its lines: (first line, last + 1, new lines)."""
    new = after.splitlines(keepends=True)
    matcher = difflib.SequenceMatcher(None, lines, new, autojunk=False)
    return [(a, b, new[c:d]) for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal"]


def unified(edit: FileEdit, name: str) -> str:
    """The edit as a unified diff, as patch takes it."""
    before, after = ((text or "").splitlines(keepends=True) for text in (edit.before, edit.after))
    told = [
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    ]
    return "".join(told)


def write(edits: Iterable[FileEdit], root: Path) -> list[Written]:
    """Write the files, each in one step with the old one kept.

    Raises FtuiError where a file says something else by now; files written before it stay written.
    """
    return [
        Written(Path(edit.path), replace_text(Path(edit.path), edit.before, edit.after, root))
        for edit in edits
    ]
