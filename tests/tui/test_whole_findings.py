"""Enter on a finding about a whole file: its whole message, its figures as bars, its rule; nothing is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.report.evidence import plainly
from tests.tui.working_desk import Work, lines, working

CLASSES = {"billing": 160, "card": 24, "transfer to another bank account": 6}


def classified(folder: Path) -> Path:
    """A file whose classes are far apart."""
    rows = [
        {"text": f"Question {n} about {name}, asked in shop number {n * 7}?", "label": name}
        for name, count in CLASSES.items()
        for n in range(count)
    ]
    return lines(folder / "train.jsonl", rows)


async def opened(work: Work, code: str) -> str:
    """The page of a finding about the file."""
    work.desk.show_pane("findings")
    work.desk.findings.cursor = [spot.code for spot in work.desk.found.whole].index(code)
    await work.press("enter")
    modal = await work.modal("FindingModal")
    page = modal.page
    return "\n".join(page.render_line(y).text.rstrip() for y in range(page.size.height))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_page_has_all_of_it(tmp_path: Path, size: tuple[int, int]) -> None:
    async with working(classified(tmp_path), size=size) as work:
        page = await opened(work, "BAL001")
        spot = next(spot for spot in work.desk.found.whole if spot.code == "BAL001")
        assert " ".join(spot.message.split()) in " ".join(page.split())
        assert "train.jsonl" in page
        bars = [line for line in page.splitlines() if set(line) & set("▏▎▍▌▋▊▉█")]
        assert [name for name in CLASSES if any(name[:20] in line for line in bars)] == list(CLASSES)
        assert any("160" in line for line in bars)
        await work.press("x")
        modal = await work.modal("ExplainModal")
        assert modal.page.code == "BAL001"
        await work.press("escape")
        await work.closed()


async def test_a_long_page_scrolls_to_its_end_and_back(tmp_path: Path) -> None:
    async with working(classified(tmp_path), size=(80, 12)) as work:
        page = await opened(work, "BAL001")
        assert "↓ more" in page
        await work.press("G")
        shown = work.app.screen.page  # type: ignore[attr-defined]
        assert "↓ more" not in shown.render_line(shown.size.height - 1).text
        await work.press("g")
        assert shown.top == 0
        await work.press("q")
        await work.closed()


def test_evidence_is_told_by_name() -> None:
    told = list(
        plainly(
            {
                "rows": 12345,
                "share": 0.25,
                "empty": [],
                "counts": {"a\x1b": 3},
                "endings": [{"marker": "### End", "rows": 2}, {"marker": "</s>", "rows": 1}],
                "words": ["one", "two"],
                "drawn": {"left": "out"},
            },
            ("drawn",),
        )
    )
    assert told == [
        "rows: 12,345",
        "share: 0.25",
        "counts:",
        "  a␛  3",
        "endings:",
        "  marker   rows",
        "  ### End  2",
        "  </s>     1",
        "words: one, two",
    ]
