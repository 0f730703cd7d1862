"""A child process that runs a module of ours: spoken to by pipes, its errors in a log."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO


def start_module(
    module: str, log: Path, *, fresh_log: bool, variables: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a module by its name; the process, and the byte of the log at which its own lines begin."""
    # -P: the folder the person stands in is theirs, not a place to import modules from.
    command = [sys.executable, "-P", "-m", module]
    here = str(Path(__file__).resolve().parents[2])
    paths = [here, *(part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | dict(variables or {})
    with opened_log(log, fresh=fresh_log) as file:
        # Before the start: the child writes through the same file, and moves its position.
        begin = file.tell()
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            env=environment,
            # Ctrl-C in the terminal is for the parent, which cancels.
            start_new_session=True,
        )
        return process, begin


def opened_log(log: Path, *, fresh: bool) -> IO[bytes]:
    """The log; nowhere, where it cannot be written.

    A symlink is not followed: the folder of the log may have come with the data, and lead anywhere. Nor is a pipe
    waited for that nobody reads.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log, flags | (os.O_TRUNC if fresh else 0), 0o600)
    except OSError:
        descriptor = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    file = os.fdopen(descriptor, "ab")
    with suppress(OSError):
        file.seek(0, os.SEEK_END)
    return file
