"""Values of runs as plain JSON values: no NaN, no infinity, no bytes that are not Unicode."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def plain_number(value: float | None) -> float | int | None:
    """A number, whole where it is whole; None for NaN and infinity, which JSON does not have."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def plain_value(value: object) -> Any:
    """Evidence of a verdict, whatever containers and numbers it was built of."""
    if isinstance(value, Mapping):
        return {str(name): plain_value(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(each) for each in value]
    if isinstance(value, bool | str | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return plain_value(value.item()) if hasattr(value, "item") else str(value)


def shown_path(path: Path) -> str:
    """The path as Unicode, whatever bytes its name has."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
