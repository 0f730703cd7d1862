"""A review with random verdicts, votes, repeats and flags, for tests that work its figures out in another way."""

from __future__ import annotations

import random
from pathlib import Path

from ftui.review.judgement import Judgement, Vote
from ftui.review.sample import Flag, Sample
from ftui.review.store import ReviewStore
from tests.review.reviewed import prompt, sample

MODELS = ("base", "prompted", "tuned")
REVIEWERS = ("anna", "ben")


def judged_review(folder: Path, seed: int, prompts: int = 12, samples: int = 2) -> ReviewStore:
    """Three models, two reviewers, some of everything."""
    dice = random.Random(seed)
    store = ReviewStore.create(folder)
    store.set_model("base", {"base": True, "sha256": "b"})
    store.set_model("prompted", {"base": False, "sha256": "b", "system": "Answer briefly."})
    store.set_model("tuned", {"base": False, "sha256": "b", "adapter_sha256": "t"})
    asked = [prompt(number) for number in range(prompts)]
    store.add_prompts(asked)
    made = [
        sample(
            each,
            model,
            dice.choice(("yes", "no", f"{model} says {each.prompt_id} {index}")),
            index=index,
            completion={"stop_reason": dice.choice(("end-token", "limit", "unknown", "error", "cancelled"))},
        )
        for each in asked
        for model in MODELS
        for index in range(samples)
    ]
    store.add_samples(made)
    store.set_flags(
        {
            each.sample_id: [Flag("loop", {})] if dice.random() < 0.3 else []
            for each in made
            if dice.random() < 0.9
        }
    )
    for reviewer in REVIEWERS:
        for each in dice.sample(made, len(made) // 2):
            verdict = dice.choice(("accept", "fix", "reject", "none"))
            scores = {"tone": dice.randint(1, 5)}
            store.judge(Judgement(reviewer, each.prompt_hash, each.output_hash, verdict, scores))  # type: ignore[arg-type]
        _vote(store, dice, reviewer, made)
    return store


def _vote(store: ReviewStore, dice: random.Random, reviewer: str, made: list[Sample]) -> None:
    groups: dict[tuple[str, int], list[Sample]] = {}
    for each in made:
        groups.setdefault((each.prompt_id, each.index), []).append(each)
    for group in groups.values():
        shown = dice.sample(group, dice.choice((2, 2, 2, 3)))
        number = store.vote(vote(reviewer, shown, dice))
        if dice.random() < 0.3:
            store.vote(vote(reviewer, shown[::-1], dice, repeat_of=number))
        if dice.random() < 0.1:
            store.undo_vote(number)


def vote(
    reviewer: str,
    shown: list[Sample],
    dice: random.Random,
    winner: str | None = None,
    repeat_of: int | None = None,
) -> Vote:
    """A vote on samples, from left to right."""
    choices = [*(each.sample_id for each in shown), "tie", "both-bad", "unsure"]
    return Vote(
        reviewer,
        shown[0].prompt_hash,
        tuple(each.sample_id for each in shown),
        tuple(each.output_hash for each in shown),
        winner or dice.choice(choices),
        repeat_of=repeat_of,
    )
