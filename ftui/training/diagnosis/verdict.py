"""What a rule says of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs

Level = Literal["critical", "warning", "info"]
LEVELS: tuple[Level, ...] = ("critical", "warning", "info")
Sure = Literal["certain", "likely", "possible"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Something that a run does, with its evidence."""

    code: str
    severity: Level
    message: str
    """One line: what, with its values."""
    since_step: float | None = None
    """The step from which it shows; None where it is about the whole run."""
    sure: Sure = "likely"
    advice: str = ""
    """What to do about it, one or two sentences."""
    evidence: Mapping[str, object] = field(default_factory=dict)
    """Plain JSON values: steps, losses, thresholds, lists of these."""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A rule that could not say anything, and why."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a rule compares with; set in ftui.toml under `[training.thresholds.CODE]`."""

    default: float
    meaning: str
    low: float = 0.0
    high: float = float("inf")


Said = Iterator[Verdict | NotJudged]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the diagnosis: the code it speaks under, what a person should know of it, and its judgement.

    `judge` yields nothing where it looked and found nothing, a verdict, or a NotJudged where the log gives too little.
    """

    code: str
    title: str
    why: str
    advice: str
    source: str
    """Where the method is from: a paper, a tool, or "measured"."""
    judge: Callable[[Inputs], Said]
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that is said of a run; verdicts with the gravest first, each code at most once."""

    verdicts: tuple[Verdict, ...]
    not_judged: tuple[NotJudged, ...]

    @property
    def critical(self) -> bool:
        """Whether any verdict is critical."""
        return any(verdict.severity == "critical" for verdict in self.verdicts)
