"""Family LEK on files made for it."""

from __future__ import annotations

from pathlib import Path

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.rules.row_index.index import split_rank
from tests.rules.checked_files import ask, check, codes, found, rows_of, sort, typed
from tests.rules.test_duplicates import LONG, OTHER, reworded

NEW = ask("Who wrote this tool?", "A few people who had lost their data once.")


def test_a_row_of_a_later_split_is_a_leak(tmp_path: Path) -> None:
    row = ask("How do I release?", LONG)
    done = check(tmp_path, {"test": [NEW, row], "validation": [row], "train": [ask("x", OTHER), row]}, "LEK")
    files = [Path(document.path).stem for document in done.dataset.documents]
    assert [rows_of(done, "LEK001", files.index(name)) for name in ("train", "validation", "test")] == [
        [],
        [0],
        [1],
    ]
    leak = found(done, 1, "LEK001", files.index("test"))
    assert leak.severity == "error"
    assert [(place.split, place.row) for place in leak.related] == [("train", 1)]
    assert leak.evidence["leaks_from"]["split"] == "train"
    assert leak.fix is not None
    assert (leak.fix.kind, leak.fix.safety) == ("remove", "unsafe")


def test_a_near_copy_of_an_earlier_split_is_a_leak(tmp_path: Path) -> None:
    train = [ask("How do I release a project?", LONG), ask("What is in the settings?", OTHER)]
    later = [
        ask("How do I release a project?", reworded(LONG)),
        NEW,
        ask("what is in the settings", OTHER.upper()),
    ]
    done = check(tmp_path, {"train": train, "test": later}, "LEK")
    assert rows_of(done, "LEK002", 1) == [0, 2]
    near = found(done, 0, "LEK002", 1)
    assert 0.8 <= near.evidence["jaccard"] < 1
    assert "bundle" in near.message
    assert found(done, 2, "LEK002", 1).evidence["jaccard"] == 1.0


def test_a_near_copy_with_another_label_is_no_leak(tmp_path: Path) -> None:
    done = check(
        tmp_path,
        {"train": [sort(LONG, "a")], "test": [sort(reworded(LONG), "b"), sort(reworded(LONG), "a")]},
        "LEK",
    )
    assert rows_of(done, "LEK002", 1) == [1]


def test_a_prompt_with_another_answer(tmp_path: Path) -> None:
    train = [ask("Name the three states of matter.", "Solid, liquid and gas."), ask("Hello there", "Hi!")]
    later = [
        ask("name  the three states of matter", "They are called phases."),
        ask("Hello there", "Good day!"),
    ]
    done = check(tmp_path, {"train": train, "dev": later}, "LEK")
    assert rows_of(done, "LEK003", 1) == [0]
    assert found(done, 0, "LEK003", 1).field == "instruction"
    labels = check(tmp_path, {"train": [sort("lost card", "a")], "dev": [sort("lost card", "b")]}, "LEK")
    assert rows_of(labels, "LEK003", 1) == [0]


def test_a_row_is_reported_for_the_gravest_leak_only(tmp_path: Path) -> None:
    row = ask("How do I release a whole project?", LONG)
    done = check(
        tmp_path,
        {"train": [row], "test": [row, {**row, "output": reworded(LONG)}, {**row, "output": OTHER}]},
        "LEK",
    )
    assert [codes(done.inspect(1, row)) for row in range(3)] == [["LEK001"], ["LEK002"], ["LEK003"]]


def test_a_row_is_rechecked_as_it_is_typed(tmp_path: Path) -> None:
    row = ask("How do I release a whole project?", LONG)
    done = check(tmp_path, {"train": [row], "test": [NEW]}, "LEK")
    assert codes(typed(done, 0, row, 1)) == ["LEK001"]
    assert codes(typed(done, 0, {**row, "output": reworded(LONG)}, 1)) == ["LEK002"]
    assert codes(typed(done, 0, {**row, "output": OTHER}, 1)) == ["LEK003"]
    assert typed(done, 0, ask("Why?", "So."), 1) == []
    assert typed(done, 0, NEW, 0) == [], "the earlier split does not leak"


def test_one_split_is_not_judged_and_says_so(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [NEW, NEW]}, "LEK")
    assert set(done.skipped) >= {"LEK001", "LEK002", "LEK003"}
    assert "one split" in done.skipped["LEK001"]
    assert [(each.code, each.severity) for each in done.whole] == [("LEK007", "info")]


def test_a_project_without_held_out_rows_is_warned(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text('{"instruction": "a", "output": "b"}\n')
    for splits, severities in (({"train": (path,)}, ["warning"]), ({"test": (path,)}, [])):
        project = Project(tmp_path, splits=splits)
        done = engine.check(Dataset.open([], project), project, select=["LEK007"], jobs=1, debug=True)
        assert [each.severity for each in done.whole] == severities
    assert check(tmp_path, {"train": [NEW], "valid": [ask("y", "z")]}, "LEK").whole == []


def test_splits_stand_in_the_order_of_training() -> None:
    names = ["extra", "test", "Validation", "train"]
    assert sorted(names, key=split_rank) == ["train", "Validation", "test", "extra"]


def test_files_that_nobody_calls_held_out_overlap_as_a_remark(tmp_path: Path) -> None:
    row = '{"instruction": "Say which sea is the saltiest of all.", "output": "The Dead Sea."}\n'
    for name in ("crawl-a.jsonl", "crawl-b.jsonl", "test.jsonl"):
        (tmp_path / name).write_text(row)

    def severities(*names: str) -> dict[str, int]:
        project = Project(root=tmp_path)
        dataset = Dataset.open([tmp_path / name for name in names], project)
        done = engine.check(dataset, project, select=["LEK001"])
        located = done.listing()
        assert {one.severity for one in located} == {s for s, n in done.severities.items() if n}
        return {severity: n for severity, n in done.severities.items() if n}

    assert severities("crawl-a.jsonl", "crawl-b.jsonl") == {"info": 1}
    assert severities("crawl-a.jsonl", "test.jsonl") == {"error": 1}
