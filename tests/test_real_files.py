"""Public data files of every kind: opened, checked, edited, saved; nothing changes but what was edited."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ftui.dataset.document import Document
from ftui.project.settings import Project
from tests.dataset.desk import open_session, shut
from tests.run_ftui import check, ftui


class Real(NamedTuple):
    """A file, what it is read as, how many rows it has, and rules that must and must not speak up."""

    path: str
    layout: str
    rows: int
    code: int
    loud: tuple[str, ...] = ()
    silent: tuple[str, ...] = (
        "FMT001",
        "FMT002",
        "FMT003",
        "FMT006",
        "FMT007",
        "FMT008",
        "STP001",
        "STP002",
        "STP005",
    )


FILES = (
    Real(
        "banking77/train.csv",
        "classification",
        10_003,
        0,
        ("DUP002", "FMT011"),
        ("FMT001", "FMT003", "DUP001", "LBL001"),
    ),
    Real(
        "banking77/test.csv",
        "classification",
        3_080,
        0,
        ("LBL002",),
        ("FMT001", "FMT003", "DUP001", "LBL001"),
    ),
    Real(
        "clinc150/data_imbalanced.json",
        "classification",
        19_225,
        1,
        ("LEK001", "LEK002", "LEK003"),
        ("FMT001", "FMT011", "LBL001"),
    ),
    Real("chat/fastchat_dummy_conversation.json", "sharegpt", 500, 0, ("DUP003", "LBL001")),
    Real("chat/glaive_toolcall_en_demo.json", "sharegpt", 300, 0, ("DUP001", "STP006")),
    Real("chat/v1_sft_demo.jsonl", "messages", 500, 0, ("FMT010", "STP006")),
    Real("chat/oasst_en_100_message.jsonl", "columns", 100, 0),
    Real(
        "gpteacher/toolformer-dedupe-only.json.gz",
        "alpaca",
        7_673,
        0,
        ("DUP002", "DUP003", "LBL001"),
        ("FMT001", "DUP001", "STP006"),
    ),
    Real(
        "gpteacher/toolformer-similarity-0.9.json.gz",
        "alpaca",
        5_959,
        0,
        ("DUP002",),
        ("FMT001", "DUP001", "DUP003"),
    ),
    Real("preference/hh_rlhf_60.jsonl", "preference", 60, 0, ("STP006",)),
    Real("preference/kto_en_demo.json", "kto", 300, 0, ("STP006",)),
)
each_file = pytest.mark.parametrize("real", FILES, ids=lambda real: real.path)


@pytest.fixture
def copy(real: Real, shared_data: Path, tmp_path: Path) -> Path:
    """The file where it may be changed."""
    target = tmp_path / Path(real.path).name
    shutil.copyfile(shared_data / real.path, target)
    return target


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


@each_file
def test_a_real_file_is_checked(real: Real, copy: Path) -> None:
    ran = check(copy)
    assert (ran.code, ran.err) == (real.code, "")
    report = ran.report
    assert {file["layout"] for file in report["files"]} == {real.layout}
    assert sum(file["rows"] for file in report["files"]) == report["summary"]["rows"] == real.rows
    assert not any(file["unreadable"] for file in report["files"])
    found = report["summary"]["by_rule"]
    assert set(real.loud) <= found.keys()
    assert found.keys().isdisjoint(real.silent), {code: found[code] for code in real.silent if code in found}
    assert sum(found.values()) == len(report["findings"])
    assert report["summary"]["rows_with_findings"] == len(
        {(f["path"], f["row"]) for f in report["findings"] if f["row"] is not None}
    )
    document = opened(copy)
    for finding in report["findings"][:: max(1, len(report["findings"]) // 200)]:
        if finding["start"] is not None:
            example = document.example(finding["row"])
            assert example is not None
            assert 0 <= finding["start"] <= finding["end"] <= len(example.text(finding["field"]) or "")
    document.close()


def opened(path: Path) -> Document:
    document = Document.open(path, Project(root=path.parent))
    document.build_index(lambda _done, _total: None, lambda: False)
    return document


@each_file
def test_one_row_is_edited_and_nothing_else(real: Real, copy: Path) -> None:
    before, packed = content(copy), copy.read_bytes()
    session = open_session(copy)
    document = session.dataset.documents[0]
    row = real.rows * 2 // 3
    document.build_index(lambda _done, _total: None, lambda: False)
    example = document.example(row)
    assert example is not None
    text = next(text for text in reversed(example.texts) if len(text.text) > 1)
    start, old = _place(document, row), document.raw(row)
    session.set_text(0, row, text.field, 'Ünusual "text",\n' + text.text[1:])
    new = document.raw(row)
    session.save(lambda _done, _total: None, lambda: False)
    assert before.count(old, start, start + len(old)) == 1
    assert content(copy) == before[:start] + new + before[start + len(old) :]
    again = opened(copy)
    assert len(again.records) == real.rows
    changed = again.example(row)
    assert changed is not None
    assert changed.text(text.field) == 'Ünusual "text",\n' + text.text[1:]
    again.close()
    session.undo()
    session.save(lambda _done, _total: None, lambda: False)
    shut(session)
    assert content(copy) == before
    if copy.suffix != ".gz":
        assert copy.read_bytes() == packed


def _place(document: Document, row: int) -> int:
    starts: Any = document.records.starts  # type: ignore[attr-defined]
    return int(starts[row])


@pytest.mark.parametrize("real", [real for real in FILES if real.rows < 6_000], ids=lambda real: real.path)
def test_a_safe_fix_of_a_real_file_settles(real: Real, copy: Path) -> None:
    before = check(copy).report["summary"]
    assert ftui("fix", copy, "--jobs", "1").code == 0
    after = check(copy).report
    had = before["by_rule"]
    assert {code: n for code, n in after["summary"]["by_rule"].items() if n > had.get(code, 0)} == {}
    assert [f for f in after["findings"] if f["fix"] and f["fix"]["safety"] == "safe"] == []
    fixed = copy.read_bytes()
    assert ftui("fix", copy, "--jobs", "1").code == 0
    assert copy.read_bytes() == fixed


def test_the_bank_questions_leak_only_where_they_are_nearly_the_same(shared_data: Path) -> None:
    """Every leak is looked at by another measure: the words of two questions, sorted."""
    from rapidfuzz import fuzz

    folder = shared_data / "banking77"
    ran = check(
        "--split", f"train={folder}/train.csv", "--split", f"test={folder}/test.csv", "--select", "LEK,LBL"
    )
    assert ran.code == 1
    train, test = opened(folder / "train.csv"), opened(folder / "test.csv")
    leaks = [f for f in ran.report["findings"] if f["code"] == "LEK002"]
    assert 60 <= len(leaks) <= 120
    for leak in leaks:
        assert leak["split"] == "test"
        (mine, other) = (test.example(leak["row"]), train.example(leak["related"][0]["row"]))
        assert mine is not None
        assert other is not None
        assert fuzz.token_sort_ratio(mine.prompt.lower(), other.prompt.lower()) > 65
        assert mine.label == other.label
    train.close()
    test.close()


def test_the_same_file_gives_the_same_report(shared_data: Path) -> None:
    path = shared_data / "chat" / "glaive_toolcall_en_demo.json"
    one, two = check(path).report, check(path).report
    del one["timing"], two["timing"]
    assert json.dumps(one) == json.dumps(two)
