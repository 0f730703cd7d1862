"""The tensors of a GGUF file by name, shape, type and place; no weight is read. Tells a whole file from a cut one."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ftui.model.gguf import GgufHeader
from ftui.project.errors import FtuiError

MOST_TENSORS = 1 << 17
MOST_NAME = 63
"""Bytes of a tensor's name in llama.cpp."""
MOST_DIMENSIONS = 4
_MOST_BYTES = 64 << 20
"""Of the list: 131,072 tensors with the longest names need 14 MB."""
_MOST_WEIGHTS = (1 << 63) - 1
BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66),
    17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136),
    24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54),
    35: (256, 66), 39: (32, 17),
}  # fmt: skip
"""Tensor type to the weights of a block and its bytes (ggml). Other types are left to the engine to judge."""
NUMBERS = frozenset((24, 25, 26, 27, 28))
"""Types of plain integers and doubles, with which nothing is multiplied."""
_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf", re.S)


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of the list."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int
    """From the beginning of the weights."""
    size: int | None
    """Bytes; None for a type that is not known here."""


class Part(NamedTuple):
    """Which of several files a model's file is: both from 1."""

    number: int
    parts: int


def read_tensors(header: GgufHeader) -> tuple[Tensor, ...]:
    """The tensors of one file, each within the file.

    Raises FtuiError for a broken list, and for weights that the file is too short for.
    """
    path = header.path
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(header.tensors_at)
            data = file.read(min(size, _MOST_BYTES))
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror or error}") from error
    if header.tensor_count > MOST_TENSORS:
        raise broken(path, f"{header.tensor_count:,} tensors")
    tensors, length = _listed(header, data)
    if len({tensor.name for tensor in tensors}) < len(tensors):
        raise broken(path, "two tensors have one name")
    align = alignment(header)
    begin = _up(header.tensors_at + length, align)
    end = begin
    expected = 0
    for tensor in tensors:
        if tensor.size is None:
            return tensors  # what follows cannot be placed
        if tensor.offset != expected:
            raise broken(path, f"{tensor.name} does not lie where the one before it ends")
        end = begin + tensor.offset + tensor.size
        expected = _up(tensor.offset + tensor.size, align)
    if end > size:
        raise FtuiError(
            f"{path}: {end - size:,} bytes are missing: the download or the copy was cut",
            "download or copy it again; `sha256sum` tells whether the file is whole",
        )
    return tensors


def alignment(header: GgufHeader) -> int:
    """Bytes to whose multiples tensors are placed. Raises FtuiError where it is no power of two."""
    held: Any = header.metadata.get("general.alignment", 32)
    if not isinstance(held, int) or isinstance(held, bool) or not 1 <= held <= 1 << 20 or held & (held - 1):
        raise broken(header.path, "general.alignment is no power of two")
    return held


def part_of(header: GgufHeader) -> Part | None:
    """Which part of a split model the file is; None for a whole one."""
    number, count = header.metadata.get("split.no"), header.metadata.get("split.count")
    if not isinstance(number, int) or not isinstance(count, int) or count < 2:
        return None
    return Part(number + 1, count)


def part_path(path: Path, number: int) -> Path | None:
    """Another part of the same model; None where the file's name is not of the form `NAME-00001-of-00003.gguf`."""
    match = _PART.fullmatch(path.name)
    return None if match is None else path.with_name(f"{match[1]}-{number:05}-of-{match[3]}.gguf")


def broken(path: Path, what: str) -> FtuiError:
    """The error for a list of tensors that no converter writes."""
    hint = "download or convert the model again; `sha256sum` tells whether the file is whole"
    return FtuiError(f"{path}: not a readable GGUF file: {what}", hint)


def _up(number: int, align: int) -> int:
    return (number + align - 1) // align * align


def _listed(header: GgufHeader, data: bytes) -> tuple[tuple[Tensor, ...], int]:
    """The tensors as they are listed, and the length of the list."""
    found: list[Tensor] = []
    at = 0
    try:
        for _ in range(header.tensor_count):
            (length,) = struct.unpack_from(f"{header.order}Q", data, at)
            if length > MOST_NAME:
                raise broken(header.path, f"a tensor's name of {length:,} bytes")
            name = data[at + 8 : at + 8 + length].decode("utf-8", errors="replace")
            at += 8 + length
            (dimensions,) = struct.unpack_from(f"{header.order}I", data, at)
            if dimensions > MOST_DIMENSIONS:
                raise broken(header.path, f"{name} has {dimensions:,} dimensions")
            form = f"{header.order}{dimensions}QIQ"
            # "=" and "<" and ">" never pad, so the fields follow one another as in the file.
            *shape, kind, offset = struct.unpack_from(form, data, at + 4)
            at += 4 + struct.calcsize(form)
            found.append(Tensor(name, tuple(shape), kind, offset, _size(header, name, shape, kind)))
    except struct.error:
        raise FtuiError(
            f"{header.path}: the file ends within its list of tensors: the download or the copy was cut",
            "download or copy it again; `sha256sum` tells whether the file is whole",
        ) from None
    return tuple(found), at


def _size(header: GgufHeader, name: str, shape: list[int], kind: int) -> int | None:
    weights = math.prod(shape)
    if not 0 < weights <= _MOST_WEIGHTS or any(each > _MOST_WEIGHTS for each in shape):
        raise broken(header.path, f"{name} has the shape {shape}")
    if kind not in BLOCKS:
        return None
    block, bytes_ = BLOCKS[kind]
    if shape and shape[0] % block:
        raise broken(header.path, f"rows of {name} are no multiple of {block}")
    return weights // block * bytes_
