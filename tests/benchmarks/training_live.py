"""`ftui logs` on a log that another process writes at 200 lines a second, truncates, rotates and replaces.

Run: python -m tests.benchmarks.training_live [--lines 12000] [--presses 300] [--shape llama-factory]

Seconds from a line being written to it (or a later one) being seen in the log and in the step of the progress line;
bytes of a redraw and redraws a second, while lines stream and while nothing comes; milliseconds from a key to its
echo: the crosshair, the log, a letter of the search; the same while a long log is loaded. At the end the log says how
many lines it holds, and the export every point: each has to be there once.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.log_terminal import Frame, LogTerminal
from tests.benchmarks.long_logs import LOGS, points, write
from tests.training import log_writer
from tests.tui.terminal import ROOT

RATE = 200
EVALUATED = 500
"""Lines from one with an evaluation to the next."""
BETWEEN = (0.05, 0.2)
"""Seconds between two keys."""
_STEP = re.compile(r"current_steps\": (\d+),")
_DONE = re.compile(r"step ([\d,]+) of")


class Writer:
    """The other process; it tells when it wrote each line."""

    def __init__(self, log: Path, lines: int) -> None:
        self.times = log.with_suffix(".times")
        command = [sys.executable, "-m", "tests.benchmarks.training_live", "--write", str(log), str(lines)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT)
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)

    def asks(self) -> bool:
        """It is about to truncate the log, of which there is no copy."""
        assert self.process.stdout is not None
        return bool(self.process.stdout.readline())

    def answer(self) -> None:
        """Truncate it."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    @property
    def done(self) -> bool:
        """It has written everything."""
        return self.process.poll() is not None

    def written(self) -> list[float]:
        """When each line was written."""
        return [float(line) for line in self.times.read_text().split()]


def write_lines(log: Path, lines: int) -> None:
    """What the other process does: `log_writer`, with the time of each line beside it."""
    with log.with_suffix(".times").open("w") as times:
        curve = points(5 * lines)

        def line(step: int) -> str:
            p = next(curve)
            entry: dict[str, object] = {"current_steps": step, "total_steps": p.of, "loss": round(p.loss, 4)}
            entry |= {"grad_norm": p.norm, "lr": p.rate, "epoch": round(p.epoch, 4)}
            if step % EVALUATED == 0:
                entry["eval_loss"] = p.loss + 0.1
            times.write(f"{time.monotonic():.4f}\n")
            times.flush()
            return json.dumps(entry) + "\n"

        log_writer.line = line
        log_writer.main(log, lines, RATE)


class Watched:
    """The screen, and what was first seen on it when."""

    def __init__(self, app: LogTerminal, writer: Writer) -> None:
        self.app, self.writer = app, writer
        self.following = True
        """The log goes to its newest line by itself."""
        self.in_log: list[tuple[int, float]] = []
        self.in_progress: list[tuple[int, float]] = []

    def look(self, patience: float) -> float | None:
        """Take in what comes, and note the newest step that is seen."""
        now = self.app.read(patience)
        if now is not None:
            rows = [self.app.line(y) for y in range(self.app.screen.lines)]
            steps = [int(found[1]) for row in rows[-13:] if (found := _STEP.search(row))]
            if self.following:
                _note(self.in_log, max(steps, default=0), now)
            done = _DONE.search(rows[-2])
            _note(self.in_progress, int(done[1].replace(",", "")) if done else 0, now)
        if self.writer.asks():
            self.app.watch(1.0)
            self.writer.answer()
        return now

    def for_seconds(self, seconds: float) -> None:
        """Look on."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.look(min(left, 0.05))

    def echoes(self, keys: Sequence[str], sign: Callable[[], str], presses: int) -> list[float]:
        """Milliseconds from each key to another `sign` on the screen."""
        chance, times = random.Random(1), []
        for number in range(presses):
            before = sign()
            asked = time.monotonic()
            self.app.type(keys[number % len(keys)])
            while True:
                now = self.look(0.5)
                if now is not None and sign() != before:
                    times.append(1000 * (now - asked))
                    break
                assert time.monotonic() < asked + 20, f"{keys[number % len(keys)]!r}:\n{self.app.text()}"
            self.for_seconds(chance.uniform(*BETWEEN))
        return times

    def crosshair(self) -> str:
        """The label of the crosshair under the curves: what has another background there."""
        for y in range(self.app.screen.lines):
            if self.app.line(y).lstrip().startswith("└"):
                row = self.app.screen.buffer[y + 1]
                plain = Counter((row[x].bg, row[x].reverse) for x in range(60)).most_common(1)[0][0]
                return "".join(row[x].data for x in range(77) if (row[x].bg, row[x].reverse) != plain)
        return ""

    def top_line(self) -> str:
        """The first line of the log that is seen."""
        at = next(y for y in range(self.app.screen.lines) if self.app.line(y).startswith(" log"))
        return self.app.line(at + 1)


def _note(seen: list[tuple[int, float]], step: int, now: float) -> None:
    if step and (not seen or step > seen[-1][0]):
        seen.append((step, now))


def live(lines: int, presses: int) -> None:
    """Watch a log that is written meanwhile."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        log, export = folder / "trainer_log.jsonl", folder / "points.jsonl"
        log.touch()
        app = LogTerminal([str(log), "--export", str(export)], folder)
        try:
            app.until("Nothing is written there yet|No loss found")
            writer = Writer(log, lines)
            watched = Watched(app, writer)
            app.until("current_steps")
            _measure(watched, presses)
            while not writer.done:
                watched.look(0.1)
            watched.for_seconds(3)
            _tell_delays(watched, writer.written())
            _tell_whole(watched, export, lines)
            _tell_idle(watched)
            print(f"memory of the app: {app.peak_mb():.0f} MB at most")
        finally:
            app.close()


def _measure(watched: Watched, presses: int) -> None:
    app = watched.app
    watched.for_seconds(5)
    began, first = time.monotonic(), len(app.frames)
    watched.for_seconds(20)
    frames = app.frames[first:]
    print(f"while lines stream: {_redraws(frames, time.monotonic() - began)}")
    app.type("\x1b[C")
    watched.for_seconds(1)
    _tell("crosshair, left and right", watched.echoes(["\x1b[D", "\x1b[C"], watched.crosshair, presses))
    app.type("\x1b")
    app.type("/")
    app.until("Esc|search|Search")
    watched.for_seconds(0.5)
    _tell("a letter of the search", watched.echoes(["~", "\x7f"], lambda: searched(app), presses))
    app.type("\x15\r")
    watched.for_seconds(0.5)
    watched.following = False
    app.type("\x1b[A" * 5)
    watched.for_seconds(1)
    _tell("a line of the log, up", watched.echoes(["\x1b[A"], watched.top_line, presses))
    app.type("G")


def _redraws(frames: Sequence[Frame], seconds: float) -> str:
    sizes = sorted(frame.size for frame in frames) or [0]
    apart = [b.at - a.at for a, b in itertools.pairwise(frames)]
    busiest = max(
        (bisect.bisect_left([f.at for f in frames], f.at + 0.98) - n for n, f in enumerate(frames)), default=0
    )
    middle, most, p95 = sizes[len(sizes) // 2], sizes[-1], sizes[int(len(sizes) * 0.95)]
    return (
        f"{len(frames) / seconds:.1f} redraws a second ({busiest} in the busiest, {min(apart, default=0):.3f} s"
        f" apart at least); bytes: median {middle:,}, p95 {p95:,}, max {most:,}; {sum(sizes) / seconds:,.0f} a second"
    )


def _tell(what: str, times: list[float]) -> None:
    times.sort()
    print(
        f"key to echo, {what}, {len(times)} presses: median {times[len(times) // 2]:.1f} ms,"
        f" p99 {times[int(len(times) * 0.99)]:.1f} ms, max {times[-1]:.1f} ms; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def _tell_delays(watched: Watched, written: list[float]) -> None:
    for what, seen in (("in the log", watched.in_log), ("in the progress line", watched.in_progress)):
        steps = [step for step, _ in seen]
        delays = [
            seen[bisect.bisect_left(steps, step)][1] - written[step - 1] for step in range(1, steps[-1] + 1)
        ]
        delays.sort()
        print(
            f"written to seen {what}, {len(delays):,} of {len(written):,} lines: median"
            f" {delays[len(delays) // 2]:.2f} s, p99 {delays[int(len(delays) * 0.99)]:.2f} s, max {delays[-1]:.2f} s"
        )


def _tell_whole(watched: Watched, export: Path, lines: int) -> None:
    app = watched.app
    app.type("/")
    watched.for_seconds(1)
    app.type("current_steps\r")
    watched.for_seconds(2)
    # The search names where it stands: `/current_steps: 7 of 24,001`, or how many it found while it is typed.
    found = re.search(r"current_steps: [\d,]+ of ([\d,]+)\b|\b([\d,]+) found", app.text())
    points = [json.loads(line) for line in export.read_text().splitlines()]
    steps = [point["step"] for point in points if point.get("metric", "train/loss") == "train/loss"]
    held = int((found[1] or found[2]).replace(",", "")) if found else 0
    print(
        f"lines written {lines:,}, in the log pane {held:,} (one more has no step);"
        f" steps in the export {len(steps):,}, each once: {sorted(steps) == list(range(1, lines + 1))}"
    )


def _tell_idle(watched: Watched) -> None:
    watched.for_seconds(3)
    began, first = time.monotonic(), len(watched.app.frames)
    watched.for_seconds(15)
    print(f"while nothing comes: {_redraws(watched.app.frames[first:], time.monotonic() - began)}")


def loading(shape: str, presses: int, lines: int) -> None:
    """Letters typed into the search while a long log is loaded, in as many starts as it takes."""
    times: list[float] = []
    firsts, loads, peaks = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        log = write(shape, folder, lines)
        while len(times) < presses and len(loads) < 40:
            app = LogTerminal([str(log)], folder)
            try:
                firsts.append(app.until(" training  ") - app.began)
                app.type("/")
                app.until("Esc drop")
                times += _while_loading(app, lines)
                loads.append(time.monotonic() - app.began)
                peaks.append(app.peak_mb())
            finally:
                app.close()
    _tell(f"a letter of the search while {shape} of {lines:,} lines is loaded", times)
    print(
        f"  first paint {sorted(firsts)[len(firsts) // 2]:.2f} s (median), loaded and judged {min(loads):.2f} s"
        f" after the start at best of {len(loads)}; {max(peaks):.0f} MB"
    )


def _while_loading(app: LogTerminal, lines: int) -> list[float]:
    times: list[float] = []
    loaded = re.compile(rf"step {lines:,}")
    while not loaded.search(app.text()):
        before = searched(app)
        asked = time.monotonic()
        app.type("~\x7f"[len(times) % 2])
        while True:
            now = app.read(0.5)
            if now is not None and searched(app) != before:
                times.append(1000 * (now - asked))
                break
            assert time.monotonic() < asked + 20, app.text()
        app.watch(0.03)
    return times


def searched(app: LogTerminal) -> str:
    """How often the searched letter stands in the field below."""
    tail = "".join(app.line(y) for y in range(app.screen.lines - 4, app.screen.lines))
    return str(tail.count("~"))


BLANK = """
from textual.app import App
from textual.widgets import Input
class Blank(App):
    def compose(self):
        yield Input(placeholder="READY")
Blank().run()
"""


def blank(presses: int) -> None:
    """The same letters in an app that does nothing else: what the machine and Textual take of it."""
    chance, times = random.Random(1), []
    with tempfile.TemporaryDirectory() as scratch:
        app = LogTerminal([], Path(scratch), program=("-c", BLANK))
        try:
            first = app.until("READY") - app.began
            for number in range(presses):
                before = app.text()
                asked = time.monotonic()
                app.type("~\x7f"[number % 2])
                while True:
                    now = app.read(0.5)
                    if now is not None and app.text() != before:
                        times.append(1000 * (now - asked))
                        break
                app.watch(chance.uniform(*BETWEEN))
        finally:
            app.close()
    print(f"a blank app: first paint {first:.2f} s")
    _tell("a letter in a blank app", times)


def main() -> None:
    """Measure a live log, then the load of a long one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--lines", type=int, default=24_000)
    parser.add_argument("--presses", type=int, default=300)
    parser.add_argument("--only", choices=["blank", "live", "loading"])
    parser.add_argument("--shape", action="append", choices=list(LOGS))
    args = parser.parse_args()
    if args.write:
        write_lines(Path(args.write[0]), int(args.write[1]))
        return
    if args.only in (None, "blank"):
        blank(args.presses)
    if args.only in (None, "live"):
        live(args.lines, args.presses)
    if args.only in (None, "loading"):
        for shape in args.shape or ["llama-factory", "hf-console, two bars a line", "hf-state"]:
            loading(shape, args.presses, 100_000)


if __name__ == "__main__":
    main()
