"""Settings of the terminal app: the user's own, and over them the project's [app]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ftui.project.errors import FtuiError
from ftui.project.locations import config_dir
from ftui.project.settings import Project
from ftui.project.toml_table import TomlTable, read_toml


@dataclass(frozen=True, slots=True)
class AppSettings:
    """How the app looks and behaves."""

    theme: str | None = None
    """None: the app's own choice."""
    mouse: bool = True
    plain_symbols: bool = False
    """Draw with ASCII alone."""
    cell_diff: bool = True
    """Send changed cells only."""
    bell: bool = True
    """Ring the terminal's bell at a new alert of a training run."""
    editor: str | None = None
    """The command of the external editor; None: $VISUAL, $EDITOR."""
    warnings: tuple[str, ...] = ()
    """Faults in the user's file: a broken setting must not keep the app from starting."""


KEYS = tuple(field.name for field in fields(AppSettings) if field.name != "warnings")
_TEXTS = ("theme", "editor")


def user_config() -> Path:
    """The user's own settings file."""
    return config_dir() / "config.toml"


def read_app_table(table: TomlTable) -> dict[str, Any]:
    """The settings that an [app] table gives. Raises FtuiError for unknown keys and wrong types."""
    table.finish(KEYS)
    read = {key: table.text(key) if key in _TEXTS else table.flag(key) for key in KEYS}
    return {key: value for key, value in read.items() if value is not None}


def _read_own(file: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the user's file says, and its faults; a faulty key is left out, and the others count."""
    chosen: dict[str, Any] = {}
    warnings: list[str] = []
    try:
        table = read_toml(file)
        for key in sorted({*table.keys()} - {"app"}):
            _tried(lambda one: one.finish(("app",)), table.only(key), warnings)
        app = table.table("app")
    except FtuiError as error:
        return {}, (*warnings, _said(error))
    for key in app.keys():  # noqa: SIM118 - a table is no mapping
        chosen |= _tried(read_app_table, app.only(key), warnings) or {}
    return chosen, tuple(warnings)


def _tried(read: Callable[[TomlTable], Any], table: TomlTable, warnings: list[str]) -> Any:
    try:
        return read(table)
    except FtuiError as error:
        warnings.append(_said(error))
        return None


def _said(error: FtuiError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def load_app_settings(project: Project | None = None) -> AppSettings:
    """The user's settings with the project's over them.

    Raises FtuiError for a fault in the project's file; one in the user's becomes a warning.
    """
    chosen: dict[str, Any] = {}
    warnings: tuple[str, ...] = ()
    file = user_config()
    if file.is_file():
        chosen, warnings = _read_own(file)
    if project is not None and project.config is not None:
        chosen |= read_app_table(read_toml(project.config).table("app"))
    return AppSettings(**chosen, warnings=warnings)
