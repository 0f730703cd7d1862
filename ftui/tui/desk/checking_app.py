"""What the app asks of its worker processes, and where their answers go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual import on

from ftui.tui.desk.checking import (
    CheckDone,
    Checker,
    CheckFailed,
    CheckProgress,
    Counted,
    CountingProgress,
    Explained,
    FixPlanned,
    GroupFound,
    ProjectFixPlanned,
    RequestFailed,
    RowRendered,
    RowsInspected,
    SearchFound,
    Sorted,
    TypedInspected,
)
from ftui.tui.framed_app import FramedApp

if TYPE_CHECKING:
    from ftui.dataset.session import Session
    from ftui.tui.desk.order import Place
    from ftui.tui.desk.sorting import Sort
    from ftui.tui.screens.desk import DeskScreen


class CheckingApp(FramedApp):
    """Requests go to the checker, which never waits; its messages go to the desk."""

    checker: Checker | None = None
    _checked_bases: Mapping[str, str] = {}
    """Where the files' bytes were when the check began."""

    def make_checker(self) -> Checker | None:
        """The way to the worker processes; None where nothing is checked."""
        raise NotImplementedError

    @property
    def session(self) -> Session:
        """What changes go through."""
        raise NotImplementedError

    @property
    def desk(self) -> DeskScreen:
        """The screen that all others lie on."""
        raise NotImplementedError

    # Checking

    def check(self) -> None:
        """Run all rules in the background."""
        if self.checker is None:
            self.checker = self.make_checker()
        if self.checker is None:
            return
        self.desk.found.state = "running"
        self.desk.findings.progress = "checking …"
        self.desk.findings.refresh()
        self._checked_bases = self.session.ticket.bases
        self.checker.check()

    def inspect_rows(self, places: Sequence[Place]) -> None:
        """Have some rows looked at exactly."""
        if self.checker is not None and self.desk.found.state == "done":
            self.checker.inspect(places)

    @on(CheckProgress)
    def _check_progress(self, event: CheckProgress) -> None:
        percent = f" {100 * event.done // event.total} %" if event.total else ""
        self.desk.findings.progress = f"{event.phase}{percent}"
        self.desk.findings.refresh_header()

    @on(CheckDone)
    def _check_done(self, event: CheckDone) -> None:
        desk = self.desk
        desk.found.replace(
            event.hits, event.counts, event.rules, event.whole, event.skipped, event.severities
        )
        desk.found.state = "done"
        desk.findings.progress = ""
        desk.found_changed()

    @on(CheckFailed)
    def _check_failed(self, event: CheckFailed) -> None:
        desk = self.desk
        if event.error and self._checked_bases != self.session.ticket.bases:
            # Saved while the worker was opening the files: their bytes as opened are in the backups now.
            self.check()
            return
        if event.error:
            again = f"{desk.key('check')} runs the rules again."
            self.notify(f"{event.error}; {again}", severity="error", timeout=10, markup=False)
        desk.found.state = "failed" if event.error else "stopped"
        desk.found.error = event.error
        desk.findings.progress = ""
        desk.show_progress("")
        desk.found_changed()

    @on(RowsInspected)
    def _rows_inspected(self, event: RowsInspected) -> None:
        moved = self.desk.found.learn(event.spots, event.counts, event.severities)
        self.desk.learned(set(event.spots), moved=moved)

    @on(ProjectFixPlanned)
    def _project_fix_planned(self, event: ProjectFixPlanned) -> None:
        self.desk.project_planned(event)

    @on(FixPlanned)
    def _fix_planned(self, event: FixPlanned) -> None:
        self.desk.planned(event)

    @on(GroupFound)
    def _group_found(self, event: GroupFound) -> None:
        self.desk.group_found(event)

    @on(TypedInspected)
    def _typed_inspected(self, event: TypedInspected) -> None:
        self.desk.typed_inspected(event)

    @on(SearchFound)
    def _search_found(self, event: SearchFound) -> None:
        self.desk.search_found(event)

    @on(CountingProgress)
    def _counting(self, event: CountingProgress) -> None:
        self.desk.counting(event)

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self.desk.counted(event)

    @on(RowRendered)
    def _row_rendered(self, event: RowRendered) -> None:
        self.desk.record.take_rendering(event.place, event.view)

    def explain(self, code: str) -> None:
        """Show a rule's page: what it finds, why it hurts, how to fix it."""
        if self.checker is None:
            self.notify("The rules are not loaded.")
        else:
            self.checker.explain(code)

    @on(Explained)
    def _explained(self, event: Explained) -> None:
        from ftui.tui.screens.explain import ExplainModal

        self.push_screen(ExplainModal(event.code, event.page))

    # Sorting

    def ask_sort(self) -> None:
        """Ask for an order of the table."""
        from ftui.tui.screens.ask_modal import AskModal, Choice

        choices = [
            Choice("f", "as in the file", "file"),
            Choice("n", "most findings first, errors before warnings", "findings"),
            Choice("l", "longest first", "length"),
            Choice("p", "by prompt", "prompt"),
            Choice("a", "by answer", "answer"),
        ]
        self.push_screen(AskModal("Sort the rows", "", choices), self.sort_by)

    def sort_by(self, key: str | None) -> None:
        """Bring the table into an order; those by what the rows say come from the worker."""
        desk = self.desk
        if key in ("file", "findings"):
            desk.sort_by(cast("Sort", key))
        elif key is not None and self.checker is not None:
            desk.show_progress("sorting …")
            views = desk.splits[desk.split].views
            self.checker.sort(key, [(view.file, view.section.start, view.section.stop) for view in views])

    @on(Sorted)
    def _sorted(self, event: Sorted) -> None:
        self.desk.show_progress("")
        if event.error:
            self.notify(event.error, severity="error", markup=False)
        else:
            self.desk.take_sorted(event)

    @on(RequestFailed)
    def _request_failed(self, event: RequestFailed) -> None:
        self.desk.show_progress("")
        self.notify(event.error, severity="error", timeout=10, markup=False)
