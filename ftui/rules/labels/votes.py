"""LBL004: how far the annotators agree, and the rows on which they do not."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.example import Example
from ftui.project.settings import Project, Severity
from ftui.rules.chunk import Chunk
from ftui.rules.meta_columns import find, value
from ftui.rules.rule import Context, Finding
from ftui.text.agreement import alpha, apart, cohen, coincidences, fleiss
from ftui.text.label_spelling import same_case

CODE = "LBL004"
TENTATIVE = 0.667
"""Krippendorff's limit "where tentative conclusions are still acceptable" (Content Analysis, 2004, page 241)."""
LEAST_UNITS = 20
_PAIRS = 5
_ANNOTATORS = 20
_CLOSE = 1.0
"""Ratings that are this near agree."""


@dataclass(slots=True)
class Tally:
    """The votes of one chunk, or of all."""

    units: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Sorted votes of a row to rows."""
    between: dict[tuple[str, str], Counter[tuple[str, str]]] = field(default_factory=dict)
    """Two annotators to their votes on the rows that both voted on."""
    rows: dict[Severity, list[int]] = field(default_factory=dict)
    """Rows with a finding."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """Where the votes stand, and which there are."""

    columns: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    """In the sample; a row's label that is none of them says nothing about them."""


def survey(sample: Sequence[Chunk], project: Project) -> Ballot:
    """The columns of votes that the project names, else those found in a sample of the rows.

    A list that is the row's own label, or that never holds a value twice, is a set of labels and no votes.
    """
    columns = find(sample, project).votes
    if not columns:
        return Ballot()
    rows = [(p.value, e) for chunk in sample for p, e in zip(chunk.parsed, chunk.examples, strict=True) if e]
    if not project.meta.votes:
        own = {t.field.partition("[")[0] for _, e in rows for t in e.texts if t.role == "label"}
        columns = tuple(column for column in columns if column not in own)
        lists = len(columns) == 1
        if lists and not any(
            len(cast) > len(set(cast)) for row, _ in rows if (cast := votes_of(row, columns))
        ):
            columns = ()
    return Ballot(columns, frozenset(vote for row, _ in rows for _, vote in votes_of(row, columns)))


def votes_of(row: Any, columns: Sequence[str]) -> list[tuple[str, str]]:
    """(annotator, vote) of a row's value; an empty vote is a missing one. A column of lists has no annotators."""
    held = [(column, value(row, column)) for column in columns]
    return [
        ("" if isinstance(said, list) else column, same_case(str(each)))
        for column, said in held
        for each in (said if isinstance(said, list) else [said])
        if isinstance(each, str | int | float) and str(each).strip()
    ]


def gather(chunk: Chunk, ballot: Ballot) -> Tally:
    """The votes of one chunk, and its rows with a finding."""
    tally = Tally()
    for number, parsed, example in zip(chunk.numbers, chunk.parsed, chunk.examples, strict=True):
        cast = votes_of(parsed.value, ballot.columns) if parsed.value is not None else []
        if len(cast) < 2:
            continue
        tally.units[tuple(sorted(vote for _, vote in cast))] += 1
        for (first, one), (second, other) in combinations(cast[:_ANNOTATORS], 2):
            if first and second:
                tally.between.setdefault((first, second), Counter())[one, other] += 1
        judged = _judged(cast, example, ballot)
        if judged is not None:
            tally.rows.setdefault(judged[0], []).append(number)
    return tally


def together(parts: Sequence[Tally]) -> Tally:
    """The votes of all chunks, without the rows."""
    whole = Tally()
    for part in parts:
        whole.units.update(part.units)
        for pair, votes in part.between.items():
            whole.between.setdefault(pair, Counter()).update(votes)
    return whole


def hits(parts: Sequence[tuple[int, Tally]], files: int) -> list[NDArray[np.int64]]:
    """The rows with a finding, by file."""
    rows: list[list[int]] = [[] for _ in range(files)]
    for file, part in parts:
        rows[file] += [row for found in part.rows.values() for row in found]
    return [np.array(sorted(each), np.int64) for each in rows]


def overall(tally: Tally, context: Context) -> Finding | None:
    """The finding about all votes, where they agree too little."""
    if sum(tally.units.values()) < LEAST_UNITS:
        return None
    pairs = coincidences(tally.units)
    nominal = alpha(pairs)
    interval = alpha(pairs, apart) if all(_number(each) for pair in pairs for each in pair) else None
    found = max((each for each in (nominal, interval) if each is not None), default=None)
    if found is None or found >= float(context.option(CODE, "alpha", TENTATIVE)):
        return None
    kappas = {pair: kappa for pair, votes in tally.between.items() if (kappa := cohen(votes)) is not None}
    confused = sorted(
        ((n, pair) for pair, n in pairs.items() if pair[0] != pair[1]), key=lambda e: (-e[0], e[1])
    )
    worst = " and ".join(f"“{each}”" for each in confused[0][1])
    return Finding(
        CODE,
        f"the annotators agree little: Krippendorff's alpha is {found:.2f}, most confused are {worst}",
        evidence={
            "alpha": round(found, 4),
            "scale": "interval" if found == interval != nominal else "nominal",
            "fleiss_kappa": _rounded(fleiss(tally.units)),
            "cohen_kappa": {
                " × ".join(pair): _rounded(kappa)
                for pair, kappa in sorted(kappas.items(), key=lambda e: e[1])
            },
            "confused": [{"labels": list(pair), "weight": round(n, 2)} for n, pair in confused[:_PAIRS]],
            "rows": sum(tally.units.values()),
        },
    )


def findings(row: Any, example: Example | None, ballot: Ballot) -> list[Finding]:
    """The finding of one row's votes."""
    cast = votes_of(row, ballot.columns)
    judged = _judged(cast, example, ballot) if len(cast) > 1 else None
    if judged is None:
        return []
    severity, message = judged
    counts = Counter(vote for _, vote in cast)
    evidence = {"votes": dict(counts.most_common()), "by": {who: vote for who, vote in cast if who}}
    label = "" if example is None else next((t.field for t in example.texts if t.role == "label"), "")
    return [Finding(CODE, message, field=label, evidence=evidence, severity=severity)]


def _judged(
    cast: Sequence[tuple[str, str]], example: Example | None, ballot: Ballot
) -> tuple[Severity, str] | None:
    """How severe the disagreement of a row is, and what to say; None for none."""
    counts = Counter(vote for _, vote in cast)
    if len(counts) == 1 and (example is None or example.label is None):
        return None
    (lead, most), many = counts.most_common(1)[0], len(cast)
    own = None if example is None or example.label is None else same_case(example.label)
    if 2 * most > many:
        if own is None or own == lead or own not in ballot.values:
            return None
        return "warning", f"the label is “{own}”, but {most} of {many} votes are “{lead}”"
    if all(_number(vote) for vote in counts):
        values = [float(vote) for vote in counts]
        if max(values) - min(values) <= _CLOSE:
            return None
    told = ", ".join(f"{n} “{vote}”" for vote, n in counts.most_common(4))
    decided = own is not None and counts[own] == most
    return ("info" if decided else "warning"), f"no vote has a majority: {told}"


def _number(vote: str) -> bool:
    try:
        return math.isfinite(float(vote))
    except ValueError:
        return False


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
