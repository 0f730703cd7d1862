"""Thirty pairs judged blind with real keys in a real terminal, killed on the way, and counted by somebody else."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from ftui.review.store import ReviewStore
from tests.review.reviewed import MODELS, review
from tests.tui.tmux import ROOT, Tmux, ftui, missing

pytestmark = pytest.mark.skipif(missing, reason="tmux is not installed: no real terminal to judge in")
PAIRS, REPEATS = 30, 3
TOTAL = PAIRS + REPEATS
BASE, TUNED = MODELS
TELLING = (*MODELS, "tok/s", "end token", "end-token", "im_end", "stop", "llama", "same-as-base")
KEYS = {"A": "1", "B": "2", "tie": "t", "both-bad": "0", "unsure": "9"}
RESTART_AT = 17


@dataclass
class Tally:
    """What the test itself says and sees, by question; the app's store is never asked."""

    first: dict[int, str] = field(default_factory=dict)
    """Number of the prompt to the model that won, or to tie, both-bad, unsure."""
    place: dict[int, str] = field(default_factory=dict)
    """Number of the prompt to the choice on the screen."""
    shown: dict[int, tuple[str, ...]] = field(default_factory=dict)
    again: dict[int, str] = field(default_factory=dict)

    def choose(self, number: int, models: tuple[str, ...]) -> str:
        """What to say of a question, seen for the first or the second time."""
        if number in self.first:
            assert models == self.shown[number][::-1], "a repeat has its sides swapped"
            # Half of the repeats are answered by the side, so that they contradict.
            choice = self.place[number] if number % 2 else self._the_same(number, models)
            self.again[number] = _winner(choice, models)
            return choice
        if number % 5 == 0:
            choice = ("tie", "both-bad", "unsure")[number // 5 % 3]
        else:
            choice = "AB"[models.index(TUNED)] if number % 3 else "A"
        self.first[number], self.place[number] = _winner(choice, models), choice
        self.shown[number] = models
        return choice

    def _the_same(self, number: int, models: tuple[str, ...]) -> str:
        said = self.first[number]
        return "AB"[models.index(said)] if said in models else said


def _winner(choice: str, models: tuple[str, ...]) -> str:
    return models["AB".index(choice)] if choice in ("A", "B") else choice


def pair_on(screen: str) -> tuple[int, tuple[str, ...]] | None:
    """The prompt's number, and by their words, which the test alone can tell apart, whose the sides are.

    None in the middle of a paint.
    """
    asked = re.search(r"What does word number (\d+) mean\?", screen)
    both = asked and [line for line in screen.splitlines() if line.count(f"Word {asked[1]} means") == 2]
    if not asked or not both:
        return None
    sides = both[0].split("│")
    return int(asked[1]), tuple(BASE if "something, perhaps" in side else TUNED for side in sides)


def at(done: int) -> str:
    """The progress as the screen says it."""
    return f" {done} of {TOTAL} "


def process_of(folder: Path) -> psutil.Process:
    """The app that has this review open."""
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if words[1:4] == ["-m", "ftui", "review"] and str(folder) in words:
            return process
    raise AssertionError("the app does not run")


def judge(window: Tmux, tally: Tally, wire: Path, start: int, stop: int) -> None:
    """Vote by keys alone; before each vote, nothing on the wire tells who wrote what."""
    before = None
    for done in range(start, stop):

        def next_pair(screen: str, done: int = done, before: object = before) -> bool:
            return at(done) in screen and pair_on(screen) not in (None, before)

        screen = window.until(next_pair, f"the pair after {done}")
        told = wire.read_bytes().decode("utf-8", "replace") + screen
        assert not [word for word in TELLING if word in told]
        before = pair_on(screen)
        assert before is not None
        choice = tally.choose(*before)
        # Another key between two votes: the same one twice in a tenth of a second is taken for one held down.
        window.keys("k", KEYS[choice])


def nothing_told(wire: Path) -> None:
    """Of all bytes that the app wrote, none tell; they are the app's."""
    told = wire.read_bytes().decode("utf-8", "replace")
    assert "which is better" in told
    assert not [word for word in TELLING if word in told]


def report(folder: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "ftui", "review", "report", str(folder), "--format", "json"]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder.parent,
        capture_output=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_thirty_pairs_by_keys_alone_killed_on_the_way(tmp_path: Path) -> None:
    folder = tmp_path / "outputs"
    review(folder, PAIRS, flags=dict.fromkeys(range(0, PAIRS, 4), "same-as-base")).close()
    tally = Tally()
    wire = tmp_path / "wire"
    arguments = ("review", str(folder), "--reviewer", "ana")
    with ftui(tmp_path, *arguments, size=(120, 30)) as window, window.recorded(wire):
        window.keys("C-l")
        judge(window, tally, wire, 0, RESTART_AT)
        window.until(at(RESTART_AT))
        process_of(folder).send_signal(signal.SIGKILL)
        window.until("ended with 137")
    nothing_told(wire)
    wire = tmp_path / "second wire"
    with ftui(tmp_path, *arguments, size=(120, 30)) as window, window.recorded(wire):
        window.until(at(RESTART_AT))
        window.keys("C-l")
        judge(window, tally, wire, RESTART_AT, TOTAL)
        window.until(f"everything here is judged: {TOTAL} of {TOTAL}")
        window.keys("q")
        window.until("ended with 0")
    nothing_told(wire)
    assert len(tally.first) == PAIRS
    assert len(tally.again) == REPEATS
    agrees(report(folder), tally)


def agrees(found: dict[str, object], tally: Tally) -> None:
    """The report says what the test counted by itself."""
    (page,) = found["pages"]  # type: ignore[misc, attr-defined]
    (tuned,) = [model for model in page["models"] if model["name"] == TUNED]
    said = Counter(tally.first.values())
    against = tuned["against"][BASE]
    assert (against["wins"], against["losses"]) == (said[TUNED], said[BASE])
    assert (against["ties"], against["both_bad"]) == (said["tie"] + said["both-bad"], said["both-bad"])
    counted = PAIRS - said["unsure"]
    share = (said[TUNED] + (said["tie"] + said["both-bad"]) / 2) / counted
    assert against["rate"]["share"] == pytest.approx(share)
    assert (against["rate"]["low"], against["rate"]["high"]) == pytest.approx(wilson(share, counted))
    (ana,) = found["reviewers"]  # type: ignore[misc, attr-defined]
    places = Counter(tally.place.values())
    assert (ana["name"], ana["votes"], ana["unsure"]) == ("ana", PAIRS, said["unsure"])
    assert (ana["left"], ana["decided"]) == (places["A"], places["A"] + places["B"])
    same = sum(tally.first[number] == winner for number, winner in tally.again.items())
    assert (ana["consistent"]["hits"], ana["consistent"]["of"]) == (same, REPEATS)
    assert found["repeats"] == REPEATS


def wilson(share: float, of: int) -> tuple[float, float]:
    """The 95 % score interval, written down once more."""
    z = 1.959963984540054
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return middle - half, middle + half


def test_names_come_to_light_after_the_vote_when_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "outputs"
    review(folder, 4).close()
    wire = tmp_path / "wire"
    arguments = ("review", str(folder), "--reviewer", "ana")
    with ftui(tmp_path, *arguments, size=(120, 30)) as window, window.recorded(wire):
        window.until(" 0 of 4 ")
        window.keys("C-l", "i")
        screen = window.until(lambda screen: "after the next vote" in screen and pair_on(screen), "the pair")
        told = wire.read_bytes().decode("utf-8", "replace") + screen
        assert not [name for name in MODELS if name in told]
        shown = pair_on(screen)
        assert shown is not None
        base, tuned = shown[1]
        window.keys("1")
        window.until((" 1 of 4 ", f"last: A   A {base} end token · 28 tok/s  B {tuned} end token"))
        window.keys("q")
        window.until("ended with 0")
    store = ReviewStore.open(folder)
    assert len(store.votes("ana")) == 1
    store.close()
