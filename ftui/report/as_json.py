"""The report object as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson

from ftui import __version__
from ftui.report.report import SCHEMA

_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""Characters that JSON may hold as they are, and a terminal obeys, hides or reorders by."""


def as_json(value: Any) -> str:
    """The value as indented JSON that is safe to print: characters that a terminal obeys or hides are escaped.

    A lone surrogate, which JSON cannot carry, becomes U+FFFD (same length).
    """
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    try:
        data = orjson.dumps(value, option=options)
    except TypeError:
        data = orjson.dumps(without_surrogates(value), option=options)
    return _UNSAFE.sub(_escaped, data.decode()) + "\n"


def command_json(report: Mapping[str, Any]) -> str:
    """What a command reports, as JSON that begins like that of `ftui check`: the version and the schema."""
    return as_json({"ftui": __version__, "schema": SCHEMA, **report})


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def without_surrogates(value: Any) -> Any:
    """The value with U+FFFD for each lone surrogate, in all its texts."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_surrogates(item) for item in value]
    return value
