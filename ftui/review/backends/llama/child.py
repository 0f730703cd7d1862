"""The process that holds a model: `python -m ftui.review.backends.llama.child`, JSON lines in on stdin, out on stdout.

Its own output and that of the libraries goes to the log, which the parent gave as stderr.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from queue import SimpleQueue
from time import monotonic
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Event, LogLine
from ftui.review.backends.llama import binding as llama
from ftui.review.backends.llama import wire
from ftui.review.backends.llama.context import Aborted, Switch
from ftui.review.backends.llama.engine_log import EngineLog
from ftui.review.backends.llama.model import Load, LoadedModel
from ftui.review.backends.llama.session import Session

PULSE = 0.5
"""Seconds between signs of life: the parent takes a long silence for a hang."""
ORPHANED = 2.0
"""Seconds between looks at whether the parent still lives, should something else hold its end of the pipe open."""


class Child:
    """One model, asked by one parent."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests, self._answers = requests, answers
        self._writing = threading.Lock()
        self._queue: SimpleQueue[Mapping[str, Any]] = SimpleQueue()
        self._switch = Switch()
        self._cancelled_up_to = 0
        self._running = 0
        self._last_sign = 0.0
        self._log: EngineLog | None = None
        self._session: Session | None = None

    def serve(self) -> None:
        """Answer until the parent closes the pipe or dies."""
        threading.Thread(target=self._listen, daemon=True, name="requests").start()
        while True:
            message = self._queue.get()
            number = message["id"]
            try:
                self._say(kind="done", id=number, **self._answer(number, message))
            except FtuiError as error:
                self._say(kind="failed", id=number, message=error.message, hint=error.hint)
            if message["kind"] == "load" and self._session is None:
                return

    def _answer(self, number: int, message: Mapping[str, Any]) -> Mapping[str, Any]:
        match message["kind"]:
            case "load":
                return {"engine": asdict(self._load(Load(**message["load"])).engine())}
            case "sample":
                return {"completions": [asdict(each) for each in self._sample(number, message["request"])]}
            case "count":
                return {"count": self._ready().count(message["text"])}
        raise FtuiError(f"the sampling process does not know {message['kind']!r}")

    def _load(self, wanted: Load) -> Session:
        module = llama.load()
        self._log = EngineLog(module, self._on_log)
        module.llama_backend_init()
        model = LoadedModel(module, wanted, self._log, self._alive)
        self._session = Session(model, wanted, self._switch, self._tell, self._alive)
        return self._session

    def _sample(self, number: int, fields: Mapping[str, Any]) -> list[Any]:
        session, request = self._ready(), wire.request_from(fields)
        self._switch.release()
        # A cancel that comes here ends the measurement, and is heard again below.
        with suppress(Aborted):
            if session.refresh():
                self._say(kind="engine", id=number, engine=asdict(session.engine()))
        self._running = number
        self._switch.release()
        if self._cancelled_up_to >= number:
            # It came before the request was begun.
            self._switch.press()
        threads = session.engine().threads
        made = session.sample(request)
        if session.engine().threads != threads:  # halved on the way, where they waited for each other
            self._say(kind="engine", id=number, engine=asdict(session.engine()))
        return made

    def _ready(self) -> Session:
        if self._session is None:
            raise FtuiError("no model is loaded")
        return self._session

    def _listen(self) -> None:
        rest = b""
        parent = os.getppid()
        while True:
            readable, _, _ = select.select([self._requests], [], [], ORPHANED)
            if not readable:
                if os.getppid() != parent:
                    os._exit(0)
                continue
            data = os.read(self._requests, 1 << 16)
            if not data:
                # The parent closed the pipe or died; whatever llama.cpp computes is for nobody.
                os._exit(0)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if (message := wire.fields_of(line)) is not None:
                    self._take(message)

    def _take(self, message: Mapping[str, Any]) -> None:
        if message["kind"] != "cancel":
            self._queue.put(message)
            return
        self._cancelled_up_to = message["target"]
        if self._cancelled_up_to >= self._running:
            self._switch.press()

    def _on_log(self, line: LogLine) -> None:
        sys.stderr.write(f"{line.text}\n")
        sys.stderr.flush()
        if line.level != "debug":
            self._tell(line)

    def _tell(self, event: Event) -> None:
        self._say(id=self._running, **wire.event_fields(event))

    def _alive(self) -> None:
        if monotonic() - self._last_sign > PULSE:
            self._say(kind="alive")

    def _say(self, **fields: Any) -> None:
        data = memoryview(wire.line(fields))
        self._last_sign = monotonic()
        try:
            with self._writing:
                while data:
                    data = data[os.write(self._answers, data) :]
        except BrokenPipeError:
            os._exit(0)


def main() -> None:
    """Take the pipes for the protocol, so that a library that prints cannot break it, and serve."""
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    Child(requests, answers).serve()


if __name__ == "__main__":
    main()
