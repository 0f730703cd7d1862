"""`ftui check` on a million rows against one orjson pass over the same file: wall ratio and memory of all processes."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import orjson

from tests.benchmarks.data import in_fresh_folder, synthetic
from tests.benchmarks.process import measure, median


def orjson_pass(path: Path) -> float:
    """Seconds to parse every line of the file with orjson, one process, warm cache."""
    start = time.perf_counter()
    with path.open("rb") as file:
        for line in file:
            orjson.loads(line)
    return time.perf_counter() - start


def main(rows: int = 1_000_000) -> None:
    """Print the ratio, the memory, and the seconds of each family."""
    path = in_fresh_folder(synthetic(rows), "check")
    before = [orjson_pass(path) for _ in range(3)]
    command = [sys.executable, "-m", "ftui", "check", str(path), "--format", "json", "--fail-on", "never"]
    cost = measure(command)
    floor = median(before + [orjson_pass(path) for _ in range(2)])
    report = json.loads(cost.output)
    print(f"one orjson pass over {rows:,} rows: {floor:.2f} s (median of 5)")
    ratio = cost.seconds / floor
    print(f"ftui check: {cost.seconds:.1f} s = {ratio:.1f} passes; {cost.peak_mb:,.0f} MB, exit {cost.code}")
    print("seconds by family:", report["timing"])
    print("findings:", report["summary"]["by_rule"])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
