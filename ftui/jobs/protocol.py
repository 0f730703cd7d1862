"""What the app and its worker process say to each other: a JSON head, then bytes, their lengths before them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import IO, Any, NamedTuple

import orjson

from ftui.dataset.mirror import Ticket
from ftui.project.plain import from_plain, to_plain
from ftui.project.settings import Project
from ftui.store.columns import decode, encode
from ftui.store.entry import Change

_LENGTHS = struct.Struct("<IQ")


class Message(NamedTuple):
    """One message: `head["kind"]` says what it is, `head["id"]` which request it belongs to."""

    head: dict[str, Any]
    payload: bytes = b""


def write(stream: IO[bytes], message: Message) -> None:
    """Send one message. Raises OSError when the other side is gone."""
    head = orjson.dumps(message.head, option=orjson.OPT_SERIALIZE_NUMPY)
    stream.write(_LENGTHS.pack(len(head), len(message.payload)) + head)
    stream.write(message.payload)
    stream.flush()


def read(stream: IO[bytes]) -> Message | None:
    """The next message; None when the other side is gone."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_size, payload_size = _LENGTHS.unpack(lengths)
    head, payload = stream.read(head_size), stream.read(payload_size)
    if len(head) < head_size or len(payload) < payload_size:
        return None
    return Message(orjson.loads(head), payload)


def dump_project(project: Project) -> dict[str, Any]:
    """Settings as plain JSON values, whatever the command line added to ftui.toml."""
    return to_plain(project)


def load_project(plain: dict[str, Any]) -> Project:
    """The settings of `dump_project`."""
    project: Project = from_plain(Project, plain)
    return project


def dump_ticket(ticket: Ticket) -> dict[str, Any]:
    """Where the session is, as plain JSON values."""
    return ticket._asdict()


def load_ticket(plain: dict[str, Any]) -> Ticket:
    """The ticket of `dump_ticket`."""
    return Ticket(**plain)


def dump_changes(changes: Sequence[Change]) -> tuple[list[list[Any]], bytes]:
    """Changes as [kind, path, length] each, and their compressed columns one after the other."""
    heads, parts = [], []
    for change in changes:
        kind, payload = encode(change)
        heads.append([kind, getattr(change, "path", ""), len(payload)])
        parts.append(payload)
    return heads, b"".join(parts)


def load_changes(heads: Sequence[Sequence[Any]], payload: bytes) -> list[Change]:
    """The changes of `dump_changes`."""
    changes, at = [], 0
    for kind, path, length in heads:
        changes.append(decode(kind, payload[at : at + length], path))
        at += length
    return changes
