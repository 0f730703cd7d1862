"""Which rows a step of the journal touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.tui.desk.order import Place

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.store.entry import Deleted, Entry, Inserted, Marked, Raw, Splices
    from ftui.tui.desk.found import Found

MANY = 5_000
"""Beyond this, it is cheaper to read and draw everything anew than to name the rows."""


def touched(entry: Entry, dataset: Dataset, found: Found) -> tuple[set[Place] | None, bool]:
    """The rows that changed (None: too many to name), and whether the order of rows changed.

    An acceptance touches the rows that are known to have the finding.
    """
    from ftui.store.entry import Accepted, Deleted, Inserted  # 6 ms, not before the first paint

    files = {str(document.path): file for file, document in enumerate(dataset.documents)}
    places: set[Place] | None = set()
    structural = False
    for change in entry.changes:
        if isinstance(change, Accepted):
            places = places if places is None else places | found.places_of({change.key})
            continue
        structural = structural or isinstance(change, Deleted | Inserted)
        file = files.get(change.path)
        if file is None or places is None:
            continue
        rows = _rows(change)
        places = None if len(rows) > MANY else places | {Place(file, int(row)) for row in rows}
    return places, structural


def _rows(change: Splices | Raw | Deleted | Inserted | Marked) -> list[int]:
    from ftui.store.entry import Inserted, Raw, Splices

    if isinstance(change, Raw | Inserted):
        return [change.row]
    if isinstance(change, Splices):
        return list(change.touched())
    return list(change.rows)
