"""The build machine's measuring tool for terminal apps, loaded from where it stands."""

from __future__ import annotations

import importlib.util
import os
from types import ModuleType
from typing import Any

from tests.benchmarks.data import SHARED

TOOL = SHARED / "tools" / "pty_latency.py"


def load() -> ModuleType:
    """The tool as a module: its App runs a command under a pseudo-terminal and models its screen."""
    spec = importlib.util.spec_from_file_location("pty_latency", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(tool: ModuleType, command: list[str], columns: int = 120, rows: int = 40) -> Any:
    """A command under a pseudo-terminal."""
    environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
    return tool.App(command, columns, rows, environment)
