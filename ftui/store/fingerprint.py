"""How a file is recognised without reading all of it."""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

END = 64 * 1024
"""Bytes hashed at the head and at the tail."""


class Fingerprint(NamedTuple):
    """Size, time of change, inode, and a hash of the first and the last 64 KB."""

    size: int
    mtime_ns: int
    inode: int
    ends: str

    def same_content(self, other: Fingerprint) -> bool:
        """Whether both are one version of a file; the inode may differ (restored, or linked as a backup)."""
        return (self.size, self.mtime_ns, self.ends) == (other.size, other.mtime_ns, other.ends)

    def dump(self) -> str:
        """As text for the store."""
        return json.dumps(self)

    @classmethod
    def load(cls, text: str) -> Fingerprint:
        """From the text of `dump`."""
        return cls(*json.loads(text))


def fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of the file at a path, symlinks followed; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return fingerprint_of(descriptor)
    finally:
        os.close(descriptor)


def fingerprint_of(descriptor: int) -> Fingerprint:
    """The fingerprint of an open file."""
    status = os.fstat(descriptor)
    digest = blake2b(os.pread(descriptor, END, 0), digest_size=16)
    digest.update(os.pread(descriptor, END, max(0, status.st_size - END)))
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ino, digest.hexdigest())
