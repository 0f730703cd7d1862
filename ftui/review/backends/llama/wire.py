"""What the child and its parent say to each other: one JSON object a line, in ASCII.

`json` and not orjson: bytes that are no UTF-8 travel as surrogate escapes, which orjson refuses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ftui.review.backends.backend import Decoding, Engine, Event, LogLine, Piece, Reading, Request
from ftui.review.sample import Completion

Fields = Mapping[str, Any]


def line(fields: Fields) -> bytes:
    """A message as the pipe carries it."""
    return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"


def fields_of(line: bytes) -> dict[str, Any] | None:
    """The message in a line; None where it is none (a library that writes where it should not)."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def request_from(fields: Fields) -> Request:
    """A request as the child receives it."""
    decoding = fields["decoding"]
    return Request(
        request_id=fields["request_id"],
        prompt=fields["prompt"],
        decoding=Decoding(**{**decoding, "stop": tuple(decoding["stop"])}),
        seeds=tuple(fields["seeds"]),
        exact=fields["exact"],
        adapter=fields["adapter"],
        stream=fields["stream"],
    )


def request_fields(request: Request) -> Fields:
    """A request for the child, which renders nothing and needs no messages."""
    return {name: value for name, value in asdict(request).items() if name != "messages"}


def completion_from(fields: Fields) -> Completion:
    """A completion as the parent receives it."""
    ids = fields["token_ids"]
    return Completion(
        **{
            **fields,
            "token_ids": None if ids is None else tuple(ids),
            "special_at": tuple(fields["special_at"]),
        }
    )


def engine_from(fields: Fields) -> Engine:
    """What the child says about itself; JSON made text of the numbers that were keys."""
    return Engine(
        **{
            **fields,
            "tokens_per_s": {int(threads): speed for threads, speed in fields["tokens_per_s"].items()},
            "end_tokens": {int(token): text for token, text in fields["end_tokens"].items()},
            "notes": tuple(fields["notes"]),
        }
    )


def event_fields(event: Event) -> Fields:
    """An event as a message of its own kind."""
    kind = {Piece: "piece", Reading: "reading", LogLine: "log"}[type(event)]
    return {"kind": kind, **event._asdict()}


def event_from(fields: Fields) -> Event | None:
    """The event in a message; None where the message is something else."""
    rest = {name: value for name, value in fields.items() if name not in ("kind", "id")}
    match fields.get("kind"):
        case "piece":
            return Piece(**rest)
        case "reading":
            return Reading(**rest)
        case "log":
            return LogLine(**rest)
    return None
