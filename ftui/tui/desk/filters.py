"""Which rows a view keeps: filters that combine, and the words of their chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ftui.tui.desk.order import Order, PickedOrder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = Mapping[int, NDArray[np.int64]]
    """File number to sorted row identities."""

Mode = Literal["plain", "regex", "fuzzy"]
KINDS = ("rule", "severity", "edited", "reviewed", "text")


@dataclass(frozen=True, slots=True)
class Filter:
    """Every condition holds at once; an empty filter keeps every row."""

    rule: str = ""
    """A code (DUP001) or a family (DUP)."""
    severity: str = ""
    edited: bool | None = None
    reviewed: bool | None = None
    text: str = ""
    mode: Mode = "plain"

    def __bool__(self) -> bool:
        return bool(self.kinds())

    def chips(self) -> list[str]:
        """The filter in words, a chip each."""
        chips = [part for part in (self.rule, self.severity and f"{self.severity}s") if part]
        if self.edited is not None:
            chips.append("edited" if self.edited else "not edited")
        if self.reviewed is not None:
            chips.append("reviewed" if self.reviewed else "not reviewed")
        if self.text:
            mark = {"plain": "/", "regex": "/regex ", "fuzzy": "/fuzzy "}[self.mode]
            chips.append(f"{mark}{self.text}")
        return chips

    def kinds(self) -> list[str]:
        """The names of the conditions that are set."""
        return [name for name in KINDS if getattr(self, name) not in ("", None)]

    def without(self, kind: str) -> Filter:
        """The filter with one condition taken off."""
        wanted = Filter(**{name: getattr(self, name) for name in KINDS if name != kind})
        return replace(wanted, mode=self.mode) if wanted.text else wanted


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the conditions look."""

    hits: Callable[[int, str], NDArray[np.int64]]
    """(file, code or family or severity or "") to sorted rows with such a finding."""
    edited: Callable[[int], Sequence[int]]
    reviewed: Callable[[int], Sequence[int]]
    matches: Rows | None = None
    """Rows that the search found; None: no text condition."""


def apply(order: Order, wanted: Filter, sources: Sources) -> PickedOrder:
    """The rows of an order that pass, in the same order."""
    import numpy as np

    files: list[NDArray[np.int32]] = []
    kept: list[NDArray[np.int64]] = []
    for file, rows, _ in order.columns():
        column = np.asarray(rows, dtype=np.int64)
        mask = np.ones(len(column), dtype=bool)
        for name in (wanted.rule, wanted.severity):
            if name:
                mask &= np.isin(column, sources.hits(file, name))
        if wanted.edited is not None:
            mask &= np.isin(column, np.asarray(sources.edited(file), dtype=np.int64)) == wanted.edited
        if wanted.reviewed is not None:
            mask &= np.isin(column, np.asarray(sources.reviewed(file), dtype=np.int64)) == wanted.reviewed
        if wanted.text and sources.matches is not None:
            mask &= np.isin(column, sources.matches.get(file, np.empty(0, np.int64)))
        column = column[mask]
        kept.append(column)
        files.append(np.full(len(column), file, dtype=np.int32))
    if not kept:
        return PickedOrder(np.empty(0, np.int32), np.empty(0, np.int64))
    return PickedOrder(np.concatenate(files), np.concatenate(kept))
