"""Files made for a test and checked as the command line does it, for the families that compare rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftui.dataset.dataset import Dataset
from ftui.dataset.record import FieldEdit
from ftui.project.settings import Project, RuleSettings
from ftui.rules import engine
from ftui.rules.check import Check
from ftui.rules.findings import Located

Rows = Sequence[Any]


def ask(prompt: str, answer: str, **more: Any) -> dict[str, Any]:
    return {"instruction": prompt, "input": "", "output": answer, **more}


def sort(text: str, label: str) -> dict[str, Any]:
    return {"text": text, "label": label}


def check(folder: Path, splits: Mapping[str, Rows], *select: str, **options: Mapping[str, Any]) -> Check:
    """The rows of each split in a file of its own, checked; the hits must be those that `inspect` explains."""
    paths = []
    for name, rows in splits.items():
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        paths.append(path)
    project = Project(folder, rules=RuleSettings(options=options))
    done = engine.check(Dataset.open(paths, project), project, select=select, jobs=1, debug=True)
    assert_explained(done)
    return done


def assert_explained(done: Check) -> None:
    """Every row is inspected: what is found is what the counts, hits and severities say."""
    counts: dict[str, int] = {}
    severities = dict.fromkeys(done.severities, 0)
    hits: list[dict[str, list[int]]] = []
    for file, document in enumerate(done.dataset.documents):
        of_file: dict[str, list[int]] = {}
        for row in document.order():
            for each in done.inspect(file, row):
                counts[each.code] = counts.get(each.code, 0) + 1
                severities[each.severity] += 1
                of_file.setdefault(each.code, [])
                if row not in of_file[each.code]:
                    of_file[each.code].append(row)
        hits.append(of_file)
    for each in done.whole:
        counts[each.code] = counts.get(each.code, 0) + 1
        severities[each.severity] += 1
    assert counts == done.counts
    assert severities == done.severities
    assert hits == [{code: rows.tolist() for code, rows in found.items()} for found in done.hits]


def rows_of(done: Check, code: str, file: int = 0) -> list[int]:
    """The rows of a file that a rule hit."""
    return list(done.hits[file].get(code, ()))


def found(done: Check, row: int, code: str, file: int = 0) -> Located:
    """The one finding of a rule in a row."""
    (one,) = [each for each in done.inspect(file, row) if each.code == code]
    return one


def typed(done: Check, row: int, value: Any, file: int = 0) -> list[Located]:
    """What a row would be reported for with another value."""
    return done.inspect(file, row, json.dumps(value).encode())


def codes(findings: Iterable[Located]) -> list[str]:
    return [each.code for each in findings]


def mended_text(text: str, edits: Iterable[FieldEdit]) -> str:
    """A text with the edits of its field made."""
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
