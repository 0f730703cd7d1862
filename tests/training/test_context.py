"""What is known of a run beside its log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.cli.command_line import run as command
from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.jobs.desk import Desk, Request
from ftui.jobs.protocol import dump_project, dump_ticket
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


@pytest.mark.parametrize("options", [[], ["--changed"], ["--select", "LEK"]])
def test_what_the_last_check_said_until_a_file_changes(
    project: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    run = Run(project / "out" / "trainer_log.jsonl")
    loaded = load_project(project)
    assert context_for(run, loaded).leaks is None
    command(["check", str(project), *options, "--format", "json", "--quiet"])
    capsys.readouterr()
    context = context_for(run, loaded)
    assert context.leaks == 2
    assert context.checked_at is not None
    assert (context.training_rows, context.validation_rows) == (20, 7)
    with (project / "val.jsonl").open("a") as file:
        file.write(ROW.format(900))
    later = context_for(run, loaded)
    assert (later.leaks, later.training_rows, later.checked_at) == (None, None, context.checked_at)


def test_a_check_that_did_not_look_for_leaks_leaves_what_the_one_before_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, loaded = Run(project / "out" / "trainer_log.jsonl"), load_project(project)
    for options in (["--select", "DUP"], ["--ignore", "LEK"], ["--select", "LEK007"]):
        command(["check", str(project), *options, "--format", "json", "--quiet"])
        assert context_for(run, loaded).leaks is None
    command(["check", str(project / "val.jsonl"), "--format", "json", "--quiet"])
    assert context_for(run, loaded).leaks is None
    command(["check", str(project), "--format", "json", "--quiet"])
    command(["check", str(project), "--select", "DUP", "--format", "json", "--quiet"])
    capsys.readouterr()
    assert context_for(run, loaded).leaks == 2


def test_the_check_of_the_desk_is_kept_once_its_edits_are_saved(project: Path) -> None:
    run, loaded = Run(project / "out" / "trainer_log.jsonl"), load_project(project)
    dataset = Dataset.open([project], loaded)
    session = Session.open(dataset)
    desk = Desk()

    def ask(kind: str, **fields: object) -> None:
        desk.handle(Request({"kind": kind, **fields}, b"", lambda *_, **__: None, lambda: False))

    def check() -> int | None:
        ticket = json.loads(json.dumps(dump_ticket(session.ticket)))
        ask("check", ticket=ticket, unsaved=session.dirty)
        return context_for(run, loaded).leaks

    paths = [str(document.path) for document in dataset.documents]
    ask("open", paths=paths, project=dump_project(loaded), jobs=1)
    try:
        assert check() == 2
        (project / ".ftui" / "leaks.json").unlink()
        val = next(i for i, path in enumerate(paths) if path.endswith("val.jsonl"))
        session.delete(val, [0])
        assert check() is None
        session.save()
        assert check() == 1
    finally:
        session.close()
        dataset.close()


@pytest.mark.parametrize("held", ["", "[]", "{}", '{"schema": 1}', '{"schema": 1, "stamps": 3}', "\xff"])
def test_what_was_kept_and_is_broken_counts_for_nothing(project: Path, held: str) -> None:
    (project / ".ftui").mkdir()
    (project / ".ftui" / "leaks.json").write_bytes(held.encode("latin-1"))
    context = context_for(Run(project / "out" / "trainer_log.jsonl"), load_project(project))
    assert (context.leaks, context.checked_at) == (None, None)
