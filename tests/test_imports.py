"""What each room may import, proven in fresh interpreters; import-linter holds the arrows statically."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("project", "store", "text", "dataset", "rules", "training", "jobs", "discover", "report")


def modules_after(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after some code."""
    shown = "import sys; print('\\n' + ' '.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{shown}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def modules_of(room: str) -> list[str]:
    """Every module of a room."""
    path = ROOT / "ftui" / room
    if not path.is_dir():
        return [f"ftui.{room}"]
    files = sorted(path.rglob("*.py"))
    names = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files
    ]
    return [name for name in names if not name.endswith("__main__")]


@pytest.mark.parametrize("room", ROOMS)
def test_no_core_room_loads_a_front(room: str) -> None:
    loaded = modules_after("import " + ", ".join(modules_of(room)))
    assert not {"textual", "rich", "tree_sitter"} & loaded


def test_training_loads_neither_polars_nor_numpy_by_itself() -> None:
    """It lives in a trainer's process, and in the app before its first paint."""
    loaded = modules_after("import " + ", ".join(modules_of("training")))
    assert not {"polars", "numpy"} & loaded


def test_the_headless_front_loads_no_textual_before_the_app_starts() -> None:
    assert "textual" not in modules_after("import " + ", ".join(modules_of("cli")))


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["rules"],
        ["explain", "STP"],
        ["doctor"],
        ["completion", "zsh"],
        ["check", "samples"],
        ["demo"],
    ],
)
def test_headless_commands_load_no_textual(words: list[str], tmp_path: Path) -> None:
    words = [*words, "--dir", str(tmp_path)] if words == ["demo"] else words
    assert "textual" not in modules_after(f"from ftui.cli import main; main({words!r})")


def test_light_commands_load_neither_polars_nor_numpy() -> None:
    for words in (["--help"], ["doctor"], ["completion", "bash"]):
        assert not {"polars", "numpy"} & modules_after(f"from ftui.cli import main; main({words!r})")
