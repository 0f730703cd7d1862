"""`--stop-file`: the file that tells a trainer to stop, and why. Trainers watch for it; we write it once."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.training.alerting.alerts import Alert, alert_report
from ftui.training.diagnosis.verdict import Level, Verdict

GRAVE: tuple[Level, ...] = ("critical", "warning")


def stops(verdict: Verdict, stop_on: Collection[str]) -> bool:
    """Whether a verdict stops its run where these do: `critical`, `warning` (and graver), codes from a warning on."""
    return verdict.severity in GRAVE and not {verdict.severity, verdict.code, "warning"}.isdisjoint(stop_on)


class StopFileWriter:
    """Written whole or not at all, on the first verdict that is to stop a run; what is there is never overwritten."""

    def __init__(self, path: Path, stop_on: Collection[str] = ()) -> None:
        """`stop_on` as in `stops`; empty: every critical verdict. Raises FtuiError where no file can be written."""
        self.path = path
        self._stop_on = frozenset(stop_on or ("critical",))
        if path.is_dir():
            raise FtuiError(f"--stop-file {path} is a folder", "name a file that the trainer looks for")
        if not path.parent.is_dir():
            raise FtuiError(f"--stop-file: no folder {path.parent}", "make it first")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise FtuiError(
                f"--stop-file: nothing can be written into {path.parent}", "choose another folder"
            )

    @property
    def exists(self) -> bool:
        """Whether it is there; a trainer that looks for it stops."""
        return os.path.lexists(self.path)

    def stops(self, alert: Alert) -> bool:
        """Whether this verdict is to stop its run."""
        return stops(alert.verdict, self._stop_on)

    def write(self, alert: Alert) -> bool:
        """Write it; False where there is one already. Raises OSError."""
        text = json.dumps(alert_report(alert), ensure_ascii=False, indent=1) + "\n"
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            beside.unlink(
                missing_ok=True
            )  # of a process that was killed; and in /tmp it may be anybody's link
            with beside.open("x", encoding="utf-8", errors="replace") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            return self._put(beside, text)
        finally:
            beside.unlink(missing_ok=True)

    def _put(self, beside: Path, text: str) -> bool:
        try:
            os.link(beside, self.path)  # unlike a rename, it fails where there is a file
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links (FAT, some network shares)
            try:
                with self.path.open("x", encoding="utf-8", errors="replace") as file:
                    file.write(text)
            except FileExistsError:
                return False
        return True
