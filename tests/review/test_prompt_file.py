"""--prompts FILE: rows in any layout, or plain text."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.project.errors import FtuiError
from ftui.review.planning.prompt_file import read_prompts


def said(path: Path) -> list[str]:
    return [prompt.messages[-1].content for prompt in read_prompts(path)]


def lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return path


def test_plain_text_is_a_prompt_a_line_blank_ones_left_out(tmp_path: Path) -> None:
    path = tmp_path / "prompts.txt"
    path.write_bytes("\ufeffWhat is it?\r\n\n  Wie heißt du? 🙂\nWhat is it?".encode())
    assert said(path) == ["What is it?", "Wie heißt du? 🙂"]
    assert [prompt.stratum for prompt in read_prompts(path)] == ["file", "file"]


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "Why?"},
        {"prompt": "Why?", "completion": "Because."},
        {"instruction": "Why?", "input": "", "output": "Because."},
        {"messages": [{"role": "user", "content": "Why?"}]},
        {"prompt": [{"role": "user", "content": "Why?"}]},
        {"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "Because."}]},
        {"text": "Why?", "label": "question"},
        {"text": "Why?"},
        {"question": "Why?", "answer": "Because."},
    ],
)
def test_every_layout_gives_its_prompt(tmp_path: Path, row: dict[str, Any]) -> None:
    assert said(lines(tmp_path / "p.jsonl", [row])) == ["Why?"]


def test_answers_and_labels_of_rows_are_kept(tmp_path: Path) -> None:
    (pair,) = read_prompts(lines(tmp_path / "p.jsonl", [{"prompt": "Why?", "completion": "Because."}]))
    assert pair.reference == "Because."
    (labelled,) = read_prompts(lines(tmp_path / "l.jsonl", [{"text": "Why?", "label": "question"}]))
    assert (labelled.label, labelled.reference) == ("question", "question")


def test_packed_files_are_read(tmp_path: Path) -> None:
    rows = tmp_path / "p.jsonl.gz"
    rows.write_bytes(gzip.compress(b'{"prompt": "Why?"}\n', mtime=0))
    text = tmp_path / "p.txt.gz"
    text.write_bytes(gzip.compress(b"Why?\nHow?\n", mtime=0))
    assert said(rows) == ["Why?"]
    assert said(text) == ["Why?", "How?"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("p.jsonl", b'{"prompt": "Why?"}\n{"prompt": \n{"prompt": ""}\n', "line 2: .*line 3: asks nothing"),
        ("p.txt", b"Why?\n\xff\xfe\n", "line 2: not UTF-8"),
        ("p.txt", b"", "holds no prompt"),
        ("p.txt", b"a\nb\0c", "line 2: no text"),
        ("p.jsonl", b"", "empty"),
        ("p.txt.gz", gzip.compress(b"Why?\n" * 900, mtime=0)[:30], "p.txt.gz"),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FtuiError, match=told) as caught:
        read_prompts(path)
    assert caught.value.hint


def test_a_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt", tmp_path / "none.jsonl"):
        with pytest.raises(FtuiError):
            read_prompts(path)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=8))
def test_any_texts_come_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = lines(tmp_path_factory.mktemp("p") / "p.jsonl", [{"prompt": f"say {text}"} for text in texts])
    wanted = list(dict.fromkeys(f"say {text}" for text in texts))
    if wanted:
        assert said(path) == wanted


def test_each_line_is_read_by_its_own_layout(tmp_path: Path) -> None:
    rows = [
        {"prompt": "Hello?"},
        {"messages": [{"role": "user", "content": "Hi there"}]},
        {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]},
        {"instruction": "Add", "input": "1 and 2", "output": "3"},
    ]
    for number, order in enumerate((rows, rows[::-1], rows[1:] + rows[:1])):
        path = tmp_path / f"mixed{number}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in order))
        found = {each.messages[-1].content: each.reference for each in read_prompts(path)}
        assert found == {"Hello?": None, "Hi there": None, "Why?": "So.", "Add\n1 and 2": "3"}
