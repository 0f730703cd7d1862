"""On which line of a TOML file each key stands: tomllib reads values and forgets where they were."""

from __future__ import annotations

import tomllib
from typing import Any

KeyPath = tuple[str, ...]


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, of every table and key of a valid TOML text, by path; inline tables count as their key.

    The tables of an array `[[rules.custom]]` are ("rules", "custom", "0"), "1" and so on.
    """
    lines: dict[KeyPath, int] = {}
    members: dict[KeyPath, int] = {}
    table: KeyPath = ()
    pending = ""
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start if pending else number
        pending += line + "\n"
        stripped = pending.strip()
        if not stripped or stripped.startswith("#"):
            pending = ""
            continue
        found = _parsed(pending)
        if found is None:
            continue  # a value over several lines: more of it is needed
        pending = ""
        path = _path(found, stripped.startswith("["))
        if stripped.startswith("[["):
            number = members[path] = members.get(path, -1) + 1
            table = path = (*path, str(number))
        elif stripped.startswith("["):
            table = path
        else:
            path = (*table, *path)
        for depth in range(1, len(path) + 1):
            lines.setdefault(path[:depth], start)
    return lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a key, or of the nearest thing around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _path(found: Any, header: bool) -> KeyPath:
    """The path that one header or one `key = value` stands for."""
    path: list[str] = []
    while isinstance(found, dict) and len(found) == 1:
        key, found = next(iter(found.items()))
        path.append(key)
        if header and isinstance(found, list):
            found = found[0]
    return tuple(path)
