"""Folders as trainers leave them, searched for runs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from ftui.training.finding import log_files
from ftui.training.finding.find_runs import MOST_RUNS, FoundRun, find_runs
from ftui.training.following.watch import Watch
from tests.training.readers.event_bytes import scalar_event
from tests.training.readers.tracker_databases import TRACKIO, log

FIXTURES = Path(__file__).parents[1] / "readers" / "fixtures"
CONSOLE = "".join(f"{{'loss': {3 - step / 10:.4f}, 'epoch': {step / 10}}}\n" for step in range(1, 20))


def state(steps: int) -> str:
    """A `trainer_state.json`."""
    history = [{"step": step, "loss": 3 - step / 10, "epoch": step / 10} for step in range(1, steps + 1)]
    return json.dumps({"global_step": steps, "max_steps": 40, "log_history": history})


def write(path: Path, content: str | bytes, second: int) -> Path:
    """A file as it was last changed at this second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (second, second))
    return path


def events(steps: int) -> bytes:
    return b"".join(scalar_event("train/loss", 3 - step / 10, step) for step in range(1, steps + 1))


def named(runs: list[FoundRun]) -> dict[str, FoundRun]:
    assert len({run.name for run in runs}) == len(runs)
    return {run.name: run for run in runs}


def test_an_output_folder_of_the_hugging_face_trainer_is_one_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out / "checkpoint-5" / "trainer_state.json", state(5), 10)
    newest = write(out / "checkpoint-10" / "trainer_state.json", state(10), 20)
    live = write(out / "runs" / "Jan01_host" / "events.out.tfevents.100.host.1.0", events(12), 30)
    console = write(out / "train.log", CONSOLE, 30)
    (run,) = find_runs([tmp_path])
    assert (run.name, run.path, run.reader.format) == ("out", live, "tensorboard")
    assert [(each.path, each.reader.format) for each in run.siblings] == [
        (console, "hf-console"),
        (newest, "hf-state"),
    ]
    assert find_runs([out])[0].name == "out"


def test_an_older_training_in_the_same_output_folder_is_another_run(tmp_path: Path) -> None:
    write(tmp_path / "out" / "trainer_state.json", state(12), 30)
    for second, name in ((10, "old"), (30, "new")):
        path = tmp_path / "out" / "runs" / name / f"events.out.tfevents.{second}.host.1.0"
        write(path, events(12), second)
    runs = named(find_runs([tmp_path]))
    assert set(runs) == {"out", "old"}
    assert runs["out"].path.parent.name == "new"
    assert runs["old"].siblings == ()


def test_two_loggers_of_one_run_in_two_folders_are_one_run(tmp_path: Path) -> None:
    written = write(tmp_path / "out" / "checkpoint-10" / "trainer_state.json", state(12), 30)
    live = write(tmp_path / "tb" / "first" / "events.out.tfevents.100.host.1.0", events(14), 30)
    (run,) = find_runs([tmp_path])
    assert (run.name, run.path, run.elsewhere) == ("first", live, (written,))
    assert [each.path for each in run.siblings] == [written]
    watch = Watch([tmp_path])
    watch.poll()
    watch.close()
    assert list(watch.followers) == ["first"]
    assert [note for note in watch.notices if str(written) in note and "of the same run" in note]
    other = tmp_path / "tb" / "second" / "events.out.tfevents.200.host.1.0"
    write(other, b"".join(scalar_event("train/loss", 2.9 - step / 10, step) for step in range(1, 15)), 31)
    assert set(named(find_runs([tmp_path]))) == {"first", "second"}


@pytest.mark.parametrize(
    "changed", [state(7), state(12).replace("2.5", "2.501"), state(12).replace("step", "s")]
)
def test_logs_of_few_or_of_other_values_in_two_folders_are_two_runs(tmp_path: Path, changed: str) -> None:
    write(tmp_path / "out" / "checkpoint-10" / "trainer_state.json", changed, 30)
    write(tmp_path / "tb" / "first" / "events.out.tfevents.100.host.1.0", events(14), 30)
    assert "first" in named(find_runs([tmp_path]))


def test_a_log_with_few_points_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "trainer_state.json", state(30), 30)
    write(tmp_path / "train.log", CONSOLE[:100], 30)
    (run,) = find_runs([tmp_path])
    assert run.reader.format == "hf-state"
    assert [each.reader.format for each in run.siblings] == ["hf-console"]


def test_a_console_beside_the_folder_that_it_is_named_after(tmp_path: Path) -> None:
    write(tmp_path / "hot.log", CONSOLE, 30)
    write(tmp_path / "cold.log", CONSOLE, 30)
    assert set(named(find_runs([tmp_path]))) == {"hot.log", "cold.log"}
    write(tmp_path / "hot" / "checkpoint-10" / "trainer_state.json", state(3), 31)
    runs = named(find_runs([tmp_path]))
    assert set(runs) == {"hot.log", "cold.log"}
    assert [each.reader.format for each in runs["hot.log"].siblings] == ["hf-state"]
    write(tmp_path / "hot" / "console.log", CONSOLE, 32)
    assert set(named(find_runs([tmp_path]))) == {"hot.log", "cold.log", "hot"}


def test_llama_factory_before_everything(tmp_path: Path) -> None:
    lines = [
        json.dumps({"current_steps": step, "total_steps": 40, "loss": 2.5}) + "\n" for step in range(1, 13)
    ]
    write(tmp_path / "trainer_log.jsonl", "".join(lines), 30)
    write(tmp_path / "trainer_state.json", state(12), 30)
    write(tmp_path / "runs" / "a" / "events.out.tfevents.1.host.1.0", events(12), 30)
    (run,) = find_runs([tmp_path])
    assert run.reader.format == "llama-factory"
    assert [each.reader.format for each in run.siblings] == ["tensorboard", "hf-state"]


def test_logs_of_one_kind_are_runs_of_their_own(tmp_path: Path) -> None:
    for name in ("a.log", "b.log", "b.log.1"):
        write(tmp_path / "logs" / name, CONSOLE, 30)
    write(tmp_path / "logs" / "x.csv", "step,loss\n1,2\n", 30)
    assert set(named(find_runs([tmp_path]))) == {"a.log", "b.log", "b.log.1", "x.csv"}


def test_a_run_resumed_into_a_second_event_file(tmp_path: Path) -> None:
    first = write(tmp_path / "r" / "events.out.tfevents.100.host.1.0", events(5), 10)
    second = write(tmp_path / "r" / "events.out.tfevents.99999.host.1.0", events(9), 20)
    (run,) = find_runs([tmp_path])
    assert (run.name, run.path) == ("r", second)
    assert [part.path for part in run.parts] == [first]


@pytest.mark.parametrize("folders", [("train", "validation"), ("loss_train", "loss_eval")])
def test_folders_of_one_run(tmp_path: Path, folders: tuple[str, str]) -> None:
    for folder in folders:
        write(tmp_path / "logs" / "fit" / folder / "events.out.tfevents.5.host.1.0", events(3), 10)
    (run,) = find_runs([tmp_path])
    assert run.name == "fit"
    assert {run.path.parent.name, run.parts[0].path.parent.name} == set(folders)


def test_event_files_of_real_writers(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "torch_tensorboard", tmp_path / "runs" / "a")
    shutil.copytree(FIXTURES / "lightning", tmp_path / "lightning_logs" / "version_0")
    runs = named(find_runs([tmp_path]))
    assert set(runs) == {"a", "version_0"}
    assert len(runs["a"].parts) == 3
    assert runs["version_0"].reader.format == "tensorboard"
    assert [each.reader.format for each in runs["version_0"].siblings] == ["lightning-csv"]


def test_a_wandb_folder(tmp_path: Path) -> None:
    home = tmp_path / "wandb" / "run-20240214_195452-kt2awly2"
    write(home / "files" / "output.log", CONSOLE, 30)
    write(home / "files" / "wandb-summary.json", '{"_step": 5, "train/loss": 2.5, "_wandb": {}}', 30)
    write(home / "logs" / "debug.log", CONSOLE, 30)
    (tmp_path / "wandb" / "latest-run").symlink_to(home.name)
    (run,) = find_runs([tmp_path])
    assert (run.name, run.path.name) == (home.name, "output.log")
    assert [each.reader.format for each in run.siblings] == ["wandb-summary"]
    shutil.copy(FIXTURES / "wandb_offline" / "run-8weg27i1.wandb", home)
    (run,) = find_runs([tmp_path])
    assert (run.name, run.reader.format) == (home.name, "wandb")
    assert [each.reader.format for each in run.siblings] == ["hf-console", "wandb-summary"]


def test_an_mlflow_folder(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "mlflow_run", tmp_path / "mlruns" / "1" / "64427cc880cd4e2db1df736a0f253543")
    (run,) = find_runs([tmp_path])
    assert (run.name, run.path.name, run.reader.format) == (
        "lora-0",
        "64427cc880cd4e2db1df736a0f253543",
        "mlflow",
    )
    assert find_runs([run.path])[0].path == run.path


def test_a_database_holds_several_runs(tmp_path: Path) -> None:
    path = tmp_path / "tune.db"
    db = sqlite3.connect(path)
    db.executescript(TRACKIO)
    for key in ("a1", "b2"):
        log(db, key, 1, {"loss": 2.5})
    db.commit()
    db.close()
    for runs in (find_runs([path]), find_runs([tmp_path])):
        assert {run.name: run.path for run in runs} == {"lora/a1": path / "a1", "lora/b2": path / "b2"}
        assert all(len(run.reader(run.path).load()) == 1 for run in runs)  # type: ignore[attr-defined]


def test_what_is_no_run_is_passed_over(tmp_path: Path) -> None:
    for folder in (".git", ".venv", "node_modules", "datasets"):
        write(tmp_path / folder / "train.log", CONSOLE, 30)
    write(tmp_path / "train.jsonl", '{"prompt": "loss", "completion": "1", "step": 3}\n' * 5, 30)
    write(tmp_path / "requirements.txt", "loss==1\n", 30)
    write(tmp_path / "numbers.csv", "step,x\n1,2\n", 30)
    write(tmp_path / "empty.log", "", 30)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert find_runs([tmp_path]) == []
    (tmp_path / "gone.log").symlink_to(tmp_path / "nothing")
    assert find_runs([tmp_path]) == []


def test_names_are_as_long_as_it_takes(tmp_path: Path) -> None:
    for place in ("a/out", "b/out", "c/other"):
        write(tmp_path / place / "trainer_state.json", state(3), 30)
    assert set(named(find_runs([tmp_path]))) == {"a/out", "b/out", "other"}
    same = tmp_path / "a" / "out" / "trainer_state.json"
    assert [run.name for run in find_runs([same, same])] == ["trainer_state.json", "trainer_state.json (2)"]


def test_a_search_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path.joinpath(*"abcdefghijkl")
    write(deep / "train.log", CONSOLE, 30)
    assert find_runs([tmp_path]) == []
    for number in range(MOST_RUNS + 5):
        write(tmp_path / f"run{number}.log", CONSOLE[:200], number)
    found = find_runs([tmp_path])
    assert [run.name for run in found] == [f"run{number}.log" for number in range(5, MOST_RUNS + 5)]
    monkeypatch.setattr(log_files, "MOST_OPENED", 3)
    assert len(find_runs([tmp_path])) == 3


def test_the_real_logs_are_all_found(shared_data: Path) -> None:
    found = named(find_runs([shared_data / "logs"]))
    assert len(found) == 25
    assert sum(run.reader.format == "hf-state" for run in found.values()) == 15
    assert all(run.siblings == () and run.parts == () for run in found.values())
    assert not any("(2)" in run.name for run in find_runs([shared_data]))


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nothing\.log"):
        find_runs([tmp_path / "nothing.log"])


def test_a_named_pipe_is_not_opened(tmp_path: Path) -> None:
    """To open one is to wait for its writer, and to read it to take from its reader."""
    os.mkfifo(tmp_path / "train.log")
    assert find_runs([tmp_path / "train.log"]) == find_runs([tmp_path]) == []
