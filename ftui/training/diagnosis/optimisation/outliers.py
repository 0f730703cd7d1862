"""Points that stand out from those before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation.smoothing import MAD_TO_SIGMA, row_medians

if TYPE_CHECKING:
    from ftui.training.series import Floats, Mask

WINDOW = 100
FEWEST = 20
_RENEWED = 16
"""Points after which median and spread are taken anew: at every point it would cost 0.5 s at 100,000."""
_JOINED = 3
"""Normal points between two that stand out that still are one episode."""


@dataclass(frozen=True, slots=True)
class Before:
    """For each point the median and the spread of the hundred before it; NaN for the first twenty."""

    centre: Floats
    spread: Floats


def before(values: Floats, floor: float) -> Before:
    """Median, and robust deviation of neighbours (at least `floor`), of up to a hundred points before each point."""
    import numpy as np

    many = len(values)
    centre, spread = np.full(many, np.nan), np.full(many, np.nan)
    starts = np.arange(FEWEST, many, _RENEWED)
    early, late = starts[starts < WINDOW], starts[starts >= WINDOW]
    windows = [values[:start][None, :] for start in early.tolist()]
    if len(late):
        windows.append(np.lib.stride_tricks.sliding_window_view(values, WINDOW)[late - WINDOW])
    medians = [row_medians(window) for window in windows]
    # Of neighbours' differences: the deviations of a curve that falls would be those of its fall, and hide a spike.
    deviations = [row_medians(np.abs(np.diff(window, axis=1))) / 2**0.5 for window in windows]
    if medians:
        blocks = (np.arange(FEWEST, many) - FEWEST) // _RENEWED
        centre[FEWEST:] = np.concatenate(medians)[blocks]
        spread[FEWEST:] = np.maximum(MAD_TO_SIGMA * np.concatenate(deviations), floor)[blocks]
    return Before(centre, spread)


def episodes(out: Mask) -> Iterator[tuple[int, int]]:
    """First and last point of each stretch that stands out; a few normal points in between belong to it."""
    import numpy as np

    where = np.flatnonzero(out)
    if not len(where):
        return
    breaks = np.flatnonzero(np.diff(where) > _JOINED + 1)
    firsts = where[np.concatenate(([0], breaks + 1))]
    lasts = where[np.concatenate((breaks, [len(where) - 1]))]
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)
