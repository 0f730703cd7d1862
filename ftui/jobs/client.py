"""The app's handle on a worker process: starts it, sends requests, hands every answer to one callback."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ftui.jobs.protocol import Message, read, write
from ftui.project.child_process import start_module

OnMessage = Callable[[Message], None]
LAST_WORDS = 5
"""Lines of the worker's log that a notice of its death shows."""


class Worker:
    """One worker process, started at the first request and again after a crash.

    `on_message` is called on a thread of its own; a worker that dies is told by a message of kind "died".
    """

    def __init__(self, on_message: OnMessage, log: Path, module: str = "ftui.jobs.worker") -> None:
        self._on_message = on_message
        self._log = log
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._last = 0
        self._sending = threading.Lock()
        self._closed = False

    def request(self, kind: str, payload: bytes = b"", **fields: Any) -> int:
        """Send a request; returns its number, which every answer carries."""
        with self._sending:
            self._last += 1
            message = Message({"kind": kind, "id": self._last, **fields}, payload)
            try:
                write(self._stdin(), message)
            except OSError:
                # It died while idle: one fresh start, then whatever is wrong shows.
                self._process = None
                write(self._stdin(), message)
            return self._last

    def cancel(self, number: int) -> None:
        """Stop a request; the worker answers with "cancelled"."""
        if self._process is not None:
            with suppress(OSError):
                self.request("cancel", target=number)

    def close(self) -> None:
        """End the worker with everything it started."""
        self._closed = True
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            process.stdin and process.stdin.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _stdin(self) -> Any:
        if self._process is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None
        return self._process.stdin

    def _start(self) -> None:
        self._process, _ = start_module(self._module, self._log, fresh_log=True)
        threading.Thread(
            target=self._listen, args=(self._process,), daemon=True, name="worker-answers"
        ).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as stream:
            while (message := read(stream)) is not None:
                self._on_message(message)
        code = process.wait()
        with suppress(OSError):
            process.stdin and process.stdin.close()
        if not self._closed and process is self._process:
            self._on_message(Message({"kind": "died", "id": 0, "code": code, "log": self._last_words()}))

    def _last_words(self) -> str:
        try:
            with self._log.open(encoding="utf-8", errors="replace") as log:
                return "".join(deque(log, LAST_WORDS)).strip()
        except OSError:
            return ""
