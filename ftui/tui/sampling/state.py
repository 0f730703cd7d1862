"""What the sampling screen knows: models, settings, the plan, and the outputs as they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

KEPT_OUTPUTS = 400
"""Outputs that can be scrolled back to here; the review holds all."""
SHOWN = 20_000
"""Characters of one output that are laid out here."""
LOG_LINES = 2_000
Phase = Literal["idle", "running", "stopping"]


class SettingLine(NamedTuple):
    """A setting: its name, the value in words, and who said it."""

    name: str
    value: str
    source: str
    warns: bool = False
    """Nobody said it, and it matters: ftui set it."""


class ModelLine(NamedTuple):
    """A model as the worker describes it."""

    name: str
    file: str
    """The GGUF file, relative to the project where it is inside, or the server's address."""
    adapter: str = ""
    base: bool = False
    architecture: str = ""
    details: tuple[tuple[str, str], ...] = ()
    """Everything else that is known: title and value."""
    error: str = ""
    """Why it cannot be used."""
    settings: tuple[SettingLine, ...] = ()
    warnings: tuple[str, ...] = ()
    spec: str = ""
    """As `--model` would name it; empty for one that only ftui.toml can describe."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> ModelLine:
        """From the worker's answer."""
        details = tuple((title, value) for title, value in told["details"])
        settings = tuple(SettingLine(*each) for each in told["settings"])
        return cls(
            told["name"],
            told["file"],
            told["adapter"],
            told["base"],
            told["architecture"],
            details,
            told["error"],
            settings,
            tuple(told["warnings"]),
            told["spec"],
        )


class PromptLine(NamedTuple):
    """A planned prompt: its first words and why it was chosen."""

    prompt_id: str
    stratum: str
    first: str
    why: str = ""


class OutputKey(NamedTuple):
    """Which output: of a model, for a prompt, the how-manieth."""

    model: str
    prompt_id: str
    stratum: str
    which: int


@dataclass(slots=True)
class Output:
    """One output, as far as it has come."""

    key: OutputKey
    text: str = ""
    cut: str = ""
    """What the model wrote behind it, once it is done: the stop sequence or the end token."""
    dropped: int = 0
    """Characters at its beginning that are not kept here."""
    tokens: int = 0
    stop_reason: str = ""
    """Empty while it grows."""
    stop_text: str = ""
    tokens_per_s: float | None = None
    flags: tuple[str, ...] = ()
    error: str = ""
    version: int = 0
    """Changes with everything that is seen."""

    def grow(self, text: str, tokens: int) -> None:
        """More of it came; of one that is sampled anew, its beginning."""
        if self.stop_reason or tokens < self.tokens:
            self.text, self.cut, self.dropped, self.stop_reason, self.error = "", "", 0, "", ""
        self.text += text
        if len(self.text) > SHOWN:
            cut = len(self.text) - SHOWN
            self.text, self.dropped = self.text[cut:], self.dropped + cut
        self.tokens = tokens
        self.version += 1


@dataclass(slots=True)
class Progress:
    """How far the run is."""

    done: int = 0
    total: int = 0
    tokens_per_s: float | None = None
    remaining_s: float | None = None


@dataclass(slots=True)
class Plan:
    """The prompts of a run."""

    prompts: Sequence[PromptLine] = ()
    per_prompt: int = 1
    done: int = 0
    """Samples of it that the review holds already."""
    notes: tuple[str, ...] = ()
    first: dict[str, str] = field(init=False)
    """The first words of each prompt, by its id."""

    def __post_init__(self) -> None:
        self.first = {prompt.prompt_id: prompt.first for prompt in self.prompts}

    @property
    def strata(self) -> dict[str, int]:
        """Number of prompts by stratum, in the plan's order."""
        counts: dict[str, int] = {}
        for prompt in self.prompts:
            counts[prompt.stratum] = counts.get(prompt.stratum, 0) + 1
        return counts


@dataclass(slots=True)
class Outputs:
    """The outputs of a run, oldest first; each is found by what it is of."""

    each: deque[Output] = field(default_factory=deque)
    _by_key: dict[OutputKey, Output] = field(default_factory=dict)

    def of(self, key: OutputKey) -> Output:
        """The output, which begins here where it is new."""
        found = self._by_key.get(key)
        if found is None:
            found = self._by_key[key] = Output(key)
            self.each.append(found)
            while len(self.each) > KEPT_OUTPUTS:
                del self._by_key[self.each.popleft().key]
        return found

    def known(self, key: OutputKey) -> Output | None:
        """The output, if it is among those that are kept here."""
        return self._by_key.get(key)

    def clear(self) -> None:
        """Forget all."""
        self.each.clear()
        self._by_key.clear()


@dataclass(slots=True)
class Draft:
    """A prompt that is being edited."""

    prompt_id: str
    """Of the prompt that it was made from."""
    turns: list[tuple[str, str]]
    """Role and content."""
    turn: int = -1
    """The one in the editor."""


@dataclass(slots=True)
class SamplingState:
    """Everything that the screen draws."""

    models: Sequence[ModelLine] = ()
    described: bool = False
    """Whether the models are known, even if there are none."""
    missing: str = ""
    """Why nothing can be sampled here, and what to do."""
    plan: Plan | None = None
    plan_error: str = ""
    folder: str = ""
    """The review that the run goes on with, or the last one went into; empty: a new one."""
    shown_folder: str = ""
    """The same, relative to the project."""
    phase: Phase = "idle"
    doing: str = ""
    """What goes on, in words: "loading tuned"."""
    progress: Progress = field(default_factory=Progress)
    outputs: Outputs = field(default_factory=Outputs)
    tried: Outputs = field(default_factory=Outputs)
    """Outputs of a prompt that was edited: never part of the review."""
    trying: bool = False
    draft: Draft | None = None
    flags: dict[OutputKey, tuple[str, ...]] = field(default_factory=dict)
    flag_counts: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)
    """Model to how often each stop reason came."""
    log: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    """Level and line."""
    engines: dict[str, str] = field(default_factory=dict)
    """Model to what its engine says of itself."""
    failed: dict[str, str] = field(default_factory=dict)
    """Model to why it could not be sampled."""
    told: list[str] = field(default_factory=list)
    """Messages of the run that a person should find again, newest last."""
    ended: str = ""
    """How the last run ended, in words."""

    def first_words(self, prompt_id: str) -> str:
        """Of a planned prompt; empty for any other."""
        return self.plan.first.get(prompt_id, "") if self.plan is not None else ""

    @property
    def busy(self) -> bool:
        """Whether the engine works."""
        return self.phase != "idle" or self.trying
