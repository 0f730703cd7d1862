"""Answers about distributions: the figures of all rows are kept until rows change, those of the rows shown, too."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import Cancelled
from ftui.dataset.mirror import Ticket
from ftui.jobs.figures import Figures, Part, charts, count, parts_of, read
from ftui.model import tokenizer
from ftui.project.settings import Project
from ftui.rules.rule import Context
from ftui.rules.scratch import Scratch
from ftui.rules.token_counts import Setup

TICK = 0.25
"""Seconds between two answers about progress."""


class Tell(Protocol):
    """Sends one answer."""

    def __call__(self, kind: str, payload: bytes = b"", **fields: object) -> None: ...


class Wanted(NamedTuple):
    """What is to be counted: which split the table shows, and which of its rows where it is filtered."""

    split: str
    rows: list[Part] | None

    @classmethod
    def read(cls, head: dict[str, Any], payload: bytes) -> Wanted:
        """From a request: {split, rows: [[file, first row, bytes of a bit map, rows added since]] or null}."""
        if head["rows"] is None:
            return cls(head["split"], None)
        found, at = [], 0
        for file, first, size, added in head["rows"]:
            bits = np.unpackbits(np.frombuffer(payload, np.uint8, size, at))
            at += size
            numbers = np.concatenate([np.flatnonzero(bits) + first, np.array(added, np.int64)])
            found.append(Part(file, head["split"], numbers.astype(np.int64)))
        return cls(head["split"], found)


class Distributions:
    """Counts what is not known yet, and tells it as charts."""

    def __init__(self) -> None:
        self._whole: tuple[Ticket, Figures] | None = None
        self._fast: tuple[Setup, Setup] | None = None
        self._scratch: Scratch | None = None

    def close(self) -> None:
        """Forget everything."""
        if self._scratch is not None:
            self._scratch.remove()
        self._whole = self._fast = self._scratch = None

    def tell(
        self,
        wanted: Wanted,
        dataset: Dataset,
        project: Project,
        ticket: Ticket,
        setup: Setup,
        tell: Tell,
        cancelled: Cancelled,
    ) -> None:
        """ "progress" {done, total}, then "distribution" {whole, shown, charts, note}. Raises Stopped."""
        last = monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal last
            if monotonic() - last >= TICK:
                last = monotonic()
                tell("progress", done=done, total=total)

        parts = parts_of(dataset)
        setup = self._quick(setup, dataset, parts)
        context = Context(project, (), shared={"token setup": setup})
        if self._whole is None or self._whole[0] != ticket:
            self._whole = ticket, count(dataset, parts, context, progress, cancelled)
        whole = self._whole[1]
        own = wanted.rows
        if own is None and len(whole.splits) > 1:
            own = [part for part in parts if part.split == wanted.split]
        shown = None if own is None else count(dataset, own, context, progress, cancelled)
        sides = [None if each is None else [each.rows, each.looked] for each in (whole, shown)]
        tell(
            "distribution",
            whole=sides[0],
            shown=sides[1],
            charts=[*charts(whole, shown, setup.recipe)],
            note=setup.fault,
        )

    def _quick(self, setup: Setup, dataset: Dataset, parts: Sequence[Part]) -> Setup:
        """With the fast tokenizer where it counts as the exact one does; tried once."""
        if setup.recipe.kind == "estimate" or not parts:
            return setup
        if self._fast is None or self._fast[0] != setup:
            self._scratch = self._scratch or Scratch()
            rows: NDArray[np.int64] = parts[0].rows
            few = read(
                dataset, parts[0]._replace(rows=rows[:: max(1, len(rows) // tokenizer.AGREEMENT_TEXTS)])
            )
            texts = few.texts["text"].to_list()
            self._fast = (
                setup,
                setup._replace(recipe=tokenizer.checked(setup.recipe, texts, self._scratch.path)),
            )
        return self._fast[1]
