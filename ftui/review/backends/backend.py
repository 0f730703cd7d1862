"""What samples: a llama.cpp child process, or a server. The same requests, events and completions for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from ftui.project.errors import FtuiError
from ftui.review.sample import Completion


class BackendDiedError(FtuiError):
    """The engine or the connection broke while it answered: another try may do, which no other FtuiError says."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How one sample is decoded; every value is set, whoever said it."""

    stop: tuple[str, ...] = ()
    max_tokens: int = 512
    temperature: float = 0.0
    """0: greedy, whatever the other values say."""
    top_p: float = 1.0
    top_k: int = 0
    """0: all tokens."""
    min_p: float = 0.0
    repeat_penalty: float = 1.0
    grammar: str | None = None
    """GBNF text, already validated."""


@dataclass(frozen=True, slots=True)
class Request:
    """k samples of one prompt."""

    request_id: str
    prompt: str
    """Exact text; special tokens in it are read as such."""
    decoding: Decoding
    seeds: tuple[int, ...] = (0,)
    """One sample a seed."""
    exact: bool = False
    """Whether each sample must repeat the one that its seed gives alone: no batch, no shared prefix."""
    adapter: bool = True
    """False: the base alone, though the backend holds an adapter."""
    stream: bool = False
    """Whether `Piece` events are wanted."""
    messages: tuple[tuple[str, str], ...] | None = None
    """Role and content, for a server that renders by itself (`--template chat` and a server)."""


class Piece(NamedTuple):
    """A part of an output as it comes."""

    request_id: str
    which: int
    """Of the k samples."""
    text: str
    tokens: int
    """Sampled so far."""


class Reading(NamedTuple):
    """How much of a prompt is evaluated."""

    request_id: str
    done: int
    total: int


class LogLine(NamedTuple):
    """A line of the engine's own log."""

    level: str
    """"debug", "info", "warning" or "error"."""
    text: str


Event = Piece | Reading | LogLine
OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Engine:
    """What a started backend says about itself; None where it does not tell."""

    backend: str
    """"llama.cpp 0.3.36", "server http://…"."""
    architecture: str | None = None
    context: int | None = None
    trained_context: int | None = None
    threads: int | None = None
    gpu_layers: int | None = None
    layers: int | None = None
    tokens_per_s: Mapping[int, float] = field(default_factory=dict)
    """Threads to the speed that the calibration measured."""
    end_tokens: Mapping[int, str] = field(default_factory=dict)
    """Every end-of-generation token id with its text."""
    notes: tuple[str, ...] = ()
    """What a person should know: "the CPU is busy: using 1 thread"."""
    extra: Mapping[str, Any] = field(default_factory=dict)


class Backend(Protocol):
    """One model, with or without an adapter."""

    @property
    def engine(self) -> Engine | None:
        """What it last said about itself; None before the start."""
        ...

    def start(self) -> Engine:
        """Load; raises FtuiError with the engine's own reason."""
        ...

    def sample(self, request: Request, on_event: OnEvent) -> list[Completion]:
        """One completion a seed, in their order.

        Raises FtuiError where the request cannot be served (prompt beyond the context), BackendDiedError where the
        engine died (the next call starts it anew). After `cancel` the completions say "cancelled".
        """
        ...

    def cancel(self) -> None:
        """From another thread: end the running `sample` within 50 ms, or the loading of a model."""
        ...

    def count(self, text: str) -> int | None:
        """Tokens of a text as the model reads it; None where a server does not tell."""
        ...

    def close(self) -> None:
        """End the child, or the connections."""
        ...
