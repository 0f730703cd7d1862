"""An edited prompt, sampled at once: kept nowhere, and the models stay loaded for the next try."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ftui.jobs.sampling_events import Events, finished, readable
from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Backend, Event, LogLine, Piece, Reading, Request
from ftui.review.backends.choose import open_backend
from ftui.review.prompt import Prompt
from ftui.review.sampling.cancellation import Cancellation
from ftui.review.sampling.job_events import Loading, ModelFailed, ModelLoaded, PromptRead, Streamed
from ftui.review.sampling.job_tasks import Entry

EDITED = "edited"
"""Stands where the stratum of a planned prompt stands."""
Loaded = tuple[Any, ...]


class Trial:
    """Backends by model, each with what it was loaded with."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[Loaded, Backend]] = {}
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def sample(
        self,
        prompt: Prompt,
        entries: list[Entry],
        per_prompt: int,
        events: Events,
        tell: Callable[..., None],
        cancel: Cancellation,
    ) -> None:
        """One model after the other; one that fails does not keep the others from answering."""
        for entry in entries:
            if cancel.pressed:
                return
            try:
                self._one(prompt, entry, per_prompt, events, tell, cancel)
            except FtuiError as error:
                if not cancel.pressed:  # else a model that was being loaded
                    events(ModelFailed(entry.model.name, error.message, error.hint))

    def _one(
        self,
        prompt: Prompt,
        entry: Entry,
        per_prompt: int,
        events: Events,
        tell: Callable[..., None],
        cancel: Cancellation,
    ) -> None:
        name, settings = entry.model.name, entry.settings
        question = entry.question(prompt)
        events(Loading(name))
        backend = self._backend(entry)
        greedy = settings.temperature.value == 0
        seeds = tuple(settings.seed.value + each for each in range(1 if greedy else per_prompt))
        request = Request(
            prompt.prompt_id,
            question.text,
            settings.decoding(),
            seeds,
            adapter=entry.model.adapter is not None,
            stream=True,
            messages=question.messages,
        )

        def heard(event: Event) -> None:
            if isinstance(event, Piece):
                events(Streamed(name, prompt.prompt_id, EDITED, event.which, event.text, event.tokens))
            elif isinstance(event, Reading):
                events(PromptRead(name, prompt.prompt_id, event.done, event.total))
            elif isinstance(event, LogLine):
                events.log(name, event.level, event.text)

        with cancel.over(backend.cancel):
            events(ModelLoaded(name, backend.start()))
            completions = backend.sample(request, heard)
        events.flush()
        for index, each in enumerate(completions):
            tell("sample", key=(name, prompt.prompt_id, EDITED, index), **finished(each))
        for note in question.notes:
            tell("note", level="info", text=readable(f"{name}: {note}"))

    def _backend(self, entry: Entry) -> Backend:
        """The one that is loaded, unless another file, context or thread count is asked for."""
        model, settings = entry.model, entry.settings
        wanted = (model, settings.context.value, settings.threads.value, settings.gpu_layers.value)
        with self._lock:
            held = self._held.get(model.name)
            if held is not None and held[0] == wanted:
                return held[1]
            if held is not None:
                held[1].close()
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="ftui-trial-")
            backend = open_backend(model, settings, Path(self._folder.name))
            self._held[model.name] = (wanted, backend)
            return backend

    def close(self) -> None:
        """Let go of every model."""
        with self._lock:
            for _, backend in self._held.values():
                with suppress(FtuiError, OSError):
                    backend.close()
            self._held.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None
