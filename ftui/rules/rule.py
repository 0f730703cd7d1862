"""A rule's page in the catalogue, a finding, a fix, and the four parts that a family of rules has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.example import Example
from ftui.dataset.record import FieldEdit, Parsed, Problem
from ftui.project.settings import Project, Severity
from ftui.rules.chunk import Chunk

Scope = Literal["row", "set", "project"]
Safety = Literal["safe", "unsafe"]
FixKind = Literal["edit", "remove", "project"]


class Option(NamedTuple):
    """A threshold that a project may set: a number from low to high."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue, as `ftui rules` and `ftui explain` show it."""

    code: str
    name: str
    severity: Severity
    scope: Scope
    summary: str
    """What it finds, one sentence."""
    why: str
    """What goes wrong in training or inference because of it."""
    example: str
    """A short bad row, and the good one."""
    remedy: str
    """How to fix it, with the key and the command."""
    certainty: str
    """How sure it is, and what it lets pass."""
    fix: Safety | None = None
    default: bool = True
    recall: float | None = None
    precision: float | None = None
    options: tuple[Option, ...] = ()
    """What `[rules.CODE]` in ftui.toml may set."""

    @property
    def family(self) -> str:
        return self.code[:3]


class Stopped(Exception):  # noqa: N818 - not an error: a person cancelled
    """Somebody cancelled the check."""


class Place(NamedTuple):
    """Where a row is: file number in the check, split, and row in that file."""

    file: int
    split: str
    row: int


class FileEdit(NamedTuple):
    """A small text file of the project (a Modelfile, ftui.toml) as it was read, and as it should be."""

    path: str
    before: str | None
    """None: there is no such file yet. A file that says something else by now is left alone."""
    after: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What would mend a finding: edits or fields of its own row, its removal, or new texts of project files."""

    title: str
    safety: Safety
    kind: FixKind
    edits: tuple[FieldEdit, ...] = ()
    files: tuple[FileEdit, ...] = ()
    """Only for kind "project"; empty where only a person can decide."""
    fields: tuple[tuple[str, str], ...] = ()
    """Only for kind "edit": top-level fields of the record, set to these texts; added where they are missing."""


@dataclass(slots=True)
class Finding:
    """One finding, before the engine gives it its file path, line, id and key.

    start and end are character offsets in the decoded text of `field` (None for a whole row).
    """

    code: str
    message: str
    field: str = ""
    start: int | None = None
    end: int | None = None
    evidence: dict[str, Any] = dataclasses.field(default_factory=dict)
    related: Sequence[Place] = ()
    fix: Fix | None = None
    severity: Severity | None = None
    """None: the rule's own."""
    file: int | None = None
    """The file that a finding without a row is about; None: the whole project, or the file of its row."""


class Row(NamedTuple):
    """One row as the exact half of a rule sees it."""

    place: Place
    parsed: Parsed
    example: Example | None
    """None where no value could be read."""
    raw: bytes = b""
    """The record's bytes; empty in `map`, which has no need of them."""


Hits = Mapping[str, NDArray[np.int64]]
"""Rule code to the sorted rows of one file that have at least one finding of it."""
Fetch = Callable[[int, int], Row]
"""(file, row) to the row as it is now, edits included."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a family may know besides rows: settings, the files with their splits, and a way to fetch any row."""

    project: Project
    files: tuple[FileInfo, ...]
    fetch: Fetch | None = None
    """Only in `combine` and `inspect`; None in the worker processes that run `map`."""
    scratch: str = ""
    """A folder for large intermediate arrays."""
    surveys: Mapping[str, Any] = field(default_factory=dict)
    """Family name to what its `survey` returned."""
    codes: frozenset[str] | None = None
    """The selected rules; a family may leave out the work of the others. None: all."""
    cancelled: Callable[[], bool] | None = None
    """Only in `combine`: a long one asks `stop_if_cancelled` now and then."""
    shared: dict[str, Any] = field(default_factory=dict)
    """What several families of one run build together in `combine` (the duplicate index): one dict a run."""
    keep: int = 0
    """Rows a rule whose findings `map` keeps as well, for a report that lists so many; 0 keeps none."""

    def option(self, code: str, name: str, default: Any) -> Any:
        """A threshold from `[rules.CODE]` in ftui.toml."""
        return self.project.rules.options.get(code, {}).get(name, default)

    def stop_if_cancelled(self) -> None:
        """Raise Stopped when somebody cancelled the check."""
        if self.cancelled is not None and self.cancelled():
            raise Stopped

    def wants(self, code: str) -> bool:
        """Whether a rule is selected."""
        return self.codes is None or code in self.codes


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One file of a check, and its splits as (name, first row, last row + 1)."""

    path: str
    layout: str
    splits: tuple[tuple[str, int, int], ...]
    rows: int
    notes: tuple[Problem, ...] = ()
    """What is odd between the file's records."""


class Family(Protocol):
    """One pitfall family. A new family is a new package in ftui/rules, whose `family.py` has a `FAMILY` of this shape.

    The engine composes the parts: `survey` sees an even sample of rows of all files (everything in a small project) and
    may settle what `map` needs (the end marker, template words); `map` runs over chunks of rows in worker processes;
    `combine` puts the partials together in the engine's process; `inspect` is the exact check of one row, with spans,
    evidence and fix: it explains a row that was hit, and re-checks a row as it is typed.

    Set hits come from `combine`; `inspect` of an unchanged row must agree with them.
    """

    name: str
    """Three letters: FMT."""
    rules: tuple[Rule, ...]

    def survey(self, sample: Sequence[Chunk], context: Context) -> Any:
        """What the sample settles; picklable. None where nothing is needed."""

    def map(self, chunk: Chunk, context: Context) -> Any:
        """A partial result of one chunk; picklable, small (arrays rather than texts)."""

    def combine(self, partials: Iterable[tuple[Chunk | ChunkInfo, Any]], context: Context) -> Combined:
        """All partials, in file and row order, as hits and the state that `inspect` needs."""

    def inspect(self, row: Row, state: Any, context: Context) -> list[Finding]:
        """The findings of one row, exact, in the order of fields."""


@dataclass(frozen=True, slots=True)
class ChunkInfo:
    """Which rows a partial is about: file, split, first row and number of rows."""

    file: int
    split: str
    first: int
    count: int


@dataclass(slots=True)
class Combined:
    """What a family found in all rows."""

    hits: list[dict[str, NDArray[np.int64]]]
    """One mapping a file: rule code to sorted rows. A row stands once, even with several findings."""
    counts: dict[str, int]
    """Rule code to the true number of findings."""
    state: Any = None
    whole: list[Finding] = field(default_factory=list)
    """Findings about a whole file or project."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Rule code to the reason why it did not run."""
    severities: dict[str, dict[Severity, int]] = field(default_factory=dict)
    """Rule code to findings a severity; only for rules whose findings do not all have the rule's own severity."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Rule code to seconds over all processes, of rules that are timed one by one."""
    kept: dict[str, dict[tuple[int, int], list[Finding]]] = field(default_factory=dict)
    """Rule code to (file, row) to all its findings there, of the first rows: what `inspect` would say again."""
