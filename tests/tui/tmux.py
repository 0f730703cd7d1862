"""A real terminal for a test: tmux with a server of its own, keys in, screen out."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

PATIENCE = 60
"""Seconds after which a screen that does not come is a failure."""
ROOT = Path(__file__).resolve().parents[2]


class Tmux:
    """One tmux window."""

    def __init__(self, name: str) -> None:
        self.name = name

    def command(self, *arguments: str) -> str:
        """Run a tmux command on this server."""
        done = subprocess.run(
            ["tmux", "-L", self.name, "-f", "/dev/null", *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        for key in keys:
            self.command("send-keys", "--", key)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self.command("send-keys", "-l", "--", text)

    def screen(self) -> str:
        """What the terminal shows."""
        return self.command("capture-pane", "-p")

    def until(self, shows: str | Callable[[str], object], what: str = "") -> str:
        """Wait until the screen shows a text, or passes a test; gives the screen."""
        passes = (lambda screen: shows in screen) if isinstance(shows, str) else shows
        end = monotonic() + PATIENCE
        while not passes(screen := self.screen()):
            assert monotonic() < end, f"waited in vain for {what or shows}:\n{screen}"
            sleep(0.05)
        return screen


@contextmanager
def tmux(
    command: list[str], folder: Path, size: tuple[int, int], environment: Mapping[str, str]
) -> Iterator[Tmux]:
    """A command in a terminal of this size; when it ended, the screen shows its exit code."""
    window = Tmux(f"ftui-test-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    settings = " ".join(shlex.quote(f"{name}={value}") for name, value in environment.items())
    # A test runner's idea of the size is not the terminal's.
    line = (
        f"env -u COLUMNS -u LINES {settings} {shlex.join(command)}; echo ended with $?; sleep {2 * PATIENCE}"
    )
    columns, lines = map(str, size)
    window.command("new-session", "-d", "-x", columns, "-y", lines, "-c", str(folder), line)
    try:
        yield window
    finally:
        socket = window.command("display-message", "-p", "#{socket_path}").strip()
        window.command("kill-server")
        Path(socket).unlink(missing_ok=True)


@contextmanager
def ftui(
    folder: Path, *arguments: str, size: tuple[int, int] = (120, 40), **environment: str
) -> Iterator[Tmux]:
    """The app as a person starts it, with settings of its own."""
    own = {
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "ftui", *arguments]
    with tmux(command, folder, size, own | environment) as window:
        yield window


missing = shutil.which("tmux") is None
"""Whether there is no tmux on this machine."""
