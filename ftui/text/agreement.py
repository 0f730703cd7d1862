"""How far annotators agree beyond chance: Krippendorff's alpha, Cohen's kappa and Fleiss' kappa.

Krippendorff, K. (2011), "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania: sections C and D.
Cohen, J. (1960), "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20(1).
Fleiss, J. L. (1971), "Measuring nominal scale agreement among many raters", Psychological Bulletin 76(5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import combinations

Votes = Mapping[tuple[str, ...], int]
"""The votes on a unit, in any order, to how many units have them."""
Pairs = Mapping[tuple[str, str], float]
"""Two values, the smaller first, to how often one annotator gave the one and another the other."""


def coincidences(units: Votes) -> dict[tuple[str, str], float]:
    """Krippendorff's coincidence matrix, its two halves added: a unit of m votes counts each of its pairs 2/(m-1)."""
    matrix: dict[tuple[str, str], float] = {}
    for votes, often in units.items():
        for pair in combinations(sorted(votes), 2):
            matrix[pair] = matrix.get(pair, 0.0) + 2 * often / (len(votes) - 1)
    return matrix


def alpha(pairs: Pairs, distance: Callable[[str, str], float] | None = None) -> float | None:
    """Krippendorff's alpha from the coincidences; nominal unless a squared distance of two values is given.

    None where there is nothing to compare, or all votes are one value.
    """
    far = distance or _differ
    totals: dict[str, float] = {}
    for pair, count in pairs.items():
        for value in pair:
            totals[value] = totals.get(value, 0.0) + count / 2
    observed = sum(count * far(one, other) for (one, other), count in pairs.items())
    expected = sum(
        2 * totals[one] * totals[other] * far(one, other) for one, other in combinations(totals, 2)
    )
    return 1 - (sum(totals.values()) - 1) * observed / expected if expected else None


def _differ(one: str, other: str) -> float:
    return float(one != other)


def apart(one: str, other: str) -> float:
    """The squared difference of two numbers: alpha for an interval scale."""
    return (float(one) - float(other)) ** 2


def fleiss(units: Votes) -> float | None:
    """Fleiss' kappa; None unless every unit has the same number of votes, two or more, and values differ."""
    sizes = {len(votes) for votes in units}
    if len(sizes) != 1 or min(sizes) < 2:
        return None
    raters, many, agreed = min(sizes), sum(units.values()), 0.0
    total: Counter[str] = Counter()
    for votes, often in units.items():
        counts = Counter(votes)
        total.update({value: n * often for value, n in counts.items()})
        agreed += often * (sum(n * n for n in counts.values()) - raters) / (raters * (raters - 1))
    return _beyond(agreed / many, sum((n / (raters * many)) ** 2 for n in total.values()))


def cohen(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Cohen's kappa of two annotators from the units that both voted on, as (first, second) to their number.

    None where there are none, or where both always say the same one value.
    """
    many = sum(pairs.values())
    if not many:
        return None
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), often in pairs.items():
        first[one] += often
        second[other] += often
    chance = sum(first[value] * second[value] for value in first) / many**2
    return _beyond(sum(n for (one, other), n in pairs.items() if one == other) / many, chance)


def _beyond(observed: float, chance: float) -> float | None:
    return None if chance >= 1 else (observed - chance) / (1 - chance)
