"""One key of the app, and the places where keys work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

Place = Literal[
    "app",
    "desk",
    "table",
    "record",
    "findings",
    "distributions",
    "editor",
    "sampling",
    "models",
    "settings",
    "prompts",
    "outputs",
    "try",
    "review",
    "judge",
    "vote",
    "training",
    "curves",
    "verdicts",
    "runs",
    "tail",
]
"""Where a key works: everywhere, on one screen whatever is focused, or in one pane."""
LABELS: Mapping[Place, str] = {
    "app": "Everywhere",
    "desk": "On the desk",
    "table": "In the table",
    "record": "In the record",
    "findings": "In the findings",
    "distributions": "In the distributions",
    "editor": "In the editor",
    "sampling": "While sampling",
    "models": "In the models",
    "settings": "In the settings",
    "prompts": "In the prompts",
    "outputs": "In the outputs",
    "try": "Trying a prompt",
    "review": "While judging",
    "judge": "One output",
    "vote": "Side by side",
    "training": "While training",
    "curves": "In the curves",
    "verdicts": "In the verdicts",
    "runs": "In the runs",
    "tail": "In the log",
}
HOMES: Mapping[Place, Place] = {
    **dict.fromkeys(("table", "record", "findings", "distributions"), "desk"),
    **dict.fromkeys(("models", "settings", "prompts", "outputs"), "sampling"),
    **dict.fromkeys(("judge", "vote"), "review"),
    **dict.fromkeys(("curves", "verdicts", "runs", "tail"), "training"),
}
"""Pane to the screen that it is on, whose keys work in it too."""


class Key(NamedTuple):
    """One thing a key does. `keys` are Textual's names, by comma; `bar` is its order in the key bar, 0: not there."""

    id: str
    keys: str
    action: str
    place: Place
    label: str
    help: str
    bar: int = 0


def moves(place: Place, what: str) -> Iterator[Key]:
    """Moving is the same in every list."""
    yield Key(f"{place}-down", "down,j", "move(1)", place, "Down", f"The next {what}.")
    yield Key(f"{place}-up", "up,k", "move(-1)", place, "Up", f"The {what} before.")
    yield Key(f"{place}-page-down", "pagedown", "page(1)", place, "Page down", "One page down.")
    yield Key(f"{place}-page-up", "pageup", "page(-1)", place, "Page up", "One page up.")
    yield Key(f"{place}-top", "g,home", "top", place, "Top", f"The first {what}.")
    yield Key(f"{place}-bottom", "G,end", "bottom", place, "Bottom", f"The last {what}.")
