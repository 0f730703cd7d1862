"""Family PRF on files made for it, and on real pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.rules.preference.sides import normal
from tests.rules.checked_files import ask, assert_explained, check, codes, found, rows_of, typed


def pair(chosen: Any, rejected: Any, prompt: str | None = "What is 2 + 2?") -> dict[str, Any]:
    return {**({"prompt": prompt} if prompt else {}), "chosen": chosen, "rejected": rejected}


def dialog(*turns: str) -> str:
    return "".join(f"\n\n{('Human', 'Assistant')[i % 2]}: {turn}" for i, turn in enumerate(turns))


def chat(*turns: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns)]


EQUAL = [
    pair("It is 4.", "It is 4."),
    pair("It is 4.", "  It  is 4. \r\n"),
    pair("caf\u00e9 is  open", "cafe\u0301 is open"),
    pair(dialog("Hi", "Hello!"), dialog("Hi", "Hello! "), None),
    pair(chat("Hi", "Hello!"), chat("Hi", "Hello!"), None),
    pair({"role": "assistant", "content": "4"}, {"role": "assistant", "content": "4"}),
]
DIFFERENT = [
    pair("It is 4.", "It is 5."),
    pair("It is 4.", "it is 4."),
    pair("It is 4.", "It is 4"),
    pair("if x:\n    y()", "if x:\ny()"),
    pair("a\nb", "a b"),
    pair(dialog("Hi", "Hello!"), dialog("Hi", "Hello?"), None),
    pair(chat("Hi", "Hello!", "Bye", "So long"), chat("Hi", "Hello!", "Bye", "Go"), None),
    pair("", ""),
]


def test_equal_sides_are_found_and_others_are_not(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [*EQUAL, *DIFFERENT]}, "PRF")
    assert rows_of(done, "PRF001") == list(range(len(EQUAL)))
    assert rows_of(done, "PRF003") == []
    assert found(done, 0, "PRF001").severity == "error"
    assert codes(typed(done, 0, DIFFERENT[0])) == []
    assert codes(typed(done, len(EQUAL), EQUAL[1])) == ["PRF001"]


def test_the_normalisation_is_idempotent() -> None:
    for text in (" a  b \r\n\tc  d\r", "x \n\n y\t\tz ", "e\u0301"):
        assert normal(normal(text)) == normal(text)


MISMATCHED = [
    pair(dialog("Name a fruit", "Apple"), dialog("Name a car", "Apple"), None),
    pair(dialog("Name a fruit", "Apple", "Why?", "Red"), dialog("Name a fruit", "Apple"), None),
    pair(chat("Name a fruit", "Apple"), chat("Name a fruit!", "Pear"), None),
    pair(chat("Name a fruit", "Apple", "Go on", "Plum"), chat("Name a fruit", "Fig", "Go on", "Pear"), None),
    pair(dialog("Name a fruit", "Apple"), "Pear", None),
]
MATCHED = [
    pair(dialog("Name a fruit", "Apple"), dialog("Name a  fruit ", "Pear\n\nand more"), None),
    pair(chat("Name a fruit", "Apple"), [{"role": "assistant", "content": "Pear"}], "Name a fruit"),
    pair("Human: is a word. Assistant: too", "Another answer"),
    pair("Short", "Long " * 50),
]


def test_sides_of_different_conversations(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [*MISMATCHED, *MATCHED]}, "PRF001,PRF003")
    assert rows_of(done, "PRF003") == list(range(len(MISMATCHED)))
    assert "turn 1 (user) differs" in found(done, 0, "PRF003").message
    assert found(done, 0, "PRF003").evidence["only_in_rejected"] == ["car"]


def biased(longer: int, pairs: int, by: int = 20) -> list[dict[str, Any]]:
    rows = []
    for i in range(pairs):
        long, short = f"answer {i} " + "word " * by, f"answer {i} " + "word " * 10
        rows.append(pair(long, short) if i < longer else pair(short, long))
    return rows


@pytest.mark.parametrize(
    ("rows", "which"),
    [
        (biased(90, 120), "longer"),
        (biased(20, 120), "shorter"),
        (biased(66, 120), None),
        (biased(36, 49), None),
        (biased(110, 120, by=11), None),
        (biased(35, 52), None),
    ],
)
def test_a_liking_for_length(tmp_path: Path, rows: list[dict[str, Any]], which: str | None) -> None:
    done = check(tmp_path, {"train": rows}, "PRF")
    assert [each.evidence["chosen_is"] for each in done.whole] == ([which] if which else [])
    assert ("PRF002" in done.skipped) == (len(rows) < 50)


def test_without_pairs_it_is_skipped(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [ask("Hi", "Hello!")]}, "PRF")
    assert set(done.skipped) >= {"PRF001", "PRF002", "PRF003"}


def test_real_pairs_are_quiet(shared_data: Path) -> None:
    path = shared_data / "preference" / "hh_rlhf_60.jsonl"
    project = Project(path.parent)
    done = engine.check(Dataset.open([path], project), project, select=["PRF"], jobs=1, debug=True)
    assert_explained(done)
    assert done.counts == {}
    row = json.loads(path.read_bytes().splitlines()[0])
    crossed = row | {"rejected": row["rejected"].replace("Human: ", "Human: Say, ", 1)}
    assert codes(done.inspect(0, 0, json.dumps(crossed).encode())) == ["PRF003"]
