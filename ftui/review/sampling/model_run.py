"""One model file or server answers its part of a job: loaded once, started anew when it dies, given up in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.backends.backend import Backend, BackendDiedError, Engine, Event, LogLine, Piece, Request
from ftui.review.sample import Completion
from ftui.review.sampling.cancellation import Cancellation
from ftui.review.sampling.file_hashes import stamp
from ftui.review.sampling.job_events import (
    Loading,
    Logged,
    ModelFailed,
    ModelLoaded,
    Note,
    PromptRead,
    Streamed,
)
from ftui.review.sampling.job_tasks import Question, Share, Task, turns
from ftui.review.sampling.recorder import Recorder
from ftui.review.sampling.settings import Settings

Open = Callable[[ReviewModel, Settings, Path], Backend]
DEATHS = 3
"""Prompts in a row that killed the engine twice each, after which a model is given up."""
REFUSALS = 20
"""The same for prompts that it refused: neighbours in the order are alike, so a few say nothing about the rest."""


class _NotLoadedError(Exception):
    """The engine could not be started."""

    def __init__(self, fault: FtuiError) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(slots=True)
class _Row:
    """How many prompts in a row failed, of one model."""

    deaths: int = 0
    refusals: int = 0
    given_up: bool = False


@dataclass
class ModelRun:
    """The models that one backend serves: a server's, or a file's with and without one adapter."""

    shares: Sequence[Share]
    recorder: Recorder
    cancel: Cancellation
    open: Open
    folder: Path
    exact: bool = False
    stream: bool = False
    failed: dict[str, str] = field(default_factory=dict)
    """Models that were given up, to the reason."""

    @property
    def is_server(self) -> bool:
        """Whether another process or machine does the work."""
        return self.shares[0].entry.model.server is not None

    def run(self) -> None:
        """Sample everything that is missing. Raises StoreFailedError where the review cannot be written."""
        while any(share.tasks for share in self.shares) and not self.cancel.pressed:
            try:
                self._load_and_ask()
            except _NotLoadedError as error:
                adapted = [share for share in self.shares if share.entry.model.adapter]
                bare = [share for share in self.shares if share not in adapted]
                self._fail(adapted or bare, error.fault)
                if not adapted or not bare:
                    return
                self.shares = bare  # the adapter may be what is broken: its base has another try
            else:
                return

    def _load_and_ask(self) -> None:
        model = self._loaded()
        try:
            backend = self.open(model.entry.model, model.entry.settings, self.folder)
        except FtuiError as error:
            raise _NotLoadedError(error) from error
        try:
            with self.cancel.over(backend.close):  # nothing else ends the loading of a large model
                engine = self._start(backend)
            if engine is not None:
                with self.cancel.over(backend.cancel):
                    self._ask_all(backend, engine)
        finally:
            backend.close()

    def _loaded(self) -> Share:
        """The entry with the adapter, if there is one: it can be switched off, but not added."""
        return next((each for each in self.shares if each.entry.model.adapter), self.shares[0])

    def _start(self, backend: Backend) -> Engine | None:
        for share in self.shares:
            self.recorder.tell(Loading(share.name))
        try:
            engine = backend.start()
        except FtuiError as error:
            if not self.cancel.pressed:
                raise _NotLoadedError(error) from error
            return None
        for share in self.shares:
            self.recorder.tell(ModelLoaded(share.name, engine))
            self.recorder.loaded(share, engine)
        for note in engine.notes:
            self.recorder.tell(Note(self.shares[0].name, "info", note))
        return engine

    def _fail(self, shares: Sequence[Share], error: FtuiError) -> None:
        for share in shares:
            self.failed[share.name] = error.message
            self.recorder.failed(share, error.message)
            self.recorder.tell(ModelFailed(share.name, error.message, error.hint))

    def _ask_all(self, backend: Backend, engine: Engine) -> None:
        rows = {share.name: _Row() for share in self.shares}
        self.recorder.first_prompt()
        for share, task in turns(self.shares):
            if self.cancel.pressed:
                return
            if not rows[share.name].given_up:
                self._ask(backend, engine, share, task, rows[share.name])

    def _ask(self, backend: Backend, engine: Engine, share: Share, task: Task, row: _Row) -> None:
        """One prompt, once more if the engine dies of it; every outcome is a sample."""
        if task.error:
            self.recorder.refuse(share, task, task.error, engine)
            return
        try:
            too_long, done = self._answered(backend, engine, share, task)
        except FtuiError as error:
            # After a death a plain error may say that the engine cannot be loaded any more.
            if isinstance(error, BackendDiedError) or row.deaths:
                row.deaths += 1
            else:
                row.refusals += 1
            last = row.deaths == DEATHS or row.refusals == REFUSALS
            self._refused(share, task, engine, row, error, last)
        else:
            if too_long:
                self.recorder.refuse(share, task, too_long, engine)
                return
            row.deaths = row.refusals = 0
            self._keep(backend, share, task, row, done)

    def _keep(
        self, backend: Backend, share: Share, task: Task, row: _Row, done: Sequence[Completion]
    ) -> None:
        """Keep the outputs, unless nobody can tell any more which file they are of."""
        written = next((path for path, held in share.stamps.items() if stamp(path) not in (held, None)), None)
        if written is None:
            # The engine as it is now: a busy processor, or a restart, may have changed its threads.
            self.recorder.keep(share, task, done, backend.engine)
            return
        row.given_up = True
        changed = FtuiError(
            f"{written} was written over while it was sampled",
            "wait until it is written, then give the same command again: what was kept is of the file before",
        )
        self._fail([share], changed)

    def _refused(
        self, share: Share, task: Task, engine: Engine, row: _Row, error: FtuiError, last: bool
    ) -> None:
        if self.cancel.pressed:
            return
        self.recorder.refuse(share, task, error.message, engine)
        if last:
            row.given_up = True
            self._fail([share], error)

    def _answered(
        self, backend: Backend, engine: Engine, share: Share, task: Task
    ) -> tuple[str, list[Completion]]:
        """Why the prompt does not fit, or what came of it; an engine that dies of it gets a second chance."""
        request = self._request(share, task)

        def hear(event: Event) -> None:
            self._heard(share, task, event)

        def ask() -> tuple[str, list[Completion]]:
            too_long = _does_not_fit(backend, engine, task.question)
            return too_long, [] if too_long else backend.sample(request, hear)

        try:
            return ask()
        except BackendDiedError as error:
            if self.cancel.pressed:
                raise
            how = "asked" if self.is_server else "started"
            again = f"{error.message}; {how} anew for the same prompt"
            self.recorder.tell(Note(share.name, "warning", again))
        return ask()

    def _request(self, share: Share, task: Task) -> Request:
        return Request(
            request_id=f"{task.prompt.prompt_id}-{task.missing[0].which}",
            prompt=task.question.text,
            decoding=share.entry.settings.decoding(),
            seeds=tuple(each.seed for each in task.missing),
            exact=self.exact,
            adapter=share.entry.model.adapter is not None,
            stream=self.stream,
            messages=task.question.messages,
        )

    def _heard(self, share: Share, task: Task, event: Event) -> None:
        prompt = task.prompt
        if isinstance(event, Piece):
            which = task.missing[event.which].which
            self.recorder.tell(
                Streamed(share.name, prompt.prompt_id, prompt.stratum, which, event.text, event.tokens)
            )
        elif isinstance(event, LogLine):
            self.recorder.tell(Logged(share.name, event.level, event.text))
        else:
            self.recorder.tell(PromptRead(share.name, prompt.prompt_id, event.done, event.total))


def _does_not_fit(backend: Backend, engine: Engine, asked: Question) -> str:
    """Why a prompt leaves no room for an answer, "" where it does or nobody knows."""
    if engine.context is None or asked.messages is not None:  # a server renders these in its own way
        return ""
    tokens = backend.count(asked.text)
    if tokens is None or tokens < engine.context:
        return ""
    return f"the prompt has {tokens:,} tokens, the context {engine.context:,}: a larger --context, or a shorter one"
