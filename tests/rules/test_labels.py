"""Family LBL on files made for it, and the question what makes two prompts the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftui.rules.row_index.same_question import is_open, same_question
from tests.rules.checked_files import ask, check, codes, found, rows_of, sort, typed
from tests.rules.test_duplicates import LONG, OTHER

LIMIT = "What is the limit for a transfer to an account abroad per day"


def test_two_labels_of_one_text_are_an_error(tmp_path: Path) -> None:
    rows = [
        sort("My card was swallowed.", "atm"),
        sort("Hi", "hello"),
        sort("my card  was swallowed", "lost"),
    ]
    done = check(tmp_path, {"train": [*rows, sort("My card was swallowed!", "ATM")]}, "LBL")
    assert rows_of(done, "LBL001") == [0, 2, 3]
    conflict = found(done, 2, "LBL001")
    assert (conflict.severity, conflict.field) == ("error", "label")
    assert conflict.evidence["group_size"] == 3
    assert conflict.evidence["answers"] == ["lost", "atm"]
    assert [place.row for place in conflict.related] == [0, 3]


def test_labels_that_differ_in_case_do_not_conflict_here(tmp_path: Path) -> None:
    done = check(
        tmp_path,
        {"train": [sort("My card was swallowed", "ATM"), sort("My card was swallowed", "atm")]},
        "LBL001",
    )
    assert done.counts == {}


def test_conflicts_stay_within_a_split(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [sort("where is it", "a")], "test": [sort("where is it", "b")]}, "LBL")
    assert done.counts == {}


@pytest.mark.parametrize(
    ("prompt", "answers", "severity"),
    [
        ("What is the capital of Australia?", ("Canberra.", "Sydney"), "warning"),
        ("Suggest a name for a boat", ("Bluebird", "Sea Rose"), "info"),
        ("How does a release work here?", (LONG, OTHER), "info"),
        ("How does a release work here?", (LONG, "By magic."), "info"),
        ("How much is it, all told?", ("3.5 euros", "35 euros"), "warning"),
    ],
)
def test_different_answers_weigh_by_their_kind(
    tmp_path: Path, prompt: str, answers: tuple[str, str], severity: str
) -> None:
    done = check(tmp_path, {"train": [ask(prompt, answer) for answer in answers]}, "LBL")
    assert rows_of(done, "LBL001") == [0, 1]
    assert done.gravest("LBL001") == severity
    assert {found(done, row, "LBL001").severity for row in (0, 1)} == {severity}


def chat(*said: str) -> dict[str, Any]:
    roles = ("system", "user", "assistant")
    return {"messages": [{"role": r, "content": c} for r, c in zip(roles, said, strict=True)]}


@pytest.mark.parametrize(
    "rows",
    [
        [ask("What is the capital of Australia?", "Canberra."), ask("what is the capital of australia", "canberra")],
        [ask("How does a release work here?", LONG), ask("How does a release work here?", LONG.replace(",", " -"))],
        [ask("Hello there", "Hi!"), ask("Hello there", "Good day")],
        [ask("What is the capital of Australia?", ""), ask("What is the capital of Australia?", "Canberra")],
        [{"prompt": "Is it so, or not?", "chosen": c, "rejected": "?"} for c in ("Yes", "No")],
        [{"prompt": "Is it so, or not?", "completion": c, "label": v} for c, v in (("Yes", True), ("No", False))],
        [chat("Say yes", "Is it so, then?", "Yes"), chat("Say no", "Is it so, then?", "No")],
    ],
)  # fmt: skip
def test_what_is_no_conflict(tmp_path: Path, rows: list[Any]) -> None:
    assert check(tmp_path, {"train": rows}, "LBL").counts == {}


def test_politeness_explains_no_other_label(tmp_path: Path) -> None:
    rows = [
        sort(LIMIT, "limit"),
        sort(f"Please {LIMIT.lower()}", "exchange"),
        sort(f"{LIMIT} please", "limit"),
    ]
    done = check(tmp_path, {"train": rows}, "LBL")
    assert rows_of(done, "LBL002") == [0, 1, 2]
    near = found(done, 1, "LBL002")
    assert near.severity == "warning"
    assert near.evidence["answers"] == ["exchange", "limit"]
    assert near.evidence["only_here"] == ["please"]
    assert rows_of(done, "LBL001") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("i want to change the address on my account", "i want to change address on my account"),
        ("why was I charged twice for the same order", "why was i charged twice for same order please"),
        ("Ich möchte bitte meinen Vertrag zum Juni kündigen", "Ich möchte meinen Vertrag zum Juni kündigen"),
        ("I am very unhappy with the quality of this jacket", "I'm unhappy with quality of this jacket"),
        ("why has my parcel from Lyon not come yet", "Why hasn't my parcel from Lyon come yet?"),
        ("The parcel was left in the rain by your driver", "By your driver the parcel was left in the rain"),
        ("show me how to freeze a lost card", "How do I freeze a lost card"),
        ("my cheque payment was declined in the shop", "My cheque payments have been declined in the shop"),
    ],
)  # fmt: skip
def test_one_article_in_the_middle_of_a_short_prompt_explains_nothing(
    tmp_path: Path, one: str, other: str
) -> None:
    done = check(
        tmp_path, {"train": [sort(one, "a"), sort(other, "b"), sort("Where is my card?", "b")]}, "LBL"
    )
    assert rows_of(done, "LBL002") == [0, 1]
    assert codes(typed(done, 2, sort(other.upper(), "a"))) == ["LBL001"]
    assert codes(typed(done, 2, sort(f"Please, {one}", "c"))) == ["LBL002"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("can I send a parcel to my neighbour", "can you send a parcel to my neighbour"),
        ("i want to change the address on my account", "i want to change the address on your account"),
        ("few people liked the food in the new place", "a few people liked the food in the new place"),
        ("I like the phone but the screen is dark", "I like the phone and the screen is dark"),
        ("the soup was hot and the waiter was cold", "the soup was cold and the waiter was hot"),
        ("do i need to change my oil", "what do i need to change my oil"),
        ("can i call you something else", "can i have you call me something else"),
        ("the parcel was sent to Lyon in May", "was the parcel sent to Lyon in May"),
        ("did the shop take my old phone back", "does the shop take my old phone back"),
        ("how long does a transfer take", "how long does a US transfer take"),
    ],
)
def test_small_words_that_mean_something(tmp_path: Path, one: str, other: str) -> None:
    assert check(tmp_path, {"train": [sort(one, "a"), sort(other, "b")]}, "LBL").counts == {}


def test_punctuation_explains_no_other_label(tmp_path: Path) -> None:
    rows = [sort("I need to verify, now, my identity", "a"), sort("I need to verify now my identity", "b")]
    assert rows_of(check(tmp_path, {"train": rows}, "LBL"), "LBL002") == [0, 1]


@pytest.mark.parametrize(
    "other",
    [
        f"{LIMIT} for companies",
        LIMIT.replace("per day", "per 7 days"),
        f"{LIMIT} not",
        LIMIT.replace("to an", "from an"),
    ],
)
def test_a_word_that_means_something_explains_the_other_label(tmp_path: Path, other: str) -> None:
    assert check(tmp_path, {"train": [sort(LIMIT, "a"), sort(other, "b")]}, "LBL").counts == {}


def test_short_answers_to_nearly_one_prompt(tmp_path: Path) -> None:
    rows = [
        ask(f"{LIMIT}?", "5,000 euros"),
        ask(f"So {LIMIT.lower()}?", "1,000 euros"),
        ask(f"Well, {LIMIT}?", LONG),
    ]
    done = check(tmp_path, {"train": rows}, "LBL")
    assert rows_of(done, "LBL002") == [0, 1]
    assert found(done, 0, "LBL002").field == "output"


def test_a_row_is_rechecked_as_it_is_typed(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [sort(LIMIT, "limit"), sort("Where is my card?", "card")]}, "LBL")
    assert codes(typed(done, 1, sort(LIMIT.upper(), "card"))) == ["LBL001"]
    assert codes(typed(done, 1, sort(f"Please, {LIMIT}", "card"))) == ["LBL002"]
    assert typed(done, 1, sort(LIMIT, "limit")) == []
    assert codes(typed(done, 0, sort("where is my card", "limit"))) == ["LBL001"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("What is 3+5 exactly", "What is 3-5 exactly", False),
        ("What is 3 + 5", "What is 3 + 7", False),
        ("the weather in Paris", "the weather in Rome", False),
        ("can I pay", "can I not pay", False),
        ("is it possible", "is it impossible", False),
        ("dollars to euros", "euros to dollars", False),
        ("how do i activate my card", "how do I activate my cards, please", True),
        ("where is my recieved parcel", "where is my received parcel", True),
        ("hello, where is it", "where is it", True),
        ("I can't log in", "I can log in", False),
    ],
)
def test_the_same_question(one: str, other: str, same: bool) -> None:
    expected = "yes" if same else "no"
    assert same_question(one, other) == expected
    assert same_question(other, one) == expected


LENGTHY = (
    "Does the watcher take a new copy at once when a single file somewhere inside the folder changes, "
    "or does it wait a bit"
)


@pytest.mark.parametrize(
    ("word", "grade"),
    [("while", "perhaps"), ("5", "no"), ("never", "no"), ("London", "no"), ("bit longer", "no")],
)
def test_one_other_word_in_a_long_prompt_is_doubtful(word: str, grade: str) -> None:
    assert same_question(LENGTHY, LENGTHY.replace("a bit", f"a {word}")) == grade


def test_a_doubtful_conflict_is_a_remark(tmp_path: Path) -> None:
    rows = [
        ask(f"{LENGTHY}?", "At once."),
        ask(f"{LENGTHY.replace('a bit', 'a while')}?", "It waits a minute."),
    ]
    done = check(tmp_path, {"train": rows}, "LBL")
    assert rows_of(done, "LBL002") == [0, 1]
    assert found(done, 1, "LBL002").severity == "info"
    assert codes(typed(done, 0, ask(f"So, {LENGTHY.lower()}?", "Nobody knows."))) == ["LBL002"]


def test_open_prompts() -> None:
    assert is_open("Give me an example of irony")
    assert is_open("Write a haiku")
    assert not is_open("What is the capital of France?")
    assert not is_open("How many listeners are there?")
