"""Time and memory of a command over all its processes."""

from __future__ import annotations

import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds, the peak of the summed proportional memory of the process tree in MB, and the exit code."""

    seconds: float
    peak_mb: float
    code: int
    output: str
    processor: float = 0.0
    """Seconds of processor time of the process and those it started."""


def tree_memory(pid: int) -> float:
    """Summed memory in MB of a process and its children; pages that they share are counted once (PSS)."""
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
    except psutil.NoSuchProcess:
        return 0.0
    return total / 2**20


def measure(command: Sequence[str], every: float = 0.25) -> Cost:
    """Run a command once, sampling the memory of its whole process tree."""
    peak = 0.0
    done = threading.Event()
    before, start = _processor(), time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def sample() -> None:
        nonlocal peak
        while not done.is_set():
            peak = max(peak, tree_memory(child.pid))
            done.wait(every)

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    output, _ = child.communicate()
    seconds = time.perf_counter() - start
    done.set()
    sampler.join()
    return Cost(seconds, peak, child.returncode, output, _processor() - before)


def _processor() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(values: Sequence[float]) -> float:
    """The median, for readable call sites."""
    return statistics.median(values)
