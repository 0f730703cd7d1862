"""Makes the pictures of the README from the real app on the samples: `make pictures`."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from textual.pilot import Pilot

from ftui.cli.demo import copy_samples
from ftui.dataset.dataset import Dataset
from ftui.project.app_settings import AppSettings
from ftui.project.load import load_project
from ftui.tui.app import FtuiApp, make_checker
from ftui.tui.desk.opening import Opening

FOLDER = Path(__file__).parent / "pictures"
PATIENCE = 600
"""Tenths of a second to wait for the check of the samples."""


class Picture(NamedTuple):
    """One picture: its name, the size of the terminal, the keys pressed before, the theme."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...]
    theme: str = "ftui-dark"


TO_A_FINDING = ("tab", "tab", *("j",) * 11, "enter", "j", "enter")
"""Into the findings, down to an end marker that is spelt differently, open it, jump to its first row."""
SAMPLE_FOUR = ("M", "tab", "enter", *("backspace",) * 2, "4", "enter")
SHORT = (*("down",) * 4, "enter", *("backspace",) * 3, "6", "4", "enter")
"""A limit of 64 tokens."""
PICTURES = (
    Picture("desk", (120, 40), TO_A_FINDING),
    Picture("fix", (120, 40), (*TO_A_FINDING, "f")),
    Picture("group", (120, 30), ("tab", "tab", *("j",) * 14, "enter", "j", "enter", "c")),
    Picture("distributions", (120, 40), ("V",)),
    Picture("narrow", (80, 24), ("right_square_bracket",)),
    Picture("wide", (200, 50), TO_A_FINDING),
    Picture("light", (120, 40), TO_A_FINDING, "ftui-light"),
    # The small model that `make demo` installs, with and without a system prompt of its own; four prompts.
    Picture("sampling", (120, 40), (*SAMPLE_FOUR, "s")),
    Picture("review", (120, 40), (*SAMPLE_FOUR, *SHORT, "s", "r")),
    # The longer of the two runs of the samples alone, then back to its curves.
    Picture("training", (140, 44), ("L", "tab", "tab", "j", "enter", "tab", "tab")),
    Picture("training-runs", (80, 24), ("L",)),
)


async def take(picture: Picture) -> str:
    """The screen as SVG, on a fresh copy of the samples."""
    with tempfile.TemporaryDirectory() as scratch:
        project = load_project(copy_samples(Path(scratch) / "samples"))
        dataset = Dataset.open([], project)
        app = FtuiApp(Opening(dataset), AppSettings(theme=picture.theme), make_checker)
        try:
            async with app.run_test(size=picture.size) as pilot:
                for _ in range(PATIENCE):
                    if app.desk.found.state == "done":
                        break
                    await pilot.pause(0.1)
                for key in picture.keys:
                    await pilot.press(key)
                    await pilot.pause(0.5)
                    await _sampled(app, pilot, ends=key == "s")
                await pilot.pause(1.0)
                return _plain(app.export_screenshot(title="ftui"))
        finally:
            if not isinstance(app.session, Opening):
                app.session.close()
            dataset.close()


async def _sampled(app: FtuiApp, pilot: Pilot[Any], *, ends: bool) -> None:
    """Until what was asked of the sampling worker is there; of a run that was started, also the last output."""
    state = app.sampling
    for _ in range(PATIENCE):
        told = state.described and (state.plan is not None or state.plan_error)
        if app.sampler is None or (told and not state.busy and (state.ended or not ends)):
            return
        await pilot.pause(0.1)


def _plain(svg: str) -> str:
    """Without fonts from elsewhere, and with the same names in every run, so that a new picture shows in a diff."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")
    return re.sub(r"terminal-\d+-", "terminal-", svg)


def main() -> None:
    """Write the pictures that are named as arguments; else every one."""
    os.environ["LOGNAME"] = "anna"  # who judges: else the name of whoever makes the pictures
    FOLDER.mkdir(exist_ok=True)
    for picture in (each for each in PICTURES if each.name in sys.argv[1:] or not sys.argv[1:]):
        target = FOLDER / f"{picture.name}.svg"
        target.write_text(asyncio.run(take(picture)), encoding="utf-8")
        print(f"{target.name}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
