"""Themes: those that come with ftui are sound, and a broken one is only a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from ftui.project.app_settings import AppSettings
from ftui.project.locations import packaged_dir
from ftui.tui.app import FtuiApp
from ftui.tui.palette import NAMES, Palette
from ftui.tui.themes import COLOURS, DEFAULT, WITHOUT_COLOUR, load_themes, read_theme
from tests.tui.desk import opened, settle, write_rows

THEMES = sorted(packaged_dir("themes").glob("*.toml"))


def colours_of(palette: Palette) -> list[object]:
    styles = [getattr(palette, name) for name in NAMES]
    return [colour for style in styles for colour in (style.color, style.bgcolor) if colour is not None]


def test_there_are_enough_and_the_named_ones_exist() -> None:
    looks, warnings = load_themes([packaged_dir("themes")])
    assert not warnings
    assert len(looks) >= 6
    assert {DEFAULT, WITHOUT_COLOUR, "ansi", "high-contrast", "ftui-light"} <= set(looks)
    assert set(Palette.__annotations__) == set(NAMES)


def test_the_16_colour_theme_has_no_other_colours() -> None:
    palette = read_theme(packaged_dir("themes") / "ansi.toml").palette
    assert all(
        colour.is_default or (colour.number is not None and colour.number < 16)
        for colour in colours_of(palette)
    )  # type: ignore[attr-defined]


def test_the_theme_without_colour_has_none() -> None:
    palette = read_theme(packaged_dir("themes") / "mono.toml").palette
    assert all(colour.is_default for colour in colours_of(palette))  # type: ignore[attr-defined]
    marks = [palette.cursor, palette.selected, palette.error, palette.span_error, palette.tab_active]
    assert all(style.reverse or style.bold or style.underline for style in marks)


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
def test_text_can_be_read(path: Path) -> None:
    palette = read_theme(path).palette
    least = 7.0 if path.stem == "high-contrast" else 4.5
    for name in (
        "text",
        "dim",
        "error",
        "warning",
        "info",
        "success",
        "cursor",
        "selected",
        "key",
        "bar_dim",
    ):
        style = getattr(palette, name)
        if style.color is None or style.color.triplet is None or style.bgcolor.triplet is None:
            continue
        text, ground = (
            Color.from_rgb(*c.triplet) if hasattr(Color, "from_rgb") else Color(*c.triplet)
            for c in (style.color, style.bgcolor)
        )
        assert text.get_contrast_text is not None
        assert contrast(text, ground) >= least, (name, contrast(text, ground))


def contrast(one: Color, other: Color) -> float:
    """WCAG's contrast ratio."""

    def luminance(colour: Color) -> float:
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


MINE = 'name = "mine"\n[colours]\n' + "".join(f'{name} = "#808080"\n' for name in COLOURS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = [", "invalid"),
        (MINE + '[styles]\ncursr = "bold"\n', "did you mean 'cursor'"),
        (MINE.replace("#808080", "bluish", 1), "bluish"),
        (MINE + '[styles]\ncursor = "bold $nothing"\n', "$nothing"),
        (MINE + '[styles]\ncursor = "bold on on"\n', "style cursor"),
        ('[colours]\nprimary = "red"\n', "missing"),
        ("[colors]\n", "colors"),
    ],
)
async def test_a_broken_theme_is_a_warning(tmp_path: Path, own_settings: Path, text: str, says: str) -> None:
    (own_settings / "themes").mkdir(parents=True)
    (own_settings / "themes" / "mine.toml").write_text(text)
    app = opened(write_rows(tmp_path / "train.jsonl"), settings=AppSettings(theme="mine"))
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.theme == DEFAULT
        told = " ".join(notice.message for notice in app._notifications)
        assert "mine.toml left out" in told
        assert says.lower() in told.lower()


async def test_a_theme_of_ones_own(tmp_path: Path, own_settings: Path) -> None:
    (own_settings / "themes").mkdir(parents=True)
    (own_settings / "themes" / "mine.toml").write_text(MINE)
    app = opened(write_rows(tmp_path / "train.jsonl"), settings=AppSettings(theme="mine"))
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.theme == "mine"
        assert "textual-dark" not in app.available_themes
        app.theme = "ember"
        await settle(pilot)
        assert app.palette.text == read_theme(packaged_dir("themes") / "ember.toml").palette.text


async def test_no_color_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app: FtuiApp = opened(write_rows(tmp_path / "train.jsonl"), settings=AppSettings(theme="ember"))
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.theme == WITHOUT_COLOUR
