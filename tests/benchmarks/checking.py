"""`ftui check` with the whole catalogue: a million synthetic rows, fifty thousand real ones, the cost a row by size.

python -m tests.benchmarks.checking [million|real|flat] [ROWS]     # without a name: all three
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import orjson

from tests.benchmarks import real_rows
from tests.benchmarks.data import FOLDER, in_fresh_folder, synthetic
from tests.benchmarks.process import Cost, measure, median

SIZES = (10_000, 100_000, 1_000_000)
REAL_ROWS = 50_000


def orjson_pass(path: Path) -> float:
    """Seconds to parse every line of the file with orjson, one process, warm cache."""
    start = time.perf_counter()
    with path.open("rb") as file:
        for line in file:
            orjson.loads(line)
    return time.perf_counter() - start


def checked(path: Path) -> tuple[Cost, dict[str, Any]]:
    """The cost of one check of a file, and its report."""
    command = [sys.executable, "-m", "ftui", "check", str(path), "--format", "json", "--fail-on", "never"]
    cost = measure([*command, "--no-progress"])
    return cost, json.loads(cost.output)


def told(path: Path, rows: int) -> None:
    """Print the ratio to orjson passes before and after, the memory, and the seconds of each family."""
    before = [orjson_pass(path) for _ in range(3)]
    cost, report = checked(path)
    floor = median(before + [orjson_pass(path) for _ in range(2)])
    print(f"one orjson pass over {rows:,} rows: {floor:.2f} s (median of 5)")
    ratio = (
        f"{cost.seconds:.1f} s = {cost.seconds / floor:.1f} passes, {cost.processor:.1f} processor seconds"
    )
    print(f"ftui check: {ratio}; {cost.peak_mb:,.0f} MB, exit {cost.code}")
    slowest = sorted(report["timing"].items(), key=lambda item: -item[1])
    print("seconds by family:", ", ".join(f"{name} {seconds:.2f}" for name, seconds in slowest))
    print("findings:", report["summary"]["by_rule"])


def real(rows: int = REAL_ROWS) -> None:
    """Real chats and instructions, recombined where there are too few."""
    path = FOLDER / f"real-{rows}.jsonl"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        real_rows.main(path, rows)
    told(in_fresh_folder(path, "real"), rows)


def flat() -> None:
    """Processor microseconds a row at each size, start-up (the cost of a hundred rows) left out."""
    start_up = checked(in_fresh_folder(synthetic(100), "flat"))[0].processor
    print(f"start-up: {start_up:.2f} processor seconds")
    for rows in SIZES:
        cost = checked(in_fresh_folder(synthetic(rows), "flat"))[0]
        each = (cost.processor - start_up) / rows * 1e6
        print(f"{rows:>9,} rows: {each:.0f} µs a row, {cost.seconds:.1f} s, {cost.peak_mb:,.0f} MB")


def main(what: str = "", rows: int = 0) -> None:
    """One of the three, or all."""
    if what in ("", "million"):
        rows_of_all = rows or SIZES[-1]
        told(in_fresh_folder(synthetic(rows_of_all), "check"), rows_of_all)
    if what in ("", "real"):
        real(rows or REAL_ROWS)
    if what in ("", "flat"):
        flat()


if __name__ == "__main__":
    name = next((each for each in sys.argv[1:] if not each.isdigit()), "")
    number = next((int(each) for each in sys.argv[1:] if each.isdigit()), 0)
    main(name or ("million" if number else ""), number)
