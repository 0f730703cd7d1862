"""The curves of the training screen: the plot, with its keys."""

from __future__ import annotations

from ftui.tui.keymap import bindings
from ftui.tui.widgets.curve_plot import CurvePlot


class TrainingCurves(CurvePlot):
    """The plot under the keys of the table."""

    BINDINGS = bindings("curves")
