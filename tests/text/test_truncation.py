"""Answers that break off, and ends that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.text.truncation import Habit, cut_off, finished, learn

PROSE = [
    "First stop the service with one command. Then remove the old package and its settings from the machine.",
    "The archive holds every file of the folder. It is written to the place that the settings name.",
    "Nothing is changed until you save. The old file is kept beside the new one for a week.",
    "Each command prints one line for each file. The last line tells how many files were written.",
] * 20
HABIT = learn(PROSE)


def reason(text: str, habit: Habit = HABIT) -> str:
    cut = cut_off(text, habit)
    return cut.reason if cut else ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("First stop the service. Then remove the", "“the”"),
        ("First stop the service with one command, and", "“and”"),
        (
            "The archive holds every file of the folder. It is written to the place that the setti",
            "within a word",
        ),
        ("Stop the service first. Then look at the list of files, the settings, and the folder,", "comma"),
        ("Stop the service first. Then call the command with the option (", "opening bracket"),
        (
            "Stop the service first. Then look at the folder (the one that the settings name",
            "within brackets",
        ),
        ("Stop the service first. Then call `ftui che", "within code"),
        ("Run this:\n```bash\nftui check train.jso", "code block"),
        ('{"name": "search", "arguments": {"query": "red', "JSON"),
        (
            "Stop the service first. The old file is kept. It is then written to another place",
            "within a sentence",
        ),
        ("Stop the service first. The old file is kept. For", "only"),
    ],
)
def test_texts_that_break_off(text: str, says: str) -> None:
    assert says in reason(text)


@pytest.mark.parametrize(
    "text",
    [
        "Stop the service first. Then remove the package.",
        "Stop the service first. Then remove the package",
        "positive",
        "42",
        "Red, green and blue",
        "- stop the service\n- remove the package\n- start the service again",
        "1. Stop the service\n2. Remove the package",
        "See https://example.org/a/long/path/to/the",
        "Write to help@example.com",
        "x = compute(a, b)\nreturn x + the",
        "```bash\nls -la\n```",
        "Best regards,\nJohn",
        "He said: “Never again”",
        "| name | size |\n| a | the |",
        '{"name": "search", "arguments": {}}',
        "“Change starts with us, not some other person.” - C.S. Lewis",
        "今天天气很好，我们去公园散步",
    ],
)
def test_ends_that_are_none_of_our_business(text: str) -> None:
    assert reason(text, Habit(HABIT.punctuated, False, HABIT.vocabulary)) == ""


def test_where_full_stops_are_no_custom_their_absence_says_nothing() -> None:
    sloppy = learn(text.replace(".", "").lower() for text in PROSE)
    assert sloppy.punctuated < 0.8
    assert reason("first stop the service with one command, then remove the", sloppy) == ""
    assert reason("Run this:\n```bash\nftui check", sloppy) == "a code block is never closed"


def test_a_sloppy_writer_is_not_taken_for_a_token_limit() -> None:
    forgotten = [text[:-1] for text in PROSE[:8]]
    habit = learn(PROSE * 2 + forgotten)
    assert not habit.cutting
    assert reason(forgotten[0], habit) == ""


def test_half_words_are_told_from_forms_of_a_word() -> None:
    habit = learn([*PROSE, "He edits the text. We keep editing it until it is right and complete."])
    assert "within a word" not in reason(
        "Nothing is changed until you save. Send me a draft that I can edit", habit
    )


@given(st.text(max_size=300))
def test_the_place_is_inside_the_text(text: str) -> None:
    cut = cut_off(text, HABIT)
    if cut is not None:
        assert 0 <= cut.start <= cut.end == len(text.rstrip())
        assert cut.reason


@given(st.text(max_size=100), st.sampled_from(".!?…。！？"))
def test_a_full_stop_finishes(text: str, stop: str) -> None:
    assert finished(text + stop)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("| way | cost |\n|---|---|\n| pump | high |\n| gas | low, depends on the", "table row"),
        ("1. Open the file.\n2. Save the copy.\n3.", "empty"),
        ("- apples\n- pears\n-", "empty"),
        ("1. Open the file.\n2. Save the copy.\n3. Close the", "“the”"),
        ("The steps are as follows:", "colon"),
        ("## Setup\nInstall the package first.\n\n## Usage", "heading"),
        ("**Pros:**\n- It is cheap.\n\n**Cons:**", "heading"),
        ("def add(a, b):\n    return a +", "operator"),
        ("<ul>\n<li>First</li>\n<li>Second", "HTML"),
        ("In the end the plan is sound and will be carried out once it is appr", "within a word"),
        ('She opened the door and said, "I have been waiting for you since this morning', "quotation"),
    ],
)
def test_structures_that_stop_in_the_middle(text: str, says: str) -> None:
    assert says in reason(text)


@pytest.mark.parametrize(
    "text",
    [
        "| way | cost |\n|---|---|\n| pump | high |",
        "way | cost\n--- | ---\npump | high",
        "1. Rome\n2. Milan\n3. Turin",
        "The final score was\n3.",
        "## Plan\n## Budget\n## Risks",
        "## Story\nAll went home.\n\n## The End",
        "Your mark:\nA +",
        "Dear Sir or Madam:",
        "<p>First",
        "<ul>\n<li>First</li>\n</ul>",
        'The screen measures 24" from the lower corner to the upper one beside it',
        "- What are you in for\n- Where do you come in",
    ],
)
def test_structures_that_are_whole(text: str) -> None:
    assert reason(text) == ""
