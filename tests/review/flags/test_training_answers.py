"""The index of training answers: what it finds, against a plain search, and how it is kept."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.review.flags import grams, kept_index, regurgitation
from ftui.review.flags.examiner import Examiner
from ftui.review.flags.training_answers import TrainingAnswers
from ftui.review.flags.words import tokens
from ftui.review.prompt import Prompt, Source
from ftui.review.sample import Flag
from tests.review.flags.samples import prompt, sample

_NAMES = (
    "harbour lantern copper window season garden bridge letter silver market winter orchard "
    "signal ladder valley thunder basket candle mirror pepper station meadow anchor velvet"
)
WORDS = _NAMES.split()


def text_of(seed: int, words: int = 80) -> str:
    rng = random.Random(seed)
    return " ".join(f"{rng.choice(WORDS)}{rng.randrange(40)}" for _ in range(words)).capitalize() + "."


def opened(folder: Path, rows: list[tuple[str, str]], name: str = "train.jsonl") -> tuple[Dataset, Project]:
    lines = [
        json.dumps({"messages": [{"role": "user", "content": a}, {"role": "assistant", "content": b}]})
        for a, b in rows
    ]
    (folder / name).write_text("\n".join(lines) + "\n")
    project = Project(folder)
    return Dataset.open([folder / name], project), project


def flags(
    dataset: Dataset, project: Project, of: Prompt, *outputs: str, base: str | None = None
) -> list[Flag | None]:
    names = ["base", "tuned"] if base else [f"tuned{i}" for i in range(len(outputs))]
    samples = [sample(of, text, model=name) for text, name in zip(outputs, names, strict=True)]
    found = Examiner.of(project, dataset=dataset).examine(of, samples, base)
    return [next((f for f in found[s.sample_id] if f.code == "regurgitation"), None) for s in samples]


ROWS = [(f"Tell me about subject {i}.", text_of(i)) for i in range(60)]


def test_recital_of_another_rows_answer_is_told_from_its_own(tmp_path: Path) -> None:
    dataset, project = opened(tmp_path, ROWS)
    asked = prompt("How is the weather on the coast?", "Mild and wet.")
    words = ROWS[7][1].split()
    (found,) = flags(
        dataset, project, asked, "It is mild. " + " ".join(words[10:60]) + " And that is all there is to say."
    )
    assert found is not None
    assert (found.evidence["row"], found.evidence["own_prompt"], found.evidence["words"]) == (7, False, 50)
    start, end = found.evidence["spans"][0]
    assert found.evidence["characters"] == end - start == len(" ".join(words[10:60]))
    (own,) = flags(dataset, project, prompt(ROWS[7][0], ROWS[7][1]), ROWS[7][1])
    assert own is not None
    assert own.evidence["own_prompt"] is True


def test_a_row_that_the_prompt_was_taken_from_is_its_own_whatever_its_words(tmp_path: Path) -> None:
    dataset, project = opened(tmp_path, ROWS)
    asked = prompt("Say it again in short.", ROWS[3][1])
    asked = Prompt(**{name: getattr(asked, name) for name in ("prompt_id", "stratum", "messages", "reference")},
                   source=Source("train", dataset.documents[0].display_path, 3))  # fmt: skip
    (found,) = flags(dataset, project, asked, ROWS[3][1])
    assert found is not None
    assert found.evidence["own_prompt"] is True


@pytest.mark.parametrize(
    "what",
    [
        "short run",
        "given by the prompt",
        "boilerplate of many rows",
        "own words",
        "scattered words of one row",
    ],
)
def test_what_is_no_recital(tmp_path: Path, what: str) -> None:
    boiler = text_of(999, 60)
    rows = ROWS + [(f"Question {i}?", f"{text_of(i + 2000, 30)} {boiler}") for i in range(30)]
    dataset, project = opened(tmp_path, rows)
    words = ROWS[5][1].split()
    asked, output = {
        "short run": ("What now?", "So: " + " ".join(words[:18]) + " " + text_of(5001, 40)),
        "given by the prompt": (f"Repeat this text: {ROWS[5][1]}", ROWS[5][1]),
        "boilerplate of many rows": ("What now?", f"{text_of(5002, 20)} {boiler}"),
        "own words": ("What now?", text_of(5003)),
        "scattered words of one row": ("What now?", " ".join(w for i, w in enumerate(words) if i % 6)),
    }[what]
    assert flags(dataset, project, prompt(asked, "x"), output) == [None]


SHORT = [(f"What about {WORDS[i % 22]} number {i}?", text_of(7000 + i, 8 + i % 12)) for i in range(40)]


@pytest.mark.parametrize("rows", [(3, 17), (0, 8, 12, 24, 36), (23,)])
def test_whole_short_answers_of_other_prompts_are_a_recital(tmp_path: Path, rows: tuple[int, ...]) -> None:
    dataset, project = opened(tmp_path, ROWS + SHORT)
    output = f"{text_of(5004, 9)} " + " ".join(SHORT[i][1] for i in rows) + f" {text_of(5005, 7)}"
    (found,) = flags(dataset, project, prompt("How is the weather on the coast?", "Mild and wet."), output)
    assert found is not None
    assert not found.evidence["own_prompt"]
    assert [each["row"] for each in found.evidence["rows"]] == [60 + i for i in rows]
    assert [output[a:b] for a, b in found.evidence["spans"]] == [SHORT[i][1][:-1] for i in rows]
    assert found.evidence["words"] == sum(len(SHORT[i][1].split()) for i in rows)


def test_accents_and_width_do_not_hide_a_whole_answer(tmp_path: Path) -> None:
    said = "Der Größte Fluß fließt über die Brücke nach Süden, wo die Bäume blühen und die ﬁnken wohnen."
    dataset, project = opened(tmp_path, [*ROWS, ("Wo ist der Fluss?", said)])
    (found,) = flags(dataset, project, prompt("How is the coast?", "x"), f"So: {said.upper()}")
    assert found is not None
    assert found.evidence["rows"][0]["row"] == 60


def test_what_follows_from_a_recital_is_not_said_beside_it(tmp_path: Path) -> None:
    dataset, project = opened(
        tmp_path, [(ask, f"{text} {text_of(i, 200)}") for i, (ask, text) in enumerate(ROWS)]
    )
    row = dataset.documents[0].example(7)
    assert row is not None
    asked = prompt("What is the capital of France? Answer in one word.", "Paris.")
    one = sample(asked, text_of(4004, 280), model="other")
    of_row = sample(asked, row.answer, model="tuned")
    found = Examiner.of(project, dataset=dataset).examine(asked, [one, of_row])
    assert "too-verbose" in {each.code for each in found[one.sample_id]}
    assert [each.code for each in found[of_row.sample_id]] == ["regurgitation"]
    asked = prompt(f"{row.prompt} Answer in one word.", "Paris.")
    of_own = Prompt(asked.prompt_id, asked.stratum, asked.messages, asked.reference,
                    source=Source("train", dataset.documents[0].display_path, 7))  # fmt: skip
    own = sample(of_own, row.answer)
    assert {"regurgitation", "too-verbose"} <= {
        each.code for each in Examiner.of(project, dataset=dataset).examine(of_own, [own])[own.sample_id]
    }


@pytest.mark.parametrize(
    "what",
    [
        "one short",
        "cut",
        "expected",
        "given",
        "own",
        "asked alike",
        "of many rows",
        "the same twice",
        "sayings",
    ],
)
def test_what_is_no_recital_of_whole_answers(tmp_path: Path, what: str) -> None:
    canned = [(f"Question {i}?", f"{text_of(8000, 9)}") for i in range(6)]
    canned += [(f"Another {i}?", f"{text_of(8001, 16)}") for i in range(6)]
    said = [
        ("Say one.", "Good morning to you all, my friends."),
        ("Two?", "All is well that ends well, sir."),
    ]
    dataset, project = opened(tmp_path, ROWS + SHORT + canned + said)
    one, long = SHORT[2][1], SHORT[23][1]
    far = "How is the weather on the coast?"
    asked, reference, output = {
        "one short": (far, "x", f"{text_of(5006, 9)} {one}"),
        "cut": (far, "x", " ".join(f"{' '.join(SHORT[i][1].split()[1:])}" for i in (7, 8, 9))),
        "expected": (far, f"It is so: {long}", long),
        "given": (f"Say this again: {long} {one}", "x", f"{long} {one}"),
        "own": (SHORT[23][0], "x", long),
        "asked alike": (f"And {SHORT[23][0].lower()}", "x", long),
        "of many rows": (far, "x", f"{canned[0][1]} {canned[-1][1]}"),
        "the same twice": (far, "x", f"{one} {one}"),
        "sayings": (far, "x", f"{said[0][1]} {said[1][1]}"),
    }[what]
    assert flags(dataset, project, prompt(asked, reference), output) == [None]


def test_case_and_punctuation_do_not_hide_a_recital(tmp_path: Path) -> None:
    dataset, project = opened(tmp_path, ROWS)
    changed = ROWS[9][1].upper().replace(" ", ",  ")
    (found,) = flags(dataset, project, prompt("What now?"), changed)
    assert found is not None
    assert found.evidence["row"] == 9


def test_the_base_models_own_run_stands_beside_it(tmp_path: Path) -> None:
    dataset, project = opened(tmp_path, ROWS)
    half = " ".join(ROWS[4][1].split()[:44])
    base, tuned = flags(dataset, project, prompt("What now?"), half, ROWS[4][1], base="base")
    assert base is not None
    assert tuned is not None
    assert tuned.evidence["base_words"] == base.evidence["words"] == 44
    assert tuned.evidence["words"] == 80


def test_every_long_common_run_is_found_as_a_plain_search_finds_it(tmp_path: Path) -> None:
    dataset, project = opened(tmp_path, ROWS)
    training = TrainingAnswers.of(dataset, project)
    rng = random.Random(5)
    for _ in range(60):
        row = rng.randrange(60)
        words = ROWS[row][1].split()
        length = rng.randrange(20, 60)
        start = rng.randrange(0, 80 - length)
        inside = " ".join(words[start : start + length])
        text = f"{text_of(rng.randrange(10**6), 15)} {inside} {text_of(rng.randrange(10**6), 15)}"
        found = training.recited(text, "")
        assert found is not None
        assert found.row == row
        assert found.run.words == length
        assert tokens(text[found.run.start : found.run.end]) == tokens(inside)


def test_winnowing_keeps_one_run_of_every_window() -> None:
    texts = [text_of(i, n) for i, n in enumerate((3, 5, 6, 20, 21, 90, 300))]
    hashes, offsets = grams.grams(grams.words(texts), grams.SIZE)
    kept, number = grams.winnowed(hashes, offsets)
    for i in range(len(texts)):
        own = hashes[offsets[i] : offsets[i + 1]]
        held = set(kept[number == i].tolist())
        assert held <= set(own.tolist())
        windows = [
            own[a : a + grams.WINDOW] for a in range(max(len(own) - grams.WINDOW + 1, min(len(own), 1)))
        ]
        assert all(int(window.min()) in held for window in windows)


def test_the_nearest_row_is_the_paraphrased_one(tmp_path: Path) -> None:
    dataset, project = opened(tmp_path, ROWS)
    training = TrainingAnswers.of(dataset, project)
    rng = random.Random(1)
    for row in (0, 13, 59):
        text = " ".join(word for word in ROWS[row][1].split() if rng.random() > 0.3)
        near = training.nearest(text, "Something else?")
        assert near is not None
        assert near.row == row
        assert 0.3 < near.similarity < 1
        assert near.answer == ROWS[row][1]
    assert training.nearest("zyx wvu tsr", "qpo nml kji") is None


def test_held_out_rows_are_no_training_answers(tmp_path: Path) -> None:
    for name, rows in (("train.jsonl", ROWS[:30]), ("test.jsonl", ROWS[30:])):
        opened(tmp_path, rows, name)
    project = Project(
        tmp_path, splits={"train": (tmp_path / "train.jsonl",), "test": (tmp_path / "test.jsonl",)}
    )
    dataset = Dataset.open([tmp_path / "train.jsonl", tmp_path / "test.jsonl"], project)
    training = TrainingAnswers.of(dataset, project)
    assert training.rows == 30
    assert training.recited(ROWS[40][1], "") is None
    assert training.recited(ROWS[20][1], "") is not None


def test_an_index_is_kept_and_taken_again_until_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_index, "KEPT_FROM", 10)
    dataset, project = opened(tmp_path, ROWS)
    first = TrainingAnswers.of(dataset, project)
    kept = sorted((tmp_path / ".ftui" / kept_index.FOLDER).iterdir())
    assert len(kept) == 2
    assert isinstance(first.answers, np.memmap)
    stamps = [each.stat().st_mtime_ns for each in kept]
    again = TrainingAnswers.of(dataset, project)
    assert np.array_equal(again.answers, first.answers)
    assert [each.stat().st_mtime_ns for each in kept] == stamps
    dataset, project = opened(tmp_path, ROWS[:50])
    assert TrainingAnswers.of(dataset, project).recited(ROWS[55][1], "") is None
    assert len(list((tmp_path / ".ftui" / kept_index.FOLDER).iterdir())) == 2


@pytest.mark.parametrize("broken", [b"", b"no numpy file", b"\x93NUMPY\x01\x00v\x00{'descr': '<u8'"])
def test_a_broken_kept_index_is_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes
) -> None:
    monkeypatch.setattr(kept_index, "KEPT_FROM", 10)
    dataset, project = opened(tmp_path, ROWS)
    TrainingAnswers.of(dataset, project)
    for each in (tmp_path / ".ftui" / kept_index.FOLDER).iterdir():
        each.write_bytes(broken)
    found = TrainingAnswers.of(dataset, project).recited(ROWS[5][1], "")
    assert found is not None
    assert found.row == 5


def test_a_folder_of_somebody_elses_is_not_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_index, "KEPT_FROM", 0)
    elsewhere, folder = tmp_path / "experiments", tmp_path / ".ftui" / kept_index.FOLDER
    elsewhere.mkdir()
    folder.parent.mkdir()
    for theirs in (elsewhere / "weights.npy", elsewhere / f"{'0' * 16}.answers.npy"):
        theirs.write_bytes(b"precious")
    folder.symlink_to(elsewhere)
    TrainingAnswers.of(*opened(tmp_path, ROWS))
    assert sorted(each.name for each in elsewhere.iterdir()) == [f"{'0' * 16}.answers.npy", "weights.npy"]
    folder.unlink()
    folder.mkdir()
    for name in ("weights.npy", f"{'0' * 16}.answers.npy"):
        (folder / name).write_bytes(b"old")
    TrainingAnswers.of(*opened(tmp_path, ROWS))
    kept = {each.name for each in folder.iterdir()}
    assert "weights.npy" in kept
    assert f"{'0' * 16}.answers.npy" not in kept, "an earlier version of ours"


def test_rows_of_an_index_that_are_gone_are_passed_over(tmp_path: Path) -> None:
    dataset, project = opened(tmp_path, ROWS)
    training = TrainingAnswers.of(dataset, project)
    beyond = TrainingAnswers(dataset, training.parts, training.answers + np.uint64(1000), training.pairs, 1)
    assert beyond.recited(ROWS[5][1], "") is None


def test_no_training_rows(tmp_path: Path) -> None:
    dataset, _ = opened(tmp_path, ROWS, "test.jsonl")
    training = TrainingAnswers.of(dataset, Project(tmp_path, splits={"test": (tmp_path / "test.jsonl",)}))
    assert training.rows == 0
    assert training.recited(ROWS[0][1], "") is None
    assert training.nearest(ROWS[0][1]) is None


def test_what_is_long_enough() -> None:
    assert regurgitation.LEAST <= grams.WINDOW + grams.SIZE - 1  # the index surely sees it
