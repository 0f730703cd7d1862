"""LBL003: the labels of all rows, and the rarer spellings among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.example import Example
from ftui.dataset.record import FieldEdit
from ftui.rules.chunk import Chunk
from ftui.rules.row_index.fingerprints import end_marker, without_marker
from ftui.rules.rule import Context, Finding, Fix
from ftui.text.blank import STRAY
from ftui.text.label_spelling import Variant, variants

CODE = "LBL003"
TERSE_WORDS = 4
TERSE_SHARE = 0.95
ROWS_AN_ANSWER = 5
_LEAST_ROWS = 20
_SAMPLED = 2_000
"""Answers a chunk that say whether they are labels."""
_SAFE = "write the label as most rows do"
_SAID: Mapping[str, str] = {
    "case": "another case or spacing",
    "signs": "other separators",
    "abbreviation": "an abbreviation",
    "typo": "a typing error, it seems,",
}


class Labelling(NamedTuple):
    """One label of a row: the field and the place of the label in its text; no field for a number."""

    label: str
    field: str
    start: int = 0


@dataclass(slots=True)
class Labels:
    """The labels of one chunk: `rows[i]` has `names[codes[i]]`; a row with several labels stands several times."""

    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    names: list[str]


@dataclass(slots=True)
class Spellings:
    """What the labels of all rows are."""

    counts: Counter[str] = field(default_factory=Counter)
    variants: dict[str, Variant] = field(default_factory=dict)


def terse_files(sample: Sequence[Chunk], context: Context) -> frozenset[int]:
    """The files whose answers are labels: nearly all of a few words, and each of them often."""
    answers: dict[int, list[str]] = {}
    for chunk in sample:
        held = answers.setdefault(chunk.file, [])
        few = chunk.examples[:: max(len(chunk) // _SAMPLED, 1)]
        held += [found.label for e in few if e is not None for found in _answers(e, context)]
    terse = set()
    for file, held in answers.items():
        filled = [answer for answer in held if answer]
        brief = sum(len(answer.split()) <= TERSE_WORDS for answer in filled)
        kinds = len({answer.lower() for answer in filled})
        if (
            len(filled) >= _LEAST_ROWS
            and brief >= TERSE_SHARE * len(filled)
            and len(filled) >= ROWS_AN_ANSWER * kinds
        ):
            terse.add(file)
    return frozenset(terse)


def labellings(example: Example, terse: bool, context: Context) -> list[Labelling]:
    """The labels of a row with their fields; its answer where answers are labels.

    Without the white space around them: that is FMT011's, and two rules would mend it to and fro.
    """
    found = [_bare(text.text, text.field) for text in example.texts if text.role == "label"]
    if not found and example.label is not None:
        found = [Labelling(example.label.strip(STRAY), "")]
    return found or ([*_answers(example, context)] if terse else [])


def _bare(text: str, field: str) -> Labelling:
    return Labelling(text.strip(STRAY), field, len(text) - len(text.lstrip(STRAY)))


def _answers(example: Example, context: Context) -> Iterator[Labelling]:
    """The answer of a row that has just one, without its end marker and without white space around it."""
    said = [text for text in example.texts if text.role == "assistant"]
    if len(said) == 1 and example.label is None and not example.has_tool_call:
        text = said[0].text
        bare = without_marker(text, end_marker(context)).strip()
        yield Labelling(bare, said[0].field, text.find(bare))


def gather(chunk: Chunk, terse: bool, context: Context) -> Labels | None:
    """The labels of one chunk; None where there are none."""
    if terse:
        pairs = [
            (number, each.label)
            for number, example in zip(chunk.numbers, chunk.examples, strict=True)
            if example is not None
            for each in labellings(example, terse, context)
            if each.label.strip()
        ]
        return _coded(pl.DataFrame(pairs, schema={"row": pl.Int64, "text": pl.String}, orient="row"))
    rows = chunk.rows.filter(pl.col("label").is_not_null())
    if not len(rows):
        return None
    written = chunk.texts.filter(pl.col("role") == "label").select("row", "text")
    numbers = rows.join(written, on="row", how="anti").select("row", text="label")
    labels = pl.concat([written, numbers]).with_columns(pl.col("text").str.strip_chars(STRAY))
    return _coded(labels.filter(pl.col("text") != ""))


def _coded(pairs: pl.DataFrame) -> Labels | None:
    if not len(pairs):
        return None
    names = pairs.select(pl.col("text").unique().sort()).with_row_index("code")
    coded = pairs.join(names, on="text", how="left", maintain_order="left")
    return Labels(
        coded["row"].to_numpy().astype(np.int64),
        coded["code"].to_numpy().astype(np.int32),
        names["text"].to_list(),
    )


def spellings(parts: Sequence[tuple[int, Labels]]) -> Spellings:
    """The labels of all chunks with their numbers of rows, and the rarer spellings."""
    counts: Counter[str] = Counter()
    for _, part in parts:
        often = np.bincount(part.codes, minlength=len(part.names)).tolist()
        counts.update(dict(zip(part.names, often, strict=True)))
    return Spellings(counts, variants(counts))


def hits(
    parts: Sequence[tuple[int, Labels]], found: Spellings, files: int
) -> tuple[list[NDArray[np.int64]], int]:
    """The rows with a rarer spelling, by file, and the number of such labels."""
    rows: list[list[NDArray[np.int64]]] = [[] for _ in range(files)]
    many = 0
    for file, part in parts:
        rare = np.array([name in found.variants for name in part.names], np.bool_)[part.codes]
        rows[file].append(part.rows[rare])
        many += int(rare.sum())
    return [np.unique(np.concatenate(each)) if each else np.zeros(0, np.int64) for each in rows], many


def findings(example: Example, terse: bool, found: Spellings, context: Context) -> list[Finding]:
    """The labels of a row that most rows spell otherwise."""
    return [
        _finding(each, variant, found)
        for each in labellings(example, terse, context)
        if (variant := _variant(each.label, found)) is not None
    ]


def _variant(label: str, found: Spellings) -> Variant | None:
    if label in found.counts or not label.strip():
        return found.variants.get(label)
    return variants({**found.counts, label: 1}).get(label)  # typed since the check


def _finding(own: Labelling, variant: Variant, found: Spellings) -> Finding:
    here, there = max(found.counts[own.label], 1), found.counts[variant.of]
    end = own.start + len(own.label)
    fix = None
    if own.field:
        edit = FieldEdit(own.field, own.start, end, variant.of)
        safe = variant.how == "case"
        fix = Fix(
            _SAFE if safe else f"write {_shown(variant.of)} for {_shown(own.label)}",
            "safe" if safe else "unsafe",
            "edit",
            (edit,),
        )
    return Finding(
        CODE,
        f"{_shown(own.label)} is {_SAID[variant.how]} for {_shown(variant.of)}: "
        f"{here:,} against {there:,} {'row' if there == 1 else 'rows'}",
        field=own.field,
        start=own.start if own.field else None,
        end=end if own.field else None,
        evidence={
            "label": own.label,
            "usual": variant.of,
            "kind": variant.how,
            "rows": here,
            "usual_rows": there,
        },
        fix=fix,
    )


def _shown(label: str) -> str:
    return f"“{label}”"
