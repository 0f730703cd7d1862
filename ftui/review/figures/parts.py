"""The figures of one model over a part of its prompts: all, one stratum, or those that training did not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ftui.project.split_names import usual_split
from ftui.review.figures.classes import Labels, labels
from ftui.review.figures.comparisons import Ballot, Duel, Entrant, duel
from ftui.review.figures.glance import Glance
from ftui.review.figures.rates import Rate
from ftui.review.figures.similarity import Likeness, likeness
from ftui.review.figures.speed import Lengths, lengths
from ftui.review.judgement import Judgement
from ftui.review.prompt import Prompt

Key = tuple[str, str]
"""Prompt id and stratum."""
_LOWEST, _HIGHEST = 1, 5


class Score(NamedTuple):
    """The mean of a line of the rubric, from 1 to 5."""

    rate: Rate
    """As a share of the way from 1 to 5."""

    @property
    def mean(self) -> float | None:
        """None without a score."""
        return None if self.rate.share is None else _LOWEST + (_HIGHEST - _LOWEST) * self.rate.share

    @property
    def bounds(self) -> tuple[float, float]:
        """Of 95 %."""
        wide = _HIGHEST - _LOWEST
        return _LOWEST + wide * self.rate.low, _LOWEST + wide * self.rate.high


class Similar(NamedTuple):
    """How near outputs are to their references, each a mean from 0 to 1."""

    exact_match: Rate
    token_f1: Rate
    chrf: Rate


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of one model over some of its samples; cancelled and failed ones are in none but `lost`."""

    samples: int
    prompts: int
    lost: Mapping[str, int]
    """Stop reason cancelled or error to how many."""
    verdicts: Mapping[str, int]
    """accept, fix, reject: by all reviewers, each output once a reviewer."""
    acceptance: Rate
    marked: int
    """Outputs that a reviewer flagged by hand."""
    duel: Duel
    """Against all others on the page."""
    scores: Mapping[str, Score]
    examined: int
    """Samples that were looked at for flags."""
    flags: Mapping[str, Rate]
    any_flag: Rate
    stops: Mapping[str, int]
    """Stop reason to how many; with the text of the end token or sequence: "end-token <|im_end|>"."""
    limit: Rate
    """Ended by nothing but the token limit, of those whose reason is known."""
    lengths: Lengths | None
    labels: Labels | None
    similar: Similar | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the figures of all models share."""

    prompts: Mapping[Key, Prompt]
    judgements: Mapping[tuple[bytes, bytes], Sequence[Judgement]]
    """By the hashes of prompt and output."""
    counted: Sequence[Ballot]
    classes: tuple[str, ...]
    training: Mapping[str, int] | None = None
    texts: bool = True
    """Whether outputs are compared with references: 3 ms a pair of long texts."""
    references: Mapping[Key, str] = field(default_factory=dict)
    near: dict[tuple[str, str], Likeness] = field(default_factory=dict)
    """Output and reference to their likeness, as far as it was needed: strata are parts of all."""

    def likeness(self, output: str, reference: str) -> Likeness:
        """Of an output to its reference."""
        key = (output, reference)
        if key not in self.near:
            self.near[key] = likeness(*key)
        return self.near[key]


def part(samples: Sequence[Glance], who: Entrant, known: Known, keys: frozenset[Key] | None = None) -> Part:
    """Of the samples of one model; `keys`: only those of these prompts, and votes on them."""
    held = [each for each in samples if keys is None or (each.prompt_id, each.stratum) in keys]
    made = [each for each in held if each.finished]
    verdicts, accepted, scores, marked = _judged(
        [each for each in made if not each.is_probe], known.judgements
    )
    votes = [each for each in known.counted if keys is None or (each.prompt_id, each.stratum) in keys]
    examined = [each for each in made if each.flags is not None]
    codes = Counter(code for each in examined for code in each.flags or ())
    told = [each for each in made if each.stop_reason != "unknown"]
    return Part(
        samples=len(made),
        prompts=len({each.prompt_id for each in made}),
        lost=dict(Counter(each.stop_reason for each in held if not each.finished)),
        verdicts=verdicts,
        acceptance=accepted,
        marked=marked,
        duel=duel(votes, who),
        scores=scores,
        examined=len(examined),
        flags={code: _share(examined, lambda each, code=code: code in (each.flags or ())) for code in codes},  # type: ignore[misc]
        any_flag=_share(examined, lambda each: bool(each.flags)),
        stops=dict(Counter(_stop(each) for each in made).most_common()),
        limit=_share(told, lambda each: each.stop_reason == "limit"),
        lengths=lengths([each for each in made if not each.is_probe], known.references),
        labels=_labels(made, known),
        similar=_similar(made, known) if known.texts else None,
    )


def _share(samples: Iterable[Glance], holds: Callable[[Glance], bool]) -> Rate:
    return Rate.of_values((each.prompt_id, float(holds(each))) for each in samples)


def _stop(sample: Glance) -> str:
    return f"{sample.stop_reason} {sample.stop_text}" if sample.stop_text else sample.stop_reason


def _judged(
    made: Iterable[Glance], judgements: Mapping[tuple[bytes, bytes], Sequence[Judgement]]
) -> tuple[dict[str, int], Rate, dict[str, Score], int]:
    """Verdicts and scores: several samples that are one text count once, as they were judged once."""
    outputs = {(each.prompt_hash, each.output_hash): each.prompt_id for each in made}
    verdicts: Counter[str] = Counter()
    accepted: list[tuple[str, float]] = []
    scores: dict[str, list[tuple[str, float]]] = {}
    marked = 0
    for key, prompt_id in outputs.items():
        said = judgements.get(key, ())
        marked += any(each.flagged for each in said)
        for each in said:
            if each.verdict != "none":
                verdicts[each.verdict] += 1
                accepted.append((prompt_id, float(each.verdict == "accept")))
            for line, score in each.scores.items():
                part = (min(max(score, _LOWEST), _HIGHEST) - _LOWEST) / (_HIGHEST - _LOWEST)
                scores.setdefault(line, []).append((prompt_id, part))
    rated = {line: Score(Rate.of_values(values)) for line, values in sorted(scores.items())}
    return dict(verdicts), Rate.of_values(accepted), rated, marked


def _labels(made: Iterable[Glance], known: Known) -> Labels | None:
    answers = []
    for each in made:
        prompt = known.prompts.get((each.prompt_id, each.stratum))
        if prompt is not None and prompt.label is not None and not prompt.is_probe:
            answers.append((each.prompt_id, prompt.label.strip(), each.processed))
    return labels(answers, known.classes, known.training)


def _similar(made: Iterable[Glance], known: Known) -> Similar | None:
    """Probes are not answers, and labels have figures of their own."""
    found: list[tuple[str, Likeness]] = []
    for each in made:
        prompt = known.prompts.get((each.prompt_id, each.stratum))
        if prompt is not None and prompt.reference and not prompt.is_probe:
            found.append((each.prompt_id, known.likeness(each.processed, prompt.reference)))
    if not found:
        return None
    exact, f1, chrf = (Rate.of_values((prompt, near[i]) for prompt, near in found) for i in range(3))
    return Similar(exact, f1, chrf)


def is_fresh(prompt: Prompt) -> bool | None:
    """Whether training did not hold the row of a prompt; None where nobody knows where the prompt is from.

    The plan says behind the split why a held-out row is none.
    """
    if prompt.is_probe or prompt.source is None or not prompt.source.split:
        return None
    return usual_split(prompt.source.split) in ("validation", "test") and not leak(prompt)


def leak(prompt: Prompt) -> str:
    """Why a held-out prompt is none: "LEK001 exact-leak", …; "" for a clean one."""
    if prompt.stratum != "held-out":
        return ""
    return prompt.why.partition(" split; ")[2].strip()
