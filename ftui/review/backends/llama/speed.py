"""How many threads a session uses: as asked, or as measured, and again when it has become slow."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

from ftui.review.backends.llama import calibrate
from ftui.review.backends.llama.context import Context, Switch
from ftui.review.backends.llama.model import LoadedModel, processors
from ftui.review.sample import Completion

ENOUGH = 16
"""Tokens of a sample whose speed says something."""
CONTENDED = 5
"""Times slower than measured: a long context costs less, threads that wait for a busy processor cost 100 and more."""
RARELY = 30.0
"""Seconds between two calibrations."""


class Speed:
    """The threads in use, and what they were chosen by."""

    def __init__(self, model: LoadedModel, asked: int | None) -> None:
        on_gpu = model.gpu_layers >= model.layers
        # With the whole model on a GPU the processor has next to nothing to do.
        self._measures = asked is None and not on_gpu
        self.threads = asked or (min(4, processors()) if on_gpu else 1)
        self.measured: dict[int, float] = {}
        """Threads to tokens a second."""
        self.note: str | None = None
        self._token = next(iter(model.vocabulary.ends), 0)
        self._at = 0.0
        self._slow = False
        self._late = 0

    def measure(self, context: Context, switch: Switch) -> None:
        """Choose the threads by trying, unless a person chose them; clears the context."""
        if self._measures:
            self.measured = calibrate.measured(context, switch, self._token, processors())
            self.threads = calibrate.fastest(self.measured)
            self.note = calibrate.busy_note(self.measured, processors())
            self._at, self._slow = perf_counter(), False
        context.threads(self.threads)

    def stepped(self, context: Context, seconds: float, sequences: int) -> bool:
        """After each step: use half the threads at once where they wait for each other; whether that was done.

        The number of threads changes no token.
        """
        expected = self.measured.get(self.threads)
        if self.threads == 1 or not expected or seconds * expected < CONTENDED * sequences:
            self._late = 0
            return False
        self._late += 1
        if self._late < 2:
            return False
        self._late, self._slow = 0, True
        self.threads = max(1, self.threads // 2)
        context.threads(self.threads)
        self.note = calibrate.said_busy(self.threads)
        return True

    def watch(self, found: Iterable[Completion]) -> None:
        """Whether one sequence is half as fast as it was: something else may have taken the processor, or let go."""
        expected = self.measured.get(self.threads)
        for each in found:
            if expected and each.tokens_per_s and len(each.token_ids or ()) >= ENOUGH:
                self._slow |= each.tokens_per_s < 0.5 * expected

    def is_due(self) -> bool:
        """Whether to measure again, which takes less than a second with a small model."""
        return self._slow and perf_counter() - self._at > RARELY
