"""How several training processes stop after the same step: the first decides, and all hear of it together."""

from __future__ import annotations

from collections.abc import Callable

_SECONDS_BETWEEN = 1.0
_FARTHEST = 1000
"""Steps between two agreements at most."""


class Agreement:
    """Every process asks after every step; about once a second they exchange two numbers.

    The Trainer does not tell other processes of `should_training_stop`: where only one sets it, the others wait for
    its gradients for ever. So the first process says whether to stop, and at which step all speak again.
    """

    def __init__(self, processes: int, clock: Callable[[], float]) -> None:
        self._processes = processes
        self._clock = clock
        self._next_step: int | None = None
        self._last: tuple[int, float] | None = None

    def reached(self, step: int, wanted: bool, device: object) -> bool:
        """Whether all stop after this step; `wanted` counts from the first process only."""
        if self._processes <= 1:
            return wanted
        if self._next_step is not None and step < self._next_step:
            return False
        stop, until_next = _from_the_first(int(wanted), self._pace(step), device)
        self._next_step = step + until_next
        return bool(stop)

    def _pace(self, step: int) -> int:
        now, before = self._clock(), self._last
        self._last = (step, now)
        if before is None:
            return 1
        seconds_a_step = max((now - before[1]) / max(step - before[0], 1), 1e-6)
        return max(1, min(int(_SECONDS_BETWEEN / seconds_a_step), _FARTHEST))


def _from_the_first(stop: int, until_next: int, device: object) -> tuple[int, int]:
    """The two numbers of the first process, in every process."""
    import torch
    from accelerate.utils import broadcast

    told = broadcast(torch.tensor([stop, until_next], dtype=torch.int64, device=device)).tolist()
    return told[0], told[1]
