"""generation_config.json: where transformers ends an answer, and after how many tokens at the latest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ftui.model.json_file import positive, read_object, whole_numbers

NAME = "generation_config.json"


@dataclass(frozen=True, slots=True)
class GenerationConfig:
    """What the file says about the end of answers; the path is where it was read."""

    path: Path
    eos_ids: tuple[int, ...]
    stop_strings: tuple[str, ...]
    max_new_tokens: int | None
    max_length: int | None

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
    )
