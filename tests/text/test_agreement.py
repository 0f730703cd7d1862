"""Agreement beyond chance, against the worked examples of those who made the measures."""

from __future__ import annotations

from collections import Counter

import pytest

from ftui.text.agreement import alpha, apart, cohen, coincidences, fleiss

# Krippendorff (2011), section C: four observers, twelve units, missing votes; and section D for intervals.
OBSERVERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
# Fleiss (1971), as worked through in the literature: fourteen raters, ten units, five categories; kappa 0.210.
RATERS = [
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
]  # fmt: skip


def krippendorff() -> Counter[tuple[str, ...]]:
    columns = zip(*(line.split() for line in OBSERVERS.strip().splitlines()), strict=True)
    return Counter(tuple(vote for vote in column if vote != ".") for column in columns)


def test_krippendorffs_alpha() -> None:
    pairs = coincidences(krippendorff())
    nominal, interval = alpha(pairs), alpha(pairs, apart)
    assert nominal == pytest.approx(0.743, abs=5e-4)
    assert interval == pytest.approx(0.849, abs=5e-4)
    assert sum(pairs.values()) == pytest.approx(40)


def test_alpha_of_two_binary_observers() -> None:
    """Krippendorff (2011), section A: Meg and Owen on ten units, alpha 0.095."""
    meg, owen = "0100000100", "1110010000"
    assert alpha(coincidences(Counter(zip(meg, owen, strict=True)))) == pytest.approx(0.095, abs=5e-4)


def test_fleiss_kappa() -> None:
    units = Counter(
        tuple(str(kind) for kind, often in enumerate(row) for _ in range(often)) for row in RATERS
    )
    assert fleiss(units) == pytest.approx(0.210, abs=5e-4)


def test_cohens_kappa() -> None:
    votes = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    assert cohen(votes) == pytest.approx(0.4)


def test_nothing_to_compare() -> None:
    assert alpha(coincidences({("a",): 4})) is None
    assert alpha(coincidences({("a", "a"): 4})) is None
    assert fleiss({("a", "b"): 2, ("a", "b", "b"): 1}) is None
    assert cohen({("a", "a"): 3}) is None
    assert cohen({}) is None
