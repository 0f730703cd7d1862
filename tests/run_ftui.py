"""The command line in this process: quicker than a new one for each file."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NamedTuple
from unittest.mock import patch

from ftui.cli import main

ROOT = Path(__file__).resolve().parents[1]


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


def finished(*words: str, cwd: Path | None = None, **environment: str) -> CompletedProcess[str]:
    """The program without a terminal, as a process of its own would end: 0.1 s of processor time and not 1.1 s.

    That a process of its own does the same is tested in cli/test_command_line.py, cli/test_contract.py and
    test_offline.py.
    """
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with ExitStack() as stack:
        stack.enter_context(chdir(cwd or ROOT))
        stack.enter_context(patch.dict(os.environ, known | environment, clear=True))
        stack.enter_context(patch.object(sys, "stdin", stack.enter_context(Path(os.devnull).open())))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        code = main(words)
    said = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        said.append(stream.read())
    return CompletedProcess(words, code, *said)
