"""BAL: what counts as uneven, and what is left alone."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project, RuleSettings
from ftui.rules import engine
from ftui.rules.check import Check
from ftui.rules.findings import Located
from tests.rules.checked_files import ask, check, sort

CLEAN = ("BAL",)


def labelled(**counts: int) -> list[dict[str, str]]:
    return [sort(f"text {name} {n}", name) for name, count in counts.items() for n in range(count)]


def of(done: Check, code: str) -> list[Located]:
    return [each for each in done.whole if each.code == code]


def one(done: Check, code: str) -> Located:
    (found,) = of(done, code)
    return found


def with_production(folder: Path, splits: Mapping[str, Sequence[Any]], production: Sequence[Any]) -> Check:
    paths = []
    for name, rows in {**splits, "live": production}.items():
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        paths.append(path)
    project = Project(folder, production=(paths.pop(),), rules=RuleSettings())
    return engine.check(Dataset.open(paths, project), project, select=["BAL005"], jobs=1, debug=True)


# Classes


@pytest.mark.parametrize(
    ("counts", "severity"),
    [
        ({"a": 500, "b": 45}, "warning"),
        ({"a": 500, "b": 120}, "info"),
        ({"a": 500, "b": 200}, None),
        ({"a": 29, "b": 2}, None),
        ({"a": 100, "b": 100, "c": 100, "d": 100, "e": 100, "f": 100, "g": 30}, "warning"),
        ({"a": 100, "b": 60, "c": 33}, "info"),
        ({"only": 400}, None),
    ],
)
def test_class_imbalance(tmp_path: Path, counts: dict[str, int], severity: str | None) -> None:
    found = of(check(tmp_path, {"train": labelled(**counts)}, *CLEAN), "BAL001")
    assert [each.severity for each in found] == ([severity] if severity else [])
    if found:
        assert found[0].evidence["counts"] == counts


def test_held_out_splits_may_be_as_uneven_as_production(tmp_path: Path) -> None:
    rows = {"train": labelled(a=200, b=150), "test": labelled(a=400, b=240)}
    assert not of(check(tmp_path, rows, "BAL001"), "BAL001")


def test_the_ratio_is_an_option(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": labelled(a=500, b=120)}, "BAL001", BAL001={"ratio": 4})
    assert one(done, "BAL001").severity == "warning"


def test_rare_and_missing_classes_each_get_a_finding_that_names_the_rows(tmp_path: Path) -> None:
    rows = {"train": labelled(a=100, b=90, c=3), "test": labelled(a=60, b=60, new=4, once=1)}
    done = check(tmp_path, rows, "BAL002")
    rare, missing = of(done, "BAL002")
    assert "“c” has 3 rows" in rare.message
    assert [place.row for place in rare.related] == [190, 191, 192]
    assert "“new” has no row in the train split" in missing.message
    assert len(of(done, "BAL002")) == 2


def test_data_for_few_shot_work_has_no_rare_classes(tmp_path: Path) -> None:
    rows = labelled(**{f"class{n}": 8 for n in range(40)})
    assert not check(tmp_path, {"train": rows}, *CLEAN).whole


def test_labels_that_are_free_text_are_skipped_with_that_reason(tmp_path: Path) -> None:
    rows = [sort(f"text {n}", f"summary of text {n}") for n in range(150)]
    done = check(tmp_path, {"train": rows}, *CLEAN)
    assert not done.whole
    assert "free text" in done.skipped["BAL001"]
    assert "free text" in done.skipped["BAL002"]


def test_a_split_from_a_sorted_file_differs_and_a_random_one_does_not(tmp_path: Path) -> None:
    rows = labelled(a=400, b=300, c=200)
    done = check(tmp_path, {"train": rows[:700], "test": rows[700:]}, "BAL003")
    found = one(done, "BAL003")
    assert found.evidence["split"] == "test"
    assert found.evidence["classes"][0]["class"] == "c"
    random.Random(1).shuffle(rows)
    assert not check(tmp_path, {"train": rows[:700], "test": rows[700:]}, "BAL003").whole


def test_small_differences_and_small_splits_are_no_finding(tmp_path: Path) -> None:
    rows = {"train": labelled(a=5000, b=5000), "test": labelled(a=2700, b=2300)}
    assert not check(tmp_path, rows, "BAL003").whole
    rows = {"train": labelled(a=500, b=500), "test": labelled(a=40)}
    assert not check(tmp_path, rows, "BAL003").whole


# Topics and types of answers


def test_one_topic_in_more_than_half_of_the_rows(tmp_path: Path) -> None:
    topics = ["shipping"] * 140 + ["returns"] * 40 + ["payment"] * 20
    rows = [ask(f"question {n}", "answer", topic=topic) for n, topic in enumerate(topics)]
    found = one(check(tmp_path, {"train": rows}, "BAL004"), "BAL004")
    assert (found.severity, found.evidence["counts"]["shipping"]) == ("info", 140)
    rows = [{**row, "topic": ["shipping", "returns", "payment"][n % 3]} for n, row in enumerate(rows)]
    assert not check(tmp_path, {"train": rows}, "BAL004").whole


def test_topics_are_found_where_no_column_names_them(tmp_path: Path) -> None:
    words = {"bread": "oven flour dough yeast crust", "chess": "rook bishop gambit endgame pawn"}
    rng = random.Random(2)
    rows = [
        ask("about " + " ".join(rng.sample(words["bread" if n % 10 else "chess"].split(), 4)), "fine")
        for n in range(400)
    ]
    done = check(tmp_path, {"train": rows}, "BAL004")
    assert "BAL004" not in done.skipped
    done = check(tmp_path, {"train": rows[:50]}, "BAL004")
    assert "too few" in done.skipped["BAL004"]


def answers(**counts: int) -> list[dict[str, Any]]:
    made = {
        "prose": "This is an answer in whole sentences, which says what it has to say.",
        "code": "```python\nprint(1)\n```",
        "listed": "- one thing\n- another thing",
        "refused": "I'm sorry, but I can't help with that.",
        "sorry": "I'm sorry to hear that you lost it. Open the app and choose a new card.",
    }
    return [ask(f"{name} {n}?", made[name]) for name, count in counts.items() for n in range(count)]


def test_types_of_answers(tmp_path: Path) -> None:
    found = one(check(tmp_path, {"train": answers(prose=480, code=8, listed=6)}, "BAL006"), "BAL006")
    assert (found.severity, found.evidence["counts"]) == ("info", {"prose": 480, "code": 8, "list": 6})
    refused = one(check(tmp_path, {"train": answers(prose=130, refused=20)}, "BAL006"), "BAL006")
    assert refused.severity == "warning"
    for rows in (answers(prose=300, code=100, listed=60), answers(prose=500), answers(prose=130, sorry=20)):
        assert not check(tmp_path, {"train": rows}, "BAL006").whole


def test_rules_without_their_input_say_so(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": answers(prose=20)}, *CLEAN)
    assert {"BAL001", "BAL002", "BAL003", "BAL004", "BAL005"} <= set(done.skipped)
    assert "production under [data]" in done.skipped["BAL005"]
    assert "BAL006" in check(tmp_path, {"train": labelled(a=60, b=60)}, *CLEAN).skipped


# Production


def prompts(kind: str, count: int, seed: int = 0) -> list[str]:
    rng = random.Random(f"{kind}{seed}")
    words = {
        "cards": "card bank transfer payment account limit freeze number statement fee",
        "garden": "tulip compost prune hedge soil seed mulch shovel blossom root",
    }[kind].split()
    return [f"how about {' '.join(rng.choices(words, k=rng.randint(3, 9)))} now" for _ in range(count)]


def test_splits_like_production_do_not_drift(tmp_path: Path) -> None:
    splits = {
        "train": [ask(text, "fine") for text in prompts("cards", 300)],
        "test": [ask(text, "fine") for text in prompts("cards", 120, 1)],
    }
    done = with_production(tmp_path, splits, [ask(text, "") for text in prompts("cards", 200, 2)])
    assert not done.whole


def test_other_words_and_lengths_drift_in_every_split(tmp_path: Path) -> None:
    splits = {
        "train": [ask(text, "fine") for text in prompts("cards", 300)],
        "test": [ask(text, "fine") for text in prompts("cards", 120, 1)],
    }
    live = [{"prompt": f"{text} {text} {text}"} for text in prompts("garden", 200)]
    done = with_production(tmp_path, splits, live)
    told = {(each.evidence.get("split"), each.evidence["part"]) for each in of(done, "BAL005")}
    assert told >= {(split, part) for split in splits for part in ("length", "vocabulary", "topic")}
    assert (None, "unlike training") in told
    assert all(each.severity == "warning" for each in of(done, "BAL005"))


def test_classes_in_other_shares_drift(tmp_path: Path) -> None:
    text = dict(zip("ab", (prompts("cards", 200), prompts("cards", 200, 1)), strict=True))
    training = [
        sort(text[name][n], name) for name, count in {"a": 180, "b": 60}.items() for n in range(count)
    ]
    live = [sort(text[name][n], name) for name, count in {"a": 60, "b": 180}.items() for n in range(count)]
    done = with_production(tmp_path, {"train": training}, live)
    assert "class" in {each.evidence["part"] for each in of(done, "BAL005")}


def test_too_few_rows_are_not_compared_and_unreadable_ones_are_said(tmp_path: Path) -> None:
    training = [ask(text, "fine") for text in prompts("cards", 20)]
    assert not with_production(tmp_path, {"train": training}, [ask("garden tulip", "")]).whole
    (tmp_path / "gone").mkdir()
    project = Project(tmp_path, production=(tmp_path / "missing.jsonl",))
    done = engine.check(
        Dataset.open([tmp_path / "train.jsonl"], project), project, select=["BAL"], jobs=1, debug=True
    )
    assert "cannot be read" in done.skipped["BAL005"]


def test_counts_do_not_depend_on_chunks_and_workers(tmp_path: Path) -> None:
    rows = labelled(a=30_000, b=1_500, c=4)
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = Project(tmp_path)
    done = engine.check(Dataset.open([path], project), project, select=["BAL"], jobs=1, debug=True)
    assert one(done, "BAL001").evidence["counts"] == {"a": 30_000, "b": 1_500, "c": 4}
    assert [place.row for place in one(done, "BAL002").related] == [31_500, 31_501, 31_502, 31_503]


def test_real_intents(shared_data: Path) -> None:
    folder = shared_data / "banking77"
    project = Project(folder)
    done = engine.check(
        Dataset.open([folder / "train.csv", folder / "test.csv"], project), project, select=["BAL"], jobs=1
    )
    assert [(each.code, each.severity) for each in done.whole] == [("BAL001", "info")]
    path = shared_data / "clinc150" / "data_imbalanced.json"
    done = engine.check(Dataset.open([path], project), project, select=["BAL"], jobs=1)
    assert {(each.code, each.severity) for each in done.whole} == {
        ("BAL001", "warning"),
        ("BAL003", "warning"),
    }
