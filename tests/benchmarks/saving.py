"""Save of 1,000 edits in a file of a million rows against `cp` and fsync of the same file."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project
from tests.benchmarks.data import FOLDER, synthetic
from tests.benchmarks.process import median


def copy_and_sync(source: Path, target: Path) -> float:
    """Seconds of `cp` and an fsync of the copy."""
    start = time.perf_counter()
    subprocess.run(["cp", str(source), str(target)], check=True)
    descriptor = os.open(target, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    seconds = time.perf_counter() - start
    target.unlink()
    return seconds


def edit_and_save(path: Path, edits: int) -> tuple[float, float, set[int]]:
    """Seconds to keep `edits` edits one by one, seconds of the save, and the rows edited."""
    dataset = Dataset.open([path], Project(root=path.parent))
    session = Session.open(dataset)
    document = dataset.documents[0]
    document.build_index(lambda _done, _total: None, lambda: False)
    rows = sorted(random.Random(5).sample(range(document.base_rows), edits))
    start = time.perf_counter()
    for row in rows:
        session.set_text(0, row, "output", "An edited answer.\n### End")
    kept = time.perf_counter() - start
    start = time.perf_counter()
    session.save(lambda _done, _total: None, lambda: False)
    saved = time.perf_counter() - start
    session.close()
    return kept, saved, set(rows)


def differing_lines(old: Path, new: Path) -> set[int]:
    """Numbers from 0 of the lines that differ; the files must have the same number of lines."""
    with old.open("rb") as a, new.open("rb") as b:
        return {i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y}


def main(rows: int = 1_000_000, edits: int = 1_000, runs: int = 3) -> None:
    """Print the ratio of save to copy, and whether every other line is byte-identical."""
    source = synthetic(rows)
    copies, saves = [], []
    for run in range(runs):
        folder = FOLDER / f"saving-{run}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        copies.append(copy_and_sync(source, folder / "copy.jsonl"))
        shutil.copyfile(source, folder / "data.jsonl")
        kept, saved, edited = edit_and_save(folder / "data.jsonl", edits)
        saves.append(saved)
        same = differing_lines(source, folder / "data.jsonl") == edited
        print(
            f"run {run}: cp+fsync {copies[-1]:.2f} s, save {saved:.2f} s, journal {kept / edits * 1e3:.1f} ms an edit,"
            f" only the edited lines differ: {same}"
        )
        shutil.rmtree(folder)
    print(f"save / cp+fsync = {median(saves) / median(copies):.2f} (medians of {runs})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
