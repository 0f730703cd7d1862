"""Which columns of the rows say when, whose, about what and in which language: as the project says, else by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ftui.project.settings import Columns, Project
from ftui.rules.chunk import Chunk

NAMES: dict[str, tuple[str, ...]] = {
    "time": ("created_at", "timestamp", "created", "date", "datetime", "time", "created_date", "createdat"),
    "group": (
        "user_id", "user", "userid", "author_id", "session_id", "conversation_id", "thread_id", "message_tree_id",
        "document_id", "doc_id", "group", "group_id", "customer_id", "patient_id",
    ),
    "topic": ("topic", "category", "subject", "theme"),
    "domain": ("domain",),
    "language": ("language", "lang", "locale"),
}  # fmt: skip
"""Usual names, the likeliest first; compared without case."""
VOTE_NAMES = ("votes", "annotations", "labels")
VOTE_PREFIXES = ("annotator", "rater", "vote_", "label_", "annotation_", "judge")
SHARE = 0.5
"""A column stands for the data only if this share of the rows has it."""


def find(sample: Sequence[Chunk], project: Project) -> Columns:
    """The columns, named by the project or found in a sample of the rows."""
    rows = [parsed.value for chunk in sample for parsed in chunk.parsed if isinstance(parsed.value, dict)]
    seen = Counter(key for row in rows for key, value in row.items() if value is not None)
    often = {key for key, count in seen.items() if count >= SHARE * len(rows)}
    said = project.meta
    group = said.group or tuple(name for name in (_first("group", often),) if name)
    return Columns(
        time=said.time or _first("time", often),
        group=group,
        topic=said.topic or _first("topic", often),
        domain=said.domain or _first("domain", often),
        language=said.language or _first("language", often),
        votes=said.votes or _votes(rows, often),
    )


def value(row: Any, column: str | None) -> Any:
    """What a row's value (an object) says in a column; dots reach into objects. None where it says nothing."""
    for step in column.split(".") if column else ():
        if not isinstance(row, dict):
            return None
        if column in row:
            return row[column]
        row = row.get(step)
    return row if column else None


def _first(what: str, often: Iterable[str]) -> str | None:
    by_name = {name.lower(): name for name in sorted(often)}
    return next((by_name[name] for name in NAMES[what] if name in by_name), None)


def _votes(rows: Sequence[dict[str, Any]], often: Iterable[str]) -> tuple[str, ...]:
    """A column with lists of plain votes, else two or more columns named after annotators."""
    columns = sorted(often)
    for name in columns:
        if name.lower() in VOTE_NAMES and all(_is_vote_list(row.get(name)) for row in rows):
            return (name,)
    named = tuple(c for c in columns if c.lower().startswith(VOTE_PREFIXES))
    plain = tuple(c for c in named if all(_is_vote(row.get(c)) for row in rows))
    return plain if len(plain) > 1 else ()


def _is_vote_list(held: object) -> bool:
    return held is None or (isinstance(held, list) and all(_is_vote(one) for one in held))


def _is_vote(held: object) -> bool:
    return held is None or (isinstance(held, str | int | float | bool) and len(str(held)) <= 60)
