"""`V`: how all rows and those shown are distributed, counted by a real worker; it follows filters and edits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ftui.jobs.distributions import Wanted
from ftui.project.locations import packaged_dir
from ftui.tui.desk.distributions import Chart, Distributions, Side, laid_out, packed
from ftui.tui.desk.order import FileOrder, PickedOrder
from ftui.tui.themes import read_theme
from tests.tui.working_desk import Work, lines, working

ROWS = [
    {"text": f"Question number {n} about {name}?", "label": name}
    for n in range(30)
    for name in (["billing", "card"] if n % 3 == 0 else ["billing"])
]
NEW = 1 << 40


async def counted(work: Work) -> Distributions:
    charts = work.desk.charts
    assert charts is not None
    await work.until(lambda: charts.found is not None and not charts.progress, "the figures")
    assert charts.found is not None
    return charts.found


def classes(found: Distributions) -> dict[str, tuple[int, int | None]]:
    chart = next(chart for chart in found.charts if chart.title.startswith("classes"))
    shown = chart.shown or [None] * len(chart.names)
    return dict(zip(chart.names, zip(chart.whole, shown, strict=True), strict=True))


async def test_all_rows_then_those_of_a_filter(tmp_path: Path) -> None:
    async with working(lines(tmp_path / "train.jsonl", ROWS)) as work:
        await work.press("V")
        found = await counted(work)
        assert found.whole == Side(40, 40)
        assert found.shown is None
        assert classes(found) == {"billing": (30, None), "card": (10, None)}
        assert "all: 40 rows" in work.text("#distributions")
        await work.press("slash")
        await work.type("card")
        await work.press("enter")
        charts = work.desk.charts
        assert charts is not None
        await work.until(lambda: charts.found and charts.found.shown == Side(10, 10), "those found")
        assert classes(await counted(work)) == {"billing": (30, 0), "card": (10, 10)}
        assert "these: /card, 10 rows" in work.text("#distributions").splitlines()[1]


async def test_an_edit_is_counted(tmp_path: Path) -> None:
    async with working(lines(tmp_path / "train.jsonl", ROWS)) as work:
        await work.press("V")
        await counted(work)
        work.app.session.set_text(0, 0, "label", "card")
        charts = work.desk.charts
        assert charts is not None
        await work.until(lambda: charts.found and classes(charts.found)["card"][0] == 11, "the edit")


async def test_the_splits_beside_each_other(tmp_path: Path) -> None:
    train = lines(tmp_path / "train.jsonl", ROWS)
    test = lines(tmp_path / "test.jsonl", ROWS[:4])
    async with working(train, test) as work:
        await work.press("V")
        found = await counted(work)
        assert (found.whole, found.shown) == (Side(44, 44), Side(40, 40))
        await work.press("full_stop")
        charts = work.desk.charts
        assert charts is not None
        await work.until(lambda: charts.found and charts.found.shown == Side(4, 4), "the other split")
        chart = next(chart for chart in (await counted(work)).charts if chart.title == "splits")
        assert (list(chart.names), list(chart.whole), chart.shown) == (["train", "test"], [40, 4], [0, 4])


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_record_comes_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with working(lines(tmp_path / "train.jsonl", ROWS), size=size) as work:
        desk = work.desk
        for closing in ("V", "escape"):
            await work.press("V")
            await counted(work)
            assert not desk.record.display
            assert desk.focused is desk.charts
            await work.press("G", "g", "pagedown", "k", closing)
            assert desk.charts is None
            assert desk.pane == "table"
            assert desk.focused is desk.table
        await work.press("V")
        await counted(work)
        await work.press("T")
        assert desk.charts is None
        assert desk.record.trained
        await work.press("T", "tab", "V", "tab", "shift+tab", "e")
        await work.until(lambda: desk.editor is not None, "the editor")
        await work.press("escape")
        await work.until(lambda: desk.editor is None, "the end of the editor")


def test_rows_travel_as_bit_maps() -> None:
    files = np.array([1, 0, 1, 1, 0], np.int32)
    rows = np.array([9, 3, 4, NEW + 1, 700], np.int64)
    heads, data = packed(PickedOrder(files, rows))
    wanted = Wanted.read({"split": "train", "rows": heads}, data)
    assert wanted.rows is not None
    assert [(part.file, part.rows.tolist()) for part in wanted.rows] == [(0, [3, 700]), (1, [4, 9, NEW + 1])]
    heads, data = packed(FileOrder([(0, range(2, 1_000_000))]))
    assert len(data) < 130_000
    assert Wanted.read({"split": "a", "rows": heads}, data).rows[0].rows.tolist() == list(range(2, 1_000_000))  # type: ignore[index]


@pytest.mark.parametrize("width", [24, 38, 60, 81, 120, 200])
def test_every_line_fits_and_something_is_never_nothing(width: int) -> None:
    palette = read_theme(packaged_dir("themes") / "ftui-dark.toml").palette
    charts = [
        Chart("classes, 3", ["日本語のクラス" * 4, "b", "c"], [100_000, 1, 0], [0, 5, 5]),
        Chart("answer, characters", ["1–19"], [3], [2]),
        Chart("tokens (estimate)", ["1", "2"], [0, 0], [0, 0]),
    ]
    told = laid_out(Distributions(Side(9, 9), Side(3, 3), charts), width, palette)
    texts = ["".join(text for text, _ in line) for line in told]
    from rich.cells import cell_len

    if width >= 38:
        assert max(map(cell_len, texts)) <= width + 2
    line = next(text for text in texts if text.strip().startswith("b "))
    assert "<1%" in line
    assert "▏" in line
