"""A trainer that only writes its log: lines at a rate, with what befalls log files in between. Run as a program."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path


def line(step: int) -> str:
    """One line as LLaMA-Factory writes it."""
    entry = {
        "current_steps": step,
        "total_steps": 100_000,
        "loss": 1 + 1 / step,
        "lr": 1e-4,
        "epoch": step / 100,
    }
    return json.dumps(entry) + "\n"


def main(path: Path, lines: int, rate: float) -> None:
    """Write so many lines; every `lines / 8` of them something happens to the file. Tells on standard output."""
    step, began = 0, time.monotonic()
    log = path.open("a")
    events = [rotate, copy_and_truncate, replace_by_longer, half_a_line, replace_by_new, truncate, rotate]
    every = lines // (len(events) + 1)
    while step < lines:
        step += 1
        log.write(line(step))
        log.flush()
        if step % every == 0 and events:
            log = events.pop(0)(path, log)
        time.sleep(max(0.0, began + step / rate - time.monotonic()))


def rotate(path, log):
    """As logrotate with `create`: late lines go into the renamed file."""
    path.rename(path.with_suffix(f".{time.monotonic_ns()}"))
    path.touch()
    return path.open("a")


def copy_and_truncate(path, log):
    """As logrotate with `copytruncate`."""
    shutil.copyfile(path, f"{path}.1")
    os.truncate(path, 0)
    return log


def replace_by_longer(path, log):
    """As rsync does: the same beginning under another inode."""
    beside = path.with_suffix(".new")
    shutil.copyfile(path, beside)
    beside.replace(path)
    return path.open("a")


def replace_by_new(path, log):
    """Another file takes the name; what was in the old one stays to be read."""
    beside = path.with_suffix(".new")
    beside.touch()
    new = beside.open("a")
    beside.replace(path)
    return new


def truncate(path, log):
    """Nobody has a copy, so the reader is asked whether it is through."""
    print("truncating", flush=True)
    sys.stdin.readline()
    os.truncate(path, 0)
    return log


def half_a_line(path, log):
    """A line that comes in two pieces."""
    text = '{"current_steps": 0, "loss": null}\n'
    log.write(text[:11])
    log.flush()
    time.sleep(0.05)
    log.write(text[11:])
    log.flush()
    return log


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
