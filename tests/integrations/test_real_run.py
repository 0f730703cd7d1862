"""A real run, trained on the CPU by samples/training/train.py, tailed by the real program, caught and stopped."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.training_libraries import needs_transformers
from tests.tui.tmux import ftui, missing

pytestmark = [needs_transformers, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "samples" / "training" / "train.py"
STEPS = 400
SMALLER = ("--rows", "64", "--evaluate-every", "5", "--steps", str(STEPS))
"""Known by heart after 60 steps: half a minute on one core."""
PATIENCE = 900


def train(out: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start the script as its description says, standard output and error into one console log."""
    out.mkdir()
    with (out / "console.log").open("wb") as console:
        command = [sys.executable, str(SCRIPT), "--out", str(out), *SMALLER, *options]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=console, stderr=subprocess.STDOUT)


def logs(*words: str | Path) -> subprocess.Popen[str]:
    """The real program, without a terminal."""
    command = [sys.executable, "-m", "ftui", "logs", *map(str, words)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def state(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "trainer_state.json").read_text(encoding="utf-8"))
    return read


def losses(out: Path) -> dict[int, float]:
    """Validation losses by step."""
    return {e["step"]: e["eval_loss"] for e in state(out)["log_history"] if "eval_loss" in e}


def console(out: Path) -> list[str]:
    return (out / "console.log").read_text(encoding="utf-8").replace("\r", "\n").splitlines()


def caught_rightly(out: Path, code: str, evidence: dict[str, Any]) -> None:
    """It was stopped in the midst, for overfitting, and the best step is the one with the lowest loss so far."""
    last, by_step = state(out)["global_step"], losses(out)
    assert code == "overfitting"
    best = min(by_step, key=by_step.__getitem__)
    assert evidence["best_step"] == best
    assert best < last < STEPS * 3 // 4
    assert by_step[max(by_step)] > by_step[best] * 1.05
    assert (out / f"checkpoint-{best // 10 * 10}").is_dir()


def test_the_stop_file_that_a_tail_writes_stops_the_run(tmp_path: Path) -> None:
    out = tmp_path / "run"
    training = train(out, "--stop-by", "file")
    watching = logs(out / "console.log", "--stop-file", out / "stop")
    try:
        assert training.wait(PATIENCE) == 0, "\n".join(console(out)[-30:])
    finally:
        training.kill()
        watching.terminate()
    told, complaints = watching.communicate(timeout=60)
    assert "overfitting" in told, complaints
    written = json.loads((out / "stop").read_text(encoding="utf-8"))
    caught_rightly(out, written["code"], written["evidence"])
    (line,) = [line for line in console(out) if "ftui: stopping after step" in line]
    assert "overfitting" in line
    # Written within a poll of the evaluation, and seen within a second: a few steps on a slow machine.
    assert written["step"] <= state(out)["global_step"]


@pytest.mark.skipif(missing, reason="tmux is not installed: no real terminal to watch in")
def test_the_screen_shows_the_verdict_while_the_run_is_going_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    training = train(out, "--stop-by", "file")
    try:
        with ftui(tmp_path, "logs", "run/console.log", "--stop-file", "run/stop") as window:
            assert training.wait(PATIENCE) == 0, "\n".join(console(out)[-30:])
            window.until("overfitting")
    finally:
        training.kill()
    written = json.loads((out / "stop").read_text(encoding="utf-8"))
    caught_rightly(out, written["code"], written["evidence"])


def test_the_callback_stops_the_run_by_itself_and_reading_the_log_agrees(tmp_path: Path) -> None:
    out = tmp_path / "run"
    training = train(out, "--stop-by", "diagnosis")
    try:
        assert training.wait(PATIENCE) == 0, "\n".join(console(out)[-30:])
    finally:
        training.kill()
    (line,) = [line for line in console(out) if "ftui: stopping after step" in line]
    found = re.search(r"stopping after step (\d+): (\S+): ", line)
    assert found is not None
    assert int(found[1]) == state(out)["global_step"]
    for log in ("console.log", "trainer_state.json"):
        once = logs(out / log, "--once", "--format", "json")
        (run,) = json.loads(once.communicate(timeout=120)[0])["runs"]
        assert once.returncode == 1, log
        (verdict,) = [v for v in run["verdicts"] if v["severity"] == "critical"]
        assert found[2] == verdict["code"]
        caught_rightly(out, verdict["code"], verdict["evidence"])
        assert run["last"]["step"] == state(out)["global_step"]
