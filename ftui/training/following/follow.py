"""Follows one run: polls its sources, grows its Run, keeps the raw lines and when they came."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ftui.training.following.intake import Intake, Taken
from ftui.training.following.stream import Stream
from ftui.training.readers.reader import Reader, WholeReader
from ftui.training.readers.registry import HEAD, reader_named
from ftui.training.record import Facts
from ftui.training.run import Listener, Run

_LONGEST_LINE = 4096
"""Bytes of a raw line that are shown."""
_RECORDS = 2000
"""Records that are taken in at a time: 5 ms."""


class Follower:
    """A run as it grows. `run` is another object after the log was begun anew, so ask for it each time."""

    def __init__(
        self,
        path: Path,
        reader: type[Reader] | str | None = None,
        columns: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        name: str = "",
        parts: Sequence[tuple[Path, type[Reader]]] = (),
        siblings: Sequence[tuple[Path, type[Reader]]] = (),
        stream: Stream | None = None,
        listener: Listener | None = None,
        pause: Callable[[], None] | None = None,
    ) -> None:
        """`pause` is called between two pieces of work, of some milliseconds each."""
        self.path = path
        self.name = name or path.name
        self.trouble = ""
        """Why nothing can be read; "" where all is well."""
        self.gone = False
        """There is no such file: it is waited for."""
        self.lines_read = 0
        """Lines of text that came of its last source, the last one whether it has an end or not."""
        self.live = False
        """The log grew while it was watched."""
        self.last_line_at: float | None = None
        """When its last line came, by the clock; for a log that was there before, when the file was written."""
        self._clock = clock
        self._listener = listener
        given = reader_named(reader) if isinstance(reader, str) else reader
        self._pause = pause
        self._intakes = [
            *(Intake(each, _certain(each, of), columns, pause=pause) for each, of in parts),
            Intake(path, given if isinstance(reader, str) else _certain(path, given), columns, stream, pause),
        ]
        self._columns = columns
        self._siblings: list[Follower] = []
        """Other logs of the same run: what only they tell is shown with it."""
        self.accompany(siblings)
        self._rest = b""
        self._caught_up = self._more = False
        self.run = self._next = Run(path, listener=listener)

    @property
    def reader(self) -> Reader | None:
        """The reader of the last source; None while nobody recognises it."""
        return self._intakes[-1].reader

    @property
    def binary(self) -> bool:
        """What is there is no text, and nobody knows it."""
        return self._intakes[-1].binary and self.reader is None

    @property
    def columns(self) -> Sequence[str]:
        """The columns of a table, or the keys of its objects; none of a log that is neither."""
        from ftui.training.readers.header import columns_of  # only where no loss is found

        return self.run.facts.columns or columns_of(self._intakes[-1].head)

    @property
    def caught_up(self) -> bool:
        """Everything that was there when following began has been read."""
        return self._caught_up

    @property
    def more(self) -> bool:
        """The last poll did not read everything."""
        return self._more

    @property
    def progress(self) -> tuple[int, int]:
        """Bytes read, and bytes that are there."""
        each = [intake.progress for intake in self._intakes]
        return sum(done for done, _ in each), sum(size for _, size in each)

    @property
    def ended(self) -> bool:
        """Nothing more can come."""
        return all(intake.ended for intake in self._intakes)

    @property
    def written(self) -> float | None:
        """When a file of the run was last changed, in Unix seconds."""
        return max((each.written for each in self._intakes if each.written is not None), default=None)

    def accompany(self, siblings: Sequence[tuple[Path, type[Reader]]]) -> None:
        """These other logs tell of the same run from now on."""
        for sibling in self._siblings:
            sibling.close()
        self._siblings = [
            Follower(path, reader, self._columns, self._clock, pause=self._pause) for path, reader in siblings
        ]

    def poll(self) -> list[str]:
        """Take in what is new, at most some megabytes; the raw lines of it, where the log is text."""
        lines: list[str] = []
        anew = grew = self._more = False
        for intake in self._intakes:
            taken = intake.poll()
            anew |= taken.anew
            grew |= self._take(taken)
            if intake is self._intakes[-1]:
                if taken.anew:
                    self._rest, self.lines_read = b"", 0
                lines = self._lines(taken.text)
                self.gone, self.trouble = taken.gone, taken.trouble
            if taken.more:
                self._more = True
                break
        if anew and len(self._intakes) > 1:
            self._again()
        if not self._more:
            self._settle()
            self._poll_siblings()
        self._tell_facts()
        self._note_arrival(grew)
        return lines

    def finish(self) -> None:
        """Nothing more is read: take what unfinished last lines say."""
        for intake in self._intakes:
            for record in intake.finish():
                self._next.add(record)
        self._settle()
        for sibling in self._siblings:
            sibling.finish()
            self.run.borrow(sibling.run)
        self._tell_facts()

    def succeed(self, before: Follower) -> None:
        """Take over from the follower of this run's earlier files, which is closed: the run goes on in others."""
        self._caught_up, self.live, self.last_line_at = before.caught_up, before.live, before.last_line_at
        self.run.arrivals = before.run.arrivals
        self.run.version = before.run.version + 1
        before.close()

    def close(self) -> None:
        """Let the files go."""
        for sibling in self._siblings:
            sibling.close()
        for intake in self._intakes:
            intake.close()

    def _take(self, taken: Taken) -> bool:
        if taken.anew:
            self._next = Run(self.path, listener=self._listener)
        new = False
        for number, record in enumerate(taken.records):
            new |= self._next.add(record)
            if self._pause is not None and number % _RECORDS == 0:
                self._pause()
        return new

    def _again(self) -> None:
        """One of several sources began anew: the run is built from all of them, in their order."""
        self._next = Run(self.path, listener=self._listener)
        for intake in self._intakes:
            intake.rewind()
        self._more = True

    def _settle(self) -> None:
        """What was built beside is the run now; when its lines came stays known."""
        if self._next is not self.run:
            self._next.arrivals = self.run.arrivals
            self._next.version += self.run.version  # grows on
            self.run = self._next

    def _poll_siblings(self) -> None:
        for sibling in self._siblings:
            before = sibling.run.version
            sibling.poll()
            self._more |= sibling.more
            self.run.borrow(sibling.run)
            if sibling.run.version != before and self.run.borrowed:
                self.run.version += 1

    def _tell_facts(self) -> None:
        facts = Facts()
        for intake in reversed(self._intakes):
            if intake.reader is not None:
                told = intake.reader.facts
                facts.take(told)
        last = self.reader
        if last is not None:
            facts.finished, facts.remaining_s = last.facts.finished, last.facts.remaining_s
            self.run.format = last.format
        for sibling in self._siblings:
            # A log that was left behind by an earlier training says nothing of how this one stands.
            finished, remaining = facts.finished, facts.remaining_s
            facts.take(sibling.run.facts)
            facts.finished, facts.remaining_s = finished, remaining
        self.run.facts = facts

    def _note_arrival(self, grew: bool) -> None:
        if self._more:
            return
        now = self._clock()
        if not self._caught_up:
            self._caught_up = True
            written = self.written
            if written is not None:
                self.last_line_at = now - max(0.0, time.time() - written)
        elif grew:
            self.live = True
            self.last_line_at = now
            self.run.arrivals.append(now)

    def _lines(self, text: bytes) -> list[str]:
        if not text:
            return []
        begun = bool(self._rest)
        *whole, self._rest = (self._rest + text).split(b"\n")
        self._rest = self._rest[-_LONGEST_LINE:]
        self.lines_read += len(whole) + bool(self._rest) - begun
        return [
            _shown(line) if b"\r" in line or len(line) > _LONGEST_LINE else line.decode("utf-8", "replace")
            for line in whole
        ]


def _shown(line: bytes) -> str:
    """As a terminal would leave it: of what a progress bar drew over and over, the last."""
    last = line.rstrip(b"\r").rpartition(b"\r")[2] or line
    return last[:_LONGEST_LINE].decode("utf-8", "replace")


def _certain(path: Path, reader: type[Reader] | None) -> type[Reader] | None:
    """The reader that was found, unless more of the file may yet show that it is for another one."""
    if reader is None or issubclass(reader, WholeReader):
        return reader
    try:
        return reader if path.stat().st_size >= HEAD else None
    except OSError:
        return None
