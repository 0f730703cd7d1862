"""The worker process: one request after the other, each stopped by its cancellation or by a newer one of its kind."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import BinaryIO

from ftui.dataset.formats.base import Cancelled
from ftui.jobs.desk import Desk, Request
from ftui.jobs.protocol import Message, read, write
from ftui.project.errors import FtuiError
from ftui.rules.rule import Stopped

NICENESS = 10
"""The screen comes first: on two cores a key is answered while the check runs."""
REPLACES: Mapping[str, frozenset[str]] = {
    "check": frozenset({"check", "inspect", "typed", "update", "plan"}),
    "search": frozenset({"search", "distribution"}),
    "sort": frozenset({"sort", "distribution"}),
    "distribution": frozenset({"distribution"}),
    "rendered": frozenset({"rendered"}),
    "typed": frozenset({"typed"}),
}
"""Which older requests a new one makes pointless."""
ECHOED = ("code", "text", "mode", "key")


class Worker:
    """Reads requests on a thread, works on them in the main thread, writes answers."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._writing = threading.Lock()
        self._queue: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._pending: dict[int, tuple[str, threading.Event]] = {}
        self._desk = Desk()

    def run(self) -> None:
        """Until the other side is gone."""
        threading.Thread(target=self._listen, daemon=True, name="requests").start()
        while (message := self._queue.get()) is not None:
            number = int(message.head["id"])
            _, stopped = self._pending[number]
            if stopped.is_set():
                self._answer(Message({"kind": "cancelled", "id": number, **about(message)}))
            else:
                self._work(number, message, stopped.is_set)
            del self._pending[number]

    def _listen(self) -> None:
        while (message := read(self._stdin)) is not None:
            kind, number = message.head["kind"], int(message.head["id"])
            if kind == "cancel":
                self._cancel(lambda n, _, wanted=int(message.head["target"]): n == wanted)  # type: ignore[misc]
                continue
            self._cancel(lambda _, older, new=kind: older in REPLACES.get(new, ()))  # type: ignore[misc]
            self._pending[number] = (kind, threading.Event())
            self._queue.put(message)
        # The app is gone, perhaps killed: whatever runs is for nobody.
        self._queue.put(None)
        with suppress(PermissionError, ProcessLookupError):
            os.killpg(0, signal.SIGKILL)

    def _cancel(self, concerns: Callable[[int, str], bool]) -> None:
        for number, (kind, stopped) in list(self._pending.items()):
            if concerns(number, kind):
                stopped.set()

    def _work(self, number: int, message: Message, cancelled: Cancelled) -> None:
        def tell(kind: str, payload: bytes = b"", **fields: object) -> None:
            self._answer(Message({"kind": kind, "id": number, **asked, **fields}, payload))

        asked = about(message)

        try:
            self._desk.handle(Request(message.head, message.payload, tell, cancelled))
        except Stopped:
            tell("cancelled")
        except FtuiError as error:
            tell("failed", error=error.message, hint=error.hint)
        except Exception as error:  # noqa: BLE001  a fault of ours must not take the worker's state with it
            traceback.print_exc()
            tell("failed", error=f"{type(error).__name__}: {error}", hint="the log is in .ftui/worker.log")

    def _answer(self, message: Message) -> None:
        with self._writing:
            write(self._stdout, message)


def about(message: Message) -> dict[str, object]:
    """What every answer repeats of its request, so that the app need not remember what it asked."""
    return {"of": message.head["kind"]} | {
        name: message.head[name] for name in ECHOED if name in message.head
    }


def main() -> None:
    """Run until the app closes the pipe. Nothing else may write to the pipe: stdout becomes the log."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        Worker(sys.stdin.buffer, answers).run()


if __name__ == "__main__":
    main()
