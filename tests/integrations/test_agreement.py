"""When several training processes exchange whether to stop; the exchange itself is tested with the real Trainer."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ftui.integrations import agreement
from ftui.integrations.agreement import Agreement


class Told:
    """Stands for the broadcast: every process gets the first one's numbers."""

    def __init__(self) -> None:
        self.numbers: list[tuple[int, int]] = []

    def __call__(self, stop: int, until_next: int, device: object) -> tuple[int, int]:
        self.numbers.append((stop, until_next))
        return stop, until_next


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr(agreement, "_from_the_first", told)
    return told


def test_a_single_process_asks_nobody(told: Told) -> None:
    alone = Agreement(1, lambda: 0.0)
    assert [alone.reached(step, step == 3, None) for step in (1, 2, 3)] == [False, False, True]
    assert told.numbers == []


def test_processes_speak_about_once_a_second_however_fast_the_steps(told: Told) -> None:
    now = 0.0
    first = Agreement(2, lambda: now)
    spoke = []
    for step in range(1, 1001):
        now += 0.01
        before = len(told.numbers)
        first.reached(step, False, None)
        spoke += [step] * (len(told.numbers) - before)
    assert spoke[:2] == [1, 2]
    assert {later - earlier for earlier, later in pairwise(spoke[1:])} <= {99, 100, 101}


def test_with_slow_steps_they_speak_after_each(told: Told) -> None:
    now = 0.0
    first = Agreement(2, lambda: now)
    for step in range(1, 11):
        now += 30.0
        first.reached(step, False, None)
    assert [until for _, until in told.numbers] == [1] * 10


def test_a_wish_waits_for_the_next_exchange(told: Told) -> None:
    now = 0.0
    first = Agreement(2, lambda: now)
    stopped = None
    for step in range(1, 201):
        now += 0.1
        if first.reached(step, step >= 55, None):
            stopped = step
            break
    assert stopped is not None
    assert 55 <= stopped <= 66
    assert [stop for stop, _ in told.numbers].count(1) == 1
