"""LEK: rows of a later split that an earlier one holds too, and projects without a held-out split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.project.settings import Severity
from ftui.project.split_names import split_rank, usual_split
from ftui.rules.chunk import Chunk
from ftui.rules.leakage import contamination
from ftui.rules.leakage import groups as group_leak
from ftui.rules.leakage import temporal as temporal_leak
from ftui.rules.leakage.far_leaks import FarLeaks
from ftui.rules.leakage.far_pages import RULES as FAR_RULES
from ftui.rules.leakage.pages import RULES as TEXT_RULES
from ftui.rules.row_index.fingerprints import BOTH, PROMPT, Fingerprints, fingerprints, template_shingles
from ftui.rules.row_index.index import RowIndex, row_index
from ftui.rules.row_index.lookup import Seen, now_at, resembling, see, still_equal, unchanged
from ftui.rules.row_index.near_duplicates import equal
from ftui.rules.row_index.shingles import I64, U32, U64
from ftui.rules.row_index.word_diff import how_near, in_short, only_in
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Fix, Row

RULES = tuple(sorted((*TEXT_RULES, *FAR_RULES), key=lambda rule: rule.code))
PROMPT_WORDS = 4
"""A shorter prompt (hello, thanks) is rightly in every split."""
LABELLED_WORDS = 2
"""The same for a text to be classified."""
_RELATED = 20
_COMPARING = ("LEK001", "LEK002", "LEK003")
_FAR = (temporal_leak, group_leak, contamination)
"""The rules beside those that compare texts with texts, a module each, in the order of their codes."""


class Leaks(NamedTuple):
    """Rows of later splits, sorted, with the row of an earlier split that each repeats."""

    row: I64
    source: I64
    jaccard: NDArray[np.float32]

    def at(self, number: int) -> int:
        """The line of a row; -1 where it is none."""
        line = int(np.searchsorted(self.row, number))
        return line if line < len(self.row) and self.row[line] == number else -1


NO_LEAKS = Leaks(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))


@dataclass(slots=True)
class State:
    """The leaks by rule; a row stands under one of the first three."""

    index: RowIndex | None
    leaks: dict[str, Leaks]
    far: dict[str, Any]
    """By rule: what `inspect` of its module needs; rules that did not run are not there."""


class Survey(NamedTuple):
    """What a sample of the rows settles."""

    template: U32
    """Template shingles."""
    far: tuple[Any, ...]
    """By module of `_FAR`."""


class Partial(NamedTuple):
    """One chunk."""

    fingerprints: Fingerprints | None
    far: tuple[Any, ...]


class Leakage:
    """The LEK family."""

    name = "LEK"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Survey:
        """The template shingles, the columns of times and groups, and which runs of words are rare."""
        far = (each.survey(sample, context) if _runs(each, context) else None for each in _FAR)
        return Survey(template_shingles(sample, context), tuple(far))

    def map(self, chunk: Chunk, context: Context) -> Partial:
        """Fingerprints where there are two splits to compare; times, groups, and rows with benchmark items."""
        comparing = _splits(context) > 1 and any(context.wants(code) for code in _COMPARING)
        survey: Survey = context.surveys[self.name]
        far = (each.gather(chunk, found, context) for each, found in zip(_FAR, survey.far, strict=True))
        return Partial(fingerprints(chunk, context) if comparing else None, tuple(far))

    def combine(self, partials: Iterable[tuple[Chunk | ChunkInfo, Any]], context: Context) -> Combined:
        """The leaks of texts, each under the gravest rule that it fits, and those of the other rules."""
        far: list[tuple[ChunkInfo, tuple[Any, ...]]] = []

        def compared() -> Iterator[tuple[Chunk | ChunkInfo, Fingerprints]]:
            for info, partial in partials:
                far.append((_info(info), partial.far))
                if partial.fingerprints is not None:
                    yield info, partial.fingerprints

        found = _between_texts(compared(), context)
        survey: Survey = context.surveys[self.name]
        for number, (each, settled) in enumerate(zip(_FAR, survey.far, strict=True)):
            if _runs(each, context):
                parts = [(info, held[number]) for info, held in far]
                _add(each.CODE, each.find(parts, settled, context), found)
            elif context.wants(each.CODE):
                found.skipped[each.CODE] = _one_split(context)
        return found

    def inspect(self, row: Row, state: State, context: Context) -> list[Finding]:
        """The earlier row that this one repeats, if any, and what else leaks."""
        found = [_repeated(row, state, context)]
        found += [
            each.inspect(row, state.far[each.CODE], context)
            for each in _FAR
            if each.CODE in state.far and context.wants(each.CODE)
        ]
        return [each for each in found if each is not None]


def _runs(module: Any, context: Context) -> bool:
    return context.wants(module.CODE) and (module is contamination or _splits(context) > 1)


def _info(info: Chunk | ChunkInfo) -> ChunkInfo:
    return info if isinstance(info, ChunkInfo) else ChunkInfo(info.file, info.split, info.first, len(info))


def _one_split(context: Context) -> str:
    only = next((name for file in context.files for name, _, _ in file.splits), "")
    return f"there is one split only ({only}): nothing to leak from" if only else "there are no rows"


def _between_texts(partials: Iterable[tuple[Chunk | ChunkInfo, Fingerprints]], context: Context) -> Combined:
    """LEK001 to 003, and LEK007."""
    hits: list[dict[str, I64]] = [{} for _ in context.files]
    whole = _without_held_out(context)
    counts = {"LEK007": len(whole)}
    severities = _severity(whole)
    parts = list(partials)
    if _splits(context) < 2:
        skipped = dict.fromkeys(_COMPARING, _one_split(context))
        return Combined(hits, counts, State(None, {}, {}), whole, skipped, severities)
    if not any(context.wants(code) for code in _COMPARING):
        return Combined(hits, counts, State(None, {}, {}), whole, severities=severities)
    index = row_index(parts, context)
    leaks = find_leaks(index, context)
    for code, found in leaks.items():
        counts[code] = len(found.row)
        for file, rows in zip(hits, index.hits(found.row), strict=True):
            file[code] = rows
    severities |= _severities(leaks, index, context)
    return Combined(hits, counts, State(index, leaks, {}), whole, severities=severities)


def _add(code: str, leaks: FarLeaks, found: Combined) -> None:
    """Put what one of the other rules found to the rest."""
    if leaks.skipped:
        found.skipped[code] = leaks.skipped
        return
    found.state.far[code] = leaks.state
    for file, rows in leaks.rows.items():
        found.hits[file][code] = np.unique(np.concatenate(rows))
    found.whole += leaks.whole
    found.counts[code] = sum(leaks.severities.values())
    found.severities[code] = leaks.severities


def _repeated(row: Row, state: State, context: Context) -> Finding | None:
    wanted = any(context.wants(code) for code in _COMPARING)
    seen = see(row, state.index, context) if state.index is not None and wanted else None
    if state.index is None or seen is None or seen.split < 1:
        return None
    found = (
        _as_checked(seen, state, state.index, context)
        if seen.changed is None
        else _typed(seen, seen.changed, state.index, context)
    )
    return None if found is None else _finding(seen, *found, state.index, context)


def _splits(context: Context) -> int:
    return len({name for file in context.files for name, first, last in file.splits if last > first})


def find_leaks(index: RowIndex, context: Context) -> dict[str, Leaks]:
    """Equal rows, then near ones, then equal prompts, each without the rows before."""
    left = np.ones(index.count, np.bool_)
    exact = _equal_leaks(index, index.content, left)
    left[exact.row] = False
    near = _near_leaks(index, left) if context.wants("LEK002") else NO_LEAKS
    left[near.row] = False
    prompts = _equal_leaks(index, index.prompt, left & _telling_prompt(index))
    return {"LEK001": exact, "LEK002": near, "LEK003": prompts}


def _equal_leaks(index: RowIndex, keys: U64, use: NDArray[np.bool_]) -> Leaks:
    """Rows in use whose key stands in an earlier split; rows that are not in use can still be the earlier ones."""
    same = equal(keys)
    source = same.first[same.group]
    rows = np.flatnonzero(use & (index.split[source] < index.split))
    return Leaks(rows, source[rows], np.ones(len(rows), np.float32))


def _near_leaks(index: RowIndex, use: NDArray[np.bool_]) -> Leaks:
    """Rows whose text, or a near one, stands in an earlier split; the nearest one is named."""
    nodes, pairs = index.nodes(BOTH), index.near(BOTH)
    first = nodes.first
    node = np.concatenate([np.arange(len(first)), pairs.a, pairs.b])
    other = first[np.concatenate([np.arange(len(first)), pairs.b, pairs.a])]
    near = np.concatenate([np.ones(len(first), np.float32), pairs.jaccard, pairs.jaccard])
    # For each node its neighbours, the earliest split first, then the nearest.
    order = np.lexsort((other, -near, index.split[other], node))
    best = order[np.searchsorted(node[order], np.arange(len(first)))]
    source, value = other[best][nodes.group], near[best][nodes.group]
    rows = np.flatnonzero(use & (index.split[source] < index.split))
    return Leaks(rows, source[rows], value[rows])


def _telling_prompt(index: RowIndex) -> NDArray[np.bool_]:
    least = np.where(index.labelled, LABELLED_WORDS, PROMPT_WORDS)
    return index.words[:, PROMPT] >= least


def _as_checked(seen: Seen, state: State, index: RowIndex, context: Context) -> tuple[str, int, float] | None:
    for code, leaks in state.leaks.items():
        at = leaks.at(seen.number)
        if at >= 0 and context.wants(code):
            source = int(leaks.source[at])
            return (code, source, float(leaks.jaccard[at])) if unchanged([source], index, context) else None
    return None


def _typed(seen: Seen, now: Fingerprints, index: RowIndex, context: Context) -> tuple[str, int, float] | None:
    def earlier(keys: U64, key: np.uint64) -> int | None:
        return next(
            (n for n in still_equal(keys, key, seen, index, context) if index.split[n] < seen.split), None
        )

    source = earlier(index.content, now.content[0])
    if source is not None:
        return "LEK001", source, 1.0
    if context.wants("LEK002"):
        near = [
            each
            for each in resembling(seen, BOTH, index, context)
            if index.split[each.number] < seen.split
            and not (index.labelled[each.number] and index.answer[each.number] != now.answer[0])
        ]
        if near:
            best = min(near, key=lambda each: (index.split[each.number], -each.jaccard, each.number))
            return "LEK002", best.number, best.jaccard
    if now.words[0, PROMPT] >= (LABELLED_WORDS if now.labelled[0] else PROMPT_WORDS):
        source = earlier(index.prompt, now.prompt[0])
        if source is not None:
            return "LEK003", source, 1.0
    return None


def _finding(seen: Seen, code: str, source: int, near: float, index: RowIndex, context: Context) -> Finding:
    place = index.place(source)
    name = f"row {place.row} of the {place.split} split"
    evidence: dict[str, Any] = {
        "leaks_from": {"path": context.files[place.file].path, "split": place.split, "row": place.row}
    }
    if code == "LEK002":
        other = now_at(source, index, context)
        mine, theirs = _said(seen.row), _said(other[0] if other else seen.row)
        here, there = only_in(mine, theirs)
        evidence |= {"jaccard": round(near, 3), "only_here": in_short(here), "only_there": in_short(there)}
        message = f"nearly the same as {name}: {how_near(near, here, there, equal=mine == theirs)}"
    elif code == "LEK001":
        message = f"the same as {name}, word for word"
    else:
        message = f"the prompt of {name}, with another answer"
    return Finding(
        code,
        message,
        field=seen.example.texts[0].field if code == "LEK003" and len(seen.example.texts) else "",
        evidence=evidence,
        related=[place],
        fix=Fix(f"Remove this row from the {seen.row.place.split} split", "unsafe", "remove"),
        severity=None if _known(seen.row.place.split, context) or _known(place.split, context) else "info",
    )


def _known(split: str, context: Context) -> bool:
    """Whether its name or ftui.toml says what a split is for. Two files of any name may overlap."""
    return usual_split(split) is not None or split in context.project.splits


def _said(row: Row) -> str:
    return "" if row.example is None else f"{row.example.prompt}\n{row.example.answer}"


def _without_held_out(context: Context) -> list[Finding]:
    """LEK007, when rows are there and none of them is held out for validation or test."""
    names = {name for file in context.files for name, first, last in file.splits if last > first}
    names |= {name for name, paths in context.project.splits.items() if paths}
    if not names or any(split_rank(name) in (1, 2) for name in names):
        return []
    declared = bool(context.project.splits)
    shown = ", ".join(sorted(names))
    return [
        Finding(
            "LEK007",
            f"no rows are held out: there is no validation or test split beside {shown}",
            evidence={"splits": sorted(names)},
            severity="warning" if declared else "info",
        )
    ]


def _severities(
    leaks: Mapping[str, Leaks], index: RowIndex, context: Context
) -> dict[str, dict[Severity, int]]:
    """For each rule, how many of its rows are between two splits of unknown purpose, and how many others."""
    unknown = np.array([not _known(name, context) for name in index.splits], dtype=bool)
    if not unknown.any():
        return {}
    own: dict[str, Severity] = {rule.code: rule.severity for rule in RULES}
    found: dict[str, dict[Severity, int]] = {}
    for code, rows in leaks.items():
        remarks = int((unknown[index.split[rows.row]] & unknown[index.split[rows.source]]).sum())
        found[code] = {"info": remarks, own[code]: len(rows.row) - remarks}
    return found


def _severity(whole: Sequence[Finding]) -> dict[str, Any]:
    return {"LEK007": {found.severity: 1 for found in whole}} if whole else {}


FAMILY = Leakage()
