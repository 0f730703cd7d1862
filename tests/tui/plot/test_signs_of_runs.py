"""Lines of several runs are told apart without colour: each has a letter of its own along it and behind its end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ftui.tui.plot.cells import Cells
from ftui.tui.plot.curve import Curve
from ftui.tui.plot.heading import heading
from ftui.tui.plot.model import Panel, PlotLine
from ftui.tui.plot.panel_picture import PanelPicture
from ftui.tui.plot.scale import Range
from ftui.tui.training.run_labels import sign_of


def line(sign: str, points: int, level: float = 1.0) -> PlotLine:
    return PlotLine(f"run {sign}", np.arange(float(points)), np.full(points, level), sign=sign)


def drawn(lines: Sequence[PlotLine]) -> list[str]:
    """The rows of a picture of 100 cells over 100 steps."""
    cells = Cells(100, 10)
    PanelPicture(cells, Range(0.0, 100.0), Range(0.0, 2.0)).draw(
        [Curve(each, "linear", 0.0) for each in lines]
    )
    return ["".join(text for text, _ in row) for row in cells.rows()]


def test_each_of_twelve_lines_that_lie_on_each_other_shows_its_letter() -> None:
    text = "".join(drawn([line(sign_of(number), 101) for number in range(12)]))
    assert set("ABCDEFGHIJKL") <= set(text)


def test_a_line_that_ends_early_has_its_letter_behind_its_end() -> None:
    rows = drawn([line("A", 101, 0.5), line("B", 5, 1.5)])
    (row,) = (each for each in rows if "B" in each)
    assert row.index("B") == 5
    assert row.rstrip().endswith("B")


def test_a_line_alone_has_no_letter_and_the_legend_names_those_of_several() -> None:
    assert not set("".join(drawn([line("", 101)]))) & set("AB*")
    curves = [Curve(line(sign, 20), "linear", 0.0) for sign in "AB"]
    said = "".join(text for text, _ in heading(Panel("loss", []), curves, None, 80))
    assert "A━ run A" in said
    assert "B━ run B" in said


def test_letters_of_many_runs() -> None:
    assert [sign_of(number) for number in (0, 25, 26, 51, 52, 900)] == ["A", "Z", "a", "z", "*", "*"]
