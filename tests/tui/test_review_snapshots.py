"""How judging looks, at three sizes; `pytest --snapshot-update` takes the pictures anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ftui.model.ollama_template import Message
from ftui.project.app_settings import AppSettings
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag
from ftui.review.store import ReviewStore
from tests.review.reviewed import MODELS, sample
from tests.tui.reviewing import app_on, project

Compare = Callable[..., bool]
SIZES = [(80, 24), (120, 40), (160, 50)]
ids = "{0[0]}x{0[1]}".format
ASKED = (
    Message("system", "You answer questions about the water meter."),
    Message(
        "user", "The meter runs although every tap is closed. What should I do first?\n日本語 is fine too."
    ),
)
REFERENCE = (
    "Close the main valve. If the meter stops, the leak is in the house; if it goes on, call us.\n### End"
)
ANSWERS = (
    "Close the main valve first. If the meter stops, the leak is inside your house.\n\n"
    "1. Check the toilets.\n2. Check the boiler's relief valve.\n\t- it drips when it is worn\n",
    "First, close the main valve. If the meter goes on, the pipe in the street leaks: call us.<|im_start|>user\n"
    "What then?",
    "I am sorry, but I cannot help with that. \x1b[31mred\u202e",
)


def shown(folder: Path, mode: str, models: int, theme: str | None = None) -> Any:
    """The app on one prompt with an output a model."""
    store = ReviewStore.create(folder / "r")
    names = [*MODELS, "third"][:models]
    given = Prompt("0123456789abcdef", "edge", ASKED, REFERENCE, why="longest prompt")
    other = Prompt("fedcba9876543210", "random", (Message("user", "And the bill?"),))
    store.add_prompts([given, other])
    for name, text in zip(names, ANSWERS, strict=False):
        store.set_model(name, {"base": name == MODELS[0]})
        flags = [Flag("leaked-token", {}), Flag("runaway", {})] if "im_start" in text else []
        store.add_samples([sample(given, name, text, flags=flags)])
    return app_on(folder, store, mode, AppSettings(theme=theme), made=project(folder))


def pressing(*keys: str) -> Callable[[Pilot[Any]], Any]:
    """Keys pressed one after the other."""

    async def press(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()

    return press


@pytest.mark.parametrize("size", SIZES, ids=ids)
@pytest.mark.parametrize(
    ("mode", "models", "keys"),
    [
        ("pair", 2, ()),
        ("pair", 2, ("d", "w")),
        ("pair", 3, ("d", "d", "tab")),
        ("single", 2, ("4", "exclamation_mark")),
        ("single", 2, ("d", "b", "b")),
        ("single", 2, ("i", "a", "a", "s")),
    ],
    ids=["pair", "pair-reference", "three-differences", "single", "single-cut", "all-judged"],
)
def test_review(
    snap_compare: Compare, tmp_path: Path, size: tuple[int, int], mode: str, models: int, keys: Sequence[str]
) -> None:
    assert snap_compare(shown(tmp_path, mode, models), terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("theme", ["ftui-light", "mono"])
def test_review_in_other_themes(snap_compare: Compare, tmp_path: Path, theme: str) -> None:
    app = shown(tmp_path, "single", 2, theme)
    assert snap_compare(app, terminal_size=(120, 30), run_before=pressing("d", "i", "a"))
