"""A small project that `ftui sample` runs in as a process of its own, and what its review holds."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ftui.review.store import ReviewStore
from tests.run_ftui import Ran

ROOT = Path(__file__).resolve().parents[2]
ROWS = [{"prompt": f"What is {n} and {n}?", "completion": f"It is {2 * n}."} for n in range(30)]


def write_rows(folder: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """train.jsonl of these rows."""
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def environment(*paths: Path) -> dict[str, str]:
    """Modules of these folders come first, then those of this tree."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT)))}


@contextlib.contextmanager
def started(folder: Path, *words: str, code: str = "") -> Iterator[subprocess.Popen[str]]:
    """`ftui sample train.jsonl WORDS` that runs; `code` is Python that is run before it. Killed where a test fails."""
    line = ["-c", f"{code}\nimport sys\nfrom ftui.cli import main\nsys.exit(main(sys.argv[1:]))"]
    process = subprocess.Popen(
        [sys.executable, *line, "sample", "train.jsonl", *words],
        cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> Ran:
    """What it printed, and how it ended."""
    out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)


def command(folder: Path, *words: str, path: Path | None = None) -> Ran:
    """`ftui sample train.jsonl WORDS` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "ftui", "sample", "train.jsonl", *words],
        cwd=folder, env=environment(*([path] if path else [])), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def kept(folder: Path) -> list[str]:
    """How the samples of a review ended."""
    with contextlib.closing(ReviewStore.open(folder)) as store:
        return [each.completion.stop_reason for each in store.samples()]
