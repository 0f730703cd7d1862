"""Losses that jump up for a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation.outliers import FEWEST, WINDOW, before, episodes
from ftui.training.diagnosis.optimisation.schedule import schedule
from ftui.training.diagnosis.optimisation.sound_loss import positive_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve, Floats

CODE = "spike"
_FLOOR = 0.02
"""The least spread of log loss: 10 % above the median is the least spike at a threshold of 5."""
_HIGH = 1.3
"""Times the usual loss that a spike must reach to count towards a warning."""
_LISTED = 10
_LAST = 5
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Spike:
    """One episode of losses far above those before."""

    step: float
    top_step: float
    top: float
    usual: float
    """The median loss before it."""
    over: bool
    """Points came after it."""
    recovered: bool
    """The loss came back to where it was."""


def spikes(inputs: Inputs, loss: Curve) -> list[Spike]:
    """Every episode, in order."""
    import numpy as np

    logs = np.log(np.maximum(loss.value, _TINY))
    base = before(logs, _FLOOR)
    out = logs > base.centre + inputs.limit(CODE, "z") * base.spread
    found = []
    for first, last in episodes(out):
        top = first + int(np.argmax(logs[first : last + 1]))
        back = base.centre[first] + 3 * base.spread[first]
        found.append(
            Spike(
                float(loss.step[first]),
                float(loss.step[top]),
                float(loss.value[top]),
                float(np.exp(base.centre[first])),
                last + _LAST < len(logs),
                _comes_back(logs[last + 1 :], float(back)),
            )
        )
    return found


def _comes_back(after: Floats, level: float) -> bool:
    """Whether the median of five points in a row, of the next hundred, is as low as this."""
    parts = (after[start : start + _LAST].tolist() for start in range(0, min(len(after), WINDOW), _LAST))
    return any(sorted(part)[len(part) // 2] <= level for part in parts)


def _judge(inputs: Inputs) -> Said:
    loss = positive_loss(inputs, CODE, FEWEST + _LAST)
    if isinstance(loss, NotJudged):
        yield loss
        return
    found = spikes(inputs, loss)
    if not found:
        return
    high = [each for each in found if each.top >= _HIGH * each.usual]
    crowd = _crowded(loss, high, int(inputs.limit(CODE, "many")))
    staying = [each for each in found if each.over and not each.recovered]
    since = (
        crowd
        if crowd is not None
        else (staying[0].step if staying else max(found, key=lambda each: each.top).step)
    )
    yield _verdict(inputs, found, serious=crowd is not None or bool(staying), since=since, staying=staying)


def _crowded(loss: Curve, found: Sequence[Spike], many: int) -> float | None:
    """The step of the spike with which there were so many within a hundred logs."""
    import numpy as np

    at = np.searchsorted(loss.step, [each.step for each in found])
    if len(at) < many:
        return None
    close = np.flatnonzero(at[many - 1 :] - at[: len(at) - many + 1] <= WINDOW)
    return found[int(close[0]) + many - 1].step if len(close) else None


def _verdict(
    inputs: Inputs, found: Sequence[Spike], *, serious: bool, since: float, staying: Sequence[Spike]
) -> Verdict:
    rates, norms = schedule(inputs), inputs.run.series.get("grad_norm")
    worst = max(staying or found, key=lambda each: each.top / each.usual)
    end = "came back" if worst.recovered else ("has not come back" if worst.over else "is not over yet")
    more = f"; {len(found)} such jumps in all" if len(found) > 1 else ""
    rate = f" (lr {rates.at(worst.step):.3g})" if rates else ""
    listed = [
        {
            "step": each.step,
            "top_step": each.top_step,
            "top": each.top,
            "usual": each.usual,
            "recovered": each.recovered,
            "grad_norm": norms.at(each.top_step) if norms else None,
            "learning_rate": rates.at(each.step) if rates else None,
        }
        for each in found[-_LISTED:]
    ]
    return Verdict(
        CODE,
        "warning" if serious else "info",
        f"training loss jumped from {worst.usual:.3g} to {worst.top:.3g} at step {worst.top_step:g}{rate}"
        f" and {end}{more}",
        since_step=since,
        sure="likely",
        advice="Look at the rows of those steps. Where it happens often: clip gradients, lower the"
        " learning rate, or a larger batch."
        if serious
        else "One jump that came back needs nothing but a look at the rows of that batch.",
        evidence={"spikes": listed, "count": len(found)},
    )


RULE = Rule(
    CODE,
    "Spike",
    "A batch on which the loss is far above all those before: rows that do not fit, or steps"
    " that are too large. One that recovers is harmless; several in a row are the first sign of"
    " a divergence.",
    "Look at the rows of those steps; clip gradients; lower the learning rate.",
    "robust z-score on log loss, the spread from the median absolute deviation of the last 100"
    " logs; measured on simulated runs",
    _judge,
    {
        "z": Threshold(5.0, "robust deviations above the median of the last 100 logs", 1.0),
        "many": Threshold(4, "spikes within 100 logs that are a warning", 2),
    },
)
