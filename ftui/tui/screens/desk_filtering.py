"""The desk's search, filters, sorting, and going to a row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on

from ftui.tui.checking import SearchFound, Sorted
from ftui.tui.filters import Filter, Sources, apply
from ftui.tui.order import Place
from ftui.tui.screens.desk_panes import DeskPanes
from ftui.tui.screens.input_modal import InputModal
from ftui.tui.screens.pick_modal import Item, PickModal
from ftui.tui.widgets.search_bar import SearchBar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class DeskFiltering(DeskPanes):
    """What the table shows: filters combine; the chips in the status bar say so."""

    # Search

    def action_search(self) -> None:
        """Search all rows while typing."""
        self.search_bar.open(self.filter.text, self.filter.mode)

    @on(SearchBar.Searched)
    def _searched(self, event: SearchBar.Searched) -> None:
        self.matches = {}
        self.ranking = []
        if not event.text:
            if self.search is not None:
                self.search.cancel()
            self.set_filter(replace(self.filter, text="", mode=event.mode))
            self.search_bar.say("")
            return
        self.filter = replace(self.filter, text=event.text, mode=event.mode)
        self.search_bar.say("searching")
        self.find(event.text, event.mode)

    @on(SearchFound)
    def _search_found(self, event: SearchFound) -> None:
        if event.text != self.filter.text or event.mode != self.filter.mode:
            return
        if event.error:
            self.search_bar.say(event.error)
            return
        self.merge_matches(event)
        total = sum(len(rows) for rows in self.matches.values())
        more = "" if event.complete else f"   {event.percent} %"
        self.search_bar.say(f"{total:,} row{'' if total == 1 else 's'}{more}")
        self.refilter()

    @on(SearchBar.Kept)
    def _search_kept(self) -> None:
        self.search_bar.close()
        self.show_pane("table")

    @on(SearchBar.Dropped)
    def _search_dropped(self) -> None:
        self.search_bar.close()
        if self.search is not None:
            self.search.cancel()
        self.set_filter(replace(self.filter, text=""))
        self.show_pane("table")

    # Filters

    def action_filter(self) -> None:
        """Pick a condition; conditions combine, and picking one that holds takes it off."""
        items = [
            Item("severity:error", "✖", "errors", "rows with an error", "severity"),
            Item("severity:warning", "▲", "warnings", "rows with a warning", "severity"),
            Item("severity:info", "●", "infos", "rows with an info", "severity"),
            Item("edited:yes", "", "edited", "rows changed since the last save or added", "state"),
            Item("edited:no", "", "not edited", "", "state"),
            Item("reviewed:yes", "", "reviewed", "rows marked as reviewed", "state"),
            Item("reviewed:no", "", "not reviewed", "", "state"),
        ]
        items += [
            Item(f"rule:{group.code}", group.code, group.name, f"{group.rows:,} rows", "rule")
            for group in self.found.groups()
        ]
        items.append(Item("none:", "", "no filter", "all rows of the split", "all"))
        self.app.push_screen(PickModal("Filter", items), lambda value: self._picked(value) if value else None)

    def _picked(self, value: str) -> None:
        kind, _, name = value.partition(":")
        wanted = self.filter
        if kind == "none":
            wanted = Filter()
        elif kind in ("edited", "reviewed"):
            flag = name == "yes"
            wanted = replace(wanted, **{kind: None if getattr(wanted, kind) is flag else flag})  # type: ignore[arg-type]
        else:
            wanted = replace(wanted, **{kind: "" if getattr(wanted, kind) == name else name})  # type: ignore[arg-type]
        self.set_filter(wanted)

    def action_filter_rule(self) -> None:
        """Only the rows of the rule in question; again: all rows."""
        code = self.findings.code if self.pane == "findings" else None
        if code is None:
            codes = self.found.codes(self.table.place) if self.table.place is not None else []
            code = codes[0] if codes else None
        if code is None:
            self.notify("No finding here to filter by; F shows every filter.", timeout=3)
        else:
            self.set_filter(replace(self.filter, rule="" if self.filter.rule == code else code))

    def action_filter_drop(self) -> None:
        """Take the newest filter off."""
        if self.filter:
            self.set_filter(self.filter.without_last())
        else:
            self.notify("No filter.", timeout=2)

    def set_filter(self, wanted: Filter) -> None:
        """Show the rows that pass."""
        self.filter = wanted
        if not wanted.text:
            self.matches = None
        self.refilter()

    def refilter(self) -> None:
        """Apply the filter anew: to another split, other findings, other edits."""
        self.status.chips = tuple(self.filter.chips())
        order = self.base
        if self.filter:
            order = apply(self.base, self.filter, self._sources())
            if self.filter.mode == "fuzzy" and self.filter.text:
                order = self.ranked(order)
        self.table.show(order, self.table.place)
        self.show_position()

    def _sources(self) -> Sources:
        return Sources(self._hits, self._edited, self._reviewed, self.matches)

    def _hits(self, file: int, name: str) -> NDArray[np.int64]:
        import numpy as np

        hits = self.found.hits[file] if file < len(self.found.hits) else {}
        codes = [c for c in hits if c.startswith(name) or self.found.severity(c) == name]
        return np.unique(np.concatenate([hits[c] for c in codes])) if codes else np.empty(0, np.int64)

    def _edited(self, file: int) -> list[int]:
        return self.rows.document(file).edited_rows()

    def _reviewed(self, file: int) -> list[int]:
        return [int(row) for row in self.session.reviewed_rows(file)]

    # Sort and go to

    def action_sort(self) -> None:
        """Choose the order of the rows."""
        items = [
            Item("file", "1", "as in the file"),
            Item("findings", "2", "most findings first"),
            Item("length", "3", "longest first", "prompt and answer"),
            Item("shortest", "4", "shortest first", "prompt and answer"),
            Item("prompt", "5", "by prompt", "so that like stands by like"),
            Item("answer", "6", "by answer or label"),
        ]
        self.app.push_screen(
            PickModal("Sort", items, by_number=True), lambda value: self.sort_by(value) if value else None
        )

    @on(Sorted)
    def _sorted(self, event: Sorted) -> None:
        if event.error:
            self.notify(event.error, severity="error", markup=False)
        elif event.sort == self.sort:
            self.take_order(event)

    def action_go(self) -> None:
        """Go to a line of the file, or to a row by `#` and its number."""
        place = self.table.place
        if place is None:
            return
        document = self.rows.document(place.file)
        lines = document.line(place.row) is not None
        hint = "120 for line 120, #119 for row 119" if lines else "a row number from 0"
        self.app.push_screen(
            InputModal("Go to", "", "", hint, lambda text: _number_fault(text, document.base_rows)),
            lambda text: self._go(place.file, text, lines) if text else None,
        )

    def _go(self, file: int, text: str, lines: bool) -> None:
        number = int(text.strip().removeprefix("#").replace(",", ""))
        by_row = text.strip().startswith("#") or not lines
        row = number if by_row else self.rows.document(file).records.row_at_line(number)
        if not self.jump(Place(file, row)):
            self.notify("That row is deleted.", severity="warning")


def _number_fault(text: str, rows: int) -> str:
    digits = text.strip().removeprefix("#").replace(",", "")
    if not digits.isdigit():
        return "a number is needed"
    if text.strip().startswith("#") and int(digits) >= rows:
        return f"rows go from 0 to {rows - 1:,}"
    return ""
