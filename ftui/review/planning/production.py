"""Prompts of real traffic: the files under `[data] production`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ftui.dataset.dataset import display_path
from ftui.dataset.document import Document
from ftui.dataset.formats.base import never, no_progress
from ftui.model.ollama_template import Message
from ftui.project.settings import Project
from ftui.review.planning.conversations import sendable
from ftui.review.planning.row_prompts import prompt_of
from ftui.review.planning.row_scan import scan_rows
from ftui.review.planning.strata import Stratum
from ftui.review.planning.survey import Planning
from ftui.review.prompt import Prompt, conversation_id
from ftui.rules.balance.production import asked

STRATUM = "production"
_WHY = "production row"
_SAMPLE = 200


def stratum(planning: Planning) -> Stratum:
    """The production rows in an order that their content decides. Raises FtuiError for a file that cannot be read."""
    if not planning.project.production:
        return Stratum.empty(STRATUM, "no production rows are named: production under [data] in ftui.toml")
    return Stratum(STRATUM, _prompts(planning), "no more production rows ask anything")


def _prompts(planning: Planning) -> Iterator[Prompt]:
    tables = []
    for path in planning.project.production:
        document = _open(path, planning.project)
        planning.opened.callback(document.close)
        document.build_index(no_progress, never)
        tables.append(scan_rows(document, -1, STRATUM, seed=planning.seed))
    for row in planning.by_hash(tables):
        prompt = prompt_of(row, STRATUM, planning.task, _WHY)
        if prompt is None:
            # A log line of which no layout knows the form.
            text = sendable(asked(row.example, row.value))
            if not text.strip():
                continue
            messages = (Message("user", text),)
            prompt = Prompt(conversation_id(messages), STRATUM, messages, why=_WHY, source=row.source)
        yield prompt


def _open(path: Path, project: Project) -> Document:
    """Read as the project says; as its own rows say where that finds no prompts."""
    document = Document.open(path, project, display_path(path, project))
    if not (project.layout or project.columns):
        return document
    rows = range(min(document.base_rows, _SAMPLE))
    examples = [document.example(row) for row in rows]
    if 2 * sum(bool(each and each.prompt.strip()) for each in examples) >= len(examples):
        return document
    document.close()
    return Document.open(path, replace(project, layout=None, columns={}), display_path(path, project))
