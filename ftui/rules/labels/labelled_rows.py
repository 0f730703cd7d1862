"""What a labelling guide is made from: classes with typical rows, confused pairs with the rows that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ftui.rules import reading
from ftui.rules.check import Check
from ftui.rules.findings import Located
from ftui.rules.row_index.shingles import words_of
from ftui.rules.rule import Stopped
from ftui.text.label_spelling import same_case, variants
from ftui.text.text_features import BITS, bags

CODES = ("LBL001", "LBL002", "LBL004", "LBL005")
"""The rules whose findings say which classes are confused."""
TYPICAL = 4
DECIDING = 6
_KEPT = 200
"""Rows of a class among which the typical ones are looked for."""
_FINDINGS = 2_000


class Sample(NamedTuple):
    """One row as the guide shows it."""

    place: str
    text: str
    note: str = ""


@dataclass(slots=True)
class LabelClass:
    """One class."""

    name: str
    rows: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    spellings: list[str] = field(default_factory=list)
    """Other spellings of it in the data."""
    typical: list[Sample] = field(default_factory=list)
    held: list[tuple[int, int, str]] = field(default_factory=list)
    """File, row and text of some rows."""


@dataclass(slots=True)
class Confused:
    """Two classes that are confused, with the rows that show it."""

    one: str
    other: str
    reasons: Counter[str] = field(default_factory=Counter)
    """conflict, near conflict, votes, suspect: number of rows."""
    rows: list[Sample] = field(default_factory=list)


@dataclass(slots=True)
class Guide:
    """The classes by name, and the confused pairs, those with the most rows first."""

    classes: list[LabelClass]
    pairs: list[Confused]


def guide(check: Check, cancelled: Callable[[], bool] = lambda: False) -> Guide:
    """The guide to the labels of a check; no classes where no row has a label."""
    classes = _classes(check, cancelled)
    for each in classes.values():
        each.typical = _typical(check, each)
        each.held = []
    named = {
        same_case(spelling): each.name
        for each in classes.values()
        for spelling in [each.name, *each.spellings]
    }
    return Guide([classes[name] for name in sorted(classes)], _pairs(check, named))


def _classes(check: Check, cancelled: Callable[[], bool]) -> dict[str, LabelClass]:
    found: dict[str, LabelClass] = {}
    dataset = check.dataset
    for task in reading.tasks(reading.runs(dataset)):
        chunk = reading.read(dataset.documents[task.info.file], task)
        for row, label, text in chunk.rows.select("row", "label", "prompt").iter_rows():
            if label is not None and label.strip():
                each = found.setdefault(label, LabelClass(label))
                each.rows += 1
                each.splits[chunk.split] += 1
                if len(each.held) < _KEPT:
                    each.held.append((chunk.file, row, text))
        if cancelled():
            raise Stopped
    for label, variant in variants({each.name: each.rows for each in found.values()}).items():
        main, other = found[variant.of], found.pop(label)
        main.rows += other.rows
        main.splits += other.splits
        main.spellings.append(label)
    return found


def _typical(check: Check, label: LabelClass) -> list[Sample]:
    """The rows nearest to the middle of their class (cosine of the words and letter groups), none twice."""
    texts = [" ".join(text.split()) for _, _, text in label.held]
    words = words_of(texts)
    found = bags(texts, words.hashes.astype(np.uint64), np.diff(words.offsets))
    often = np.bincount(found.features, minlength=1 << BITS).astype(np.float64)
    owner = np.repeat(np.arange(len(texts)), found.sizes)
    likeness = np.bincount(owner, often[found.features], minlength=len(texts)) / np.sqrt(
        np.maximum(found.sizes, 1)
    )
    picked: dict[str, Sample] = {}
    for at in np.argsort(-likeness, kind="stable").tolist():
        file, row, _ = label.held[at]
        picked.setdefault(same_case(texts[at]), Sample(_place(check, file, row), texts[at]))
        if len(picked) == TYPICAL:
            break
    return list(picked.values())


def _place(check: Check, file: int, row: int) -> str:
    document = check.dataset.documents[file]
    line = document.line(row)
    return f"{document.display_path} row {row}" if line is None else f"{document.display_path}:{line}"


def _pairs(check: Check, named: dict[str, str]) -> list[Confused]:
    found: dict[tuple[str, str], Confused] = {}
    codes = [code for code in CODES if code in check.rules]
    for finding in check.listing(_FINDINGS, codes):
        for one, other, reason, note in _confusions(finding):
            first, second = sorted((named.get(one, one), named.get(other, other)))
            if first == second or finding.row is None or finding.file is None:
                continue
            pair = found.setdefault((first, second), Confused(first, second))
            pair.reasons[reason] += 1
            if len(pair.rows) < DECIDING:
                text = _text(check, finding.file, finding.row)
                pair.rows.append(Sample(_place(check, finding.file, finding.row), text, note))
    return sorted(found.values(), key=lambda pair: (-pair.reasons.total(), pair.one, pair.other))


def _confusions(finding: Located) -> Iterator[tuple[str, str, str, str]]:
    """Two labels, why they count as confused, and what to say of the row."""
    said = finding.evidence
    if finding.code in ("LBL001", "LBL002"):
        own, *others = (same_case(each) for each in said["answers"])
        reason = "conflict" if finding.code == "LBL001" else "near conflict"
        for other in others:
            yield own, other, reason, f"labelled {own} here, {other} elsewhere"
    elif finding.code == "LBL004" and finding.row is not None:
        told = ", ".join(f"{n} {vote}" for vote, n in said["votes"].items())
        for one, other in combinations(said["votes"], 2):
            yield one, other, "votes", f"votes: {told}"
    elif finding.code == "LBL005":
        label = same_case(said["label"])
        yield label, same_case(said["likely"]), "suspect", f"labelled {label}, by its words {said['likely']}"


def _text(check: Check, file: int, row: int) -> str:
    fetch = check.context.fetch
    seen = fetch(file, row) if fetch is not None else None
    return "" if seen is None or seen.example is None else " ".join(seen.example.prompt.split())
