"""Orders of rows, and what is known of their findings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset.record import NEW_ROW
from ftui.tui.desk.found import Found
from ftui.tui.desk.order import FileOrder, Order, PickedOrder, Place
from ftui.tui.desk.sorting import sorted_order
from tests.tui.desk import RULES, spot


def int64(*rows: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(rows, np.int64)


ORDERS: list[tuple[Order, list[tuple[int, int]]]] = [
    (FileOrder([]), []),
    (FileOrder([(0, range(3))]), [(0, 0), (0, 1), (0, 2)]),
    (
        FileOrder([(0, range(5, 7)), (1, range(0)), (2, int64(4, NEW_ROW, 2))]),
        [(0, 5), (0, 6), (2, 4), (2, NEW_ROW), (2, 2)],
    ),
    (PickedOrder(np.array([1, 1, 0], np.int32), int64(9, 3, 3)), [(1, 9), (1, 3), (0, 3)]),
]


@pytest.mark.parametrize(("order", "places"), ORDERS)
def test_positions_and_places_are_inverse(order: Order, places: list[tuple[int, int]]) -> None:
    assert [order[i] for i in range(len(order))] == places
    assert [order.find(Place(*place)) for place in places] == list(range(len(places)))
    assert order.find(Place(7, 7)) == -1
    seen = [(file, int(row)) for file, rows, _ in order.columns() for row in rows]
    assert seen == places
    assert all(order[start] == (file, rows[0]) for file, rows, start in order.columns())
    with pytest.raises(IndexError):
        order[len(places)]


def found_of(hits: dict[str, list[int]]) -> Found:
    found = Found()
    found.replace([{code: int64(*rows) for code, rows in hits.items()}], {}, RULES)
    return found


def test_marks_of_rows() -> None:
    found = found_of({"STP001": [1, 3], "FMT011": [3, 4, NEW_ROW + 2]})
    assert found.marks(Place(0, 1)) == ("error", 1)
    assert found.marks(Place(0, 3)) == ("error", 2)
    assert found.marks(Place(0, 4)) == ("info", 1)
    assert found.marks(Place(0, NEW_ROW + 2)) == ("info", 1)
    assert found.marks(Place(0, 2)) == found.marks(Place(0, 999)) == found.marks(Place(5, 0)) == ("", 0)
    assert found.codes(Place(0, 3)) == ["STP001", "FMT011"]


def test_groups_come_gravest_first() -> None:
    found = found_of({"FMT011": [1], "STP001": [1, 2], "DUP001": [0]})
    assert [(group.code, group.rows) for group in found.groups()] == [
        ("STP001", 2),
        ("DUP001", 1),
        ("FMT011", 1),
    ]
    assert found.row_of("STP001", 1) == (0, 2)
    with pytest.raises(IndexError):
        found.row_of("STP001", 2)


ROWS = st.sets(st.integers(0, 12), max_size=8)


@given(
    ROWS,
    ROWS,
    st.dictionaries(st.integers(0, 12), st.sets(st.sampled_from(["STP001", "DUP001"])), max_size=6),
)
def test_learning_keeps_the_hits_right(one: set[int], two: set[int], seen: dict[int, set[str]]) -> None:
    found = found_of({"STP001": sorted(one), "DUP001": sorted(two)})
    moved = found.learn({Place(0, row): [spot(code, "m") for code in codes] for row, codes in seen.items()})
    expected = {
        code: sorted((rows - set(seen)) | {row for row, codes in seen.items() if code in codes})
        for code, rows in (("STP001", one), ("DUP001", two))
    }
    assert {code: found.hits[0].get(code, int64()).tolist() for code in expected} == expected
    before = {"STP001": sorted(one), "DUP001": sorted(two)}
    assert moved == (expected != before)
    for row in range(13):
        codes = {code for code, rows in expected.items() if row in rows}
        assert set(found.codes(Place(0, row))) == codes
        assert found.marks(Place(0, row))[1] == len(codes)


def test_accepted_findings_no_longer_count() -> None:
    found = found_of({"STP001": [1]})
    found.learn({Place(0, 1): [spot("STP001", "m")._replace(accepted="a quotation")]})
    assert found.marks(Place(0, 1)) == ("", 0)
    assert found.groups() == []


@pytest.mark.parametrize(("order", "places"), ORDERS[1:3])
def test_flagged_positions(order: Order, places: list[tuple[int, int]]) -> None:
    found = Found()
    wanted = {place for i, place in enumerate(places) if i % 2}
    hits = [{"STP001": int64(*sorted(row for file, row in wanted if file == number))} for number in range(3)]
    found.replace(hits, {}, RULES)
    assert [places[i] for i in found.flagged(order).tolist()] == sorted(wanted, key=places.index)


def test_sorted_by_findings_keeps_equal_rows_in_order() -> None:
    found = found_of({"STP001": [4], "FMT011": [2, 4, 6]})
    order = sorted_order(FileOrder([(0, range(7))]), "findings", found)
    assert [order[i].row for i in range(len(order))] == [4, 2, 6, 0, 1, 3, 5]
