"""STP: how answers end. A model stops where its training data taught it to, and only there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.example import ANSWER_ROLES, Example, Text
from ftui.project.settings import Severity
from ftui.rules.chunk import Chunk
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Fix, Row
from ftui.rules.stop_signal import answer as stop_answer
from ftui.rules.stop_signal import configured as stop_configured
from ftui.rules.stop_signal import cut_answers
from ftui.rules.stop_signal.end_marker import Answer, Ending, Share, settle
from ftui.rules.stop_signal.pages import RULES
from ftui.text import markers, unfinished
from ftui.text.blank import STRAY
from ftui.text.truncation import PUNCTUATED

CODES = tuple(rule.code for rule in RULES)
_BREAKING = r"[\p{L},，、;(\[{“‘«–—-]$"
"""Last characters after which a text may be cut off; the exact check sees only rows that end so."""


@dataclass(slots=True)
class Partial:
    """One chunk: findings a row and rule, and how the last answers of its rows end."""

    hits: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    cut: Counter[Severity] = field(default_factory=Counter)
    """Severities of STP008."""


@dataclass(frozen=True)
class State:
    """What `inspect` needs, and the exact shares of all endings."""

    ending: Ending
    shares: tuple[Share, ...] = ()


class StopSignal:
    """The STP family."""

    name = "STP"
    rules = (*RULES, cut_answers.RULE)

    def survey(self, sample: Sequence[Chunk], context: Context) -> Ending:
        """The end marker, its separator, and how sentences end in this data."""
        cut_answers.survey(sample, context)
        answers = [
            Answer(text.text, last)
            for chunk in sample
            for example in chunk.examples
            if example is not None
            for text, last in stop_answer.judged(example)
        ]
        return settle(answers, context.project.stop)

    def map(self, chunk: Chunk, context: Context) -> Partial:
        """Find suspicious answers by columns, then look at these exactly."""
        ending: Ending = context.surveys[self.name]
        partial = Partial()
        hits: dict[str, list[int]] = {}
        for cut, severity in cut_answers.verdicts(chunk, context):
            hits.setdefault(cut_answers.RULE.code, []).append(cut)
            partial.cut[severity] += 1
        self._endings(chunk, ending, partial, hits)
        for code, rows in hits.items():
            partial.counts[code] = len(rows)
            partial.hits[code] = np.unique(np.array(rows, dtype=np.int64))
        return partial

    def _endings(self, chunk: Chunk, ending: Ending, partial: Partial, hits: dict[str, list[int]]) -> None:
        answers = _answers(chunk)
        if not len(answers):
            return
        answers = answers.with_columns(tail=_tail_marker(ending.candidates))
        last = answers.filter(pl.col("last"))
        partial.endings.update(dict(last["tail"].fill_null("").value_counts().iter_rows()))
        suspicious = _suspicious(answers, ending)
        for row, path, role, text, is_last in suspicious.select(
            "row", "field", "role", "text", "last"
        ).iter_rows():
            for finding in stop_answer.findings(Text(path, role, text), is_last, ending):
                hits.setdefault(finding.code, []).append(row)

    def combine(self, partials: Iterable[tuple[Chunk | ChunkInfo, Partial]], context: Context) -> Combined:
        """Hits in file order, exact shares, and the question that only a person can answer."""
        ending: Ending = context.surveys[self.name]
        parts: list[dict[str, list[NDArray[np.int64]]]] = [{} for _ in context.files]
        counts: Counter[str] = Counter()
        endings: Counter[str] = Counter()
        cut: Counter[Severity] = Counter()
        for info, partial in partials:
            cut.update(partial.cut)
            counts.update(partial.counts)
            endings.update(partial.endings)
            for code, rows in partial.hits.items():
                parts[info.file].setdefault(code, []).append(rows)
        hits = [{code: np.concatenate(rows) for code, rows in part.items()} for part in parts]
        total = endings.total()
        severities = {cut_answers.RULE.code: dict(cut)} if set(cut) - {cut_answers.RULE.severity} else {}
        no_limit = cut_answers.skipped(context)
        uncut = {cut_answers.RULE.code: no_limit} if no_limit else {}
        if not total:
            skipped = dict.fromkeys(CODES, "no row has an answer") | uncut
            return Combined(hits, dict(counts), State(ending), skipped=skipped, severities=severities)
        shares = tuple(
            Share(marker, rows, rows / total)
            for marker, rows in sorted(endings.items(), key=lambda item: (-item[1], item[0]))
        )
        whole = [_open_question(shares)] if ending.marker is None else []
        counts["STP002"] += len(whole)
        skipped = {} if ending.marker else {"STP001": _no_marker(ending), "STP003": _no_marker(ending)}
        configured = stop_configured.judge(context.project, ending.marker)
        if isinstance(configured, str):
            skipped[stop_configured.CODE] = configured
        else:
            whole += configured
            counts[stop_configured.CODE] = len(configured)
        return Combined(hits, dict(counts), State(ending, shares), whole, skipped | uncut, severities)

    def inspect(self, row: Row, state: State, context: Context) -> list[Finding]:
        """The findings of every answer of a row."""
        cut = cut_answers.findings(row.example, context) if row.example else ()
        return [*_inspect(row.example, state.ending), *cut]


def _inspect(example: Example | None, ending: Ending) -> list[Finding]:
    if example is None:
        return []
    return [
        finding
        for answer, last in stop_answer.judged(example)
        for finding in stop_answer.findings(answer, last, ending)
    ]


def _no_marker(ending: Ending) -> str:
    if ending.marker is None:
        return "the data has several ways to end: choose an end marker (STP002)"
    return "the project wants no end marker" if ending.named else "hardly any answer has an end marker"


def _answers(chunk: Chunk) -> pl.DataFrame:
    """The answers that are not empty, each with its text without white space at the end and whether it is the last."""
    answers = chunk.texts.filter(pl.col("role").is_in(list(ANSWER_ROLES))).with_columns(
        stripped=pl.col("text").str.strip_chars_end(STRAY)
    )
    changes = (pl.col("row") != pl.col("row").shift(-1)) | (pl.col("role") != pl.col("role").shift(-1))
    return answers.filter(pl.col("stripped") != "").with_columns(last=changes.fill_null(value=True))


def _tail_marker(candidates: Sequence[str]) -> pl.Expr:
    """The marker at the end of an answer; null where there is none."""
    alone = "|".join(pl.escape_regex(each) for each in candidates if markers.bare(each))
    anywhere = "|".join(pl.escape_regex(each) for each in candidates if not markers.bare(each))
    tail = pl.col("stripped").str.tail(markers.TAIL_CHARACTERS)
    return pl.coalesce(tail.str.extract(f"({anywhere})$"), tail.str.extract(rf"\n[ \t]*({alone})$"))


def _suspicious(answers: pl.DataFrame, ending: Ending) -> pl.DataFrame:
    """Answers that may have a finding: everything that ends as it should and looks whole is left out."""
    tail = pl.col("tail")
    if ending.marker:
        marked = _marked(ending.marker)
        often = pl.col("text").str.count_matches(ending.marker, literal=True) > marked.cast(pl.UInt32)
        wrong = often | (~marked & pl.col("last") if ending.last_only else ~marked)
        body = pl.col("stripped").str.strip_suffix(ending.marker)
    else:
        wrong = tail.is_not_null() if ending.marker == "" else pl.lit(value=False)
        length = pl.col("stripped").str.len_chars().cast(pl.Int64) - tail.str.len_chars().cast(pl.Int64)
        body = pl.when(tail.is_null()).then(pl.col("stripped")).otherwise(pl.col("stripped").str.head(length))
    for sequence in ending.sequences:
        wrong |= pl.col("text").str.contains(sequence, literal=True)
    flagged = answers.with_columns(wrong=wrong, body=body.str.strip_chars_end(STRAY))
    return flagged.filter(pl.col("wrong") | _may_be_cut(ending))


def _marked(marker: str) -> pl.Expr:
    """Whether an answer ends with the marker, and not with something longer that ends so."""
    ends = pl.col("stripped").str.ends_with(marker)
    longer = pl.col("stripped").str.ends_with(marker[0] + marker)
    if marker[0].isalnum():
        longer |= pl.col("stripped").str.contains(r"[\p{L}\p{N}]" + pl.escape_regex(marker) + "$")
    return ends & ~longer


def _may_be_cut(ending: Ending) -> pl.Expr:
    body = pl.col("body")
    cut = body.str.contains("```", literal=True) & (body.str.count_matches("```", literal=True) % 2 == 1)
    cut |= body.str.contains(r"^\s*[\[{]\s*[\"{\[]") | body.str.contains(unfinished.ENDS)
    return cut if ending.habit.punctuated < PUNCTUATED else cut | body.str.contains(_BREAKING)


def _open_question(shares: Sequence[Share]) -> Finding:
    """Nothing is assumed: all endings with their shares, for a person to choose."""
    told = ", ".join(
        f"{share.share:.1%} with {stop_answer.shown(share.marker) if share.marker else 'no marker'}"
        for share in shares[:4]
    )
    evidence: dict[str, Any] = {
        "endings": [{"marker": s.marker, "rows": s.rows, "share": round(s.share, 6)} for s in shares]
    }
    title = "choose the end marker for all answers: end_marker under [stop] in ftui.toml"
    fix = Fix(title, "unsafe", "project")
    return Finding("STP002", f"the answers end in different ways: {told}", evidence=evidence, fix=fix)


FAMILY = StopSignal()
