"""The desk's work with files: save and its conflicts, resume, export, copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from ftui.project.errors import FtuiError
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    from ftui.dataset.new_file import Saved
    from ftui.dataset.replay import LostEdit, ReplayReport
    from ftui.dataset.save import Conflict


class DeskFiles(DeskPanes):
    """Saves in a thread, so that the desk stays usable; edits made meanwhile stay unsaved."""

    def action_save(self) -> None:
        if not self.session.dirty:
            self.notify("Everything is saved.", timeout=3)
            return
        self.save()

    def save(self, *, overwrite: bool = False, then: Callable[[], object] | None = None) -> None:
        """Write the changed files, then call `then` when it went well."""
        self._save(overwrite, then)

    @work(thread=True, exclusive=True, group="save", exit_on_error=False)
    def _save(self, overwrite: bool, then: Callable[[], object] | None) -> None:
        from ftui.dataset.formats.base import WriteCancelled
        from ftui.dataset.save import Conflict

        worker = get_current_worker()
        tell = self.app.call_from_thread

        def progress(done: int, total: int) -> None:
            tell(self.show_progress, f"saving {100 * done // max(1, total)} %   ^K stops")

        try:
            saved = self.session.save(progress, lambda: worker.is_cancelled, overwrite=overwrite)
        except Conflict as conflict:
            tell(self._conflict, conflict)
        except WriteCancelled:
            tell(self.notify, "Stopped: the files are as they were, and your edits are kept.")
        except (FtuiError, OSError) as error:
            tell(self.complain, error)
        else:
            tell(self._saved, saved, then)
        finally:
            tell(self.show_progress, "")

    def _saved(self, saved: list[Saved], then: Callable[[], object] | None) -> None:
        for one in saved:
            for warning in one.warnings:
                self.notify(warning, severity="warning", markup=False)
        names = ", ".join(one.path.name for one in saved)
        self.notify(f"Saved {names}. The file as it was is in .ftui/backups.", timeout=5, markup=False)
        self.show_unsaved()
        self.table.repaint()
        if then is not None:
            then()

    # Conflicts

    def _conflict(self, conflict: Conflict) -> None:
        from ftui.tui.screens.ask_modal import AskModal, Choice

        choices = [
            Choice("r", "reload the file and make my edits again on it", "reload"),
            Choice("a", "save mine under another name", "as"),
            Choice("o", "overwrite the file on disk with mine (it goes to the backups)", "overwrite"),
        ]
        if conflict.kind == "held-elsewhere":
            choices = [choices[1]]
        elif conflict.kind == "changed-in-place":
            choices = [choices[0]]
        question = AskModal("Not saved.", conflict.message, choices)
        self.app.push_screen(question, lambda answer: self._settle(conflict, answer))

    def _settle(self, conflict: Conflict, answer: str | None) -> None:
        if answer == "overwrite":
            self.save(overwrite=True)
        elif answer == "reload":
            self._replay(self.session.reload_and_replay)
        elif answer == "as":
            files = [i for i, d in enumerate(self.session.dataset.documents) if d.path in conflict.files]
            self._ask_save_as(files[0] if files else 0)

    def action_save_as(self) -> None:
        """The file under the cursor, as it is now, under another name."""
        place = self.table.place
        self._ask_save_as(place.file if place is not None else 0)

    def _ask_save_as(self, file: int) -> None:
        from ftui.tui.screens.input_modal import InputModal

        path = self.rows.document(file).path
        value = str(path.with_name(f"{path.name.partition('.')[0]}-edited{''.join(path.suffixes)}"))
        self.app.push_screen(
            InputModal("Save as", "The app goes on with the file that it has open.", value, "a path", _free),
            lambda answer: self._write(
                lambda: self.session.save_as(file, Path(answer or "").expanduser()), answer
            ),
        )

    def action_export(self) -> None:
        """The rows that the table shows (or the selection), as they stand, into a new file."""
        from ftui.tui.screens.input_modal import InputModal

        table = self.table
        rows = [(place.file, place.row) for place in sorted(table.selection)] if table.selection else None
        count = len(rows) if rows is not None else table.count
        files = (
            {file for file, _ in rows} if rows is not None else {file for file, _, _ in table.order.columns()}
        )
        suffixes = "".join(self.rows.document(min(files)).path.suffixes) if len(files) == 1 else ".jsonl"
        how = (
            "Byte for byte, in the order of the file." if len(files) == 1 else "As JSON Lines, in this order."
        )
        title = f"Export {count:,} row{'' if count == 1 else 's'}"
        self.app.push_screen(
            InputModal(title, how, "", f"path{suffixes}", _free),
            lambda answer: self._write(lambda: self._export(Path(answer or "").expanduser(), rows), answer),
        )

    def _export(self, path: Path, rows: list[tuple[int, int]] | None) -> Saved:
        if rows is not None:
            return self.session.export(path, rows)
        places = ((file, int(row)) for file, run, _ in self.table.order.columns() for row in run)
        return self.session.export(path, places)

    def _write(self, write: Callable[[], Saved], answer: str | None) -> None:
        if answer:
            self._write_away(write)

    @work(thread=True, group="write", exit_on_error=False)
    def _write_away(self, write: Callable[[], Saved]) -> None:
        tell = self.app.call_from_thread
        tell(self.show_progress, "writing")
        try:
            saved = write()
        except (FtuiError, OSError) as error:
            tell(self.complain, error)
        else:
            tell(self.notify, f"{saved.rows:,} rows are in {saved.path}.", markup=False)
        finally:
            tell(self.show_progress, "")

    # Edits of an earlier session

    def offer_resume(self) -> None:
        """Ask what to do with unsaved edits of a session that ended without saving."""
        from ftui.dataset.steps import count_in_words
        from ftui.tui.screens.ask_modal import AskModal, Choice

        offer = self.session.resume
        if offer is None:
            return
        changed = offer.reason == "changed-on-disk"
        text = (
            f"An earlier session left {count_in_words(offer.count, 'unsaved step')} ({_local(offer.when)})."
        )
        if changed:
            text += " The file changed since; the edits are made again on the rows that are found by their content."
        choices = [
            Choice("r", "make them again" if changed else "go on with them", "accept"),
            Choice("d", "throw them away", "discard"),
        ]
        self.app.push_screen(AskModal("Resume?", text, choices), self._resume_answered)

    def _resume_answered(self, answer: str | None) -> None:
        if answer == "accept":
            self._replay(self.session.resume_accept)
        elif answer == "discard" and self.attempt(self.session.resume_discard):
            self.notify("The earlier edits are thrown away.", timeout=4)

    @work(thread=True, exclusive=True, group="save", exit_on_error=False)
    def _replay(self, replay: Callable[..., ReplayReport]) -> None:
        tell = self.app.call_from_thread

        def progress(done: int, total: int) -> None:
            tell(self.show_progress, f"reading {100 * done // max(1, total)} %")

        try:
            report = replay(progress)
        except (FtuiError, OSError) as error:
            tell(self.complain, error)
        else:
            tell(self._replayed, report)
        finally:
            tell(self.show_progress, "")

    def _replayed(self, report: ReplayReport) -> None:
        from ftui.dataset.steps import count_in_words

        steps, rows = count_in_words(report.entries, "step"), count_in_words(report.rows, "row")
        self.notify(f"Made again: {steps}, in {rows}.", timeout=5)
        if report.lost:
            self.notify(_lost(report.lost), severity="warning", timeout=20, markup=False)
        self.app.reopened()  # type: ignore[attr-defined]

    # Copy

    def action_copy(self) -> None:
        """The text under the eye to the terminal's clipboard and to a file."""
        record = self.record.record
        if record is None:
            return
        texts = record.example.texts if record.example is not None else ()
        if self.record.trained and self.record.rendering is not None:
            text = self.record.rendering.text
        elif self.record.raw or not texts:
            text = record.raw.decode("utf-8", "replace")
        else:
            text = texts[min(self.record.active, len(texts) - 1)].text
        self.copy(text)

    def action_copy_row(self) -> None:
        """The whole row as it stands in the file."""
        record = self.record.record
        if record is not None:
            self.copy(record.raw.decode("utf-8", "replace"))

    def copy(self, text: str) -> None:
        """Send the text to the terminal and keep it in a file; say what was done."""
        from ftui.tui import clipboard

        sequence = clipboard.osc52(text)
        try:
            path = clipboard.save(text, clipboard.folder())
        except OSError as error:
            self.complain(error)
            return
        if sequence is not None:
            self.app.write_to_terminal(sequence)  # type: ignore[attr-defined]
        self.notify(clipboard.said(sequence is not None, path, len(text)), timeout=6, markup=False)


def _local(when: str) -> str:
    """A time of the journal as a person here reads it."""
    return f"{datetime.fromisoformat(when).astimezone():%Y-%m-%d %H:%M}"


def _lost(edits: Sequence[LostEdit]) -> str:
    """Which edits found their row no more."""
    named = "; ".join(f"{edit.title} ({Path(edit.path).name}, row {edit.row:,})" for edit in edits[:3])
    more = f"; and {len(edits) - 3:,} more" if len(edits) > 3 else ""
    return f"Their rows are no longer in the file, so these were not made again: {named}{more}."


def _free(text: str) -> str:
    path = Path(text).expanduser()
    if path.is_dir():
        return "that is a folder: name a file"
    if path.exists():
        return "there is a file of that name already"
    return "" if path.parent.is_dir() else "there is no such folder"
