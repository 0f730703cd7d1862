"""Rules of the project's own: regular expressions and polars SQL expressions from ftui.toml, never code."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import orjson
import polars as pl
from polars.exceptions import PanicException, PolarsError

from ftui.project.errors import FtuiError
from ftui.project.settings import CustomRule
from ftui.rules.chunk import Chunk, strings
from ftui.rules.meta_columns import value
from ftui.rules.row_family import RowFamily, Tally
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Row, Rule

ROLES = {
    "system": ("system",), "prompt": ("user",), "answer": ("assistant", "chosen", "rejected"), "label": ("label",),
}  # fmt: skip
"""Names of fields that stand for roles; another name is a role, a field path or the head of one."""
ROW_COLUMNS = ("row", "system", "prompt", "answer", "label")
TEXT_COLUMNS = ("text", "field", "role")
"""What an SQL expression may ask besides, where the rule has a field."""
MOST_A_TEXT = 20
"""Matches of one rule in one text that are findings of their own."""
FAILURES = (PolarsError, PanicException)
_QUOTED = 60
_DTYPES: tuple[type[pl.DataType], ...] = (pl.String, pl.Float64, pl.Boolean)
_MARKS = [(chr(0xE000 + i), chr(0xE001 + i)) for i in range(0, 200, 2)]


@dataclass(slots=True)
class Survey:
    """What a sample of the rows says of the columns that SQL rules ask for."""

    columns: dict[str, type[pl.DataType]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Cost:
    """What the rules took in one chunk, and which could not be judged in it."""

    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Custom(RowFamily):
    """The project's rules of one family: those whose codes begin with the same three letters."""

    def __init__(self, name: str, own: Sequence[CustomRule]) -> None:
        self.name = name
        self.own = {each.code: each for each in own}
        self.rules = tuple(_page(each) for each in own)

    def survey(self, sample: Sequence[Chunk], context: Context) -> Survey:
        """The types of the columns that the SQL rules ask for."""
        found = Survey()
        for rule in self._wanted(context):
            for column in _asked(rule) if rule.sql is not None else ():
                dtype = _dtype([value(p.value, column) for chunk in sample for p in chunk.parsed])
                if dtype is None:
                    found.skipped[rule.code] = f"no row has a column {column!r}"
                else:
                    found.columns[column] = dtype
            if rule.sql is not None and rule.code not in found.skipped:
                reason = _refused(rule, found.columns)
                if reason is not None:
                    found.skipped[rule.code] = reason
        return found

    def map(self, chunk: Chunk, context: Context) -> Tally:
        """Each rule over the whole chunk, timed."""
        survey: Survey = context.surveys[self.name]
        cost = Cost()
        tally = Tally(gathered=cost)
        for rule in self._wanted(context):
            if rule.code in survey.skipped:
                continue
            began = time.perf_counter()
            try:
                hit = _matches(rule, chunk) if rule.sql is None else _selected(rule, chunk, survey)
            except FAILURES as error:
                cost.failed[rule.code] = _in_short(error)
                continue
            if len(hit):
                tally.rows[rule.code] = np.unique(hit["row"].to_numpy().astype(np.int64))
                tally.counts[rule.code] = int(hit["found"].sum())
                tally.severities[rule.code] = Counter({rule.severity: tally.counts[rule.code]})
            cost.seconds[rule.code] = time.perf_counter() - began
        return tally

    def settle(self, gathered: list[tuple[ChunkInfo, Cost]], found: Combined, context: Context) -> Combined:
        """The seconds of each rule; a rule that failed on some rows says nothing of the others either."""
        survey: Survey = context.surveys[self.name]
        found.skipped |= survey.skipped
        for _, cost in gathered:
            found.skipped |= {code: f"the expression fails: {said}" for code, said in cost.failed.items()}
            for code, seconds in cost.seconds.items():
                found.seconds[code] = found.seconds.get(code, 0.0) + seconds
        for code in found.skipped:
            found.counts.pop(code, None)
            for hits in found.hits:
                hits.pop(code, None)
        found.state = Survey(survey.columns, dict(found.skipped))
        return found

    def findings(self, row: Row, state: Survey, context: Context) -> Iterable[Finding]:
        """Each match in each text, or the row that the expression is true of."""
        for rule in self._wanted(context):
            if rule.code not in state.skipped:
                yield from _in_row(rule, row, state)

    def _wanted(self, context: Context) -> list[CustomRule]:
        return [rule for code, rule in self.own.items() if context.wants(code)]


def families(rules: Sequence[CustomRule]) -> list[Custom]:
    """A family for each three letters. Raises FtuiError, with the line, for a rule that can never work."""
    for rule in rules:
        reason = _refused(rule, None) if rule.sql is not None else _bad_pattern(rule.pattern or "")
        if reason is not None:
            where = f"ftui.toml line {rule.line}: " if rule.line else ""
            what = "sql" if rule.sql is not None else "pattern"
            hint = (
                "polars SQL: `length(answer) > 4000 AND label = 'spam'`"
                if rule.sql is not None
                else "the syntax is that of Rust's regex crate: no look-around, no references back"
            )
            raise FtuiError(f"{where}the {what} of {rule.code} {reason}", hint)
    names = sorted({rule.code[:3] for rule in rules})
    return [Custom(name, [rule for rule in rules if rule.code[:3] == name]) for name in names]


def _page(rule: CustomRule) -> Rule:
    what = f"the pattern {rule.pattern}" if rule.sql is None else f"the expression {rule.sql}"
    where = f" in {rule.field}" if rule.field else ""
    line = f" (line {rule.line})" if rule.line else ""
    return Rule(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        scope="row",
        summary=rule.message if rule.message.endswith(".") else f"{rule.message}.",
        why="This project says so: the rule stands in its ftui.toml.",
        example=rule.pattern or rule.sql or "",
        remedy="Mend the rows by hand, or accept the findings with a reason; nothing is fixed by itself.",
        certainty=f"It finds {what}{where}, and nothing else; [[rules.custom]]{line} says what that is.",
    )


# Is the rule one?


def _bad_pattern(pattern: str) -> str | None:
    try:
        empty = pl.Series(["", "a"]).str.contains(pattern).to_list()
    except FAILURES as error:
        return f"is no regular expression here: {_in_short(error)}"
    return "matches the empty text, and so every text" if empty[0] and empty[1] else None


def _asked(rule: CustomRule) -> list[str]:
    """Columns beside the known ones; raises a polars error for an expression that cannot be read."""
    known = (*ROW_COLUMNS, *(TEXT_COLUMNS if rule.field else ()))
    return [name for name in pl.sql_expr(rule.sql or "").meta.root_names() if name not in known]


def _refused(rule: CustomRule, columns: dict[str, type[pl.DataType]] | None) -> str | None:
    """Why an expression cannot be judged; with columns of unknown types, None if it can with some types."""
    try:
        asked = _asked(rule)
    except FAILURES as error:
        return f"cannot be read: {_in_short(error)}"
    if columns is not None:
        return _fails(rule, {name: columns[name] for name in asked})
    reasons = [
        _fails(rule, dict(zip(asked, dtypes, strict=True)))
        for dtypes in (product(_DTYPES, repeat=len(asked)) if len(asked) <= 3 else [])
    ]
    return reasons[0] if reasons and None not in reasons else None


def _fails(rule: CustomRule, columns: dict[str, type[pl.DataType]]) -> str | None:
    """What goes wrong on two rows that nobody wrote."""
    frame = pl.DataFrame({"row": [0, 1], "system": ["", "s"], "prompt": ["p", "q"], "answer": ["a", "b"]})
    frame = frame.with_columns(
        pl.Series("label", ["x", None], dtype=pl.String),
        *(pl.Series(name, ["t", "u"]) for name in (TEXT_COLUMNS if rule.field else ())),
        *(pl.Series(name, [None, None], dtype=dtype) for name, dtype in columns.items()),
    )
    try:
        found = frame.select(found=pl.sql_expr(rule.sql or ""))["found"]
    except FAILURES as error:
        return f"fails: {_in_short(error)}"
    if found.dtype != pl.Boolean:
        return f"gives {found.dtype}, not true or false"
    return None if len(found) == len(frame) else "says one thing of all rows, not one of each"


def _in_short(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = next((line for line in lines if line.startswith("error:")), lines[0] if lines else "")
    return told.removeprefix("error:").strip()


# Looking


def _of_field(rule: CustomRule) -> pl.Expr:
    """The texts that a rule looks at."""
    if not rule.field:
        return pl.lit(value=True)
    path = pl.col("field")
    heads = path.str.starts_with(rule.field + ".") | path.str.starts_with(rule.field + "[")
    return pl.col("role").is_in(list(ROLES.get(rule.field, (rule.field,)))) | (path == rule.field) | heads


def _matches(rule: CustomRule, chunk: Chunk) -> pl.DataFrame:
    """row, found: the number of matches in each text that has any."""
    often = pl.col("text").str.count_matches(rule.pattern or "").clip(0, MOST_A_TEXT)
    return chunk.texts.filter(_of_field(rule)).select("row", found=often).filter(pl.col("found") > 0)


def _selected(rule: CustomRule, chunk: Chunk, survey: Survey) -> pl.DataFrame:
    """row, found: the rows, or texts, that the expression is true of."""
    kept = [p.value for p, e in zip(chunk.parsed, chunk.examples, strict=True) if e is not None]
    frame = _with_columns(chunk.rows, kept, _asked(rule), survey)
    if rule.field:
        texts = chunk.texts.filter(_of_field(rule))
        frame = texts.join(frame, on="row", how="left", maintain_order="left")
    true = frame.filter(pl.sql_expr(rule.sql or "").fill_null(value=False))
    return true.select("row", found=pl.lit(1, dtype=pl.Int64))


def _with_columns(
    rows: pl.DataFrame, values: Sequence[Any], asked: Sequence[str], survey: Survey
) -> pl.DataFrame:
    return rows.with_columns(
        _column(name, [value(each, name) for each in values], survey.columns[name]) for name in asked
    )


def _column(name: str, held: Sequence[Any], dtype: type[pl.DataType]) -> pl.Series:
    """The values of a column; one that is not of its type is null, anything is a text."""
    if dtype == pl.String:
        return strings(
            name, [each if isinstance(each, str) or each is None else _as_text(each) for each in held]
        )
    if dtype == pl.Boolean:
        return pl.Series(name, [each if isinstance(each, bool) else None for each in held], dtype=dtype)
    return pl.Series(name, [_as_float(each) for each in held], dtype=dtype)


def _as_text(held: Any) -> str:
    try:
        return orjson.dumps(held).decode()
    except TypeError:  # lone surrogates, numbers beyond 64 bits
        return json.dumps(held, separators=(",", ":"))


def _as_float(held: Any) -> float | None:
    try:
        return float(held) if isinstance(held, int | float) and not isinstance(held, bool) else None
    except OverflowError:
        return math.inf if held > 0 else -math.inf


def _dtype(held: Iterable[Any]) -> type[pl.DataType] | None:
    kinds = {type(each) for each in held if each is not None}
    if not kinds:
        return None
    if kinds == {bool}:
        return pl.Boolean
    return pl.Float64 if kinds <= {int, float} else pl.String


def _in_row(rule: CustomRule, row: Row, state: Survey) -> list[Finding]:
    if row.example is None:
        return []
    chunk = Chunk(row.place.file, row.place.split, row.place.row, [row.parsed], [row.example])
    texts = chunk.texts.filter(_of_field(rule))
    if rule.sql is None:
        return [
            Finding(rule.code, _said(rule, text[start:end]), path, start, end, {"match": text[start:end]})
            for path, text in texts.select("field", "text").iter_rows()
            for start, end in _spans(rule.pattern or "", text)
        ]
    frame = _with_columns(chunk.rows, [row.parsed.value], _asked(rule), state)
    if rule.field:
        frame = texts.join(frame, on="row", how="left", maintain_order="left")
    try:
        true = frame.filter(pl.sql_expr(rule.sql).fill_null(value=False))
    except FAILURES:  # a value that the check has not seen: typed just now
        return []
    fields = true["field"].to_list() if rule.field else [""] * len(true)
    return [Finding(rule.code, rule.message, path, evidence={"sql": rule.sql}) for path in fields]


def _spans(pattern: str, text: str) -> list[tuple[int, int]]:
    """Where the matches are, in characters: polars marks them in a copy, with two signs that the text has not."""
    series = strings("text", [text])
    if not series.str.contains(pattern)[0]:
        return []
    opening, closing = next(((a, b) for a, b in _MARKS if a not in text and b not in text), ("", ""))
    if not opening:  # a text of all private-use characters
        return [(0, len(text))]
    marked = series.str.replace_all(pattern, f"{opening}${{0}}{closing}")[0]
    spans = []
    begin, done = 0, 0
    for piece in marked.split(closing)[:-1]:
        before, _, match = piece.partition(opening)
        begin = done + len(before)
        done = begin + len(match)
        spans.append((begin, done))
    return spans[:MOST_A_TEXT]


def _said(rule: CustomRule, match: str) -> str:
    line = " ".join(match.split())
    shown = line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"
    return f"{rule.message}: “{shown}”" if shown else rule.message
