"""What a person chose on the sampling screen, as the settings read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.review.planning.plan import PlanOptions
    from ftui.review.sampling.settings import Flags

PLAN = ("prompts", "per_prompt", "strata")
"""Settings of the plan; all others are a model's."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices of a request."""

    models: tuple[str, ...]
    left_out: frozenset[str]
    values: Mapping[str, str]
    folder: Path | None
    fresh: bool = False
    """Whether a new review is wanted, whatever is there."""

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Chosen:
        """From a request of the app."""
        folder = plain["folder"]
        return cls(
            tuple(plain["models"]),
            frozenset(plain["left_out"]),
            plain["values"],
            None if folder is None else Path(folder),
            plain["fresh"],
        )

    def number(self, name: str) -> int | None:
        """A whole number as typed; None where none was. Raises FtuiError."""
        return None if name not in self.values else int(_number(name, self.values[name]))

    def flags(self, per_prompt: int) -> Flags:
        """The model's settings as `--flags` would say them. Raises FtuiError for what cannot be read."""
        from ftui.project.sampling_ranges import RANGES, WHOLE
        from ftui.review.sampling.settings import Flags

        options: dict[str, Any] = {"per_prompt": per_prompt}
        for name, text in self.values.items():
            if name == "stop":
                options[name] = _stops(text)
            elif name in RANGES:
                number = _number(name, text)
                options[name] = int(number) if name in WHOLE else number
            elif name not in PLAN:
                options[name] = text
        return Flags.of(options)

    def plan_options(self, prompts: int | None, strata: tuple[str, ...], seed: int | None) -> PlanOptions:
        """The plan's options; what nobody typed is the project's. Raises FtuiError."""
        from ftui.review.planning.plan import PlanOptions

        typed = self.values.get("strata")
        names = strata if typed is None else tuple(each.strip() for each in typed.split(",") if each.strip())
        count, typed_seed = self.number("prompts"), self.number("seed")
        given = {
            "n": prompts if count is None else count,
            "strata": names,
            "seed": seed if typed_seed is None else typed_seed,
        }
        return PlanOptions(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise FtuiError(f"{name.replace('_', ' ')}: {text!r} is no number") from error


def _stops(text: str) -> tuple[str, ...]:
    try:
        return stops(text)
    except ValueError as error:
        raise FtuiError(f"stop: {error}") from error


def stops(text: str) -> tuple[str, ...]:
    """The stop sequences as typed: one text with \\n for a line break, or several in quotation marks by comma.

    Raises ValueError for quotation marks that do not close.
    """
    text = text.strip(" ")
    if not text:
        return ()
    if not text.startswith('"'):
        return (text.replace("\\n", "\n").replace("\\t", "\t"),)
    try:
        read: list[Any] = json.loads(f"[{text}]")
    except ValueError as error:
        raise ValueError('several texts are written "one", "two"') from error
    if not all(isinstance(each, str) and each for each in read):
        raise ValueError('several texts are written "one", "two"')
    return tuple(read)


def shown_stops(texts: tuple[str, ...]) -> str:
    """Stop sequences as a person types them."""
    return ", ".join(json.dumps(each, ensure_ascii=False) for each in texts)
