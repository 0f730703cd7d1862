"""Settings as plain JSON values, and back by the types of their fields."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson


def to_plain(settings: Any) -> dict[str, Any]:
    """A settings dataclass as JSON values; paths become texts."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(dataclasses.asdict(settings), default=str))
    return plain


def from_plain(kind: Any, plain: Any) -> Any:
    """The value of a type (dataclass, Path, tuple[X, ...], Mapping, X | None, or plain) from its JSON values."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(
            **{each.name: from_plain(hints[each.name], plain[each.name]) for each in dataclasses.fields(kind)}
        )
    if origin in (typing.Union, types.UnionType):
        return (
            None if plain is None else from_plain(next(one for one in inner if one is not type(None)), plain)
        )
    if origin is tuple:
        return tuple(from_plain(inner[0], one) for one in plain)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: from_plain(inner[1], one) for key, one in plain.items()}
    return Path(plain) if kind is Path else plain
