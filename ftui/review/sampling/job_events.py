"""What a sampling job tells while it runs, for a screen, a command or a process that passes it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from ftui.review.backends.backend import Engine
from ftui.review.sample import Flag, Sample


class Hashing(NamedTuple):
    """A model file is being hashed: bytes so far, and in all."""

    path: str
    done: int
    total: int


class Started(NamedTuple):
    """The job knows what it has to do."""

    total: int
    """Samples of all models."""
    done: int
    """Those that an earlier run left."""
    models: tuple[str, ...]


class Loading(NamedTuple):
    """A model is being loaded, or its server asked."""

    model: str


class ModelLoaded(NamedTuple):
    """A model answers."""

    model: str
    engine: Engine


class Streamed(NamedTuple):
    """A part of an output as it comes; only where the job streams."""

    model: str
    prompt_id: str
    stratum: str
    which: int
    """Of the samples of this prompt, as `Sample.index`."""
    text: str
    tokens: int
    """Sampled so far."""


class PromptRead(NamedTuple):
    """How many tokens of a prompt are evaluated; only where the job streams."""

    model: str
    prompt_id: str
    done: int
    total: int


class Logged(NamedTuple):
    """A line of an engine's log."""

    model: str
    level: str
    text: str


class Note(NamedTuple):
    """Something that a person should know, of a model or of the whole job (model "")."""

    model: str
    level: Literal["info", "warning"]
    text: str


class SampleDone(NamedTuple):
    """A sample is in the store."""

    sample: Sample


class Examined(NamedTuple):
    """Flags of samples, by their ids, are in the store."""

    flags: Mapping[str, tuple[Flag, ...]]


class Progress(NamedTuple):
    """How far the job is."""

    done: int
    total: int
    tokens_per_s: float | None
    """Tokens of all models by the time since the first prompt; None before the first sample."""
    remaining_s: float | None


class ModelFailed(NamedTuple):
    """A model is given up; the others go on."""

    model: str
    reason: str
    hint: str


class Finished(NamedTuple):
    """The job is at its end."""

    done: int
    """Samples that are there, of this run and of those before it."""
    total: int
    cancelled: bool
    failed: Mapping[str, str]
    """Models that were given up, to the reason."""
    empty: tuple[str, ...]
    """Models without one sample that says anything."""


JobEvent = (
    Hashing
    | Started
    | Loading
    | ModelLoaded
    | Streamed
    | PromptRead
    | Logged
    | Note
    | SampleDone
    | Examined
    | Progress
    | ModelFailed
    | Finished
)
OnJobEvent = Callable[[JobEvent], None]
