"""Examples of a model entry: rows of a data file that stand before every prompt as question and answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ftui.dataset.document import Document
from ftui.dataset.formats.base import never, no_progress
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review.planning.conversations import Conversation, conversation

MOST = 64
"""Rows that are read: more examples than that fill any context."""
_TOKEN_BYTES = 3
"""Bytes a token, on the safe side: English has 4 to 5, other scripts 2 to 3."""
_SHARE = 2
"""Examples take at most half of the context."""


class Shot(NamedTuple):
    """A question with its answer."""

    asked: str
    answer: str


def before(messages: Sequence[Message], model: ReviewModel, context: int, notes: list[str]) -> list[Message]:
    """The conversation with the model's examples behind its system prompt.

    The same examples before every prompt, so that all share one beginning; one that asks what the prompt asks is left
    out, for it would give the answer away. Raises FtuiError for a file that has none.
    """
    if model.shots is None:
        return [*messages]
    shots = read_shots(model.shots)
    fitting = fit(shots, context)
    if len(fitting) < len(shots):
        notes.append(f"{len(fitting)} of {len(shots)} examples: more would take over half of the context")
    asked = {message.content.strip() for message in messages if message.role == "user"}
    own = [shot for shot in fitting if shot.asked.strip() not in asked]
    if len(own) < len(fitting):
        notes.append("an example that asks the same is left out")
    turns = [each for a, b in own for each in (Message("user", a), Message("assistant", b))]
    head = [message for message in messages if message.role == "system"]
    return [*head, *turns, *(message for message in messages if message.role != "system")]


def fit(shots: Sequence[Shot], context: int) -> tuple[Shot, ...]:
    """The first examples that take up to half of a context of so many tokens, by an estimate."""
    room = context * _TOKEN_BYTES // _SHARE
    found: list[Shot] = []
    for shot in shots:
        room -= len(shot.asked.encode("utf-8", "replace")) + len(shot.answer.encode("utf-8", "replace")) + 60
        if room < 0:
            break
        found.append(shot)
    return tuple(found)


def read_shots(path: Path) -> tuple[Shot, ...]:
    """The first rows of a data file as question and answer. Raises FtuiError where no row has both."""
    try:
        stamp = path.stat()
    except OSError as error:
        raise FtuiError(
            f"{path}: {error.strerror}", "look at --shots, or shots in [[review.models]]"
        ) from error
    return _read(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, _size: int) -> tuple[Shot, ...]:
    document = Document.open(path, Project(path.absolute().parent))
    try:
        document.load_first(MOST)
        if document.base_rows < MOST:
            document.build_index(no_progress, never)
        found: list[Shot] = []
        for row in range(min(document.base_rows, MOST)):
            value = document.parsed(row).value
            shot = _shot(conversation(document.example(row), value))
            if shot is not None:
                found.append(shot)
    finally:
        document.close()
    if not found:
        raise FtuiError(f"{path}: no row has a question and an answer", "name a data file with both")
    return tuple(found)


def _shot(row: Conversation | None) -> Shot | None:
    """The first question of a conversation with its answer."""
    if row is None:
        return None
    turns = [message for message in row.messages if message.role != "system"]
    answer = turns[1].content if len(turns) > 1 else row.reference
    if not turns or not answer or not answer.strip():
        return None
    return Shot(turns[0].content, answer)
