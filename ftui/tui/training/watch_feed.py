"""The training screen's feed from real logs: a `Watch`, and what it knows copied for another thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.training.following.no_loss import why_no_loss
from ftui.training.settings_check import check_settings
from ftui.tui.training.feed import NOTHING_SAID, Reading, RunLook
from ftui.tui.training.log_lines import MOST_LINES, cleaned

if TYPE_CHECKING:
    from ftui.project.settings import Training
    from ftui.training.alerting.hand_over import HandOver
    from ftui.training.following.follow import Follower
    from ftui.training.following.watch import Watch
    from ftui.training.series import Curve
    from ftui.tui.training.log_lines import Cleaned

LOOKS_APART_S = 0.5
"""Seconds between two copies of curves while a long log is read: nobody sees more of them."""
_LINES = 500
"""Lines that are cleaned at a time: 2 ms."""


class WatchFeed:
    """Polls a watch. A run that has not changed since the last reading is not copied again."""

    def __init__(
        self,
        watch: Watch,
        hand_over: HandOver | None = None,
        clock: Callable[[], float] = time.monotonic,
        settings: Training | None = None,
    ) -> None:
        """`hand_over`: what follows from the watch beside the screen. `clock` is that of the watch.

        With `settings` the first reading raises FtuiError for what they name and nobody knows.
        """
        self.watch = watch
        self._hand_over = hand_over
        self._clock = clock
        self._settings = settings
        self._looked_at = float("-inf")
        self._looks: dict[str, RunLook] = {}
        self._told = False
        self._drawing_loaded = False
        self._curves: dict[tuple[str, str], tuple[object, Curve]] = {}

    @property
    def pause(self) -> Callable[[], None]:
        return self.watch.pause

    @pause.setter
    def pause(self, pause: Callable[[], None]) -> None:
        self.watch.pause = pause

    @property
    def interval(self) -> float:
        return self.watch.interval

    def now(self) -> float:
        return self._clock()

    def add(self, path: Path) -> None:
        self.watch.add(path)

    def close(self) -> None:
        self.watch.close()
        self.hand_in()

    def hand_in(self) -> None:
        if self._hand_over is not None:
            self._hand_over.close()

    def read(self) -> Reading:
        if self._settings is not None:
            check_settings(self._settings)
            self._settings = None
        news = self.watch.poll()
        notices: list[str] = []
        if self._hand_over is not None:
            self._hand_over.take(self.watch, news)
            while self._hand_over.notices:
                notices.append(self._hand_over.notices.popleft())
        loaded = self.watch.loaded if news.more else None
        lines = {name: self._cleaned(came) for name, came in news.lines.items()}
        if news.more and self._clock() - self._looked_at < LOOKS_APART_S:
            return Reading(None, lines, loaded, news.more, notices)
        self._looked_at = self._clock()
        looks = {name: self._look(name, each) for name, each in self.watch.followers.items()}
        # The first reading is told also where nothing was found: until then the screen says that it reads.
        changed = not self._told or list(map(id, looks.values())) != list(map(id, self._looks.values()))
        self._looks, self._told = looks, True
        self._curves = {key: kept for key, kept in self._curves.items() if key[0] in looks}
        return Reading(list(looks.values()) if changed else None, lines, loaded, news.more, notices)

    def _cleaned(self, lines: list[str]) -> list[Cleaned]:
        found: list[Cleaned] = []
        for at in range(max(0, len(lines) - MOST_LINES), len(lines), _LINES):
            found += cleaned(lines[at : at + _LINES])
            self.pause()
        return found

    def _look(self, name: str, follower: Follower) -> RunLook:
        run, diagnosis = follower.run, self.watch.diagnoses.get(name, NOTHING_SAID)
        trouble = follower.trouble or _missing(follower)
        no_loss = () if run.has_loss or trouble else why_no_loss(follower)
        before = self._looks.get(name)
        if (
            before is not None
            and before.version == run.version
            and before.diagnosis is diagnosis
            and (before.trouble, before.last_line, before.no_loss)
            == (trouble, follower.last_line_at, no_loss)
        ):
            return before
        return RunLook(
            name,
            follower.path,
            follower.reader.title if follower.reader is not None else "",
            {metric: self._curve(name, metric, follower) for metric in run.series},
            [{metric: old.curve() for metric, old in each.items()} for each in run.superseded],
            tuple(run.restarts),
            replace(run.facts),
            run.last_step,
            run.last_epoch,
            run.has_loss,
            diagnosis,
            self.watch.context(name),
            follower.last_line_at,
            trouble,
            run.version,
            no_loss,
        )

    def _curve(self, run: str, metric: str, follower: Follower) -> Curve:
        """A copy of a curve; the one made before where no point has come since."""
        if not self._drawing_loaded:
            import numpy.ma  # noqa: F401  percentiles need it: loaded while one is drawn, it held a key up by 100 ms

            self._drawing_loaded = True
        series = follower.run.series[metric]
        stamp = (series, series.version)
        known = self._curves.get((run, metric))
        if known is None or known[0] != stamp:
            known = self._curves[run, metric] = (stamp, series.curve())
        return known[1]


def _missing(follower: Follower) -> str:
    """Why a log that can be read gives nothing."""
    if follower.ended:
        return "the pipe was closed"
    if not follower.gone:
        return ""
    return "is gone" if follower.run.version else "is not there yet"
