"""Prompts and samples as JSON text, and back. Bytes that are no UTF-8 survive as surrogate escapes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from ftui.model.ollama_template import Message
from ftui.review.prompt import Prompt, Source
from ftui.review.sample import Completion, Flag, Sample


def dump(value: Any) -> str:
    """A prompt as JSON."""
    return json.dumps(dataclasses.asdict(value))


def load_prompt(written: str) -> Prompt:
    """The prompt of `dump`."""
    value = json.loads(written)
    value["messages"] = tuple(Message(*each) for each in value["messages"])
    value["source"] = Source(**value["source"]) if value["source"] else None
    return Prompt(**value)


def dump_sample(sample: Sample) -> str:
    """A sample without its flags."""
    value = {each.name: getattr(sample, each.name) for each in dataclasses.fields(sample)}
    del value["flags"]
    value["completion"] = dataclasses.asdict(sample.completion)
    return json.dumps(value)


def load_sample(written: str, flags: str | None) -> Sample:
    """The sample of `dump_sample`, with what was found of it."""
    value = json.loads(written)
    made = value.pop("completion")
    for name in ("token_ids", "special_at"):
        made[name] = None if made[name] is None else tuple(made[name])
    return Sample(**value, completion=Completion(**made), flags=load_flags(flags))


def dump_flags(flags: Iterable[Flag]) -> str:
    """Flags as a JSON array of code and evidence."""
    return json.dumps([[each.code, dict(each.evidence)] for each in flags])


def load_flags(written: str | None) -> tuple[Flag, ...]:
    """The flags of `dump_flags`."""
    return tuple(Flag(code, evidence) for code, evidence in json.loads(written or "[]"))
