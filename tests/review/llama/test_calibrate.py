"""How many threads are chosen from measured speeds, and given up when they are slow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from ftui.review.backends.llama import calibrate
from ftui.review.backends.llama.speed import Speed
from ftui.review.sample import Completion
from tests.review.llama.conftest import Open


@dataclass
class FakeContext:
    """Notes what it was asked for."""

    asked: list[int] = field(default_factory=list)

    def threads(self, count: int) -> None:
        self.asked.append(count)


@dataclass
class FakeModel:
    """Of a model only what the choice of threads looks at."""

    gpu_layers: int = 0
    layers: int = 31
    vocabulary: Any = field(default_factory=lambda: type("V", (), {"ends": {2: "<|im_end|>"}}))


@pytest.mark.parametrize(
    ("most", "counts"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (16, [1, 2, 4, 8, 16])]
)
def test_counts_double_up_to_what_there_is(most: int, counts: list[int]) -> None:
    assert calibrate.counts(most) == counts


def test_more_threads_must_be_worth_it() -> None:
    assert calibrate.fastest({1: 124.0, 2: 161.0}) == 2
    assert calibrate.fastest({1: 100.0, 2: 103.0, 4: 104.0}) == 1


def test_a_busy_processor_is_said_only_where_more_threads_were_slower() -> None:
    assert calibrate.busy_note({1: 100.0, 2: 9.0}, 2) == "the CPU is busy: using 1 thread"
    assert calibrate.busy_note({1: 50.0, 2: 100.0, 4: 20.0}, 8) == "the CPU is busy: using 2 threads"
    assert calibrate.busy_note({1: 100.0, 2: 102.0}, 2) is None
    assert calibrate.busy_note({1: 100.0, 2: 160.0}, 2) is None


def test_threads_that_wait_for_each_other_are_given_up_after_two_late_steps() -> None:
    speed, context = Speed(cast(Any, FakeModel()), None), FakeContext()
    speed.threads, speed.measured = 4, {1: 50.0, 4: 100.0}
    late, usual = 0.5, 0.012
    told = [speed.stepped(cast(Any, context), seconds, 1) for seconds in (usual, late, usual, late, late)]
    assert told == [False, False, False, False, True]
    assert (speed.threads, context.asked) == (2, [2])
    assert speed.note == "the CPU is busy: using 2 threads"


def test_a_batch_may_take_longer() -> None:
    speed, context = Speed(cast(Any, FakeModel()), None), FakeContext()
    speed.threads, speed.measured = 2, {2: 100.0}
    assert not any(speed.stepped(cast(Any, context), 0.08, 8) for _ in range(5))


def test_half_the_speed_asks_for_a_new_measurement() -> None:
    speed = Speed(cast(Any, FakeModel()), None)
    speed.measured = {1: 100.0}
    speed.watch([Completion("", "", "limit", seconds=1.0, completion_tokens=61, token_ids=(0,) * 61)])
    assert not speed.is_due()
    speed.watch([Completion("", "", "limit", seconds=1.0, completion_tokens=31, token_ids=(0,) * 31)])
    assert speed.is_due()


def test_a_real_model_is_measured_and_its_threads_are_recorded(opened: Open) -> None:
    engine = opened(threads=None).start()
    assert engine.threads in engine.tokens_per_s
    assert 1 in engine.tokens_per_s
    assert all(speed > 0 for speed in engine.tokens_per_s.values())
