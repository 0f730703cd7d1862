"""How long answers of each kind are in this data: robust bounds of log length."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

ENOUGH = 30
"""Answers of a kind from which it has bounds of its own."""
LEARNT = 5_000
"""Answers that are measured."""
LABEL_WORDS, LABEL_SHARE, LABEL_MOST = 6, 0.95, 25
"""Where so many answers have so few words they are labels, and none should have more than the last."""
_KINDS: tuple[tuple[str, str], ...] = (
    ("code", "code|function|program|script|query|class|regex|python|javascript|sql|java|html|css|bash"),
    (
        "writing",
        "essay|article|story|poem|letter|e-?mail|blog|speech|report|song|lyrics|review|paragraph|haiku|dialog",
    ),
    ("choice", "classif|categor|sentiment|choose|select|which of|yes or no|true or false|pick|option|label"),
    (
        "list",
        r"list\b|name\b|give (?:me )?(?:\w+ )?(?:examples|ideas|tips|reasons|ways)|suggest|recommend|steps",
    ),
    (
        "explanation",
        "explain|describe|discuss|how (?:do|does|can|to|would|is|are|did)|why|compare|what is the difference|elaborate|"
        "outline|analy[sz]e|summar",
    ),
    (
        "fact",
        r"(?:who|what|when|where|which|how (?:many|much|old|long|far|tall)|is|are|does|did|do|was|were)\b",
    ),
)
_PATTERNS = tuple((name, re.compile(rf"\b(?:{pattern})")) for name, pattern in _KINDS)
FAR_CUE = "(?i)" + "|".join(pattern for name, pattern in _KINDS if name in ("writing", "explanation"))
"""Every prompt of these kinds matches this (Rust syntax)."""
_LOOKED_AT = 300
ALL = "all"


def kind(prompt: str) -> str:
    """What a prompt asks for: code, writing, choice, list, explanation, fact or other."""
    head = prompt[:_LOOKED_AT].lower()
    return next((name for name, pattern in _PATTERNS if pattern.search(head)), "other")


@dataclass(frozen=True, slots=True)
class Bound:
    """Median and robust standard deviation of the natural log of words, and how many answers say so."""

    middle: float
    spread: float
    answers: int

    @property
    def median(self) -> float:
        """In words."""
        return math.exp(self.middle)

    def above(self, deviations: float) -> float:
        """Words at so many deviations above the median, at least four times as many."""
        return max(4 * self.median, math.exp(self.middle + deviations * self.spread))

    def below(self, deviations: float) -> float:
        """Words at so many deviations below the median."""
        return math.exp(self.middle - deviations * self.spread)


@dataclass(frozen=True, slots=True)
class Lengths:
    """The bounds of a data set, by kind of prompt; `labels`: its answers are labels."""

    bounds: dict[str, Bound] = field(default_factory=dict)
    labels: bool = False

    def of(self, name: str) -> Bound | None:
        """The bound of a kind, else that of all answers."""
        return self.bounds.get(name) or self.bounds.get(ALL)


def learn(pairs: Iterable[tuple[str, str]]) -> Lengths:
    """The bounds of some prompts with their answers."""
    lengths: dict[str, list[float]] = {ALL: []}
    short = 0
    for _, (prompt, answer) in zip(range(LEARNT), pairs, strict=False):
        words = len(answer.split())
        if words:
            short += words <= LABEL_WORDS
            lengths[ALL].append(math.log(words))
            lengths.setdefault(kind(prompt), []).append(math.log(words))
    total = len(lengths[ALL])
    bounds = {name: _bound(logs) for name, logs in lengths.items() if len(logs) >= ENOUGH}
    return Lengths(bounds, total >= ENOUGH and short >= LABEL_SHARE * total)


def _bound(logs: list[float]) -> Bound:
    middle = median(logs)
    mad = 1.4826 * median(abs(each - middle) for each in logs)
    return Bound(middle, max(mad, 0.1), len(logs))
