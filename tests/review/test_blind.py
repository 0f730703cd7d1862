"""Before a vote nothing tells who wrote what; sides are shuffled by a seed, repeats have them swapped."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.review.flags.catalogue import CODES
from ftui.review.judgement import Vote
from ftui.review.judging import blind
from ftui.review.judging.blind import BlindOutput, BlindPair, BlindSingle
from ftui.review.judging.queue import Filter, items
from ftui.review.judging.session import Sitting
from ftui.review.sample import Flag, text_hash
from tests.review.reviewed import MODELS, prompt, review, sample
from tests.review.test_queue import outline

TELLING = (
    *MODELS,
    "end-token",
    "im_end",
    "llama.cpp",
    "0.25",
    "0.1",
    "28",
    "same-as-base",
    "runaway",
    "rendered",
)


def test_what_a_screen_gets_before_a_vote_holds_nothing_that_tells(tmp_path: Path) -> None:
    store = review(tmp_path, 3, flags=dict.fromkeys(range(3), "same-as-base"))
    sitting = Sitting(store, "ana")
    for _ in range(3):
        told = repr(sitting.current)
        assert not [word for word in TELLING if word in told]
        revealed = sitting.vote("tie")
        assert all(name in repr(revealed) for name in MODELS)
        assert revealed is not None
        assert {side.stop_reason for side in revealed.sides} == {"end-token"}
        assert {side.tokens_per_s for side in revealed.sides} == {28.0}


def test_the_types_have_no_place_for_it() -> None:
    def fields(kind: type) -> set[str]:
        return {each.name for each in dataclasses.fields(kind)}  # type: ignore[arg-type]

    assert fields(BlindPair) == {"prompt", "sides"}
    assert fields(BlindOutput) == {"raw", "processed"}
    assert fields(BlindSingle) == {"prompt", "output", "cut", "flags"}


def test_of_one_output_only_flags_of_its_text_are_seen(tmp_path: Path) -> None:
    store = review(tmp_path, 1, models=["only"])
    every = [Flag(code, {"model": "only"}) for code in CODES]
    store.add_samples([sample(prompt(0), "only", "Text.", flags=every)])
    sitting = Sitting(store, "ana")
    now = sitting.current
    assert isinstance(now, BlindSingle)
    assert set(now.flags) == blind.OF_THE_TEXT
    assert "only" not in repr(now)
    revealed = sitting.judge("accept")
    assert revealed is not None
    assert {flag.code for flag in revealed.sides[0].flags} == set(CODES)


def test_every_flag_that_is_shown_is_one_of_the_catalogue() -> None:
    assert set(CODES) >= blind.OF_THE_TEXT


def test_all_models_that_gave_a_text_are_named_afterwards(tmp_path: Path) -> None:
    store = review(tmp_path, 0)
    store.add_prompts([prompt(0)])
    store.add_samples([sample(prompt(0), name, "The same.") for name in MODELS])
    sitting = Sitting(store, "ana")
    sitting.set_mode("single")
    revealed = sitting.judge("accept")
    assert revealed is not None
    assert revealed.sides[0].models == MODELS


def test_sides_are_the_same_for_a_seed_and_differ_by_reviewer() -> None:
    made = [outline(n, model, f"{model}{n}") for n in range(200) for model in MODELS]
    found = items(made, "pair", Filter(), 1)

    def left(seed: int, reviewer: str) -> list[str]:
        return [blind.sides(item, seed, reviewer)[0].model for item in found]

    assert left(1, "ana") == left(1, "ana")
    assert left(1, "ana") != left(1, "ben")
    assert left(1, "ana") != left(2, "ana")
    for seed in range(5):
        # 200 fair coins: outside of 65 to 135 once in three million.
        assert 65 <= Counter(left(seed, "ana"))[MODELS[0]] <= 135


@given(st.integers(0, 60), st.integers(0, 4))
@settings(max_examples=30, deadline=None)
def test_one_vote_in_ten_is_asked_again_and_none_twice(count: int, seed: int) -> None:
    votes: list[Vote] = []

    def cast(number: int, repeat_of: int | None = None) -> None:
        outputs = (text_hash(f"a{number}"), text_hash(f"b{number}"))
        votes.append(
            Vote(
                "ana",
                text_hash(str(number)),
                ("a", "b"),
                outputs,
                "a",
                repeat_of=repeat_of,
                id=len(votes) + 1,
            )
        )

    for number in range(count):
        cast(number)
        for due in blind.repeats(votes, seed, at_end=False):
            cast(1000 + number, due.id)
    while due := blind.repeats(votes, seed, at_end=True):
        cast(2000, due[0].id)
    repeated = [vote.repeat_of for vote in votes if vote.repeat_of is not None]
    assert len(repeated) == len(set(repeated)) == blind.repeats_of(count)
    assert abs(len(repeated) - count / 10) <= 0.5
    for place, vote in enumerate(votes):
        if vote.repeat_of is not None:
            assert place - (vote.repeat_of - 1) >= blind.GAP


def test_a_repeat_has_its_sides_swapped_also_of_four() -> None:
    made = [outline(1, model, model) for model in "abcd"]
    (item,) = items(made, "pair", Filter(), 1)
    order = blind.sides(item, 1, "ana")
    vote = Vote("ana", item.prompt_hash, tuple(each.sample_id for each in order),
                tuple(each.output_hash for each in order), "tie")  # fmt: skip
    assert blind.swapped(item, vote) == order[::-1]


@pytest.mark.parametrize("outputs", [("a", "b"), ("a", "b", "c", "x"), ("a", "b", "c", "d", "d")])
def test_a_vote_on_other_outputs_is_not_repeated(outputs: tuple[str, ...]) -> None:
    made = [outline(1, model, model) for model in "abcd"]
    (item,) = items(made, "pair", Filter(), 1)
    vote = Vote("ana", item.prompt_hash, outputs, tuple(map(text_hash, outputs)), "tie")
    assert blind.swapped(item, vote) is None
