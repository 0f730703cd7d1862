"""One thing that `ftui doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    topic: str
    name: str
    ok: bool
    says: str
    mend: str = ""
    """The command, or the step, that mends it."""
    required: bool = False
    """Whether ftui cannot do its work without it."""
