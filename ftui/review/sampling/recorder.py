"""Keeps the samples of a job as they come, and tells how far it is."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Engine
from ftui.review.review_file import now
from ftui.review.sample import Completion, Sample
from ftui.review.sampling.examination import Examination, Found
from ftui.review.sampling.job_events import Examined, JobEvent, OnJobEvent, Progress, SampleDone
from ftui.review.sampling.job_tasks import Missing, Share, Task, plain_settings
from ftui.review.sampling.post_process import process
from ftui.review.store import ReviewStore


class StoreFailedError(FtuiError):
    """The review's file cannot be written: no model can go on."""


class Recorder:
    """What the threads of a job share; its events come one at a time."""

    def __init__(
        self,
        store: ReviewStore,
        on_event: OnJobEvent,
        clock: Callable[[], float],
        steps: Sequence[str],
    ) -> None:
        self._store = store
        self._on_event = on_event
        self._clock = clock
        self._steps = steps
        self._lock = threading.RLock()
        self._models: dict[str, dict[str, Any]] = {}
        self._total = self._before = self._new = self._tokens = 0
        self._began: float | None = None
        self.examination: Examination | None = None
        """None: nobody looks for flags."""
        self.useful: dict[str, int] = {}
        """Model to its samples that hold an output."""

    def tell(self, event: JobEvent) -> None:
        """Pass an event on."""
        with self._lock:
            self._on_event(event)

    def begin(self, total: int, done: int) -> None:
        """So many samples are to be there in the end, so many are."""
        self._total, self._before = total, done

    @property
    def done(self) -> int:
        """Samples that are there."""
        return self._before + self._new

    def known(self, share: Share) -> None:
        """Keep what is known of a model before it is loaded."""
        self.useful[share.name] = share.done
        self._models[share.name] = model_record(share)
        self._set_model(share)

    def loaded(self, share: Share, engine: Engine) -> None:
        """Keep what the engine says of itself."""
        self._models[share.name]["engine"] = dataclasses.asdict(engine)
        self._set_model(share)

    def failed(self, share: Share, reason: str) -> None:
        """Keep why a model was given up."""
        self._models[share.name]["failed"] = reason
        self._set_model(share)

    def _set_model(self, share: Share) -> None:
        with self._lock, _writing():
            self._store.set_model(share.name, self._models[share.name])

    def first_prompt(self) -> None:
        """The clock of the speed runs from the first prompt on, not from the loading of a model."""
        with self._lock:
            if self._began is None:
                self._began = self._clock()

    def keep(
        self, share: Share, task: Task, completions: Sequence[Completion], engine: Engine | None
    ) -> None:
        """Write the samples of one prompt at once, look for flags, tell. A cancelled one without a token is dropped."""
        made = [
            self._sample(share, task, missing, completion, engine)
            for missing, completion in zip(task.missing, completions, strict=True)
            if completion.stop_reason != "cancelled" or completion.output
        ]
        self._write(share, task, made)

    def refuse(self, share: Share, task: Task, reason: str, engine: Engine | None) -> None:
        """A prompt that cannot be asked is a sample that says why."""
        failed = Completion("", "", "error", error=reason)
        self._write(
            share,
            task,
            [self._sample(share, task, missing, failed, engine) for missing in task.missing],
        )

    def _write(self, share: Share, task: Task, made: Sequence[Sample]) -> None:
        with self._lock:
            with _writing():
                self._store.add_samples(made)
            for sample in made:
                reason = sample.completion.stop_reason
                if reason not in ("cancelled", "error"):
                    self.useful[share.name] = self.useful.get(share.name, 0) + 1
                if reason != "cancelled":
                    self._new += 1
                self._tokens += sample.completion.completion_tokens or 0
                self.tell(SampleDone(sample))
            self.tell(self._progress())
        if made and self.examination is not None:
            self.examination.add(task.prompt)

    def flagged(self, found: Found) -> None:
        """Keep flags, and tell."""
        with self._lock:
            with _writing():
                self._store.set_flags(found)
            self.tell(Examined({sample_id: tuple(flags) for sample_id, flags in found.items()}))

    def _progress(self) -> Progress:
        passed = self._clock() - self._began if self._began is not None else 0.0
        if not self._new or passed <= 0:
            return Progress(self.done, self._total, None, None)
        left = (self._total - self.done) * passed / self._new
        return Progress(self.done, self._total, self._tokens / passed, left)

    def _sample(
        self,
        share: Share,
        task: Task,
        missing: Missing,
        completion: Completion,
        engine: Engine | None,
    ) -> Sample:
        model, settings = share.entry.model, share.entry.settings
        values = plain_settings(settings) | ({"exact": True} if share.exact else {})
        if engine is not None:
            # What the engine really took, where it tells: threads were measured, layers counted.
            real = {
                "threads": engine.threads,
                "gpu_layers": engine.gpu_layers,
                "context": engine.context,
            }
            values |= {name: value for name, value in real.items() if value is not None}
        return Sample(
            sample_id=missing.sample_id,
            prompt_id=task.prompt.prompt_id,
            stratum=task.prompt.stratum,
            model=share.name,
            index=missing.which,
            prompt=task.question.text,
            completion=completion,
            processed=process(completion.output, self._steps, settings.end_marker.value).text,
            settings=values,
            seed=missing.seed,
            backend=engine.backend if engine is not None else "",
            batch_width=completion.batch_width,
            model_sha256=share.sha256,
            adapter=str(model.adapter) if model.adapter is not None else None,
            adapter_sha256=share.adapter_sha256,
            page=share.page,
            at=now(),
        )


def model_record(share: Share) -> dict[str, Any]:
    """What a review keeps of a model, but for its engine and why it failed, which are not known yet."""
    model, settings = share.entry.model, share.entry.settings
    return {
        "base": model.base,
        "gguf": _text(model.gguf),
        "sha256": share.sha256,
        "adapter": _text(model.adapter),
        "adapter_sha256": share.adapter_sha256,
        "server": model.server,
        "served_as": model.served_as,
        "served": share.served,
        "system": model.system,
        "shots": _text(model.shots),
        "page": share.page,
        "settings": settings.plain(),
        "sources": settings.sources(),
        "warnings": [*settings.warnings],
        "engine": None,
        "failed": None,
    }


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


@contextmanager
def _writing() -> Iterator[None]:
    """A review that cannot be written ends the whole job, and is told apart from all other faults."""
    try:
        yield
    except FtuiError as error:
        raise StoreFailedError(
            error.message,
            "mend that and give the same command again: what was sampled is kept, and it goes on from there",
        ) from error
