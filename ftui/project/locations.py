"""Where things are kept on this machine: the user's settings and state, and the data that comes with ftui."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def config_dir() -> Path:
    """The user's settings, keymap and themes: $XDG_CONFIG_HOME/ftui, else ~/.config/ftui."""
    return _base("XDG_CONFIG_HOME", ".config") / "ftui"


def state_dir() -> Path:
    """What ftui remembers outside of projects: $XDG_STATE_HOME/ftui, else ~/.local/state/ftui."""
    return _base("XDG_STATE_HOME", ".local/state") / "ftui"


def packaged_dir(name: str) -> Path:
    """A folder that comes with ftui (`themes`, `samples`): beside the package in a checkout, inside it in a wheel."""
    beside = PACKAGE.parent / name
    in_checkout = beside.is_dir() and (PACKAGE.parent / "pyproject.toml").is_file()
    return beside if in_checkout else PACKAGE / "_data" / name


def _base(variable: str, default: str) -> Path:
    # The XDG specification: a relative path in the variable is to be ignored.
    named = Path(os.environ.get(variable, ""))
    return named if named.is_absolute() else Path.home() / default
