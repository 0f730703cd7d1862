"""Refuses connections to other machines, and writes down who tried: by an audit hook, which no library gets around."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

LOG = "FTUI_TEST_CONNECTIONS"
"""The variable that names a file for the attempts of child processes."""
attempts: list[str] = []
_HERE = ("localhost", "127.", "::1", "::ffff:127.")


class RefusedError(OSError):
    """A test must not need the network."""


def refuse() -> None:
    """Refuse from now on, in this process, for good; called again it does nothing."""
    if not getattr(sys, "_ftui_refuses_connections", False):
        sys._ftui_refuses_connections = True  # type: ignore[attr-defined]
        sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto"):
        target = arguments[1]
        host = (
            target[0] if isinstance(target, tuple) else None
        )  # a unix socket is a path, netlink (pid, groups)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name and not name.startswith(_HERE):
        _write_down(f"{event} {name}")
        raise RefusedError(f"{event}: {name} is another machine, and tests run without a network")


def _write_down(attempt: str) -> None:
    attempts.append(attempt)
    if path := os.environ.get(LOG):
        with Path(path).open("a") as log:
            log.write(f"{attempt}\n")
