"""How a file spells its JSON: separators, indentation, escapes; and new values written the same way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ftui.dataset import json_text


@dataclass(frozen=True, slots=True)
class Style:
    """Spelling of JSON."""

    item: str = ", "
    """Between items, up to the line break if there is one."""
    key: str = ": "
    indent: str = ""
    """One level of indentation; "" where a value stands on one line."""
    newline: str = "\n"
    ascii_only: bool = False
    """Whether characters beyond ASCII are escaped."""


def dump(value: Any, style: Style, margin: str = "") -> bytes:
    """A value in a style; `margin` is the indentation of the line on which it begins."""
    text = json.dumps(
        value,
        ensure_ascii=style.ascii_only,
        separators=(style.item, style.key),
        indent=style.indent or None,
    )
    if style.indent:
        text = text.replace("\n", style.newline + margin)
    return json_text.to_bytes(text)
