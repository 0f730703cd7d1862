"""What is plotted: lines, the panels that they stand in, and marks on the axis."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

    Numbers = array[float] | Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]]

Form = Literal["line", "marked", "dots"]
"""`marked`: a line with a sign at its points, for evaluations, which are few; so lines differ also without colour."""
Axis = Literal["step", "epoch", "time"]
"""What x counts; `time` is seconds since the run began."""
Scale = Literal["linear", "log"]
Fit = Literal["robust", "all"]
Level = Literal["critical", "warning", "info"]
COLOURS = 6
"""How many lines the palette tells apart: `curve_1` to `curve_6`."""


@dataclass(slots=True, eq=False)
class PlotLine:
    """One curve: two arrays of one length; NaN and inf in `y` break it visibly, points without x are left out.

    The arrays may be those of a live `Series`: they are read anew whenever `show` or `grown` is called.
    """

    name: str
    x: Numbers
    y: Numbers
    style: str = "curve_1"
    """A name of the palette: `curve_1` to `curve_6`."""
    form: Form = "line"
    dim: bool = False
    """Drawn faint and behind the others: points that a restart superseded, or a run that is only compared with."""
    smooth: bool = True
    """Whether the panel's smoothing applies; evaluations are few and stay as they are."""
    best: Literal["", "low", "high"] = ""
    """Mark the point with the lowest or highest value with a star."""
    sign: str = ""
    """One character that stands along the line and before its name: of which run it is, also without colour."""
    since: float = 0.0
    """Where x begins to count: what is subtracted from it, when a run began."""


@dataclass(slots=True, eq=False)
class Panel:
    """One plot: a title, its lines and its own y axis. Panels of one view share x, crosshair and marks."""

    title: str
    lines: Sequence[PlotLine]
    unit: str = ""
    scale: Scale = "linear"
    fit: Fit = "robust"
    """`robust` leaves out of the y range what would flatten the rest: see `ftui.tui.plot.scale.bounds`."""
    smoothing: float = 0.0
    """Weight of the past in the moving average, 0 (none) to below 1; the unsmoothed line stays, faint, behind it."""
    share: int = 1
    """How much of the height, compared with the other panels."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict on the x axis: a severity sign with a letter or number, and a thin line down the panels."""

    x: float
    label: str = ""
    """One or two characters, as in the list beside the plot."""
    level: Level = "info"


@dataclass(frozen=True, slots=True)
class Border:
    """Where an epoch ends or a run was resumed: a faint line down the panels."""

    x: float
    kind: Literal["epoch", "restart"] = "epoch"
