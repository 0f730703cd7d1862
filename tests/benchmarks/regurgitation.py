"""What it costs to look for recited training answers: building the index, memory, and milliseconds an output.

python -m tests.benchmarks.regurgitation [ROWS]     # without a number: 1,000, 100,000 and a million rows in one run
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.project.settings import Project
from ftui.review.flags.training_answers import TrainingAnswers
from tests.benchmarks.data import in_fresh_folder, synthetic

SIZES = (1_000, 100_000, 1_000_000)
OUTPUTS = 200
LONG = 12
"""Answers in a long output: about 900 words."""


def outputs(rows: list[Example], rng: random.Random) -> dict[str, list[tuple[str, str]]]:
    """Kind of output to (output, prompt): what a model may write that learnt the rows too well, or not at all."""

    def recited() -> tuple[str, str]:
        words = rng.choice(rows).answer.split()
        return f"This is new. {' '.join(words[len(words) // 4 :])} And so is this.", "Something else"

    def reworded() -> tuple[str, str]:
        chosen = rng.choice(rows)
        return " ".join(word for word in chosen.answer.split() if rng.random() > 0.25), chosen.prompt

    def long() -> tuple[str, str]:
        return "\n".join(rng.choice(rows).answer for _ in range(LONG)), "Something else"

    def new() -> tuple[str, str]:
        words = " ".join(rng.choice(rows).answer for _ in range(4)).split()
        rng.shuffle(words)
        return " ".join(words[:100]), "Something else"

    kinds: dict[str, Callable[[], tuple[str, str]]] = {
        "recited": recited, "reworded": reworded, "long": long, "new": new,
    }  # fmt: skip
    return {name: [make() for _ in range(OUTPUTS)] for name, make in kinds.items()}


def timed(look: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds of processor time of a call, which others on the machine do not lengthen, and what it gave."""
    start = time.process_time()
    found = look()
    return (time.process_time() - start) * 1000, found


def shown(times: list[float]) -> str:
    """Median, 99th percentile and the longest."""
    ordered = sorted(times)
    return (
        f"{ordered[len(ordered) // 2]:.1f} / {ordered[int(len(ordered) * 0.99)]:.1f} / {ordered[-1]:.1f} ms"
    )


def measure(path: Path) -> None:
    """Build the index of one file, take it again, and look for outputs of four kinds."""
    project = Project(path.parent)
    dataset = Dataset.open([path], project)
    dataset.documents[0].build_index(lambda *_: None, lambda: False)
    before = psutil.Process().memory_info().rss
    build, training = timed(lambda: TrainingAnswers.of(dataset, project))
    again, _ = timed(lambda: TrainingAnswers.of(dataset, project))
    assert isinstance(training, TrainingAnswers)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before) / 2**20
    held = (training.answers.nbytes + training.pairs.nbytes) / 2**20
    print(f"{training.rows:>9,} rows: built in {build / 1000:.1f} s (+{peak:.0f} MB at most), again {again:.0f} ms; "
          f"{training.answers.nbytes / 2**20:.0f} + {held - training.answers.nbytes / 2**20:.0f} MB")  # fmt: skip
    rng = random.Random(1)
    document = dataset.documents[0]
    picked = [document.example(rng.randrange(document.base_rows)) for _ in range(2_000)]
    for name, made in outputs([each for each in picked if each is not None and each.answer], rng).items():
        runs = [timed(lambda each=each: training.recited(*each)) for each in made]  # type: ignore[misc]
        near = [timed(lambda each=each: training.nearest(*each)) for each in made]  # type: ignore[misc]
        found = sum(each is not None for _, each in runs)
        print(f"  {name:<9} recited {shown([ms for ms, _ in runs])} (found {found} of {OUTPUTS}), "
              f"nearest {shown([ms for ms, _ in near])}")  # fmt: skip


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Each size in a process of its own, so that the memory is its own."""
    print("processor time; of an output: median / 99th percentile / longest")
    for rows in sizes:
        path = in_fresh_folder(synthetic(rows), "regurgitation")
        command = [sys.executable, "-m", "tests.benchmarks.regurgitation", "--file", str(path)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--file"]:
        measure(Path(sys.argv[2]))
    else:
        main(tuple(map(int, sys.argv[1:])) or SIZES)
