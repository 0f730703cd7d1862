"""Family FMT: structure and template. Rows that cannot be read, have the wrong shape, or say nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.example import ANSWER_ROLES
from ftui.project.settings import Severity
from ftui.rules.chunk import Chunk
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Place, Row, Rule
from ftui.rules.structure import row_template
from ftui.rules.structure.exact import Conventions, Examiner, Form, head
from ftui.rules.structure.pages import RULES
from ftui.text import placeholders
from ftui.text.blank import EMPTY, STRAY

MIXED = ("FMT001", "FMT006")
"""Rules whose findings differ in severity."""
CONVENTION_SHARE = 0.9
CONVENTION_TEXTS = 10
"""Fewer texts make no convention."""
CHECKED_ROLES = ("system", "user", "assistant", "label", "chosen", "rejected")
PLACEHOLDER_ROLES = ("system", "user", "assistant", "chosen", "rejected")


class Found(NamedTuple):
    """Findings of one rule in one chunk: the rows, and how many findings of each severity."""

    rows: NDArray[np.int64]
    findings: int
    severities: dict[Severity, int]


class Structure:
    """The four parts of the family: vectorised tests pick rows that may have a finding, the exact half judges them."""

    name = "FMT"
    rules: tuple[Rule, ...] = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Conventions:  # noqa: ARG002
        """The white space that nearly all texts of a field share."""
        seen: dict[tuple[int, str, str], Counter[Form]] = {}
        for chunk in sample:
            for example in chunk.examples:
                for text in example.texts if example is not None else ():
                    if text.role in CHECKED_ROLES and (bare := text.text.strip(STRAY)):
                        start = text.text.index(bare)
                        form = Form(text.text[:start], text.text[start + len(bare) :])
                        key = (chunk.file, str(text.role), head(text.field))
                        seen.setdefault(key, Counter())[form] += 1
        conventions: Conventions = {}
        for key, forms in seen.items():
            form, total = _shared(forms), forms.total()
            if total >= CONVENTION_TEXTS and form != Form("", ""):
                conventions[key] = form
        return conventions

    def map(self, chunk: Chunk, context: Context) -> dict[str, Found]:
        """Exact findings of the rows that may have any, as rows and counts."""
        examiner = Examiner(context.surveys.get(self.name) or {}, context)
        rows: dict[str, list[int]] = {}
        severities: dict[str, Counter[Severity]] = {}
        own = {rule.code: rule.severity for rule in RULES}
        for i in _candidates(chunk, examiner):
            row = Row(Place(chunk.file, chunk.split, chunk.numbers[i]), chunk.parsed[i], chunk.examples[i])
            for finding in examiner.findings(row):
                held = rows.setdefault(finding.code, [])
                if not held or held[-1] != row.place.row:
                    held.append(row.place.row)
                severities.setdefault(finding.code, Counter())[finding.severity or own[finding.code]] += 1
        return {
            code: Found(np.array(held, dtype=np.int64), severities[code].total(), dict(severities[code]))
            for code, held in rows.items()
        }

    def combine(
        self, partials: Iterable[tuple[Chunk | ChunkInfo, dict[str, Found]]], context: Context
    ) -> Combined:
        """Hits and counts of all chunks."""
        hits: list[dict[str, list[NDArray[np.int64]]]] = [{} for _ in context.files]
        counts: Counter[str] = Counter()
        severities: dict[str, Counter[Severity]] = {code: Counter() for code in MIXED}
        for info, partial in partials:
            for code, found in partial.items():
                hits[info.file].setdefault(code, []).append(found.rows)
                counts[code] += found.findings
                if code in severities:
                    severities[code].update(found.severities)
        joined = [{code: np.sort(np.concatenate(rows)) for code, rows in of.items()} for of in hits]
        mixed = {code: dict(each) for code, each in severities.items() if each}
        whole = list(_between_records(context))
        if whole:
            counts["FMT001"] += len(whole)
            mixed.setdefault("FMT001", {})["info"] = mixed.get("FMT001", {}).get("info", 0) + len(whole)
        state = context.surveys.get(self.name) or {}
        skipped = {} if Examiner({}, context).template else {row_template.CODE: row_template.SKIPPED}
        return Combined(joined, dict(counts), state, whole, skipped, severities=mixed)

    def inspect(self, row: Row, state: Any, context: Context) -> list[Finding]:
        """The findings of one row, exact."""
        return Examiner(state or {}, context).findings(row)


def _between_records(context: Context) -> Iterator[Finding]:
    """What is odd about whole files: blank lines, line endings."""
    for number, info in enumerate(context.files):
        for note in info.notes:
            evidence = {"problem": note.kind, "readable": True}
            yield Finding("FMT001", note.message, evidence=evidence, severity="info", file=number)


def _shared(forms: Counter[Form]) -> Form:
    """The leading and the trailing white space that 90 % of the texts have; "" where they differ."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for form, count in forms.items():
        before[form.before] += count
        after[form.after] += count
    enough = CONVENTION_SHARE * forms.total()
    (lead, leads), (trail, trails) = before.most_common(1)[0], after.most_common(1)[0]
    return Form(lead if leads >= enough else "", trail if trails >= enough else "")


def _candidates(chunk: Chunk, examiner: Examiner) -> list[int]:
    """Positions in the chunk of the rows that may have a finding, in order."""
    found = {
        i
        for i, (parsed, example) in enumerate(zip(chunk.parsed, chunk.examples, strict=True))
        if parsed.problems or (example is not None and example.problems)
    }
    if examiner.template is not None:
        template, marker = examiner.template, examiner.marker
        found.update(
            i
            for i, example in enumerate(chunk.examples)
            if example is not None and row_template.deviates(example, template, marker)
        )
    rows = np.unique(np.concatenate([*_suspect_texts(chunk, examiner), _suspect_rows(chunk, examiner)]))
    if chunk.sampled is None:
        found.update((rows - chunk.first).tolist())
    else:
        place = {row: i for i, row in enumerate(chunk.sampled)}
        found.update(place[row] for row in rows.tolist())
    return sorted(found)


def _suspect_rows(chunk: Chunk, examiner: Examiner) -> NDArray[np.int64]:
    """Rows whose whole prompt is empty or, in preference data (where one text may hold both), whose answer is."""
    empty = pl.col("prompt").str.strip_chars(EMPTY) == ""
    if any(e is not None and e.layout == "preference" for e in chunk.examples[:1]):
        empty |= _without_marker("answer", examiner.marker).str.strip_chars(EMPTY) == ""
    return chunk.rows.filter(empty)["row"].to_numpy()


def _suspect_texts(chunk: Chunk, examiner: Examiner) -> list[NDArray[np.int64]]:
    """Rows with an empty turn or answer, with a placeholder, or with something around a text."""
    text, role = pl.col("text"), pl.col("role")
    cue = text.str.contains_any(list(placeholders.CUES)) | text.str.contains(placeholders.SLOT)
    cue &= role.is_in(PLACEHOLDER_ROLES)
    found = chunk.texts.filter(cue | _stray(chunk, examiner))
    # What is empty or all placeholder is short without its blanks: only such texts go through the slower tests.
    room = placeholders.LONGEST_WHOLE + len(examiner.marker.encode())
    bare = text.str.strip_chars(EMPTY)
    marked = bare.str.starts_with(examiner.marker) if examiner.marker else pl.lit(False)
    short = chunk.texts.filter((bare.str.len_bytes() <= room) | marked)
    inner = _without_marker("text", examiner.marker).str.strip_chars(EMPTY)
    turn = pl.col("field").str.contains("[", literal=True)
    empty = (inner == "") & (role.is_in([*ANSWER_ROLES, "label"]) | (turn & (role == "user")))
    whole = inner.str.to_lowercase().str.contains(placeholders.WHOLE_PATTERN) & role.is_in(PLACEHOLDER_ROLES)
    return [found["row"].to_numpy(), short.filter(empty | whole)["row"].to_numpy()]


def _stray(chunk: Chunk, examiner: Examiner) -> pl.Expr:
    """Texts with something around them that is not the convention of their field."""
    text, role = pl.col("text"), pl.col("role")
    stripped = text.str.strip_chars(STRAY)
    stray = (text != stripped) & role.is_in(CHECKED_ROLES)
    for (file, who, field), form in examiner.conventions.items():
        if file == chunk.file:
            here = (role == who) & (pl.col("field").str.extract(r"^([^\[.]*)") == field)
            conventional = pl.concat_str(pl.lit(form.before), stripped, pl.lit(form.after)) == text
            stray &= ~(here & conventional)
    return stray


def _without_marker(column: str, marker: str) -> pl.Expr:
    """Texts without the end marker at their end; where they begin with it, without any of it."""
    text = pl.col(column)
    if not marker:
        return text
    stripped = text.str.strip_chars(STRAY)
    without = stripped.str.replace_all(marker, "", literal=True)
    return (
        pl.when(stripped.str.starts_with(marker)).then(without).otherwise(stripped.str.strip_suffix(marker))
    )


FAMILY = Structure()
