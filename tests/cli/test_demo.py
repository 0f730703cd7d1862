"""`ftui demo`: a copy of the samples, never the samples themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.cli import demo
from ftui.cli.demo import SAMPLES
from ftui.project.load import load_project
from tests.cli.test_command_line import ROOT, ftui


def test_without_a_terminal_the_samples_are_checked_and_the_app_is_pointed_to(tmp_path: Path) -> None:
    folder = tmp_path / "hayrick"
    done = ftui("demo", "--dir", str(folder))
    assert done.returncode == 0, done.stderr
    assert "STP001" in done.stdout
    assert str(folder) in done.stderr
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert {path.as_posix() for path in files if path.parts[0] != ".ftui"} == set(SAMPLES)
    for name in SAMPLES:
        copied, sample = ((place / name).read_bytes() for place in (folder, ROOT / "samples"))
        assert copied.startswith(sample) if name == "ftui.toml" else copied == sample


def test_the_small_model_can_be_sampled_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / 'an "odd" name.gguf'
    model.touch()
    monkeypatch.setattr(demo, "small_model", lambda: model)
    models = load_project(demo.copy_samples(tmp_path / "with")).review.models
    assert [(each.name, each.gguf, each.base) for each in models] == [
        ("base", model, True),
        ("prompted", model, False),
    ]
    monkeypatch.setattr(demo, "small_model", lambda: None)
    assert not load_project(demo.copy_samples(tmp_path / "without")).review.models


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text("mine")
    done = ftui("demo", "--dir", str(tmp_path))
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert (tmp_path / "train.jsonl").read_text() == "mine"


def test_a_scratch_folder_is_new_each_time(tmp_path: Path) -> None:
    for _ in range(2):
        assert ftui("demo", "--quiet", TMPDIR=str(tmp_path)).returncode == 0
    assert len(list(tmp_path.glob("ftui-demo-*"))) == 2
