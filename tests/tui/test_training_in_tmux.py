"""A log watched in a real terminal: from before it is there, and replaced meanwhile."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.tui.tmux import ftui, missing

pytestmark = pytest.mark.skipif(missing, reason="tmux is not installed: no real terminal to watch a log in")


def entry(step: int) -> str:
    """A line of LLaMA-Factory's log; the validation loss rises from step 300 on."""
    values: dict[str, object] = {
        "current_steps": step,
        "total_steps": 1_000,
        "epoch": step / 500,
        "percentage": step / 10,
    }
    if step % 20 == 0:
        values["eval_loss"] = 1.5 + abs(step - 300) * 0.002
    else:
        values["loss"] = 0.5 + 300 / (step + 100)
    return f"{json.dumps(values)}\n"


def test_a_log_is_watched_from_before_it_is_there(tmp_path: Path) -> None:
    log = tmp_path / "trainer_log.jsonl"
    with ftui(tmp_path, "logs", str(log)) as window:
        window.until("is not there yet")
        with log.open("w") as file:
            for step in range(10, 310, 10):
                file.write(entry(step))
                file.flush()
        window.until(lambda screen: "step 300 of 1,000" in screen and "validation" in screen, "the curve")
        # Another file takes its place, as a trainer does that is started again.
        fresh = tmp_path / "fresh"
        fresh.write_text("".join(entry(step) for step in range(10, 610, 10)))
        fresh.replace(log)
        window.until(lambda screen: re.search(r"✖ \d critical overfitting", screen), "the verdict")
        window.until("step 600 of 1,000")
        window.until("shows it")  # the notice of the alert
        window.keys("a", "Enter")
        window.until(lambda screen: re.search(r'›\{"current_steps"', screen), "the log's line of the verdict")
        window.keys("x")
        window.until("why it matters")
        window.keys("Escape")
        window.until(lambda screen: "why it matters" not in screen, "the page to be closed")
        window.keys("q")
        window.until("ended with 0")
