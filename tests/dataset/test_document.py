"""A document: rows under stable names, layouts, and growing indexes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.record import NEW_ROW
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from tests.dataset.desk import line, make_file, open_session, shut


def test_the_first_rows_come_before_the_index(tmp_path: Path) -> None:
    path = make_file(tmp_path, 5000)
    (document,) = Dataset.open([path], Project(root=tmp_path)).documents
    assert not document.complete
    assert 200 <= document.base_rows < 5000
    assert document.order() == range(document.base_rows)
    assert document.layout.name == "alpaca"
    document.build_index(lambda done, total: None, lambda: True)
    assert not document.complete
    document.build_index(lambda done, total: None, lambda: False)
    assert document.complete
    assert document.order() == range(5000)
    document.close()


def test_rows_are_read_as_they_are_now(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path))
    document = session.dataset.documents[0]
    session.set_text(0, 3, "output", "new")
    added = session.duplicate(0, 3)
    session.delete(0, [5])
    assert document.raws([2, 3, 4, added]) == [line(2), line(3, "new"), line(4), line(3, "new")]
    assert document.raws(range(2, 4)) == [line(2), line(3, "new")]
    assert document.base_raw(3) == line(3)
    example = document.example(3)
    assert example is not None
    assert example.answer == "new"
    assert [int(rid) for rid in document.order()][:7] == [0, 1, 2, 3, NEW_ROW, 4, 6]
    assert (document.line(4), document.line(added)) == (5, None)
    assert (document.edited(3), document.edited(4), document.added(added), document.deleted(5)) == (
        True, False, True, True,
    )  # fmt: skip
    shut(session, discard=True)


def test_a_row_that_cannot_be_read_is_no_example(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(line(0) + b"\n{broken\n" + line(2) + b"\n")
    session = open_session(path)
    document = session.dataset.documents[0]
    assert len(document.order()) == 3
    assert document.example(1) is None
    assert document.parsed(1).problems
    shut(session)


def test_opening_and_reading_a_page_imports_neither_numpy_nor_polars(tmp_path: Path) -> None:
    path = make_file(tmp_path, 300)
    script = (
        "import sys; from pathlib import Path; from ftui.dataset.dataset import Dataset;"
        "from ftui.dataset.session import Session; from ftui.project.settings import Project;"
        "path = Path(sys.argv[1]); data = Dataset.open([path], Project(root=path.parent)); s = Session.open(data);"
        "data.documents[0].raws(data.documents[0].order()[:50]); s.set_text(0, 1, 'output', 'x');"
        "print([name for name in ('numpy', 'polars', 'textual') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# The dataset


def test_splits_are_named_by_project_then_file_name(tmp_path: Path) -> None:
    names = ["my_train-v2.jsonl", "dev.jsonl", "more.jsonl"]
    paths = [make_file(tmp_path, 2, name) for name in names]
    project = Project(root=tmp_path, splits={"test": (paths[2],)})
    dataset = Dataset.open(paths, project)
    assert [split.name for split in dataset.splits] == ["train", "validation", "test"]
    dataset.close()
    (split,) = Dataset.open([], project).splits
    assert (split.name, split.file) == ("test", 0)


def test_a_line_may_be_named(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    odd = make_file(tmp_path, 3, "odd:7")
    dataset = Dataset.open([f"{path}:12"], Project(root=tmp_path))
    assert dataset.goto == (0, 12)
    assert dataset.documents[0].path == path
    other = Dataset.open([odd], Project(root=tmp_path))
    assert other.goto is None
    assert other.documents[0].path == odd


def test_a_folder_is_its_data_files(tmp_path: Path) -> None:
    make_file(tmp_path, 2, "b.jsonl")
    make_file(tmp_path, 2, "a.jsonl")
    make_file(tmp_path, 2, ".ftui-1-00000000-a.jsonl")
    (tmp_path / "README.md").write_text("words")
    dataset = Dataset.open([tmp_path], Project(root=tmp_path))
    assert [document.display_path for document in dataset.documents] == ["a.jsonl", "b.jsonl"]
    deep = tmp_path / "empty"
    deep.mkdir()
    with pytest.raises(FtuiError, match="no data files"):
        Dataset.open([deep], Project(root=tmp_path))


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    good, empty = make_file(tmp_path), tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    dataset = Dataset.open([empty, good], Project(root=tmp_path))
    assert [document.path for document in dataset.documents] == [good]
    assert [bad.path for bad in dataset.unreadable] == [empty]
    with pytest.raises(FtuiError):
        Dataset.open([empty], Project(root=tmp_path))
    with pytest.raises(FtuiError, match="no such file"):
        Dataset.open([tmp_path / "nowhere.jsonl"], Project(root=tmp_path))


def test_a_file_named_twice_is_opened_once(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    (tmp_path / "link.jsonl").symlink_to(path.name)
    dataset = Dataset.open([path, tmp_path / "link.jsonl"], Project(root=tmp_path))
    assert len(dataset.documents) == 1
