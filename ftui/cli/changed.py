"""`ftui check --changed`: what is new since the last check."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from ftui import __version__
from ftui.cli.output import Output
from ftui.cli.wrapping import numbered
from ftui.report.report import SCHEMA
from ftui.rules import last_check

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.project.settings import Project
    from ftui.report.report import Report
    from ftui.rules.check import Check


class Since:
    """The last check of the same files with the same options, if one was kept.

    A check without --changed keeps what it saw only where one with it was there before: it writes nothing beside data
    of which nobody asked for that.
    """

    def __init__(self, dataset: Dataset, project: Project, options: argparse.Namespace) -> None:
        words = [*options.select, *options.ignore, *options.split, str(options.layout)]
        self._place = last_check.place_of(dataset, words)
        self._keeps = options.changed or self._place.exists()
        self._wanted = options.changed
        self._stamps = last_check.stamps(dataset, project) if self._keeps else {}
        self._last = last_check.read(self._place) if self._wanted else None
        self._root = dataset.root

    @property
    def when(self) -> str:
        """When the last check was."""
        return datetime.fromtimestamp(self._place.stat().st_mtime).astimezone().isoformat(" ", "minutes")

    def nothing(self) -> bool:
        """Whether no file that a check reads has changed."""
        return self._last is not None and self._last.stamps == self._stamps

    def report(self) -> Report:
        """The report of nothing new."""
        held = self._last.report if self._last else {}
        return {
            "ftui": __version__,
            "schema": SCHEMA,
            "files": held["files"],
            "findings": [],
            "summary": {
                "rows": sum(file["rows"] for file in held["files"]),
                "by_rule": {},
                "by_severity": {"error": 0, "warning": 0, "info": 0},
                "rows_with_findings": 0,
                "not_listed": {},
                "accepted": {},
                "ignored_in": {},
            },
            "skipped": held["skipped"],
            "timing": {},
        }

    def tell(self, check: Check, output: Output) -> None:
        """Keep what the check saw, and leave in it only what is new."""
        if not self._keeps or check.failed:
            return
        skipped = [{"code": code, "reason": reason} for code, reason in sorted(check.skipped.items())]
        told = {"files": [file.as_json() for file in check.files], "skipped": skipped}
        now = last_check.see(check, self._stamps, told)
        if self._last is not None:
            rows = numbered(last_check.keep_news(check, self._last, now), "row")
            output.note(f"note: {rows} changed since the last check of {self.when}; only what is new is told")
        elif self._wanted:
            output.note(
                "note: there was no check before with --changed and these options; everything is told"
            )
        last_check.write(self._place, now, self._root)
