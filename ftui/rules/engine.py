"""Runs the rules over a dataset: index, sample, map in chunks and workers, combine. What comes out is a Check."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ftui.dataset.dataset import Dataset
from ftui.dataset.mirror import Ticket
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules import reading, registry
from ftui.rules.check import Check, FileReport
from ftui.rules.chunk import Chunk
from ftui.rules.freed import give_back
from ftui.rules.hashing import Hashes
from ftui.rules.mapping import FAILURES, READING, Mapped, map_chunk, map_task, unreadable
from ftui.rules.pool import Pool, usable_jobs
from ftui.rules.rule import ChunkInfo, Combined, Context, Family, Rule, Stopped
from ftui.rules.scratch import Scratch
from ftui.rules.source import Source
from ftui.rules.watched import watched

Progress = Callable[[str, int, int], None]
"""Called with (phase, done, total): indexing (bytes), sampling, checking (rows), comparing (families)."""

INLINE_ROWS = 20_000
"""Up to here a check runs in this process: starting workers takes longer (0.8 s) than 20,000 rows do."""


def check(
    dataset: Dataset,
    project: Project,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    jobs: int = 0,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    accepted: Mapping[str, str] | None = None,
    ticket: Ticket | None = None,
    keep: int = 0,
    debug: bool = False,
) -> Check:
    """Run the selected rules over every row of the dataset, edits included.

    `select` and `ignore` are codes or families; what the project's settings say counts too. `jobs` 0 takes every
    core. `accepted` maps the keys of accepted findings to their reasons. `ticket` is the session's, so that worker
    processes see the same unsaved edits. `keep` is how many findings a rule will be listed, which then need no second
    look at their rows. A family that fails is named in `Check.failed` and its rules are skipped;
    with `debug` its exception is raised.
    Raises FtuiError for an unknown rule, a threshold that no rule reads or a dead worker, Stopped when cancelled.
    """
    wanted, unwanted = [*select] or project.rules.select, [*project.rules.ignore, *ignore]
    chosen, skipped = registry.choose(wanted, unwanted, project)
    registry.check_settings(project)
    skipped |= {
        f"package {name}": f"its rules cannot be loaded: {why}" for name, why in registry.broken().items()
    }
    source = Source.of(dataset, project, ticket)
    run = _Run(dataset, project, source, chosen, progress or _silent, cancelled or _never, debug, keep)
    scratch = Scratch()
    try:
        run.map(jobs, scratch.path)
        run.combine()
    except BaseException:
        run.give_up()
        scratch.remove()
        raise
    return run.result(skipped, dict(accepted or {}), scratch)


def _silent(_phase: str, _done: int, _total: int) -> None:
    return None


def _never() -> bool:
    return False


@dataclass
class _Run:
    """One check while it runs."""

    dataset: Dataset
    project: Project
    source: Source
    rules: list[Rule]
    progress: Progress
    cancelled: Callable[[], bool]
    debug: bool
    keep: int
    context: Context = field(init=False)
    parts: list[reading.Run] = field(default_factory=list)
    tasks: list[reading.Task] = field(default_factory=list)
    mapped: dict[int, Mapped] = field(default_factory=dict)
    combined: dict[str, Combined] = field(default_factory=dict)
    timing: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    hashes: Hashes | None = None
    rows: reading.Rows = field(init=False)

    def __post_init__(self) -> None:
        wanted = {rule.code for rule in self.rules}
        known = registry.families(self.project)
        self.families = [f for f in known if any(rule.code in wanted for rule in f.rules)]
        self.timing = {READING: 0.0} | {family.name: 0.0 for family in self.families}
        self.codes = frozenset(wanted)

    def map(self, jobs: int, scratch: str) -> None:
        """Everything up to the partial results of all chunks."""
        self._index()
        self.hashes = Hashes([document.path for document in self.dataset.documents])
        self.parts = reading.runs(self.dataset)
        rows = sum(run.rows for run in self.parts)
        self.tasks = reading.tasks(self.parts, usable_jobs(jobs) if rows > INLINE_ROWS else 1)
        self.rows = reading.Rows(self.dataset, self.parts)
        infos = reading.file_infos(self.dataset, self.parts)
        self.context = Context(self.project, infos, scratch=scratch, codes=self.codes, keep=self.keep)
        workers = min(usable_jobs(jobs), len(self.tasks))
        if rows <= INLINE_ROWS and reading.weight(self.parts) <= 2 * reading.CHUNK_BYTES:
            self._map_small()
        elif workers == 1:
            self._survey(self._sample())
            self._map_here()
        else:
            with Pool(self.source, workers) as pool:
                self._survey(self._sample())
                give_back()
                self._map_in(pool)

    def _index(self) -> None:
        for document in self.dataset.documents:
            document.build_index(lambda done, total: self.progress("indexing", done, total), self.cancelled)
            self._stop_if_cancelled()

    def _stop_if_cancelled(self) -> None:
        if self.cancelled():
            raise Stopped

    def _watched(self, work: Callable[[], Any]) -> Any:
        return watched(work, self.cancelled)

    def _sample(self) -> list[Chunk]:
        sample: list[Chunk] = self._watched(partial(reading.sample, self.dataset, self.parts))
        return sample

    def _survey(self, sample: Sequence[Chunk]) -> None:
        self.progress("sampling", 0, len(self.families))
        surveys: dict[str, Any] = {}
        for family in list(self.families):
            began = time.perf_counter()
            try:
                surveys[family.name] = self._watched(partial(family.survey, sample, self.context))
            except Stopped:
                raise
            except FAILURES:
                self._fail(family.name, traceback.format_exc())
            self.timing[family.name] += time.perf_counter() - began
            self._stop_if_cancelled()
        self.context = replace(self.context, surveys=surveys)

    def _map_small(self) -> None:
        """Read every chunk once, for the survey and for the map."""
        documents = self.dataset.documents
        began = time.perf_counter()
        chunks = []
        for task in self.tasks:
            chunks.append((task, reading.read(documents[task.info.file], task)))
            self._stop_if_cancelled()
        self.timing[READING] += time.perf_counter() - began
        self._survey([chunk for _, chunk in chunks])
        for number, (task, chunk) in enumerate(chunks):
            mapped = map_chunk(chunk, self.families, self.context)
            mapped.unreadable = unreadable(chunk, task)
            self._take(number, mapped)
            self._stop_if_cancelled()

    def _map_here(self) -> None:
        documents = self.dataset.documents
        for number, task in enumerate(self.tasks):
            self._take(number, map_task(documents[task.info.file], task, self.families, self.context))
            self._stop_if_cancelled()

    def _map_in(self, pool: Pool) -> None:
        names = [family.name for family in self.families]
        for number, mapped in pool.map(self.tasks, names, self.context, self.cancelled):
            self._take(number, mapped)

    def _take(self, number: int, mapped: Mapped) -> None:
        self.mapped[number] = mapped
        for name, seconds in mapped.seconds.items():
            self.timing[name] += seconds
        for name, trace in mapped.failed.items():
            self._fail(name, trace)
        done = sum(self.tasks[each].info.count for each in self.mapped)
        self.progress("checking", done, sum(task.info.count for task in self.tasks))

    def _fail(self, name: str, trace: str) -> None:
        if self.debug:
            raise FtuiError(f"family {name} failed", trace)
        self.failed.setdefault(name, trace)
        self.families = [family for family in self.families if family.name != name]

    def combine(self) -> None:
        """All partials of each family put together, one family after the other."""
        context = replace(self.context, fetch=self.rows.fetch, cancelled=self.cancelled)
        families = list(self.families)
        for done, family in enumerate(families):
            self.progress("comparing", done, len(families))
            began = time.perf_counter()
            try:
                self.combined[family.name] = self._watched(
                    partial(family.combine, self._partials(family), context)
                )
            except Stopped:
                raise
            except FAILURES:
                self._fail(family.name, traceback.format_exc())
            self.timing[family.name] += time.perf_counter() - began
            self._stop_if_cancelled()
        for found in self.combined.values():
            self.timing |= found.seconds
        self.context = replace(context, cancelled=None)
        self.progress("comparing", len(families), len(families))

    def _partials(self, family: Family) -> Iterable[tuple[ChunkInfo, Any]]:
        """In file and row order, each given up as it is handed out: they can be hundreds of megabytes."""
        for number in range(len(self.tasks)):
            yield self.tasks[number].info, self.mapped[number].partials.pop(family.name)

    def result(self, skipped: Mapping[str, str], accepted: Mapping[str, str], scratch: Scratch) -> Check:
        """What a person and a report look at."""
        reasons = dict(skipped)
        for rule in self.rules:
            if rule.family in self.failed:
                reasons[rule.code] = (
                    f"family {rule.family} failed: {self.failed[rule.family].strip().splitlines()[-1]}"
                )
        return Check(
            dataset=self.dataset,
            source=self.source,
            rules={rule.code: rule for rule in self.rules},
            families=self.families,
            combined=self.combined,
            context=self.context,
            rows=self.rows,
            files=self._reports(),
            skipped=reasons,
            failed=self.failed,
            timing={name: round(seconds, 3) for name, seconds in self.timing.items()},
            accepted=accepted,
            scratch=scratch,
        )

    def give_up(self) -> None:
        """End what runs in the background."""
        if self.hashes is not None:
            self.hashes.stop()

    def _reports(self) -> list[FileReport]:
        sums = self.hashes.result() if self.hashes else []
        reports = []
        for run in self.parts:
            mine = [
                n for n, t in enumerate(self.tasks) if (t.info.file, t.info.split) == (run.file, run.split)
            ]
            document = self.dataset.documents[run.file]
            reports.append(
                FileReport(
                    path=self.rows.path(run.file),
                    split=run.split,
                    format=document.format,
                    layout=document.layout.name,
                    rows=run.rows,
                    unreadable=sum(self.mapped[number].unreadable for number in mine),
                    sha256=sums[run.file],
                )
            )
        return reports
