"""What the rows of a dataset are like, from a sample: how answers end, how long they are, whether they are labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from ftui.project.settings import Project
from ftui.review.planning.conversations import Conversation, conversation
from ftui.review.planning.row_scan import Candidate, SplitRows, by_hash
from ftui.rules.exchanges import bare
from ftui.rules.labels.variants import ROWS_AN_ANSWER, TERSE_SHARE, TERSE_WORDS
from ftui.rules.stop_signal.end_marker import discover_marker

_SAMPLE = 2_000
_LEAST_ROWS = 40


class Task(NamedTuple):
    """What a sample of rows settled."""

    marker: str = ""
    """The end marker of the answers; "" for none."""
    terse: bool = False
    """Whether answers are labels: nearly all of a few words, and each of them often."""
    answer_characters: int | None = None
    """The length that 95 of 100 answers keep to; None without answers."""
    labelled: bool = False
    """Whether rows have a label."""
    sampled: int = 0
    """Rows that were looked at."""
    unusable: int = 0
    """Rows of them that ask nothing, or need tools or pictures."""

    def read(self, candidate: Candidate) -> Conversation | None:
        """A row as a conversation, with its label where the task is labelled."""
        found = conversation(candidate.example, candidate.value, self.marker)
        if found is None or found.label is not None or not self.terse or found.reference is None:
            return found
        return found._replace(label=found.reference)


def look(project: Project, tables: Sequence[SplitRows], seed: int) -> Task:
    """Look at up to 2,000 rows, chosen by what they say."""
    rows = list(islice(by_hash(tables, seed), _SAMPLE))
    found = [conversation(each.example, each.value) for each in rows]
    answers = [each.reference for each in found if each is not None and each.reference]
    marker = project.stop.end_marker
    if marker is None:
        marker = _marker(rows)
    bared = [bare(answer, 0, marker)[1] for answer in answers]
    lengths = sorted(map(len, bared))
    return Task(
        marker,
        _terse(bared),
        lengths[int(0.95 * (len(lengths) - 1))] if lengths else None,
        any(each is not None and each.label is not None for each in found),
        len(found),
        sum(each is None for each in found),
    )


def _marker(rows: Sequence[Candidate]) -> str:
    """The end marker that the answers have, where they are of one mind."""
    said = [
        [text.text for text in row.example.texts if text.role in ("assistant", "chosen")]
        for row in rows
        if row.example is not None
    ]
    return discover_marker([texts[-1] for texts in said if texts]).marker or ""


def _terse(answers: Sequence[str]) -> bool:
    brief = sum(len(answer.split()) <= TERSE_WORDS for answer in answers)
    kinds = len({answer.lower() for answer in answers})
    return (
        len(answers) >= _LEAST_ROWS
        and brief >= TERSE_SHARE * len(answers)
        and len(answers) >= ROWS_AN_ANSWER * kinds
    )
