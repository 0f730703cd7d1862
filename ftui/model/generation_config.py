"""generation_config.json: where transformers ends an answer, and after how many tokens at the latest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftui.model.json_file import positive, read_object, whole_numbers

NAME = "generation_config.json"
SAMPLING = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")


@dataclass(frozen=True, slots=True)
class GenerationConfig:
    """What the file says about the end of answers; the path is where it was read."""

    path: Path
    eos_ids: tuple[int, ...]
    stop_strings: tuple[str, ...]
    max_new_tokens: int | None
    max_length: int | None
    sampling: Mapping[str, float] = field(default_factory=dict)
    """Numbers of `SAMPLING` that the file names; but for the penalty none where it says `do_sample: false`."""

    @property
    def limit(self) -> int | None:
        """The token limit; None where none is set."""
        return self.max_new_tokens or self.max_length


def read_generation_config(path: Path) -> GenerationConfig:
    """The file at a path. Raises FtuiError for a missing or broken one."""
    held = read_object(path, "look at generation_config under [model] in ftui.toml")
    stops = held.get("stop_strings")
    texts = stops if isinstance(stops, list) else [stops]
    return GenerationConfig(
        path,
        whole_numbers(held.get("eos_token_id")),
        tuple(each for each in texts if isinstance(each, str) and each),
        positive(held.get("max_new_tokens")),
        positive(held.get("max_length")),
        _sampling(held),
    )


def _sampling(held: Mapping[str, Any]) -> dict[str, float]:
    greedy = held.get("do_sample") is False
    found = {name: held.get(name) for name in SAMPLING if not greedy or name == "repetition_penalty"}
    given = {
        name: float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
    }
    return given | ({"temperature": 0.0} if greedy else {})
