"""A tuned model beside its base: what is better, what is worse, and what cannot be told.

A difference is called better or worse only where its whole interval of 95 % is on one side of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from ftui.review.figures.comparisons import Duel
from ftui.review.figures.parts import Part
from ftui.review.figures.rates import Difference, Rate

Kind = Literal["base", "prompted", "tuned"]
Verdict = Literal["better", "worse", "cannot tell", "not known"]
NOT_TRAINED = ", not in training"
PROBES: Mapping[str, str] = {"train-prefix": "training rows", "benchmark-prefix": "benchmark items"}


def kinds(models: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> dict[str, Kind]:
    """What each model of a review is: the base, the base with a system prompt or examples of its own, or another."""
    base = next((name for name, held in models.items() if held.get("base")), None)
    return {
        name: "base" if name == base else "prompted" if _prompted(models, name, base) else "tuned"
        for name in names
    }


def _prompted(models: Mapping[str, Mapping[str, Any]], name: str, base: str | None) -> bool:
    here, there = models.get(name, {}), models.get(base or "", {})
    if base is None or not (here.get("system") or here.get("shots")):
        return False
    return _what(here) == _what(there) != (None, None)


def _what(model: Mapping[str, Any]) -> tuple[Any, Any]:
    """The weights that answer: file and adapter, or server and the name there."""
    if model.get("server"):
        return model["server"], model.get("served_as")
    return model.get("sha256") or model.get("gguf"), model.get("adapter_sha256") or model.get("adapter")


class Side(NamedTuple):
    """One measure of a tuned model and its base."""

    measure: str
    """In words: "accepted", "chrF"."""
    tuned: Rate | None
    base: Rate | None
    verdict: Verdict
    difference: Difference | None
    lower_is_better: bool = False


def sides(tuned: Part, base: Part, fresh: tuple[Part, Part] | None = None) -> tuple[Side, ...]:
    """All measures that one of the two has.

    `fresh`: both over the prompts that training did not hold; texts are compared on these where there are any, as a
    tuned model may know the others by heart.
    """
    one, other = fresh or (tuned, base)
    where = NOT_TRAINED if fresh else ""
    pairs: list[tuple[str, Rate | None, Rate | None, bool]] = [
        ("accepted", tuned.acceptance, base.acceptance, False),
        (
            f"accuracy{where}",
            one.labels and one.labels.accuracy,
            other.labels and other.labels.accuracy,
            False,
        ),
        (f"exact match{where}", *_of(one, other, "exact_match"), False),
        (f"token F1{where}", *_of(one, other, "token_f1"), False),
        (f"chrF{where}", *_of(one, other, "chrf"), False),
        ("reached the token limit", tuned.limit, base.limit, True),
        ("any flag", tuned.any_flag, base.any_flag, True),
    ]
    if fresh and fresh[0].prompts < tuned.prompts:
        pairs.insert(1, (f"accepted{where}", one.acceptance, other.acceptance, False))
    codes = sorted({*tuned.flags, *base.flags} - {"same-as-base", "inconsistent", "memorised"})
    none = {"tuned": Rate(0, tuned.examined, tuned.prompts), "base": Rate(0, base.examined, base.prompts)}
    pairs += [
        (code, tuned.flags.get(code, none["tuned"]), base.flags.get(code, none["base"]), True)
        for code in codes
    ]
    return tuple(side(*each) for each in pairs if _there(each[1]) or _there(each[2]))


def _of(tuned: Part, base: Part, name: str) -> tuple[Rate | None, Rate | None]:
    one, other = (getattr(each.similar, name) if each.similar else None for each in (tuned, base))
    return one, other


def _there(rate: Rate | None) -> bool:
    return rate is not None and rate.of > 0


def side(measure: str, tuned: Rate | None, base: Rate | None, lower_is_better: bool = False) -> Side:
    """The verdict on one measure."""
    apart = Difference.of(tuned, base) if tuned is not None and base is not None else None
    verdict: Verdict = "cannot tell"
    if apart is None:
        verdict = "not known"
    elif apart.low > 0 or apart.high < 0:
        verdict = "better" if (apart.low > 0) != lower_is_better else "worse"
    return Side(
        measure,
        tuned if _there(tuned) else None,
        base if _there(base) else None,
        verdict,
        apart,
        lower_is_better,
    )


def won(against: Duel) -> Verdict:
    """Whether votes say that one is better than the other."""
    rate = against.rate
    if not rate.of:
        return "not known"
    return "better" if rate.low > 0.5 else "worse" if rate.high < 0.5 else "cannot tell"


class Probe(NamedTuple):
    """Texts that a model went on with by heart."""

    stratum: str
    known: Rate
    """Of the samples that were looked at."""


def probes(strata: Mapping[str, Part]) -> dict[str, Probe]:
    """Of each kind of probe that was made."""
    return {
        name: Probe(name, held.flags.get("memorised", Rate(0, held.examined, held.prompts)))
        for name, held in strata.items()
        if name in PROBES
    }
