"""Prompts from a file of the user's own: rows in any layout ftui knows, or plain text, a prompt a line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.formats.base import never, no_progress
from ftui.dataset.formats.compressed import CompressedSource
from ftui.dataset.formats.sniff import SUFFIXES, data_suffix
from ftui.dataset.formats.source import FileSource
from ftui.dataset.layouts.chat import ChatLayout
from ftui.dataset.layouts.detect import find_layout
from ftui.dataset.layouts.shapes import shape_of
from ftui.dataset.layouts.turns import OPENAI
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.review.planning.conversations import Conversation, conversation
from ftui.review.prompt import Prompt, Source, Stratum, conversation_id

MOST_BYTES = 64 << 20
"""A plain text file above this is no list of prompts."""
_TOLD = 3
"""Broken lines that an error names."""
_HINT = 'a row in any layout ftui knows, {"prompt": …}, or plain text, one prompt a line'
_CHAT = ChatLayout(OPENAI, "prompt")


class _Read(NamedTuple):
    """One line or row: what it asks, or what is wrong with it."""

    line: int | None
    row: int
    asks: Conversation | None
    fault: str = ""


def read_prompts(path: Path, stratum: Stratum = "file", why: str = "from the prompts file") -> list[Prompt]:
    """The prompts of a file in its order, none twice.

    Raises FtuiError for a file that cannot be read or has none, and for lines that are broken or ask nothing.
    """
    found: dict[str, Prompt] = {}
    faults: list[str] = []
    for line, row, asks, fault in _of_lines(path) if _is_plain(path) else _of_rows(path):
        if asks is None:
            faults.append(f"{f'row {row}' if line is None else f'line {line}'}: {fault}")
            continue
        name = conversation_id(asks.messages, stratum=stratum)
        source = Source("", str(path), row)
        prompt = Prompt(name, stratum, asks.messages, asks.reference, asks.label, why, source)
        found.setdefault(name, prompt)
    if faults:
        more = f", and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
        raise FtuiError(f"{path}: {'; '.join(faults[:_TOLD])}{more}", _HINT)
    if not found:
        raise FtuiError(f"{path}: holds no prompt", _HINT)
    return list(found.values())


def _is_plain(path: Path) -> bool:
    """Whether a file is read line by line: its suffix is none of data, and it does not begin with an object."""
    if data_suffix(path) in SUFFIXES:
        return False
    return not _content(path)[:4096].lstrip("\ufeff \t\r\n").startswith(("{", "PAR1"))


def _of_lines(path: Path) -> Iterator[_Read]:
    for number, line in enumerate(_content(path).removeprefix("\ufeff").split("\n")):
        text = line.strip()
        if text:
            yield _Read(number + 1, number, Conversation((Message("user", text),), None))


def _content(path: Path) -> str:
    """A text file, unpacked where it is compressed. Raises FtuiError."""
    try:
        if not path.is_file():
            raise FtuiError(f"{path}: no such file" if not path.exists() else f"{path}: is no file", _HINT)
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror}", "check the path given with --prompts") from error
    magic = os.pread(descriptor, 4, 0)
    packed = magic.startswith(b"\x1f\x8b") or magic == b"\x28\xb5\x2f\xfd"
    source = CompressedSource(path, descriptor) if packed else FileSource(path, descriptor)
    try:
        data = source.read(0, MOST_BYTES + 1)
        damage = source.damage
    finally:
        source.close()
    if damage is not None:
        raise FtuiError(f"{path}: {damage.message}", "fetch the file again")
    if len(data) > MOST_BYTES:
        raise FtuiError(f"{path}: larger than {MOST_BYTES >> 20} MB: no list of prompts", _HINT)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FtuiError(f"{path}, line {line}: not UTF-8 text", "convert it with iconv -t UTF-8") from error
    if "\0" in text:
        raise FtuiError(f"{path}, line {text[: text.index(chr(0))].count(chr(10)) + 1}: no text", _HINT)
    return text


def _of_rows(path: Path) -> Iterator[_Read]:
    document = Document.open(path, Project(path.absolute().parent))
    try:
        document.build_index(no_progress, never)
        for row in range(document.base_rows):
            parsed = document.parsed(row)
            line = document.line(row)
            if parsed.value is None:
                message = parsed.problems[0].message if parsed.problems else "cannot be read"
                yield _Read(line, row, None, message)
                continue
            asks = _asked(parsed.value, document.example(row))
            yield _Read(line, row, asks, "" if asks else "asks nothing, or needs tools or pictures")
    finally:
        document.close()


def _asked(value: Any, example: Example | None) -> Conversation | None:
    """What a row asks; of a text row all of it."""
    if isinstance(value, dict) and isinstance(value.get("prompt"), list):
        example = _CHAT.example(value)  # {"prompt": [{"role": …}]}, which is no layout of training rows
    elif example is not None and shape_of(value) != example.layout:
        # A file put together from several; the document's layout is that of most rows, or of the columns.
        own = find_layout([value]).example(value)
        example = own if conversation(own, value) is not None else example
    found = conversation(example, value) or _as_it_stands(example)
    if found is not None and not found.messages and found.reference:
        return Conversation((Message("user", found.reference),), None)
    return found


def _as_it_stands(example: Example | None) -> Conversation | None:
    """A text that goes to a model as it stands, the way edge cases from text rows are kept: one assistant turn."""
    texts = example.texts if example is not None else ()
    if not texts or {text.role for text in texts} != {"assistant"} or not texts[0].text.strip():
        return None
    answer = texts[1].text if len(texts) > 1 else None
    return Conversation((Message("assistant", texts[0].text),), answer)
