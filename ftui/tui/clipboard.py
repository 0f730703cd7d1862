"""Copy through the terminal (OSC 52), which works over SSH, and to a file, which always works."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from ftui.project.locations import state_dir

LIMIT = 74_994
"""Bytes of text beyond which terminals are known to drop the sequence (base64 of 100,000 bytes, xterm's limit)."""


def osc52(text: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The sequence that asks the terminal to take the text, wrapped for tmux or screen; None for a text too long."""
    data = text.encode("utf-8", errors="replace")
    if len(data) > LIMIT:
        return None
    sequence = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"
    if environment.get("TMUX"):
        # Bare for `set-clipboard on`, wrapped for `allow-passthrough on`: tmux drops the one it is not set up for.
        return sequence + "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("TERM", "").startswith("screen"):
        # GNU screen cuts a device control string at 768 bytes.
        parts = [sequence[i : i + 760] for i in range(0, len(sequence), 760)]
        return "".join(f"\x1bP{part}\x1b\\" for part in parts)
    return sequence


def folder() -> Path:
    """Where copies are kept."""
    return state_dir()


def save(text: str, folder: Path) -> Path:
    """The text in a file of its own, readable by its owner alone; the newest copy replaces the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "copied.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8", errors="surrogatepass"))
    return path


def said(sent: bool, path: Path, characters: int, environment: Mapping[str, str] = os.environ) -> str:
    """What was done, in words that claim nothing the app cannot know."""
    kept = f"{characters:,} characters are in {path}"
    if not sent:
        return f"Too long for the terminal's clipboard; {kept}."
    if environment.get("TMUX"):
        return f"Sent to tmux, which passes it on only with `set -g set-clipboard on`; {kept}."
    return f"Sent to the terminal, which may take it or not; {kept}."
