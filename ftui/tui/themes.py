"""Themes as TOML files: those that come with ftui, then a person's own; a broken one is a warning."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from textual.color import Color, ColorParseError
from textual.theme import Theme

from ftui.tui.palette import NAMES, Palette, palette

DEFAULT = "ftui-dark"
WITHOUT_COLOUR = "mono"
COLOURS = (
    "primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface", "panel",
    "dim", "faint", "cursor", "selection",
)  # fmt: skip
OURS = ("dim", "faint", "cursor", "selection")
"""Colours that only our own widgets know; to Textual they are variables."""
ANSI = {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}
"""Variables that Textual's stylesheet asks for under a theme in the terminal's own colours."""
KEYS = {"name", "title", "dark", "ansi", "colours", "styles", "variables"}


class Look(NamedTuple):
    """A theme as both kinds of widgets need it: Textual's, and the styles of ours."""

    theme: Theme
    palette: Palette
    title: str


def load_themes(folders: Iterable[Path]) -> tuple[dict[str, Look], list[str]]:
    """All themes of the folders by name (a later one wins), and a warning for each file that could not be used."""
    looks: dict[str, Look] = {}
    warnings: list[str] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            try:
                look = read_theme(path)
            except (OSError, ValueError) as error:
                warnings.append(f"theme {path.name} left out: {error}")
            else:
                looks[look.theme.name] = look
    return looks, warnings


def read_theme(path: Path) -> Look:
    """One theme file. Raises ValueError (TOML errors are ValueErrors) with what is wrong in it, or OSError."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    if unknown := set(data) - KEYS:
        raise ValueError(f"unknown key {min(unknown)!r}")
    colours = _table(data, "colours")
    styles = _table(data, "styles")
    _known(colours, COLOURS, "colour")
    _known(styles, NAMES, "style")
    if missing := [name for name in COLOURS if name not in colours]:
        raise ValueError(f"colour {missing[0]!r} is missing")
    for name, colour in colours.items():
        try:
            Color.parse(colour)
        except ColorParseError as error:
            raise ValueError(f"colour {name}: {colour!r} is no colour") from error
    name = str(data.get("name", path.stem))
    return Look(_textual_theme(name, data, colours), palette(colours, styles), str(data.get("title", name)))


def _textual_theme(name: str, data: Mapping[str, Any], colours: Mapping[str, str]) -> Theme:
    own = {f"ftui-{colour}": colours[colour] for colour in OURS}
    return Theme(
        name=name,
        dark=bool(data.get("dark", True)),
        ansi=bool(data.get("ansi", False)),
        variables={**ANSI, **_variables(colours), **own, **_table(data, "variables")},
        **{colour: value for colour, value in colours.items() if colour not in OURS},  # type: ignore[arg-type]
    )


def _variables(colours: Mapping[str, str]) -> dict[str, str]:
    """Textual's lists, inputs and selections in the colours of our own cursor, so that dialogs look like the desk."""
    return {
        "block-cursor-background": colours["cursor"],
        "block-cursor-foreground": colours["foreground"],
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": colours["panel"],
        "block-cursor-blurred-foreground": colours["foreground"],
        "border": colours["primary"],
        "border-blurred": colours["panel"],
        "input-selection-background": colours["selection"],
        "screen-selection-background": colours["selection"],
        "footer-key-foreground": colours["primary"],
    }


def _table(data: Mapping[str, Any], name: str) -> dict[str, str]:
    table = data.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ValueError(f"[{name}] must hold texts")
    return table


def _known(given: Mapping[str, str], known: Iterable[str], what: str) -> None:
    from difflib import get_close_matches

    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise ValueError(f"unknown {what} {name!r}" + (f", did you mean {near[0]!r}?" if near else ""))
