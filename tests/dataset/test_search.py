"""Search and sort see every row as it is now, whatever the spelling of its bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.dataset import search as search_module
from ftui.dataset.dataset import Dataset
from ftui.dataset.search import Mode, search, sort
from ftui.dataset.session import Session
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from tests.dataset.desk import make_file, open_session, row, shut


def find(session: Session, query: str, mode: Mode = "plain") -> list[int]:
    return [int(rid) for part in search(session.dataset, query, mode, lambda: False) for rid in part.rows]


def session_of(folder: Path, *records: object, ascii_only: bool = False) -> Session:
    path = folder / "train.jsonl"
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=ascii_only) for each in records]
    path.write_bytes("".join(f"{each}\n" for each in lines).encode("utf-8", "surrogatepass"))
    return open_session(path)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_plain_text_in_any_spelling(tmp_path: Path, ascii_only: bool) -> None:
    session = session_of(
        tmp_path,
        {"a": "Straße nach Köln"},
        {"a": 'say "hi"\nand go'},
        {"a": "你好，世界"},
        '{"a": "caf\\u0065 \\/ bar"}',
        {"needle": "haystack", "n": 4711},
        "{broken needle",
        [["deep", {"x": "in a list"}]],
        ascii_only=ascii_only,
    )
    assert find(session, "köln") == [0]
    assert find(session, "Köln") == [0]
    assert find(session, "KÖLN") == []
    assert find(session, '"hi"\nand') == [1]
    assert find(session, "世界") == [2]
    assert find(session, "cafe / b") == [3]
    assert find(session, "4711") == [4]
    assert find(session, "needle") == [5], "keys are not searched, unreadable lines are"
    assert find(session, "in a list") == [6]
    assert find(session, "") == list(range(7))
    shut(session)


def test_edits_are_searched_as_they_are_now(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path, 30))
    session.set_text(0, 3, "output", "a zebra")
    added = session.insert(0, 5, row(100, "another zebra"))
    session.delete(0, [7])
    assert find(session, "zebra") == [3, added]
    assert find(session, "answer 3") == []
    assert find(session, "question 7") == []
    session.undo()
    assert find(session, "question 7") == [7]
    shut(session, discard=True)


texts = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8), texts, st.booleans(), st.data())
def test_plain_search_agrees_with_python(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[str],
    query: str,
    ascii_only: bool,
    data: st.DataObject,
) -> None:
    if data.draw(st.booleans()):
        source = data.draw(st.sampled_from(rows))
        query = source[: data.draw(st.integers(0, len(source)))][-4:]
    # The lower case of two letters of the world is in ASCII, or several characters: not worth a slow search.
    query = query.translate({0x212A: None, 0x130: None})
    rows = [text.translate({0x212A: None, 0x130: None}) for text in rows]
    session = session_of(tmp_path_factory.mktemp("s"), *({"t": text} for text in rows), ascii_only=ascii_only)
    if query == query.lower():
        expected = [i for i, text in enumerate(rows) if query in text.lower()]
    else:
        expected = [i for i, text in enumerate(rows) if query in text]
    assert find(session, query) == expected
    shut(session)


def test_regular_expressions_are_linear_and_explained(tmp_path: Path) -> None:
    session = session_of(tmp_path, {"a": "Alpha 12"}, {"a": "beta 7 " + "x " * 4000}, '{"a": "\\ud800 beta"}')
    assert find(session, r"^alpha \d+$", "regex") == [0]
    assert find(session, "Alpha|BETA", "regex") == [0]
    assert find(session, r"\SETA\b|beta", "regex") == [1, 2]
    assert find(session, r"(\w+\s?)+$!", "regex") == []
    for bad in ("(", "(?=x)", r"(a)\1"):
        with pytest.raises(FtuiError, match="not a regular expression"):
            find(session, bad, "regex")
    shut(session)


def test_fuzzy_finds_near_words_best_first(tmp_path: Path) -> None:
    session = session_of(
        tmp_path,
        {"a": "how do I reinstal the packge"},
        {"a": "nothing alike"},
        {"a": "then reinstall the package"},
    )
    (part,) = search(session.dataset, "reinstall the package", "fuzzy", lambda: False)
    assert part.rows == [2, 0]
    assert part.scores[0] == 100
    assert 70 <= part.scores[1] < 100
    shut(session)


def test_a_search_goes_over_all_files_and_stops_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module._Plain, "slice", 4)
    session = open_session(make_file(tmp_path, 10), make_file(tmp_path, 6, "test.jsonl"))
    parts = list(search(session.dataset, "answer 5", "plain", lambda: False))
    assert [(part.file, part.rows) for part in parts if part.rows] == [(0, [5]), (1, [5])]
    assert [part.done for part in parts] == [4, 8, 10, 14, 16]
    assert {part.total for part in parts} == {16}
    told = iter([False, False, True])
    assert len(list(search(session.dataset, "answer", "plain", lambda: next(told)))) == 2
    shut(session)


def test_sorting(tmp_path: Path) -> None:
    session = session_of(
        tmp_path,
        {"instruction": "bb", "input": "", "output": "1", "n": 10},
        {"instruction": "a", "input": "", "output": "333", "n": 9},
        "{broken",
        {"instruction": "ccc", "input": "", "output": "22", "n": "x"},
        {"instruction": "a", "input": "", "output": "22"},
    )

    def order(key: str) -> list[int]:
        return sort(session.dataset, key, [(0, 0, 5)], lambda: False)[1]

    assert order("prompt") == [1, 4, 0, 3, 2]
    assert order("answer") == [0, 3, 4, 1, 2]
    assert order("prompt-length") == [3, 0, 1, 4, 2]
    assert order("answer-length") == [1, 3, 4, 0, 2]
    assert order("length")[0] == 3
    assert order("column:n") == [1, 0, 3, 2, 4]
    assert order("column:nothing") == [0, 1, 2, 3, 4]
    session.set_text(0, 0, "output", "9999")
    session.delete(0, [3])
    assert order("answer-length") == [0, 1, 4, 2]
    assert sort(session.dataset, "prompt", [(0, 0, 5)], lambda: True) == ([], [])
    shut(session, discard=True)


def test_sorting_rows_of_several_files(tmp_path: Path) -> None:
    for name, answers in (("train.jsonl", "ca"), ("test.jsonl", "b")):
        rows = [json.dumps({"instruction": "q", "input": "", "output": answer}) for answer in answers]
        (tmp_path / name).write_text("\n".join(rows) + "\n")
    dataset = Dataset.open([tmp_path / "train.jsonl", tmp_path / "test.jsonl"], Project(root=tmp_path))
    assert sort(dataset, "answer", [(0, 0, 2), (1, 0, 1)], lambda: False) == ([0, 1, 0], [1, 0, 0])
    dataset.close()
