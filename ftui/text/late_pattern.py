"""Patterns compiled when they are first asked: those of all rules take a fifth of a second, and few texts ask all."""

from __future__ import annotations

import re
from typing import Any, cast

_ASKED = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class _Late:
    """Stands for a pattern: the first question compiles it, later ones go to its own methods without a detour."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._wanted = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copying and pickling ask for these; neither needs the pattern
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._wanted)
        for each in _ASKED:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Late, (self.pattern, self._wanted)


def late(pattern: str, flags: re.RegexFlag | int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, compiled at the first search; a mistake in the pattern is raised only then."""
    return cast(re.Pattern[str], _Late(pattern, int(flags)))
