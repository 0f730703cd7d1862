"""LBL001 and LBL002: one prompt with answers or labels that contradict each other, word for word and nearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.example import Example
from ftui.project.settings import Severity
from ftui.rules.row_index.fingerprints import (
    ANSWER,
    PROMPT,
    Fingerprints,
    end_marker,
    without_marker,
)
from ftui.rules.row_index.groups import within_splits
from ftui.rules.row_index.index import Places, RowIndex
from ftui.rules.row_index.lookup import (
    Near,
    Seen,
    alike_in_gist,
    name_of,
    now_at,
    resembling,
    see,
    still_equal,
    unchanged,
)
from ftui.rules.row_index.near_duplicates import NO_GROUPS, Groups, equal
from ftui.rules.row_index.same_question import Judge, is_open, same_in_gist, same_question
from ftui.rules.row_index.shingles import I64, pick
from ftui.rules.row_index.word_diff import in_short, only_in
from ftui.rules.rule import Combined, Context, Finding, Row

GENERATIVE_WORDS = 3
"""Greetings and the like, of fewer words, may be answered in many ways."""
_ANSWERS = 5
_CHARACTERS = 60
_MOST_ITEMS = 8
"""Different answers to one text of which each is compared with those to a near one."""


Alike = tuple[int, int, float, Judge]
"""Two rows, the share of word triples they have in common, and who tells whether they ask the same."""


@dataclass(slots=True)
class State:
    """The rows of conflicts."""

    index: RowIndex
    same: Groups
    """LBL001: rows with one prompt; every one of them is reported."""
    severity: dict[int, Severity]
    """LBL001: by first row of a group."""
    near: Groups
    """LBL002: nearest is the row whose answer differs."""
    doubtful: frozenset[int]
    """LBL002: the rows whose conflict is only a remark."""


def combine(index: RowIndex, context: Context) -> Combined:
    """Both kinds of conflict."""
    same, severity = find_conflicts(index, context)
    near, doubtful = NO_GROUPS, frozenset[int]()
    if context.wants("LBL002"):
        near, doubtful = find_near_conflicts(index, context)
    counts = {"LBL001": len(same.row), "LBL002": len(near.row)}
    severities = _severities(same, severity)
    severities["LBL002"] = {"warning": len(near.row) - len(doubtful), "info": len(doubtful)}
    hits = [
        {"LBL001": first, "LBL002": second}
        for first, second in zip(index.hits(same.row), index.hits(near.row), strict=True)
    ]
    return Combined(hits, counts, State(index, same, severity, near, doubtful), severities=severities)


def inspect(row: Row, state: State, context: Context) -> list[Finding]:
    """The other answers to the row's prompt."""
    seen = see(row, state.index, context)
    if seen is None or seen.split < 0:
        return []
    if seen.changed is None:
        found = [_conflict(seen, state, context), _near_conflict(seen, state, context)]
    else:
        found = [_typed_conflict(seen, seen.changed, state.index, context)]
        if context.wants("LBL002"):
            found.append(_typed_near_conflict(seen, seen.changed, state.index, context))
    return [each for each in found if each is not None]


def _severities(same: Groups, severity: dict[int, Severity]) -> dict[str, dict[Severity, int]]:
    counted: dict[Severity, int] = {}
    for original, count in zip(*np.unique(same.original, return_counts=True), strict=True):
        own = severity[int(original)]
        counted[own] = counted.get(own, 0) + int(count)
    return {"LBL001": counted}


# The same prompt


def _asking(index: RowIndex, rows: I64 | slice = slice(None)) -> NDArray[np.bool_]:
    """Which of these rows have a prompt that asks something, and one answer to it."""
    labelled = index.labelled[rows]
    words = index.words[rows, PROMPT] >= np.where(labelled, 1, GENERATIVE_WORDS)
    asking: NDArray[np.bool_] = words & ~index.paired[rows] & (labelled | (index.words[rows, ANSWER] > 0))
    return asking


def find_conflicts(index: RowIndex, context: Context) -> tuple[Groups, dict[int, Severity]]:
    """Groups of rows of one split with one prompt and different answers, and how severe each group is.

    Where two short answers (or labels) differ, the rows with short answers are the conflict; else all rows are, and
    the answers are long: rather variety than a contradiction.
    """
    asking = _asking(index)
    keys = within_splits(index.asked, index)
    brief = _differing(keys, index.answer, np.flatnonzero(asking & index.brief))
    free = asking.copy()
    free[np.isin(keys, keys[brief.row])] = False
    told = _differing(keys, index.said, np.flatnonzero(free))
    severity: dict[int, Severity] = dict.fromkeys(np.unique(told.original).tolist(), "info")
    for original in np.unique(brief.original).tolist():
        severity[original] = _how_severe(index, original, context)
    rows = np.concatenate([brief.row, told.row])
    order = np.argsort(rows)
    original = np.concatenate([brief.original, told.original])[order]
    return Groups(rows[order], original, original, np.ones(len(rows), np.float32)), severity


def _how_severe(index: RowIndex, number: int, context: Context) -> Severity:
    if index.labelled[number]:
        return "error"
    found = now_at(number, index, context)
    return (
        "info" if found is None or found[0].example is None or is_open(found[0].example.prompt) else "warning"
    )


def _differing(keys: Any, answers: Any, rows: I64) -> Groups:
    """Rows of groups with equal keys in which at least two answers differ."""
    if not len(rows):
        return NO_GROUPS
    same = equal(keys[rows])
    answer_of_first = answers[rows[same.first]]
    other = answers[rows] != answer_of_first[same.group]
    differs = np.zeros(len(same.first), np.bool_)
    differs[same.group[other]] = True
    kept = differs[same.group]
    originals = rows[same.first[same.group[kept]]]
    return Groups(rows[kept], originals, originals, np.ones(int(kept.sum()), np.float32))


def _conflict(seen: Seen, state: State, context: Context) -> Finding | None:
    at = state.same.at(seen.number)
    if at < 0:
        return None
    original = int(state.same.original[at])
    members = state.same.members(original)
    members = members[members != seen.number]
    others = members[state.index.said[members] != state.index.said[seen.number]]
    others = others[~np.isin(others, np.array([*state.index.live.edited], np.int64))]
    found = _examples(others, state.index, context)
    if not found:
        return None
    severity = state.severity[original]
    return _conflict_finding(seen, found, members, len(members) + 1, severity, state.index, context)


def _typed_conflict(seen: Seen, now: Fingerprints, index: RowIndex, context: Context) -> Finding | None:
    least = 1 if now.labelled[0] else GENERATIVE_WORDS
    if now.paired[0] or now.words[0, PROMPT] < least or not (now.labelled[0] or now.words[0, 1]):
        return None
    same = np.array(still_equal(index.asked, now.asked[0], seen, index, context), np.int64)
    same = same[_asking(index, same) & (index.split[same] == seen.split)]
    said = now.answer[0] if now.brief[0] else now.sequence[0, ANSWER]
    others = same[index.said[same] != said]
    short = others[index.brief[others]] if now.brief[0] else others[:0]
    found = _examples(short if len(short) else others, index, context)
    if not found:
        return None
    severity: Severity = "info"
    if len(short) and not (is_open(seen.example.prompt) and not now.labelled[0]):
        severity = "error" if now.labelled[0] else "warning"
    return _conflict_finding(seen, found, same, len(same) + 1, severity, index, context)


def _examples(numbers: I64, index: RowIndex, context: Context) -> list[tuple[int, Example]]:
    """Rows with different answers that are still as they were, a few."""
    _, first = np.unique(index.said[numbers], return_index=True)
    found = []
    for number in numbers[np.sort(first)][:_ANSWERS].tolist():
        other = now_at(number, index, context)
        if other is not None and other[1] and other[0].example is not None:
            found.append((number, other[0].example))
    return found


def _conflict_finding(
    seen: Seen,
    others: Sequence[tuple[int, Example]],
    members: I64,
    size: int,
    severity: Severity,
    index: RowIndex,
    context: Context,
) -> Finding:
    number, other = others[0]
    own, theirs = _answer(seen.example, context), _answer(other, context)
    what = "labelled" if seen.example.label is not None else "answered"
    name = name_of(number, seen, index, context)
    return Finding(
        "LBL001",
        f"the same prompt is {what} “{own}” here and “{theirs}” in {name}",
        field=_answer_field(seen.example),
        evidence={"answers": [own, *(_answer(each, context) for _, each in others)], "group_size": size},
        related=Places(index, np.concatenate([[number], members[members != number]])),
        severity=severity,
    )


# Nearly the same prompt


def find_near_conflicts(index: RowIndex, context: Context) -> tuple[Groups, frozenset[int]]:
    """Rows with short answers whose prompt is nearly that of a row with another one, and asks the same.

    With those of them of which it is not sure.
    """
    rows = np.flatnonzero(_asking(index) & index.brief & index.comparable[:, PROMPT])
    found: dict[int, tuple[bool, float, int]] = {}
    texts: dict[int, str] = {}

    def prompt(number: int) -> str:
        if number not in texts:
            other = now_at(number, index, context)
            texts[number] = "" if other is None or other[0].example is None else other[0].example.prompt
        return texts[number]

    items, item_of = _items(index, rows)
    for a, b, near, judge in (*_item_pairs(index, items), *_gist_pairs(index, items)):
        if index.prompt[a] == index.prompt[b] or not _other_answer(index, a, b):
            continue
        severity = contradict(prompt(a), prompt(b), bool(index.labelled[a]), judge)
        if severity is not None:
            for one, other in ((a, b), (b, a)):
                # Sure before doubtful, then the nearest, then the first.
                rank = severity == "warning", near, -other
                found[one] = max(found.get(one, rank), rank)
    leader_of = items[item_of]
    kept = np.isin(leader_of, np.array(list(found), np.int64))
    flagged, best = rows[kept], [found[leader] for leader in leader_of[kept].tolist()]
    nearest = np.array([-other for _, _, other in best], np.int64)
    value = np.array([near for _, near, _ in best], np.float32)
    doubtful = frozenset(row for row, (sure, _, _) in zip(flagged.tolist(), best, strict=True) if not sure)
    return Groups(flagged, np.minimum(flagged, nearest), nearest, value), doubtful


def _other_answer(index: RowIndex, a: int, b: int) -> bool:
    """Whether two answers differ in more than case and punctuation, which may follow from that of the prompts."""
    worded = index.labelled[a] or index.sequence[a, ANSWER] != index.sequence[b, ANSWER]
    return bool(worded and index.answer[a] != index.answer[b])


def contradict(one: str, other: str, labelled: bool, judge: Judge) -> Severity | None:
    """How severe it is that two near prompts have different answers; None where the prompts explain it."""
    if not one or not other or (not labelled and (is_open(one) or is_open(other))):
        return None
    grades: dict[str, Severity] = {"yes": "warning", "perhaps": "info"}
    return grades.get(judge(one, other))


def _items(index: RowIndex, rows: I64) -> tuple[I64, I64]:
    """The first row of each text, prompt spelling and answer in each split; and which of them each row is like."""
    if not len(rows):
        return rows, rows
    node = index.nodes(PROMPT).group[rows].astype(np.uint64)
    spelling = pick(index.prompt[rows], index.answer[rows])
    same = equal(pick(pick(node, index.split[rows].astype(np.uint64)), spelling))
    return rows[same.first], same.group


def _item_pairs(index: RowIndex, items: I64) -> Iterator[Alike]:
    """Items of one split whose texts are the same or near."""
    node = index.nodes(PROMPT).group
    by_text: dict[tuple[int, int], list[int]] = {}
    for number in items.tolist():
        known = by_text.setdefault((int(index.split[number]), int(node[number])), [])
        if len(known) < _MOST_ITEMS:
            known.append(number)
    for same in by_text.values():
        yield from ((a, b, 1.0, same_question) for i, a in enumerate(same) for b in same[i + 1 :])
    if not by_text:
        return
    pairs = index.near(PROMPT)
    held = np.zeros(len(index.nodes(PROMPT).first), np.bool_)
    held[[text for _, text in by_text]] = True
    pairs = pairs.where(held[pairs.a] & held[pairs.b])
    for one, other, near in zip(pairs.a.tolist(), pairs.b.tolist(), pairs.jaccard.tolist(), strict=True):
        for split in range(len(index.splits)):
            for a in by_text.get((split, one), ()):
                yield from ((a, b, near, same_question) for b in by_text.get((split, other), ()))


def _gist_pairs(index: RowIndex, items: I64) -> Iterator[Alike]:
    """Items of one split with one gist, other words, and other answers."""
    items = items[index.gist[items] != 0]
    if not len(items):
        return
    same = equal(pick(index.gist[items], index.split[items].astype(np.uint64)))
    node = index.nodes(PROMPT).group
    pairs: list[tuple[int, int]] = []
    order, ends = np.argsort(same.group, kind="stable"), np.cumsum(same.size)
    for number in np.flatnonzero(same.size > 1).tolist():
        start = int(ends[number] - same.size[number])
        members = items[order[start : min(int(ends[number]), start + 2 * _MOST_ITEMS)]].tolist()
        pairs += [(a, b) for i, a in enumerate(members) for b in members[i + 1 :] if node[a] != node[b]]
    pairs = [(a, b) for a, b in pairs if _other_answer(index, a, b)]
    if pairs:
        for (a, b), near in zip(pairs, index.jaccard(pairs, PROMPT), strict=True):
            yield a, b, near, same_in_gist


def _near_conflict(seen: Seen, state: State, context: Context) -> Finding | None:
    at = state.near.at(seen.number)
    if at < 0:
        return None
    other = int(state.near.nearest[at])
    found = now_at(other, state.index, context)
    if found is None or not unchanged([other], state.index, context) or found[0].example is None:
        return None
    severity: Severity = "info" if seen.number in state.doubtful else "warning"
    near = Near(other, float(state.near.jaccard[at]))
    return _near_finding(seen, near, found[0].example, severity, state.index, context)


def _typed_near_conflict(seen: Seen, now: Fingerprints, index: RowIndex, context: Context) -> Finding | None:
    if now.paired[0] or not now.brief[0]:
        return None
    best: tuple[tuple[bool, float, int], Near, Example, Severity] | None = None
    for near, judge in _alike(seen, index, context):
        number = near.number
        worded = now.labelled[0] or index.sequence[number, ANSWER] != now.sequence[0, ANSWER]
        differs = worded and index.answer[number] != now.answer[0] and index.prompt[number] != now.prompt[0]
        asking = index.brief[number] and _asking(index, np.array([number]))[0]
        if not (asking and differs and index.split[number] == seen.split):
            continue
        other = now_at(number, index, context)
        if other is None or not other[1] or other[0].example is None:
            continue
        severity = contradict(seen.example.prompt, other[0].example.prompt, bool(now.labelled[0]), judge)
        rank = severity == "warning", near.jaccard, -number
        if severity is not None and (best is None or rank > best[0]):
            best = rank, near, other[0].example, severity
    return None if best is None else _near_finding(seen, *best[1:], index, context)


def _alike(seen: Seen, index: RowIndex, context: Context) -> Iterator[tuple[Near, Judge]]:
    """Rows that a row being typed may contradict: near ones, and those of the same gist."""
    yield from ((near, same_question) for near in resembling(seen, PROMPT, index, context))
    yield from ((near, same_in_gist) for near in alike_in_gist(seen, index, context))


def _near_finding(
    seen: Seen, near: Near, other: Example, severity: Severity, index: RowIndex, context: Context
) -> Finding:
    own, theirs = _answer(seen.example, context), _answer(other, context)
    here, there = only_in(seen.example.prompt, other.prompt)
    what = "labelled" if seen.example.label is not None else "answered"
    name = name_of(near.number, seen, index, context)
    how = f"{near.jaccard:.0%} of the word triples shared"
    if near.jaccard < index.threshold:
        how = "the same but for articles and politeness"
    return Finding(
        "LBL002",
        f"{what} “{own}” here and “{theirs}” in {name}, to nearly the same prompt ({how})",
        field=_answer_field(seen.example),
        evidence={
            "answers": [own, theirs],
            "jaccard": round(near.jaccard, 3),
            "group_size": 2,
            "only_here": in_short(here),
            "only_there": in_short(there),
        },
        related=[index.place(near.number)],
        severity=severity,
    )


def _answer(example: Example, context: Context) -> str:
    text = example.label if example.label is not None else without_marker(example.answer, end_marker(context))
    line = " ".join(text.split())
    return line if len(line) <= _CHARACTERS else line[: _CHARACTERS - 1] + "…"


def _answer_field(example: Example) -> str:
    wanted = "label" if example.label is not None else "assistant"
    return next((text.field for text in example.texts if text.role == wanted), "")
