"""The desk's search, filters, sorting, and going to a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from ftui.tui.desk.filters import Filter, Sources, apply
from ftui.tui.desk.order import PickedOrder, Place
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftui.dataset.session import Session
    from ftui.store.entry import Entry
    from ftui.tui.desk.checking import SearchFound
    from ftui.tui.desk.order import Order
    from ftui.tui.widgets.search_bar import SearchBar


SHARE = 4
"""A search that goes on leaves the screen this many times as long alone as showing what it found so far took."""


class DeskFiltering(DeskPanes):
    """What the table shows: filters combine; the chips in the status bar say so."""

    matches: dict[int, NDArray[np.int64]] | None = None
    """Rows that the search found so far, by file; None: nothing is searched for."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.ranks: dict[Place, float] = {}
        """How well a row matches a fuzzy search."""
        self._searched_from: Place | None = None
        """The row under the cursor when the search began: the cursor stays on it as long as it is found."""
        self._fresh: dict[int, list[NDArray[np.int64]]] = {}
        """Rows found since the table was filtered last."""
        self._found_so_far = 0
        self._show_from = 0.0
        """When rows that are found are shown next: a million rows take 80 ms each time."""
        self._kinds: list[str] = []
        """The kinds of conditions that hold, the newest last."""

    # Search

    async def action_search(self) -> None:
        """Search all rows while typing."""
        from ftui.tui.widgets.search_bar import SearchBar

        bar = self.query_one_optional(SearchBar)
        if bar is None:
            bar = SearchBar()
            await self.query_one("#rows").mount(bar)
        self._searched_from = self.table.place
        bar.open(self.filter.text, self.filter.mode)

    @property
    def search_bar(self) -> SearchBar:
        from ftui.tui.widgets.search_bar import SearchBar

        return self.query_one(SearchBar)

    def on_search_bar_searched(self, event: SearchBar.Searched) -> None:
        """The person typed: the older search stops, a new one begins."""
        self.ranks = {}
        if self.checker is None:
            return
        if not event.text:
            self.checker.stop_search()
            self.set_filter(replace(self.filter, text="", mode=event.mode))
            self.search_bar.say("")
            return
        self.matches, self._fresh, self._found_so_far, self._show_from = {}, {}, 0, 0.0
        self._take(replace(self.filter, text=event.text, mode=event.mode))
        self.search_bar.say("searching")
        self.checker.search(event.text, event.mode)

    def search_found(self, event: SearchFound) -> None:
        """The worker found rows."""
        if (event.text, event.mode) != (self.filter.text, self.filter.mode) or self.matches is None:
            return
        if event.error:
            self.search_bar.say(event.error)
            return
        self._take_matches(event)
        began = monotonic()
        if event.complete or (event.rows and began >= self._show_from):
            self._merge()
            self.refilter()
            if event.mode == "fuzzy" or self.table.place != self._searched_from:
                self.table.cursor = 0
            self._show_from = monotonic() + SHARE * (monotonic() - began)
        total = self._found_so_far
        words = [f"{total:,} row{'' if total == 1 else 's'}"]
        if self.table.count != total:
            words.append(f"{self.table.count:,} here")
        if not event.complete:
            words.append(f"{event.percent} %")
        self.search_bar.say(", ".join(words))

    def _take_matches(self, event: SearchFound) -> None:
        for file, rows in event.rows.items():
            self._fresh.setdefault(file, []).append(rows)
            self._found_so_far += len(rows)
            if len(event.scores[file]):
                places = (Place(file, row) for row in rows.tolist())
                self.ranks.update(zip(places, event.scores[file], strict=False))

    def _merge(self) -> None:
        """Put what came since into the matches; each row comes once."""
        import numpy as np

        assert self.matches is not None
        for file, parts in self._fresh.items():
            known = [self.matches[file]] if file in self.matches else []
            self.matches[file] = np.sort(np.concatenate([*known, *parts]), kind="stable")
        self._fresh = {}

    def on_search_bar_kept(self) -> None:
        """The matches stay as a filter."""
        self.search_bar.close()
        self.show_pane("table")

    def on_search_bar_dropped(self) -> None:
        """The search goes."""
        self.search_bar.close()
        if self.checker is not None:
            self.checker.stop_search()
        self.set_filter(replace(self.filter, text=""))
        self.show_pane("table")

    # Filters

    def action_filter(self) -> None:
        """Pick a condition; conditions combine, and picking one that holds takes it off."""
        from ftui.tui.screens.pick_modal import Item, PickModal

        items = [
            Item("severity:error", "✖", "errors", "rows with an error", "severity"),
            Item("severity:warning", "▲", "warnings", "rows with a warning", "severity"),
            Item("severity:info", "●", "infos", "rows with an info", "severity"),
            Item("edited:yes", "", "edited", "rows changed or added since the file was opened", "state"),
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
            self.set_filter(self.filter.without(self._kinds[-1]))
        else:
            self.notify("No filter.", timeout=2)

    def leave_filter(self) -> bool:
        if not self.filter:
            return False
        self.set_filter(Filter())
        self.notify("The filter hid that row: it is off now.", timeout=4)
        return True

    def set_filter(self, wanted: Filter) -> None:
        """Show the rows that pass."""
        self._take(wanted)
        if not wanted.text:
            self.matches = None
        self.refilter()

    def _take(self, wanted: Filter) -> None:
        now = wanted.kinds()
        self._kinds = [kind for kind in self._kinds if kind in now]
        self._kinds += [kind for kind in now if kind not in self._kinds]
        self.filter = wanted

    def changed(self, entry: Entry) -> set[Place] | None:
        """A step was done or undone: rows that are edited or reviewed now come and go."""
        places = super().changed(entry)
        if self.filter.edited is not None or self.filter.reviewed is not None:
            self.refilter()
        return places

    def learned(self, places: set[Place], *, moved: bool = False) -> None:
        """Rows were looked at: those under other rules than before come and go."""
        super().learned(places, moved=moved)
        if moved and (self.filter.rule or self.filter.severity):
            self.refilter()

    wanted_family = ""
    """A rule family whose rows are shown as soon as the check is done."""

    def show_family(self) -> None:
        """The split with the most rows that this family found; what was found at all, and the way back."""
        family, self.wanted_family = self.wanted_family, ""
        counts = [len(apply(split.order(), Filter(rule=family), self._sources())) for split in self.splits]
        back = f"{self.key('training')} goes back to the training screen."
        most = max(counts, default=0)
        if not most:
            self.notify(f"No row has a {family} finding. {back}", timeout=10)
            return
        if not counts[self.split]:
            self.show_split(counts.index(most))
        others = [
            f"{count:,} in {split.name}" for count, split in zip(counts, self.splits, strict=True) if count
        ]
        self.notify(f"Rows with {family} findings: {', '.join(others)}. {back}", timeout=10, markup=False)

    def found_changed(self) -> None:
        super().found_changed()
        if self.wanted_family and self.found.state == "done":
            self.show_family()
        if self.filter.rule or self.filter.severity:
            self.refilter()

    def refilter(self) -> None:
        """Apply the filter anew: another condition, more matches, other findings."""
        self.status.chips = tuple(self.filter.chips())
        self.show_rows(self.table.place)
        self.show_position()

    def filtered(self, order: Order) -> Order:
        """The rows that pass, the best match first where the search is fuzzy."""
        if not self.filter:
            return order
        kept = apply(order, self.filter, self._sources())
        if self.filter.mode == "fuzzy" and self.filter.text:
            ranked = sorted(range(len(kept)), key=lambda at: -self.ranks.get(kept[at], 0.0))
            return PickedOrder(kept.files[ranked], kept.rows[ranked])
        return kept

    def why_empty(self) -> Sequence[str]:
        if not self.filter or not len(self.base):
            return super().why_empty()
        chips = " and ".join(self.filter.chips())
        return (
            f"None of the {len(self.base):,} rows is {chips}.",
            f"{self.key('filter-drop')} takes the newest filter off, {self.key('filter')} shows every filter.",
        )

    def _sources(self) -> Sources:
        return Sources(self._hits_of, self._edited_of, self._reviewed_of, self.matches)

    def _hits_of(self, file: int, name: str) -> NDArray[np.int64]:
        import numpy as np

        hits = self.found.hits[file] if file < len(self.found.hits) else {}
        codes = [c for c in hits if c.startswith(name) or self.found.severity(c) == name]
        return np.unique(np.concatenate([hits[c] for c in codes])) if codes else np.empty(0, np.int64)

    def _edited_of(self, file: int) -> list[int]:
        return [int(row) for row in self.rows.document(file).overlay.edited_rows()]

    def _reviewed_of(self, file: int) -> list[int]:
        return [int(row) for row in self.session.reviewed_rows(file)]

    # Sort and go to

    def action_sort(self) -> None:
        """Choose the order of the rows."""
        self.app.ask_sort()  # type: ignore[attr-defined]

    def action_go(self) -> None:
        """Go to a line of the file, or to a row by `#` and its number."""
        from ftui.tui.screens.input_modal import InputModal

        place = self.table.place
        if place is None:
            return
        document = self.rows.document(place.file)
        lines = document.line(place.row) is not None
        hint = "120 for line 120, #119 for row 119" if lines else "a row number from 0"
        self.app.push_screen(
            InputModal(
                "Go to", "", "", hint, lambda text: _number_fault(text, document.base_rows, by_row=not lines)
            ),
            lambda text: self._go(place.file, text, lines) if text else None,
        )

    def _go(self, file: int, text: str, lines: bool) -> None:
        number = int(text.strip().removeprefix("#").replace(",", ""))
        by_row = text.strip().startswith("#") or not lines
        row = number if by_row else self.rows.document(file).records.row_at_line(number)
        if not self.jump(Place(file, row)):
            self.notify("That row is deleted.", severity="warning")


def _number_fault(text: str, rows: int, *, by_row: bool) -> str:
    digits = text.strip().removeprefix("#").replace(",", "")
    if not digits.isdigit():
        return "a number is needed"
    if (by_row or text.strip().startswith("#")) and int(digits) >= rows:
        return f"rows go from 0 to {rows - 1:,}"
    return ""
