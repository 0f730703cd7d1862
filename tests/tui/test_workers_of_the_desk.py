"""The worker processes behind the real desk: killed, failing, stopped, and gone at the end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from ftui.tui.app import make_checker
from ftui.tui.desk.background import Background
from ftui.tui.desk.order import Place
from tests.tui.working_desk import Work, answers, worker_processes, working


def twenty(path: Path) -> Path:
    return answers(
        path, [f"It is the word number {n}.{'' if n == 4 else chr(10) + '### End'}" for n in range(20)]
    )


def kill_workers(work: Work) -> None:
    for process in work.workers:
        os.kill(process.pid, signal.SIGKILL)


async def test_a_dead_worker_is_told_and_started_anew(tmp_path: Path) -> None:
    async with working(twenty(tmp_path / "train.jsonl")) as work:
        assert work.rows("STP001") == [4]
        kill_workers(work)
        await work.told("C runs the rules again")
        assert work.desk.found.state == "failed"
        findings = work.text("#findings")
        assert "STP001" in findings, "what was found is still shown"
        assert "out of date: C" in findings
        await work.press("down", "e", "Z", "ctrl+s")
        assert work.raw(1)["output"].startswith("Z")
        await work.press("C")
        await work.checked()
        assert work.rows("STP001") == [4]
        await work.press("right_square_bracket")
        await work.looked_at()
        await work.press("f")
        await work.modal("FixModal")
        await work.press("enter")
        await work.until(lambda: not work.rows("STP001"), "the fix")


async def test_a_dead_search_is_told_and_the_next_one_works(tmp_path: Path) -> None:
    async with working(twenty(tmp_path / "train.jsonl")) as work:
        await work.press("slash")
        await work.type("number 7")
        await work.until(lambda: work.desk.table.count == 1, "the search")
        checker = work.app.checker
        assert isinstance(checker, Background)
        process = checker._finder._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        await work.told("the process that looks for rows ended")
        await work.press("backspace", "1")
        await work.until(lambda: work.desk.table.count == 10 + 1, "the next search")


async def test_rules_that_cannot_look_at_a_row_do_not_end_the_app(tmp_path: Path) -> None:
    """The worker refuses everything: the app says so where it was asked, and goes on."""
    async with working(twenty(tmp_path / "train.jsonl")) as work:
        checker = work.app.checker
        assert isinstance(checker, Background)
        checker.explain("NOPE001")
        await work.told("NOPE001")
        checker.plan("NOPE001", None, unsafe=True)
        checker.search("(", "regex")
        checker.inspect([Place(0, 1_000_000)])
        await work.until(lambda: len(work.notices) > 1, "a notice of the row that is not there")
        assert work.app.is_running
        await work.press("down")
        assert work.desk.table.cursor == 1


async def test_stopping_a_check_starting_it_again_and_editing_meanwhile(tmp_path: Path) -> None:
    texts = [f"Word number {n} is {n * 7919 % 1000} and {n * 104729 % 997}.\n### End" for n in range(30_000)]
    async with working(answers(tmp_path / "train.jsonl", texts), rules=False) as work:
        work.app._make_checker = make_checker
        await work.until(lambda: work.desk.complete, "the index")
        await work.press("C")
        assert work.desk.found.state == "running"
        await work.press("ctrl+k")
        await work.until(lambda: work.desk.found.state == "stopped", "the check to stop")
        assert "C starts it again" in work.text("#findings")
        await work.press("C")
        held = work.workers
        for process in held:  # the check goes on however long the edit takes
            process.suspend()
        await work.press("home", "e", "ctrl+end")
        await work.press(*["backspace"] * 8)
        await work.press("ctrl+s")
        assert work.desk.found.state == "running"
        for process in held:
            process.resume()
        await work.checked()
        await work.until(lambda: work.rows("STP001") == [0], "the edit to be seen")


async def test_nothing_is_left_running_after_the_end(tmp_path: Path) -> None:
    async with working(twenty(tmp_path / "train.jsonl")) as work:
        await work.press("slash")
        await work.type("number 1")
        await work.until(lambda: work.desk.table.count == 11, "the search")
        assert len(work.workers) >= 2
        await work.press("escape", "q")
        await work.until(lambda: not work.app.is_running, "the end")
    assert worker_processes() == []
