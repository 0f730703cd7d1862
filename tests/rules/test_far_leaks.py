"""LEK004 and LEK005: time and groups across splits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Columns, Project
from ftui.rules import engine
from ftui.rules.check import Check
from ftui.text.dates import day_first, moment, shown
from tests.rules.checked_files import ask, assert_explained, check, codes, found, rows_of, typed


def on(day: int, month: int = 6, **more: Any) -> dict[str, Any]:
    return ask(f"What of {month}/{day}?", "It is so.", created_at=f"2024-{month:02}-{day:02}", **more)


def of(user: object, number: int = 0) -> dict[str, Any]:
    return ask(f"What of number {number}?", "It is so.", user_id=user)


def checked(folder: Path, splits: dict[str, list[Any]], code: str, meta: Columns) -> Check:
    paths = []
    for name, rows in splits.items():
        paths.append(folder / f"{name}.jsonl")
        paths[-1].write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = Project(folder, meta=meta)
    done = engine.check(Dataset.open(paths, project), project, select=[code], jobs=1, debug=True)
    assert_explained(done)
    return done


def test_held_out_rows_older_than_training(tmp_path: Path) -> None:
    train = [on(1), on(3), on(9), on(5)]
    later = [on(10), on(9), on(8), on(11), {**on(1), "created_at": None}, on(30), on(29), on(28), on(2)]
    done = check(tmp_path, {"train": train, "test": later, "valid": [on(4), on(12), on(13)]}, "LEK004")
    assert rows_of(done, "LEK004", 1) == [2, 8]
    assert rows_of(done, "LEK004", 2) == [0]
    one = found(done, 2, "LEK004", 1)
    assert (one.severity, one.field) == ("warning", "created_at")
    assert [(each.split, each.row) for each in one.related] == [("train", 2)]
    assert codes(typed(done, 2, on(9), 1)) == []
    assert codes(typed(done, 0, on(8), 1)) == ["LEK004"]
    assert codes(typed(done, 0, on(1), 0)) == []


@pytest.mark.parametrize(("named", "severity"), [(True, "warning"), (False, "info")])
def test_a_split_at_random_in_time_is_one_finding(tmp_path: Path, named: bool, severity: str) -> None:
    train = [on(1 + i % 28, 1 + i % 12) for i in range(300)]
    later = [on(1 + i % 27, 1 + i % 12) for i in range(80)]
    done = checked(
        tmp_path, {"train": train, "test": later}, "LEK004", Columns(time="created_at" if named else None)
    )
    (one,) = done.whole
    assert (one.severity, done.counts) == (severity, {"LEK004": 1})
    assert 0.3 < one.evidence["older_than_a_training_row"] < 0.7
    assert "not split by time" in one.message
    assert done.inspect(1, 0) == []


def test_times_that_cannot_be_compared_are_skipped(tmp_path: Path) -> None:
    cases: list[tuple[dict[str, list[Any]], str]] = [
        ({"train": [ask("a", "b")], "test": [ask("c", "d")]}, "no column"),
        ({"train": [on(1)], "extra": [on(2)]}, "validation or test"),
        ({"train": [on(1)]}, "one split"),
        (
            {"train": [{**on(1), "created_at": "soon"}], "test": [{**on(1), "created_at": "later"}]},
            "readable",
        ),
    ]
    for number, (splits, reason) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert reason in check(folder, splits, "LEK004").skipped["LEK004"]


def test_the_form_of_dates() -> None:
    day = moment("2024-03-02")
    assert day is not None
    for same in ("2024-03-02T00:00:00Z", "2024-03-02 00:00:00", "02.03.2024", "2024/3/2", 1709337600, 1709337600000,
                 "1709337600", "2024-03-02T01:00:00+01:00", 1709337600.0, "2024-03-02T00:00:00.000Z"):  # fmt: skip
        assert moment(same) == day, same
    assert moment("03/02/2024") is None
    assert moment("03/02/2024", False) == moment("02/03/2024", True) == day
    assert [day_first(each) for each in ("13/02/2024", "02/13/2024", "02/03/2024", None)] == [
        True,
        False,
        None,
        None,
    ]
    assert shown(day) == "2024-03-02"
    assert shown(day + 61_000_000) == "2024-03-02 00:01:01"
    for none in (
        None,
        True,
        "",
        "soon",
        12,
        "12",
        float("nan"),
        float("inf"),
        "2024-13-45",
        [],
        "31.02.2024",
    ):
        assert moment(none) is None, none


def test_groups_in_two_splits(tmp_path: Path) -> None:
    train = [of("anna", 1), of("ben", 2), of("ben", 3), of(7, 4), of("unknown", 5)]
    valid = [of("ben ", 6), of("carl", 7), of("dora", 8)]
    later = [
        of("carl", 9),
        of("emil", 10),
        of("7", 11),
        of(None, 12),
        of("unknown", 13),
        of("Anna", 14),
        of("x", 15),
    ]
    done = check(tmp_path, {"train": train, "valid": valid, "test": later}, "LEK005")
    assert [rows_of(done, "LEK005", file) for file in range(3)] == [[], [0], [0, 2]]
    one = found(done, 0, "LEK005", 1)
    assert (one.severity, one.evidence["column"], one.evidence["group_size"]) == ("warning", "user_id", 3)
    assert [(each.split, each.row) for each in one.related] == [("train", 1)]
    assert codes(typed(done, 1, of("anna"), 2)) == ["LEK005"]
    assert codes(typed(done, 0, of("emil"), 2)) == []


@pytest.mark.parametrize(("named", "severity"), [(True, "warning"), (False, "info")])
def test_groups_that_were_never_kept_together_are_one_finding(
    tmp_path: Path, named: bool, severity: str
) -> None:
    train = [of(f"u{i % 40}", i) for i in range(200)]
    later = [of(f"u{i % 44}", 1000 + i) for i in range(88)]
    meta = Columns(group=("user_id",) if named else ())
    done = checked(tmp_path, {"train": train, "test": later}, "LEK005", meta)
    (one,) = done.whole
    assert (one.severity, done.counts) == (severity, {"LEK005": 1})
    assert (one.evidence["rows_of_shared_groups"], one.evidence["shared_groups"]) == (80, 40)
    assert done.inspect(1, 0) == []


def test_a_column_of_classes_is_no_group(tmp_path: Path) -> None:
    rows = [ask(f"Say {i}.", "So.", group="ab"[i % 2]) for i in range(120)]
    done = check(tmp_path, {"train": rows[:60], "test": rows[60:]}, "LEK005")
    assert "classes" in done.skipped["LEK005"]
    (tmp_path / "named").mkdir()
    named = checked(
        tmp_path / "named", {"train": rows[:60], "test": rows[60:]}, "LEK005", Columns(group=("group",))
    )
    assert named.counts == {"LEK005": 1}


def test_several_columns_and_lists(tmp_path: Path) -> None:
    train = [ask("a b c", "d", doc="d1", authors=["kim", "lee"]), ask("e f g", "h", doc="d2", authors=[])]
    later = [
        ask("i j k", "l", doc="d3", authors=["lee"]),
        ask("m n o", "p", doc="d2", authors=["max"]),
        ask("q r s", "t", doc="kim", authors=None),
        *(ask(f"u {i}", "v", doc=f"n{i}") for i in range(4)),
    ]
    done = checked(tmp_path, {"train": train, "test": later}, "LEK005", Columns(group=("doc", "authors")))
    assert rows_of(done, "LEK005", 1) == [0, 1]
    assert [found(done, row, "LEK005", 1).field for row in (0, 1)] == ["authors", "doc"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_the_ends_of_the_calendar_say_no_date(tmp_path: Path, moment: str) -> None:
    """What programs write for "never" may lie outside the calendar in another time zone."""
    train = [ask(f"question {n}", f"answer {n}", created_at=f"2024-01-{n + 1:02}") for n in range(20)]
    train.append(ask("question x", "answer x", created_at=moment))
    test = [ask("question y", "answer y", created_at="2023-05-05")]
    done = check(tmp_path, {"train": train, "test": test}, "LEK004")
    assert "LEK004" not in done.skipped
    assert done.counts == {"LEK004": 1}
