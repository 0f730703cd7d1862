"""The least and the greatest value of each sampling setting that an engine takes."""

from __future__ import annotations

import math
from collections.abc import Mapping

RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 100),
    "top_p": (0, 1),
    "top_k": (0, 1 << 30),
    "min_p": (0, 1),
    "repeat_penalty": (0.01, 100),
    "seed": (0, (1 << 32) - 1),
    "max_tokens": (1, 1 << 24),
    "context": (16, 1 << 24),
    "threads": (1, 1024),
    "gpu_layers": (-1, 1 << 16),
}
WHOLE = frozenset(("top_k", "seed", "max_tokens", "context", "threads", "gpu_layers"))
"""Settings that count something."""


def in_range(name: str, value: float) -> bool:
    """Whether an engine takes this value of a setting."""
    least, most = RANGES[name]
    return math.isfinite(value) and least <= value <= most and (name not in WHOLE or value == int(value))
