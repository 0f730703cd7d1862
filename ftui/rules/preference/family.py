"""PRF: preference pairs that teach nothing, the wrong thing, or a liking for length."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.rules.chunk import Chunk
from ftui.rules.preference.pages import RULES
from ftui.rules.preference.sides import Side, Turn, sides
from ftui.rules.row_family import RowFamily, rows_of
from ftui.rules.row_index.fingerprints import end_marker
from ftui.rules.row_index.word_diff import in_short, only_in
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Fix, Row

PAIRS = 50
"""Fewer pairs say nothing about a liking."""
SHARE = 0.65
RATIO = 1.15
_P = 0.001
_QUOTED = 120
_CODES = tuple(rule.code for rule in RULES)


class Lengths(NamedTuple):
    """Characters of the two answers of each pair of a chunk."""

    chosen: NDArray[np.int32]
    rejected: NDArray[np.int32]


class Preference(RowFamily):
    """The PRF family."""

    name = "PRF"
    rules = RULES

    def suspects(self, chunk: Chunk, state: Any, context: Context) -> Iterable[int]:  # noqa: ARG002
        """The rows with a pair."""
        return chunk.texts.filter(pl.col("role") == "rejected")["row"].unique().to_list()

    def findings(self, row: Row, state: Any, context: Context) -> Iterable[Finding]:  # noqa: ARG002
        """Equal sides, and sides that answer different conversations."""
        found = None if row.example is None else sides(row.example, end_marker(context))
        if row.example is None or found is None:
            return
        chosen, rejected = found
        if (chosen.head, chosen.last) == (rejected.head, rejected.last):
            if chosen.last:
                yield _identical(chosen, rejected)
            return
        own_prompt = any(text.role == "user" and not _within(text.field, found) for text in row.example.texts)
        bare = not chosen.head or not rejected.head
        if chosen.head != rejected.head and not (bare and own_prompt):
            yield _mismatch(chosen, rejected)

    def gather(self, chunk: Chunk, state: Any, context: Context) -> Lengths | None:
        """The lengths of the answers of each pair."""
        pairs = [
            (len(found[0].answer.strip()), len(found[1].answer.strip()))
            for row in rows_of(chunk, self.suspects(chunk, state, context))
            if row.example is not None and (found := sides(row.example)) is not None
        ]
        return Lengths(*np.array(pairs, np.int32).T) if pairs else None

    def settle(
        self, gathered: list[tuple[ChunkInfo, Lengths]], found: Combined, context: Context
    ) -> Combined:
        """The liking for length, split by split."""
        if not gathered:
            found.skipped = dict.fromkeys(_CODES, "no row has a chosen and a rejected answer")
            return found
        by_split: dict[str, list[tuple[int, Lengths]]] = {}
        for info, lengths in gathered:
            by_split.setdefault(info.split, []).append((info.file, lengths))
        share = float(context.option("PRF002", "share", SHARE))
        pairs = 0
        for split, parts in by_split.items():
            chosen, rejected = (
                np.concatenate(side) for side in zip(*(each for _, each in parts), strict=True)
            )
            pairs = max(pairs, int((chosen != rejected).sum()))
            finding = _bias(split, chosen, rejected, share)
            if finding is not None and context.wants("PRF002"):
                files = {file for file, _ in parts}
                finding.file = files.pop() if len(files) == 1 else None
                found.whole.append(finding)
        found.counts["PRF002"] = len(found.whole)
        if pairs < PAIRS:
            found.skipped["PRF002"] = f"{pairs} pairs of different length in a split: {PAIRS} are needed"
        return found


def _within(field: str, found: Sequence[Side]) -> bool:
    """Whether a text stands in the column of one of the sides."""
    columns = {side.field.split("[")[0].split(".")[0] for side in found}
    return field.split("[")[0].split(".")[0] in columns


def _identical(chosen: Side, rejected: Side) -> Finding:
    exact = chosen.answer == rejected.answer
    return Finding(
        "PRF001",
        "chosen and rejected are the same" + ("" if exact else " but for spacing and the end marker"),
        field=rejected.field,
        evidence={
            "equal": "character for character" if exact else "normalised",
            "answer": _quoted(chosen.last),
        },
        fix=Fix("Remove this pair", "unsafe", "remove"),
    )


def _mismatch(chosen: Side, rejected: Side) -> Finding:
    at, one, other = _first_difference(chosen.head, rejected.head)
    turns = len(chosen.head), len(rejected.head)
    if one is None or other is None:
        side, held = ("rejected", other) if one is None else ("chosen", one)
        what = f"only the {side} one has a turn {at + 1} before the answer"
        here, there = ([_quoted(held.text)] if held else []), []
    else:
        here, there = (in_short(words) for words in only_in(one.text, other.text))
        what = f"turn {at + 1} ({one.role}) differs"
        if one.role != other.role:
            what = f"turn {at + 1} is the {one.role}'s in one and the {other.role}'s in the other"
    return Finding(
        "PRF003",
        f"chosen and rejected answer different conversations: {what}",
        field=rejected.field,
        evidence={
            "turn": at,
            "turns_before_the_answer": list(turns),
            "chosen": _quoted(one.text) if one else None,
            "rejected": _quoted(other.text) if other else None,
            "only_in_chosen": here,
            "only_in_rejected": there,
        },
    )


def _first_difference(one: Sequence[Turn], other: Sequence[Turn]) -> tuple[int, Turn | None, Turn | None]:
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return at, (one[at] if at < len(one) else None), (other[at] if at < len(other) else None)


def _bias(split: str, chosen: NDArray[np.int32], rejected: NDArray[np.int32], share: float) -> Finding | None:
    differ = (chosen != rejected) & (chosen > 0) & (rejected > 0)
    chosen, rejected = chosen[differ], rejected[differ]
    pairs = len(chosen)
    if pairs < PAIRS:
        return None
    longer = int((chosen > rejected).sum())
    ratio = float(np.median(chosen / rejected))
    which, part = ("longer", longer) if 2 * longer >= pairs else ("shorter", pairs - longer)
    effect = ratio if which == "longer" else 1 / ratio
    # The sign test, by its normal approximation: two-sided.
    p = math.erfc(max(abs(2 * longer - pairs) - 1, 0) / math.sqrt(2 * pairs))
    if part < share * pairs or p >= _P or effect < RATIO:
        return None
    middle = int(np.median(chosen)), int(np.median(rejected))
    return Finding(
        "PRF002",
        f"{split}: chosen is the {which} answer in {part / pairs:.0%} of {pairs:,} pairs "
        f"(median {middle[0]:,} characters against {middle[1]:,})",
        evidence={
            "split": split,
            "pairs": pairs,
            "share": round(part / pairs, 4),
            "chosen_is": which,
            "median_ratio": round(effect, 3),
            "median_chosen": middle[0],
            "median_rejected": middle[1],
            "p": float(f"{p:.2g}"),
        },
    )


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"


FAMILY = Preference()
