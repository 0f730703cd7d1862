"""Plans of fixes: what they change, what they leave, and that they settle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project
from ftui.rules import engine, fixes
from ftui.rules.check import Check
from ftui.rules.fixes import FixPlan
from ftui.rules.rule import Stopped
from ftui.store.entry import Deleted, Splices
from tests.rules.checked_files import ask

MARKER = "\n### End"
GOOD = "It is on the list with all the others. Look at the page with the numbers." + MARKER


def opened(folder: Path, *answers: str) -> tuple[Check, Session]:
    rows = [ask(f"Question number {i}?", f"Answer {i}. {GOOD}") for i in range(40)]
    rows += [ask(f"Special question {i}?", answer) for i, answer in enumerate(answers)]
    path = folder / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    dataset = Dataset.open([path], Project(folder))
    return _check(dataset), Session.open(dataset)


def edited(plan: FixPlan) -> list[int]:
    """The rows of the one file that get another text."""
    (splices,) = plan.changes
    assert isinstance(splices, Splices)
    return list(splices.touched())


def _check(dataset: Dataset) -> Check:
    return engine.check(dataset, dataset.project, select=["STP", "FMT", "DUP001"], jobs=1, debug=True)


def test_a_whole_rule_is_one_step_that_can_be_undone(tmp_path: Path) -> None:
    done, session = opened(tmp_path, "Use ls.", "Use cd.", "Use rm.</s>")
    before = session.dataset.documents[0].raws(range(43))
    plan = fixes.plan(done, ["STP001", "STP002"])
    assert plan.by_rule == {"STP001": 2, "STP002": 1}
    assert (plan.edited, plan.removed) == (3, 0)
    assert plan.title == "fix STP001, STP002 in 3 rows"
    session.apply(plan.title, plan.changes, "fix", "STP001")
    assert _check(session.dataset).counts == {}
    session.undo()
    assert session.dataset.documents[0].raws(range(43)) == before
    session.close()


def test_fixes_of_one_field_are_put_together(tmp_path: Path) -> None:
    answer = "  Use ls. \n### End\n### End\nmore text  "
    done, session = opened(tmp_path, answer)
    plan = fixes.plan(done, ["STP", "FMT"], unsafe=True)
    (splices,) = plan.changes
    assert isinstance(splices, Splices)
    assert [row for row, _ in splices] == [40]
    session.apply(plan.title, plan.changes, "fix")
    example = session.dataset.documents[0].example(40)
    assert example is not None
    assert example.answer == "Use ls. \n### End"
    assert _check(session.dataset).counts == {}
    session.close()


def test_unsafe_fixes_wait_until_asked_for(tmp_path: Path) -> None:
    done, session = opened(tmp_path, "Use ls.\n### End\nmore")
    plan = fixes.plan(done, ["STP"])
    assert plan.changes == []
    assert plan.skipped_unsafe == {"STP003": 1}
    assert fixes.plan(done, ["STP"], unsafe=True).by_rule == {"STP003": 1}
    session.close()


def test_only_the_named_rows_are_mended(tmp_path: Path) -> None:
    done, session = opened(tmp_path, "Use ls.", "Use cd.")
    plan = fixes.plan(done, ["STP001"], rows=[(0, 41), (0, 3)])
    assert edited(plan) == [41]
    session.close()


def test_copies_are_removed_and_the_first_stays(tmp_path: Path) -> None:
    done, session = opened(tmp_path)
    for _ in range(2):
        session.duplicate(0, 5)
    done = _check(session.dataset)
    plan = fixes.plan(done, ["DUP001"])
    (deleted,) = plan.changes
    assert isinstance(deleted, Deleted)
    assert plan.removed == len(deleted.rows) == 2
    assert 5 not in deleted.rows
    assert {removal.code for removal in plan.removals} == {"DUP001"}
    session.apply(plan.title, plan.changes, "fix")
    assert _check(session.dataset).counts == {}
    session.close()


def test_accepted_findings_are_left_alone(tmp_path: Path) -> None:
    done, session = opened(tmp_path, "Use ls.", "Use cd.")
    done.accept({done.inspect(0, 40)[0].key: "on purpose"})
    assert edited(fixes.plan(done, ["STP001"])) == [41]
    session.close()


def test_what_has_no_fix_is_counted(tmp_path: Path) -> None:
    done, session = opened(tmp_path, "Stop the service first. Then remove the\n### End")
    plan = fixes.plan(done, ["STP006"])
    assert plan.changes == []
    assert plan.unfixable == {"STP006": 1}
    session.close()


def test_a_plan_can_be_cancelled(tmp_path: Path) -> None:
    done, session = opened(tmp_path, "Use ls.")
    with pytest.raises(Stopped):
        fixes.plan(done, ["STP001"], cancelled=lambda: True)
    session.close()
