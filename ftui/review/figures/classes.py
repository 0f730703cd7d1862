"""Labelled tasks: which class an output names, and how good that is beside always giving the commonest class.

An output is read as a class, in this order: it is the class; it is the class but for case, separators and the signs
around it; so is its first line; or it holds one class, and only one, as whole words ("The sentiment is positive."). A
class within a longer one ("spam" in "not spam") is not counted, nor one that "not" or "no" stands before. Anything else
is unreadable, and wrong.

F1 of a class and its spread: Goutte, C., Gaussier, E. (2005), "A probabilistic interpretation of precision, recall and
F-score, with implication for evaluation", ECIR.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from ftui.review.figures.rates import Rate
from ftui.text.label_spelling import same_case, same_signs

How = Literal["exact", "folded", "first line", "contained"]
LOW_RECALL = 0.5
_DRAWS = 1_000
_MOST_DRAWS = 100_000
_DENIED = re.compile(r"(?:\bno|\bnot|\bnon|n't|\bnever)[\s\-]+(?:an?\s+|the\s+)?$")


class Reading(NamedTuple):
    """The class that an output names, and how it was found."""

    label: str
    how: How


@lru_cache(8)
def _folded(classes: tuple[str, ...]) -> dict[str, str | None]:
    """Folded spelling to the class; None where two classes are folded alike."""
    found: dict[str, str | None] = {}
    for label in classes:
        for key in {same_case(label), same_signs(label)}:
            found[key] = label if found.get(key, label) == label else None
    return found


@lru_cache(8)
def _within(classes: tuple[str, ...]) -> re.Pattern[str]:
    """Any class as whole words, the longest first."""
    words = sorted({same_case(label) for label in classes if label.strip()}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")


def read_label(output: str, classes: tuple[str, ...]) -> Reading | None:
    """The class that an output names; None for an output that cannot be read as one."""
    whole = output.strip()
    if whole in classes:
        return Reading(whole, "exact")
    folded = _folded(classes)
    first = whole.split("\n", 1)[0]
    tries: tuple[tuple[str, How], ...] = ((whole, "folded"), (first, "first line"))
    for text, how in tries:
        if len(text) < 1_000:
            for key in (same_case(text), same_signs(text)):
                if (label := folded.get(key)) is not None:
                    return Reading(label, how)
    return _contained(same_case(whole), classes)


def _contained(text: str, classes: tuple[str, ...]) -> Reading | None:
    """The one class that a folded text holds; None where it holds several, or denies it."""
    matches = [each for each in _within(classes).finditer(text) if each[0]]
    if len({each[0] for each in matches}) != 1:
        return None
    if any(_DENIED.search(text[max(each.start() - 20, 0) : each.start()]) for each in matches):
        return None
    label = _folded(classes).get(matches[0][0])
    return Reading(label, "contained") if label is not None else None


class ClassFigures(NamedTuple):
    """One class."""

    name: str
    right: int
    """Outputs of this class that say so."""
    of: int
    given: int
    """Outputs that say this class."""
    prompts: int

    @property
    def recall(self) -> Rate:
        """Right among those of the class."""
        return Rate(self.right, self.of, self.prompts)

    @property
    def precision(self) -> Rate:
        """Right among those said to be of the class."""
        return Rate(self.right, self.given, self.given)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where nothing is right."""
        return 2 * self.right / (self.of + self.given) if self.right else 0.0


class Labels(NamedTuple):
    """How a model did on labelled prompts."""

    accuracy: Rate
    macro_f1: float
    """Mean F1 of all classes that occur among references or answers."""
    macro_f1_low: float
    macro_f1_high: float
    classes: tuple[ClassFigures, ...]
    majority: str
    """The class that the baseline always gives: the commonest in training, else among these references."""
    majority_from: Literal["training", "references"]
    baseline: Rate
    """Accuracy of always giving it."""
    baseline_macro_f1: float
    read: Mapping[str, int]
    """How many outputs were read how; "unreadable" among them."""
    confused: tuple[tuple[str, str, int], ...]
    """True class, given class ("" unreadable), how often: the commonest mistakes first."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the accuracy hides."""
        return tuple(_warnings(self))


def labels(
    answers: Iterable[tuple[str, str, str]],
    classes: Sequence[str],
    training: Mapping[str, int] | None = None,
) -> Labels | None:
    """Figures from prompt id, true class and output of each answer; None without any.

    `classes`: all that an output may name. `training`: class to rows, for the baseline.
    """
    known = tuple(dict.fromkeys(classes))
    read: Counter[str] = Counter()
    cells: Counter[tuple[str, str]] = Counter()
    prompts: dict[str, set[str]] = {}
    for prompt_id, true, output in answers:
        reading = read_label(output, known)
        read[reading.how if reading else "unreadable"] += 1
        cells[true, reading.label if reading else ""] += 1
        prompts.setdefault(true, set()).add(prompt_id)
    if not cells:
        return None
    many = len(set().union(*prompts.values()))
    found = _classes(cells, prompts)
    source = training or {name: len(prompts[name]) for name in prompts}
    majority = max(sorted(source), key=lambda name: source[name])
    total, common = cells.total(), sum(each.of for each in found if each.name == majority)
    low, high = _spread(found, many / total)
    right = sum(each.right for each in found)
    macro = sum(each.f1 for each in found) / len(found)
    # The baseline gives one class, so that every other has an F1 of 0.
    told = {each.name for each in found if each.of} | {majority}
    lone = 2 * common / (common + total) / len(told)
    confused = Counter({cell: often for cell, often in cells.items() if cell[0] != cell[1]})
    return Labels(
        Rate(right, total, many), macro, min(low, macro), max(high, macro), found, majority,
        "training" if training else "references", Rate(common, total, many), lone, dict(read),
        tuple((true, given, often) for (true, given), often in confused.most_common(10)),
    )  # fmt: skip


def _classes(
    cells: Mapping[tuple[str, str], int], prompts: Mapping[str, set[str]]
) -> tuple[ClassFigures, ...]:
    names = {true for true, _ in cells} | {given for _, given in cells if given}
    found = [
        ClassFigures(
            name,
            cells.get((name, name), 0),
            sum(often for (true, _), often in cells.items() if true == name),
            sum(often for (_, given), often in cells.items() if given == name),
            len(prompts.get(name, ())),
        )
        for name in names
    ]
    return tuple(sorted(found, key=lambda each: (-each.of, each.name)))


def _spread(classes: Sequence[ClassFigures], share: float) -> tuple[float, float]:
    """95 % of the posterior of macro-F1; `share`: how many independent observations one count is worth.

    F1 = U / (U + V) with U from Gamma(TP + 1/2, 2) and V from Gamma(FP + FN + 1, 1).
    """
    dice = random.Random(0)  # noqa: S311 - the same figures each time
    draws = max(200, min(_DRAWS, _MOST_DRAWS // len(classes)))
    found = []
    for _ in range(draws):
        total = 0.0
        for each in classes:
            hit = dice.gammavariate(each.right * share + 0.5, 2)
            miss = dice.gammavariate((each.of + each.given - 2 * each.right) * share + 1, 1)
            total += hit / (hit + miss)
        found.append(total / len(classes))
    found.sort()
    return found[int(0.025 * draws)], found[int(0.975 * draws)]


def _warnings(told: Labels) -> Iterable[str]:
    share = told.accuracy.share or 0.0
    given = [each for each in told.classes if each.given]
    named = [each for each in told.classes if each.of]
    if len(given) == 1 and len(named) > 1:
        yield f'the model always gives one class: "{given[0].name}"'
    weak = [each for each in named if (each.recall.share or 0.0) < LOW_RECALL]
    if weak and share >= LOW_RECALL:
        listed = ", ".join(f'"{each.name}" {each.right} of {each.of}' for each in weak[:5])
        more = f" and {len(weak) - 5} more" if len(weak) > 5 else ""
        yield f"an accuracy of {100 * share:.0f} % hides classes that are mostly missed: {listed}{more}"
    if len(named) == 1:
        yield f'all references are of one class ("{named[0].name}"): accuracy says nothing of the others'
    elif told.accuracy.low <= (told.baseline.share or 0.0):
        yield (
            f'not shown to be better than always giving "{told.majority}" '
            f"({100 * (told.baseline.share or 0):.0f} % right without reading the prompt)"
        )
    lost = told.read.get("unreadable", 0)
    if lost >= 0.05 * told.accuracy.of:
        yield f"{lost} of {told.accuracy.of} outputs name no class, or several: they count as wrong"
