"""A line as arrays, ready to be drawn: smoothed and in the scale's measure, made once for each change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from ftui.tui.plot.decimate import Columns, columns, in_order
from ftui.tui.plot.model import Fit, PlotLine, Scale
from ftui.tui.plot.scale import Range, bounds, measured
from ftui.tui.plot.smoothing import smoothed

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

Kept = TypeVar("Kept")
_TAIL = 16


class Curve:
    """The points of a line at the moment at which it was made; what was computed for a view is kept for the next."""

    def __init__(self, line: PlotLine, scale: Scale, smoothing: float) -> None:
        import numpy as np

        self.line = line
        self._made_from = (line.x, line.y, _tail(line), scale, smoothing, line.smooth, line.since)
        self._kept: dict[str, tuple[object, object]] = {}
        most = min(len(line.x), len(line.y))
        x, y = (np.array(values[:most], dtype=np.float64) for values in (line.x, line.y))
        self.x, self.value = in_order(x - line.since, y)
        self.raw = measured(self.value, scale)
        """In the scale's measure."""
        self.smooth: Floats | None = None
        """The moving average of the values; None where there is none."""
        self.level = self.raw
        """What is drawn as the line itself, in the scale's measure."""
        if smoothing > 0 and line.smooth and len(self.x) > 2:
            self.smooth = smoothed(self.value, smoothing)
            self.level = measured(self.smooth, scale)
        self.broken = int((~np.isfinite(self.value)).sum())
        """Values that are NaN or infinite."""
        self.not_positive = (
            int((self.value <= 0).sum()) - int(np.isneginf(self.value).sum()) if scale == "log" else 0
        )

    def serves(self, line: PlotLine, scale: Scale, smoothing: float) -> bool:
        """Take this line over, where it has the same points and is to be computed alike: of many runs one grows."""
        x, y, *rest = self._made_from
        now = [_tail(line), scale, smoothing, line.smooth, line.since]
        same = line.x is x and line.y is y and now == rest
        if same:
            self.line = line
        return same

    def __len__(self) -> int:
        return len(self.x)

    def inside(self, low: float, high: float) -> slice:
        """The points between two x."""
        import numpy as np

        return slice(int(np.searchsorted(self.x, low, "left")), int(np.searchsorted(self.x, high, "right")))

    def bounds(self, low: float, high: float, fit: Fit) -> Range | None:
        """From where to where the unsmoothed levels between two x go; None where there is none."""
        import numpy as np

        def work() -> Range | None:
            level = self.raw[self.inside(low, high)]
            level = level[np.isfinite(level)]
            return bounds(level, fit) if len(level) else None

        return self.keep(f"bounds {fit}", (low, high), work)

    def columns(self, low: float, high: float, width: int) -> Columns:
        """The line in columns of dots."""
        work = lambda: columns(self.x, self.level, low, high, width)  # noqa: E731
        return self.keep("columns", (low, high, width), work)

    def raw_columns(self, low: float, high: float, width: int) -> Columns:
        """What is behind a smoothed line."""
        work = lambda: columns(self.x, self.raw, low, high, width)  # noqa: E731
        return self.keep("raw columns", (low, high, width), work)

    def keep(self, name: str, key: object, work: Callable[[], Kept]) -> Kept:
        """What was computed under this name the last time, if it was for the same key."""
        if name not in self._kept or self._kept[name][0] != key:
            self._kept[name] = (key, work())
        return cast("Kept", self._kept[name][1])

    def best(self) -> int | None:
        """The point with the least (or greatest) value, where the line asks for it."""
        import numpy as np

        if not self.line.best or not np.isfinite(self.value).any():
            return None
        if self.line.best == "low":
            return int(np.argmin(np.where(np.isfinite(self.value), self.value, np.inf)))
        return int(np.argmax(np.where(np.isfinite(self.value), self.value, -np.inf)))

    def last(self) -> float | None:
        """The last value, also one that is not finite."""
        return float(self.value[-1]) if len(self.value) else None


def _tail(line: PlotLine) -> tuple[int, bytes]:
    """The number of points and the last of them. Arrays grow, and may be cut and regrow."""
    import numpy as np

    ends = (np.asarray(values[-_TAIL:], dtype=np.float64).tobytes() for values in (line.x, line.y))
    return len(line.y), b"".join(ends)
