"""The curves of runs as panels of the plot: which metrics stand together, in which colour, over which axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING

from ftui.training.metrics import CORE, EVAL_LOSS, GRAD_NORM, LEARNING_RATE, TRAIN_LOSS, evaluated_set
from ftui.tui.plot.model import COLOURS, Axis, Border, Form, PlotLine

if TYPE_CHECKING:
    from ftui.training.series import Curve, Floats
    from ftui.tui.training_feed import RunLook

LOSS = "loss"
"""The chart of all losses, of training and of validation."""
TITLES = {LEARNING_RATE: "learning rate", GRAD_NORM: "gradient norm"}
FIRST = (LOSS, LEARNING_RATE, GRAD_NORM)
MOST_BORDERS = 40
"""Epochs that are marked; of a run with more nobody could tell the lines apart."""
LONGEST_NAME = 18


def chart_of(metric: str) -> str:
    """The chart that a metric stands in: its values in training and in validation stand together."""
    if metric in (TRAIN_LOSS, EVAL_LOSS) or evaluated_set(metric) is not None:
        return LOSS
    return metric.removeprefix("eval/")


def charts(runs: Iterable[RunLook]) -> list[str]:
    """All charts that these runs have points for; losses, learning rate and gradient norm first."""
    found = {chart_of(name) for run in runs for name, curve in run.curves.items() if len(curve)}
    return [name for name in FIRST if name in found] + sorted(found.difference(FIRST))


def title_of(chart: str) -> str:
    """A chart's name for a person."""
    return TITLES.get(chart, chart.replace("_", " "))


def lines_of(
    chart: str, runs: Sequence[tuple[int, RunLook]], axis: Axis, labels: Mapping[str, str]
) -> list[PlotLine]:
    """The lines of a chart, each run with its number among all runs, which gives it its colour.

    Several runs are told apart by their labels.
    """
    several = len(labels) > 1
    lines: list[PlotLine] = []
    for number, run in runs:
        for order, name in enumerate(_metrics(chart, run.curves)):
            colour = number if several else order
            of = labels.get(run.name, run.name) if several else ""
            lines += _lines(chart, name, run, axis, f"curve_{colour % COLOURS + 1}", of)
    return lines


def _metrics(chart: str, curves: Mapping[str, Curve]) -> list[str]:
    names = [name for name in curves if chart_of(name) == chart and len(curves[name])]
    return sorted(names, key=lambda name: (name not in CORE, name.startswith("eval/"), name))


def _lines(chart: str, name: str, run: RunLook, axis: Axis, style: str, of: str) -> Iterator[PlotLine]:
    evaluated = name.startswith("eval/")
    form: Form = "marked" if evaluated else "line"
    best = "low" if evaluated and chart == LOSS else ""
    label = f"{_short(of)} {_label(chart, name)}".strip()
    x = _along(run.curves[name], axis, run)
    for old in run.superseded:
        if name in old:
            yield PlotLine(
                "", _along(old[name], axis, run), old[name].value, style, form, dim=True, smooth=False
            )
    yield PlotLine(label, x, run.curves[name].value, style, form, smooth=not evaluated, best=best)  # type: ignore[arg-type]


def _label(chart: str, name: str) -> str:
    if name == TRAIN_LOSS:
        return "train"
    if name == EVAL_LOSS:
        return "validation"
    of = evaluated_set(name)
    if of is not None:
        return of
    return "validation" if name.startswith("eval/") else "" if chart in FIRST else "train"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"


# The axis


def axes(runs: Iterable[RunLook]) -> list[Axis]:
    """What x can count for these runs."""
    import numpy as np

    found: list[Axis] = ["step"]
    curves = [curve for run in runs for curve in run.curves.values() if len(curve)]
    if any(np.isfinite(curve.epoch).any() for curve in curves):
        found.append("epoch")
    if any(np.isfinite(curve.time).any() for curve in curves):
        found.append("time")
    return found


def _along(curve: Curve, axis: Axis, run: RunLook) -> Floats:
    if axis == "epoch":
        return curve.epoch
    return curve.time - _began(run) if axis == "time" else curve.step


def _began(run: RunLook) -> float:
    import numpy as np

    starts = [curve.time[np.isfinite(curve.time)][:1] for curve in run.curves.values()]
    return min((float(each[0]) for each in starts if len(each)), default=0.0)


def place_of(run: RunLook, step: float, axis: Axis) -> float | None:
    """Where a step lies on the axis; None where the log does not tell."""
    if axis == "step":
        return step
    curve = _longest(run)
    return None if curve is None else _looked_up(step, curve.step, _along(curve, axis, run))


def step_at(run: RunLook, x: float, axis: Axis) -> float | None:
    """The step nearest to a place of the axis."""
    curve = _longest(run)
    if axis == "step" or curve is None:
        return x if axis == "step" else None
    return _looked_up(x, _along(curve, axis, run), curve.step)


def _looked_up(value: float, known: Floats, wanted: Floats) -> float | None:
    import numpy as np

    both = np.isfinite(known) & np.isfinite(wanted)
    found = float(np.interp(value, known[both], wanted[both])) if both.any() else nan
    return found if isfinite(found) else None


def _longest(run: RunLook) -> Curve | None:
    return max(run.curves.values(), key=len, default=None)


def borders(run: RunLook, axis: Axis) -> list[Border]:
    """Where epochs end and where the run was resumed."""
    import numpy as np

    found = [Border(restart.to_step, "restart") for restart in run.restarts] if axis == "step" else []
    curve = _longest(run)
    if curve is None or not np.isfinite(curve.epoch).any():
        return found
    last = int(np.nanmax(curve.epoch))
    if last > MOST_BORDERS:
        return found
    known = np.isfinite(curve.epoch)
    x = _along(curve, axis, run)[known]
    for epoch in range(1, last + 1):
        at = int(np.searchsorted(curve.epoch[known], epoch))
        if at < len(x) and isfinite(x[at]):
            found.append(Border(float(x[at])))
    return found


def value_near(run: RunLook, metric: str, step: float) -> float | None:
    """The last value of a metric at this step or before it."""
    curve = run.curves.get(metric)
    if curve is None or not len(curve):
        return None
    at = int(curve.step.searchsorted(step, side="right")) - 1
    return float(curve.value[at]) if at >= 0 else None
