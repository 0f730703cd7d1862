"""Preference pairs for DPO: what a reviewer chose over what, on one prompt.

From votes with a winner (over each output that it beat), from an accepted and a rejected output of one prompt by the
same reviewer, and from a corrected output (chosen) and the one that it was made of. Outputs are as the model wrote
them, before post-processing; a corrected one loses the end marker that the engine cut from the output. Left out:
probes, whose answers nobody judged as such; votes that their own repeat contradicts; and pairs that somebody chose the
other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftui.review.figures.comparisons import ballots
from ftui.review.figures.glance import glances
from ftui.review.judgement import Judgement
from ftui.review.prompt import Prompt
from ftui.review.sample import Sample
from ftui.review.store import ReviewStore


class Pair(NamedTuple):
    """One text over another."""

    prompt_id: str
    chosen: str
    rejected: str


def preference_pairs(store: ReviewStore) -> Iterator[dict[str, Any]]:
    """Pairs in the order of the plan; texts where every conversation is one user turn, else lists of messages."""
    prompts = {each.prompt_id: each for each in store.prompts() if not each.is_probe}
    found = pairs(store, prompts)
    used = {pair.prompt_id for pair in found}
    plain = all(
        len(prompts[each].messages) == 1 and prompts[each].messages[0].role == "user" for each in used
    )
    order = {prompt_id: i for i, prompt_id in enumerate(prompts)}
    for pair in sorted(found, key=lambda each: order[each.prompt_id]):
        messages = prompts[pair.prompt_id].messages
        if plain:
            yield {"prompt": messages[0].content, "chosen": pair.chosen, "rejected": pair.rejected}
        else:
            yield {
                "prompt": [{"role": each.role, "content": each.content} for each in messages],
                "chosen": [{"role": "assistant", "content": pair.chosen}],
                "rejected": [{"role": "assistant", "content": pair.rejected}],
            }


def pairs(store: ReviewStore, prompts: Mapping[str, Prompt]) -> list[Pair]:
    """Every pair once, without those that stand in both directions."""
    samples = [each for each in store.samples() if each.prompt_id in prompts]
    found = dict.fromkeys(
        pair
        for pair in (*_from_votes(store, samples), *_from_judgements(store.judgements(), samples))
        if pair.chosen != pair.rejected and pair.chosen.strip()
    )
    return [pair for pair in found if Pair(pair.prompt_id, pair.rejected, pair.chosen) not in found]


def _from_votes(store: ReviewStore, samples: Sequence[Sample]) -> Iterator[Pair]:
    texts = {(each.prompt_hash, each.output_hash): each for each in samples}
    sorted_out = ballots(store.votes(), glances(store, everything=True))
    doubted = {first.vote.id for first, again in sorted_out.repeats if first.winner != again.winner}
    for ballot in sorted_out.counted:
        if ballot.place is None or ballot.vote.id in doubted:
            continue
        shown = [texts.get((ballot.vote.prompt_hash, output)) for output in ballot.vote.outputs]
        winner = shown[ballot.place]
        for other in shown:
            if winner is not None and other is not None and other is not winner:
                yield Pair(winner.prompt_id, winner.completion.output, other.completion.output)


def _from_judgements(judgements: Sequence[Judgement], samples: Sequence[Sample]) -> Iterator[Pair]:
    texts = {(each.prompt_hash, each.output_hash): each for each in samples}
    accepted: dict[tuple[str, str], list[str]] = {}
    rejected: dict[tuple[str, str], list[str]] = {}
    for each in judgements:
        sample = texts.get((each.prompt_hash, each.output_hash))
        if sample is None:
            continue
        of = (each.reviewer, sample.prompt_id)
        if each.verdict == "accept":
            accepted.setdefault(of, []).append(sample.completion.output)
        elif each.verdict == "reject":
            rejected.setdefault(of, []).append(sample.completion.output)
        elif each.verdict == "fix" and each.correction is not None:
            yield Pair(sample.prompt_id, _ended_alike(each.correction, sample), sample.completion.output)
    for of, good in accepted.items():
        for bad in rejected.get(of, ()):
            for text in good:
                yield Pair(of[1], text, bad)


def _ended_alike(correction: str, sample: Sample) -> str:
    """The corrected text without the end marker that the output lacks: else the marker would tell the two apart."""
    marker = str(sample.settings.get("end_marker") or "").strip()
    text = correction.rstrip()
    if not marker or not text.endswith(marker) or sample.completion.output.rstrip().endswith(marker):
        return correction
    return text.removesuffix(marker).rstrip()
