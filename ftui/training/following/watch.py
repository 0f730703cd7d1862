"""Every run under some paths, watched: polled, searched for again, diagnosed when something changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.project.errors import FtuiError
from ftui.training.finding.named_runs import STDIN, runs_at, same_run, siblings_of
from ftui.training.following.follow import Follower
from ftui.training.following.stream import Stream
from ftui.training.readers.columns import absent_columns, named_losses
from ftui.training.run import Listener, Run

if TYPE_CHECKING:
    from ftui.project.settings import Project
    from ftui.training.diagnosis.inputs import Context
    from ftui.training.diagnosis.verdict import Diagnosis
    from ftui.training.finding.find_runs import FoundRun

OFTEN, SELDOM = 0.5, 2.0
"""Seconds between two polls: of a log that grows, and of one that does not."""
_RESCAN = 5.0
_DIAGNOSE = 1.0
_SHARE = 10
"""Diagnosing, and searching for runs, take at most a tenth of the time each."""
_AGAIN = 5.0
"""Seconds after which a run is judged again although nothing came: it may have stalled."""


@dataclass(slots=True)
class News:
    """What one poll of all runs gave."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    """Raw new lines by run."""
    diagnosed: list[str] = field(default_factory=list)
    """Runs whose diagnosis is new."""
    runs_changed: bool = False
    """Runs came or went."""
    more: bool = False
    """Not everything was read: poll again at once."""


@dataclass(slots=True)
class _Pace:
    """When a run is diagnosed next, and what it was like at the last time."""

    version: int = -1
    at: float = float("-inf")
    next: float = float("-inf")


class Watch:
    """All runs under the given files and folders; `followers` and `diagnoses` by the runs' names, in order.

    `-` among the paths is what comes down `stream`. Nothing here waits: whoever watches polls every `interval`
    seconds, and at once while `News.more`.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        project: Project | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        wall: Callable[[], float] = time.time,
        stream: Stream | None = None,
        format: str | None = None,  # noqa: A002
        ignore: Iterable[str] = (),
        select: Iterable[str] = (),
        early_stopping: bool | None = None,
        listener: Listener | None = None,
        live: bool = True,
    ) -> None:
        self.paths: tuple[Path, ...] = tuple(dict.fromkeys(paths))
        self.project = project
        self.interval = OFTEN
        self.pause: Callable[[], None] = _no_pause
        """Called between two pieces of work, of some milliseconds each."""
        self.followers: dict[str, Follower] = {}
        self.diagnoses: dict[str, Diagnosis] = {}
        self.notices: list[str] = []
        """What a person should know, one line each."""
        training = project.training if project is not None else None
        self._clock = clock
        self._wall = wall
        self._stream = stream
        self._format = format or (training.format if training else None)
        self._columns = dict(training.columns) if training else {}
        self._thresholds = dict(training.thresholds) if training else {}
        self._ignore = frozenset(ignore) | frozenset(training.ignore if training else ())
        self._select = frozenset(select)
        self._early_stopping = early_stopping
        self._listener = listener
        self._live = live
        self._found: dict[str, FoundRun | Path] = {}
        self._paces: dict[str, _Pace] = {}
        self._contexts: dict[str, Context] = {}
        self._search_at = float("-inf")
        self._quiet_polls = 0

    @property
    def runs(self) -> dict[str, Run]:
        """The runs in which a loss was found, by name."""
        return {name: each.run for name, each in self.followers.items() if each.run.has_loss}

    @property
    def finished(self) -> bool:
        """Every run says that its training came to an end, or its pipe was closed."""
        every = self.followers.values()
        return bool(every) and all(each.run.facts.finished or each.ended for each in every)

    @property
    def ended(self) -> bool:
        """Nothing more can come: there were only pipes, and they are closed."""
        every = self.followers.values()
        return bool(every) and all(each.ended for each in every)

    @property
    def waiting_for_pipe(self) -> bool:
        """A pipe is still open."""
        return self._stream is not None and not self._stream.ended

    def named(self, name: str) -> bool:
        """Whether this run was named by its own path, and not found in a folder."""
        follower = self.followers[name]
        return any(
            path in (follower.path, *follower.path.parents) and not os.path.isdir(path)  # noqa: PTH112
            for path in self.paths
        )

    @property
    def loaded(self) -> float:
        """The part of what lay there when watching began that has been read, 0 to 1."""
        reading = [each.progress for each in self.followers.values()]
        there = sum(size for _, size in reading)
        return sum(done for done, _ in reading) / there if there else 1.0

    def add(self, path: Path) -> None:
        """Watch one more file or folder, from the next poll on."""
        if path not in self.paths:
            self.paths = (*self.paths, path)
            self._search_at = float("-inf")

    def poll(self) -> News:
        """Look for runs now and then, take in what is new, and judge what changed. Never raises for a log."""
        news = News()
        now = self._clock()
        if now >= self._search_at:
            began = time.perf_counter()
            news.runs_changed = self._search()
            self._search_at = now + max(_RESCAN, _SHARE * (time.perf_counter() - began))
        grew = False
        for name, follower in self.followers.items():
            version = follower.run.version
            lines = follower.poll()
            if lines:
                news.lines[name] = lines
            news.more |= follower.more
            grew |= bool(lines) or follower.run.version != version
            if follower.caught_up and not follower.more and self._due(name, follower, now):
                self._judge(name, follower)
                news.diagnosed.append(name)
        self._quiet_polls = 0 if grew else self._quiet_polls + 1
        self.interval = (
            OFTEN if self._quiet_polls < 8 else min(SELDOM, OFTEN + 0.25 * (self._quiet_polls - 7))
        )
        return news

    def read_all(self) -> None:
        """Read everything that is there now, last lines without an end too, and judge it: nothing is followed."""
        while self.poll().more:
            pass
        for follower in self.followers.values():
            follower.finish()
        self.judge_all()

    def judge_all(self) -> News:
        """Judge every run as it is now, whenever it was judged last."""
        for name, follower in self.followers.items():
            self._judge(name, follower)
        return News(diagnosed=list(self.followers))

    def context(self, name: str) -> Context:
        """What is known of a run beside its log, as of the last diagnosis."""
        from ftui.training.diagnosis.inputs import Context

        return self._contexts.get(name, Context())

    def close(self) -> None:
        """Let all files go."""
        for follower in self.followers.values():
            follower.close()

    def _search(self) -> bool:
        found = runs_at(self.paths, named_losses(self._columns))
        gone = [name for name in self.followers if name not in found]
        for name in gone:
            self.followers.pop(name).close()
            self.diagnoses.pop(name, None)
            self._paces.pop(name, None)
            self._contexts.pop(name, None)
        changed = bool(gone)
        for name, each in found.items():
            if name not in self.followers or not same_run(each, self._found[name]):
                before = self.followers.get(name)
                self.followers[name] = self._follower(name, each)
                if before is not None:
                    self.followers[name].succeed(before)
                changed = True
            elif siblings_of(each) != siblings_of(self._found[name]):
                self.followers[name].accompany(siblings_of(each))
            self._note_elsewhere(name, each)
        self._found = found
        return changed

    def _note_elsewhere(self, name: str, found: FoundRun | Path) -> None:
        """Say which logs of other folders were taken for this run."""
        for path in () if isinstance(found, Path) else found.elsewhere:
            note = f"{name}: {path} is of the same run, with the same losses at the same steps; both are one here"
            if note not in self.notices:
                self.notices.append(note)

    def _follower(self, name: str, found: FoundRun | Path) -> Follower:
        stream = self._stream if found == STDIN else None
        known = None if isinstance(found, Path) else found
        return Follower(
            found if isinstance(found, Path) else found.path,
            self._format or (known.reader if known else None),
            self._columns,
            self._clock,
            name=name,
            parts=[(each.path, each.reader) for each in known.parts] if known else (),
            siblings=siblings_of(found),
            stream=stream,
            listener=self._listener,
            pause=lambda: self.pause(),
        )

    def _due(self, name: str, follower: Follower, now: float) -> bool:
        pace = self._paces.setdefault(name, _Pace())
        if now < pace.next or not follower.run.version:
            return False
        return follower.run.version != pace.version or (self._live and now - pace.at >= _AGAIN)

    def _judge(self, name: str, follower: Follower) -> None:
        from ftui.training.diagnosis.diagnose import diagnose
        from ftui.training.diagnosis.verdict import Diagnosis

        now, began = self._clock(), time.perf_counter()
        self._note_columns(name, follower.run)
        self._contexts[name] = self._context_of(follower.run)
        said = diagnose(
            follower.run,
            self._contexts[name],
            self._thresholds,
            self._ignore,
            now if self._live else None,
        )
        if self._select:
            said = Diagnosis(
                tuple(each for each in said.verdicts if each.code in self._select),
                tuple(each for each in said.not_judged if each.code in self._select),
            )
        self.diagnoses[name] = said
        took = time.perf_counter() - began
        self._paces[name] = _Pace(follower.run.version, now, now + max(_DIAGNOSE, _SHARE * took))

    def _note_columns(self, name: str, run: Run) -> None:
        """Say which columns the project names and a table does not have: of JSON lines only once all were read."""
        if run.format == "csv" or (run.format == "jsonl" and not self._live):
            note = absent_columns(run.facts)
            if note and (told := f"{name}: {note}") not in self.notices:
                self.notices.append(told)

    def _context_of(self, run: Run) -> Context:
        from dataclasses import replace

        from ftui.training.context import context_for
        from ftui.training.diagnosis.inputs import Context

        try:
            context = context_for(run, self.project, self._wall())
        except FtuiError as error:  # the configuration that the project names
            context = Context()
            if error.message not in self.notices:
                self.notices.append(error.message)
        return replace(context, early_stopping=True) if self._early_stopping else context


def _no_pause() -> None:
    """Nobody waits for the interpreter."""
