"""DUP: rows that say what another row of the same split says already, and answers that repeat their prompt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.example import ANSWER_ROLES
from ftui.dataset.record import FieldEdit
from ftui.rules.chunk import Chunk
from ftui.rules.duplicates.echo import echoes
from ftui.rules.duplicates.pages import RULES
from ftui.rules.row_index.fingerprints import (
    ANSWER,
    BOTH,
    FIELDS,
    PROMPT,
    Fingerprints,
    fingerprints,
    template_shingles,
)
from ftui.rules.row_index.groups import equal_groups, near_groups, within_splits
from ftui.rules.row_index.index import Places, RowIndex, row_index
from ftui.rules.row_index.lookup import Seen, name_of, now_at, resembling, see, still_equal, unchanged
from ftui.rules.row_index.near_duplicates import NO_GROUPS, Groups
from ftui.rules.row_index.shingles import I64, U32, pick
from ftui.rules.row_index.word_diff import how_near, in_short, only_in
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Fix, Place, Row

REPEATED_WORDS = 8
"""Answers of fewer words are rightly the same for many prompts: yes, a number, a label."""
TELLING_WORDS = 12
"""An answer alone counts as a near duplicate from this length on."""
_COMPARED = ("DUP001", "DUP002", "DUP003")


class Partial(NamedTuple):
    """What DUP takes from a chunk."""

    fingerprints: Fingerprints | None
    echoed: I64


@dataclass(slots=True)
class State:
    """The groups of all rows."""

    index: RowIndex
    exact: Groups
    near: tuple[Groups, Groups, Groups]
    """By field."""
    flagged: tuple[I64, I64, I64]
    """By field: the rows whose near-duplicate finding is about it."""
    repeated: Groups


class Match(NamedTuple):
    """A row's place in a group."""

    original: int
    nearest: int
    jaccard: float
    size: int
    members: I64
    """The others, the original and the nearest first."""


class Duplicates:
    """The DUP family."""

    name = "DUP"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> U32:
        """The template shingles."""
        return template_shingles(sample, context)

    def map(self, chunk: Chunk, context: Context) -> Partial:
        """Fingerprints, and the rows with an echo."""
        compared = any(context.wants(code) for code in _COMPARED)
        echoed = [
            row
            for row, example in zip(chunk.numbers, chunk.examples, strict=True)
            if example is not None and next(echoes(example), None) is not None
        ]
        return Partial(fingerprints(chunk, context) if compared else None, np.array(echoed, np.int64))

    def combine(self, partials: Iterable[tuple[Chunk | ChunkInfo, Any]], context: Context) -> Combined:
        """The groups, and which row of them is reported for which rule."""
        echoed: list[list[I64]] = [[] for _ in context.files]
        counts = {"DUP004": 0}

        def compared() -> Iterator[tuple[Chunk | ChunkInfo, Fingerprints]]:
            for info, found in partials:
                echoed[info.file].append(found.echoed)
                if found.fingerprints is not None:
                    yield info, found.fingerprints

        index = row_index(compared(), context)
        hits: list[dict[str, I64]] = [
            {"DUP004": np.sort(np.concatenate([np.zeros(0, np.int64), *rows]))} for rows in echoed
        ]
        counts["DUP004"] = sum(len(found["DUP004"]) for found in hits)
        state = find_groups(index, context)
        near = np.concatenate(state.flagged)
        for code, numbers in (
            ("DUP001", state.exact.others),
            ("DUP002", near),
            ("DUP003", state.repeated.others),
        ):
            counts[code] = len(numbers)
            for found, rows in zip(hits, index.hits(numbers), strict=True):
                found[code] = rows
        both, alone = len(state.flagged[BOTH]), len(near) - len(state.flagged[BOTH])
        return Combined(hits, counts, state, severities={"DUP002": {"warning": both, "info": alone}})

    def inspect(self, row: Row, state: State, context: Context) -> list[Finding]:
        """What the row repeats: another row, another row's answer, its own prompt."""
        compared = any(context.wants(code) for code in _COMPARED)
        seen = see(row, state.index, context) if compared and state.index.count else None
        if seen is None or seen.split < 0:
            return list(_echoed(row))
        # One finding a row: what is surest and says most about it.
        first = next(filter(None, (find(seen, state, context) for find in _FINDERS)), None)
        return [*([first] if first is not None else ()), *_echoed(row)]


def find_groups(index: RowIndex, context: Context) -> State:
    """Exact groups, near groups of what is left, and repeated answers of what is left then."""
    every = np.arange(index.count)
    exact = equal_groups(within_splits(index.content, index), every)
    left = np.ones(index.count, np.bool_)
    left[exact.others] = False
    near: list[Groups] = []
    flagged: list[I64] = [np.zeros(0, np.int64)] * 3
    whole = near_groups(index, BOTH, left, equal_too=True) if context.wants("DUP002") else NO_GROUPS
    flagged[BOTH] = whole.others
    left[whole.others] = False
    repeated = _repetitions(index, left)
    left[repeated.others] = False
    for field in (ANSWER, PROMPT):
        use = left & telling(index, field)
        groups = near_groups(index, field, use, equal_too=False) if context.wants("DUP002") else NO_GROUPS
        flagged[field] = np.setdiff1d(groups.others, flagged[ANSWER])
        near.append(groups)
    return State(index, exact, (near[1], near[0], whole), (flagged[0], flagged[1], flagged[2]), repeated)


def telling(index: RowIndex, field: int, rows: I64 | slice = slice(None)) -> NDArray[np.bool_]:
    """Which of these rows have a prompt or answer that counts on its own: free text, and a long answer."""
    free: NDArray[np.bool_] = ~index.labelled[rows] & ~index.paired[rows] & ~index.brief[rows]
    return free & (index.words[rows, ANSWER] >= TELLING_WORDS) if field == ANSWER else free


def _repetitions(index: RowIndex, left: NDArray[np.bool_]) -> Groups:
    """Rows with one answer and different prompts; of rows with both the same, the first."""
    use = left & ~index.labelled & ~index.paired & (index.words[:, ANSWER] >= REPEATED_WORDS)
    rows = np.flatnonzero(use)
    keys = within_splits(index.answer, index)
    again = equal_groups(pick(keys, index.prompt), rows).others
    return equal_groups(keys, np.setdiff1d(rows, again, assume_unique=True))


# One row


def _match(groups: Groups, number: int, index: RowIndex, context: Context) -> Match | None:
    """A row's place in its group, if it is not the original and those it names are still as they were."""
    at = groups.at(number)
    if at < 0 or groups.original[at] == number:
        return None
    original, nearest = int(groups.original[at]), int(groups.nearest[at])
    if not unchanged(dict.fromkeys((original, nearest)), index, context):
        return None
    members = groups.members(original)
    first = [each for each in dict.fromkeys((original, nearest)) if each != number]
    rest = members[(members != number) & (members != original) & (members != nearest)]  # 10x as fast as isin
    others = np.concatenate([np.array(first, np.int64), rest])
    return Match(original, nearest, float(groups.jaccard[at]), len(members), others)


def _typed(found: Sequence[tuple[int, float]], seen: Seen, index: RowIndex) -> Match | None:
    """The same for a row that has changed, among the rows of its split that come before it."""
    mine = [each for each in found if index.split[each[0]] == seen.split]
    before = [each for each in mine if seen.number < 0 or each[0] < seen.number]
    if not before:
        return None
    nearest, value = max(before, key=lambda each: (each[1], -each[0]))
    members = np.array([number for number, _ in mine], np.int64)
    return Match(min(before)[0], nearest, value, len(mine) + 1, members)


def _exact(seen: Seen, state: State, context: Context) -> Finding | None:
    if seen.changed is None:
        match = _match(state.exact, seen.number, state.index, context)
    else:
        same = still_equal(state.index.content, seen.changed.content[0], seen, state.index, context)
        match = _typed([(number, 1.0) for number in same], seen, state.index)
    if match is None:
        return None
    other = now_at(match.original, state.index, context)
    safe = other is not None and same_but_identity(seen.row.parsed.value, other[0].parsed.value)
    return Finding(
        "DUP001",
        f"the same as {name_of(match.original, seen, state.index, context)}, word for word",
        evidence={"group_size": match.size, "original": _place(match.original, state.index, context)},
        related=Places(state.index, match.members),
        fix=Fix("Remove this copy", "safe" if safe else "unsafe", "remove"),
    )


IDENTITY = frozenset(
    {"id", "_id", "uid", "uuid", "guid", "idx", "index", "row", "row_id", "sample_id", "example_id"}
)
"""Fields that number rows and say nothing else."""


def same_but_identity(one: Any, other: Any) -> bool:
    """Whether two records are equal in everything but the fields that number rows."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(
            one.get(key, _MISSING) == other.get(key, _MISSING)
            for key in {*one, *other}
            if key.lower() not in IDENTITY
        )
    return bool(one == other)


_MISSING = object()


def _near_row(seen: Seen, state: State, context: Context) -> Finding | None:
    return _near(seen, BOTH, state, context)


def _near_text(seen: Seen, state: State, context: Context) -> Finding | None:
    return _near(seen, ANSWER, state, context) or _near(seen, PROMPT, state, context)


def _near(seen: Seen, field: int, state: State, context: Context) -> Finding | None:
    match = _near_match(seen, field, state, context)
    return None if match is None else _near_finding(seen, field, match, state.index, context)


def _near_match(seen: Seen, field: int, state: State, context: Context) -> Match | None:
    index = state.index
    if seen.changed is None:
        flagged = state.flagged[field]
        at = int(np.searchsorted(flagged, seen.number))
        if at == len(flagged) or flagged[at] != seen.number:
            return None
        return _match(state.near[field], seen.number, index, context)
    now = seen.changed
    if not context.wants("DUP002") or (field != BOTH and not _telling_now(now, field)):
        return None
    found = resembling(seen, field, index, context)
    numbers = np.array([number for number, _ in found], np.int64)
    if field == BOTH:
        kept = ~(index.labelled[numbers] & (index.answer[numbers] != now.answer[0]))
    else:
        equal_text = index.sequence[numbers, field] == now.sequence[0, field]
        kept = telling(index, field, numbers) & ~equal_text
    return _typed([each for each, keep in zip(found, kept.tolist(), strict=True) if keep], seen, index)


def _telling_now(now: Fingerprints, field: int) -> bool:
    free = not (now.labelled[0] or now.paired[0] or now.brief[0])
    return free and (field == PROMPT or bool(now.words[0, ANSWER] >= TELLING_WORDS))


def _near_finding(seen: Seen, field: int, match: Match, index: RowIndex, context: Context) -> Finding:
    other = now_at(match.nearest, index, context)
    mine, theirs = (_said(each, field) for each in (seen.row, other[0] if other else seen.row))
    here, there = only_in(mine, theirs)
    what = ("prompt nearly that of", "answer nearly that of", "nearly the same as")[field]
    name = name_of(match.nearest, seen, index, context)
    message = f"{what} {name}: {how_near(match.jaccard, here, there, equal=mine == theirs)}"
    if match.original != match.nearest:
        message += f"; the first of the group is {name_of(match.original, seen, index, context)}"
    return Finding(
        "DUP002",
        message,
        field="" if field == BOTH else _field_of(seen.row, field),
        evidence={
            "field": FIELDS[field],
            "jaccard": round(match.jaccard, 3),
            "group_size": match.size,
            "original": _place(match.original, index, context),
            "nearest": _place(match.nearest, index, context),
            "only_here": in_short(here),
            "only_there": in_short(there),
        },
        related=Places(index, match.members),
        fix=Fix("Remove this near duplicate", "unsafe", "remove"),
        severity="warning" if field == BOTH else "info",
    )


def _repeated(seen: Seen, state: State, context: Context) -> Finding | None:
    index = state.index
    if seen.changed is None:
        match = _match(state.repeated, seen.number, index, context)
    else:
        now = seen.changed
        if now.labelled[0] or now.paired[0] or now.words[0, ANSWER] < REPEATED_WORDS:
            return None
        same = still_equal(index.answer, now.answer[0], seen, index, context)
        other_prompt = [(n, 1.0) for n in same if index.prompt[n] != now.prompt[0]]
        match = None if len(other_prompt) < len(same) else _typed(other_prompt, seen, index)
    if match is None:
        return None
    original = name_of(match.original, seen, index, context)
    return Finding(
        "DUP003",
        f"the answer of {original}, to another prompt ({match.size} rows share it)",
        field=_field_of(seen.row, ANSWER),
        evidence={"group_size": match.size, "original": _place(match.original, index, context)},
        related=Places(index, match.members),
    )


_FINDERS = (_exact, _near_row, _repeated, _near_text)


def _echoed(row: Row) -> Iterator[Finding]:
    for echo in echoes(row.example) if row.example is not None else ():
        fix = Fix(
            "Cut the repeated prompt", "unsafe", "edit", (FieldEdit(echo.field, echo.start, echo.end, ""),)
        )
        yield Finding(
            "DUP004",
            "the answer begins by repeating the prompt"
            if echo.rest
            else "the answer is the prompt over again",
            field=echo.field,
            start=echo.start,
            end=echo.end,
            evidence={"characters": echo.end - echo.start},
            fix=fix if echo.rest else None,
        )


def _said(row: Row, field: int) -> str:
    if row.example is None:
        return ""
    prompt, answer = row.example.prompt, row.example.answer
    return (prompt, answer, f"{prompt}\n{answer}")[field]


def _field_of(row: Row, field: int) -> str:
    """The path of the first text of the prompt or of the answer."""
    for text in row.example.texts if row.example is not None else ():
        if text.role == "user" if field == PROMPT else text.role in ANSWER_ROLES:
            return text.field
    return ""


def _place(number: int, index: RowIndex, context: Context) -> dict[str, Any]:
    place: Place = index.place(number)
    return {"path": context.files[place.file].path, "row": place.row}


FAMILY = Duplicates()
