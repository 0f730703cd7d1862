"""`ftui sample` as a process of its own while llama.cpp is killed, hangs, or the disk is full: nothing is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from tests.cli.sampled_project import ROWS, command, ended, kept, started, write_rows
from tests.review.conftest import smol as smol

PATIENCE = 60
FEW = ("--strata", "random", "--threads", "1", "--context", "512")
SHORT = (*FEW, "--n", "4", "--max-tokens", "6")
LONG = (*FEW, "--n", "3", "--max-tokens", "100", "--temperature", "1.4")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_rows(tmp_path, ROWS)
    return tmp_path


def engines(process: subprocess.Popen[str]) -> Iterator[psutil.Process]:
    """The processes of llama.cpp under a command, as they come, until the command ends."""
    seen: set[int] = set()
    end = monotonic() + PATIENCE
    while process.poll() is None:
        assert monotonic() < end, "the command neither ended nor started llama.cpp"
        for child in psutil.Process(process.pid).children():
            if child.pid not in seen:
                seen.add(child.pid)
                yield child
        sleep(0.02)


def first_sample(folder: Path) -> None:
    """Wait until a review holds a sample."""
    end = monotonic() + PATIENCE
    while True:
        assert monotonic() < end, "no sample came"
        if (folder / "review.sqlite").is_file():
            try:
                db = sqlite3.connect(folder / "review.sqlite")
                count = db.execute("SELECT count(*) FROM samples").fetchone()[0]
                db.close()
            except sqlite3.OperationalError:
                count = 0  # the tables are being made
            if count:
                return
        sleep(0.02)


def sampling_again(child: psutil.Process, folder: Path) -> None:
    """Wait until llama.cpp is in the middle of a sample that is not the first."""
    first_sample(folder)
    spent, end = child.cpu_times().user, monotonic() + PATIENCE
    while child.cpu_times().user < spent + 0.2:
        assert monotonic() < end, "llama.cpp rests"
        sleep(0.01)


def alone(pids: list[int]) -> bool:
    """Whether none of the processes is left."""
    return not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGSEGV, marks=pytest.mark.slow)])
def test_llama_cpp_dies_once_and_the_run_goes_on(project: Path, smol: Path, number: signal.Signals) -> None:
    with started(project, "--model", f"tuned={smol}", *LONG, "--review", "kept") as process:
        children = engines(process)
        child = next(children)
        pids = [child.pid]
        sampling_again(child, project / "kept")
        os.kill(child.pid, number)
        pids += [child.pid for child in children]
        ran = ended(process)
    assert ran.code == 0, ran.err
    (told,) = [line for line in ran.err.splitlines() if number.name in line]
    assert told.startswith("warning: tuned: ")
    assert "started anew" in told
    assert len(pids) == 2
    assert alone(pids)
    assert len(kept(project / "kept")) == 3
    assert "error" not in kept(project / "kept")


STOPPED = """
import os, signal
from ftui.review.backends.llama import handle
class Stopped(handle.Process):
    def __init__(self, *words, **named):
        super().__init__(*words, **named)
        os.kill(self.pid, signal.SIGSTOP)
handle.Process = Stopped
"""
"""However late the test comes, llama.cpp has not even loaded the model."""


def test_llama_cpp_dies_each_time_and_the_run_is_taken_up_later(project: Path, smol: Path) -> None:
    assert command(project, "--model", f"tuned={smol}", *SHORT, "--review", "kept").code == 0
    more = ("--model", f"tuned={smol}", *SHORT[:-3], "9", "--max-tokens", "6", "--review", "kept")
    pids = []
    with started(project, *more, code=STOPPED) as process:
        for child in engines(process):
            child.kill()
            pids.append(child.pid)
        ran = ended(process)
    assert ran.code == 2, ran.err
    (error,) = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert smol.name in error
    assert "SIGKILL" in error
    assert "hint: out of memory?" in ran.err
    assert "Traceback" not in ran.err
    assert alone(pids)
    assert kept(project / "kept").count("error") == 0
    assert len(kept(project / "kept")) == 4
    again = command(project, *more)
    assert again.code == 0, again.err
    assert "9 samples, 4 of them are there" in again.err
    assert len(kept(project / "kept")) == 9


HURRY = """
from ftui.review.backends.llama.handle import LlamaBackend
LlamaBackend.__init__.__kwdefaults__["silence"] = 3.0
"""


@pytest.mark.slow
def test_llama_cpp_hangs_and_is_ended(project: Path, smol: Path) -> None:
    words = ("--model", f"tuned={smol}", *LONG, "--review", "kept")
    with started(project, *words, code=HURRY) as process:
        children = engines(process)
        child = next(children)
        pids = [child.pid]
        sampling_again(child, project / "kept")
        os.kill(child.pid, signal.SIGSTOP)
        pids += [child.pid for child in children]
        ran = ended(process)
    assert ran.code == 0, ran.err
    assert "no sign of life for 3 s" in ran.err
    assert len(pids) >= 2
    assert alone(pids)
    assert len(kept(project / "kept")) == 3


@pytest.mark.slow
def test_the_command_is_killed_and_llama_cpp_goes_with_it(project: Path, smol: Path) -> None:
    words = ("--model", f"tuned={smol}", *LONG, "--review", "kept")
    with started(project, *words) as process:
        child = next(engines(process))
        first_sample(project / "kept")
        process.kill()
        process.wait()
        child.wait(PATIENCE)
    before = len(kept(project / "kept"))
    assert before >= 1
    again = command(project, *words)
    assert again.code == 0, again.err
    assert f"3 samples, {before} of them are there" in again.err
    assert len(kept(project / "kept")) == 3


FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
"""


def test_a_full_disk_loses_nothing(project: Path, smol: Path) -> None:
    model = ("--model", f"tuned={smol}", "--review", "kept")
    assert command(project, *model, *SHORT).code == 0
    before = kept(project / "kept")
    more = (*model, *FEW, "--n", "16", "--max-tokens", "6")
    size = (project / "kept" / "review.sqlite").stat().st_size + 8192
    with started(project, *more, code=FULL.format(size=size)) as process:
        ran = ended(process)
    assert ran.code == 2, ran
    (error,) = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert "review.sqlite" in error
    assert "the same command again" in ran.err
    assert "Traceback" not in ran.err
    assert kept(project / "kept")[: len(before)] == before
    again = command(project, *more)
    assert again.code == 0, again.err
    assert len(kept(project / "kept")) == 16
    assert "error" not in kept(project / "kept")
