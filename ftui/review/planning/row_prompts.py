"""Rows as prompts of a stratum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ftui.review.planning.row_scan import Candidate
from ftui.review.planning.task import Task
from ftui.review.prompt import Prompt, conversation_id

Why = Callable[[Candidate], str]


def prompts_of(rows: Iterable[Candidate], stratum: str, task: Task, why: Why) -> Iterator[Prompt]:
    """The prompts of rows that ask something, in their order."""
    for row in rows:
        found = prompt_of(row, stratum, task, why(row))
        if found is not None:
            yield found


def prompt_of(row: Candidate, stratum: str, task: Task, why: str) -> Prompt | None:
    """One row as a prompt; None where it asks nothing."""
    read = task.read(row)
    if read is None or not read.messages:
        return None
    name = conversation_id(read.messages, stratum=stratum)
    return Prompt(name, stratum, read.messages, read.reference, read.label, why, row.source)
