"""`ftui doctor`: names what is missing, and the command that mends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.cli import examination
from ftui.cli.examination import satisfies
from ftui.cli.examination_line import Line
from tests.cli.test_command_line import ftui


def terminal(environment: dict[str, str]) -> dict[str, Line]:
    return {line.name: line for line in examination._terminal(environment)}


@pytest.mark.parametrize(
    ("version", "spec", "fits"),
    [
        ("0.25.2", ">=0.25.2,<0.26", True),
        ("0.26.1", ">=0.25.2,<0.26", False),
        ("0.26.0", ">=0.25.2,<0.26", False),
        ("0.25.1", ">=0.25.2,<0.26", False),
        ("8.10.0", "<8.3,>=8.2.8", False),
        ("14.10", ">=14.2", True),
        ("3.0", "", True),
    ],
)
def test_versions_are_numbers_not_texts(version: str, spec: str, fits: bool) -> None:
    assert satisfies(version, spec) is fits


def test_a_tree_sitter_that_crashes_the_app_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "_version", lambda name: "0.26.1" if name == "tree-sitter" else None)
    line = next(line for line in examination._packages() if line.name == "tree-sitter")
    assert not line.ok
    assert line.required
    assert "pip install" in line.mend
    assert "<0.26" in line.mend


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "_version", lambda name: None)
    lines = {line.name: line for line in examination._packages()}
    assert lines["polars"].required
    assert "polars" in lines["polars"].mend
    assert "llama-cpp-python" not in lines


def test_terminal_faults_have_a_remedy() -> None:
    poor = terminal({"TERM": "dumb", "LANG": "C", "ESCDELAY": "2000", "STY": "1"})
    for name in ("TERM", "UTF-8", "ESCDELAY", "screen", "colours"):
        assert not poor[name].ok
        assert poor[name].mend
    rich = terminal({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_GB.UTF-8"})
    for name in ("TERM", "UTF-8", "ESCDELAY", "colours"):
        assert rich[name].ok


def test_tmux_is_asked_whether_it_passes_the_clipboard_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "tmux"
    fake.write_text("#!/bin/sh\ncase $3 in set-clipboard) echo external;; escape-time) echo 500;; esac\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    lines = terminal({"TERM": "screen-256color", "TMUX": "/tmp/socket,1,0"})  # noqa: S108
    assert not lines["tmux set-clipboard"].ok
    assert "set-clipboard on" in lines["tmux set-clipboard"].mend
    assert not lines["tmux escape-time"].ok


def test_json_says_the_same_as_the_exit_code(tmp_path: Path) -> None:
    done = ftui("doctor", "--format", "json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert found["ok"] is (done.returncode == 0)
    for line in found["checks"]:
        assert set(line) == {"topic", "name", "ok", "says", "mend", "required"}
    assert not (tmp_path / ".ftui").exists(), "looking leaves nothing behind"


def test_a_broken_theme_and_project_are_named(tmp_path: Path) -> None:
    (tmp_path / "ftui" / "themes").mkdir(parents=True)
    (tmp_path / "ftui" / "themes" / "mine.toml").write_text("name = ")
    (tmp_path / "ftui.toml").write_text("[nonsense]\n")
    done = ftui("doctor", "--format", "json", cwd=tmp_path, XDG_CONFIG_HOME=str(tmp_path))
    lines = {line["name"]: line for line in json.loads(done.stdout)["checks"]}
    assert not lines["mine.toml"]["ok"]
    assert not lines["ftui.toml"]["ok"]
    assert done.returncode == 1
