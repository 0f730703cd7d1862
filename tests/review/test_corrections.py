"""Corrected answers as training rows in the file's own layout, and prompts as edge cases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, Stop
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.edge_case_file import add_edge_case
from ftui.review.planning.prompt_file import read_prompts
from ftui.review.prompt import Prompt, conversation_id


def asked(*said: tuple[str, str], reference: str | None = None, stratum: str = "random") -> Prompt:
    messages = tuple(Message(*each) for each in said or (("user", "Why?"),))
    return Prompt(conversation_id(messages), stratum, messages, reference)


def project(folder: Path, rows: list[Any], **how: Any) -> Project:
    path = folder / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Project(root=folder, splits={"train": (path,)}, config=folder / "ftui.toml", **how)


def saved(made: Project) -> list[Any]:
    return [json.loads(line) for line in made.splits["train"][0].read_text().splitlines()]


TURNS = (("system", "Be brief."), ("user", "Who?"), ("assistant", "Me."), ("user", "Why?"))


@pytest.mark.parametrize(
    ("row", "said", "expected"),
    [
        (
            {"instruction": "a", "input": "", "output": "b"},
            [("user", "Why?")],
            {"instruction": "Why?", "input": "", "output": "Because."},
        ),
        (
            {"instruction": "a", "input": "", "output": "b"},
            TURNS,
            {
                "instruction": "Why?", "input": "", "output": "Because.",
                "system": "Be brief.", "history": [["Who?", "Me."]],
            },
        ),
        (
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            TURNS,
            {
                "messages": [{"role": role, "content": text} for role, text in TURNS]
                + [{"role": "assistant", "content": "Because."}]
            },
        ),
        (
            {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
            [("user", "Why?")],
            {"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "Because."}]},
        ),
        (
            {"prompt": "a", "chosen": "b", "rejected": "c"},
            [("user", "Why?")],
            {"prompt": "Why?", "chosen": "Because.", "rejected": "As if."},
        ),
        ({"text": "a", "label": "b"}, [("user", "Why?")], {"text": "Why?", "label": "Because."}),
    ],
    ids=["alpaca", "alpaca turns", "messages", "sharegpt", "preference", "classification"],
)  # fmt: skip
def test_a_correction_is_a_row_of_the_files_own_layout(
    tmp_path: Path, row: Any, said: Any, expected: Any
) -> None:
    made = project(tmp_path, [row] * 3)
    corrections = Corrections(made)
    added = corrections.add(asked(*said), "Because.", "As if.")
    assert added.display_path == "train.jsonl"
    assert corrections.unsaved == 1
    assert saved(made) == [row] * 3
    assert corrections.save() == ["train.jsonl"]
    corrections.close()
    assert saved(made) == [*[row] * 3, expected]


def test_the_end_marker_of_the_data_goes_behind_it(tmp_path: Path) -> None:
    rows = [{"prompt": f"q{n}", "completion": f"answer {n}\n### End"} for n in range(9)]
    made = project(tmp_path, rows)
    corrections = Corrections(made)
    corrections.add(asked(), "Because.", "")
    corrections.add(asked(("user", "When?")), "Now.\n### End", "")
    corrections.save()
    assert [row["completion"] for row in saved(made)[-2:]] == ["Because.\n### End", "Now.\n### End"]


def test_the_project_may_name_the_marker(tmp_path: Path) -> None:
    made = project(tmp_path, [{"prompt": "q", "completion": "a"}], stop=Stop(end_marker="<END>"))
    corrections = Corrections(made)
    corrections.add(asked(), "Because.", "")
    corrections.save()
    assert saved(made)[-1]["completion"].endswith("<END>")


def test_it_is_taken_back_and_the_file_is_as_it_was(tmp_path: Path) -> None:
    made = project(tmp_path, [{"prompt": "q", "completion": "a"}])
    before = made.splits["train"][0].read_bytes()
    corrections = Corrections(made)
    first = corrections.add(asked(), "Because.", "")
    second = corrections.add(asked(("user", "When?")), "Now.", "")
    corrections.take_back(first)  # not the last step: its row goes
    corrections.take_back(second)
    corrections.save()
    assert made.splits["train"][0].read_bytes() == before


def test_corrections_that_nobody_saved_are_there_at_the_next_sitting(tmp_path: Path) -> None:
    made = project(tmp_path, [{"prompt": "q", "completion": "a"}])
    corrections = Corrections(made)
    corrections.add(asked(), "Because.", "")
    corrections.close()
    again = Corrections(made)
    again.add(asked(("user", "When?")), "Now.", "")
    assert (again.unsaved, again.taken_up) == (2, 1)
    again.save()
    assert [row["completion"] for row in saved(made)] == ["a", "Because.", "Now."]


def test_the_desks_own_session_takes_the_row(tmp_path: Path) -> None:
    made = project(tmp_path, [{"prompt": "q", "completion": "a"}])
    session = Session.open(Dataset.open([], made))
    told: list[str] = []
    session.on_change.append(lambda entry, _undone: told.append(entry.title))
    corrections = Corrections(made, session)
    corrections.add(asked(), "Because.", "")
    corrections.close()
    assert told == ["add a corrected answer"]
    session.undo()
    assert session.unsaved == 0
    session.close()


@pytest.mark.parametrize(
    ("row", "said", "says"),
    [
        ({"text": "All of it is learnt."}, [("user", "Why?")], "no prompt of their own"),
        ({"text": "a", "label": "b"}, TURNS, "no place for a system prompt"),
        ({"prompt": "a", "chosen": "b", "rejected": "c"}, TURNS[1:], "no place for a conversation"),
    ],
)
def test_a_layout_without_room_for_it_says_so(tmp_path: Path, row: Any, said: Any, says: str) -> None:
    made = project(tmp_path, [row] * 3)
    corrections = Corrections(made)
    with pytest.raises(FtuiError, match=says):
        corrections.add(asked(*said), "Because.", "")
    assert corrections.unsaved == 0


def test_without_a_training_file_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="no training file is known"):
        Corrections(Project(root=tmp_path)).add(asked(), "Because.", "")


def test_edge_cases_are_added_once_and_can_be_sampled(tmp_path: Path) -> None:
    path = tmp_path / "new" / "edge.jsonl"
    first, second = asked(*TURNS, reference="Because."), asked(("user", "When?"))
    assert [add_edge_case(path, each) for each in (first, second, first, second)] == [
        True,
        True,
        False,
        False,
    ]
    read = read_prompts(path, "edge")
    assert [each.messages for each in read] == [first.messages, second.messages]
    assert [each.reference for each in read] == ["Because.", None]


def test_an_edge_case_file_of_the_users_own_keeps_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "edge.jsonl"
    path.write_text('{"prompt": "mine"}\nnot json\n{"messages": []}')
    before = path.read_text()
    assert add_edge_case(path, asked())
    assert path.read_text().startswith(before + "\n")


def test_reviewers_who_add_edge_cases_at_once_lose_none(tmp_path: Path) -> None:
    path = tmp_path / "edge.jsonl"
    add = (
        "import sys; from pathlib import Path\n"
        "from ftui.model.ollama_template import Message\n"
        "from ftui.review.prompt import Prompt\n"
        "from ftui.review.judging.edge_case_file import add_edge_case\n"
        "for n in range(40):\n"
        "    turns = (Message('user', f'{sys.argv[2] if n < 30 else str()} {n}?'),)\n"
        "    add_edge_case(Path(sys.argv[1]), Prompt('p', 'random', turns))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", add, str(path), name]) for name in ("ana", "ben")]
    assert [each.wait() for each in running] == [0, 0]
    asked = [json.loads(line)["messages"][0]["content"] for line in path.read_text().splitlines()]
    assert len(asked) == len(set(asked)) == 2 * 30 + 10
    assert [each.name for each in tmp_path.iterdir()] == ["edge.jsonl"]


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("edge.csv", b"prompt,completion\nhello,you\n"),
        ("edge.json", b'[{"prompt": "x"}]'),
        ("edge.json", b'{"data": [{"prompt": "x"}]}'),
        ("edge.txt", b"hello\n"),
        ("edge.parquet", b"PAR1"),
        ("edge.jsonl.gz", b"\x1f\x8b\x08"),
        ("edge.csv", None),
    ],
)
def test_a_file_that_holds_no_json_lines_is_left_alone(tmp_path: Path, name: str, held: bytes | None) -> None:
    path = tmp_path / name
    if held is not None:
        path.write_bytes(held)
    with pytest.raises(FtuiError, match="JSON lines"):
        add_edge_case(path, asked())
    assert (path.read_bytes() if path.exists() else None) == held


def test_probes_are_no_edge_cases_and_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="half of a row"):
        add_edge_case(tmp_path / "edge.jsonl", asked(stratum="train-prefix"))
    with pytest.raises(FtuiError, match="edge_cases") as raised:
        add_edge_case(tmp_path, asked())
    assert raised.value.hint
    assert list(tmp_path.iterdir()) == []
