"""How even the classes of the splits are: what BAL001, BAL002 and BAL003 say about counts of labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from ftui.project.settings import Severity
from ftui.project.split_names import split_rank, usual_split
from ftui.rules.rule import Context, Finding, Place
from ftui.statistics.distributions import Distribution, cohens_h, two_shares_p

RATIO = 10.0
"""Largest to smallest class from which a split is imbalanced."""
MILD = 3.0
LEAST_ROWS = 100
LEAST_LARGEST = 30
LEAST = 10
"""Rows below which a class is rare."""
TIMES = 5
"""A class is rare only beside a median class of so many times its rows."""
MOST_RARE = 50
"""Of more rare classes one finding tells them all."""
EFFECT = 0.3
LEAST_HELD_OUT = 50
ALPHA = 0.001
ROWS_A_CLASS = 5
"""With fewer rows for each label, the labels are free text."""
_SHOWN = 200
_RELATED = 20


@dataclass
class Labels:
    """The labels of one split, or of several of one purpose."""

    counts: Counter[str] = field(default_factory=Counter)
    rare: dict[str, list[Place]] = field(default_factory=dict)
    """Where the rows of small classes are."""
    file: int | None = None
    """The one file of the split; None where it has several."""

    @property
    def rows(self) -> int:
        return self.counts.total()

    @property
    def free_text(self) -> bool:
        """Whether labels differ in nearly every row."""
        return len(self.counts) * ROWS_A_CLASS > self.rows and self.rows >= LEAST_HELD_OUT


def purpose(split: str) -> str:
    """What a split is for: `oos_train` is training as `train` is; a name that says nothing stands for itself."""
    return usual_split(split) or split


def is_held_out(split: str) -> bool:
    """Whether a split is for validation or test."""
    return split_rank(split) in (1, 2)


def class_imbalance(split: str, labels: Labels, context: Context) -> Iterator[Finding]:
    """BAL001 of one training split."""
    found = Distribution.of_counts(labels.counts)
    least = int(context.option("BAL002", "least", LEAST))
    big = [count for count in found.counts if not _is_rare(count, least, labels)]
    if labels.rows < LEAST_ROWS or len(big) < 2 or big[0] < LEAST_LARGEST:
        return
    ratio = big[0] / big[-1]
    wanted = float(context.option("BAL001", "ratio", RATIO))
    below = sum(count < labels.rows / len(found.counts) / 2 for count in found.counts)
    many = len(found.counts) >= 5 and below * 10 >= len(found.counts)
    if ratio < min(MILD, wanted):
        return
    severity: Severity | None = None if ratio >= wanted or (many and ratio >= MILD) else "info"
    first, last = found.names[0], found.names[len(big) - 1]
    smallest = _quoted(last)
    told = (
        f", and {below} of {len(found.counts)} classes have less than half of an equal share" if many else ""
    )
    yield Finding(
        "BAL001",
        f"the {split} split has {ratio:.1f} times as many rows of {_quoted(first)} ({big[0]:,}) as of "
        f"{smallest} ({big[-1]:,}){told}",
        evidence={
            "split": split,
            "ratio": round(ratio, 2),
            "classes": len(found.counts),
            "rows": labels.rows,
            "counts": found.shortened(_SHOWN).as_dict(),
        },
        severity=severity,
        file=labels.file,
    )


def _is_rare(count: int, least: int, labels: Labels) -> bool:
    return count < least and median(labels.counts.values()) >= TIMES * count


def rare_classes(
    split: str, labels: Labels, held_out: Mapping[str, Labels], context: Context
) -> list[Finding]:
    """BAL002 of one training split: classes of a few rows, and those that only held-out rows have."""
    least = int(context.option("BAL002", "least", LEAST))
    found = []
    if labels.rows >= LEAST_ROWS:
        middle = median(labels.counts.values())
        for name, count in sorted(labels.counts.items(), key=lambda item: (item[1], item[0])):
            if _is_rare(count, least, labels):
                rows = "1 row" if count == 1 else f"{count} rows"
                found.append(
                    Finding(
                        "BAL002",
                        f"{_quoted(name)} has {rows} in the {split} split; the median class has {middle:,.0f}",
                        evidence={"class": name, "rows": count, "median": middle, "split": split},
                        related=labels.rare.get(name, [])[:_RELATED],
                        file=labels.file,
                    )
                )
    found += [_missing(split, name, each, labels) for name, each in _untrained(labels, held_out).items()]
    if len(found) <= MOST_RARE:
        return found
    names = [each.evidence["class"] for each in found]
    counts = {name: labels.counts.get(name, 0) for name in names}
    told = f"{len(found)} classes have fewer than {least} rows in the {split} split, or none"
    return [Finding("BAL002", told, evidence={"counts": counts, "split": split}, file=labels.file)]


def _untrained(labels: Labels, held_out: Mapping[str, Labels]) -> dict[str, dict[str, int]]:
    """Classes without a training row, each with its rows by held-out split."""
    if not labels.counts:
        return {}
    wanted: dict[str, dict[str, int]] = {}
    for split, other in held_out.items():
        for name, count in other.counts.items():
            if name not in labels.counts:
                wanted.setdefault(name, {})[split] = count
    return {name: splits for name, splits in sorted(wanted.items()) if sum(splits.values()) > 1}


def _missing(split: str, name: str, rows: Mapping[str, int], labels: Labels) -> Finding:
    told = " and ".join(f"{count} in the {other} split" for other, count in rows.items())
    return Finding(
        "BAL002",
        f"{_quoted(name)} has no row in the {split} split, and {told}",
        evidence={"class": name, "rows": 0, "held_out": dict(rows), "split": split},
        file=labels.file,
    )


def split_imbalance(training: Labels, held_out: Mapping[str, Labels], context: Context) -> Iterator[Finding]:
    """BAL003: one finding for each held-out split with classes of another share than in training."""
    effect = float(context.option("BAL003", "effect", EFFECT))
    if training.rows < LEAST_HELD_OUT or training.free_text:
        return
    for split, other in held_out.items():
        if other.rows < LEAST_HELD_OUT or other.free_text:
            continue
        names = {*training.counts, *other.counts}
        differing = []
        for name in names:
            one, two = training.counts[name], other.counts[name]
            strength = cohens_h(one / training.rows, two / other.rows)
            p = two_shares_p(one, training.rows, two, other.rows) * len(names)
            if strength >= effect and p < ALPHA:
                differing.append((strength, name, one / training.rows, two / other.rows, p))
        if differing:
            differing.sort(reverse=True)
            yield _differs(split, other, differing, training)


def _differs(
    split: str,
    labels: Labels,
    differing: Sequence[tuple[float, str, float, float, float]],
    training: Labels,
) -> Finding:
    strength, name, one, two, _ = differing[0]
    more = f", and {len(differing) - 1} other classes" if len(differing) > 1 else ""
    return Finding(
        "BAL003",
        f"{_quoted(name)} is {two:.1%} of the {split} split and {one:.1%} of training{more}",
        evidence={
            "split": split,
            "rows": labels.rows,
            "training_rows": training.rows,
            "effect": round(strength, 3),
            "classes": [
                {
                    "class": each,
                    "training": round(first, 5),
                    "share": round(second, 5),
                    "effect": round(h, 3),
                    "p": float(f"{p:.2g}"),
                }
                for h, each, first, second, p in differing[:_SHOWN]
            ],
        },
        file=labels.file,
    )


def _quoted(name: str) -> str:
    line = " ".join(name.split())
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"
