"""Whether a prompt is nearly one that was chosen already, by the words both have."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict

from ftui.review.prompt import Prompt

ALIKE = 0.8
"""Shared words of two prompts from which one of them is enough."""
_LEAST = 5
"""Words below which two prompts are compared as they stand only."""
_BANDS, _ROWS = 6, 3
"""Of two prompts that share 0.8 of their words, 0.98 meet in a band: 1 − (1 − 0.8³)⁶."""
_WORD = re.compile(r"\w+")
_LONGEST = 4_000
"""Characters of a prompt that are looked at."""
_PRIME = (1 << 61) - 1
_FACTORS = [(2 * i + 1) * 0x9E3779B97F4A7C15 % _PRIME for i in range(_BANDS * _ROWS)]

Words = frozenset[str]


class Alike:
    """Prompts seen so far. Those of one stratum that probe a text are compared like all others."""

    def __init__(self) -> None:
        self._bands: dict[tuple[int, ...], list[Words]] = defaultdict(list)
        self._last: tuple[str, Words, list[tuple[int, ...]]] | None = None

    def holds_like(self, prompt: Prompt) -> bool:
        """Whether one like it was added."""
        words, keys = self._look(prompt)
        seen = {id(other): other for key in keys for other in self._bands.get(key, ())}
        return any(len(words & other) >= ALIKE * len(words | other) for other in seen.values())

    def add(self, prompt: Prompt) -> None:
        """Count it as chosen."""
        words, keys = self._look(prompt)
        for key in keys:
            self._bands[key].append(words)

    def _look(self, prompt: Prompt) -> tuple[Words, list[tuple[int, ...]]]:
        """Its words, and the bands of their least hashes (MinHash; Broder, 1997)."""
        if self._last is None or self._last[0] != prompt.prompt_id:
            said = "\n".join(m.content for m in prompt.messages if m.role != "system")[:_LONGEST].lower()
            words = frozenset(_WORD.findall(said))
            self._last = (prompt.prompt_id, words, _bands(words))
        return self._last[1], self._last[2]


def _bands(words: Words) -> list[tuple[int, ...]]:
    if len(words) < _LEAST:
        return []
    # Python's own hash of a text differs in every process.
    hashes = [zlib.crc32(word.encode("utf-8", "surrogatepass")) + 1 for word in words]
    least = [min(each * factor % _PRIME for each in hashes) for factor in _FACTORS]
    return [(band, *least[band * _ROWS : (band + 1) * _ROWS]) for band in range(_BANDS)]
