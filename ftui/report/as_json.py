"""The report object as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson


def as_json(value: Any) -> str:
    """The value as indented JSON; a lone surrogate, which JSON cannot carry, becomes U+FFFD (same length)."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    try:
        data = orjson.dumps(value, option=options)
    except TypeError:
        data = orjson.dumps(without_surrogates(value), option=options)
    return data.decode() + "\n"


def without_surrogates(value: Any) -> Any:
    """The value with U+FFFD for each lone surrogate, in all its texts."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_surrogates(item) for item in value]
    return value
