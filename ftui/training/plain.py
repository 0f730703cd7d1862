"""Values of runs as plain JSON values: no NaN, no infinity, no bytes that are not Unicode."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")


def plain_number(value: float | None) -> float | int | None:
    """A number, whole where it is whole; None for NaN and infinity, which JSON does not have."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def plain_value(value: object) -> Any:
    """Evidence of a verdict, whatever containers and numbers it was built of."""
    if isinstance(value, str):
        return unicode(value)
    if isinstance(value, Mapping):
        return {unicode(str(name)): plain_value(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(each) for each in value]
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return plain_value(value.item() if hasattr(value, "item") else str(value))


def unicode(text: str) -> str:
    """The text without surrogates: they stand for bytes of a path that are no UTF-8, and JSON may hold lone ones."""
    return _SURROGATE.sub("\ufffd", text)
