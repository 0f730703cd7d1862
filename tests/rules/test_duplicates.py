"""Family DUP on files made for it, at rest and while a row is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example, Text
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.rules.duplicates.echo import echoes
from ftui.rules.duplicates.family import same_but_identity
from tests.rules.checked_files import ask, assert_explained, check, codes, found, rows_of, sort, typed

LONG = (
    "The release command packs the folder, checks every link in it, and sends the archive to the server that the "
    "settings name; when the server refuses it, nothing is changed and the old release stays where it was."
)
OTHER = (
    "Each project has a settings file in which one line names the server, one the account, and a third the branch from "
    "which releases are made; all other lines are optional and have sensible values when they are left out."
)


def reworded(text: str) -> str:
    """The text with one of its words changed."""
    return text.replace("archive", "bundle").replace("optional", "voluntary")


def test_copies_are_reported_and_the_first_is_not(tmp_path: Path) -> None:
    row = ask("How do I release?", LONG)
    done = check(tmp_path, {"train": [row, ask("What is in the settings?", OTHER), row, row]}, "DUP")
    assert rows_of(done, "DUP001") == [2, 3]
    assert rows_of(done, "DUP002") == []
    copy = found(done, 3, "DUP001")
    assert copy.evidence["group_size"] == 3
    assert [place.row for place in copy.related] == [0, 2]
    assert copy.fix is not None
    assert (copy.fix.kind, copy.fix.safety) == ("remove", "safe")


@pytest.mark.parametrize(
    ("more", "safety"),
    [({"id": 7}, "safe"), ({"source": "forum"}, "unsafe"), ({"UUID": "x", "idx": 1}, "safe")],
)
def test_a_copy_is_removed_safely_only_when_no_column_is_lost(
    tmp_path: Path, more: dict[str, Any], safety: str
) -> None:
    done = check(tmp_path, {"train": [ask("How?", LONG), ask("How?", LONG, **more)]}, "DUP")
    fix = found(done, 1, "DUP001").fix
    assert fix is not None
    assert fix.safety == safety


def test_what_differs_in_a_role_a_label_or_a_verdict_is_no_copy(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "a b c d e"}, {"role": "assistant", "content": "f g h i j"}]
    chats = [
        {"messages": turns},
        {"messages": [*turns, *turns]},
        {"messages": [{"role": "system", "content": "x"}, *turns]},
    ]
    assert rows_of(check(tmp_path, {"chats": chats}, "DUP"), "DUP001") == []
    labels = [sort("where is my card", "arrival"), sort("where is my card", "lost")]
    assert check(tmp_path, {"labels": labels}, "DUP").counts == {}
    verdicts = [
        {"prompt": "Why is it so?", "completion": LONG, "label": verdict} for verdict in (True, False)
    ]
    assert rows_of(check(tmp_path, {"kto": verdicts}, "DUP"), "DUP001") == []
    pairs = [{"prompt": "Why?", "chosen": LONG, "rejected": worse} for worse in ("no", "perhaps")]
    assert rows_of(check(tmp_path, {"pairs": pairs}, "DUP"), "DUP001") == []


def test_copies_in_two_splits_are_left_to_lek(tmp_path: Path) -> None:
    row = ask("How do I release?", LONG)
    assert check(tmp_path, {"train": [row], "test": [row]}, "DUP").counts == {}


def test_files_of_one_split_are_one_split(tmp_path: Path) -> None:
    row = ask("How do I release?", LONG)
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
    project = Project(tmp_path, splits={"train": (tmp_path / "a.jsonl", tmp_path / "b.jsonl")})
    done = engine.check(Dataset.open([], project), project, select=["DUP"], jobs=1, debug=True)
    assert_explained(done)
    assert (rows_of(done, "DUP001", 0), rows_of(done, "DUP001", 1)) == ([], [0])
    assert "a.jsonl" in found(done, 0, "DUP001", 1).message


def test_a_near_copy_names_the_words_and_the_nearest(tmp_path: Path) -> None:
    rows = [
        ask("How do I release a project?", LONG),
        ask("What is in the settings?", OTHER),
        ask("How do I release a project?", reworded(LONG)),
        ask("How do I release a project?", reworded(LONG).upper()),
    ]
    done = check(tmp_path, {"train": rows}, "DUP")
    assert rows_of(done, "DUP002") == [2, 3]
    near = found(done, 2, "DUP002")
    assert near.severity == "warning"
    assert near.evidence["field"] == "both"
    assert near.evidence["group_size"] == 3
    same = found(done, 3, "DUP002")
    assert same.evidence["jaccard"] == 1.0
    assert same.evidence["nearest"]["row"] == 2
    assert same.evidence["original"]["row"] == 0
    assert "case, spacing or punctuation" in same.message
    assert near.fix is not None
    assert near.fix.safety == "unsafe"
    assert near.evidence["nearest"]["row"] == 3
    changed = check(tmp_path, {"train": rows[:3]}, "DUP").inspect(0, 2)[0]
    assert (changed.evidence["only_here"], changed.evidence["only_there"]) == (["bundle"], ["archive"])
    assert "“bundle” where that one has “archive”" in changed.message


def test_short_rows_equal_but_for_punctuation_are_near(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [ask("Go?", "Yes."), ask("go", "yes"), ask("Go?", "No.")]}, "DUP")
    assert rows_of(done, "DUP002") == [1]


def test_the_threshold_is_an_option(tmp_path: Path) -> None:
    rows = [ask("How do I release a project?", text) for text in (LONG, reworded(LONG))]
    assert check(tmp_path, {"train": rows}, "DUP").counts == {"DUP002": 1}
    assert check(tmp_path, {"train": rows}, "DUP", DUP002={"threshold": 0.99}).counts == {}


def test_a_near_answer_to_another_prompt_is_a_remark(tmp_path: Path) -> None:
    rows = [ask("How do I release a project?", LONG), ask("Explain what shipping means here", reworded(LONG))]
    near = found(check(tmp_path, {"train": rows}, "DUP"), 1, "DUP002")
    assert (near.severity, near.field, near.evidence["field"]) == ("info", "output", "answer")


def test_a_near_prompt_with_another_long_answer_is_a_remark(tmp_path: Path) -> None:
    rows = [
        ask(LONG, OTHER),
        ask(reworded(LONG), "It is quite another matter, and nobody in the house has ever asked for it."),
    ]
    near = found(check(tmp_path, {"train": rows}, "DUP"), 1, "DUP002")
    assert (near.severity, near.field, near.evidence["field"]) == ("info", "instruction", "prompt")


def test_near_texts_with_other_labels_or_short_answers_are_no_duplicates(tmp_path: Path) -> None:
    assert check(tmp_path, {"train": [sort(LONG, "a"), sort(reworded(LONG), "b")]}, "DUP").counts == {}
    done = check(tmp_path, {"train": [sort(LONG, "a"), sort(reworded(LONG), "a")]}, "DUP")
    assert done.counts == {"DUP002": 1}
    briefly = [
        ask(LONG, "Yes, that is how it has always been."),
        ask(reworded(LONG), "No, nobody here has ever seen that."),
    ]
    assert check(tmp_path, {"train": briefly}, "DUP").counts == {}


def test_an_answer_given_to_other_prompts(tmp_path: Path) -> None:
    stock = "Please see the documentation for more about this."
    rows = [
        ask("How do I install it on Windows?", stock),
        ask("Why is my build slow today?", stock.upper()),
        ask("Why is my build slow today?", stock.upper()),
        ask("Is it free of charge?", "Yes, it is."),
        ask("Is it open to everybody?", "Yes, it is."),
    ]
    done = check(tmp_path, {"train": rows}, "DUP")
    assert rows_of(done, "DUP003") == [1]
    assert rows_of(done, "DUP001") == [2]
    repeated = found(done, 1, "DUP003")
    assert repeated.evidence["group_size"] == 2
    assert repeated.fix is None


def test_the_end_marker_is_no_difference(tmp_path: Path) -> None:
    rows = [
        ask(f"What does option {n} of the {w} do?", f"{LONG} {w}\n### End")
        for n, w in enumerate("abcdefghij")
    ]
    rows += [ask("How do I install it on Windows?", f"{OTHER}\n### End"), ask("Why is it slow?", OTHER)]
    assert rows_of(check(tmp_path, {"train": rows}, "DUP", "STP"), "DUP003") == [11]


def texts(*said: tuple[str, str]) -> Example:
    turns = tuple(Text(f"t[{i}]", role, text) for i, (role, text) in enumerate(said))  # type: ignore[arg-type]
    return Example("messages", turns, "", "")


QUESTION = "Which port does the server use?"


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        (f"{QUESTION} It listens on 8080.", "It listens on 8080."),
        (f'"{QUESTION}"\n\nIt listens on 8080.', "It listens on 8080."),
        (QUESTION, ""),
        (f"**{QUESTION}** 8080", "8080"),
    ],
)
def test_an_answer_that_begins_with_the_prompt(answer: str, rest: str) -> None:
    (echo,) = echoes(texts(("user", QUESTION), ("assistant", answer)))
    assert echo.start == 0
    assert answer[echo.end :] == rest
    assert echo.rest == bool(rest)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        (QUESTION, "It listens on 8080."),
        (QUESTION, "You ask: Which port does the server use? 8080."),
        ("Thanks a lot", "Thanks a lot to you too"),
        ("Say the word again", "Say the wordy thing"),
        ("The cat sat on", "The cat sat only there"),
        (
            "def add(a, b):\n    '''Add two numbers.'''",
            "def add(a, b):\n    '''Add two numbers.'''\n    return a + b",
        ),
        ("Fix this:\n```\nx = 1 +\n```", "Fix this:\n```\nx = 1 +\n```"),
    ],
)
def test_what_is_no_echo(prompt: str, answer: str) -> None:
    assert list(echoes(texts(("user", prompt), ("assistant", answer)))) == []


def test_the_echo_is_of_the_turn_before_and_of_the_instruction_alone() -> None:
    asked = ("user", "Name the capital of this country"), ("user", "France")
    assert [
        e.field for e in echoes(texts(*asked, ("assistant", "Name the capital of this country: Paris")))
    ] == ["t[2]"]
    first = ("user", QUESTION), ("assistant", "8080 by default, as always.")
    assert list(echoes(texts(*first, ("user", "And the other one?"), ("assistant", QUESTION)))) == []
    again = echoes(
        texts(*first, ("user", "And what of the other?"), ("assistant", "And what of the other? 81"))
    )
    assert [e.field for e in again] == ["t[3]"]


def test_the_echo_is_cut_by_its_fix(tmp_path: Path) -> None:
    done = check(
        tmp_path, {"train": [ask(QUESTION, f"{QUESTION} It listens."), ask(QUESTION, QUESTION)]}, "DUP004"
    )
    assert rows_of(done, "DUP004") == [0, 1]
    fix = found(done, 0, "DUP004").fix
    assert fix is not None
    assert fix.safety == "unsafe"
    assert [edit.text for edit in fix.edits] == [""]
    assert found(done, 1, "DUP004").fix is None


def test_a_row_is_rechecked_as_it_is_typed(tmp_path: Path) -> None:
    rows = [
        ask("How do I release a project?", LONG),
        ask("What is in the settings?", OTHER),
        ask("Hm?", "Nothing much."),
    ]
    done = check(tmp_path, {"train": rows}, "DUP")
    assert codes(typed(done, 2, rows[0])) == ["DUP001"]
    assert codes(typed(done, 2, ask("How do I release a project?", reworded(LONG)))) == ["DUP002"]
    assert codes(typed(done, 2, ask("What else is there to know?", OTHER))) == ["DUP003"]
    (near,) = typed(done, 2, ask("What else is there to know?", reworded(OTHER)))
    assert (near.code, near.severity, near.evidence["field"]) == ("DUP002", "info", "answer")
    assert typed(done, 2, ask("What else is there to know?", "Nothing.")) == []
    assert typed(done, 0, rows[1]) == [], "the first row of a group stays the original"
    assert codes(typed(done, 1, rows[0])) == ["DUP001"]


def test_typing_makes_a_copy_a_row_of_its_own(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [ask("How do I release?", LONG)] * 2}, "DUP")
    assert codes(typed(done, 1, ask("How do I release?", f"{LONG} and then, at long last, it is done"))) == [
        "DUP002"
    ]
    assert typed(done, 1, ask("Who are you?", "A helper.")) == []


WORD = st.sampled_from(["release", "server", "the", "settings", "of", "project"])
ROW = st.builds(ask, st.lists(WORD, max_size=7).map(" ".join), st.lists(WORD, max_size=14).map(" ".join))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=14), st.lists(ROW, max_size=8))
def test_any_rows_are_found_and_explained_alike(tmp_path: Path, train: list[Any], test: list[Any]) -> None:
    splits = {"train": train, "test": test} if test else {"train": train}
    check(tmp_path, splits, "DUP", "LEK", "LBL")  # which asserts that hits, counts and inspection agree


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=2, max_size=12), st.data())
def test_a_typed_row_is_reported_as_if_it_were_checked(
    tmp_path: Path, rows: list[Any], data: st.DataObject
) -> None:
    at = len(rows) - 1  # a later row could be its copy, and would be reported in its place
    new = data.draw(ROW)
    before = check(tmp_path, {"train": rows}, "DUP001", "LBL001")
    after = check(tmp_path, {"train": [*rows[:at], new]}, "DUP001", "LBL001")
    assert codes(typed(before, at, new)) == codes(after.inspect(0, at))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"id": 1, "t": "x"}, {"id": 2, "t": "x"}, True),
        ({"t": "x"}, {"id": 2, "t": "x"}, True),
        ({"t": "x", "weight": 1}, {"t": "x"}, False),
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], {"a": "b"}, False),
    ],
)
def test_records_equal_but_for_their_number(one: Any, other: Any, same: bool) -> None:
    assert same_but_identity(one, other) == same
