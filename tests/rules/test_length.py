"""Family LEN: limits, padding, walls, empty answers, loops and filler, and what looks like them and is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.text.style import filler
from tests.rules.checked_files import ask, check, codes, found, mended_text, rows_of, typed

GOOD = [
    ask(f"What is thing {i}?", f"Thing {i} is used in the kitchen to keep bread fresh for days.")
    for i in range(40)
]
WALL = " ".join(f"w{i}x grows near q{i}z and k{i}p while r{i}m waits for s{i}t in t{i}u" for i in range(20))
LISTED = "\n".join(
    f"{i}. Walk to gate {i} and turn the {w} wheel until it clicks."
    for i, w in enumerate("abcdefghijklmnopqrstuvwxyz", 1)
)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Explain gravity in one sentence.", "It pulls. It also bends light. That is all."),
        ("Is 17 a prime number? Answer yes or no.", "Seventeen is a number with two divisors, so yes."),
        ("Answer in one word: what is the capital of Peru?", "The capital of Peru is the city of Lima."),
        (
            "Describe a cat in at most 10 words.",
            "A cat is a small animal with fur that sleeps on sofas and hunts mice.",
        ),
        ("What is bread?", WALL),
    ],
)
def test_too_long(tmp_path: Path, prompt: str, answer: str) -> None:
    done = check(tmp_path, {"train": [*GOOD, ask(prompt, answer)]}, "LEN001")
    assert rows_of(done, "LEN001") == [40]
    assert found(done, 40, "LEN001").evidence


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Explain gravity in one sentence.", "It pulls all things together, Dr. Smith says."),
        (
            "Answer yes or no and explain why.",
            "Yes, since it has only two divisors, which makes it prime by definition.",
        ),
        (
            "Write at least 5 words about cats.",
            "Cats are animals which sleep a lot and hunt at night in gardens.",
        ),
        (
            "Write a function that counts the words in one sentence.",
            "def f(s):\n    return len(s.split())\n\n# one. two. three.",
        ),
        ("How do I open the gate?", LISTED),
        ("Write an essay about the harbour.", WALL),
    ],
)
def test_not_too_long(tmp_path: Path, prompt: str, answer: str) -> None:
    done = check(tmp_path, {"train": [*GOOD, ask(prompt, answer)]}, "LEN001")
    assert rows_of(done, "LEN001") == []


def test_set_bounds(tmp_path: Path) -> None:
    rows = [ask("q?", "one two three"), ask("q?", "one two three four five six")]
    assert rows_of(check(tmp_path, {"train": rows}, "LEN", LEN001={"max_words": 5}), "LEN001") == [1]
    assert rows_of(check(tmp_path, {"train": rows}, "LEN", LEN002={"min_characters": 14}), "LEN002") == [0]


@pytest.mark.parametrize(
    ("prompt", "answer", "short"),
    [
        ("Write a Python function that reverses a string.", "Sure, here you go:", True),
        ("Explain photosynthesis.", "Plants.", True),
        ("Write an essay about dogs.", "Dogs are good.", True),
        ("List five fruits.", "Apple.", True),
        ("Give me ten tips for sleeping.", "Sleep more.", True),
        ("How do I bake bread?", "Sure!", True),
        ("List the steps to change a tyre.", "Here are the steps to change a tyre:", True),
        ("What is the capital of Norway?", "Oslo", False),
        ("Can you help me?", "Sure!", False),
        ("List five fruits.", "Apple, pear, plum, fig, kiwi", False),
        ("Explain what HTML stands for.", "HyperText Markup Language", False),
        ("Why is the sky blue?", "Rayleigh scattering.", False),
        ("Write a SQL query to get all users", "SELECT * FROM users", False),
        ("Describe the sentiment", "Positive", False),
        ("Translate to English: Por supuesto", "Of course", False),
        ("Write a script.", "Which language should it be in?", False),
        ("Is it safe to write to the disk?", "Yes", False),
    ],
)  # fmt: skip
def test_short(tmp_path: Path, prompt: str, answer: str, *, short: bool) -> None:
    done = check(tmp_path, {"train": [ask(prompt, answer)]}, "LEN002")
    assert rows_of(done, "LEN002") == [0] * short


@pytest.mark.parametrize(
    ("answer", "mended"),
    [
        ("Water boils. It is hot. It is hot. It is hot. It is hot. It is", "Water boils. It is hot."),
        ("The moon is far away. " * 3 + "Bye now.", "The moon is far away. Bye now."),
        ("Go now. " + "and the cat and the dog " * 5 + "rest", "Go now. and the cat and the dog rest"),
        ("\n".join(f"{i}. It is a good day today" for i in (1, 2, 3)), "1. It is a good day today"),
        ("Ich mag den Hund sehr. " * 5, "Ich mag den Hund sehr."),
    ],
)  # fmt: skip
def test_loops_are_cut_once(tmp_path: Path, answer: str, mended: str) -> None:
    done = check(tmp_path, {"train": [ask("What is it?", answer)]}, "LEN003")
    loop = found(done, 0, "LEN003")
    assert loop.fix is not None
    assert loop.fix.safety == "unsafe"
    text = mended_text(answer, loop.fix.edits)
    assert text.strip() == mended
    assert codes(typed(done, 0, ask("What is it?", text))) == []


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Is it good?", "It is very, very, very, very good, really."),
        ("What is it?", "| a b c d |\n| a b c d |\n| a b c d |\n| a b c d |"),
        ("What is it?", "```\nx = f(x)\nx = f(x)\nx = f(x)\nx = f(x)\n```"),
        (
            "What is it?",
            "- Item one is in the red box\n- Item two is in the red box\n- Item three is in the red box",
        ),
        ("Write a song about rain.", "Rain, rain, go away my friend.\n" * 4),
        ("Repeat it four times: the sun is up.", "The sun is up now. " * 4),
        ("Laugh.", "ha ha ha ha ha ha ha ha ha ha ha ha ha ha ha"),
        ("Numbers?", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"),
    ],
)
def test_what_is_no_loop(tmp_path: Path, prompt: str, answer: str) -> None:
    assert rows_of(check(tmp_path, {"train": [ask(prompt, answer)]}, "LEN003"), "LEN003") == []


@pytest.mark.parametrize(
    ("answer", "mended"),
    [
        ("Certainly! Here is a haiku:\n\nSoft rain on the roof\n\nI hope this helps!", "Soft rain on the roof"),
        ("Sure, here are three ideas:\n1. tea\n2. bread\n\nLet me know if you need anything else!", "1. tea\n2. bread"),
        ("Great question! The answer is forty-two.", "The answer is forty-two."),
        ("The answer is four. If you have any further questions, please feel free to ask.", "The answer is four."),
    ],
)  # fmt: skip
def test_filler_is_dropped(tmp_path: Path, answer: str, mended: str) -> None:
    done = check(tmp_path, {"train": [ask("Write something about it.", answer)]}, "LEN004")
    hits = [each for each in done.inspect(0, 0) if each.code == "LEN004"]
    assert hits
    edits = [edit for each in hits if each.fix is not None for edit in each.fix.edits]
    text = mended_text(answer, edits)
    assert text == mended
    assert filler.find(text) == []


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Do birds fly?", "Of course, not all birds fly, but many of them do."),
        ("Is it safe?", "Absolutely! It has been tested for years."),
        ("Thanks!", "Sure! Let me know if you need anything else."),
        ("Write an email to my boss.", "Dear Ann, I am ill today. Let me know if you need anything."),
        ("Where is it?", "Great Britain is an island in the north of Europe."),
        ("What do you say?", "Sure!"),
        ("How do I make pancakes?", "Here is a recipe for pancakes:\n\nMix flour, eggs and milk."),
    ],
)
def test_what_is_no_filler(tmp_path: Path, prompt: str, answer: str) -> None:
    assert rows_of(check(tmp_path, {"train": [ask(prompt, answer)]}, "LEN004"), "LEN004") == []


def test_rejected_answers_are_not_judged(tmp_path: Path) -> None:
    row = {
        "prompt": "Explain it.",
        "chosen": "It is a long story about bread.",
        "rejected": "Sure! I can help with that now.",
    }
    assert codes(check(tmp_path, {"train": [row]}, "LEN").inspect(0, 0)) == []


def test_few_hits_on_people(tmp_path: Path, shared_data: Path) -> None:
    path = shared_data / "preference" / "hh_rlhf_60.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    done = check(tmp_path, {"train": rows}, "LEN", "REF", "AMB")
    assert sum(done.counts.values()) <= 4
