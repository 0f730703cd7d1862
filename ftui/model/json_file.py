"""Small JSON files that come with a model, read with care: they were downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from ftui.project.errors import FtuiError

MOST_BYTES = 64 << 20
"""tokenizer_config.json of large vocabularies has some megabytes."""


def read_object(path: Path, hint: str) -> dict[str, Any]:
    """The JSON object in a file. Raises FtuiError for a missing, huge or broken file, or another kind of value."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror or error}", hint) from error
    if len(data) > MOST_BYTES:
        raise FtuiError(f"{path}: larger than {MOST_BYTES >> 20} MB", hint)
    try:
        held = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FtuiError(f"{path}: not JSON: {error}", hint) from error
    if not isinstance(held, dict):
        raise FtuiError(f"{path}: not a JSON object", hint)
    return held


def whole_numbers(held: object) -> tuple[int, ...]:
    """A number or a list of numbers, as token ids are given."""
    found = held if isinstance(held, list) else [held]
    return tuple(each for each in found if isinstance(each, int) and not isinstance(each, bool))


def positive(held: object) -> int | None:
    """A whole number above zero; None for anything else."""
    return held if isinstance(held, int) and not isinstance(held, bool) and held > 0 else None
