"""Figures in words: a share never without its interval, an unknown never as a number."""

from __future__ import annotations

from ftui.review.figures.comparisons import Duel
from ftui.review.figures.rates import Difference, Rate, Spread
from ftui.statistics.wilson import Quantile

UNKNOWN = "–"


def share(rate: Rate | None) -> str:
    """`58 % [39–76] 14/24`, with the prompts where several outputs are of one."""
    if rate is None or rate.share is None:
        return UNKNOWN
    low, high = _percents(rate.low, rate.high)
    return f"{percent(rate.share)} [{low}–{high}] {rate.hits:g}/{rate.of}"


def brief(rate: Rate | None) -> str:
    """`58 % [39–76]`."""
    if rate is None or rate.share is None:
        return UNKNOWN
    low, high = _percents(rate.low, rate.high)
    return f"{percent(rate.share)} [{low}–{high}]"


def percent(value: float) -> str:
    """`58 %`; with a digit more below 10 and above 90, but never 0 or 100 for something that is not."""
    return f"{_number(value)} %"


def _percents(low: float, high: float) -> tuple[str, str]:
    return _number(low), _number(high)


def _number(value: float) -> str:
    hundred = 100 * value
    if hundred in (0.0, 100.0):
        return f"{hundred:.0f}"
    if 10 <= hundred <= 90:
        return f"{hundred:.0f}"
    return f"{min(max(hundred, 0.1), 99.9):.1f}" if 0 < hundred < 100 else f"{hundred:.1f}"


def difference(apart: Difference | None) -> str:
    """`+12 [−3 to +26]` percentage points."""
    if apart is None:
        return UNKNOWN
    return f"{_signed(apart.value)} [{_signed(apart.low)} to {_signed(apart.high)}]"


def _signed(value: float) -> str:
    points = round(100 * value, 1)
    return (
        f"{points:+.0f}".replace("-", "−")
        if abs(points) >= 10 or not points
        else f"{points:+.1f}".replace("-", "−")
    )


def record(duel: Duel) -> str:
    """`12–4–8`: won, tied, lost."""
    return f"{duel.wins}–{duel.ties}–{duel.losses}"


def seconds(at: Quantile | None) -> str:
    """`1.24 s`."""
    return UNKNOWN if at is None else f"{at.value:.3g} s"


def spread(held: Spread | None, unit: str = "s") -> tuple[str, str]:
    """Median and 95th percentile."""
    if held is None:
        return UNKNOWN, UNKNOWN
    # Where few were measured the 95th percentile is hardly more than the longest of them.
    few = " (few)" if held.p95.high is None else ""
    return f"{held.p50.value:.3g} {unit}", f"{held.p95.value:.3g} {unit}{few}"


def plain(value: float | None, digits: int = 3) -> str:
    """A number, or a dash."""
    return UNKNOWN if value is None else f"{value:.{digits}g}"
