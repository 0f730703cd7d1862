"""How the desk looks, at three sizes and in every theme; `pytest --snapshot-update` takes the pictures anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ftui.project.app_settings import AppSettings
from ftui.project.locations import packaged_dir
from ftui.tui.app import FtuiApp
from tests.tui.desk import opened, settle, spot, write_rows

Compare = Callable[..., bool]
SIZES = [(80, 24), (120, 40), (200, 60)]
CODE = "Use a loop:\n\n```python\n# every row\nfor row in rows:\n    print(row['text'], 42)\n```\n### End"
ROWS: list[dict[str, Any]] = [
    {
        "messages": [
            {"role": "system", "content": "You answer questions about rows."},
            {"role": "user", "content": f"How do I print row {i}?" + (" 日本語 too." if i % 5 == 0 else "")},
            {"role": "assistant", "content": CODE if i % 3 == 0 else f"Call show({i}).  \n### End"},
        ]
    }
    for i in range(45)
]
SPOTS = {
    (0, 1): [spot("FMT011", "two spaces at the end of a line", "messages[2].content", 8, 10)],
    (0, 3): [
        spot("STP001", "the answer has no end marker", "messages[2].content", len(CODE) - 7, len(CODE)),
        spot("DUP001", "the same as line 1", "messages[1].content", 0, 23),
    ],
    (0, 9): [spot("DUP001", "the same as line 1", "messages[1].content", 0, 23)],
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FtuiApp]:
    """The app on two splits, under names that are the same in every run."""
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path / "train.jsonl", ROWS)
    write_rows(tmp_path / "test.jsonl", ROWS[:7])

    def make(theme: str | None = None, *, checked: bool = True) -> FtuiApp:
        paths = (Path("train.jsonl"), Path("test.jsonl"))
        return opened(*paths, spots=SPOTS if checked else None, settings=AppSettings(theme=theme))

    return make


def pressing(*keys: str) -> Callable[[Pilot[Any]], Any]:
    """Keys pressed once everything has arrived."""

    async def press(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)

    return press


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [
        ("right_square_bracket", "right_square_bracket"),
        ("shift+tab", "down", "right", "down"),
        ("down", "down", "down", "enter", "w"),
    ],
    ids=["desk", "findings", "record"],
)
def test_panes(
    snap_compare: Compare, desk: Callable[..., FtuiApp], size: tuple[int, int], keys: Sequence[str]
) -> None:
    assert snap_compare(desk(), terminal_size=size, run_before=pressing(*keys))


def test_before_the_check(snap_compare: Compare, desk: Callable[..., FtuiApp]) -> None:
    assert snap_compare(desk(checked=False), terminal_size=(120, 40), run_before=pressing("v", "down"))


@pytest.mark.parametrize("theme", sorted(path.stem for path in packaged_dir("themes").glob("*.toml")))
def test_themes(snap_compare: Compare, desk: Callable[..., FtuiApp], theme: str) -> None:
    keys = ("right_square_bracket", "right_square_bracket", "space")
    assert snap_compare(desk(theme), terminal_size=(120, 30), run_before=pressing(*keys))
