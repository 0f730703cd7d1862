"""The child process as its parent sees it: started, spoken to, listened to, and how it ended."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from ftui.project.child_process import start_module
from ftui.review.backends.llama import wire
from ftui.review.backends.llama.engine_log import telling

LOG_TAIL = 16_384
"""Bytes of the log that are searched for the reason of a death."""


class Process:
    """One child, from its start to its end."""

    def __init__(self, log: Path, *, fresh_log: bool) -> None:
        self._log = log
        # On an abort ggml would start gdb, and wait for it.
        variables = {"GGML_NO_BACKTRACE": "1"}
        self._process, self._log_start = start_module(
            "ftui.review.backends.llama.child", log, fresh_log=fresh_log, variables=variables
        )
        self._messages: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._sending = threading.Lock()
        self._listener = threading.Thread(target=self._listen, daemon=True, name="llama-answers")
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, message: Mapping[str, Any]) -> None:
        """Say something; raises OSError where it is dead."""
        stream = self._process.stdin
        assert stream is not None
        try:
            with self._sending:
                stream.write(wire.line(message))
                stream.flush()
        except ValueError as error:
            raise BrokenPipeError from error

    def receive(self, seconds: float) -> dict[str, Any] | None:
        """The next message; None when it has ended. Raises queue.Empty after a silence of so many seconds.

        The silence is counted in short waits: a parent that was itself stopped heard nothing, but that is no hang.
        """
        left = seconds
        while True:
            wait = min(left, 1.0)
            try:
                return self._messages.get(timeout=wait)
            except Empty:
                left -= wait
                if left <= 0:
                    raise

    def end(self) -> int:
        """Kill it with what it started, if it still runs, and reap it; its exit code, negative: the signal."""
        # One that has ended and was waited for has lost its number, perhaps to somebody else's.
        if self.alive:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self.reap()

    def reap(self) -> int:
        """Wait for its end and close the pipes."""
        code = self._process.wait()
        with suppress(OSError):
            self._process.stdin and self._process.stdin.close()
        self._listener.join()
        return code

    def last_words(self) -> str:
        """The line of this process's log that tells most about its end."""
        try:
            with self._log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(self._log_start, size - LOG_TAIL))
                return telling(file.read().decode("utf-8", "replace").splitlines(), or_last=False)
        except OSError:
            return ""

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with stream:
            for line in stream:
                if (message := wire.fields_of(line)) is not None:
                    self._messages.put(message)
        self._messages.put(None)
