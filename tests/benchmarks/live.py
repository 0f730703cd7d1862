"""One row of a million typed and edited: milliseconds until it is judged against all others, and its partners too.

A second argument is how often each is measured, a third the families to run (`DUP,LEK,LBL`; all without it).
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.rules.check import Check
from tests.benchmarks.data import in_fresh_folder, synthetic

TIMES = 60
BOILERPLATE = "Write a function that takes a string as input and returns the number of words in it."


class Spent(NamedTuple):
    """Milliseconds by the clock and of this process; on a busy machine the second says more."""

    wall: float
    cpu: float


def spent(work: Callable[[], object]) -> Spent:
    """What a piece of work took."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


class Bench:
    """A checked training and a checked validation file, and their edits."""

    def __init__(self, paths: list[Path], families: list[str]) -> None:
        dataset = Dataset.open(paths, Project(paths[0].parent))
        self.session = Session.open(dataset)
        began = time.perf_counter()
        self.check: Check = engine.check(dataset, dataset.project, select=families)
        print(f"check of {self.check.row_count:,} rows: {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        self.check.warm()
        print(f"made ready in {time.perf_counter() - began:.2f} s")
        self.rng = random.Random(7)

    def place(self) -> tuple[int, int]:
        """Any row: of ten, nine are of the training file."""
        row = self.rng.randrange(self.check.row_count)
        first = self.check.files[0].rows
        return (0, row) if row < first else (1, row - first)

    def value(self) -> dict[str, Any]:
        file, row = self.place()
        value: dict[str, Any] = json.loads(self.session.dataset.documents[file].raw(row))
        return value

    def kinds(self) -> dict[str, Callable[[], dict[str, Any]]]:
        """Values to type, by name."""
        return {
            "a word more": lambda: self._with(lambda text: f"{text} zebra{self.rng.randrange(999)}"),
            "three words changed": lambda: self._with(self._reworded),
            "a copy of another row": self.value,
            "20 times as long": lambda: self._with(lambda text: " ".join([text] * 20)),
            "short": lambda: self.value() | {"instruction": "Hello!", "input": "", "output": "Hi there."},
            "boilerplate": lambda: self.value() | {"instruction": BOILERPLATE},
        }

    def _with(self, change: Callable[[str], str]) -> dict[str, Any]:
        value = self.value()
        return value | {"output": change(value["output"])}

    def _reworded(self, text: str) -> str:
        words = text.split()
        for _ in range(3):
            words[self.rng.randrange(len(words))] = f"zebra{self.rng.randrange(999)}"
        return " ".join(words)

    def typed(self, value: dict[str, Any]) -> Spent:
        (file, row), raw = self.place(), json.dumps(value).encode()
        return spent(lambda: self.check.inspect(file, row, raw))

    def edited(self, value: dict[str, Any]) -> Spent:
        file, row = self.place()
        for field, text in value.items():
            self.session.set_text(file, row, field, text)
        return spent(lambda: self.check.update([(file, row)], within=0.015))


def in_two(path: Path) -> list[Path]:
    """The first nine of ten rows as training, the rest as validation."""
    lines = path.read_bytes().splitlines(keepends=True)
    border = len(lines) * 9 // 10
    made = []
    for name, part in (("train", lines[:border]), ("validation", lines[border:])):
        made.append(path.with_name(f"{name}.jsonl"))
        made[-1].write_bytes(b"".join(part))
    return made


def main(rows: int = 1_000_000, times: int = TIMES, *families: str) -> None:
    """Print median and 95th percentile for each kind of edit."""
    bench = Bench(in_two(in_fresh_folder(synthetic(rows), "live")), list(families))
    for name, value in bench.kinds().items():
        for what, run in (("typed", bench.typed), ("edited", bench.edited)):
            took = [run(value()) for _ in range(times)]
            wall, cpu = sorted(each.wall for each in took), sorted(each.cpu for each in took)
            late = int(times * 0.95)
            print(
                f"{name:22} {what:7} median {wall[times // 2]:5.1f} ms, p95 {wall[late]:5.1f} ms; "
                f"CPU {cpu[times // 2]:5.1f} and {cpu[late]:5.1f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]), *sys.argv[3:])
