"""Splits: nothing alike in two of them, rows stay where they are, bytes stay what they are."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.project.errors import FtuiError
from ftui.project.settings import Columns, Project
from ftui.rules import engine
from ftui.selection.assign import BETWEEN, COPY, assign, by_hash, by_time
from ftui.selection.separate import separate
from ftui.selection.split import Wanted, split
from ftui.selection.splitting import Splitting
from ftui.selection.ties import Ties
from tests.selection.made_rows import labelled, lines, near, opened, row, write

SHARES = (80.0, 10.0, 10.0)
NAMES = ("train", "validation", "test")


def made(folder: Path, rows: list[Any], name: str = "out", wanted: Wanted | None = None) -> Splitting:
    dataset, project = opened(write(folder / f"{name}-rows.jsonl", rows))
    try:
        return split(dataset, project, wanted or Wanted(SHARES), folder / name, jobs=1)
    finally:
        dataset.close()


def placed(folder: Path) -> dict[str, str]:
    """Line to split."""
    return {line: name for name in NAMES for line in lines(folder / f"{name}.jsonl")}


def leaks(folder: Path) -> dict[str, int]:
    dataset, project = opened(*sorted(folder.iterdir()))
    done = engine.check(dataset, project, select=["LEK"], jobs=1, debug=True)
    try:
        return {code: count for code, count in done.counts.items() if code != "LEK006"}
    finally:
        done.close()
        dataset.close()


def test_shares_are_about_those_wanted_and_every_row_is_there_byte_for_byte(tmp_path: Path) -> None:
    rows = [row(number) for number in range(600)]
    found = made(tmp_path, rows)
    where = placed(tmp_path / "out")
    assert sorted(where) == sorted(lines(tmp_path / "out-rows.jsonl"))
    counts = Counter(where.values())
    assert 0.74 < counts["train"] / 600 < 0.86
    assert counts["validation"] > 30 < counts["test"]
    assert [part.rows for part in found.parts] == [counts[name] for name in NAMES]
    assert found.crossing == 0


def test_copies_stand_once_and_near_copies_together(tmp_path: Path) -> None:
    rows = [each for number in range(60) for each in (row(number), *(near(number, k) for k in range(3)))]
    rows += [row(number) for number in range(0, 60, 5)]
    random.Random(1).shuffle(rows)
    found = made(tmp_path, rows)
    where = placed(tmp_path / "out")
    homes: dict[str, set[str]] = {}
    for line, name in where.items():
        homes.setdefault(json.loads(line)["instruction"], set()).add(name)
    assert all(len(names) == 1 for names in homes.values())
    assert len(set(where.values())) == 3
    assert found.copies == 12
    assert leaks(tmp_path / "out") == {}


def test_a_prompt_with_several_answers_stays_in_one_split(tmp_path: Path) -> None:
    rows = [{**row(n), "output": row(f"{n}-{k}")["output"]} for n in range(80) for k in range(3)]
    made(tmp_path, rows)
    assert leaks(tmp_path / "out") == {}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), min_size=20, max_size=90), st.data())
def test_a_row_keeps_its_split_when_rows_are_added(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[tuple[int, int]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("grown")
    rows = [row(number) if not copy else near(number, copy) for number, copy in numbers]
    kept = data.draw(st.integers(10, len(rows)))
    made(folder, rows[:kept], "before")
    made(folder, rows, "after")
    before, after = placed(folder / "before"), placed(folder / "after")
    assert {line: after.get(line) for line in before} == before


def test_rows_that_resemble_nothing_stay_wherever_others_are_put_in(tmp_path: Path) -> None:
    rows = [row(number) for number in range(200)]
    mixed = rows + [row(f"new{number}") for number in range(150)]
    random.Random(2).shuffle(mixed)
    made(tmp_path, rows, "before")
    made(tmp_path, mixed, "after")
    before, after = placed(tmp_path / "before"), placed(tmp_path / "after")
    assert all(after[line] == name for line, name in before.items())


def test_classes_have_about_the_same_share_everywhere_and_another_seed_splits_otherwise(
    tmp_path: Path,
) -> None:
    rows = [labelled(n, "billing" if n % 4 else "refund") for n in range(1200)]
    found = made(tmp_path, rows)
    for part in found.parts:
        assert 0.15 < part.classes["refund"] / part.rows < 0.36
    made(tmp_path, rows, "other", Wanted(SHARES, seed=1))
    assert placed(tmp_path / "out") != placed(tmp_path / "other")


def test_by_time_the_newest_rows_are_the_test(tmp_path: Path) -> None:
    rows = [row(n, created_at=f"2024-{1 + n // 28:02d}-{1 + n % 28:02d}") for n in range(300)]
    random.Random(3).shuffle(rows)
    found = made(tmp_path, rows, wanted=Wanted(SHARES, "time"))
    dates = {
        name: [json.loads(line)["created_at"] for line in lines(tmp_path / "out" / f"{name}.jsonl")]
        for name in NAMES
    }
    assert max(dates["train"]) < min(dates["validation"]) <= max(dates["validation"]) < min(dates["test"])
    assert [part.rows for part in found.parts] == [240, 30, 30]
    assert leaks(tmp_path / "out") == {}


def test_groups_are_never_torn_apart(tmp_path: Path) -> None:
    rows = [row(n, user_id=f"u{n % 90}") for n in range(540)]
    made(tmp_path, rows, wanted=Wanted(SHARES, "group"))
    homes: dict[str, set[str]] = {}
    for line, name in placed(tmp_path / "out").items():
        homes.setdefault(json.loads(line)["user_id"], set()).add(name)
    assert len(homes) == 90
    assert all(len(names) == 1 for names in homes.values())
    assert leaks(tmp_path / "out") == {}


def test_what_cannot_be_split_so_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    rows = [row(number) for number in range(30)]
    for by in ("time", "group"):
        with pytest.raises(FtuiError, match="no column says"):
            made(tmp_path, rows, wanted=Wanted(SHARES, by))
    assert not (tmp_path / "out").exists()
    made(tmp_path, rows)
    with pytest.raises(FtuiError, match="there is a file of this name already"):
        made(tmp_path, rows)


def test_a_table_keeps_its_header_and_tables_alike_become_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        body = "".join(f'"{labelled(f"{name}{n}", "")["text"]}, so",{"ab"[n % 2]}\r\n' for n in range(60))
        (tmp_path / f"{name}.csv").write_bytes(f"text,label\r\n{body}".encode())
    dataset, project = opened(tmp_path / "one.csv", tmp_path / "two.csv")
    split(dataset, project, Wanted((1.0, 0.0, 1.0)), tmp_path / "out", jobs=1)
    dataset.close()
    parts = [(tmp_path / "out" / f"{name}.csv").read_bytes().split(b"\r\n") for name in ("train", "test")]
    assert all(part[0] == b"text,label" for part in parts)
    whole = b"\r\n".join((tmp_path / f"{name}.csv").read_bytes() for name in ("one", "two")).split(b"\r\n")
    assert sorted(line for part in parts for line in part[1:] if line) == sorted(
        line for line in whole if line and line != b"text,label"
    )


@pytest.mark.parametrize("by", ["language", "domain"])
def test_languages_and_domains_get_files_of_their_own_without_losing_a_row(tmp_path: Path, by: Any) -> None:
    rows = [row(n, lang="de" if n % 3 else "fr", domain="law" if n % 2 else "a/b") for n in range(90)]
    rows += rows[:5]
    dataset, project = opened(write(tmp_path / "rows.jsonl", rows))
    separate(dataset, by, project, tmp_path / "out")
    dataset.close()
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == (["de.jsonl", "fr.jsonl"] if by == "language" else ["a-b.jsonl", "law.jsonl"])
    kept = [line for name in files for line in lines(tmp_path / "out" / name)]
    assert sorted(kept) == sorted(lines(tmp_path / "rows.jsonl"))


def test_a_named_group_column_counts_in_every_split(tmp_path: Path) -> None:
    rows = [row(n, clinic=f"c{n % 40}") for n in range(400)]
    project = Project(tmp_path, meta=Columns(group=("clinic",)))
    dataset, _ = opened(write(tmp_path / "rows.jsonl", rows), project=project)
    split(dataset, project, Wanted(SHARES), tmp_path / "out", jobs=1)
    dataset.close()
    homes: dict[str, set[str]] = {}
    for line, name in placed(tmp_path / "out").items():
        homes.setdefault(json.loads(line)["clinic"], set()).add(name)
    assert all(len(names) == 1 for names in homes.values())


def test_a_row_between_two_splits_is_left_out() -> None:
    own = np.arange(3, dtype=np.int64)
    ties = Ties(own, own, own.astype(np.uint64), (own,), np.array([0, 1]), np.array([2, 2]))
    assert assign(ties, np.array([0, 1, 0], np.int8), fixed=False).tolist() == [0, 1, BETWEEN]
    assert assign(ties, np.array([1, 1, 0], np.int8), fixed=False).tolist() == [1, 1, 1]
    assert assign(ties, np.array([1, 1, 0], np.int8), fixed=True).tolist() == [1, 1, BETWEEN]


def test_copies_are_told_apart_from_rows_between() -> None:
    own = np.arange(3, dtype=np.int64)
    none = own[:0]
    ties = Ties(own, own, np.array([7, 7, 8], np.uint64), (np.array([0, 0, 1]),), none, none)
    assert assign(ties, np.zeros(3, np.int8), fixed=False).tolist() == [0, COPY, 0]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50), st.integers(0, 9))
def test_the_hash_decides_for_each_row_alone(keys: list[int], seed: int) -> None:
    whole = by_hash(np.array(keys, np.uint64), (8, 1, 1), seed)
    each = [int(by_hash(np.array([key], np.uint64), (8, 1, 1), seed)[0]) for key in keys]
    assert whole.tolist() == each


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60))
def test_one_moment_is_never_in_two_splits(moments: list[int]) -> None:
    times = np.array(moments, np.float64)
    found = by_time(times, np.ones(len(times), np.bool_), (8, 1, 1))
    for one in range(3):
        for other in range(one + 1, 3):
            if (found == one).any() and (found == other).any():
                assert times[found == one].max() < times[found == other].min()
