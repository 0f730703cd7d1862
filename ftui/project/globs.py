"""Patterns of files as a person writes them in ftui.toml: `legacy/**`, `*.csv`, `data/old`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_SIGNS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


def matches(path: Path, pattern: str, root: Path) -> bool:
    """Whether a pattern, relative to root, means a file or a folder above it; without a slash, in any folder."""
    place = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    return _compiled(pattern).fullmatch(place) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    wanted = pattern.removeprefix("./").rstrip("/")
    body = "".join(_SIGNS.get(part) or re.escape(part) for part in _PARTS.findall(wanted))
    anywhere = "" if "/" in wanted else "(?:.*/)?"
    return re.compile(f"{anywhere}{body}(?:/.*)?", re.DOTALL)
