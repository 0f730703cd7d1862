"""`--on-alert COMMAND`: a program that is run once an alert, told of it by its environment and its standard input."""

from __future__ import annotations

import json
import os
import queue
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.training.alerting.alerts import Alert, alert_report

TIMEOUT = 60.0
"""Seconds after which a command is ended."""
_WAITING = 100
_LONGEST = 4000
"""Characters of a value in the environment: all of it together may hold some 100 KB."""
_SECRET = ("FTUI_API_KEY",)


class AlertCommand:
    """Runs the command in a thread of its own, one alert after another, never through a shell."""

    def __init__(
        self, command: str, tell: Callable[[str], None], log: Path | None = None, timeout: float = TIMEOUT
    ) -> None:
        """`tell` is told of each kind of failure once. Raises FtuiError for a command that cannot be run."""
        self._words = _words(command)
        self._tell = tell
        self._log = log
        self._timeout = timeout
        self._told: set[str] = set()
        self._waiting: queue.Queue[Alert | None] = queue.Queue(_WAITING)
        self._running: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def run(self, alert: Alert) -> None:
        """Run it for this alert as soon as those before are through; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="on-alert", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait(alert)
        except queue.Full:
            self._fail(
                f"the command of --on-alert is too slow: {_WAITING} alerts wait, more are not told to it"
            )

    def close(self, wait: float = 0.0) -> None:
        """Let commands end for so many seconds; then kill what still runs, with all that it has started."""
        if self._thread is None:
            return
        try:
            self._waiting.put_nowait(None)
            self._thread.join(wait)
        except queue.Full:
            pass
        self._ending.set()
        self._kill()
        self._thread.join(5.0)

    def _work(self) -> None:
        while not self._ending.is_set():
            alert = self._waiting.get()
            if alert is None:
                return
            try:
                self._run(alert)
            except (OSError, ValueError) as error:
                self._fail(f"the command of --on-alert cannot be run: {error}")

    def _run(self, alert: Alert) -> None:
        said = json.dumps(alert_report(alert), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        with self._log.open("ab") if self._log is not None else Path(os.devnull).open("wb") as log:
            process = self._running = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment(alert),
                start_new_session=True,
            )
        if self._ending.is_set():
            self._kill()
        try:
            process.communicate(said, self._timeout)
        except subprocess.TimeoutExpired:
            self._kill()
            process.communicate()
            self._fail(f"the command of --on-alert was ended: it took longer than {self._timeout:g} s")
            return
        finally:
            self._running = None
        if process.returncode and not self._ending.is_set():
            where = f"; its output is in {self._log}" if self._log is not None else ""
            self._fail(f"the command of --on-alert failed with exit code {process.returncode}{where}")

    def _kill(self) -> None:
        process = self._running
        if process is not None and process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):  # the command may have become another user
                os.killpg(process.pid, signal.SIGKILL)

    def _fail(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._tell(message)


def environment(alert: Alert, base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the command finds in its environment: the evidence; not the key of a server."""
    report = alert_report(alert)
    told = {
        f"FTUI_{name.upper()}": "" if value is None else str(value)
        for name, value in report.items()
        if name not in ("evidence", "units")
    }
    told["FTUI_NAME"] = alert.run
    told["FTUI_EVIDENCE"] = json.dumps(report["evidence"], ensure_ascii=False)
    return {name: value for name, value in base.items() if name not in _SECRET} | {
        name: value.replace("\0", "")[:_LONGEST].encode("utf-8", "replace").decode()
        for name, value in told.items()
    }


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise FtuiError(f"--on-alert {command}: {str(error).lower()}", "quote it as for a shell") from error
    if not words:
        raise FtuiError("--on-alert names no command", "for example --on-alert 'notify-send training'")
    if "\0" in command or shutil.which(words[0]) is None:
        raise FtuiError(
            f"--on-alert: no program {words[0]}",
            "it is run without a shell; for pipes and variables: --on-alert \"sh -c '…'\"",
        )
    return words
