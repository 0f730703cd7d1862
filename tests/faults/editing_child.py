"""A session that edits and saves at random until it is killed, telling what it is about to do and what is kept.

Run as `python editing_child.py FILE SEED`. A line `about OP` comes before a call, `kept` after it returned.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project
from ftui.store.entry import Splice, Splices


def tell(word: str, operation: Any = None) -> None:
    sys.stdout.write(word if operation is None else f"{word} {json.dumps(operation)}")
    sys.stdout.write("\n")
    sys.stdout.flush()


def choose(dice: random.Random, rows: int) -> list[Any]:
    kind = dice.choices(["text", "fix", "delete", "insert", "undo", "redo", "save"], [6, 1, 1, 2, 2, 1, 4])[0]
    at, number = dice.randrange(max(rows, 1)), dice.randrange(10**6)
    match kind:
        case "text":
            return [kind, at, f"text {number}"]
        case "fix":
            return [kind, dice.randrange(2, 9), f"<{number}> "]
        case "delete":
            return [kind, at]
        case "insert":
            return [kind, at, f"new {number}"]
    return [kind]


def perform(session: Session, operation: list[Any]) -> None:
    document = session.dataset.documents[0]
    order = [int(rid) for rid in document.order()]
    match operation:
        case ["text", at, text]:
            session.set_text(0, order[at], "output", text)
        case ["fix", step, text]:
            rows = sorted(order[::step])
            edits = ((row, [Splice("output", 0, 0, text)]) for row in rows)
            session.apply("fix", [Splices.of(str(document.path), edits)], "fix")
        case ["delete", at]:
            session.delete(0, [order[at]])
        case ["insert", at, text]:
            session.insert(0, order[at], {"output": text})
        case ["undo"]:
            session.undo()
        case ["redo"]:
            session.redo()
        case ["save"]:
            session.save()


def main() -> None:
    path, dice = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
    session = Session.open(Dataset.open([path], Project(root=path.parent)))
    resumed = session.resume is not None
    if resumed:
        session.resume_accept()
    document = session.dataset.documents[0]
    document.build_index(lambda _done, _total: None, lambda: False)
    tell("ready", [resumed, len(session.history)])
    while True:
        operation = choose(dice, len(document.order()))
        tell("about", operation)
        perform(session, operation)
        tell("kept")


if __name__ == "__main__":
    main()
