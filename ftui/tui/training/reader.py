"""Reads logs in a thread of its own, which only posts messages."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

from textual.message import Message

from ftui.project.errors import FtuiError
from ftui.tui.training.feed import Feed, Reading
from ftui.tui.training.log_lines import MOST_LINES
from ftui.tui.training.room import Room

SWITCH_S = 0.001
"""Seconds after which this thread makes room for a key. A key goes through three threads, each of which waits for it:
with Python's own 5 ms a letter took 30 ms while a long log was read."""
YOUNG = 4_000
"""Objects that are made before Python looks for cycles: the records of a piece of a log hold none, and with Python's
own 700 a full search of 50 to 150 ms came several times while a log was read. With 20,000 a search took 20 ms."""
PATIENCE = 5.0
"""Seconds for which the thread waits for a screen that is busy before it reads on: alerts and the stop file do not
wait for an editor that somebody opened over the screen."""
MOST_NOTICES = 20
"""Of those that came while the screen was busy."""
AGAIN = "leave ftui and start it again"


class TrainingRead(Message):
    """Something came; `taken` is called when it has been worked off."""

    def __init__(self, reading: Reading, taken: Callable[[], None]) -> None:
        super().__init__()
        self.reading = reading
        self.taken = taken


class TrainingFailed(Message):
    """The thread came to an end: why, and what to do about it."""

    def __init__(self, error: str, hint: str) -> None:
        super().__init__()
        self.error = error
        self.hint = hint


class TrainingReader:
    """Asks a feed again and again; one message at a time, so that a slow terminal holds up reading, not memory."""

    def __init__(self, feed: Feed, post: Callable[[Message], object]) -> None:
        self.feed = feed
        self.room = Room()
        feed.pause = self.room.make
        self._post = post
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._taken = threading.Event()
        self._taken.set()
        self._held: Reading | None = None
        """What was read while the screen was busy for longer than that: it comes as one message."""
        self._paths: SimpleQueue[Path] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="training-logs", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        sys.setswitchinterval(min(SWITCH_S, sys.getswitchinterval()))
        gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
        self._thread.start()

    def add(self, path: Path) -> None:
        """Follow one more file or folder."""
        self._paths.put(path)
        self._wake.set()

    def close(self) -> None:
        """End the thread; it lets go of the files itself."""
        self._stop.set()
        self._wake.set()
        self._taken.set()

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended; where a slow disk holds it longer, what must not be lost is written now."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        self.feed.hand_in()

    def _run(self) -> None:
        try:
            try:
                while not self._stop.is_set():
                    self._turn()
            finally:
                self.feed.close()
        except FtuiError as error:
            hint = error.hint if not error.hint or error.hint.endswith("?") else f"{error.hint}."
            self._post(TrainingFailed(error.message, f"{hint} Mend it, {AGAIN}".lstrip()))
        except Exception as error:  # noqa: BLE001  a thread's error would be lost: the screen says it
            again = f"{AGAIN}; where it comes again, report it"
            self._post(TrainingFailed(f"{type(error).__name__}: {error}", again))

    def _turn(self) -> None:
        self._wake.clear()
        while True:
            try:
                self.feed.add(self._paths.get_nowait())
            except Empty:
                break
        reading = self.feed.read()
        if self._held is not None:
            reading, self._held = joined(self._held, reading), None
        if reading.runs is not None or reading.lines or reading.notices or reading.loaded is not None:
            self._hand_on(reading)
        if not reading.more:
            self._wake.wait(self.feed.interval)

    def _hand_on(self, reading: Reading) -> None:
        if not self._taken.is_set():
            self._held = reading
            return
        self._taken.clear()
        self._post(TrainingRead(reading, self._taken.set))
        if not self._stop.is_set():
            self._taken.wait(PATIENCE)


def joined(one: Reading, other: Reading) -> Reading:
    """Two readings as one: the runs as they are now, all lines that a screen keeps."""
    lines = {
        run: [*one.lines.get(run, ()), *other.lines.get(run, ())][-MOST_LINES:]
        for run in {**one.lines, **other.lines}
    }
    runs = other.runs if other.runs is not None else one.runs
    notices = [*one.notices, *other.notices][-MOST_NOTICES:]
    return Reading(runs, lines, other.loaded, other.more, notices)
