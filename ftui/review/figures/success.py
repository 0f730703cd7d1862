"""Success as it was set beforehand in ftui.toml: met, not met, or not to be told from so few prompts.

`[review.success]` names measures and the values that they must reach; shares are written from 0 to 1.
At least: acceptance, win_rate (against the base where there is one), accuracy, macro_f1, worst_recall, exact_match,
token_f1, chrf, tokens_per_s (median), and a line of the rubric (mean from 1 to 5).
At most: limit (share of outputs that only the token limit ended), flagged, any code of a flag, first_token_p50,
first_token_p95, latency_p50, latency_p95 (seconds), cost_1000 (money for a thousand outputs).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from ftui.review.figures.comparisons import Duel
from ftui.review.figures.parts import Part
from ftui.review.figures.rates import Rate
from ftui.review.figures.speed import Speed
from ftui.review.flags.catalogue import CODES
from ftui.statistics.wilson import Quantile

Outcome = Literal["met", "not met", "cannot tell", "not measured", "unknown measure"]


class Value(NamedTuple):
    """A measure with its bounds of 95 %; None: nobody knows how far out it may be."""

    value: float
    low: float | None
    high: float | None


class Criterion(NamedTuple):
    """One measure of one model against what it must reach."""

    model: str
    page: str
    measure: str
    wanted: float
    at_most: bool
    outcome: Outcome
    found: Value | None


class Subject(NamedTuple):
    """A model to be judged."""

    name: str
    page: str
    overall: Part
    fresh: Part | None
    """Over the prompts that training did not hold; measures of texts are taken from it where it is there."""
    against: Duel
    """The base, or all others where there is none."""
    speed: Speed
    probes: Mapping[str, Rate]
    """By stratum, what it knows by heart."""


def judge(wanted: Mapping[str, float], subject: Subject) -> tuple[Criterion, ...]:
    """Every measure that ftui.toml names."""
    return tuple(_criterion(name, float(value), subject) for name, value in wanted.items())


def _criterion(name: str, wanted: float, subject: Subject) -> Criterion:
    told = _AT_LEAST.get(name) or _AT_MOST.get(name)
    at_most = name in _AT_MOST or name in CODES
    outcome: Outcome
    found: Value | None = None
    if told is not None:
        found = told(subject)
    elif name in CODES:
        found = _flag(subject, name)
    elif (line := _line(name, subject.overall)) is not None:
        score = subject.overall.scores[line]
        found = None if score.mean is None else Value(score.mean, *score.bounds)
    else:
        return Criterion(subject.name, subject.page, name, wanted, at_most, "unknown measure", None)
    outcome = "not measured" if found is None else _outcome(found, wanted, at_most)
    return Criterion(subject.name, subject.page, name, wanted, at_most, outcome, found)


def _line(name: str, part: Part) -> str | None:
    """The line of the rubric that a measure names: "tone_of_voice" for "Tone of voice"."""
    return next((line for line in part.scores if _plain(line) == _plain(name)), None)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.lower()).strip()


def _outcome(found: Value, wanted: float, at_most: bool) -> Outcome:
    """Met or not only where the whole interval says so."""
    good, bad = (found.high, found.low) if at_most else (found.low, found.high)
    sign = -1 if at_most else 1
    if good is not None and sign * good >= sign * wanted:
        return "met"
    if bad is not None and sign * bad < sign * wanted:
        return "not met"
    return "cannot tell"


def _rate(rate: Rate | None) -> Value | None:
    if rate is None or rate.share is None:
        return None
    return Value(rate.share, rate.low, rate.high)


def _text(subject: Subject) -> Part:
    return subject.fresh or subject.overall


def _macro_f1(subject: Subject) -> Value | None:
    held = _text(subject).labels
    return held and Value(held.macro_f1, held.macro_f1_low, held.macro_f1_high)


def _worst_recall(subject: Subject) -> Value | None:
    """Of the class that is found least; its own interval does not count that it was chosen for being the worst."""
    held = _text(subject).labels
    recalls = [each.recall for each in held.classes if each.of] if held else []
    return _rate(min(recalls, key=lambda rate: rate.share or 0.0)) if recalls else None


def _flag(subject: Subject, code: str) -> Value | None:
    part = subject.overall
    if code == "memorised":
        rates = [*subject.probes.values()]
        return _rate(max(rates, key=lambda rate: rate.share or 0.0)) if rates else None
    return _rate(part.flags.get(code, Rate(0, part.examined, part.prompts)))


def _similar(name: str) -> Callable[[Subject], Value | None]:
    def of(subject: Subject) -> Value | None:
        held = _text(subject).similar
        return None if held is None else _rate(getattr(held, name))

    return of


def _time(
    kind: Literal["first_token", "whole", "tokens_per_s"], which: Literal["p50", "p95"]
) -> Callable[[Subject], Value | None]:
    def of(subject: Subject) -> Value | None:
        spread = getattr(subject.speed, kind)
        if spread is None:
            return None
        at: Quantile = getattr(spread, which)
        return Value(*at)

    return of


def _cost(subject: Subject) -> Value | None:
    cost = subject.speed.cost_1000
    return None if cost is None else Value(*cost)


_AT_LEAST: Mapping[str, Callable[[Subject], Value | None]] = {
    "acceptance": lambda subject: _rate(subject.overall.acceptance),
    "win_rate": lambda subject: _rate(subject.against.rate),
    "accuracy": lambda subject: (held := _text(subject).labels) and _rate(held.accuracy),
    "macro_f1": _macro_f1,
    "worst_recall": _worst_recall,
    "exact_match": _similar("exact_match"),
    "token_f1": _similar("token_f1"),
    "chrf": _similar("chrf"),
    "tokens_per_s": _time("tokens_per_s", "p50"),
}
_AT_MOST: Mapping[str, Callable[[Subject], Value | None]] = {
    "limit": lambda subject: _rate(subject.overall.limit),
    "flagged": lambda subject: _rate(subject.overall.any_flag),
    "first_token_p50": _time("first_token", "p50"),
    "first_token_p95": _time("first_token", "p95"),
    "latency_p50": _time("whole", "p50"),
    "latency_p95": _time("whole", "p95"),
    "cost_1000": _cost,
}
