"""Faults of files and disks in the app in a real terminal: each has its line, the app lives, and the run goes on."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.tui.test_sampling_in_tmux import model_file, pytestmark  # noqa: F401 - tmux, the model and llama.cpp
from tests.tui.tmux import Tmux, ftui
from tests.tui.working_desk import samples

PROJECT = """
[splits]
train = "{train}"
[model]
max_tokens = 3
[sampling]
prompts = 3
strata = ["random"]
[[review.models]]
name = "small"
gguf = "{small}"
[[review.models]]
name = "halved"
gguf = "halved.gguf"
"""


def limit_files(window: Tmux, size: int) -> None:
    """Let no process under the app write a file beyond so many bytes, as on a full disk."""
    app = psutil.Process(int(window.command("display-message", "-p", "#{pane_pid}")))
    for process in app.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            _, most = process.rlimit(psutil.RLIMIT_FSIZE)
            process.rlimit(psutil.RLIMIT_FSIZE, (size, most))


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_FSIZE"), reason="limits of other processes need Linux")
def test_a_halved_model_and_a_full_disk(tmp_path: Path) -> None:
    files, _ = samples(tmp_path)
    small = model_file()
    assert small is not None
    folder = files[0].parent
    (folder / "halved.gguf").write_bytes(small.read_bytes()[:5_000_000])
    (folder / "ftui.toml").write_text(PROJECT.format(train=files[0].name, small=small), encoding="utf-8")
    with ftui(folder, size=(140, 40)) as window:
        window.until("1 / 400")
        window.keys("M")
        window.until(lambda screen: "● small" in screen and "prompts  " in screen, "models and plan")
        limit_files(window, 8192)
        window.keys("s")
        told = window.until(["review could not be kept", "free some space"], "the disk")
        assert "Traceback" not in told
        limit_files(window, psutil.RLIM_INFINITY)
        window.keys("s")
        window.until("bytes are missing", "the reason of the halved file")
        window.until(lambda screen: re.search(r"\b3 of 6 samples", screen), "the whole model to be sampled")
        window.keys("Escape")
        window.until("1 / 400")
        window.keys("q")
        window.until("ended with 0")
