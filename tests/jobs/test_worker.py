"""The worker process: what it answers, that a cancel is felt, and that it ends with the app."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.jobs.client import Worker
from ftui.jobs.protocol import Message, dump_project, dump_ticket, load_changes, load_project
from ftui.project.settings import Project, RuleSettings, Stop
from tests.rules.checked_files import ask

WAIT = 60.0


class Talk:
    """A worker on a small file, with the session whose edits it must see."""

    def __init__(self, folder: Path, rows: int) -> None:
        path = folder / "train.jsonl"
        text = "It is number {} of the list. Look at the page with the numbers.{}"
        answers = (text.format(i, "" if i % 10 == 7 else "\n### End") for i in range(rows))
        path.write_text(
            "".join(json.dumps(ask(f"What is {i}?", each)) + "\n" for i, each in enumerate(answers))
        )
        self.dataset = Dataset.open([path], Project(folder, rules=RuleSettings(select=("STP",))))
        self.session = Session.open(self.dataset)
        self.heard: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.worker = Worker(self.heard.put, folder / "worker.log")
        self.worker.request("open", paths=[str(path)], project=dump_project(self.dataset.project), jobs=1)

    def ask(self, kind: str, payload: bytes = b"", **fields: Any) -> int:
        return self.worker.request(kind, payload, ticket=dump_ticket(self.session.ticket), **fields)

    def hear(self, number: int, *kinds: str) -> Message:
        """The next answer of one of these kinds to a request."""
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            message = self.heard.get(timeout=WAIT)
            if message.head["id"] == number and message.head["kind"] in kinds:
                return message
            assert message.head["kind"] not in ("failed", "died"), message.head
        raise AssertionError(f"no {kinds} for {number}")

    def close(self) -> None:
        self.worker.close()
        self.session.close()
        self.dataset.close()


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    one = Talk(tmp_path, 50)
    yield one
    one.close()


def test_it_checks_inspects_and_follows_edits(talk: Talk) -> None:
    checked = talk.hear(talk.ask("check"), "checked")
    (file, code, count), *_ = checked.head["hits"]
    assert (file, code) == (0, "STP001")
    assert np.frombuffer(checked.payload, np.int64, count).tolist() == [7, 17, 27, 37, 47]
    assert checked.head["counts"] == {"STP001": 5}

    inspected = talk.hear(talk.ask("inspect", rows=[[0, 7], [0, 8]]), "inspected")
    assert [[row, [each["code"] for each in found]] for _, row, found in inspected.head["rows"]] == [
        [7, ["STP001"]],
        [8, []],
    ]
    raw = json.dumps(ask("x", "No marker.")).encode()
    typed = talk.hear(talk.ask("typed", raw, file=0, row=8), "typed")
    assert [each["code"] for each in typed.head["findings"]] == ["STP001"]

    talk.session.set_text(0, 7, "output", "It is mended.\n### End")
    updated = talk.hear(talk.ask("update", rows=[[0, 7]]), "updated")
    assert updated.head["counts"] == {"STP001": 4}


def test_a_planned_fix_can_be_made_here(talk: Talk) -> None:
    talk.hear(talk.ask("check"), "checked")
    planned = talk.hear(talk.ask("plan", code="STP001", rows=None, unsafe=False, marker=None), "planned")
    assert planned.head["edited"] == 5
    talk.session.apply("fix", load_changes(planned.head["changes"], planned.payload), "fix", "STP001")
    checked = talk.hear(talk.ask("check"), "checked")
    assert checked.head["counts"] == {}


def test_an_unchecked_row_is_a_clear_refusal(talk: Talk) -> None:
    number = talk.ask("inspect", rows=[[0, 7]])
    message = talk.heard.get(timeout=WAIT)
    assert (message.head["id"], message.head["kind"]) == (number, "failed")


def test_a_cancelled_check_says_so_and_the_next_one_works(tmp_path: Path) -> None:
    one = Talk(tmp_path, 60_000)
    try:
        number = one.ask("check")
        one.hear(number, "progress")
        one.worker.cancel(number)
        one.hear(number, "cancelled")
        assert one.hear(one.ask("check"), "checked").head["counts"] == {"STP001": 6_000}
    finally:
        one.close()


def test_a_dead_worker_is_told_and_started_again(talk: Talk) -> None:
    talk.hear(talk.ask("check"), "checked")
    process = talk.worker._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    message = talk.heard.get(timeout=WAIT)
    assert (message.head["kind"], message.head["code"]) == ("died", -9)
    paths = [str(talk.dataset.documents[0].path)]
    talk.worker.request("open", paths=paths, project=dump_project(talk.dataset.project), jobs=1)
    talk.hear(talk.ask("check"), "checked")


def test_it_ends_when_the_app_is_gone() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ftui.jobs.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait(WAIT)
    process.stdout.close()


def test_settings_arrive_as_they_were_sent(tmp_path: Path) -> None:
    project = Project(
        tmp_path,
        name="demo",
        splits={"train": (tmp_path / "a.jsonl",)},
        layout="alpaca",
        columns={"prompt": "q"},
        stop=Stop("### End", ("User:",)),
        rules=RuleSettings(("STP",), ("DUP",), {"STP001": "info"}, {"DUP002": {"threshold": 0.9}}),
        config=tmp_path / "ftui.toml",
    )
    assert load_project(json.loads(json.dumps(dump_project(project)))) == project


def test_a_log_that_leads_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """The folder of the log may have come with the data."""
    precious = tmp_path / "precious"
    precious.write_text("do not touch")
    (tmp_path / "worker.log").symlink_to(precious)
    one = Talk(tmp_path, 1)
    try:
        one.hear(one.ask("explain", code="STP001"), "explained")
    finally:
        one.close()
    assert precious.read_text() == "do not touch"


def test_a_closed_app_leaves_no_scratch_files_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is killed with all it has; the next check tidies up after it."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    for _ in range(2):
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        one = Talk(folder, 5)
        one.hear(one.ask("check"), "checked")
        (left,) = scratch.glob("ftui-check-*")
        one.close()
        assert left.is_dir()
