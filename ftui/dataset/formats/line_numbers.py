"""Which line of the file a record begins on, where records and lines do not run in step."""

from __future__ import annotations

from array import array
from bisect import bisect_right


class LineNumbers:
    """Record number to line number and back; costs memory only where blank or broken-up lines shift the count.

    A record without any shift stands on line `row + 1`.
    """

    def __init__(self) -> None:
        self._rows = array("q")
        self._shifts = array("q")

    def shift(self, row: int, lines: int) -> None:
        """From record `row` on, everything stands `lines` further down. Rows come in ascending order."""
        total = lines + (self._shifts[-1] if self._shifts else 0)
        if self._rows and self._rows[-1] == row:
            self._shifts[-1] = total
        else:
            self._shifts.append(total)  # first, so that a reader of _rows always finds its shift
            self._rows.append(row)

    def line(self, row: int) -> int:
        """The line, from 1, on which a record begins."""
        at = bisect_right(self._rows, row) - 1
        return row + 1 + (self._shifts[at] if at >= 0 else 0)

    def row_at(self, line: int, count: int) -> int:
        """The last of `count` records that begins on or before a line; 0 when none does."""
        low, high = 0, max(0, count - 1)
        while low < high:
            middle = (low + high + 1) // 2
            if self.line(middle) <= line:
                low = middle
            else:
                high = middle - 1
        return low
