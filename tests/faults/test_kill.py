"""kill -9 at any moment: the file is the old or the new one, whole, and every edit that was kept is still there."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project

CHILD = Path(__file__).with_name("editing_child.py")
ROOT = CHILD.parents[2]
ROWS = 3000
KILLS = 5
"""Kills in one folder, each followed by a resume: damage would add up."""

State = tuple[str, ...]


def row(output: str) -> bytes:
    return json.dumps({"output": output}).encode()


def content(state: State) -> bytes:
    return b"".join(row(output) + b"\n" for output in state)


@dataclass
class Model:
    """What the rows must be: a stack of states, moved by the operations that the child told of."""

    states: list[State]
    at: int = 0
    on_disk: set[State] = field(default_factory=set)
    """States that the file may have: the last one saved, and one that a killed save was writing."""

    @property
    def state(self) -> State:
        return self.states[self.at]

    def after(self, operation: list[Any]) -> State:
        """The state that an operation leads to."""
        rows = list(self.state)
        match operation:
            case ["text", at, text]:
                rows[at] = text
            case ["fix", step, text]:
                rows[::step] = [text + old for old in rows[::step]]
            case ["delete", at]:
                del rows[at]
            case ["insert", at, text]:
                rows.insert(at + 1, text)
            case ["undo"]:
                return self.states[max(self.at - 1, 0)]
            case ["redo"]:
                return self.states[min(self.at + 1, len(self.states) - 1)]
        return tuple(rows)

    def keep(self, operation: list[Any]) -> None:
        """An operation returned: from now on it must survive."""
        after = self.after(operation)
        match operation[0]:
            case "save":
                self.on_disk = {self.state}
            case "undo":
                self.at = max(self.at - 1, 0)
            case "redo":
                self.at = min(self.at + 1, len(self.states) - 1)
            case _:
                # A text that was there already is no step.
                if after != self.state:
                    self.states[self.at + 1 :] = [after]
                    self.at += 1

    def start(self, resumed: bool, steps: int) -> None:
        """A child began: with all the steps there were, or with none once all was saved."""
        if resumed:
            assert steps == self.at
        else:
            self.states, self.at = [self.state], 0


def run_and_kill(path: Path, seed: int, model: Model, dice: random.Random) -> list[Any] | None:
    """Let the child work and kill it; the operation it was in, if any."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(CHILD), str(path), str(seed)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert child.stdout is not None
    word, steps = child.stdout.readline().split(" ", 1)
    assert word == "ready"
    model.start(*json.loads(steps))
    if dice.random() < 0.5:
        # Half of the kills in or shortly after a save.
        wanted = dice.randrange(1, 4)
        seen: list[str] = []
        while wanted:
            seen.append(child.stdout.readline())
            wanted -= seen[-1] == 'about ["save"]\n'
        time.sleep(dice.uniform(0, 0.02))
    else:
        seen = []
        time.sleep(dice.uniform(0, 0.25))
    child.send_signal(signal.SIGKILL)
    seen += child.stdout.readlines()
    child.stdout.close()
    child.wait()
    assert child.returncode == -signal.SIGKILL, "the child ended by itself"
    under_way: list[Any] | None = None
    for told in seen:
        if told.startswith("about ") and told.endswith("]\n"):
            under_way = json.loads(told[6:])
            if under_way == ["save"]:
                model.on_disk.add(model.state)
        elif told == "kept\n" and under_way is not None:
            model.keep(under_way)
            under_way = None
    return under_way


def check(path: Path, model: Model, under_way: list[Any] | None) -> State:
    """The promises of a save and of the journal after a kill; returns the rows found."""
    on_disk = path.read_bytes()
    matching = [state for state in model.on_disk if content(state) == on_disk]
    assert matching, "the file is neither the old nor the new one"
    model.on_disk = set(matching)

    session = Session.open(Dataset.open([path], Project(root=path.parent)))
    if session.resume:
        assert session.resume.reason == ""
        assert session.resume_accept().lost == []
    document = session.dataset.documents[0]
    document.build_index(lambda _done, _total: None, lambda: False)
    found = tuple(json.loads(raw)["output"] for raw in document.raws([int(rid) for rid in document.order()]))
    allowed = [model.state] if under_way is None else [model.state, model.after(under_way)]
    assert found in allowed, "an edit that was kept is lost, or one appeared from nowhere"
    assert session.dirty == (content(found) != on_disk) or not session.dirty or len(session.history) > 0
    if not session.dirty:
        assert content(found) == on_disk
    session.close()
    session.dataset.close()
    assert not [other for other in path.parent.iterdir() if other.name.startswith(".ftui-")]
    return found


def campaign(folder: Path, seed: int, kills: int) -> None:
    dice = random.Random(seed)
    state = tuple(f"answer {number} " + "x" * dice.randrange(60) for number in range(ROWS))
    path = folder / "train.jsonl"
    path.write_bytes(content(state))
    model = Model([state], on_disk={state})
    for kill in range(kills):
        under_way = run_and_kill(path, seed * 1000 + kill, model, dice)
        found = check(path, model, under_way)
        if under_way is not None and found != model.state:
            model.keep(under_way)


@pytest.mark.parametrize("seed", range(4))
def test_killed_while_editing_and_saving(tmp_path: Path, seed: int) -> None:
    campaign(tmp_path, seed, KILLS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_killed_two_hundred_times(tmp_path: Path, seed: int) -> None:
    campaign(tmp_path, seed, KILLS)
