"""What judging gives back to the next round of data: a rejected prompt as a line of the edge-case file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson

from ftui.dataset.formats.sniff import SUFFIXES, data_suffix
from ftui.project.errors import FtuiError
from ftui.review.prompt import Prompt
from ftui.store.text_file import write_in_one_step


def add_edge_case(path: Path, prompt: Prompt) -> bool:
    """Add a prompt to the edge cases, with its reference as the answer; False where it is there already.

    Raises FtuiError, the file as it was.
    """
    if prompt.is_probe:
        raise FtuiError("a probe is half of a row and no edge case", "reject it without adding it")
    turns = [{"role": message.role, "content": message.content} for message in prompt.messages]
    answer = [{"role": "assistant", "content": prompt.reference}] if prompt.reference is not None else []
    real = Path(os.path.realpath(path))
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(real.parent):
            return _append(real, turns, answer)
    except (OSError, TypeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise FtuiError(f"{path}: {why}", "name another file under [review] edge_cases") from error


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait for other reviewers who write into a folder: the later of two would lose the line of the earlier."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _append(path: Path, turns: Sequence[object], answer: Sequence[object]) -> bool:
    before = path.read_bytes() if path.exists() else b""
    if not _takes_lines(path, before):
        raise FtuiError(
            f"{path} holds no JSON lines: one more would break it",
            "name a .jsonl file under [review] edge_cases",
        )
    if any(_asks(line) == turns for line in before.splitlines()):
        return False
    ends = b"" if not before or before.endswith(b"\n") else b"\n"
    write_in_one_step(path, before + ends + orjson.dumps({"messages": [*turns, *answer]}) + b"\n")
    return True


def _takes_lines(path: Path, before: bytes) -> bool:
    """Whether a line of JSON can stand behind what a file holds: not in a table, an array, a plain list of prompts."""
    if data_suffix(path) in (".jsonl", ".ndjson"):
        return path.suffix.lower() in (".jsonl", ".ndjson")  # not compressed
    return data_suffix(path) not in SUFFIXES and (not before.strip() or before.lstrip().startswith(b"{"))


def _asks(line: bytes) -> object:
    """The turns of a line up to its answer; None where it has none."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    turns = value.get("messages") if isinstance(value, dict) else None
    if not isinstance(turns, list) or not turns:
        return None
    last = turns[-1]
    answered = isinstance(last, dict) and last.get("role") == "assistant"
    return turns[:-1] if answered else turns
