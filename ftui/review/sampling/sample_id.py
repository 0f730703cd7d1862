"""Ids and seeds of samples: the same question to the same model under the same settings has the same id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

PLACES = ("threads", "gpu_layers")
"""Settings that say where and how fast a sample is made, not what: changing one makes no new samples."""


class Asked(NamedTuple):
    """Everything that decides what a sample is, but its seed."""

    prompt_id: str
    stratum: str
    model: str
    model_sha256: str
    """A server's address and name of the model where there is no file."""
    adapter_sha256: str
    prompt: str
    """The exact text, and with it template, system prompt and examples."""
    settings: Mapping[str, Any]
    page: str = ""


def sample_id(asked: Asked, seed: int) -> str:
    """Sixteen hexadecimal digits; another setting, file, prompt text or page gives another id."""
    settings = {name: value for name, value in asked.settings.items() if name not in PLACES}
    written = json.dumps([*asked._replace(settings=settings), seed], sort_keys=True)
    return hashlib.blake2b(written.encode(), digest_size=8).hexdigest()


def seed_of(seed: int, prompt_id: str, index: int) -> int:
    """The seed of one sample, 0 … 2³¹−1: the same for every model, so that luck is shared; another for each index."""
    raw = hashlib.blake2b(f"{seed}:{prompt_id}:{index}".encode(), digest_size=4).digest()
    return int.from_bytes(raw, "big") >> 1
