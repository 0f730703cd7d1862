"""Locks between ftui processes: a file each, held with flock, so that the kernel frees those of the dead."""

from __future__ import annotations

import errno
import fcntl
import os
from hashlib import sha256
from pathlib import Path

from ftui.project.errors import FtuiError

_UNSUPPORTED = {errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS}


class HeldElsewhereError(Exception):
    """Another process holds the lock; `pid` is 0 when it has not written its number."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"held by process {pid}")
        self.pid = pid


class Lock:
    """A lock held until `release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, path: Path) -> Lock:
        """Take the lock at once or raise HeldElsewhereError; where there are no locks it counts as taken.

        Raises FtuiError where its file cannot be used. A symlink is not followed: it would have our number written
        over what it leads to, and a folder of data may come from anybody.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o660)
        except OSError as error:
            raise FtuiError(
                f"{path} cannot be locked: {error.strerror}", "remove it, or mend its permissions"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _pid(descriptor)
            os.close(descriptor)
            raise HeldElsewhereError(pid) from None
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                os.close(descriptor)
                raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        return cls(descriptor)

    def is_of(self, path: Path) -> bool:
        """Whether what is held is the file that stands at the path now: it may have been removed and made anew."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), path.lstat())
        except OSError:
            return False

    def release(self) -> None:
        """Let go; a second call does nothing. The file stays: removed, it could be held twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def data_lock(folder: Path, data: Path) -> Path:
    """The lock file of a data file, the same through every symlink to it."""
    name = sha256(os.fsencode(os.path.realpath(data))).hexdigest()[:16]
    return folder / f"{name}.lock"


def session_lock(folder: Path, session: int) -> Path:
    """The lock file of a session: held as long as its process lives."""
    return folder / f"session-{session}.lock"


def _pid(descriptor: int) -> int:
    text = os.pread(descriptor, 20, 0).strip()
    return int(text) if text.isdigit() else 0
