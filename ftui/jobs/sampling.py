"""The sampling worker: a process that plans, renders and samples for the app, which lives on when it dies."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from ftui.jobs.protocol import Message, read, write
from ftui.jobs.sampling_desk import SamplingDesk
from ftui.project.errors import FtuiError
from ftui.review.sampling.cancellation import Cancellation

NICENESS = 10
"""As of the other workers: a key is answered while a model computes."""
LONG = frozenset(("run", "try"))
"""Requests that the engine works on; all others are answered beside them."""
Queue = queue.SimpleQueue[tuple[Message, Cancellation]]


class SamplingWorker:
    """Reads requests on one thread, answers short ones on another, and samples on a third."""

    def __init__(
        self, stdin: BinaryIO, stdout: BinaryIO, desk: Callable[..., SamplingDesk] = SamplingDesk
    ) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._writing = threading.Lock()
        self._desk = desk(self._tell)
        self._short: Queue = queue.SimpleQueue()
        self._long: Queue = queue.SimpleQueue()
        self._asked: list[Cancellation] = []
        """Of the long requests that are not answered yet."""
        self._asking = threading.Lock()

    def run(self) -> None:
        """Until the other side is gone."""
        threads = [
            threading.Thread(target=self._work, args=(each,), daemon=True, name=name)
            for name, each in (("short", self._short), ("long", self._long))
        ]
        for thread in threads:
            thread.start()
        while (message := read(self._stdin)) is not None:
            self._take(message)
        # The app is gone, perhaps killed: whatever runs is for nobody.
        self._stop()
        self._desk.close()
        with suppress(PermissionError, ProcessLookupError):
            os.killpg(0, signal.SIGKILL)

    def _take(self, message: Message) -> None:
        kind = message.head["kind"]
        if kind == "open":
            self._desk.open(message.head)
        elif kind == "stop":
            self._stop()
        elif kind in LONG:
            cancel = Cancellation()
            # Here, not when its turn comes: a stop right behind it is meant for it.
            with self._asking:
                self._asked.append(cancel)
            self._long.put((message, cancel))
        else:
            self._short.put((message, Cancellation()))

    def _stop(self) -> None:
        with self._asking:
            asked = list(self._asked)
        for each in asked:
            each.cancel()

    def _work(self, waiting: Queue) -> None:
        while True:
            message, cancel = waiting.get()
            self._answer(message, cancel)
            with self._asking:
                if cancel in self._asked:
                    self._asked.remove(cancel)

    def _answer(self, message: Message, cancel: Cancellation) -> None:
        kind = message.head["kind"]
        try:
            self._desk.handle(message.head, cancel)
        except FtuiError as error:
            self._tell("failed", of=kind, error=error.message, hint=error.hint)
        except Exception as error:  # noqa: BLE001  a fault of ours must not end what else is asked for
            traceback.print_exc()
            self._tell(
                "failed",
                of=kind,
                error=f"{type(error).__name__}: {error}",
                hint="the log is in .ftui/sampling.log",
            )

    def _tell(self, kind: str, payload: bytes = b"", **fields: Any) -> None:
        with self._writing, suppress(OSError):
            write(self._stdout, Message({"kind": kind, **fields}, payload))


def main() -> None:
    """Run until the app closes the pipe. Nothing else may write to the pipe: stdout becomes the log."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    SamplingWorker(sys.stdin.buffer, answers).run()


if __name__ == "__main__":
    main()
