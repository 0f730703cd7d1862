"""Probes: half of a training answer or of a benchmark's question is given; who knows it by heart writes the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ftui.dataset.dataset import display_path
from ftui.dataset.document import Document
from ftui.dataset.formats.base import never, no_progress
from ftui.model.ollama_template import Message
from ftui.project.settings import Project
from ftui.review.planning.conversations import sendable
from ftui.review.planning.row_scan import scan_rows
from ftui.review.planning.strata import Stratum
from ftui.review.planning.survey import Planning
from ftui.review.prompt import Prompt, Source, conversation_id
from ftui.rules.leakage.benchmark_index import benchmark_name, question

TRAINING, BENCHMARK = "train-prefix", "benchmark-prefix"
LEAST = 160
"""Characters of a text that is worth halving: 80 to go on from, 80 that nobody guesses."""
MOST = 6_000
"""Of longer texts the beginning."""
_SPACE = re.compile(r"\s")


class Halves(NamedTuple):
    """A text in two; together they are the text."""

    given: str
    rest: str


def halves(text: str) -> Halves | None:
    """A text cut before the white space nearest to its middle; None for one that is too short.

    The space belongs to the rest: it is part of the token that follows. Where the middle half has no space (Chinese,
    Japanese, Thai), the cut is between two characters.
    """
    text = text[:MOST].strip()
    if len(text) < LEAST:
        return None
    middle = len(text) // 2
    spaces = [found.start() for found in _SPACE.finditer(text, middle // 2, middle + middle // 2)]
    cut = min(spaces, key=lambda at: (abs(at - middle), at)) if spaces else _between(text, middle)
    while cut > 0 and text[cut - 1].isspace():
        cut -= 1
    return Halves(text[:cut], text[cut:]) if 0 < cut < len(text) else None


def _between(text: str, at: int) -> int:
    """The first place from here that parts no accent, joiner or variation sign from its letter."""
    while at < len(text) and (
        unicodedata.combining(text[at]) or text[at] in "\u200d\ufe0e\ufe0f" or text[at - 1] == "\u200d"
    ):
        at += 1
    return at


def of_training(planning: Planning) -> Stratum:
    """The first half of a training answer behind its prompt, as training showed it."""
    if not planning.training:
        return Stratum.empty(TRAINING, "there is no training split")
    return Stratum(TRAINING, _of_training(planning), f"no more answers have {LEAST} characters")


def _of_training(planning: Planning) -> Iterator[Prompt]:
    for row in planning.by_hash(planning.training):
        read = planning.task.read(row)
        if read is None or read.reference is None or read.label is not None:
            continue
        parts = halves(read.reference)
        if parts is None or sum(len(m.content) for m in read.messages) > planning.longest_prompt:
            continue
        messages = _with_half(read.messages, parts.given)
        why = "first half of the answer" if read.messages else "first half of the text"
        yield _probe(TRAINING, messages, parts, why, row.source)


def _with_half(messages: tuple[Message, ...], half: str) -> tuple[Message, ...]:
    """The half behind the conversation; in a text row behind the tag of the answer."""
    if not messages or messages[-1].role != "assistant":
        return (*messages, Message("assistant", half))
    tag = messages[-1].content
    between = "" if tag[-1:].isspace() else " "
    return (*messages[:-1], Message("assistant", f"{tag}{between}{half}"))


def of_benchmarks(planning: Planning) -> Stratum:
    """The first half of a benchmark's question, as it stands. Raises FtuiError for a file that cannot be read."""
    if not planning.project.benchmarks:
        return Stratum.empty(BENCHMARK, "no benchmarks are named: benchmarks under [data] in ftui.toml")
    return Stratum(BENCHMARK, _of_benchmarks(planning), f"no more questions have {LEAST} characters")


def _of_benchmarks(planning: Planning) -> Iterator[Prompt]:
    tables = []
    for path in planning.project.benchmarks:
        # Benchmarks have layouts of their own, whatever the project's is.
        document = Document.open(path, Project(planning.project.root), display_path(path, planning.project))
        planning.opened.callback(document.close)
        document.build_index(no_progress, never)
        tables.append(scan_rows(document, -1, "benchmark", seed=planning.seed))
    for row in planning.by_hash(tables):
        parts = halves(sendable(question(row.value, row.example)))
        if parts is not None:
            why = f"first half of {benchmark_name(row.rows.document.path)}/{row.source.row}"
            yield _probe(BENCHMARK, (Message("assistant", parts.given),), parts, why, row.source)


def _probe(stratum: str, messages: tuple[Message, ...], parts: Halves, why: str, source: Source) -> Prompt:
    name = conversation_id(messages, stratum=stratum)
    return Prompt(name, stratum, messages, parts.rest, why=why, source=source)
