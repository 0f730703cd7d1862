"""A sampling job under a command: it runs on a thread, the main thread hears Ctrl+C, stderr says how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ftui.cli.output import Output
from ftui.cli.sample_failures import Failures
from ftui.cli.wrapping import numbered
from ftui.review.backends import choose as backends
from ftui.review.prompt import Prompt
from ftui.review.sampling import job
from ftui.review.sampling.cancellation import Cancellation, Cancelled
from ftui.review.sampling.examination import Examiner
from ftui.review.sampling.job import Order
from ftui.review.sampling.job_events import (
    Finished,
    Hashing,
    JobEvent,
    Loading,
    ModelFailed,
    ModelLoaded,
    Note,
    Progress,
    SampleDone,
    Started,
)
from ftui.review.sampling.job_tasks import Entry
from ftui.review.sampling.model_run import Open
from ftui.review.store import ReviewStore

_DRAWN_EVERY = 0.1
"""Seconds: each is a write over the SSH connection."""


class SampleRun:
    """Runs jobs one after the other until somebody interrupts."""

    def __init__(
        self, store: ReviewStore, output: Output, examiner: Examiner | None, open_backend: Open | None = None
    ) -> None:
        self._store = store
        self._output = output
        self._examiner = examiner
        self._open = open_backend or backends.open_backend
        self._drawn = 0.0
        self._warned: set[str] = set()
        self._failures = Failures()
        self.cancel = Cancellation()

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl+C ended it."""
        return self.cancel.pressed

    def run(self, prompts: Sequence[Prompt], entries: Sequence[Entry], order: Order) -> Finished:
        """One job, to its end or to Ctrl+C, after which it ends as fast as it can and keeps what it has."""
        outcome: list[Finished | BaseException] = []
        self._failures = Failures()
        # An interrupted Thread.join takes a running thread for ended (Python 3.11).
        ended = threading.Event()

        def work() -> None:
            try:
                outcome.append(
                    job.run(
                        self._store, prompts, entries, order, self._hear, self.cancel,
                        examiner=self._examiner, open_backend=self._open,
                    )
                )  # fmt: skip
            except BaseException as fault:  # noqa: BLE001 - raised again on the main thread
                outcome.append(fault)
            finally:
                ended.set()

        thread = threading.Thread(target=work, name="sampling", daemon=True)
        thread.start()
        try:
            while not ended.wait(0.5):
                pass
        except BaseException as interruption:
            self.cancel.cancel()
            ended.wait()
            if not isinstance(interruption, KeyboardInterrupt):
                raise
        self._output.progress.clear()
        (result,) = outcome
        if isinstance(result, BaseException):
            raise result
        self._failures.tell(result, shown(self._store.folder), self._output)
        return result

    def until_interrupted(self, work: Callable[[Callable[[float], bool]], None]) -> None:
        """Work on the main thread that waits between jobs; Ctrl+C ends it quietly."""
        try:
            work(self.cancel.wait)
        except (KeyboardInterrupt, Cancelled):
            self.cancel.cancel()
        self._output.progress.clear()

    def _hear(self, event: JobEvent) -> None:
        output = self._output
        if isinstance(event, Progress):
            self._draw(progress_line(event))
        elif isinstance(event, Hashing):
            self._draw(f"reading {event.path} {100 * event.done // max(event.total, 1)} %")
        elif isinstance(event, Loading):
            self._draw(f"loading {event.model}", now=True)
        elif isinstance(event, Started):
            there = f", {event.done:,} of them are there" if event.done else ""
            output.note(f"{numbered(event.total, 'sample')}{there}")
        elif isinstance(event, ModelLoaded):
            output.note(loaded_line(event))
        elif isinstance(event, Note):
            self._note(event)
        elif isinstance(event, SampleDone):
            self._failures.hear(event.sample)
        elif isinstance(event, ModelFailed):
            output.error(f"{event.model}: {event.reason}", event.hint)

    def _note(self, event: Note) -> None:
        text = f"{event.model}: {event.text}" if event.model else event.text
        if event.level != "warning":
            self._output.note(f"note: {text}")
        elif text not in self._warned:  # every checkpoint has the same settings
            self._warned.add(text)
            self._output.warning(text)

    def _draw(self, text: str, *, now: bool = False) -> None:
        if now or time.monotonic() - self._drawn >= _DRAWN_EVERY:
            self._drawn = time.monotonic()
            self._output.progress(text, 0, 0)


def progress_line(event: Progress) -> str:
    """How far, how fast, how long still."""
    told = f"{event.done:,} of {event.total:,} samples"
    if event.tokens_per_s is not None:
        told += f", {event.tokens_per_s:,.0f} tok/s"
    if event.remaining_s is not None:
        told += f", {duration(event.remaining_s)} left"
    return told


def loaded_line(event: ModelLoaded) -> str:
    """A model and the engine under it, as far as that tells."""
    engine = event.engine
    parts = [engine.backend]
    if engine.architecture:
        parts.append(engine.architecture)
    if engine.context:
        parts.append(f"context {engine.context:,}")
    if engine.threads:
        speed = engine.tokens_per_s.get(engine.threads)
        parts.append(numbered(engine.threads, "thread") + (f" ({speed:.0f} tok/s measured)" if speed else ""))
    if engine.layers and engine.gpu_layers is not None:
        parts.append(f"{engine.gpu_layers} of {engine.layers} layers on the GPU")
    return f"{event.model}: {', '.join(parts)}"


def shown(folder: Path) -> str:
    """A folder as a person who stands here would write it."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def duration(seconds: float) -> str:
    """`40 s`, `3 min`, `2.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
