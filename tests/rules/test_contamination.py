"""LEK006: benchmark questions in data, planted word for word and edited, and texts that only look like them."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftui.cli import main
from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.rules.check import Check
from ftui.rules.leakage.benchmark_index import everything, load, read_benchmark, save
from ftui.rules.row_index.word_runs import placed_runs, runs_of
from tests.rules.checked_files import ask, assert_explained, check, codes, found, rows_of, typed

FILLER = "The harbour is quiet in winter, and the ferries go twice a day when the wind allows it. "
ASKED = (
    "A lighthouse keeper paints 14 steps of the tower on Monday and twice as many on Tuesday. "
    "The tower has 97 steps. How many steps are left for Wednesday when rain washes 3 of them clean?"
)
OTHER = (
    "Seven gardeners plant 31 tulips each along the canal; how many bulbs do they need in all for 4 canals?"
)


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    path = tmp_path / "bench" / "towers.jsonl.gz"
    path.parent.mkdir()
    with gzip.open(path, "wt") as file:
        for number, text in enumerate((ASKED, OTHER)):
            file.write(json.dumps({"task_id": f"T/{number}", "question": text, "answer": "42"}) + "\n")
    return path


def checked(folder: Path, rows: list[Any], benchmark: Path, name: str = "train") -> Check:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = Project(folder, benchmarks=(benchmark,))
    done = engine.check(Dataset.open([path], project), project, select=["LEK006"], jobs=1, debug=True)
    assert_explained(done)
    return done


def test_a_question_is_found_in_any_text_of_a_row(tmp_path: Path, benchmark: Path) -> None:
    rows = [
        ask(ASKED, "66"),
        ask("Tell me something.", FILLER * 8 + ASKED.upper() + FILLER * 8),
        ask(ASKED.replace("keeper", "guard").replace("97", "98").replace(" ", "\n "), "67"),
        {"instruction": ASKED, "input": OTHER, "output": "?"},
        ask("A keeper paints the steps of a tower. How many steps are left?", "Some."),
        ask(FILLER, ASKED[:40]),
    ]
    done = checked(tmp_path, rows, benchmark)
    assert rows_of(done, "LEK006") == [0, 1, 2, 3]
    long = found(done, 1, "LEK006")
    assert (long.severity, long.field, long.evidence["item"]) == ("error", "output", "T/0")
    assert rows[1]["output"][long.start : long.end] == ASKED.upper()[:-1]
    assert long.evidence["item_text"] == ASKED
    assert found(done, 3, "LEK006").evidence["other_items"] == ["T/1"]
    assert codes(typed(done, 5, rows[0])) == ["LEK006"]
    assert typed(done, 0, rows[4]) == []


def test_stock_phrases_of_the_data_do_not_count(tmp_path: Path, benchmark: Path) -> None:
    stock = "A lighthouse keeper paints 14 steps of the tower on Monday and twice as many on Tuesday. "
    rows = [ask(f"{stock}{number}, {number + 5}: what is next in row {number}?", "-") for number in range(40)]
    done = checked(tmp_path, [*rows, ask(ASKED, "66")], benchmark)
    assert rows_of(done, "LEK006") == [40]


def test_a_test_split_may_be_a_benchmark(tmp_path: Path, benchmark: Path) -> None:
    done = checked(tmp_path, [ask(ASKED, "66")], benchmark, "test")
    assert done.counts == {}
    assert "test split only" in done.skipped["LEK006"]


def test_a_file_that_is_a_benchmark_is_one_finding(tmp_path: Path) -> None:
    rng = random.Random(3)
    words = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrs"]
    lines = [" ".join(rng.choices(words, k=30)) for _ in range(60)]
    path = tmp_path / "bench.jsonl"
    path.write_text("".join(json.dumps({"question": line, "answer": "1"}) + "\n" for line in lines))
    done = checked(tmp_path, [ask(line, "1") for line in lines], path)
    assert [each.evidence["rows"] for each in done.whole] == [60]
    assert done.counts == {"LEK006": 1}


def test_a_benchmark_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = checked(tmp_path, [ask(ASKED, "66")], tmp_path / "nowhere.jsonl")
    assert "nowhere.jsonl" in done.skipped["LEK006"]


def test_places_are_those_of_the_text_as_it_is() -> None:
    text = "Ｏｎｅ ﬁne cafe\u0301 IS “open” straße, und weit ist der Weg."
    placed = placed_runs(text)
    assert np.array_equal(
        placed.hashes, runs_of(["one FINE caf\u00e9 is open strasse und weit ist der weg"]).hashes
    )
    assert text[placed.starts[0] : placed.ends[0]] == "Ｏｎｅ ﬁne cafe\u0301 IS “open"
    assert text[placed.starts[-1] : placed.ends[-1]] == "und weit ist der Weg"
    assert len(placed_runs("four words are few").hashes) == 0


def test_hashes_are_what_they_were_when_the_index_was_made() -> None:
    assert runs_of(["one two three four five"]).hashes.tolist() == [PINNED]


PINNED = 16985120496186562020


def test_an_index_survives_being_kept(tmp_path: Path, benchmark: Path) -> None:
    made = read_benchmark(benchmark, "Towers", "CC0")
    save(made, tmp_path / "towers.npz")
    held = load(tmp_path / "towers.npz")
    assert (held.name, held.ids, held.licence) == ("Towers", ("T/0", "T/1"), "CC0")
    assert np.array_equal(held.grams, made.grams)
    for bad in (b"", b"PK\x03\x04", (tmp_path / "towers.npz").read_bytes()[:200]):
        (tmp_path / "bad.npz").write_bytes(bad)
        with pytest.raises(FtuiError):
            load(tmp_path / "bad.npz")


@pytest.mark.parametrize(
    ("part", "held"),
    [("grams", np.array(["a"] * 9)), ("words", np.ones((2, 2))), ("about", np.frombuffer(b"[]", np.uint8))],
)
def test_an_index_that_somebody_else_made_is_refused(
    tmp_path: Path, benchmark: Path, part: str, held: Any
) -> None:
    save(read_benchmark(benchmark, "Towers"), tmp_path / "towers.npz")
    with np.load(tmp_path / "towers.npz") as file:
        parts = dict(file)
    np.savez(tmp_path / "bad.npz", **{**parts, part: held})
    with pytest.raises(FtuiError, match="no contamination index"):
        load(tmp_path / "bad.npz")


def test_the_command_adds_lists_and_removes(
    tmp_path: Path, benchmark: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert main(["contamination", "index", str(benchmark), "--name", "Towers"]) == 0
    assert main(["contamination", "--list"]) == 0
    shown = capsys.readouterr().out
    assert "Towers" in shown
    assert "HumanEval" in shown
    done = check(tmp_path, {"train": [ask(ASKED, "66")]}, "LEK006")
    assert found(done, 0, "LEK006").evidence["benchmark"] == "Towers"
    assert "item_text" not in found(done, 0, "LEK006").evidence
    assert main(["contamination", "--remove", "HumanEval"]) == 2
    assert main(["contamination", "--remove", "towers"]) == 0
    assert check(tmp_path, {"train": [ask(ASKED, "66")]}, "LEK006").counts == {}
    assert main(["contamination", "index", str(tmp_path / "train.csv")]) == 2


# Real benchmarks and real data


def reworded(text: str) -> str:
    rng = random.Random(len(text))
    parts = re.split(r"(\W+)", text)
    words = [i for i, part in enumerate(parts) if part.isalnum()]
    for i in rng.sample(words, max(1, len(words) // 10)):
        parts[i] = rng.choice(["zebra", "seven", "blue", "value", "quickly"])
    return "".join(parts)


EDITS: dict[str, Callable[[str], str]] = {
    "verbatim": str,
    "upper": str.upper,
    "punctuation": lambda text: re.sub(r"[.,!?'\"]", "", text),
    "spacing": lambda text: re.sub(r"\s+", "\n  ", text),
    "quotes": lambda text: text.replace("'", "’").replace('"', "”"),
    "words": reworded,
    "inside": lambda text: FILLER * 30 + text + FILLER * 30,
    "words inside": lambda text: FILLER * 30 + reworded(text),
}


def questions(folder: Path) -> list[str]:
    with gzip.open(folder / "HumanEval.jsonl.gz", "rt") as file:
        prompts = [json.loads(line)["prompt"] for line in file]
    lines = (folder / "gsm8k_test_100.jsonl").read_text().splitlines()
    return prompts + [json.loads(line)["question"] for line in lines]


def test_every_question_that_ships_is_found(tmp_path: Path, shared_data: Path) -> None:
    asked = questions(shared_data / "benchmarks")
    assert len(asked) == 264
    rows = [ask("Say it.", edit(text)) for edit in EDITS.values() for text in asked]
    done = check(tmp_path, {"train": [*rows, *(ask(FILLER, FILLER) for _ in range(len(rows) + 9))]}, "LEK006")
    hit = np.zeros(len(rows), bool)
    hit[done.hits[0]["LEK006"]] = True
    recall = dict(zip(EDITS, hit.reshape(len(EDITS), -1).mean(axis=1).tolist(), strict=True))
    assert min(recall.values()) >= 0.98, recall


@pytest.mark.parametrize(
    "name",
    [
        "chat/glaive_toolcall_en_demo.json",
        "chat/oasst_en_100_message.jsonl",
        "chat/v1_sft_demo.jsonl",
        "gpteacher/toolformer-dedupe-only.json.gz",
        "preference/hh_rlhf_60.jsonl",
        "banking77/train.csv",
    ],
)
def test_ordinary_data_holds_no_benchmark(shared_data: Path, name: str) -> None:
    path = shared_data / name
    project = Project(path.parent)
    done = engine.check(Dataset.open([path], project), project, select=["LEK006"], jobs=1, debug=True)
    assert done.counts == {}


ORDINARY = [
    "Write a python function that takes a string as input and returns the number of vowels in it.",
    'def add(x: int, y: int) -> int:\n    """Add two numbers."""\n    return x + y',
    'from typing import List\n\ndef sort_list(numbers: List[int]) -> List[int]:\n    """Return the list sorted."""',
    'def is_prime(n):\n    """Return true if a given number is prime, and false otherwise."""\n    return n > 1',
    "Write a function to find the shared elements from the given two lists.",
    "Write a function to check whether the given string is a palindrome or not.",
    "Given a string s, return the longest palindromic substring in s.",
    "James has 5 apples. He gives 2 to his friend. How many apples does he have left?",
    "John buys 3 pizzas for $12 each. How much does he spend in total?",
]


def test_ordinary_tasks_are_no_benchmark(tmp_path: Path) -> None:
    assert check(tmp_path, {"train": [ask(text, "-") for text in ORDINARY]}, "LEK006").counts == {}


def test_what_ships_says_whose_it_is() -> None:
    index = everything(Path(__file__).parent, ())
    assert {(each.name, each.licence) for each in index.benchmarks} >= {
        ("HumanEval", "MIT"),
        ("GSM8K-test", "MIT"),
    }


def test_questions_too_short_to_tell_apart_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "quiz.jsonl"
    rows = [{"question": "What is the name of the river that runs through the old town of Graz?"}]
    path.write_text(
        "".join(json.dumps(row) + "\n" for row in [*rows, {"question": "Who?"}, {"question": "Why?"}])
    )
    read = read_benchmark(path)
    assert (len(read.ids), read.left_out) == (1, 2)
