"""Flags of a job's samples, looked for beside the sampling: a model never waits for them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample
from ftui.review.store import ReviewStore

Found = Mapping[str, Sequence[Flag]]


class Examiner(Protocol):
    """What looks for faults in outputs (ftui.review.flags)."""

    def examine(
        self, prompt: Prompt, samples: Sequence[Sample], base: str | None = None
    ) -> Mapping[str, Sequence[Flag]]:
        """Flags by sample id for the samples of one prompt, of all models."""
        ...

    def examine_all(
        self, prompts: Mapping[str, Prompt], samples: Iterable[Sample], base: str | None = None
    ) -> Mapping[str, Sequence[Flag]]:
        """All flags of all samples, when sampling is done: those they have, and those that need the whole set."""
        ...


class Examination:
    """A thread that examines prompts as their samples come; what it leaves out stays unexamined in the store."""

    def __init__(
        self,
        store: ReviewStore,
        examiner: Examiner,
        base: str | None,
        page: str,
        on_found: Callable[[Found], None],
    ) -> None:
        self._store = store
        self._examiner = examiner
        self._base = base
        self._pages = {"", page}
        self._on_found = on_found
        self._waiting: queue.SimpleQueue[Prompt | None] = queue.SimpleQueue()
        self._left = threading.Event()
        self.fault: BaseException | None = None
        """What ended the thread; raised again by the job."""
        self._thread = threading.Thread(target=self._work, name="flags", daemon=True)
        self._thread.start()

    def add(self, prompt: Prompt) -> None:
        """Samples of this prompt are new in the store."""
        self._waiting.put(prompt)

    def finish(self, prompts: Sequence[Prompt]) -> None:
        """Examine what is left, also from a run that was killed, then the set as a whole."""
        by_id = {each.prompt_id: each for each in prompts}
        self._waiting.put(None)
        self._thread.join()
        if self._left.is_set():
            return
        for prompt_id in self._store.unexamined_prompts():
            if prompt_id in by_id:
                self._examine(by_id[prompt_id])
        # Of 80,000 samples the token ids alone would take gigabytes, and no set-wide flag looks at them.
        light = (
            replace(each, completion=replace(each.completion, token_ids=None))
            for each in self._store.samples(everything=False)
        )
        self._on_found(self._examiner.examine_all(by_id, light, self._base))

    def leave(self) -> None:
        """End after the prompt that is being examined."""
        self._left.set()
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            while (prompt := self._waiting.get()) is not None and not self._left.is_set():
                self._examine(prompt)
        except BaseException as fault:  # noqa: BLE001 - a thread has nobody to raise to: the job does
            self._left.set()
            self.fault = fault

    def _examine(self, prompt: Prompt) -> None:
        held = self._store.samples(prompt_id=prompt.prompt_id, everything=False)
        samples = [each for each in held if each.page in self._pages]
        self._on_found(self._examiner.examine(prompt, samples, self._base))
