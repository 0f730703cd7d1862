"""Fixes of findings about the whole project: the edit of its Modelfile is shown as a diff, and written when asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.project.errors import FtuiError
from ftui.tui.desk.found import Spot
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    from ftui.tui.desk.checking import ProjectFixPlanned

MOST_LINES = 24
"""Lines of the diff shown; edits of project files have five or six."""


class DeskProjectFixing(DeskPanes):
    """`f` on a finding that is about no row. Such an edit is no step of undo: the old file is kept."""

    def fix_project(self, spot: Spot) -> None:
        """Ask for the edit that mends a finding about the project."""
        fix = spot.data.get("fix")
        if spot.accepted is not None:
            self.notify("This finding is accepted; a takes that back.", timeout=3)
        elif not fix:
            self.notify("Only a person can mend this; ? explains it.", timeout=4)
        elif self.checker is None or self.found.state != "done":
            self.notify("The rules have not looked at every row yet.", severity="warning")
        else:
            self.checker.plan_project(spot.key)

    def project_planned(self, event: ProjectFixPlanned) -> None:
        """The worker knows the edit: show it and ask."""
        from ftui.tui.screens.ask_modal import AskModal, Choice

        if not event.files:
            title = f"{event.title}: " if event.title else ""
            self.notify(f"{title}only a person can do this.", timeout=6, markup=False)
            return
        names = ", ".join(self._project_path(path) for path, _, _ in event.files)
        unsafe = "▲ unsafe: this may change what the model answers; look at it first\n\n"
        text = unsafe * (event.safety == "unsafe") + "\n".join(self._project_diff(event))

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._write_project(event, names)

        choice = Choice("y", f"write it into {names}; the old file is kept", "write")
        self.app.push_screen(AskModal(f"{event.code}  {event.title}", text, [choice]), answered)

    def _project_diff(self, event: ProjectFixPlanned) -> list[str]:
        from difflib import unified_diff

        from ftui.text.visible import visible

        lines: list[str] = []
        for path, before, after in event.files:
            name = self._project_path(path)
            both = (before or "").splitlines(), after.splitlines()
            lines += [visible(line) for line in unified_diff(*both, name, name, n=2, lineterm="")]
        left = len(lines) - MOST_LINES
        return lines if left <= 0 else [*lines[:MOST_LINES], f"… and {left} lines more"]

    def _write_project(self, event: ProjectFixPlanned, names: str) -> None:
        from ftui.store.text_file import replace_text

        root = self.session.dataset.root
        try:
            kept = [replace_text(Path(path), before, after, root) for path, before, after in event.files]
        except FtuiError as error:
            self.notify(f"{error.message}: {error.hint}", severity="error", markup=False)
            return
        backup = next((self._project_path(str(each)) for each in kept if each is not None), "")
        where = f"; before: {backup}" if backup else ""
        self.notify(f"Wrote {names}{where}", timeout=6, markup=False)
        self.app.check()  # type: ignore[attr-defined]

    def _project_path(self, path: str) -> str:
        root = str(self.session.dataset.root)
        return os.path.relpath(path, root) if path.startswith(root) else path
