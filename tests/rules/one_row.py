"""One row as a family of row rules sees it, and its text after the fixes of a finding."""

from __future__ import annotations

from pathlib import Path

from ftui.dataset.layouts import find_layout
from ftui.dataset.record import Parsed
from ftui.project.settings import Project
from ftui.rules.chunk import Chunk
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import Context, FileInfo, Finding, Place, Row

QUESTION = "How should I go about this?"


def judged(family: RowFamily, answer: str, prompt: str = QUESTION, *, timed: bool = False) -> list[Finding]:
    """The findings of a prompt and its answer; the vectorised half must not leave out what the exact half finds.

    `timed`: where a parser may run out of time in one half and not in the other.
    """
    value = {"prompt": prompt, "completion": answer}
    layout = find_layout([value], None)
    example = layout.example(value)
    context = Context(Project(Path()), (FileInfo("f", layout.name, (("train", 0, 1),), 1),))
    found = family.inspect(Row(Place(0, "train", 0), Parsed(value), example), None, context)
    chunk = Chunk(0, "train", 0, [Parsed(value)], [example])
    tally = family.map(chunk, context)
    assert timed or sum(tally.counts.values()) == len(found)
    return found


def codes(family: RowFamily, answer: str, prompt: str = QUESTION) -> list[str]:
    """The codes of the findings, each once, in order."""
    return sorted({finding.code for finding in judged(family, answer, prompt)})


def mended(answer: str, findings: list[Finding], safety: str = "safe") -> str:
    """The answer after the edits of all fixes of this safety."""
    edits = [
        edit
        for finding in findings
        if finding.fix is not None and finding.fix.safety == safety
        for edit in finding.fix.edits
        if edit.field == "completion"
    ]
    for edit in sorted(edits, key=lambda each: -each.start):
        answer = answer[: edit.start] + edit.text + answer[edit.end :]
    return answer
