"""LBL003 to LBL005: variants of labels, votes that disagree, suspect labels."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.rules import engine, fixes
from ftui.store.entry import Splices
from tests.rules.checked_files import ask, check, found, rows_of, sort, typed
from tests.run_ftui import ftui

GOOD = [sort(f"the service was {n} times good", "positive") for n in range(30)]
BAD = [sort(f"the wait was {n} hours long", "negative") for n in range(30)]


def voted(text: str, *votes: str | None, **more: Any) -> dict[str, Any]:
    return {"text": text, **{f"annotator_{n}": vote for n, vote in enumerate(votes)}, **more}


def test_a_label_in_another_spelling(tmp_path: Path) -> None:
    rows = [*GOOD, *BAD, sort("very good", "Positive "), sort("awful", "NEG"), sort("so-so", "neutral")]
    done = check(tmp_path, {"train": rows, "test": [sort("fine", "POSITIVE")]}, "LBL003")
    assert (rows_of(done, "LBL003"), rows_of(done, "LBL003", 1)) == ([60, 61], [0])
    spaced, short = found(done, 60, "LBL003"), found(done, 61, "LBL003")
    assert (spaced.field, spaced.start, spaced.end) == ("label", 0, 8)  # the space is FMT011's
    assert spaced.fix is not None
    assert short.fix is not None
    assert (spaced.fix.safety, short.fix.safety) == ("safe", "unsafe")
    assert spaced.fix.edits[0].text == "positive"
    assert spaced.evidence["usual_rows"] == 30
    assert typed(done, 60, sort("very good", "positive")) == []
    assert [each.code for each in typed(done, 60, sort("very good", "posITive"))] == ["LBL003"]


def test_white_space_around_a_label_is_left_to_the_rule_for_it(tmp_path: Path) -> None:
    """Both fixed the label, each to the other's liking: with two rows the rarer spelling won by their votes."""
    rows = [sort("the the", "a"), sort("one more", " b"), sort("another", " b")]
    done = check(tmp_path, {"train": rows}, "LBL003", "FMT011")
    assert (rows_of(done, "LBL003"), rows_of(done, "FMT011")) == ([], [1, 2])


def test_the_safe_fix_changes_case_and_white_space_only_and_only_once(tmp_path: Path) -> None:
    rows = [*GOOD, *BAD, sort("very good", " Positive"), sort("awful", "NEG")]
    done = check(tmp_path, {"train": rows}, "LBL003")
    plan = fixes.plan(done, ["LBL003"])
    (change,) = plan.changes
    assert isinstance(change, Splices)
    assert (plan.by_rule, plan.skipped_unsafe) == ({"LBL003": 1}, {"LBL003": 1})
    mended = [*GOOD, *BAD, sort("very good", "positive"), sort("awful", "NEG")]
    (tmp_path / "b").mkdir()
    assert rows_of(check(tmp_path / "b", {"train": mended}, "LBL003"), "LBL003") == [61]


def test_white_space_and_case_are_mended_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    rows = [*GOOD, sort("very good", " Positive ")]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert ftui("fix", path, "--select", "LBL003,FMT011").code == 0
    once = path.read_text()
    assert json.loads(once.splitlines()[-1]) == sort("very good", "positive")
    assert "nothing to fix" in ftui("fix", path, "--select", "LBL003,FMT011").out
    assert path.read_text() == once


def test_answers_are_labels_where_they_are_few(tmp_path: Path) -> None:
    rows = [ask(f"Rate number {n}", "positive" if n % 3 else "negative") for n in range(60)]
    rows[7]["output"] = "Positive\n### End"
    done = check(tmp_path, {"train": rows}, "LBL003")
    assert rows_of(done, "LBL003") == [] or found(done, 7, "LBL003").fix is not None
    rows[7]["output"] = " Positive"
    done = check(tmp_path, {"train": rows}, "LBL003")
    one = found(done, 7, "LBL003")
    assert (one.field, one.start, one.end) == ("output", 1, 9)
    chat = [ask(f"Tell me of {n}", f"It is {n} and has {n * 7} parts, all of them old") for n in range(60)]
    assert "LBL003" in check(tmp_path, {"train": chat}, "LBL003").skipped


def test_a_list_of_labels_is_judged_one_by_one(tmp_path: Path) -> None:
    rows = [{"text": f"row {n}", "label": ["billing", "refund"]} for n in range(30)]
    rows[4]["label"] = ["billing", "Refund"]
    done = check(tmp_path, {"train": rows}, "LBL003")
    assert found(done, 4, "LBL003").field == "label[1]"


def test_votes_that_agree_are_no_finding(tmp_path: Path) -> None:
    rows = [voted(f"text {n}", "ab"[n % 2], "ab"[n % 2], " AB"[1 + n % 2]) for n in range(30)]
    done = check(tmp_path, {"train": rows}, "LBL004")
    assert (done.counts, "LBL004" in done.skipped) == ({}, False)


def test_votes_that_do_not_agree(tmp_path: Path) -> None:
    agree = [voted(f"text {n}", "ab"[n % 2], "ab"[n % 2], "ab"[n % 2]) for n in range(30)]
    rows = [
        *agree,
        voted("none of three", "a", "b", "c"),
        voted("two of three", "a", "a", "b"),
        voted("one each", "a", "b", None),
        voted("one vote", "a", None, ""),
    ]
    done = check(tmp_path, {"train": rows}, "LBL004")
    assert rows_of(done, "LBL004") == [30, 32]
    assert found(done, 30, "LBL004").evidence["by"] == {
        "annotator_0": "a",
        "annotator_1": "b",
        "annotator_2": "c",
    }
    assert done.whole == []


def test_a_label_against_the_majority_and_one_that_somebody_decided(tmp_path: Path) -> None:
    rows = [voted(f"text {n}", *(["ab"[n % 2]] * 3), label="ab"[n % 2]) for n in range(30)]
    rows += [voted("against", "a", "a", "a", label="b"), voted("decided", "a", "b", None, label="b")]
    done = check(tmp_path, {"train": rows}, "LBL004")
    assert [found(done, row, "LBL004").severity for row in rows_of(done, "LBL004")] == ["warning", "info"]
    assert rows_of(done, "LBL004") == [30, 31]


def test_low_agreement_of_the_whole_names_the_confused_pair(tmp_path: Path) -> None:
    draw = random.Random(1)
    rows = [voted(f"text {n}", *(draw.choice("xy") for _ in range(3))) for n in range(40)]
    rows += [voted(f"sure {n}", "z", "z", "z") for n in range(5)]
    done = check(tmp_path, {"train": rows}, "LBL004")
    (whole,) = done.whole
    assert whole.evidence["alpha"] < 0.667
    assert whole.evidence["confused"][0]["labels"] == ["x", "y"]
    assert set(whole.evidence["cohen_kappa"]) >= {"annotator_0 × annotator_1"}
    assert whole.severity == "warning"


def test_ratings_that_are_near_agree(tmp_path: Path) -> None:
    rows = [{"text": f"text {n}", "rater_a": n % 5, "rater_b": min(n % 5 + n % 2, 4)} for n in range(40)]
    done = check(tmp_path, {"train": [*rows, {"text": "far", "rater_a": 1, "rater_b": 5}]}, "LBL004")
    assert rows_of(done, "LBL004") == [40]
    assert done.whole == []


def test_a_set_of_labels_is_no_vote(tmp_path: Path) -> None:
    rows = [{"instruction": f"row {n}", "output": "x", "labels": ["a", "b"]} for n in range(30)]
    assert "LBL004" in check(tmp_path, {"train": rows}, "LBL004").skipped
    rows = [{"instruction": f"row {n}", "output": "x", "votes": ["a", "a", "b"]} for n in range(30)]
    assert "LBL004" not in check(tmp_path, {"train": rows}, "LBL004").skipped


def test_few_rows_of_a_class_are_not_judged(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [*GOOD[:5], *BAD[:5]]}, "LBL005")
    assert "fewer than 2 classes" in done.skipped["LBL005"]
    assert "LBL005" in check(tmp_path, {"train": [ask("Who?", "Me, of course.")]}, "LBL005").skipped


def test_labels_changed_at_random_are_found_again(tmp_path: Path, shared_data: Path) -> None:
    with (shared_data / "banking77" / "train.csv").open(newline="") as file:
        read = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    names = sorted({label for _, label in read})[:20]
    rows = [sort(text, label) for text, label in read if label in names]
    draw = random.Random(3)
    changed = set(draw.sample(range(len(rows)), len(rows) // 50))
    for at in changed:
        rows[at]["label"] = draw.choice([name for name in names if name != rows[at]["label"]])
    done = check(tmp_path, {"train": rows}, "LBL005")
    named = set(rows_of(done, "LBL005"))
    assert len(named & changed) >= 0.8 * len(changed)
    assert len(named) <= 0.05 * len(rows)
    first = min(named & changed)
    assert found(done, first, "LBL005").severity == "info"
    assert typed(done, first, {**rows[first], "label": found(done, first, "LBL005").evidence["likely"]}) == []


@pytest.mark.parametrize("name", ["chat/oasst_en_100_message.jsonl", "preference/hh_rlhf_60.jsonl"])
def test_human_chats_have_no_finding(shared_data: Path, name: str) -> None:
    project = Project(shared_data)
    done = engine.check(
        Dataset.open([shared_data / name], project), project, select=["LBL003", "LBL004"], jobs=1
    )
    assert done.counts == {}


def test_human_labels_have_no_variant(shared_data: Path) -> None:
    project = Project(shared_data)
    data = Dataset.open([shared_data / "banking77" / "train.csv"], project)
    assert engine.check(data, project, select=["LBL003"], jobs=1).counts == {}


def test_infinite_votes_are_words(tmp_path: Path) -> None:
    """They have no distance from each other: the rating scale does not apply."""
    rows = [voted(f"the text number {n}", "inf", "-inf") for n in range(30)]
    done = check(tmp_path, {"train": rows}, "LBL004")
    assert [each.evidence["scale"] for each in done.whole] == ["nominal"]
    assert done.counts == {"LBL004": 31}
