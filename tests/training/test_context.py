"""What is known of a run beside its log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.cli.command_line import run as command
from ftui.project.load import load_project
from ftui.training.context import context_for
from ftui.training.run import Run

ROW = (
    '{{"prompt": "How many legs has animal number {0}?", "answer": "It has {0} legs, by my count of {0}."}}\n'
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose validation rows 0 and 1 are training rows, checked with --changed."""
    train = [ROW.format(number) for number in range(20)]
    (tmp_path / "train.jsonl").write_text("".join(train))
    (tmp_path / "val.jsonl").write_text("".join([*train[:2], *(ROW.format(500 + n) for n in range(5))]))
    (tmp_path / "ftui.toml").write_text('[splits]\ntrain = "train.jsonl"\nvalidation = "val.jsonl"\n')
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "checkpoint-10").mkdir()
    (tmp_path / "out" / "training_args.json").write_text(
        json.dumps({"learning_rate": 1e-4, "early_stopping_patience": 2})
    )
    return tmp_path


def test_without_a_project_what_lies_beside_the_log(project: Path) -> None:
    context = context_for(Run(project / "out" / "trainer_log.jsonl"), read_at=5.0)
    assert context.config["learning_rate"] == 1e-4
    assert [each.step for each in context.checkpoints] == [10]
    assert (context.early_stopping, context.read_at) == (True, 5.0)
    assert (context.leaks, context.training_rows, context.classes) == (None, None, None)


def test_what_the_last_check_said_until_a_file_changes(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(project / "out" / "trainer_log.jsonl")
    loaded = load_project(project)
    assert context_for(run, loaded).leaks is None
    command(["check", str(project), "--changed", "--format", "json", "--quiet"])
    capsys.readouterr()
    context = context_for(run, loaded)
    assert context.leaks == 2
    assert (context.training_rows, context.validation_rows) == (20, 7)
    with (project / "val.jsonl").open("a") as file:
        file.write(ROW.format(900))
    assert context_for(run, loaded).leaks is None
