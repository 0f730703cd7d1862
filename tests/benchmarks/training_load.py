"""Long training logs: seconds to read, to diagnose, and to draw them; the longest that a reading thread holds on.

Run: python -m tests.benchmarks.training_load [SHAPE…] [--lines 100000] [--runs 3]

Every number is the best of its runs, wall and (in brackets) processor seconds: other work on the machine only adds.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ftui.training.diagnosis.diagnose import diagnose, rules
from ftui.training.diagnosis.inputs import Context, Inputs
from ftui.training.diagnosis.thresholds import resolved
from ftui.training.following.follow import Follower
from ftui.training.run import Run
from tests.benchmarks.long_logs import LOGS, write
from tests.tui.terminal import ROOT

SLOW_RULE_MS = 50


def read(path: Path) -> tuple[Run, float, float, float]:
    """The run of a log that is there; wall and processor seconds, and the longest poll."""
    follower = Follower(path)
    gc.collect()
    longest, began, used = 0.0, time.perf_counter(), time.process_time()
    while True:
        polled = time.perf_counter()
        follower.poll()
        longest = max(longest, time.perf_counter() - polled)
        if not follower.more:
            break
    follower.finish()
    took = time.perf_counter() - began, time.process_time() - used
    follower.close()
    return follower.run, *took, longest


def judged(run: Run) -> tuple[float, float]:
    """Wall and processor seconds of all rules, with everything that they share."""
    began, used = time.perf_counter(), time.process_time()
    diagnose(run)
    return time.perf_counter() - began, time.process_time() - used


def by_rule(run: Run, runs: int) -> dict[str, float]:
    """Milliseconds of each rule, in their order: what two of them need counts for the first."""
    import numpy as np

    every: dict[str, list[float]] = {}
    for _ in range(runs):
        inputs = Inputs(run, Context(), resolved(rules(), {}))
        for rule in rules():
            began = time.process_time()
            with np.errstate(all="ignore"):
                list(rule.judge(inputs))
            every.setdefault(rule.code, []).append(1000 * (time.process_time() - began))
    return {code: min(times) for code, times in every.items()}


def from_outside(path: Path, runs: int) -> tuple[float, float]:
    """Seconds of `ftui logs --once`, file to verdicts, and of `ftui --version` beside it: medians."""
    command = [sys.executable, "-m", "ftui"]
    once, version = [], []
    for _ in range(runs):
        for times, arguments in ((version, ["--version"]), (once, ["logs", str(path), "--once"])):
            began = time.perf_counter()
            subprocess.run([*command, *arguments], check=False, capture_output=True, cwd=ROOT)
            times.append(time.perf_counter() - began)
    return statistics.median(once), statistics.median(version)


def main() -> None:
    """Measure the shapes that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", default=list(LOGS))
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    import numpy as np

    np.linalg.norm(np.zeros(2))  # loaded before anything is timed
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for shape in args.shapes:
            path = write(shape, folder, args.lines)
            looks = [read(path) for _ in range(args.runs)]
            run = looks[-1][0]
            wall, used, longest = (min(each[at] for each in looks) for at in (1, 2, 3))
            said = [judged(run) for _ in range(args.runs)]
            print(
                f"{shape:28} {path.stat().st_size / 1e6:5.1f} MB  read {wall:.2f} ({used:.2f}) s, longest poll"
                f" {longest * 1000:.0f} ms; judged {min(said)[0]:.2f} ({min(s[1] for s in said):.2f}) s;"
                f" {sum(len(each) for each in run.series.values()):,} points",
                flush=True,
            )
            slow = {c: round(ms) for c, ms in by_rule(run, args.runs).items() if ms > SLOW_RULE_MS}
            if slow:
                print(f"    rules over {SLOW_RULE_MS} ms: {slow}")
        large = write("llama-factory", folder, args.lines)
        once, version = from_outside(large, args.runs)
        print(f"ftui logs --once, {args.lines:,} lines: {once:.2f} s; ftui --version {version:.2f} s")
        small = write("llama-factory", folder, 200)
        once, version = from_outside(small, args.runs)
        print(f"ftui logs --once, 200 lines: {once:.2f} s; ftui --version {version:.2f} s")


if __name__ == "__main__":
    main()
