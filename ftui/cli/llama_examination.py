"""What `ftui doctor` finds out about llama.cpp, which samples models: in a process of its own, as it may die of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftui.cli.examination_line import Line

TESTED = "0.3.36"
"""The version that pyproject.toml pins."""
TOPIC = "Sampling"
LOAD_S = 30
_SHOWN = 200
_PROBE = """
import contextlib, importlib.metadata, io, json, sys
found = {"by": sorted({*importlib.metadata.packages_distributions().get("llama_cpp", [])})}
try:
    import llama_cpp
    found["file"] = getattr(llama_cpp, "__file__", None)
    found["version"] = getattr(llama_cpp, "__version__", None)
    found["right"] = hasattr(llama_cpp, "Llama") and hasattr(llama_cpp, "llama_decode")
    if found["right"]:
        found["gpu"] = bool(llama_cpp.llama_supports_gpu_offload())
        found["system"] = llama_cpp.llama_print_system_info().decode("utf-8", "replace")
except ModuleNotFoundError as error:
    found["missing"] = error.name
except BaseException as error:
    found["error"] = f"{type(error).__name__}: {error}"
print("\\n" + json.dumps(found))
"""


def install_command(*, cuda: bool = False, anew: bool = False) -> str:
    """What to type; `anew` where one is there already."""
    # Flags are no part of the key of pip's cache: a build of another kind would be taken from there.
    python = Path(sys.executable).name
    flags = "-DGGML_CUDA=on -DCMAKE_CUDA_ARCHITECTURES=native" if cuda else "-DGGML_NATIVE=OFF"
    options = "--no-cache-dir --force-reinstall --no-deps " if anew else "--no-cache-dir " if cuda else ""
    return f'CMAKE_ARGS="{flags} -DLLAVA_BUILD=OFF" {python} -m pip install {options}"llama-cpp-python=={TESTED}"'


def llama_lines(found: dict[str, Any] | None = None) -> Iterator[Line]:
    """Lines about llama-cpp-python; `found` stands in for what the probe says."""
    name = "llama-cpp-python"
    found = probe() if found is None else found
    if "missing" in found:
        missing = found["missing"]
        says = (
            "not installed · only needed to sample models here; a server needs nothing"
            if missing == "llama_cpp"
            else f"installed, but {missing} is missing"
        )
        yield Line(TOPIC, name, False, says, f"{install_command()} (needs a C++ compiler, about 4 minutes)")
        if shutil.which("nvidia-smi") and missing == "llama_cpp":
            yield Line(
                TOPIC, "GPU", False, "an NVIDIA GPU is here", f"{install_command(cuda=True)} (needs nvcc)"
            )
        return
    if "error" in found:
        says = f"does not load · {found['error'][:_SHOWN]}"
        yield Line(TOPIC, name, False, says, install_command(anew=True))
        return
    if not found.get("right"):
        by = ", ".join(found.get("by") or []) or "another package"
        says = f"the module llama_cpp is not the right one · {found.get('file')} of {by}"
        python = Path(sys.executable).name
        removed = " ".join(found.get("by") or ["PACKAGE"])
        yield Line(
            TOPIC, name, False, says, f"{python} -m pip uninstall {removed}; {install_command(anew=True)}"
        )
        return
    version = found.get("version")
    fits = version == TESTED
    says = f"{version} · {found.get('file')}" + ("" if fits else f" · ftui was tested with {TESTED}")
    yield Line(TOPIC, name, fits, says, install_command(anew=True))
    yield _gpu(bool(found.get("gpu")))
    yield Line(TOPIC, "CPU", True, _features(str(found.get("system", ""))))


def probe() -> dict[str, Any]:
    """What a child process sees when it imports llama_cpp."""
    try:
        child = subprocess.run(
            # -P: what lies in this folder is no package.
            [sys.executable, "-P", "-c", _PROBE],
            capture_output=True,
            timeout=LOAD_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"error": str(error)}
    lines = child.stdout.decode("utf-8", "replace").strip().splitlines()
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError):
        found = None
    if isinstance(found, dict):
        return found
    said = child.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = (
        "illegal instruction: built for another CPU" if child.returncode == -4 else f"exit {child.returncode}"
    )
    return {"error": " · ".join([reason, *said[-1:]])}


def _gpu(offloads: bool) -> Line:
    if offloads:
        return Line(TOPIC, "GPU", True, "this build can offload layers")
    there = shutil.which("nvidia-smi") is not None
    says = (
        "an NVIDIA GPU is here, and this build uses the CPU alone"
        if there
        else "this build uses the CPU alone"
    )
    return Line(TOPIC, "GPU", not there, says, f"{install_command(cuda=True, anew=True)} (needs nvcc)")


def _features(system: str) -> str:
    """The features that are on: `AVX2 = 1 | BMI2 = 1` as `AVX2 BMI2`."""
    parts = [part.split(":")[-1].split("=") for part in system.split("|")]
    on = [part[0].strip() for part in parts if len(part) == 2 and part[1].strip() == "1"]
    return " ".join(on) or system.strip()[:_SHOWN] or "nothing is told"
