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

from tests.benchmarks.data import SHARED, in_fresh_folder, synthetic
from tests.benchmarks.process import median

TOOL = SHARED / "tools" / "pty_latency.py"
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
        head = [sys.executable, str(TOOL), "--ready", ready, "--label", label, "--quiet", "500"]
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
KEYS = {
    "table alone": (["P:1", "S:1"], ["down:30", "pagedown:30"]),
    "record following": ([], ["down:30", "pagedown:30"]),
}


def keys() -> None:
    """Bytes and milliseconds a key at a million rows and 120x40."""
    path = in_fresh_folder(synthetic(1_000_000), "keys")
    for label, (before, pressed) in KEYS.items():
        result = press(label, ftui(path), FIRST_ROW, [*before, *pressed], "--settle", "60")
        print(label, "app MB", result["rss_end_mb"], "workers MB", result["workers_end_mb"])
        for key in pressed:
            row = result["keys"][key.split(":")[0]]
            print("  ", key, row["bytes"], "done ms", row["last_ms"], "silent", row["silent"])


def main() -> None:
    """Run the measurements that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=["first", "keys"], default=["first", "keys"])
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    if "first" in args.what:
        first_rows(args.runs)
    if "keys" in args.what:
        keys()


if __name__ == "__main__":
    main()
