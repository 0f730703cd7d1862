"""Family AMB: open references, missing texts, questions left out, hedges, one of many; and what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.checked_files import ask, check, found, rows_of


def hits(folder: Path, code: str, prompt: str, answer: str, given: str = "") -> bool:
    row = {"instruction": prompt, "input": given, "output": answer}
    return rows_of(check(folder, {"train": [row]}, code), code) == [0]


@pytest.mark.parametrize(
    "prompt",
    ["Fix it.", "What does this mean?", "Can you make it shorter?", "Translate this.", "Continue.", "Why is that?",
     "Explain the second one", "Who wrote it?", "fix it pls",
     "What about the third?", "Add more details please", "Is there a better way to do this?",
     "Rewrite this to be more professional", "How does it work?"],
)  # fmt: skip
def test_open_references(tmp_path: Path, prompt: str) -> None:
    assert hits(tmp_path, "AMB001", prompt, "We are open from nine to five.")
    assert not hits(tmp_path, "AMB001", prompt, "We are open from nine to five.", "Our hours are long.")
    assert not hits(tmp_path, "AMB001", prompt, "What would you like me to look at?")


@pytest.mark.parametrize(
    "prompt",
    ["What time is it?", "I broke my phone. Can you fix it?", "Is this mushroom edible?", "How are you?",
     "Thanks, that is all",
     "What can you do?", "Is it true that cats fly?", "Repariere es bitte.", "Who wrote Hamlet?"],
)  # fmt: skip
def test_closed_references(tmp_path: Path, prompt: str) -> None:
    assert not hits(tmp_path, "AMB001", prompt, "We are open from nine to five.")


@pytest.mark.parametrize(
    ("prompt", "answer", "left"),
    [
        ("When was the bridge built? Who designed it?", "It was built in 1894.", True),
        (
            "What is the capital of France and how many people live there?",
            "The capital of France is Paris.",
            True,
        ),
        ("Why do cats purr? How long do they live?", "They purr because they are content.", True),
        (
            "When was the bridge built? Who designed it?",
            "It was built in 1894, to a design by Horace Jones.",
            False,
        ),
        ("What is the capital of France and how many people live there?", "Paris, about two million.", False),
        ("Is it safe? Can you explain?", "Yes.", False),
        ("Are dogs mammals? Are cats?", "Yes to both.", False),
        ("who designed the old bridge & when?", "Horace Jones designed the bridge.", True),
        ("does the gym open on sundays and is there parking nearby?", "Yes, the gym opens on Sundays.", True),
        (
            "Which river flows through Baghdad, and into which sea does it empty?",
            "The Tigris flows there.",
            True,
        ),
        ("When does the play start? How many acts are there?", "The play starts on 14 September.", True),
        ("When does the play start? How many acts are there?", "On 14 September, with four acts.", False),
        ("Does it open on Sundays and is there parking?", "Yes, and you can park behind the hall.", False),
    ],
)
def test_questions_left_out(tmp_path: Path, prompt: str, answer: str, *, left: bool) -> None:
    assert hits(tmp_path, "AMB002", prompt, answer) == left


@pytest.mark.parametrize(
    ("prompt", "answer", "hedged"),
    [
        ("How long do I boil an egg?", "It depends, it could be a few minutes or maybe more.", True),
        ("Is tea healthy?", "Maybe, maybe not, I'm not sure.", True),
        ("What is the capital of Peru?", "I think it might be Lima, or perhaps Cusco, I guess.", True),
        ("How long do I boil an egg?", "It depends on the size: nine minutes for a medium egg.", False),
        ("What are the side effects of aspirin?", "Aspirin may cause bleeding.", False),
        ("Will it rain tomorrow?", "Hard to say.", False),
        ("Can dogs eat grapes?", "No, they might be toxic, possibly.", False),
        ("Why is the sky blue?", "I'm not sure, but it is because of Rayleigh scattering.", False),
    ],
)
def test_hedges(tmp_path: Path, prompt: str, answer: str, *, hedged: bool) -> None:
    assert hits(tmp_path, "AMB003", prompt, answer) == hedged


@pytest.mark.parametrize(
    ("prompt", "missing"),
    [
        ("Summarise the following article.", True),
        ("What is shown in the image?", True),
        ("Translate the text below into French.", True),
        ("See the attached file and list its errors.", True),
        ("Summarize https://example.org/a", True),
        ("Fix the bug in this code", True),
        ("According to the passage, why did the king flee?", True),
        ("Summarise this article for me: https://example.org/a", True),
        ("Here is my essay. Can you grade it?", True),
        ("Answer based on the context provided. Who won the race?", True),
        ("List the dates mentioned in the letter.", True),
        ("Explain the image of the cave in Plato's Republic", False),
        ("Summarise the following article.\n\nGenoa has opened its new harbour.", False),
        ("How do I crop an image?", False),
        ("Translate this sentence into French: Hello there my friend", False),
        ("What is the table of contents?", False),
        ("Write a caption for a picture of a cat", False),
        ("Classify the following words: cat, dog", False),
        ("What's the sentiment of this review? I loved it, great film and cast.", False),
    ],
)
def test_missing_texts(tmp_path: Path, prompt: str, *, missing: bool) -> None:
    assert hits(tmp_path, "AMB004", prompt, "It is about the harbour of Genoa.") == missing
    assert not hits(tmp_path, "AMB004", prompt, "Please provide the text.")


def test_an_image_in_the_row_is_there(tmp_path: Path) -> None:
    row = {**ask("What is shown in the image?", "A cat."), "image": "cat.png"}
    assert rows_of(check(tmp_path, {"train": [row]}, "AMB004"), "AMB004") == []


@pytest.mark.parametrize(
    ("prompt", "answer", "many"),
    [
        ("Name a fruit.", "Apple", True),
        ("Give me a synonym for happy", "Glad", True),
        ("Suggest a name for a cat", "Whiskers", True),
        ("Name the capital of Peru", "Lima", False),
        ("What is a fruit?", "A seed pod", False),
        ("Write a sentence about cats", "Cats sleep.", False),
        ("Name a fruit.", "Apple, pear or plum", False),
    ],
)
def test_one_of_many(tmp_path: Path, prompt: str, answer: str, *, many: bool) -> None:
    assert hits(tmp_path, "AMB005", prompt, answer) == many


def test_spans_point_into_the_prompt(tmp_path: Path) -> None:
    done = check(
        tmp_path,
        {"train": [ask("When was it built? Who designed the bridge?", "It was built in 1894.")]},
        "AMB002",
    )
    finding = found(done, 0, "AMB002")
    assert finding.field == "instruction"
    assert finding.start == 19
