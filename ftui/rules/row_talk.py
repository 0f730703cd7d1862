"""What a row talks about: its prompts and its answers as one text each, for rules that let teaching material pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ftui.dataset.example import Example
from ftui.rules.rule import Context
from ftui.text import markers
from ftui.text.blank import STRAY

WRITTEN = frozenset({"assistant", "chosen", "system"})
"""Roles of texts that a model learns to write, or is led by."""
_LONGEST = 20_000
"""Characters of prompt or answer in which a topic is looked for."""


@dataclass(frozen=True)
class Talk:
    """A row's texts by who says them."""

    example: Example

    @cached_property
    def asked(self) -> str:
        """All prompts and system prompts."""
        said = [text.text for text in self.example.texts if text.role in ("user", "system")]
        return "\n".join(said)[:_LONGEST] or self.example.prompt[:_LONGEST]

    @cached_property
    def answered(self) -> str:
        """All answers."""
        roles = ("assistant", "chosen", "rejected")
        return "\n".join(text.text for text in self.example.texts if text.role in roles)[:_LONGEST]

    def asks(self, topic: re.Pattern[str]) -> bool:
        """Whether a prompt speaks of it."""
        return topic.search(self.asked) is not None

    def speaks_of(self, topic: re.Pattern[str]) -> bool:
        """Whether a prompt or an answer speaks of it."""
        return topic.search(self.asked) is not None or topic.search(self.answered) is not None


def body_end(text: str, context: Context) -> int:
    """Where a text ends without white space, the end marker, or another known marker at its end."""
    marker = getattr(context.surveys.get("STP"), "marker", None) or context.project.stop.end_marker
    end = len(text.rstrip(STRAY))
    tail = markers.at_end(text, marker) if marker else markers.known_at_end(text)
    if tail:
        end = len(text[: tail.start].rstrip(STRAY))
        while marker and text.endswith(marker, 0, end):  # one too many (STP004) says nothing of the text
            end = len(text[: end - len(marker)].rstrip(STRAY))
    return end
