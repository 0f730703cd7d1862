"""How outputs are sampled: every value with where it comes from.

Flags win over ftui.toml, that over the Modelfile, generation_config.json, the GGUF file, and the default.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from ftui.review.backends.backend import Decoding

T = TypeVar("T")
SERVERS_OWN = ("context", "threads", "gpu_layers")
"""Settings that no request carries: a server was started with its own, and none of ours reaches it."""


class Setting(NamedTuple, Generic[T]):
    """A value, and in a person's words who said it: "--stop", "ftui.toml", "PARAMETER stop of Modelfile", "default"."""

    value: T
    source: str


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line, or a person on the screen, says; None and empty: nothing."""

    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    context: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    seed: int | None = None
    threads: int | None = None
    gpu_layers: int | None = None
    template: str | None = None
    per_prompt: int | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Flags:
        """From parsed options by the same names; others are left aside."""
        names = {each.name for each in dataclasses.fields(cls)}
        given = {name: value for name, value in options.items() if name in names and value is not None}
        if "stop" in given:
            given["stop"] = tuple(given["stop"])
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides how one model's outputs are sampled."""

    stop: Setting[tuple[str, ...]]
    max_tokens: Setting[int]
    context: Setting[int]
    temperature: Setting[float]
    top_p: Setting[float]
    top_k: Setting[int]
    min_p: Setting[float]
    repeat_penalty: Setting[float]
    seed: Setting[int]
    threads: Setting[int | None]
    """None: the engine measures what is fastest."""
    gpu_layers: Setting[int | None]
    """None: all where the engine can offload, else none; -1: all."""
    template: Setting[str]
    """"chat", "training", or the path of a Jinja file."""
    grammar: Setting[str | None]
    """GBNF text; its source names the file."""
    end_marker: Setting[str | None]
    """What answers in the data end with, for trimming; None: nothing, or not known."""
    warnings: tuple[str, ...] = field(default=())

    def decoding(self) -> Decoding:
        """What the backend needs of one request."""
        return Decoding(
            stop=self.stop.value,
            max_tokens=self.max_tokens.value,
            temperature=self.temperature.value,
            top_p=self.top_p.value,
            top_k=self.top_k.value,
            min_p=self.min_p.value,
            repeat_penalty=self.repeat_penalty.value,
            grammar=self.grammar.value,
        )

    def items(self) -> list[tuple[str, Setting[Any]]]:
        """Every setting by name, in the order in which they are shown."""
        return [(each.name, getattr(self, each.name)) for each in dataclasses.fields(self)][:-1]

    def shown(self, *, server: bool) -> list[tuple[str, Setting[Any]]]:
        """The settings as a person is to read them: what a server decides by itself has no value here."""
        theirs: dict[str, Setting[Any]] = {}
        if server:
            theirs = dict.fromkeys(SERVERS_OWN, Setting(None, "the server's own"))
            if self.template.value == "chat":
                theirs["template"] = Setting("chat", "the server's own")
        return [(name, theirs.get(name, each)) for name, each in self.items()]

    def plain(self) -> dict[str, Any]:
        """The values as JSON, for the record of a sample."""
        return {
            name: [*each.value] if isinstance(each.value, tuple) else each.value
            for name, each in self.items()
        }

    def sources(self) -> dict[str, str]:
        """Who said each value."""
        return {name: each.source for name, each in self.items()}

    def changed(self, source: str, **values: Any) -> Settings:
        """The settings with some values set anew; `source` says by whom."""
        new: dict[str, Any] = {name: Setting(value, source) for name, value in values.items()}
        return dataclasses.replace(self, **new)


def shown_path(path: Path, root: Path) -> str:
    """Relative to the project where it lies in it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
