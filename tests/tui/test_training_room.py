"""The reading thread stands aside for a key, and never for ever."""

from __future__ import annotations

from pathlib import Path

from ftui.training.following.watch import Watch
from ftui.tui.training.room import ECHO_S, LONGEST_S, Room
from tests.training.following.test_watch import lines


class Clock:
    """Stands still but for sleep; a key may come in every look."""

    def __init__(self) -> None:
        self.now = 100.0
        self.held: Room | None = None

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.held is not None:
            self.held.want()


def waited(*, wanted: bool, held: bool) -> float:
    clock = Clock()
    room = Room(clock, clock.sleep)
    if wanted:
        room.want()
    clock.held = room if held else None
    before = clock.now
    room.make()
    return clock.now - before


def test_reading_waits_for_a_key_and_no_longer() -> None:
    assert waited(wanted=False, held=False) == 0
    assert ECHO_S <= waited(wanted=True, held=False) < ECHO_S + 0.003


def test_reading_goes_on_when_the_key_was_echoed() -> None:
    clock = Clock()
    room = Room(clock, clock.sleep)
    room.want()
    room.painted()
    room.make()
    assert clock.now == 100.0


def test_a_key_that_is_held_does_not_stop_it() -> None:
    assert LONGEST_S <= waited(wanted=True, held=True) < LONGEST_S + 0.003


def test_a_watch_pauses_between_pieces_of_a_log_and_reads_the_same(tmp_path: Path) -> None:
    log = tmp_path / "trainer_log.jsonl"
    log.write_text(lines(*range(1, 3001)))
    paused, pauses = Watch([log]), list[None]()
    paused.pause = lambda: pauses.append(None)
    at_once = Watch([log])
    for watch in (paused, at_once):
        watch.read_all()
    (one,), (other,) = paused.runs.values(), at_once.runs.values()
    assert len(pauses) > log.stat().st_size // 65_536
    assert {name: each.value for name, each in one.series.items()} == {
        name: each.value for name, each in other.series.items()
    }
    assert one.last_step == 3000
