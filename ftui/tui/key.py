"""One key of the app, and the places where keys work."""

from __future__ import annotations

from collections.abc import Mapping
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
