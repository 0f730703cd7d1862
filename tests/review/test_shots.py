"""Examples that a model entry brings along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.sampling.shots import MOST, before, fit, read_shots


def shots(tmp_path: Path, count: int = 3) -> ReviewModel:
    path = tmp_path / "shots.jsonl"
    rows = [{"instruction": f"Question {i}?", "input": "", "output": f"Answer {i}."} for i in range(count)]
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return ReviewModel("base", shots=path)


ASKED = [Message("system", "Be short."), Message("user", "And now?")]


def test_examples_stand_behind_the_system_prompt_and_before_the_question(tmp_path: Path) -> None:
    notes: list[str] = []
    found = before(ASKED, shots(tmp_path), 4096, notes)
    assert [message.role for message in found] == ["system", *["user", "assistant"] * 3, "user"]
    assert found[1:3] == [Message("user", "Question 0?"), Message("assistant", "Answer 0.")]
    assert found[-1] == ASKED[-1]
    assert not notes


def test_they_take_half_of_the_context_at_most_and_that_is_told(tmp_path: Path) -> None:
    notes: list[str] = []
    found = before(ASKED, shots(tmp_path, 20), 256, notes)
    said = sum(len(message.content) for message in found)
    assert 2 < len(found) < 20
    assert said < 256 * 3 / 2
    assert "of 20 examples" in notes[0]
    assert fit(read_shots(tmp_path / "shots.jsonl"), 0) == ()


def test_an_example_that_asks_the_same_would_give_the_answer_away(tmp_path: Path) -> None:
    notes: list[str] = []
    found = before([Message("user", "Question 1?")], shots(tmp_path), 4096, notes)
    assert [message.content for message in found] == [
        "Question 0?", "Answer 0.", "Question 2?", "Answer 2.", "Question 1?",
    ]  # fmt: skip
    assert notes


def test_of_a_long_file_the_first_rows_are_read(tmp_path: Path) -> None:
    path = shots(tmp_path, 3 * MOST).shots
    assert path is not None
    assert len(read_shots(path)) == MOST


def test_conversations_give_their_first_exchange(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    turns = [("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Ciao")]
    path.write_text(json.dumps({"messages": [{"role": r, "content": c} for r, c in turns]}) + "\n")
    assert [tuple(shot) for shot in read_shots(path)] == [("Hi", "Hello")]


@pytest.mark.parametrize("content", ['{"messages": [{"role": "user", "content": "Hi"}]}\n', "", "no rows"])
def test_a_file_without_examples_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text(content)
    with pytest.raises(FtuiError) as caught:
        read_shots(path)
    assert str(path) in caught.value.message
    with pytest.raises(FtuiError):
        read_shots(tmp_path / "missing.jsonl")
