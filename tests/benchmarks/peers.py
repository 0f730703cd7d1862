"""ftui beside VisiData and dataframe-textual on the same files in one run: the table of the documentation.

The peers live in an environment of their own: `PEERS=/path/to/venv/bin python -m tests.benchmarks.peers`.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks import pty_tool
from tests.benchmarks.data import FOLDER, synthetic

PEERS = Path(os.environ.get("PEERS", "."))
PATIENCE = 120.0


@dataclass(frozen=True)
class App:
    """One app: how it opens a file, what its screen says when all rows are in, and the keys that save."""

    name: str
    command: Callable[[Path], list[str]]
    all_rows: str
    save: list[bytes]
    ready: str = r"[A-Z][a-z]+ [a-z]+ [a-z]+ [a-z]+"


@dataclass
class Figures:
    """What was measured of one app on one file."""

    first_rows: float | None = None
    all_rows: float | None = None
    memory: float | None = None
    keys: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Key to (median bytes, median milliseconds to the last byte)."""
    save: float | None = None
    saved_rows: int | None = None
    """Rows in the file after that save; one row was added (ftui) or deleted (VisiData) before."""
    at_once: int | None = None
    """Rows in the file after a save as soon as the first rows showed."""


APPS = (
    App("ftui", lambda p: [sys.executable, "-m", "ftui", str(p)], r"\b{rows:,} ", [b"D", b"\x13"]),
    App(
        "VisiData",
        lambda p: [str(PEERS / "vd"), "--overwrite=y", "--nothing", str(p)],
        r"\b{rows} rows",
        [b"d", b"\x13", b"\r", b"y"],
    ),
    App("dataframe-textual", lambda p: [str(PEERS / "dv"), str(p)], r"\b{rows:,} rows", [b"w"]),
)


def wait(app: Any, pattern: str, since: float) -> float | None:
    """Seconds until the screen matches; None when it never did."""
    want = re.compile(pattern)
    while app.alive and time.perf_counter() - since < PATIENCE:
        seen = app.pump(0.25)
        while seen and app.pump(0.003):
            pass
        if want.search("\n".join(app.display())):
            return float(app.reads[-1][0] - since) if app.reads else None
    return None


def fresh(source: Path) -> Path:
    """A copy in an empty folder."""
    folder = FOLDER / "peers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Path(shutil.copy(source, folder / "data.jsonl"))


def settled_file(path: Path, before: os.stat_result, since: float) -> float | None:
    """Seconds until the file was written anew and stopped changing."""
    last, still = before, 0.0
    while time.perf_counter() - since < PATIENCE:
        time.sleep(0.05)
        try:
            now = path.stat()
        except FileNotFoundError:
            continue
        if (now.st_mtime_ns, now.st_size, now.st_ino) == (last.st_mtime_ns, last.st_size, last.st_ino):
            changed = (now.st_mtime_ns, now.st_ino) != (before.st_mtime_ns, before.st_ino)
            if changed and time.perf_counter() - still > 1.0:
                return still - since
        else:
            last, still = now, time.perf_counter()
    return None


def save(app: Any, which: App, path: Path) -> float | None:
    """Press the keys that save; seconds until the file is there."""
    before = path.stat()
    start = time.perf_counter()
    for key in which.save:
        os.write(app.proc.fd, key)
        app.settle(0.3, limit=5.0)
    return settled_file(path, before, start)


def measure(tool: Any, which: App, source: Path, rows: int) -> Figures:
    """All figures of one app on one file."""
    figures = Figures()
    path = fresh(source)
    app = pty_tool.start(tool, which.command(path))
    start = app.t0
    figures.first_rows = wait(app, which.ready, start)
    figures.all_rows = wait(app, which.all_rows.format(rows=rows), start)
    app.settle(2.0, limit=20.0)
    if which.name == "ftui":
        app.press(b"\x0b", 0.5)  # ^K: the peers check nothing either
    for key in ("down", "pagedown"):
        pressed = [app.press(tool.KEYS[key], 0.5) for _ in range(10)]
        painted = [p for p in pressed if p["last_ms"] is not None]
        if painted:
            sizes, times = [p["bytes"] for p in painted], [p["last_ms"] for p in painted]
            figures.keys[key] = (statistics.median(sizes), statistics.median(times))
    figures.memory = app.rss_mb()
    figures.save = save(app, which, path)
    app.close()
    figures.saved_rows = None if figures.save is None else count(path)
    figures.at_once = saved_at_once(tool, which, source)
    return figures


def saved_at_once(tool: Any, which: App, source: Path) -> int | None:
    """Rows in the file when it is saved as soon as the first rows show."""
    path = fresh(source)
    app = pty_tool.start(tool, which.command(path))
    wait(app, which.ready, app.t0)
    done = save(app, which, path)
    app.close()
    return None if done is None else count(path)


def count(path: Path) -> int:
    """Lines of a file."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def show(value: float | None, form: str) -> str:
    return "never" if value is None else format(value, form)


def main() -> None:
    """Print one Markdown table a file size."""
    tool = pty_tool.load()
    for rows in [int(a) for a in sys.argv[1:]] or [100_000, 1_000_000]:
        source = synthetic(rows)
        print(f"\n| {rows:,} rows | " + " | ".join(a.name for a in APPS) + " |")
        print("| --- " * (len(APPS) + 1) + "|")
        found = [measure(tool, which, source, rows) for which in APPS]
        lines: list[tuple[str, list[str]]] = [
            ("first rows, s", [show(f.first_rows, ".2f") for f in found]),
            ("all rows, s", [show(f.all_rows, ".2f") for f in found]),
            ("memory of the app, MB", [show(f.memory, ".0f") for f in found]),
        ]
        for key in ("down", "pagedown"):
            for index, unit in enumerate(("bytes", "ms to the last byte")):
                cells = [show(f.keys[key][index] if key in f.keys else None, ".0f") for f in found]
                lines.append((f"{key}, {unit}", cells))
        lines.append(("save, s", [show(f.save, ".2f") for f in found]))
        lines.append(("rows in the file then", [show(f.saved_rows, ",d") for f in found]))
        lines.append(
            ("rows in the file when saved at the first rows", [show(f.at_once, ",d") for f in found])
        )
        for label, cells in lines:
            print(f"| {label} | " + " | ".join(cells) + " |")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
