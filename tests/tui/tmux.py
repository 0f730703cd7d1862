"""A real terminal for a test: tmux with a server of its own, keys in, screen out."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        """Press keys, by tmux's names; wait for what Escape does before the next: together they are another key."""
        assert "Escape" not in keys[:-1]
        for key in keys:
            self.command("send-keys", "--", key)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self.command("send-keys", "-l", "--", text)

    def screen(self) -> str:
        """What the terminal shows."""
        return self.command("capture-pane", "-p")

    @contextmanager
    def recorded(self, wire: Path) -> Iterator[None]:
        """Keep every byte that the app writes; afterwards the file has all of them."""
        wire.touch()
        ended = wire.with_name(f"{wire.name}.ended")
        self.command("pipe-pane", "-O", f"cat >> {shlex.quote(str(wire))}; touch {shlex.quote(str(ended))}")
        yield
        self.command("pipe-pane")
        self.until(lambda _: ended.exists(), "the last byte")

    def until(self, shows: str | Sequence[str] | Callable[[str], object], what: str = "") -> str:
        """Wait until the screen shows a text, or all of several, or passes a test; gives the screen.

        It may be read in the middle of a paint: what else is asked of it stands in the same call.
        """
        if callable(shows):
            passes = shows
        else:
            texts = [shows] if isinstance(shows, str) else shows
            passes = lambda screen: all(text in screen for text in texts)  # noqa: E731
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
