"""One chunk through the `map` of every family, each timed, and a family that fails kept from stopping the others."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from polars.exceptions import PanicException

from ftui.dataset.document import Document
from ftui.rules.chunk import Chunk
from ftui.rules.reading import Task, read
from ftui.rules.rule import Context, Family

READING = "reading"
"""The name in the timing under which parsing and building the chunks stands."""


FAILURES = (Exception, PanicException)
"""What a faulty family may raise without costing the findings of the others; a panic in polars is no Exception."""


@dataclass(slots=True)
class Mapped:
    """What one chunk gave."""

    partials: dict[str, Any]
    """By family."""
    seconds: dict[str, float]
    failed: dict[str, str] = field(default_factory=dict)
    """Family to the traceback of its failure."""
    unreadable: int = 0


def map_task(document: Document, task: Task, families: Sequence[Family], context: Context) -> Mapped:
    """Read a chunk and run the families over it."""
    began = time.perf_counter()
    chunk = read(document, task)
    spent = time.perf_counter() - began
    mapped = map_chunk(chunk, families, context)
    mapped.seconds[READING] = spent
    mapped.unreadable = unreadable(chunk, task)
    return mapped


def unreadable(chunk: Chunk, task: Task) -> int:
    """How many rows of a chunk hold no value; deleted rows do not count."""
    return sum(parsed.value is None for parsed in chunk.parsed) - len(task.deleted)


def map_chunk(chunk: Chunk, families: Sequence[Family], context: Context) -> Mapped:
    """Run the families over a chunk that was read already."""
    mapped = Mapped({}, {})
    for family in families:
        began = time.perf_counter()
        try:
            mapped.partials[family.name] = family.map(chunk, context)
        except FAILURES:
            mapped.failed[family.name] = traceback.format_exc()
        mapped.seconds[family.name] = time.perf_counter() - began
    return mapped
