"""What all strata of a plan look at: the rows by their hashes, the task, the findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.project.split_names import usual_split
from ftui.review.planning.findings import Findings
from ftui.review.planning.row_scan import I64, Candidate, SplitRows, by_hash, in_order, scan, seeded
from ftui.review.planning.task import Task, look
from ftui.review.prompt import Prompt
from ftui.rules.balance.classes import is_held_out
from ftui.rules.check import contains

_CONTEXT = 4096
_CHECKED_NOW = 10_000
"""Rows that are checked while a person waits: 3 s."""
_SAME = "also in the training split, byte for byte"


@dataclass
class Planning:
    """One plan while it is made."""

    project: Project
    seed: int
    tables: list[SplitRows]
    """The rows of the dataset; production rows are not among them."""
    task: Task
    findings: Findings | None = None
    unchecked: str = "no check was kept: run ftui check --changed first"
    """Why there are no findings."""
    opened: ExitStack = field(default_factory=ExitStack)
    """Files that the plan itself opened."""

    @classmethod
    def of(
        cls,
        project: Project,
        dataset: Dataset | None,
        seed: int,
        findings: Findings | None,
        strata: Collection[str],
        cancelled: Callable[[], bool],
    ) -> Planning:
        """Look over the data once."""
        if dataset is None:
            return cls(project, seed, [], Task())
        away = {str(path.absolute()) for path in project.production}
        tables = [
            table
            for table in scan(dataset, seed, cancelled)
            if str(table.document.path) not in away and len(table.rows)
        ]
        made = cls(project, seed, tables, look(project, tables, seed), findings)
        if findings is None and {"flagged", "held-out"} & set(strata):
            made._check(dataset, cancelled)
        return made

    def _check(self, dataset: Dataset, cancelled: Callable[[], bool]) -> None:
        """The findings of the last check that was kept, else of small data those of one run now."""
        try:
            self.findings = Findings.of_last_check(dataset, self.project)
            if self.findings is None and self.row_count <= _CHECKED_NOW:
                self.findings = Findings.now(dataset, self.project, cancelled)
        except FtuiError as error:
            self.unchecked = error.message

    @property
    def training(self) -> list[SplitRows]:
        """The rows that training sees: of the training splits, else of all that are not held out."""
        named = [table for table in self.tables if usual_split(table.split) == "train"]
        return named or [table for table in self.tables if not is_held_out(table.split)]

    @property
    def held_out(self) -> list[SplitRows]:
        """The rows of the validation and test splits."""
        return [table for table in self.tables if is_held_out(table.split)]

    @property
    def row_count(self) -> int:
        """Rows of the dataset."""
        return sum(len(table.rows) for table in self.tables)

    @property
    def longest_prompt(self) -> int:
        """Characters of which a prompt surely fits the context."""
        return 2 * (self.project.sampling.context or _CONTEXT)

    @property
    def labelled(self) -> bool:
        """Whether rows have labels, or answers that are labels."""
        return self.task.terse or self.task.labelled

    def by_hash(
        self, tables: Sequence[SplitRows], masks: Sequence[NDArray[np.bool_]] | None = None
    ) -> Iterator[Candidate]:
        """Rows in an order that the seed and what they say decide."""
        return by_hash(tables, self.seed, masks=masks)

    def some_rows(self, tables: Sequence[SplitRows], most: int) -> Iterator[Candidate]:
        """About so many rows, chosen by their hashes and read in file order, which is quicker."""
        share = most / max(sum(len(table.rows) for table in tables), 1)
        hashes = [seeded(table.hashes, self.seed) for table in tables]
        masks = None if share >= 1 else [each < np.uint64(int(share * 2**64)) for each in hashes]
        return in_order(tables, [np.arange(len(each)) for each in hashes], masks)

    def hit_by(self, code: str) -> list[NDArray[np.bool_]] | None:
        """For each table the rows that a rule hit; None where no check says so."""
        if self.findings is None:
            return None
        masks = []
        for table in self.tables:
            mask = np.zeros(len(table.rows), np.bool_)
            mask[self.hits[id(table)].get(code, [])] = True
            masks.append(mask)
        return masks

    @cached_property
    def hits(self) -> dict[int, dict[str, I64]]:
        """By the identity of the table, rule code to the places of the rows hit, ascending."""
        if self.findings is None:
            return {id(table): {} for table in self.tables}
        return {id(table): self.findings.of_rows(table) for table in self.tables}

    def overlap(self, row: Candidate) -> str:
        """Why a held-out row is none: a leak that a check found, or the same bytes in training; "" for none."""
        for code, places in sorted(self.hits.get(id(row.rows), {}).items()):
            if code.startswith("LEK") and contains(places, row.at):
                return self.findings.title(code) if self.findings else code
        return _SAME if row.rows.hashes[row.at] in self._training_hashes else ""

    @cached_property
    def _training_hashes(self) -> frozenset[int]:
        """Of the rows that training and a held-out split both have."""
        held = np.concatenate([np.zeros(0, np.uint64), *(table.hashes for table in self.held_out)])
        both: list[NDArray[np.uint64]] = [np.intersect1d(held, table.hashes) for table in self.training]
        return frozenset(each for part in both for each in part.tolist())

    def notes(self, prompts: Sequence[Prompt]) -> list[str]:
        """What a person should know of the data that the prompts came from."""
        found = []
        held = [prompt for prompt in prompts if prompt.stratum == "held-out"]
        leaked = [prompt for prompt in held if ";" in prompt.why]
        if leaked:
            found.append(
                f"held-out: {len(leaked)} of {len(held)} prompts are in training too: figures on them say nothing"
            )
        elif held and self.findings is None:
            found.append(f"held-out: whether training has near copies is not known: {self.unchecked}")
        task = self.task
        if task.sampled and task.unusable * 10 > task.sampled:
            share = task.unusable / task.sampled
            found.append(
                f"{share:.0%} of the rows give no prompt: they ask nothing, or need tools or pictures"
            )
        return found
