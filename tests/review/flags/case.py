"""Cases by hand: outputs as models write them, and which flag is right. `cases.jsonl` has one a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """One output; a near miss must get no flag at all but those in `also`."""

    code: str
    fault: bool
    asked: str
    output: str
    reference: str | None = None
    system: str = ""
    label: str | None = None
    also: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    """What is special about the sample: `stop_reason`, `end_probability`, `sent`, …"""
    template: str | None = None
    """`[template] answer` of the project."""


def cases() -> list[Case]:
    """All of them."""
    lines = Path(__file__).with_name("cases.jsonl").read_text().splitlines()
    return [_case(json.loads(line)) for line in lines]


def _case(value: dict[str, Any]) -> Case:
    more = value.pop("more", {})
    template = more.pop("template", None)
    also = tuple(value.pop("also", ()))
    return Case(**value, also=also, more=more, template=template)
