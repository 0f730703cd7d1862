"""Rows at a border of the data: longest, shortest, rarest class, code, another language, and failures known before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Literal

import numpy as np

from ftui.review.planning.row_prompts import prompt_of, prompts_of
from ftui.review.planning.row_scan import Candidate, in_order
from ftui.review.planning.strata import Stratum, in_turn
from ftui.review.planning.survey import Planning
from ftui.review.prompt import Prompt

STRATUM: Literal["edge"] = "edge"
_LOOKED_AT = 64
"""Of the rows with the most or the fewest bytes, those whose texts are measured."""
_LABELS = 100_000
"""Rows whose classes are counted: 2 s."""
_MOST_CLASSES = 2_000
"""With more, labels are free text and none is rare."""
_A_CLASS = 4
_LANGUAGES = 1_500
"""Rows whose language is told: 0.15 s at worst."""
_FEW = 0.5
"""Code and a language are at the border where fewer rows than this have them."""


def stratum(planning: Planning) -> Stratum:
    """Known failures first, then the kinds of border in turn."""
    found = chain(known_failures(planning), in_turn(_kinds(planning)))
    return Stratum(STRATUM, found, "no more rows stand at a border of the data")


def known_failures(planning: Planning) -> Iterator[Prompt]:
    """The prompts of the edge-case file. Raises FtuiError for a line that cannot be read."""
    path = planning.project.review.edge_cases
    if path is None or not path.is_file() or not path.stat().st_size:
        return
    from ftui.review.planning.prompt_file import read_prompts

    for prompt in read_prompts(path, STRATUM, "known failure"):
        yield replace(prompt, label=prompt.reference) if planning.labelled else prompt


def _kinds(planning: Planning) -> list[Iterator[Prompt]]:
    if not planning.tables:
        return []
    return [
        _by_length(planning, "longest answer", -1, _answer_length),
        _by_length(planning, "shortest prompt", 1, _prompt_length),
        _of_rare_classes(planning),
        _with_code(planning),
        _in_other_languages(planning),
        _by_length(planning, "longest prompt", -1, _prompt_length),
        _by_length(planning, "shortest answer", 1, _answer_length),
    ]


def _answer_length(prompt: Prompt) -> int | None:
    return None if prompt.reference is None or prompt.label is not None else len(prompt.reference)


def _prompt_length(prompt: Prompt) -> int:
    return sum(len(message.content) for message in prompt.messages)


def _by_length(
    planning: Planning, why: str, sign: int, length: Callable[[Prompt], int | None]
) -> Iterator[Prompt]:
    """Of the rows with the most (-1) or the fewest (1) bytes, those with the longest or shortest part."""
    rows = in_order(planning.tables, [sign * table.sizes.astype(np.float64) for table in planning.tables])
    found: list[tuple[int, str, Prompt]] = []
    for prompt in prompts_of(islice(rows, _LOOKED_AT), STRATUM, planning.task, lambda _: why):
        size = length(prompt)
        if size and _prompt_length(prompt) <= planning.longest_prompt:
            found.append((sign * size, prompt.prompt_id, prompt))
    for size, _, prompt in sorted(found, key=lambda each: each[:2]):
        yield _because(prompt, f"{why}: {abs(size):,} characters")


def _of_rare_classes(planning: Planning) -> Iterator[Prompt]:
    """The rarest class first, one row of each class in turn."""
    if not planning.labelled:
        return
    counts: Counter[str] = Counter()
    kept: dict[str, list[Prompt]] = {}
    for row in planning.some_rows(planning.tables, _LABELS):
        read = planning.task.read(row)
        if read is None or read.label is None:
            continue
        counts[read.label] += 1
        if len(counts) > _MOST_CLASSES:
            return
        held = kept.setdefault(read.label, [])
        if len(held) < _A_CLASS and (prompt := prompt_of(row, STRATUM, planning.task, "")) is not None:
            held.append(prompt)
    largest = max(counts.values(), default=0)
    rare = sorted((many, name) for name, many in counts.items() if many * 2 <= largest)
    yield from in_turn(
        [
            (_because(each, f"rare class “{name}”: {_rows(many)}") for each in kept[name])
            for many, name in rare
        ]
    )


def _with_code(planning: Planning) -> Iterator[Prompt]:
    many = sum(int(table.fenced.sum()) for table in planning.tables)
    if not many or many > _FEW * planning.row_count:
        return
    rows = planning.by_hash(planning.tables, [table.fenced for table in planning.tables])
    yield from prompts_of(rows, STRATUM, planning.task, lambda _: "code")


def _in_other_languages(planning: Planning) -> Iterator[Prompt]:
    """Rows that a check found in a minority language, then those of a sample in another one than most."""
    told = planning.hit_by("LNG003")
    if told is not None:
        rows = planning.by_hash(planning.tables, told)
        yield from prompts_of(rows, STRATUM, planning.task, lambda _: "LNG003 minority-language")
    yield from _sampled_languages(planning)


def _sampled_languages(planning: Planning) -> Iterator[Prompt]:
    from ftui.rules.row_languages import language_of_row
    from ftui.text.languages.language import same

    rows: list[tuple[str, Candidate]] = []
    for row in islice(planning.by_hash(planning.tables), _LANGUAGES):
        code = language_of_row(row.example) if row.example is not None else None
        if code is not None:
            rows.append((code, row))
    counts = Counter(code for code, _ in rows)
    most = max(counts, key=lambda code: (counts[code], code), default="")
    if not most or counts[most] < _FEW * len(rows):
        return
    others = [(code, row) for code, row in rows if not same(code, most)]
    for code, row in sorted(others, key=lambda each: counts[each[0]]):
        prompt = prompt_of(row, STRATUM, planning.task, f"in another language: {code}, most are {most}")
        if prompt is not None:
            yield prompt


def _because(prompt: Prompt, why: str) -> Prompt:
    return replace(prompt, why=why)


def _rows(many: int) -> str:
    return "1 row" if many == 1 else f"{many:,} rows"
