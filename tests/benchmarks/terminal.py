"""What the terminal app costs: time to the first rows, bytes and time a key, memory, at 100 and at a million rows.

The keys are pressed under a real pseudo-terminal by the build machine's measuring tool; a paint is over when the
screen has been silent for 500 ms.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks import pty_tool
from tests.benchmarks.data import in_fresh_folder, synthetic
from tests.benchmarks.process import median

BLANK = """
from textual.app import App
from textual.widgets import Static
class Blank(App):
    def compose(self):
        yield Static("READY")
Blank().run()
"""


def press(label: str, command: list[str], ready: str, keys: list[str], *options: str) -> dict[str, Any]:
    """One run of the measuring tool; returns its JSON."""
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        spec = [part for key in keys for part in ("--key", key)]
        head = [sys.executable, str(pty_tool.TOOL), "--ready", ready, "--label", label, "--quiet", "500"]
        subprocess.run(
            [*head, "--json", result.name, *spec, *options, "--", *command],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        loaded: dict[str, Any] = json.loads(Path(result.name).read_text())
    return loaded


def ftui(path: Path) -> list[str]:
    """The command that opens the app on a file."""
    return [sys.executable, "-m", "ftui", str(path)]


def first_rows(runs: int) -> None:
    """Milliseconds from spawn to the first rows: a blank app, 100 rows, a million rows, in turn."""
    small, large = synthetic(100), synthetic(1_000_000)
    times: dict[str, list[float]] = {"blank": [], "100": [], "1,000,000": []}
    for _ in range(runs):
        times["blank"].append(press("blank", [sys.executable, "-c", BLANK], "READY", ["down:1"])["ready_ms"])
        for label, source in (("100", small), ("1,000,000", large)):
            path = in_fresh_folder(source, "first")
            times[label].append(press(label, ftui(path), FIRST_ROW, ["down:1"])["ready_ms"])
    medians = {label: median(values) for label, values in times.items()}
    print({label: round(value) for label, value in medians.items()})
    print(f"100 rows / blank app = {medians['100'] / medians['blank']:.2f}")
    print(f"1,000,000 rows / 100 rows = {medians['1,000,000'] / medians['100']:.2f}")


FIRST_ROW = r"Nestarput|Pantasmir|[A-Z][a-z]+ [a-z]+ [a-z]+"
STOP = "ctrl+k:1"
"""Stops the check, so that a key is timed alone."""
KEYS = {
    "table alone": ([STOP, "P:1", "S:1"], ["down:30", "pagedown:30"]),
    "record following": ([STOP], ["down:30", "pagedown:30"]),
    "editor": ([STOP, "e:1"], ["x:30"]),
}


def keys() -> None:
    """Bytes and milliseconds a key at a million rows and 120x40."""
    path = in_fresh_folder(synthetic(1_000_000), "keys")
    for label, (before, pressed) in KEYS.items():
        result = press(label, ftui(path), FIRST_ROW, [*before, *pressed], "--settle", "3")
        print(f"{label}: app {result['rss_end_mb']} MB, workers {result['workers_end_mb']} MB")
        for key in pressed:
            row = result["keys"][key.split(":")[0]]
            print(f"  {key}: bytes {row['bytes']}, painted after ms {row['last_ms']}, silent {row['silent']}")


def echo(presses: int = 300) -> None:
    """Milliseconds from key to first byte while the check of a million rows runs in the background."""
    tool = pty_tool.load()
    app = pty_tool.start(tool, ftui(in_fresh_folder(synthetic(1_000_000), "echo")))
    app.settle(1.0, limit=8.0)
    times = []
    checking = 0
    for number in range(presses):
        if number % 20 == 0:
            checking += any("checking" in line or "comparing" in line for line in app.display())
        times.append(app.press(tool.KEYS["down"], 0.05)["first_ms"] or 2000.0)
        app.settle(0.08, limit=0.1)
    memory = app.rss_mb()
    app.close()
    times.sort()
    print(f"key to echo while checking ({checking} of {presses // 20} looks saw it run), {presses} presses:")
    print(
        f"  median {median(times):.1f} ms, p99 {times[int(presses * 0.99)]:.1f} ms, max {times[-1]:.1f} ms, {memory} MB"
    )


def main() -> None:
    """Run the measurements that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", nargs="*", choices=["first", "keys", "echo"], default=["first", "keys", "echo"]
    )
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    if "first" in args.what:
        first_rows(args.runs)
    if "keys" in args.what:
        keys()
    if "echo" in args.what:
        echo()


if __name__ == "__main__":
    main()
