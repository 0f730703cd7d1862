"""The curves of runs as panels of the plot: which metrics stand together, in which colour, over which axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING

from ftui.training.metrics import CORE, EVAL_LOSS, GRAD_NORM, LEARNING_RATE, TRAIN_LOSS, evaluated_set
from ftui.tui.cell_text import one_line
from ftui.tui.plot.model import COLOURS, Axis, Border, Form, PlotLine
from ftui.tui.training.run_labels import sign_of

if TYPE_CHECKING:
    from ftui.training.series import Curve, Floats
    from ftui.tui.training.feed import RunLook

LOSS = "loss"
"""The chart of all losses, of training and of validation."""
TITLES = {LEARNING_RATE: "learning rate", GRAD_NORM: "gradient norm"}
FIRST = (LOSS, LEARNING_RATE, GRAD_NORM)
MOST_BORDERS = 40
"""Epochs that are marked; of a run with more nobody could tell the lines apart."""
LONGEST_NAME = 22
LONGEST_TITLE = 40
"""Characters: beside a longer one the values of its lines would find no room."""


@lru_cache(maxsize=4096)
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
    name = TITLES.get(chart) or one_line(chart.replace("_", " "))
    return name if len(name) <= LONGEST_TITLE else f"{name[: LONGEST_TITLE - 1]}…"


def lines_of(
    chart: str, runs: Sequence[tuple[int, RunLook]], axis: Axis, labels: Mapping[str, str]
) -> list[PlotLine]:
    """The lines of a chart, each run with its number among all runs, which gives it its colour.

    Several runs are told apart by their labels and signs.
    """
    several = len(labels) > 1
    lines: list[PlotLine] = []
    for number, run in runs:
        for order, name in enumerate(_metrics(chart, run.curves)):
            colour = number if several else order
            of = labels.get(run.name, run.name) if several else ""
            made = list(_lines(chart, name, run, axis, f"curve_{colour % COLOURS + 1}", of))
            made[-1].sign = sign_of(number) if several else ""
            lines += made
    return lines


def _metrics(chart: str, curves: Mapping[str, Curve]) -> list[str]:
    names = [name for name in curves if chart_of(name) == chart and len(curves[name])]
    return sorted(names, key=lambda name: (name not in CORE, name.startswith("eval/"), name))


def _lines(chart: str, name: str, run: RunLook, axis: Axis, style: str, of: str) -> Iterator[PlotLine]:
    evaluated = name.startswith("eval/")
    form: Form = "marked" if evaluated else "line"
    label = _label(chart, name)
    if of:  # beside another run's name, which is long enough
        label = f"{_short(one_line(of))} {'val' if label == 'validation' else label}".strip()
    since = _began(run) if axis == "time" else 0.0
    for old in run.superseded:
        if name in old:
            x = _along(old[name], axis)
            yield PlotLine("", x, old[name].value, style, form, dim=True, smooth=False, since=since)
    curve = run.curves[name]
    line = PlotLine(label, _along(curve, axis), curve.value, style, form, smooth=not evaluated, since=since)
    line.best = "low" if evaluated and chart == LOSS else ""
    yield line


def _label(chart: str, name: str) -> str:
    if name == TRAIN_LOSS:
        return "train"
    if name == EVAL_LOSS:
        return "validation"
    of = evaluated_set(name)
    if of is not None:
        return one_line(of)
    return "validation" if name.startswith("eval/") else "" if chart in FIRST else "train"


def _short(name: str) -> str:
    """Of a path its end, of a name its beginning."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"…{name[1 - LONGEST_NAME :]}" if "/" in name else f"{name[: LONGEST_NAME - 1]}…"


# The axis


def value_at(run: RunLook, metric: str, x: float, axis: Axis) -> tuple[float, float] | None:
    """The value of the point nearest to an x, and the x of it; None where the run has none, or ended before."""
    import numpy as np

    curve = run.curves.get(metric)
    if curve is None or not len(curve):
        return None
    since = _began(run) if axis == "time" else 0.0
    places = _along(curve, axis) - since
    known = np.isfinite(places)
    ends = [_along(each, axis)[-1] - since for each in run.curves.values() if len(each)]
    if not known.any() or x > max((end for end in ends if isfinite(end)), default=x):
        return None
    near = int(np.where(known, np.abs(places - x), np.inf).argmin())
    return float(curve.value[near]), float(places[near])


def axes(runs: Iterable[RunLook]) -> list[Axis]:
    """What x can count for these runs: what the first or the last point of a curve tells."""
    found: list[Axis] = ["step"]
    curves = [curve for run in runs for curve in run.curves.values() if len(curve)]
    if any(isfinite(curve.epoch[-1]) or isfinite(curve.epoch[0]) for curve in curves):
        found.append("epoch")
    if any(isfinite(curve.time[-1]) or isfinite(curve.time[0]) for curve in curves):
        found.append("time")
    return found


def _along(curve: Curve, axis: Axis) -> Floats:
    return curve.epoch if axis == "epoch" else curve.time if axis == "time" else curve.step


def _began(run: RunLook) -> float:
    """When the run's first points were logged, in Unix seconds."""
    starts = [_first(curve.time) for curve in run.curves.values()]
    return min((start for start in starts if start is not None), default=0.0)


def _first(values: Floats) -> float | None:
    """The first number that is finite."""
    import numpy as np

    if not len(values) or isfinite(values[0]):
        return float(values[0]) if len(values) else None
    found = np.isfinite(values)
    return float(values[found.argmax()]) if found.any() else None


def places_of(run: RunLook, steps: Sequence[float], axis: Axis) -> list[float | None]:
    """Where steps lie on the axis; None where the log does not tell."""
    import numpy as np

    if axis == "step":
        return list(steps)
    curve = _longest(run)
    if curve is None or not steps:
        return [None] * len(steps)
    known = np.isfinite(_along(curve, axis))
    if not known.any():
        return [None] * len(steps)
    found = np.interp(steps, curve.step[known], _along(curve, axis)[known])
    return [float(x) for x in found - (_began(run) if axis == "time" else 0.0)]


def place_of(run: RunLook, step: float, axis: Axis) -> float | None:
    """Where a step lies on the axis; None where the log does not tell."""
    return places_of(run, [step], axis)[0]


def _longest(run: RunLook) -> Curve | None:
    return max(run.curves.values(), key=len, default=None)


def borders(run: RunLook, axis: Axis) -> list[Border]:
    """Where epochs end and where the run was resumed."""
    import numpy as np

    found = [Border(restart.to_step, "restart") for restart in run.restarts] if axis == "step" else []
    curve = _longest(run)
    known = np.isfinite(curve.epoch) if curve is not None else None
    if curve is None or known is None or not known.any():
        return found
    epochs = curve.epoch[known]
    last = float(epochs.max())
    if last > MOST_BORDERS:
        return found
    x = _along(curve, axis)[known] - (_began(run) if axis == "time" else 0.0)
    at = np.searchsorted(epochs, np.arange(1, int(last) + 1))
    return found + [Border(float(place)) for place in x[at[at < len(x)]] if isfinite(place)]
