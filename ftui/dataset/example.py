"""The canonical example: what every layout is read as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ftui.project.settings import Severity

Role = Literal["system", "user", "assistant", "tool", "label", "chosen", "rejected", "other"]
ANSWER_ROLES: frozenset[Role] = frozenset({"assistant", "chosen", "rejected"})
SPOKEN_AS: Mapping[Role, str] = {
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "chosen": "assistant",
    "label": "assistant",
}
"""In whose name a text goes into a conversation that a model is shown; texts of other roles do not."""


class Text(NamedTuple):
    """One text of a record: where it stands (`messages[2].content`), who says it, and what."""

    field: str
    role: Role
    text: str


class LayoutProblem(NamedTuple):
    """What in a record's structure departs from its layout; the FMT rules report it."""

    code: str
    """FMT002 layout-drift, FMT003 missing-field, FMT006 bad-role-order, FMT007 unknown-role,
    FMT008 bad-tool-call; FMT004 and FMT005 where a prompt or an answer is null and so has no text."""
    field: str
    message: str
    severity: Severity | None = None
    """None: the rule's own."""


class Example(NamedTuple):
    """One row in canonical form.

    A named tuple: a frozen dataclass takes 1.6 µs to make, this 0.3 µs, and a check makes one a row.

    prompt: all user texts joined by a newline (alpaca: instruction, then input).
    answer: all assistant texts joined by a newline (preference: the chosen one; classification: "").
    label: classification only.
    texts: every text in reading order, each with the path back to its bytes.
    """

    layout: str
    texts: tuple[Text, ...]
    prompt: str
    answer: str
    system: str = ""
    label: str | None = None
    problems: tuple[LayoutProblem, ...] = ()
    has_tool_call: bool = False

    def text(self, field: str) -> str | None:
        """The text at a field path, None where there is none."""
        return next((t.text for t in self.texts if t.field == field), None)
