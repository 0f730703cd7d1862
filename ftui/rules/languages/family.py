"""LNG: answers in another language, mixed alphabets and languages, rows in a language or a domain that few have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.rules import meta_columns
from ftui.rules.chunk import Chunk
from ftui.rules.exchanges import unwanted
from ftui.rules.languages import answer_languages
from ftui.rules.languages.pages import RULES
from ftui.rules.row_family import RowFamily
from ftui.rules.row_languages import kinds, language_of_row, languages
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Fix, Row
from ftui.text.languages import language
from ftui.text.languages import mixed as mixed_languages

SHARE = {"LNG003": 0.02, "LNG004": 0.01}
KNOWN = 50
"""Rows with a known language below which none is a minority."""
PLACED = 100
"""Rows with a domain below which none is small."""
MARK = "domain_note"
"""The field in which a row says what is with its domain."""
KINDS = ("several", "small")
_LANGUAGE = "language"
_SPLIT = re.compile(r"\s*[,;/|+&]\s*")


@dataclass(frozen=True, slots=True)
class Survey:
    """Which columns say the language and the domain of a row."""

    language: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What one row's check needs of all rows."""

    survey: Survey
    small_languages: dict[str, int]
    """Minority language to its rows."""
    known: int
    domains: dict[str, int]
    """Each domain that stands alone in some row, and its rows."""
    small_domains: frozenset[str]
    placed: int


@dataclass(slots=True)
class Gathered:
    """One chunk's rows: language and domain, as numbers of the names."""

    languages: NDArray[np.int16]
    language_names: list[str]
    domains: NDArray[np.int32]
    domain_names: list[str]
    marked: NDArray[np.bool_]
    """Rows that say themselves what is with their domain."""
    rows: NDArray[np.int64]


class Languages(RowFamily):
    """The LNG family."""

    name = "LNG"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Survey:
        """The columns of language and domain."""
        columns = meta_columns.find(sample, context.project)
        return Survey(columns.language, columns.domain)

    def suspects(self, chunk: Chunk, state: Survey, context: Context) -> dict[str, list[int]]:  # noqa: ARG002
        """Rows with a text that is not clearly English, mixed alphabets, or small words of two languages, by rule."""
        text, role = pl.col("text"), pl.col("role")
        texts = chunk.texts
        found: dict[str, list[int]] = {}
        if context.wants("LNG001"):
            told = kinds(chunk).filter(pl.col("told") | ((role == "user") & pl.col("wide")))
            answered = told.filter(role.is_in(["assistant", "chosen"]))["row"].unique()
            spoken = told.filter(~pl.col("english") & pl.col("row").is_in(answered.implode()))
            named = texts.filter((role == "user") & text.str.contains_any(list(answer_languages.TONGUES)))
            found["LNG001"] = [*spoken["row"], *named["row"]]
        if context.wants("LNG002"):
            wide = chunk.texts.filter(text.str.len_bytes() != text.str.len_chars())
            mixed = wide.filter(text.str.contains(mixed_languages.MIX_COLUMN))["row"].to_list()
            answers = texts.filter(role.is_in(["assistant", "chosen"]))
            found["LNG002"] = mixed + answer_languages.changing(answers)
        return found

    def findings(self, row: Row, state: Survey | State, context: Context) -> Iterator[Finding]:
        """The findings of one row; those of LNG003 and LNG004 only once all rows are known."""
        example = row.example
        if example is None:
            return
        if context.wants("LNG001") and not unwanted(row):
            yield from answer_languages.differing(example)
        if context.wants("LNG002"):
            for text in example.texts:
                yield from answer_languages.mixed_words(text, example)
                yield from answer_languages.mixed_sentences(text, example)
        if isinstance(state, State):
            yield from _minority(row, state, context)
            yield from _domain(row, state, context)

    def gather(self, chunk: Chunk, state: Survey, context: Context) -> Gathered | None:
        """The language and the domain of each row of a chunk."""
        wanted = context.wants("LNG003") or (context.wants("LNG004") and state.domain)
        if not wanted:
            return None
        told = (
            languages(chunk)
            if context.wants("LNG003")
            else pl.Series([None] * len(chunk.rows), dtype=pl.String)
        )
        kept = [i for i, example in enumerate(chunk.examples) if example is not None]
        values = [chunk.parsed[i].value for i in kept]
        if context.wants("LNG003"):
            told = pl.Series(
                [
                    None if code and _says_its_language(value, state.language, code) else code
                    for code, value in zip(told, values, strict=True)
                ],
                dtype=pl.String,
            )
        domains = [_domain_of(value, state.domain) for value in values]
        codes, names = _numbered(told.to_list(), np.dtype(np.int16))
        places, domain_names = _numbered(domains, np.dtype(np.int32))
        marked = np.array([_is_marked(value) for value in values], dtype=np.bool_)
        return Gathered(codes, names, places, domain_names, marked, chunk.rows["row"].to_numpy())

    def settle(
        self, gathered: list[tuple[ChunkInfo, Gathered]], found: Combined, context: Context
    ) -> Combined:
        """Which languages and domains are small, and whose rows they are."""
        survey: Survey = context.surveys.get(self.name) or Survey()
        spoken: Counter[str] = Counter()
        placed: Counter[str] = Counter()
        for _, each in gathered:
            spoken.update(_counted(each.languages, each.language_names))
            placed.update(_counted(each.domains, each.domain_names))
        state = _state(survey, spoken, placed, context)
        found.state = state
        for info, each in gathered:
            if context.wants("LNG003"):
                _add(
                    found,
                    "LNG003",
                    info.file,
                    each.rows,
                    each.languages,
                    each.language_names,
                    state.small_languages,
                )
            if context.wants("LNG004"):
                bad = {name for name in each.domain_names if _domain_fault(name, state)}
                placed_at = np.where(each.marked, -1, each.domains)
                _add(found, "LNG004", info.file, each.rows, placed_at, each.domain_names, bad)
        if context.wants("LNG003") and spoken.total() < KNOWN:
            found.skipped["LNG003"] = f"fewer than {KNOWN} rows have a language that can be told"
        if context.wants("LNG004") and not survey.domain:
            found.skipped["LNG004"] = "no column says the domain of a row: set domain under [data.meta]"
        return found


def _minority(row: Row, state: State, context: Context) -> Iterator[Finding]:
    if not context.wants("LNG003") or not state.small_languages or row.example is None:
        return
    code = language_of_row(row.example)
    if code is None or _says_its_language(row.parsed.value, state.survey.language, code):
        return
    rows = state.small_languages.get(_head(code))
    if rows:
        told = f"{rows} of {state.known:,} rows"
        yield Finding(
            "LNG003",
            f"the row is in {code}, as are {told} only",
            evidence={"language": code, "rows": rows, "of": state.known},
            fix=_mark(row, context, state.survey.language or _LANGUAGE, code),
        )


def _domain(row: Row, state: State, context: Context) -> Iterator[Finding]:
    if not context.wants("LNG004") or not state.survey.domain:
        return
    name = _domain_of(row.parsed.value, state.survey.domain)
    fault = _domain_fault(name, state) if name else None
    if fault and not _is_marked(row.parsed.value):
        rows = state.domains.get(name or "", 0)
        kind, message = fault
        yield Finding(
            "LNG004",
            message,
            state.survey.domain,
            evidence={"domain": name, "rows": rows, "of": state.placed},
            fix=_mark(row, context, MARK, kind),
        )


def _domain_fault(name: str, state: State) -> tuple[str, str] | None:
    """Which of KINDS a domain is, and that in words."""
    parts = [part for part in _SPLIT.split(name) if part]
    if len(parts) > 1 and (name.startswith("[") or all(part in state.domains for part in parts)):
        return (
            "several",
            f"the row belongs to several domains: {', '.join(part.strip('[]') for part in parts)}",
        )
    if name in state.small_domains:
        return "small", f"the domain {name} has {state.domains[name]} of {state.placed:,} rows only"
    return None


def _domain_of(value: Any, column: str | None) -> str | None:
    """What a row says of its domain, a list as `[a, b]`."""
    held = meta_columns.value(value, column)
    if isinstance(held, list) and all(isinstance(each, str) for each in held):
        return f"[{', '.join(held)}]" if len(held) > 1 else held[0].strip() if held else None
    return held.strip() or None if isinstance(held, str) else None


def _says_its_language(value: Any, column: str | None, code: str) -> bool:
    """Whether the column names a language; without a column, whether the row's own field is marked with its code."""
    if column:
        return meta_columns.value(value, column) not in (None, "")
    return isinstance(value, dict) and value.get(_LANGUAGE) == code


def _is_marked(value: Any) -> bool:
    return isinstance(value, dict) and value.get(MARK) in KINDS


def _mark(row: Row, context: Context, field: str, text: str) -> Fix | None:
    """Say it in a field of the row; None where the row has no place for one: a table has the columns that it has."""
    value = row.parsed.value
    if not isinstance(value, dict):
        return None
    table = not {".csv", ".tsv", ".parquet"}.isdisjoint(Path(context.files[row.place.file].path).suffixes)
    if field not in value and (table or "." in field):
        return None
    return Fix(f"mark the row: {field} is {text}", "unsafe", "edit", fields=((field, text),))


def _head(code: str) -> str:
    """The first of the languages that count as one."""
    return min(language.alike(code))


def _numbered(names: list[str | None], kind: np.dtype[Any]) -> tuple[NDArray[Any], list[str]]:
    """Names as numbers (-1: none), and the names by number."""
    known: dict[str, int] = {}
    numbers = [-1 if name is None else known.setdefault(name, len(known)) for name in names]
    return np.array(numbers, dtype=kind), list(known)


def _counted(numbers: NDArray[Any], names: list[str]) -> dict[str, int]:
    counts = np.bincount(numbers[numbers >= 0], minlength=len(names))
    return {name: int(count) for name, count in zip(names, counts, strict=True)}


def _state(survey: Survey, spoken: Counter[str], placed: Counter[str], context: Context) -> State:
    grouped: Counter[str] = Counter()
    for code, count in spoken.items():
        grouped[_head(code)] += count
    known, total = grouped.total(), placed.total()
    least = float(context.option("LNG003", "share", SHARE["LNG003"])) * known
    small = {code: count for code, count in grouped.items() if count < least} if known >= KNOWN else {}
    few = float(context.option("LNG004", "share", SHARE["LNG004"])) * total
    lost = {name for name, count in placed.items() if count < few} if total >= PLACED else set()
    domains = {name: count for name, count in placed.items() if not name.startswith("[")}
    return State(survey, small, known, domains, frozenset(lost & domains.keys()), total)


def _add(
    found: Combined,
    code: str,
    file: int,
    rows: NDArray[np.int64],
    numbers: NDArray[Any],
    names: list[str],
    wanted: Iterable[str],
) -> None:
    """Put the rows of some names into what was found."""
    heads = names if code == "LNG004" else [_head(name) for name in names]
    chosen = [i for i, name in enumerate(heads) if name in set(wanted)]
    hits = rows[np.isin(numbers, chosen)]
    if len(hits):
        held = found.hits[file].get(code)
        found.hits[file][code] = hits if held is None else np.sort(np.concatenate([held, hits]))
        found.counts[code] = found.counts.get(code, 0) + len(hits)


FAMILY = Languages()
