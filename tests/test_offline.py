"""Nothing in ftui needs a network, and nothing tries to use one: every command with connections refused."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import no_network
from tests.rules import whole_catalogue
from tests.run_ftui import ftui

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {
    "check": ["check", ".", "--format", "json"],
    "fix": ["fix", ".", "--unsafe"],
    "tokens": ["tokens", "."],
    "drift": ["drift", "."],
    "split": ["split", ".", "--output", "splits"],
    "guide": ["guide", "."],
    "balance": ["balance", "labels.jsonl"],
    "contamination": ["contamination"],
    "contamination index": ["contamination", "index", "benchmark.jsonl"],
    "doctor": ["doctor"],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    whole_catalogue.write(folder)
    return folder


@pytest.fixture
def refusing(tmp_path: Path) -> dict[str, str]:
    """The environment in which every Python process, workers too, refuses connections and writes them down."""
    start = tmp_path / "start"
    start.mkdir()
    (start / "sitecustomize.py").write_text("from tests import no_network\n\nno_network.refuse()\n")
    log = str(tmp_path / "connections")
    return dict(os.environ) | {"PYTHONPATH": f"{start}{os.pathsep}{ROOT}", no_network.LOG: log}


def test_the_refusal_refuses_and_writes_down() -> None:
    with socket.socket() as one, pytest.raises(no_network.RefusedError):
        one.connect(("192.0.2.1", 80))
    with pytest.raises(no_network.RefusedError):
        socket.getaddrinfo("example.com", 80)
    assert [tried.split()[0] for tried in no_network.attempts[-2:]] == [
        "socket.connect",
        "socket.getaddrinfo",
    ]
    del no_network.attempts[-2:]


def test_the_refusal_reaches_other_processes(refusing: dict[str, str]) -> None:
    code = "import socket; socket.socket().connect(('192.0.2.1', 80))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=refusing, capture_output=True, text=True, check=False
    )
    assert "RefusedError" in done.stderr
    assert Path(refusing[no_network.LOG]).read_text() == "socket.connect 192.0.2.1\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_in_this_process(project: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    done = ftui(*COMMANDS[name])
    assert done.code in (0, 1), done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_in_a_process_of_its_own(project: Path, name: str, refusing: dict[str, str]) -> None:
    _run([sys.executable, "-m", "ftui", *COMMANDS[name]], project, refusing)
    assert not Path(refusing[no_network.LOG]).exists()


def test_every_rule_runs_without_any_network(project: Path, refusing: dict[str, str]) -> None:
    """In a network of its own, with not even a loopback: what is no Python cannot connect either."""
    unshare = shutil.which("unshare")
    if (
        unshare is None
        or subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine lets nobody make a network namespace")
    done = _run([unshare, "-n", sys.executable, "-m", "ftui", *COMMANDS["check"]], project, refusing)
    report = json.loads(done.stdout)
    assert report["skipped"] == []
    assert report["files"]
    _run([unshare, "-n", sys.executable, "-m", "ftui", *COMMANDS["tokens"]], project, refusing)
    assert not Path(refusing[no_network.LOG]).exists()


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return done
