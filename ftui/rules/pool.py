"""Worker processes that map chunks: started early, fed two chunks ahead, ended at once when somebody cancels."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, cast

from ftui.project.errors import FtuiError
from ftui.rules.chunk_worker import main
from ftui.rules.mapping import Mapped
from ftui.rules.reading import Task
from ftui.rules.rule import Context, Stopped

_AHEAD = 2
"""Tasks a worker holds: it never waits for the engine, and a slow chunk does not hold many others."""
_POLL_SECONDS = 0.1


class Pool:
    """Processes that open the dataset at once, so that this overlaps with what the engine does before the chunks."""

    def __init__(self, source: Any, jobs: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._processes: dict[Connection, BaseProcess] = {}
        try:
            for number in range(jobs):
                here, there = context.Pipe()
                process = context.Process(
                    target=main, args=(there,), name=f"ftui-rules-{number}", daemon=True
                )
                process.start()
                there.close()
                self._processes[here] = process
                here.send(source)
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """End every process now."""
        for connection, process in self._processes.items():
            connection.close()
            process.terminate()
        for process in self._processes.values():
            process.join(2)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()
        self._processes.clear()

    def map(
        self, tasks: Sequence[Task], families: Sequence[str], context: Context, cancelled: Callable[[], bool]
    ) -> Iterator[tuple[int, Mapped]]:
        """Every task's number and result, as they come; raises Stopped when cancelled, FtuiError when a worker dies."""
        waiting = iter(enumerate(tasks))
        left = len(tasks)
        while left:
            if cancelled():
                raise Stopped
            for ready in wait([*self._processes], _POLL_SECONDS):
                ready = cast(Connection, ready)
                kind, content = self._receive(ready)
                if kind == "ready":
                    self._send(ready, (families, context))
                    for task in islice(waiting, _AHEAD):
                        self._send(ready, task)
                    continue
                for task in islice(waiting, 1):
                    self._send(ready, task)
                left -= 1
                yield content

    def _send(self, connection: Connection, item: Any) -> None:
        try:
            connection.send(item)
        except OSError:
            raise self._died(connection) from None

    def _receive(self, connection: Connection) -> tuple[str, Any]:
        try:
            kind, content = connection.recv()
        except (EOFError, OSError):
            raise self._died(connection) from None
        if kind == "failed":
            raise FtuiError(
                f"a worker process failed: {content.strip().splitlines()[-1]}",
                "run the command again with --debug --jobs 1 to see where",
            )
        return kind, content

    def _died(self, connection: Connection) -> FtuiError:
        process = self._processes[connection]
        process.join(1)
        code = process.exitcode
        how = f"ended by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        hint = "out of memory? try --jobs 1" if code == -9 else "try --jobs 1, and report it if it stays"
        return FtuiError(f"a worker process died ({how}) before the check was done", hint)


def usable_jobs(wanted: int) -> int:
    """How many workers to start: what was asked, else the cores this process may use."""
    if wanted > 0:
        return wanted
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS
    return len(affinity(0)) if affinity else os.cpu_count() or 1
