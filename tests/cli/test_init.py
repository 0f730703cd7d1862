"""`ftui init`: a settings file that the other commands can read, and never one written over."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ftui.project.load import read_project
from tests.cli.test_check import END, ROWS, write_rows
from tests.run_ftui import finished as ftui


def test_the_settings_fit_the_folder_and_the_reasons_are_told(tmp_path: Path) -> None:
    for name in ("train", "val"):
        write_rows(tmp_path / f"{name}.jsonl", [(prompt, answer + END) for prompt, answer in ROWS])
    done = ftui("init", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    project = read_project(tmp_path / "ftui.toml")
    assert set(project.splits) == {"train", "validation"}
    assert project.layout == "alpaca"
    for word in ("train.jsonl", "val.jsonl", "alpaca", "ftui check"):
        assert word in done.stdout
    assert ftui("check", "--fail-on", "never", cwd=tmp_path).returncode == 0


def test_files_left_out_are_told(tmp_path: Path) -> None:
    write_rows(tmp_path / "train.jsonl", ROWS)
    for number in range(15):
        (tmp_path / f"empty-{number:02}.jsonl").write_text("")
    done = ftui("init", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.count("left out  empty-") == 12
    assert "3 more files left out" in done.stdout


def test_a_settings_file_is_written_over_only_by_force(tmp_path: Path) -> None:
    write_rows(tmp_path / "train.jsonl", ROWS)
    (tmp_path / "ftui.toml").write_text("# mine\n")
    assert ftui("init", str(tmp_path)).returncode == 2
    assert (tmp_path / "ftui.toml").read_text() == "# mine\n"
    assert ftui("init", str(tmp_path), "--force").returncode == 0
    assert (tmp_path / "ftui.toml").read_text() != "# mine\n"


def test_a_dry_run_prints_the_file_and_writes_none(tmp_path: Path) -> None:
    write_rows(tmp_path / "train.jsonl", ROWS)
    done = ftui("init", str(tmp_path), "--dry-run")
    assert tomllib.loads(done.stdout)["splits"]
    assert not (tmp_path / "ftui.toml").exists()


def test_a_folder_without_data_is_one_clear_line(tmp_path: Path) -> None:
    done = ftui("init", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
