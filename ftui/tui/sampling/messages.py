"""What the app asks of the sampling worker, and how it hears of it. Light: it is there before the first paint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from textual.message import Message

from ftui.tui.sampling.state import ModelLine

RESTARTS = 3
"""Deaths of the worker in one run after which a person has to start it again."""


class Told(NamedTuple):
    """What the worker said: a head that says what it is, and bytes."""

    head: Mapping[str, Any]
    payload: bytes = b""


class SamplingHeard(Message):
    """The sampling worker said something."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told


class SamplingDied(Message):
    """The sampling worker ended by itself; `last` is the last line of its log."""

    def __init__(self, code: int, last: str) -> None:
        super().__init__()
        self.code = code
        self.last = last


class Choices(NamedTuple):
    """What a person chose on the screen, or the command line before."""

    models: tuple[str, ...] = ()
    """As `--model` takes them; none: those of the project."""
    left_out: frozenset[str] = frozenset()
    """Names of models that are not sampled."""
    values: Mapping[str, str] = {}
    """Setting to the value as it was typed."""
    folder: str | None = None
    """The review; None: the newest with the same models and settings, else a new one."""
    fresh: bool = False
    """Whether a new review is wanted in any case."""

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "models": list(self.models),
            "left_out": sorted(self.left_out),
            "values": dict(self.values),
            "folder": self.folder,
            "fresh": self.fresh,
        }


class Sampler(Protocol):
    """What the screen asks for; nothing here waits."""

    def describe(self, choices: Choices) -> None: ...
    def plan(self, choices: Choices) -> None: ...
    def render(self, choices: Choices, prompt: tuple[str, str], model: str) -> None: ...
    def run(self, choices: Choices) -> None: ...
    def try_out(
        self, choices: Choices, messages: Sequence[tuple[str, str]], models: Sequence[str]
    ) -> None: ...
    def prompt(self, choices: Choices, prompt: tuple[str, str]) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...


class Sampling(Protocol):
    """What the screens about sampling ask of the app that they stand in."""

    choices: Choices

    @property
    def asked(self) -> Sampler: ...
    @property
    def sampled_models(self) -> Sequence[ModelLine]: ...
    def choose(self, choices: Choices) -> None: ...
    def set_value(self, name: str, value: str) -> None: ...
    def reset_value(self, name: str) -> None: ...
    def start_sampling(self) -> None: ...
    def stop_sampling(self) -> None: ...
    def begin_new_review(self) -> None: ...
