"""A sampling job: prompts × samples from every model into a review, resumable at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.review.backends.choose import open_backend
from ftui.review.backends.llama.guard import look_at_adapter, look_at_model
from ftui.review.prompt import Prompt
from ftui.review.sampling.cancellation import Cancellation, Cancelled
from ftui.review.sampling.examination import Examination, Examiner
from ftui.review.sampling.file_hashes import model_sha256, stamp
from ftui.review.sampling.job_events import Finished, Hashing, ModelFailed, Note, OnJobEvent, Started
from ftui.review.sampling.job_tasks import Entry, Hashes, Share, share
from ftui.review.sampling.model_run import ModelRun, Open
from ftui.review.sampling.recorder import Recorder
from ftui.review.sampling.served_model import served_model
from ftui.review.store import ReviewStore


@dataclass(frozen=True, slots=True)
class Order:
    """How a job samples, the same for every model."""

    per_prompt: int = 1
    page: str = ""
    """The checkpoint in watch mode."""
    exact: bool = False
    """Whether every sample must repeat by its seed alone: no batches, no shared prefixes."""
    stream: bool = False
    """Whether outputs are told as they come."""
    post_process: tuple[str, ...] = ("trim", "strip")
    state: Path | None = None
    """The project's .ftui folder, where hashes of model files are remembered."""


def run(
    store: ReviewStore,
    prompts: Sequence[Prompt],
    entries: Sequence[Entry],
    order: Order,
    on_event: OnJobEvent,
    cancel: Cancellation,
    *,
    examiner: Examiner | None = None,
    open_backend: Open = open_backend,
    clock: Callable[[], float] = time.monotonic,
) -> Finished:
    """Sample what is not there yet, and return how it ended; `on_event` hears everything, one event at a time.

    What was sampled under the same settings is not sampled again. Models of files answer one after the other, base and
    adapter of one file in turn from one copy in memory; servers at the same time as these. A model that cannot be
    loaded or keeps dying is given up and the others go on. Raises FtuiError where the review cannot be written; what is
    in it stays.
    """
    recorder = Recorder(store, on_event, clock, order.post_process)
    failed: dict[str, str] = {}
    shares: list[Share] = []
    try:
        store.add_prompts(prompts)
        finished = store.finished()
        for entry in entries:
            cancel.check()
            hashes = _hashes(entry, order.state, recorder, cancel, failed)
            if hashes is not None:
                hashes = replace(hashes, served=served_model(entry, store, open_backend, cancel))
                shares.append(
                    share(entry, hashes, prompts, order.per_prompt, order.page, finished, exact=order.exact)
                )
                recorder.known(shares[-1])
    except Cancelled:
        shares = []
    store.bring_back([sample_id for each in shares for sample_id in each.kept])
    total = sum(each.done + sum(len(task.missing) for task in each.tasks) for each in shares)
    recorder.begin(total, sum(each.done for each in shares))
    recorder.tell(Started(total, recorder.done, tuple(entry.model.name for entry in entries)))
    _tell_what_to_know(shares, order, recorder)
    runs = [
        ModelRun(group, recorder, cancel, open_backend, store.folder, order.exact, order.stream)
        for group in _by_backend(shares)
    ]
    # Of a checkpoint's job, or of a model that is added later, the base is in the review already.
    base = next((name for name, known in store.models().items() if known["base"]), None)
    with _examined(store, prompts, base, order.page, examiner, recorder, cancel):
        _in_lanes(runs, cancel)
    for each in runs:
        failed |= each.failed
    empty = tuple(name for name in (entry.model.name for entry in entries) if not recorder.useful.get(name))
    done = Finished(recorder.done, total, cancel.pressed, failed, empty)
    recorder.tell(done)
    return done


@contextmanager
def _examined(
    store: ReviewStore,
    prompts: Sequence[Prompt],
    base: str | None,
    page: str,
    examiner: Examiner | None,
    recorder: Recorder,
    cancel: Cancellation,
) -> Iterator[None]:
    """Flags are looked for beside the block, and after it for the set as a whole, if nobody cancelled."""
    if examiner is None:
        yield
        return
    examination = recorder.examination = Examination(store, examiner, base, page, recorder.flagged)
    try:
        yield
    except BaseException:
        examination.leave()
        raise
    if cancel.pressed:
        examination.leave()
    else:
        examination.finish(prompts)
    if examination.fault is not None:
        raise examination.fault


def _hashes(
    entry: Entry, state: Path | None, recorder: Recorder, cancel: Cancellation, failed: dict[str, str]
) -> Hashes | None:
    """The hashes of an entry's files; None for an entry whose files cannot be read, which is told."""

    def on_bytes(path: Path, done: int, total: int) -> None:
        cancel.check()
        recorder.tell(Hashing(str(path), done, total))

    def of(path: Path | None) -> str | None:
        return None if path is None else model_sha256(path, on_bytes, state)

    gguf, adapter = entry.model.gguf, entry.model.adapter
    try:
        # To read a pipe would wait for ever.
        if gguf is not None:
            look_at_model(gguf)
        if adapter is not None:
            look_at_adapter(adapter)
        stamps = {path: stamp(path) for path in (gguf, adapter) if path is not None}
        return Hashes(of(gguf), of(adapter), stamps)
    except FtuiError as error:
        failed[entry.model.name] = error.message
        recorder.tell(ModelFailed(entry.model.name, error.message, error.hint))
        return None


def _tell_what_to_know(shares: Iterable[Share], order: Order, recorder: Recorder) -> None:
    told: set[str] = set()
    for each in shares:
        notes = [*each.notes]
        if order.per_prompt > 1 and each.entry.settings.temperature.value == 0:
            notes.append(f"temperature 0: one sample a prompt, as all {order.per_prompt} would be the same")
        for text in notes:
            if text not in told:
                told.add(text)
                recorder.tell(Note(each.name, "warning", text))


def _by_backend(shares: Iterable[Share]) -> list[list[Share]]:
    """Entries that one backend can serve: the same file under the same loading, with one adapter at most."""
    groups: list[list[Share]] = []
    for each in shares:
        fitting = (group for group in groups if _shares_backend(group, each))
        group = next(fitting, None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return groups


def _shares_backend(group: Sequence[Share], other: Share) -> bool:
    first = group[0]
    adapters = {each.adapter_sha256 for each in (*group, other)} - {None}
    loading = {
        (
            each.entry.settings.context.value,
            each.entry.settings.threads.value,
            each.entry.settings.gpu_layers.value,
        )
        for each in (first, other)
    }
    same_file = first.sha256 is not None and first.sha256 == other.sha256
    return same_file and len(adapters) <= 1 and len(loading) == 1


def _in_lanes(runs: Sequence[ModelRun], cancel: Cancellation) -> None:
    """Files one after the other, as they share the machine; every server beside them. The first fault ends all."""
    servers = [[each] for each in runs if each.is_server]
    files = [each for each in runs if not each.is_server]
    lanes = [lane for lane in (files, *servers) if lane]
    faults: list[BaseException] = []

    def go(lane: Sequence[ModelRun]) -> None:
        try:
            for each in lane:
                each.run()
        except BaseException as fault:  # noqa: BLE001 - raised again where the lanes meet
            faults.append(fault)
            cancel.cancel()

    threads = [threading.Thread(target=go, args=(lane,), daemon=True) for lane in lanes[1:]]
    for thread in threads:
        thread.start()
    for lane in lanes[:1]:
        go(lane)
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
