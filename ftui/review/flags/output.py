"""One output as the detectors see it: its text, what was asked, and what the project says of answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ftui.project.settings import Project
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample
from ftui.rules.exchanges import bare
from ftui.rules.stop_signal.end_marker import Ending
from ftui.text.blank import STRAY

_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOSES = re.compile(r"\s*(?:[.!?。！？)\]}\"”»]|```)")
_SPANS = 10
"""Places that the evidence lists."""


@dataclass(frozen=True)
class Known:
    """What holds for all outputs of a review."""

    project: Project
    ending: Ending
    """How the training answers end."""
    control: frozenset[str] = frozenset()
    """Texts of the model's special tokens."""
    closers: frozenset[str] = frozenset()
    """Special tokens that training puts behind an answer."""
    tags: tuple[str, ...] = ()
    """What opens a user's turn in the training template, where that is plain text: `### Question:`."""


@dataclass(frozen=True)
class Case:
    """A prompt as the detectors see it; one for all its outputs."""

    prompt: Prompt
    known: Known = field(repr=False)
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What a detector works out once a prompt."""

    @cached_property
    def asked(self) -> str:
        """The last user turn."""
        said = [each.content for each in self.prompt.messages if each.role == "user"]
        return said[-1] if said else ""

    @cached_property
    def given(self) -> str:
        """The whole conversation before the output."""
        return "\n".join(each.content for each in self.prompt.messages)

    @cached_property
    def reference(self) -> str:
        """The reference answer without its end marker; empty where there is none."""
        return bare(self.prompt.reference or "", 0, self.known.ending.marker or "")[1]


@dataclass(frozen=True)
class Output:
    """An output that came to an end."""

    sample: Sample
    case: Case

    @property
    def prompt(self) -> Prompt:
        return self.case.prompt

    @property
    def known(self) -> Known:
        return self.case.known

    @property
    def reference(self) -> str:
        return self.case.reference

    @cached_property
    def text(self) -> str:
        """The raw output; each byte that is no UTF-8 as U+FFFD, so that places stay true."""
        return _SURROGATE.sub("\ufffd", self.sample.completion.output)

    @cached_property
    def body_end(self) -> int:
        """Where the answer ends: before the data's end marker, or what the limit cut through."""
        marker = self.known.ending.marker or ""
        found = re.search(rf"(?<=\s){re.escape(marker)}(?=\s|$)", self.text) if marker else None
        end = found.start() if found else len(self.text)
        if self.cut:
            end = len(self.text[:end].rstrip("\ufffd"))
        return len(self.text[:end].rstrip(STRAY))

    @cached_property
    def body(self) -> str:
        """The answer itself, from the first character of the output: its places are places of the output."""
        return self.text[: self.body_end]

    @cached_property
    def closed(self) -> str:
        """The answer with the full stop, bracket or fence that was itself the stop sequence."""
        stop = self.sample.completion.stop_text or ""
        if self.sample.completion.stop_reason != "stop-sequence" or not _CLOSES.match(stop):
            return self.body
        return self.text + stop

    @property
    def cut(self) -> bool:
        """Whether the token limit ended it."""
        return self.sample.completion.stop_reason == "limit"


def flag(code: str, message: str, spans: Sequence[tuple[int, int]] = (), /, **evidence: Any) -> Flag:
    """A flag: one line for a person, the places in the raw output, and the numbers and quotes behind it."""
    held: dict[str, Any] = {"message": message}
    if spans:
        held["spans"] = [[start, end] for start, end in spans[:_SPANS]]
    return Flag(code, held | evidence)
