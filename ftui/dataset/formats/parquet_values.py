"""Parquet values as JSON and back: what JSON cannot say is shown as text."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    import polars as pl


def to_json(row: Mapping[str, Any]) -> bytes:
    """A row as JSON: times as ISO 8601, decimals and durations as text, bytes as base64, NaN as null."""
    try:
        return orjson.dumps(row, default=_as_text)
    except TypeError:  # an integer beyond 64 bits
        return json.dumps(row, default=_as_text, ensure_ascii=False, separators=(",", ":")).encode()


def _as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def from_json(value: Any, dtype: pl.DataType) -> Any:
    """A JSON value as polars wants it for a column of this type.

    Raises ValueError or TypeError when it does not fit.
    """
    import polars as pl

    if value is None:
        return None
    if isinstance(dtype, pl.List | pl.Array):
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise TypeError("a list is needed")
        inner: Any = dtype.inner
        return [from_json(item, inner) for item in value]
    if isinstance(dtype, pl.Struct):
        return _struct(value, {field.name: field.dtype for field in dtype.fields})
    if isinstance(dtype, pl.Datetime):
        return datetime.datetime.fromisoformat(value)
    if isinstance(dtype, pl.Date):
        return datetime.date.fromisoformat(value)
    if isinstance(dtype, pl.Time):
        return datetime.time.fromisoformat(value)
    if isinstance(dtype, pl.Duration):
        return datetime.timedelta(seconds=value)
    if isinstance(dtype, pl.Decimal):
        return _decimal(value)
    if isinstance(dtype, pl.Binary):
        return base64.b64decode(value, validate=True)
    return _plain(value, dtype)


def _struct(value: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("an object is needed")
    if unknown := [key for key in value if key not in fields]:
        raise ValueError(f"there is no {unknown[0]} in this column")
    return {name: from_json(value.get(name), dtype) for name, dtype in fields.items()}


def _decimal(value: Any) -> decimal.Decimal:
    try:
        return decimal.Decimal(str(value))
    except decimal.InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None


def _plain(value: Any, dtype: pl.DataType) -> Any:
    import polars as pl

    wanted: type | tuple[type, ...]
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        wanted, name = str, "a text"
    elif isinstance(dtype, pl.Boolean):
        wanted, name = bool, "true or false"
    elif dtype.is_integer():
        wanted, name = int, "a whole number"
    elif dtype.is_float():
        wanted, name = (int, float), "a number"
    else:
        raise TypeError(f"a column of type {dtype} cannot be edited")
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise TypeError(f"{name} is needed")
    return value
