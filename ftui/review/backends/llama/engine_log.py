"""llama.cpp's own log: caught line by line, and the line that says why something failed."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from ftui.review.backends.backend import LogLine

LEVELS = {1: "debug", 2: "info", 3: "warning", 4: "error"}
CONTINUED = 5
"""A part of a line that another call began."""
KEPT = 400
TELLING = re.compile(
    r"error|fail|assert|out of memory|not enough|unable|cannot|could not|invalid|unknown|unsupported|mismatch|abort"
    r"|terminate called|what\(\)|Killed|exception",
    re.IGNORECASE,
)

ONLY_THAT = re.compile(
    r"(\w+: )?failed to (load|initialize|create|init)( the)? (model|context)\W*", re.IGNORECASE
)
"""What llama.cpp says last and always; the line before it has the reason."""

OUR_ABORT = re.compile(r"failed to decode, ret = 2\b")
"""What it says of a decode that we cut off, as every calibration does, after other complaints of the same."""
HARMLESS = re.compile(r"cannot be used with preferred buffer type")


class EngineLog:
    """Takes what llama.cpp says, cuts it into lines and hands them on."""

    def __init__(self, binding: Any, on_line: Callable[[LogLine], None]) -> None:
        self._on_line = on_line
        self.lines: deque[LogLine] = deque(maxlen=KEPT)
        self._level, self._part = "info", ""
        # Kept here: llama.cpp holds only the pointer.
        self._callback = binding.llama_log_callback(self._take)
        binding.llama_log_set(self._callback, None)

    def reason(self) -> str:
        """Why the last thing failed, as `: reason`; empty where the log does not tell."""
        said = telling(line.text for line in self.lines if line.level in ("warning", "error"))
        return f": {said}" if said else ""

    def clear(self) -> None:
        """What was said so far explains nothing that follows."""
        self.lines.clear()

    def _take(self, level: int, text: bytes, _data: object) -> None:
        if level != CONTINUED:
            self._level = LEVELS.get(level, "info")
        self._part += text.decode("utf-8", "replace")
        *whole, self._part = self._part.split("\n")
        for line in whole:
            if line.strip(" ."):
                found = LogLine(self._level, line.rstrip())
                self.lines.append(found)
                self._on_line(found)


def telling(lines: Iterable[str], *, or_last: bool = True) -> str:
    """The last line that names a failure, without the name of the C function; else the last line, if wanted."""
    last = ""
    named = ""
    for line in lines:
        if not (text := line.strip()):
            continue
        if OUR_ABORT.search(text):
            last = named = ""
            continue
        last = text
        if TELLING.search(text) and not HARMLESS.search(text) and not (named and ONLY_THAT.fullmatch(text)):
            named = text
    # "llama_model_load: error loading model: X" was said after X's own line: the part behind is the reason.
    return re.sub(r"^(\w+: )?(error loading model: )?(?=\S)", "", named or (last if or_last else ""))
