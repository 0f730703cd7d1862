"""The command line in this process: quicker than a new one for each file."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from ftui.cli import main


class Ran(NamedTuple):
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON that it printed."""
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def refused(self) -> bool:
        """Whether it ended with one clear line, a hint at most, and no result."""
        lines = self.err.splitlines()
        clear = bool(lines) and lines[0].startswith("error: ") and len(lines) <= 2
        return (
            self.code == 2 and not self.out and clear and all(line.startswith("hint: ") for line in lines[1:])
        )


def ftui(*words: str | Path) -> Ran:
    """Run `ftui WORDS`."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(word) for word in words])
    return Ran(code, out.getvalue(), err.getvalue())


def check(*words: str | Path) -> Ran:
    """`ftui check` as JSON, every finding listed."""
    return ftui("check", *words, "--format", "json", "--max-per-rule", "0", "--jobs", "1")
