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
from ftui.tui.desk.found import Spot
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

    def make(
        theme: str | None = None, *, checked: bool = True, plain: bool = False, whole: Sequence[Spot] = ()
    ) -> FtuiApp:
        paths = (Path("train.jsonl"), Path("test.jsonl"))
        settings = AppSettings(theme=theme, plain_symbols=plain)
        return opened(*paths, spots=SPOTS if checked else None, settings=settings, whole=whole)

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
        ("V",),
        ("T",),
    ],
    ids=["desk", "findings", "record", "distributions", "trained"],
)
def test_panes(
    snap_compare: Compare, desk: Callable[..., FtuiApp], size: tuple[int, int], keys: Sequence[str]
) -> None:
    assert snap_compare(desk(), terminal_size=size, run_before=pressing(*keys))


WHOLE = Spot(
    "BAL001", "class-imbalance", "warning", "", None, None,
    "the train split has 26.7 times as many rows of “billing” (160) as of “transfer” (6)", "key", None,
    {
        "code": "BAL001", "path": "train.jsonl", "split": "train", "fix": None,
        "evidence": {"counts": {"billing": 160, "card": 24, "transfer": 6}, "ratio": 26.7, "rows": 190},
    },
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_finding_about_a_file(
    snap_compare: Compare, desk: Callable[..., FtuiApp], size: tuple[int, int]
) -> None:
    keys = ("shift+tab", "g", "enter")
    assert snap_compare(desk(whole=[WHOLE]), terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("plain", [False, True], ids=["symbols", "plain-symbols"])
def test_distributions_of_a_filter(snap_compare: Compare, desk: Callable[..., FtuiApp], plain: bool) -> None:
    app = desk("mono" if plain else None, plain=plain)
    keys = ("right_square_bracket", "R", "V")
    assert snap_compare(app, terminal_size=(120, 40), run_before=pressing(*keys))


def test_before_the_check(snap_compare: Compare, desk: Callable[..., FtuiApp]) -> None:
    assert snap_compare(desk(checked=False), terminal_size=(120, 40), run_before=pressing("v", "down"))


@pytest.mark.parametrize("theme", sorted(path.stem for path in packaged_dir("themes").glob("*.toml")))
def test_themes(snap_compare: Compare, desk: Callable[..., FtuiApp], theme: str) -> None:
    keys = ("right_square_bracket", "right_square_bracket", "space")
    assert snap_compare(desk(theme), terminal_size=(120, 30), run_before=pressing(*keys))
