"""The llama.cpp backend: starts the child, asks it, watches it, and says in one line how it ended."""

from __future__ import annotations

import signal
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import BackendDiedError, Engine, LogLine, OnEvent, Request
from ftui.review.backends.llama import wire
from ftui.review.backends.llama.process import Process
from ftui.review.sample import Completion

SILENCE = 300.0
"""Seconds without a sign of life after which a child counts as hung: the slowest slice of a prompt takes a minute."""
KEPT_LINES = 500
_DOING = {
    "load": "while it loaded the model",
    "sample": "while it sampled",
    "count": "while it counted tokens",
}


class LlamaBackend:
    """One model file, with or without an adapter, in a child process of its own."""

    def __init__(
        self,
        gguf: Path,
        adapter: Path | None = None,
        *,
        context: int = 4096,
        threads: int | None = None,
        gpu_layers: int | None = None,
        width: int = 8,
        log: Path,
        silence: float = SILENCE,
    ) -> None:
        """`context` 0: as trained; `threads` None: measured; `gpu_layers` None: all; `width`: the largest batch."""
        self._gguf, self._adapter, self._log, self._silence = gguf, adapter, log, silence
        self._load = {
            "gguf": str(gguf.absolute()),
            "adapter": None if adapter is None else str(adapter.absolute()),
            "context": context,
            "threads": threads,
            "gpu_layers": gpu_layers,
            "width": width,
        }
        self._process: Process | None = None
        self._asking = threading.Lock()
        self._number = 0
        self._sampling = 0
        self._loading = False
        self._started_once = False
        self.engine: Engine | None = None
        """What the child last said about itself."""
        self.log_lines: deque[LogLine] = deque(maxlen=KEPT_LINES)
        """The last lines of llama.cpp's own log."""

    @property
    def pid(self) -> int | None:
        """The child's process number."""
        return self._process.pid if self._process is not None else None

    def start(self) -> Engine:
        """Load the model; raises FtuiError with llama.cpp's own reason."""
        with self._asking:
            return self._start(lambda _event: None)

    def sample(self, request: Request, on_event: OnEvent) -> list[Completion]:
        """One completion a seed; raises FtuiError where the prompt does not fit or the child died.

        The next call starts a new child.
        """
        if request.decoding.grammar is not None:
            from ftui.review.backends.llama.guard import check_grammar

            check_grammar(request.decoding.grammar)
        with self._asking:
            self._start(on_event)
            self._sampling = self._number + 1
            try:
                answer = self._ask("sample", on_event, request=wire.request_fields(request))
            finally:
                self._sampling = 0
        return [wire.completion_from(each) for each in answer["completions"]]

    def cancel(self) -> None:
        """End the running `sample`; its completions say "cancelled". A model that is being loaded is let go of."""
        process, number = self._process, self._sampling
        if process is not None and number:
            with suppress(OSError):
                process.send({"kind": "cancel", "target": number})
        elif self._loading:
            self.close()

    def count(self, text: str) -> int:
        """Tokens of a text as the model reads it, without a start token."""
        with self._asking:
            self._start(lambda _event: None)
            found: int = self._ask("count", lambda _event: None, text=text)["count"]
            return found

    def close(self) -> None:
        """End the child, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _start(self, on_event: OnEvent) -> Engine:
        if self._process is not None and self._process.alive and self.engine is not None:
            return self.engine
        if self._process is not None:
            self._process.end()
        self.engine = None
        self._check_files()
        self._process = Process(self._log, fresh_log=not self._started_once)
        self._started_once = True
        self._loading = True
        try:
            answer = self._ask("load", on_event, load=self._load)
        except FtuiError:
            self.close()
            raise
        finally:
            self._loading = False
        self.engine = wire.engine_from(answer["engine"])
        return self.engine

    def _check_files(self) -> None:
        """Look at the files before llama.cpp does, which dies of some."""
        from ftui.review.backends.llama.guard import check_adapter, check_model

        header = check_model(self._gguf)
        if self._adapter is not None:
            check_adapter(self._adapter, header)

    def _ask(self, kind: str, on_event: OnEvent, **fields: Any) -> dict[str, Any]:
        """Send a request and hand on what is said until its answer."""
        process = self._process
        if process is None:
            raise self._closed(kind)
        self._number = number = self._number + 1
        with suppress(OSError):
            # A child that is dead already says so by the end of its answers.
            process.send({"kind": kind, "id": number, **fields})
        try:
            return self._answer(process, number, kind, on_event)
        except FtuiError:
            raise
        except BaseException:
            # The caller's own trouble: the child need not go on for nobody.
            with suppress(OSError):
                process.send({"kind": "cancel", "target": number})
            raise

    def _answer(self, process: Process, number: int, kind: str, on_event: OnEvent) -> dict[str, Any]:
        while True:
            try:
                message = process.receive(self._silence)
            except Empty:
                raise self._hung(process, kind) from None
            if message is None:
                raise self._died(process, kind)
            mine = message.get("id") == number
            match message["kind"]:
                case "failed" if mine:
                    raise FtuiError(message["message"], message["hint"])
                case "done" if mine:
                    return message
                case "engine":
                    self.engine = wire.engine_from(message["engine"])
                case _ if (event := wire.event_from(message)) is not None:
                    if isinstance(event, LogLine):
                        self.log_lines.append(event)
                    # After an exception of the caller's the child may still talk of that request.
                    if mine or isinstance(event, LogLine):
                        on_event(event)

    def _died(self, process: Process, kind: str) -> FtuiError:
        code = process.reap()
        if self._process is not process:
            return self._closed(kind)
        self._forget(process)
        doing = _DOING[kind]
        said = process.last_words()
        reason = f": {said}" if said else ""
        hint = f"its log is {self._log}"
        if code == -signal.SIGKILL:
            hint = f"out of memory? A smaller --context or model needs less; {hint}"
        return BackendDiedError(
            f"the sampling process of {self._gguf.name} {_ending(code)} {doing}{reason}", hint
        )

    def _closed(self, kind: str) -> FtuiError:
        return FtuiError(f"the sampling process of {self._gguf.name} was closed {_DOING[kind]}")

    def _hung(self, process: Process, kind: str) -> FtuiError:
        process.end()
        self._forget(process)
        return BackendDiedError(
            f"the sampling process of {self._gguf.name} gave no sign of life for {self._silence:g} s "
            f"({kind}) and was ended",
            f"its log is {self._log}",
        )

    def _forget(self, process: Process) -> None:
        if self._process is process:
            self._process = None
        self.engine = None


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
