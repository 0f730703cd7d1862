"""A day of tailing: lines fed through a Follower as they would come at 200 a second; memory and time of it.

Run: python -m tests.benchmarks.tailing [LINES]
"""

from __future__ import annotations

import json
import math
import resource
import sys
import tempfile
import time
from pathlib import Path

from ftui.training.following.follow import Follower

DAY = 200 * 86_400
_PIECE = 100
"""Lines between two polls, half a second of them."""


def main(lines: int = 2_000_000) -> None:
    """Print the memory before and after, the time a line takes, and what was kept."""
    import numpy as np  # the diagnosis loads it; its memory is no part of the series'

    np.zeros(1)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "trainer_log.jsonl"
        log.touch()
        follower = Follower(log)
        before, began, writing = _resident(), time.process_time(), 0.0
        for first in range(1, lines + 1, _PIECE):
            started = time.process_time()
            with log.open("a") as file:
                file.writelines(_line(step) for step in range(first, min(first + _PIECE, lines + 1)))
            if (
                first % 1_000_000 < _PIECE
            ):  # a disk is no part of this: copytruncate, as a log of this size is
                file = log.open("w")
                file.writelines(_line(step) for step in range(first, min(first + _PIECE, lines + 1)))
                file.close()
            writing += time.process_time() - started
            follower.poll()
        took = time.process_time() - began - writing
        run = follower.run
        kept = {name: len(series) for name, series in run.series.items()}
        follower.close()
    print(f"{lines:,} lines ({lines / DAY:.2f} days of 200 a second): {took / lines * 1e6:.1f} µs a line")
    print(
        f"memory: {before:.0f} MB before, {_resident():.0f} MB at most; last step {run.last_step:,.0f}; kept {kept}"
    )


def _line(step: int) -> str:
    entry = {
        "current_steps": step,
        "total_steps": DAY,
        "loss": 1 + math.sin(step / 1000) / 3,
        "grad_norm": 1.0,
        "lr": 1e-4,
        "throughput": 1000.5,
        "epoch": step / 1000,
    }
    if step % 1000 == 0:
        entry["eval_loss"] = 1.2
    return json.dumps(entry) + "\n"


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
