"""What one `Summary` message of an event file says: scalars in their two forms, texts, and hyperparameters."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ftui.training.readers.protobuf import Field, fields, text

_LONGEST_TAG = 512
_FLOAT, _DOUBLE, _INT32, _STRING, _INT64, _BFLOAT16, _HALF = 1, 2, 3, 7, 9, 14, 19
_CONTENT = {_FLOAT: "<f", _DOUBLE: "<d", _INT32: "<i", _INT64: "<q", _HALF: "<e"}
"""How `tensor_content` of one number is packed, by the tensor's type."""


@dataclass(slots=True)
class Summary:
    """One value of a summary."""

    tag: str
    value: float | None = None
    """A scalar."""
    text: str | None = None
    settings: dict[str, object] = field(default_factory=dict)
    """Hyperparameters as `add_hparams` writes them."""
    packed: bytes = b""
    """The four bytes of the value, where it is a single float and nothing else is said."""


def summary_values(data: bytes) -> Iterator[Summary]:
    """The values of a `Summary` message. Never raises."""
    for number, value in fields(data):
        if number == 1 and isinstance(value, bytes):
            found = _value(list(fields(value)))
            if found is not None:
                yield found


def _value(parts: list[Field]) -> Summary | None:
    found = Summary(next((text(value)[:_LONGEST_TAG] for number, value in parts if number == 1), ""))
    for number, value in parts:
        if not isinstance(value, bytes):
            continue
        if number == 2 and len(value) == 4:
            (found.value,) = struct.unpack("<f", value)
            found.packed = value if [number for number, _ in parts] == [1, 2] else b""
        elif number == 8:
            _tensor(value, found)
            if sorted(number for number, _ in parts) not in ([1, 8], [1, 8, 9]):
                found.packed = b""
        elif number == 9:
            found.settings |= _hyperparameters(value)
    if found.settings:
        found.packed = b""
    return found


def _tensor(data: bytes, found: Summary) -> None:
    """A tensor of one number, or of one text; histograms and images have more elements and are passed over."""
    kind, numbers, texts, packed = 0, [], [], b""
    for number, value in fields(data):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number == 2 and isinstance(value, bytes) and _elements(value) != 1:
            return
        elif number == 4 and isinstance(value, bytes) and kind in _CONTENT:
            form = _CONTENT[kind]
            if len(value) == struct.calcsize(form):
                numbers.append(float(struct.unpack(form, value)[0]))
                packed = value if kind == _FLOAT else b""
        elif number in (5, 6) and isinstance(value, bytes):
            form = "<f" if number == 5 else "<d"
            if len(value) == struct.calcsize(form):
                numbers.append(struct.unpack(form, value)[0])
                packed = value if number == 5 else b""
        elif number == 8 and kind == _STRING:
            texts.append(text(value))
        elif number in (7, 10, 13):
            numbers += _packed(kind, value)
    if len(numbers) == 1:
        found.value, found.packed = numbers[0], packed
    elif len(texts) == 1:
        found.text = texts[0]


def _elements(shape: bytes) -> int:
    """How many elements a `TensorShapeProto` has; a scalar has no dimension."""
    elements = 1
    for number, dimension in fields(shape):
        if number == 2 and isinstance(dimension, bytes):
            sizes = [value for part, value in fields(dimension) if part == 1 and isinstance(value, int)]
            elements *= sizes[0] if sizes else 0
    return elements


def _packed(kind: int, value: int | bytes) -> list[float]:
    """`int_val`, `int64_val` and `half_val`: varints, alone or packed."""
    if isinstance(value, bytes):
        # A packed varint reads like the value of field 1 of a message made of it.
        value = next((one for _, one in fields(b"\x08" + value) if isinstance(one, int)), b"")
    if isinstance(value, bytes):
        return []
    if kind in (_INT32, _INT64):
        return [float(value - 2**64 if value >= 2**63 else value)]
    if kind == _HALF and value < 2**16:
        return [float(struct.unpack("<e", value.to_bytes(2, "little"))[0])]
    if kind == _BFLOAT16 and value < 2**16:
        return [float(struct.unpack("<f", b"\0\0" + value.to_bytes(2, "little"))[0])]
    return []


def _hyperparameters(metadata: bytes) -> dict[str, object]:
    """The settings in the metadata of the hparams plugin (`session_start_info`); empty for other plugins."""
    plugin = _child(metadata, 1)
    if not plugin or b"hparams" not in plugin:
        return {}
    start = _child(_child(plugin, 2), 3)
    found: dict[str, object] = {}
    for number, entry in fields(start):
        if number == 1 and isinstance(entry, bytes):
            name, value = text(_child(entry, 1)), _setting(_child(entry, 2))
            if name and value is not None:
                found[name[:_LONGEST_TAG]] = value
    return found


def _setting(data: bytes) -> object:
    """A `google.protobuf.Value`: a number, a text, or true and false."""
    for number, value in fields(data):
        if number == 2 and isinstance(value, bytes) and len(value) == 8:
            return struct.unpack("<d", value)[0]
        if number == 3:
            return text(value)
        if number == 4:
            return bool(value)
    return None


def _child(data: bytes, wanted: int) -> bytes:
    """The first field of this number; empty where there is none."""
    return next(
        (value for number, value in fields(data) if number == wanted and isinstance(value, bytes)), b""
    )
