"""An edit is judged against all rows as they are now, and so are the rows that it concerns."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.rules.check import Check
from tests.rules.checked_files import ask, codes, sort, typed
from tests.rules.test_duplicates import LONG, OTHER, reworded

COMPARED = ("DUP", "LEK", "LBL")
EXACT = ("DUP001", "LEK001", "LBL001")


class Desk:
    """Files that are edited and checked."""

    def __init__(self, folder: Path, **splits: Sequence[Any]) -> None:
        paths = []
        for name, rows in splits.items():
            paths.append(folder / f"{name}.jsonl")
            paths[-1].write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.session = Session.open(Dataset.open(paths, Project(folder)))
        self.check = self.fresh()

    def fresh(self) -> Check:
        dataset = self.session.dataset
        return engine.check(dataset, dataset.project, select=COMPARED, jobs=1, debug=True)

    def edit(self, row: int, value: dict[str, Any], file: int = 0) -> list[tuple[int, int]]:
        """Type a row, and let the check know."""
        for field, text in value.items():
            self.session.set_text(file, row, field, text)
        return self.check.update([(file, row)])

    def hits(self, *wanted: str) -> list[dict[str, list[int]]]:
        return _hits(self.check, wanted)

    def assert_as_fresh(self, *wanted: str) -> None:
        """What the check says after its updates is what a new check says, of each row and in all."""
        fresh = self.fresh()
        assert _hits(self.check, wanted) == _hits(fresh, wanted)
        assert {code: self.check.counts.get(code) for code in wanted} == {
            code: fresh.counts.get(code) for code in wanted
        }
        for file, document in enumerate(self.session.dataset.documents):
            for row in document.order():
                mine, theirs = (
                    [each for each in codes(done.inspect(file, row)) if each in wanted]
                    for done in (self.check, fresh)
                )
                assert mine == theirs, (file, row)
        fresh.close()


def _hits(done: Check, wanted: Sequence[str]) -> list[dict[str, list[int]]]:
    return [
        {code: rows.tolist() for code, rows in found.items() if code in wanted and len(rows)}
        for found in done.hits
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    copied = ask("How do I release a project?", LONG)
    rows = [
        copied,
        ask("What is in the settings?", OTHER),
        copied,
        copied,
        ask("Who are you?", "A tool for rows."),
    ]
    later = [ask("What is new here?", "Nothing yet."), ask("Is it ready?", "It is not.")]
    made = Desk(tmp_path, train=rows, test=later)
    yield made
    made.check.close()
    made.session.close()


def test_an_edit_that_removes_a_duplicate_clears_its_partners(desk: Desk) -> None:
    assert desk.hits("DUP001") == [{"DUP001": [2, 3]}, {}]
    assert (0, 2) in desk.edit(0, ask("How do I stop?", "You close the window, that is all."))
    assert desk.hits("DUP001") == [{"DUP001": [3]}, {}]
    desk.assert_as_fresh("DUP001", "DUP002", "LBL001")
    desk.edit(3, ask("How do I go on?", "You open the window again, of course."))
    assert desk.hits("DUP001") == [{}, {}]
    desk.assert_as_fresh("DUP001", "DUP002", "LBL001")


def test_an_edit_that_makes_a_duplicate_flags_the_later_row(desk: Desk) -> None:
    desk.edit(1, ask("Who are you?", "A tool for rows."))
    assert desk.hits("DUP001") == [{"DUP001": [2, 3, 4]}, {}]
    desk.assert_as_fresh("DUP001", "DUP002", "LBL001")
    desk.edit(1, ask("What is in the settings?", OTHER))
    assert desk.hits("DUP001") == [{"DUP001": [2, 3]}, {}]


def test_two_rows_edited_since_the_check_are_compared(desk: Desk) -> None:
    desk.edit(2, ask("What comes first?", "The beginning, as it is told."))
    desk.edit(4, ask("What comes first?", "The beginning, as it is told."))
    assert desk.hits("DUP001") == [{"DUP001": [3, 4]}, {}]
    desk.edit(4, ask("What comes first?", "The end, as it is told."))
    assert desk.hits("DUP001", "LBL001") == [{"DUP001": [3], "LBL001": [2, 4]}, {}]
    desk.assert_as_fresh(*EXACT)
    assert codes(typed(desk.check, 1, ask("What comes first?", "The end, as it is told."))) == ["LBL001"]


def test_a_leak_comes_and_goes_with_the_earlier_row(desk: Desk) -> None:
    desk.edit(1, ask("Is it ready?", "It is not."))
    assert desk.hits("LEK001") == [{}, {"LEK001": [1]}]
    desk.edit(1, ask("Is it ready?", "It is, since Monday."))
    assert desk.hits("LEK001") == [{}, {}]
    desk.edit(0, ask("What is new here?", LONG), file=1)
    desk.edit(2, ask("What is new here?", reworded(LONG)))
    assert desk.hits("LEK002") == [{}, {"LEK002": [0]}]
    desk.assert_as_fresh(*EXACT, "LEK002")


def test_near_duplicates_follow(desk: Desk) -> None:
    desk.edit(2, ask("How do I release a project?", reworded(LONG)))
    desk.assert_as_fresh("DUP001", "DUP002")
    desk.edit(2, ask("What else is there?", "A good deal, as you will see when you look."))
    desk.edit(3, ask("And what more?", "Hardly a thing that is worth the while."))
    assert desk.hits("DUP001", "DUP002") == [{}, {}]


def test_rows_that_are_deleted_and_added(desk: Desk) -> None:
    desk.session.delete(0, [0])
    desk.check.update([(0, 0)])
    assert desk.hits("DUP001") == [{"DUP001": [3]}, {}]
    new = desk.session.insert(0, 2, ask("Who are you?", "A tool for rows."))
    desk.check.update([(0, new)])
    assert desk.hits("DUP001") == [{"DUP001": [3, new]}, {}]
    desk.session.undo()
    desk.session.undo()
    desk.check.update([(0, 0), (0, new)])
    desk.assert_as_fresh("DUP001", "DUP002", "LBL001")


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_it_says_what_a_new_check_says(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)

    def row() -> dict[str, Any]:
        return sort(f"text number {rng.randrange(8)} of this file", rng.choice("ab"))

    desk = Desk(tmp_path, train=[row() for _ in range(14)], valid=[row() for _ in range(8)])
    for _ in range(12):
        file = rng.randrange(2)
        desk.edit(rng.randrange((14, 8)[file]), row(), file)
    desk.assert_as_fresh(*EXACT)
    desk.check.close()
    desk.session.close()
