"""Making a record read as another value while everything that stays the same keeps its bytes.

Adding or removing a turn, changing a role, adding a key: the new parts are written as their neighbours are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ftui.dataset import field_path, json_text
from ftui.dataset.formats.json_value import parse_json
from ftui.dataset.json_spans import Item, Span, elements, members, root, style_of, value_span
from ftui.dataset.json_style import Style, dump
from ftui.project.errors import FtuiError


def update(raw: bytes, value: Mapping[str, Any] | Sequence[Any], style: Style | None = None) -> bytes:
    """The record changed so that it reads as `value`: only the members, elements and characters that differ.

    Raises FtuiError when the record cannot be read.
    """
    old = parse_json(raw, arrays=True).value
    if old is None:
        raise FtuiError("this row cannot be read as JSON", "edit its text as a whole")
    span = root(raw)
    try:
        new = _Updater(raw, style).render(span, old, value)
    except RecursionError:
        raise FtuiError("this row is nested too deep to edit", "edit its text as a whole") from None
    return raw[: span.start] + new + raw[span.end :]


def set_value(raw: bytes, field: str, value: Any, style: Style | None = None) -> bytes:
    """The record with the value at a field path changed, or a last member added when only the last key is missing.

    Raises FtuiError when the path leads nowhere.
    """
    *parent, last = field_path.parse(field)
    old = parse_json(raw, arrays=True).value
    try:
        holder = field_path.get(old, field_path.format(parent))
    except KeyError:
        raise FtuiError(f"there is no field {field} in this row", "look at the row's own text") from None
    if isinstance(holder, dict) and isinstance(last, str):
        changed: Any = {**holder, last: value}
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        changed = [*holder[:last], value, *holder[last + 1 :]]
    else:
        raise FtuiError(f"there is no field {field} in this row", "look at the row's own text")
    span = value_span(raw, field_path.format(parent))
    return raw[: span.start] + _Updater(raw, style).render(span, holder, changed) + raw[span.end :]


class _Updater:
    """Renders parts of one record anew."""

    def __init__(self, raw: bytes, style: Style | None) -> None:
        self._raw = raw
        own = style_of([raw])
        letters = json_text.escapes_letters(raw, style is not None and style.ascii_only)
        base = own if style is None or own.indent else style
        self._style = Style(base.item, base.key, base.indent, base.newline, letters)

    def render(self, span: Span, old: Any, new: Any) -> bytes:
        """The bytes of `span`, which read as `old`, changed to read as `new`."""
        held = self._raw[span.start : span.end]
        if same(old, new):
            return held
        if isinstance(old, str) and isinstance(new, str):
            return json_text.replace(held, [(0, len(old), new)], self._style.ascii_only)
        if isinstance(old, dict) and isinstance(new, Mapping):
            return self._object(span, old, new)
        if isinstance(old, list) and isinstance(new, Sequence) and not isinstance(new, str | bytes):
            return self._array(span, old, new)
        return self._written(new, span.start)

    def _written(self, value: Any, at: int) -> bytes:
        """A new value in the place of one that begins at `at`; on one line where the record has no line breaks."""
        return dump(value, self._style, self._margin(at))

    def _margin(self, at: int) -> str:
        """The indentation of the line that holds an offset."""
        line = self._raw.rfind(b"\n", 0, at) + 1
        if not line:  # the record's first line: its closing bracket stands at the same depth
            line = self._raw.rstrip().rfind(b"\n") + 1
            at = len(self._raw) if line else at
        text = self._raw[line:at] if line else b""
        return text[: len(text) - len(text.lstrip(b" \t"))].decode("ascii")

    def _object(self, span: Span, old: Mapping[str, Any], new: Mapping[str, Any]) -> bytes:
        items = list(members(self._raw, span.start))
        keys = [json_text.decode(self._raw[item.key.start : item.key.end]) for item in items]
        last = {key: i for i, key in enumerate(keys)}  # of repeated keys the last one counts
        parts: list[tuple[Item | None, bytes]] = []
        for i, (item, key) in enumerate(zip(items, keys, strict=True)):
            if key not in new:
                continue
            value = self._raw[item.value.start : item.value.end]
            if last[key] == i:
                value = self.render(item.value, old[key], new[key])
            parts.append((item, self._raw[item.start : item.value.start] + value))
        at = 0
        for key, value in new.items():
            if key in last:
                at = next(i for i, (item, _) in enumerate(parts) if item is items[last[key]]) + 1
            else:
                colon = self._key_gap(items)
                name = dump(key, self._style)
                parts.insert(
                    at, (None, name + colon + dump(value, self._style, self._item_margin(span, items)))
                )
                at += 1
        return self._joined(span, items, parts)

    def _key_gap(self, items: Sequence[Item]) -> bytes:
        if not items:
            return self._style.key.encode()
        return self._raw[items[0].key.end : items[0].value.start]

    def _array(self, span: Span, old: Sequence[Any], new: Sequence[Any]) -> bytes:
        items = list(elements(self._raw, span.start))
        lead = 0
        while lead < min(len(old), len(new)) and same(old[lead], new[lead]):
            lead += 1
        tail = 0
        while tail < min(len(old), len(new)) - lead and same(old[-1 - tail], new[-1 - tail]):
            tail += 1
        parts: list[tuple[Item | None, bytes]] = []
        for i, value in enumerate(new):
            source = i if i < lead else i - len(new) + len(old) if i >= len(new) - tail else None
            if source is None and i < len(old) - tail:
                source = i
            if source is None:
                parts.append((None, dump(value, self._style, self._item_margin(span, items))))
            else:
                parts.append((items[source], self.render(items[source].value, old[source], value)))
        return self._joined(span, items, parts)

    def _item_margin(self, span: Span, items: Sequence[Item]) -> str:
        if items:
            return self._margin(items[0].start)
        return self._margin(span.start) + self._style.indent

    def _joined(self, span: Span, items: Sequence[Item], parts: Sequence[tuple[Item | None, bytes]]) -> bytes:
        """A container of these parts; what stood between two neighbours stays, new neighbours are set apart alike."""
        raw = self._raw
        opener, closer = raw[span.start : span.start + 1], raw[span.end - 1 : span.end]
        if not parts:
            return opener + closer
        if items:
            opening = raw[span.start + 1 : items[0].start]
            closing = raw[items[-1].value.end : span.end - 1]
        elif self._style.indent:
            line = self._style.newline + self._margin(span.start)
            opening, closing = (line + self._style.indent).encode(), line.encode()
        else:
            opening = closing = b""
        gaps = {id(two): raw[one.value.end : two.start] for one, two in pairwise(items)}
        usual = raw[items[0].value.end : items[1].start] if len(items) > 1 else self._usual_gap(opening)
        out = [opener, opening, parts[0][1]]
        for item, text in parts[1:]:
            out += (gaps.get(id(item), usual), text)
        return b"".join((*out, closing, closer))

    def _usual_gap(self, opening: bytes) -> bytes:
        """What separates items where no two of them show it."""
        if b"\n" in opening:
            return self._style.item.rstrip().encode() + opening
        return (
            self._style.item.encode() if not self._style.indent else self._style.item.rstrip().encode() + b" "
        )


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are written alike: true is not 1, 1 is not 1.0, and NaN is NaN."""
    if isinstance(one, dict):
        return (
            isinstance(other, Mapping)
            and one.keys() == other.keys()
            and all(same(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return (
            isinstance(other, list | tuple)
            and len(one) == len(other)
            and all(same(a, b) for a, b in zip(one, other, strict=True))
        )
    if type(one) is not type(other):
        return False
    return bool(one == other) or (one != one and other != other) or json.dumps(one) == json.dumps(other)
