"""Checkpoints beside a log, by the names of many trainers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.training.checkpoints import checkpoints_of, nearest, output_folders
from ftui.training.diagnosis.inputs import Checkpoint
from ftui.training.record import Record
from ftui.training.run import Run


def _steps(log: Path) -> list[int]:
    return [each.step for each in checkpoints_of(Run(log))]


@pytest.mark.parametrize(
    ("names", "steps"),
    [
        (["checkpoint-500/", "checkpoint-1000/", "checkpoint-50/"], [50, 500, 1000]),
        (["step_200/", "step-000100/"], [100, 200]),
        (["global_step20/"], [20]),
        (["iter-000300-ckpt.pth", "iter_400.pth"], [300, 400]),
        (["epoch=0-step=49.ckpt", "epoch=1-step=99.ckpt"], [49, 99]),
        (["ep0-ba100-rank0.pt"], [100]),
        (["0000100_adapters.safetensors", "adapters.safetensors"], [100]),
        (["checkpoint-250.gguf", "checkpoint-LATEST.gguf"], [250]),
        (["checkpoint-10.txt", "step_by_step.md", "notes-2024.pt", "checkpoint-/"], []),
        (["checkpoint-99999999999999999999/"], []),
    ],
)
def test_names_tell_steps(tmp_path: Path, names: list[str], steps: list[int]) -> None:
    for name in names:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).touch()
    assert _steps(tmp_path / "trainer_log.jsonl") == steps


@pytest.mark.parametrize(("first", "steps"), [(0, [10, 20]), (1, [10, 20])])
def test_epochs_become_steps_by_the_log(tmp_path: Path, first: int, steps: list[int]) -> None:
    for epoch in (first, first + 1):
        (tmp_path / f"epoch_{epoch}").mkdir()
    run = Run(tmp_path / "log.txt")
    for step in range(1, 31):
        run.add(Record({"train/loss": 1.0}, step, step / 10))
    assert [each.step for each in checkpoints_of(run)] == steps


def test_without_epochs_in_the_log_they_tell_no_step(tmp_path: Path) -> None:
    (tmp_path / "epoch_1").mkdir()
    run = Run(tmp_path / "log.txt")
    run.add(Record({"train/loss": 1.0}, 1))
    assert checkpoints_of(run) == ()


def test_the_output_folder_above_is_looked_at(tmp_path: Path) -> None:
    for name in ("checkpoint-10", "checkpoint-20", "runs/Nov22_host"):
        (tmp_path / name).mkdir(parents=True)
    assert _steps(tmp_path / "checkpoint-20" / "trainer_state.json") == [10, 20]
    assert _steps(tmp_path / "runs" / "Nov22_host" / "events.out.tfevents.1") == [10, 20]
    assert _steps(tmp_path / "nowhere" / "log") == []


def test_stdin_has_no_folder_and_a_database_has_one(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-10").mkdir()
    (tmp_path / "runs.db").touch()
    assert _steps(tmp_path / "runs.db" / "a-run") == [10]
    assert output_folders(Path("-")) == []


def test_a_folder_of_checkpoints_inside(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "epoch=1-step=8.ckpt").touch()
    found = checkpoints_of(Run(tmp_path / "metrics.csv"))
    assert found == (Checkpoint(8, tmp_path / "checkpoints" / "epoch=1-step=8.ckpt"),)


def test_the_nearest_is_the_earlier_of_two() -> None:
    held = [Checkpoint(step, Path(str(step))) for step in (100, 200, 400)]
    assert nearest(held, 310) == held[2]
    assert nearest(held, 300) == held[1]
    assert nearest(held, 9000) == held[2]
    assert nearest([], 5) is None


def test_the_folder_that_a_console_beside_it_is_named_after(tmp_path: Path) -> None:
    (tmp_path / "hot" / "checkpoint-20").mkdir(parents=True)
    (tmp_path / "hot.log").write_text("")
    assert [each.step for each in checkpoints_of(Run(tmp_path / "hot.log"))] == [20]
    assert checkpoints_of(Run(tmp_path / "cold.log")) == ()
