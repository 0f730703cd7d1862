"""Small datasets for the tests of the desk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project


def row(number: int, output: str = "") -> dict[str, str]:
    return {"instruction": f"question {number}", "input": "", "output": output or f"answer {number}"}


def line(number: int, output: str = "") -> bytes:
    return json.dumps(row(number, output), separators=(",", ":")).encode()


def make_file(folder: Path, rows: int = 20, name: str = "train.jsonl", end: bytes = b"\n") -> Path:
    path = folder / name
    path.write_bytes(b"".join(line(number) + end for number in range(rows)))
    return path


def open_session(*paths: Path, root: Path | None = None) -> Session:
    """A session over these files; its dataset is closed by `shut`."""
    return Session.open(Dataset.open(list(paths), Project(root=root or paths[0].parent)))


def shut(session: Session, *, discard: bool = False) -> None:
    session.close(discard=discard)
    session.dataset.close()


def crash(session: Session) -> None:
    """End a session as a killed process does: locks freed, nothing tidied."""
    session._claims.release()
    if session.resume:
        session.resume.lock.release()
    if session._journal:
        session._journal.close()
    session.dataset.close()


def raws(session: Session, file: int = 0) -> list[bytes]:
    """Every row of a file as it is now, in order."""
    document = session.dataset.documents[file]
    document.build_index(lambda _done, _total: None, lambda: False)
    order: Sequence[int] = [int(rid) for rid in document.order()]
    return document.raws(order)
